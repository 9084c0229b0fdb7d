//! The judgement: what agents said, what the hub shows, and what the provider has. Pure.

use std::collections::HashMap;

use crate::client::StoredMessage;
use crate::provider::twilio::Accepted;

/// What says that nobody knows whether a text was sent.
const IN_DOUBT: &str = "UNKNOWN_OUTCOME";

/// A text the hub has taken.
#[derive(Debug, Clone)]
pub(in crate::scenario) struct Text {
    pub(in crate::scenario) id: String,
    /// Its place among those to the same handset.
    pub(in crate::scenario) number: usize,
    /// Like no other.
    pub(in crate::scenario) body: String,
}

/// Everything there is to know at the end.
pub(in crate::scenario) struct Evidence {
    pub(in crate::scenario) sent: Vec<Text>,
    pub(in crate::scenario) stored: Vec<StoredMessage>,
    pub(in crate::scenario) accepted: Vec<Accepted>,
}

/// How often what befell them, and examples of every kind of broken promise.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Findings {
    pub(in crate::scenario) sent: usize,
    accepted: usize,
    cut: usize,
    in_doubt: usize,
    /// Their ends were never told: the hub has to ask.
    untold: usize,
    lost: Vec<String>,
    stored_twice: Vec<String>,
    never_sent: Vec<String>,
    sent_twice: Vec<String>,
    unasked: Vec<String>,
    out_of_order: Vec<String>,
    without_reason: Vec<String>,
    ended_otherwise: Vec<String>,
    not_asked: Vec<String>,
}

