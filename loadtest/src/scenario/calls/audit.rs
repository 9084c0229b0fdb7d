//! The judgement: what was played, what the hub shows, and what the provider has. Pure.

use std::collections::HashMap;

use super::ledger::Ledger;
use super::read_back::Ended;
use super::seen::SeenCall;
use crate::provider::twilio::Called;

/// What is told of times has whole seconds: at both ends of a talk one may be lost.
const SLACK_S: f64 = 2.0;

/// A call that was to be made.
#[derive(Debug, Clone)]
pub(super) struct Played {
    pub(super) contact: String,
    /// Whom the provider calls to reach the agent, if there is one.
    pub(super) agent: Option<String>,
    pub(super) is_incoming: bool,
    /// The agent hung up before anybody answered.
    pub(super) is_given_up: bool,
    /// What picked up the agent's telephone pressed no key.
    pub(super) is_boxed: bool,
}

/// Everything there is to know at the end.
pub(super) struct Evidence {
    pub(super) played: Vec<Played>,
    pub(super) calls: Vec<SeenCall>,
    pub(super) ends: Vec<Ended>,
    pub(super) ledger: Ledger,
}

/// How many there were, and examples of every kind of broken promise.
#[derive(Debug, Default)]
pub(super) struct Findings {
    played: usize,
    legs: usize,
    talked: usize,
    missed: usize,
    lost: Vec<String>,
    doubled: Vec<String>,
    unasked: Vec<String>,
    dialled_twice: Vec<String>,
    elsewhere: Vec<String>,
    left: Vec<String>,
    live: Vec<String>,
    ended_otherwise: Vec<String>,
    lasted_otherwise: Vec<String>,
    without_end: Vec<String>,
    ended_twice: Vec<String>,
    told_otherwise: Vec<String>,
}

