//! Every broken promise is found, and nothing else is.

use serde_json::json;

use super::*;

const CONTACT: &str = "+12015550100";
const AGENT: &str = "client:user_1";
const SECOND: i64 = 1_000_000;

fn leg(party: &str, is_incoming: bool, status: &'static str) -> Called {
    let (from, to) = if is_incoming { (party, "+1") } else { ("+1", party) };
    Called {
        sid: format!("CA {party}"),
        direction: if is_incoming { "inbound" } else { "outbound-api" },
        from: from.to_owned(),
        to: to.to_owned(),
        status,
        parent: None,
        legs: Vec::new(),
        conference: None,
        was_bridged: false,
        began_at_us: 0,
        answered_at_us: (status == "completed").then_some(10 * SECOND),
        joined_at_us: None,
        ended_at_us: Some(40 * SECOND),
        cut: false,
        told: Vec::new(),
        posted_at_us: std::collections::BTreeMap::new(),
        heard: Vec::new(),
        problems: Vec::new(),
    }
}

fn call(is_incoming: bool, state: &str) -> SeenCall {
    let (from, to) = if is_incoming { (CONTACT, "+1") } else { ("+1", CONTACT) };
    let talked = (state == "completed").then_some(30);
    serde_json::from_value(json!({
        "id": "call", "direction": if is_incoming { "inbound" } else { "outbound" }, "state": state,
        "from": { "value": from }, "to": { "value": to }, "legs": [],
        "missed": is_incoming && state == "no_answer", "duration_s": talked,
        "provider": { "name": "twilio", "id": format!("CA {CONTACT}") },
    }))
    .unwrap()
}

fn ended(kind: &'static str) -> Ended {
    Ended { call: "call".to_owned(), kind }
}

/// One call with these legs.
fn made(is_incoming: bool, (contact, agent): (&'static str, Option<&'static str>), state: &str) -> Evidence {
    let legs = agent.map(|status| leg(AGENT, false, status));
    let kind = if matches!(state, "completed" | "canceled") { "call.ended" } else { "call.failed" };
    Evidence {
        played: vec![Played {
            contact: CONTACT.to_owned(),
            agent: Some(AGENT.to_owned()),
            is_incoming,
            is_given_up: state == "canceled",
            is_boxed: false,
        }],
        calls: vec![call(is_incoming, state)],
        ends: vec![ended(kind)],
        ledger: Ledger::from_calls([leg(CONTACT, is_incoming, contact)].into_iter().chain(legs).collect()),
    }
}

fn talk() -> Evidence {
    made(true, ("completed", Some("completed")), "completed")
}

fn broken(evidence: &Evidence) -> Vec<&'static str> {
    let findings = audit(evidence);
    let broken = findings.broken_promises().into_iter().filter(|(_, found)| !found.is_empty());
    broken.map(|(what, _)| what).collect()
}

#[test]
fn every_end_the_protocol_knows_is_no_finding() {
    for (is_incoming, legs, state) in [
        (true, ("completed", Some("completed")), "completed"),
        (true, ("completed", None), "no_answer"),
        (true, ("no-answer", None), "no_answer"),
        (true, ("completed", Some("canceled")), "no_answer"),
        (false, ("completed", Some("completed")), "completed"),
        (false, ("busy", Some("completed")), "busy"),
        (false, ("no-answer", Some("completed")), "no_answer"),
        (false, ("failed", Some("completed")), "failed"),
        (false, ("canceled", Some("completed")), "canceled"),
    ] {
        assert!(broken(&made(is_incoming, legs, state)).is_empty(), "{legs:?} {state}");
    }
    assert_eq!(audit(&talk()).counts().map(|(_, count)| count), [1, 2, 1, 0]);
}