impl Findings {
    pub(in crate::scenario) fn counts(&self) -> [(&'static str, usize); 5] {
        [
            ("texts taken by the hub", self.sent),
            ("accepted by the provider", self.accepted),
            ("accepted, and the answer cut", self.cut),
            ("in doubt, with a reason for a person", self.in_doubt),
            ("last callback lost", self.untold),
        ]
    }

    pub(in crate::scenario) fn broken_promises(&self) -> [(&'static str, &[String]); 9] {
        [
            ("taken but not stored", &self.lost),
            ("stored more than once", &self.stored_twice),
            ("never sent, and not in doubt", &self.never_sent),
            ("sent more than once", &self.sent_twice),
            ("sent though nobody said it", &self.unasked),
            ("out of order to their handset", &self.out_of_order),
            ("in doubt without a reason", &self.without_reason),
            ("ended otherwise than the provider says", &self.ended_otherwise),
            ("not told, and not asked for", &self.not_asked),
        ]
    }
}

pub(in crate::scenario) fn audit(evidence: &Evidence) -> Findings {
    let mut stored: HashMap<&str, Vec<&StoredMessage>> = HashMap::new();
    for message in &evidence.stored {
        stored.entry(&message.body).or_default().push(message);
    }
    let mut accepted: HashMap<&str, Vec<&Accepted>> = HashMap::new();
    for message in evidence.accepted.iter().filter(|it| it.sent.is_some()) {
        accepted.entry(&message.body).or_default().push(message);
    }
    let mut findings = Findings {
        sent: evidence.sent.len(),
        accepted: accepted.values().map(Vec::len).sum(),
        cut: accepted.values().flatten().filter(|it| it.sent.as_ref().is_some_and(|sent| sent.cut)).count(),
        ..Findings::default()
    };
    for text in &evidence.sent {
        let there = accepted.remove(text.body.as_str()).unwrap_or_default();
        match stored.remove(text.body.as_str()).as_deref() {
            Some([here]) if here.id == text.id => judge(text, here, &there, &mut findings),
            None | Some([] | [_]) => findings.lost.push(text.body.clone()),
            Some(_) => findings.stored_twice.push(text.body.clone()),
        }
        if there.len() > 1 {
            findings.sent_twice.push(text.body.clone());
        }
    }
    findings.unasked.extend(accepted.into_keys().map(str::to_owned));
    judge_order(evidence, &mut findings);
    findings
}

fn judge(text: &Text, here: &StoredMessage, there: &[&Accepted], findings: &mut Findings) {
    let doubt = here.error.as_ref().filter(|error| error.code == IN_DOUBT);
    if let Some(doubt) = doubt {
        match doubt.message.trim().is_empty() {
            true => findings.without_reason.push(text.body.clone()),
            false => findings.in_doubt += 1,
        }
        return;
    }
    let Some(there) = there.first() else {
        findings.never_sent.push(format!("{} ({})", text.body, here.status));
        return;
    };
    let is_told = there.sent.as_ref().is_some_and(|sent| sent.told.contains(&there.status));
    findings.untold += usize::from(!is_told);
    let code = here.error.as_ref().and_then(|error| error.code.parse().ok());
    if here.status == there.status && code == there.error_code {
        return;
    }
    match is_told {
        true => findings
            .ended_otherwise
            .push(format!("{} ({} here, {} there)", text.body, here.status, there.status)),
        false => findings.not_asked.push(format!("{} ({} there)", text.body, there.status)),
    }
}

/// The provider got those to one handset in the order they were said.
fn judge_order(evidence: &Evidence, findings: &mut Findings) {
    let numbers: HashMap<&str, usize> =
        evidence.sent.iter().map(|text| (text.body.as_str(), text.number)).collect();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for message in &evidence.accepted {
        let Some(&number) = numbers.get(message.body.as_str()) else { continue };
        let before = last.insert(&message.to, number);
        if before.is_some_and(|before| before > number) {
            findings.out_of_order.push(message.body.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::MessageError;
    use crate::provider::twilio::Sent;

    fn text(number: usize) -> Text {
        Text { id: format!("m{number}"), number, body: format!("text {number}") }
    }

    fn stored(number: usize) -> StoredMessage {
        StoredMessage {
            id: format!("m{number}"),
            conversation_id: "c".to_owned(),
            body: format!("text {number}"),
            client_id: None,
            status: "delivered".to_owned(),
            error: None,
            seq: number as u64,
        }
    }

    fn accepted(number: usize) -> Accepted {
        Accepted {
            sid: format!("SM{number}"),
            direction: "outbound-api",
            from: "+2".to_owned(),
            to: "+1".to_owned(),
            body: format!("text {number}"),
            status: "delivered",
            error_code: None,
            accepted_at_us: 0,
            sent: Some(Sent { status_callback: None, cut: false, told: vec!["sent", "delivered"] }),
        }
    }

    fn all_well() -> Evidence {
        Evidence {
            sent: (0..3).map(text).collect(),
            stored: (0..3).map(stored).collect(),
            accepted: (0..3).map(accepted).collect(),
        }
    }

    fn broken(evidence: &Evidence) -> Vec<&'static str> {
        let findings = audit(evidence);
        let broken = findings.broken_promises().into_iter().filter(|(_, found)| !found.is_empty());
        broken.map(|(what, _)| what).collect()
    }

    #[test]
    fn each_sent_once_and_ended_as_the_provider_says_is_no_finding() {
        assert!(broken(&all_well()).is_empty());
        assert_eq!(audit(&all_well()).counts().map(|(_, count)| count), [3, 3, 0, 0, 0]);
    }

    #[test]
    fn what_is_missing_or_there_twice_is_found_on_either_side() {
        let mut evidence = all_well();
        evidence.stored.remove(1);
        assert_eq!(broken(&evidence), ["taken but not stored"]);
        let mut evidence = all_well();
        evidence.stored.push(stored(1));
        assert_eq!(broken(&evidence), ["stored more than once"]);
        let mut evidence = all_well();
        evidence.accepted.remove(1);
        assert_eq!(broken(&evidence), ["never sent, and not in doubt"]);
        let mut evidence = all_well();
        evidence.accepted.push(accepted(2));
        assert_eq!(broken(&evidence), ["sent more than once"]);
        let mut evidence = all_well();
        evidence.accepted.push(accepted(7));
        assert_eq!(broken(&evidence), ["sent though nobody said it"]);
    }

    #[test]
    fn a_text_in_doubt_may_have_been_sent_or_not_but_needs_a_reason() {
        let mut evidence = all_well();
        evidence.stored[1].status = "sending".to_owned();
        let doubt = |why: &str| MessageError { code: IN_DOUBT.to_owned(), message: why.to_owned() };
        evidence.stored[1].error = Some(doubt("more than one may be this one"));
        assert!(broken(&evidence).is_empty() && audit(&evidence).in_doubt == 1);
        evidence.accepted.remove(1);
        assert!(broken(&evidence).is_empty() && audit(&evidence).in_doubt == 1);
        evidence.stored[1].error = Some(doubt(""));
        assert_eq!(broken(&evidence), ["in doubt without a reason"]);
    }

    #[test]
    fn an_end_the_hub_was_told_of_must_be_the_end_it_shows() {
        let mut evidence = all_well();
        evidence.stored[1].status = "sent".to_owned();
        assert_eq!(broken(&evidence), ["ended otherwise than the provider says"]);
        evidence.accepted[1].sent = Some(Sent { status_callback: None, cut: false, told: vec!["sent"] });
        assert_eq!(broken(&evidence), ["not told, and not asked for"]);
        evidence.stored[1].status = "delivered".to_owned();
        assert!(broken(&evidence).is_empty() && audit(&evidence).untold == 1);
        let mut evidence = all_well();
        evidence.accepted[1].error_code = Some(30003);
        assert_eq!(broken(&evidence), ["ended otherwise than the provider says"]);
    }

    #[test]
    fn texts_that_overtook_each_other_are_found() {
        let mut evidence = all_well();
        evidence.accepted.swap(0, 1);
        assert_eq!(broken(&evidence), ["out of order to their handset"]);
    }
}
