//! Calls that are over as soon as they begin, and what is learnt of a call afterwards.

use super::*;
use crate::call::{Barred, Cost, Verification};

fn inbound() -> Begin {
    Begin { external_id: Some("CA1".to_owned()), ..begin(Direction::Inbound) }
}

#[test]
fn a_caller_who_is_let_through_to_nobody_leaves_a_call_that_nobody_missed() {
    let barred = Some(Barred::Unverified);
    let mut line = Line::begun(Begin { barred, verification: Some(Verification::Failed), ..inbound() });
    let seen = line.seen();
    assert_eq!((seen.state, seen.missed, seen.dropped), (CallState::NoAnswer, false, false));
    assert_eq!(
        (seen.error.unwrap().code.as_str(), seen.verification),
        ("BLOCKED", Some(Verification::Failed))
    );
    assert_eq!(line.told, [EventType::CallCreated, EventType::CallFailed]);
    assert!(!line.standing.waits() && line.duties.is_empty());
    assert!(line.standing.ends_undated(), "when it ended, its provider says");
    line.hears(news(CONTACT, 2, ended(CallState::Busy, None)));
    let seen = line.seen();
    assert_eq!((seen.state, seen.ended_at), (CallState::NoAnswer, Some(at(2))));
    assert_eq!(seen.error.unwrap().code, "BLOCKED");
    assert_eq!(line.endings(), 1, "and that is told once");
}

#[test]
fn a_call_that_is_found_afterwards_is_missed_with_its_own_times() {
    let line = Line::begun(Begin { ended_at: Some(at(7)), ..inbound() });
    let seen = line.seen();
    assert_eq!((seen.state, seen.missed, seen.error), (CallState::NoAnswer, true, None));
    assert_eq!((seen.started_at, seen.answered_at, seen.ended_at), (at(0), None, Some(at(7))));
    assert_eq!(line.told, [EventType::CallCreated, EventType::CallFailed]);
    assert_eq!(line.standing.next_look(), None);
}

#[test]
fn what_a_call_cost_is_told_once() {
    let mut line = Line::begun(Begin { ended_at: Some(at(7)), ..inbound() });
    let cost = || Cost { amount: "0.0085".to_owned(), currency: "USD".to_owned() };
    line.does(Principal::System, 60, CallWhat::Cost(cost())).unwrap();
    assert_eq!((line.seen().cost, line.told.last()), (Some(cost()), Some(&EventType::CallUpdated)));
    let again = line.does(Principal::System, 90, CallWhat::Cost(cost()));
    assert_eq!(again, Err(CallRefusal::NothingNew));
    assert_eq!(line.endings(), 1);
}