#[test]
fn who_gives_up_somebody_that_rang_out_before_ends_as_the_provider_says() {
    let given_up = |state: &str| {
        let mut evidence = made(false, ("no-answer", Some("completed")), state);
        evidence.played[0].is_given_up = true;
        evidence
    };
    assert!(broken(&given_up("no_answer")).is_empty());
    assert!(broken(&given_up("canceled")).contains(&"ended otherwise than the provider says"));
}

#[test]
fn who_was_taken_by_a_voicemail_box_was_missed() {
    let boxed = |state: &str| {
        let mut evidence = made(true, ("completed", Some("completed")), state);
        evidence.played[0].is_boxed = true;
        evidence
    };
    assert!(broken(&boxed("no_answer")).is_empty());
    assert!(broken(&boxed("completed")).contains(&"ended otherwise than the provider says"));
}

#[test]
fn a_talk_begins_when_the_last_of_them_is_put_through() {
    let mut evidence = talk();
    let late = Called { joined_at_us: Some(16 * SECOND), ..leg(AGENT, false, "completed") };
    evidence.ledger = Ledger::from_calls(vec![leg(CONTACT, true, "completed"), late]);
    assert_eq!(broken(&evidence), ["lasted otherwise than the provider says"]);
    evidence.calls[0].duration_s = Some(24);
    assert!(broken(&evidence).is_empty());
}

#[test]
fn calls_that_are_missing_doubled_or_made_up_are_found() {
    let mut evidence = talk();
    evidence.calls.clear();
    evidence.ends.clear();
    assert_eq!(broken(&evidence), ["made, and no call of the hub"]);
    let mut evidence = talk();
    evidence.calls.push(call(true, "completed"));
    assert_eq!(broken(&evidence), ["made once, and several calls of the hub"]);
    let mut evidence = talk();
    evidence.played.clear();
    assert_eq!(broken(&evidence), ["calls of the hub nobody made"]);
}

#[test]
fn who_is_called_twice_or_never_let_go_is_found() {
    let mut evidence = talk();
    let legs = [leg(CONTACT, true, "completed"), leg(AGENT, false, "completed"), leg(AGENT, false, "failed")];
    evidence.ledger = Ledger::from_calls(legs.to_vec());
    assert_eq!(broken(&evidence), ["somebody called twice"]);
    let mut evidence = talk();
    let held = Called { ended_at_us: None, ..leg(AGENT, false, "completed") };
    evidence.ledger = Ledger::from_calls(vec![leg(CONTACT, true, "completed"), held]);
    assert_eq!(broken(&evidence), ["somebody left on the line at the provider"]);
    let mut evidence = talk();
    evidence.calls[0].provider.id = None;
    assert_eq!(broken(&evidence), ["with another leg than the provider has"]);
}

#[test]
fn an_end_the_provider_does_not_know_is_found() {
    let mut evidence = talk();
    evidence.calls[0].state = "no_answer".to_owned();
    evidence.ends = vec![ended("call.failed")];
    assert_eq!(broken(&evidence), ["ended otherwise than the provider says"]);
    let mut evidence = talk();
    evidence.calls[0].missed = true;
    assert_eq!(broken(&evidence), ["ended otherwise than the provider says"]);
    let mut evidence = talk();
    evidence.calls[0].state = "in_progress".to_owned();
    assert_eq!(broken(&evidence), ["not over"]);
    for wrong in [Some(33), Some(27), None] {
        let mut evidence = talk();
        evidence.calls[0].duration_s = wrong;
        assert_eq!(broken(&evidence), ["lasted otherwise than the provider says"], "{wrong:?}");
    }
}

#[test]
fn a_call_has_one_last_event_and_the_right_one() {
    for (kinds, expected) in [
        (&[][..], "without a last event"),
        (&["call.ended", "call.failed"][..], "with several last events"),
        (&["call.failed"][..], "last event of another end"),
    ] {
        let mut evidence = talk();
        evidence.ends = kinds.iter().map(|kind| ended(kind)).collect();
        assert_eq!(broken(&evidence), [expected]);
    }
}