impl Findings {
    pub(super) fn counts(&self) -> [(&'static str, usize); 4] {
        [
            ("calls made", self.played),
            ("legs at the provider", self.legs),
            ("talks", self.talked),
            ("missed", self.missed),
        ]
    }

    pub(super) fn broken_promises(&self) -> [(&'static str, &[String]); 12] {
        [
            ("made, and no call of the hub", &self.lost),
            ("made once, and several calls of the hub", &self.doubled),
            ("calls of the hub nobody made", &self.unasked),
            ("somebody called twice", &self.dialled_twice),
            ("with another leg than the provider has", &self.elsewhere),
            ("somebody left on the line at the provider", &self.left),
            ("not over", &self.live),
            ("ended otherwise than the provider says", &self.ended_otherwise),
            ("lasted otherwise than the provider says", &self.lasted_otherwise),
            ("without a last event", &self.without_end),
            ("with several last events", &self.ended_twice),
            ("last event of another end", &self.told_otherwise),
        ]
    }
}

/// How a call must have ended.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Expected {
    state: &'static str,
    missed: bool,
    /// Seconds.
    talked: Option<f64>,
}

pub(super) fn audit(evidence: &Evidence) -> Findings {
    let mut calls: HashMap<&str, Vec<&SeenCall>> = HashMap::new();
    for call in &evidence.calls {
        calls.entry(call.contact()).or_default().push(call);
    }
    let mut findings = Findings {
        played: evidence.played.len(),
        legs: evidence.ledger.legs().count(),
        ..Findings::default()
    };
    for played in &evidence.played {
        match calls.remove(played.contact.as_str()).unwrap_or_default().as_slice() {
            [] => findings.lost.push(played.contact.clone()),
            [call] => judge(played, call, evidence, &mut findings),
            _ => findings.doubled.push(played.contact.clone()),
        }
        for party in played.agent.iter().chain([&played.contact]) {
            if evidence.ledger.with(party).len() > 1 {
                findings.dialled_twice.push(format!("{party} of {}", played.contact));
            }
        }
    }
    findings.unasked.extend(calls.into_values().flatten().map(|call| call.id.clone()));
    let live = evidence.ledger.legs().filter(|(_, leg)| leg.ended_at_us.is_none());
    findings.left.extend(live.map(|(party, leg)| format!("{party} ({})", leg.status)));
    judge_ends(evidence, &mut findings);
    findings
}

fn judge(played: &Played, call: &SeenCall, evidence: &Evidence, findings: &mut Findings) {
    let contact = evidence.ledger.with(&played.contact).first();
    if call.provider.id.as_deref() != contact.map(|leg| leg.sid.as_str()) {
        findings.elsewhere.push(told(call, &format!("{:?} there", contact.map(|leg| &leg.sid))));
    }
    if !call.is_over() {
        findings.live.push(told(call, "not over"));
        return;
    }
    let agent = played.agent.as_ref().and_then(|agent| evidence.ledger.with(agent).first());
    let expected = expected(played, contact, agent);
    findings.talked += usize::from(expected.talked.is_some());
    findings.missed += usize::from(expected.missed);
    if (call.state.as_str(), call.missed) != (expected.state, expected.missed) {
        findings.ended_otherwise.push(told(call, &format!("{expected:?} there")));
    }
    let is_as_long = match (call.duration_s, expected.talked) {
        (Some(here), Some(there)) => (here as f64 - there).abs() <= SLACK_S,
        (here, there) => here.is_some() == there.is_some(),
    };
    if !is_as_long {
        findings.lasted_otherwise.push(told(call, &format!("{:?} s there", expected.talked)));
    }
}

fn told(call: &SeenCall, there: &str) -> String {
    let SeenCall { id, state, missed, duration_s, .. } = call;
    format!("{id} with {} ({state}, missed {missed}, {duration_s:?} s here, {there})", call.contact())
}

/// What the protocol makes of the legs the provider had.
fn expected(played: &Played, contact: Option<&Called>, agent: Option<&Called>) -> Expected {
    let together = contact.zip(agent).filter(|_| !played.is_boxed);
    let talked = together.and_then(|(contact, agent)| talked(contact, agent));
    let state = match (contact.map(|leg| leg.status), agent.map(|leg| leg.status)) {
        _ if talked.is_some() => "completed",
        _ if played.is_incoming => "no_answer",
        (Some("completed"), _) => "completed",
        (Some(status), _) => ours(status),
        (None, Some("completed" | "canceled")) => "canceled",
        (None, Some(_)) if played.is_given_up => "canceled",
        (None, status) => ours(status.unwrap_or("failed")),
    };
    Expected { state, missed: played.is_incoming && talked.is_none(), talked }
}

/// How long they could hear each other, in seconds: who is asked something before he comes into the conference is heard from then on.
fn talked(contact: &Called, agent: &Called) -> Option<f64> {
    let heard = |leg: &Called| leg.joined_at_us.max(leg.answered_at_us);
    let (ours, theirs, end) = (heard(agent)?, heard(contact)?, contact.ended_at_us?);
    let together = ours.max(theirs);
    let is_left = agent.ended_at_us.is_some_and(|ended| ended < together);
    (together <= end && !is_left).then(|| (end - together) as f64 / 1e6)
}

fn ours(status: &'static str) -> &'static str {
    if status == "no-answer" { "no_answer" } else { status }
}

/// Each call has one last event, and of the kind its end is.
fn judge_ends(evidence: &Evidence, findings: &mut Findings) {
    let mut ends: HashMap<&str, Vec<&str>> = HashMap::new();
    for end in &evidence.ends {
        ends.entry(&end.call).or_default().push(end.kind);
    }
    for call in evidence.calls.iter().filter(|call| call.is_over()) {
        let is_ended = matches!(call.state.as_str(), "completed" | "canceled");
        let kind = if is_ended { "call.ended" } else { "call.failed" };
        match ends.get(call.id.as_str()).map_or(&[][..], Vec::as_slice) {
            [] => findings.without_end.push(told(call, "silence")),
            [one] if *one == kind => {}
            [one] => findings.told_otherwise.push(told(call, one)),
            several => findings.ended_twice.push(told(call, &several.join(", "))),
        }
    }
}

#[cfg(test)]
mod tests;
