//! The judgement after crashes: what was acknowledged and announced against what is stored. Pure.

use std::collections::{HashMap, HashSet};

use crate::client::StoredMessage;

/// Everything the clients know.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Heard {
    pub(in crate::scenario) acknowledged: Vec<Acknowledged>,
    pub(in crate::scenario) announced: Vec<Announced>,
    /// Resumes the hub could not recover, and sessions that gave up.
    pub(in crate::scenario) not_resumed: Vec<String>,
}

/// A `message.send` that was answered.
#[derive(Debug, Clone)]
pub(in crate::scenario) struct Acknowledged {
    pub(in crate::scenario) conversation: String,
    pub(in crate::scenario) client_id: String,
    pub(in crate::scenario) message: String,
    pub(in crate::scenario) seq: u64,
}

/// A `message.created` that reached the session subscribed to its conversation.
#[derive(Debug, Clone)]
pub(in crate::scenario) struct Announced {
    pub(in crate::scenario) client_id: String,
    pub(in crate::scenario) seq: u64,
}

/// Examples of every kind of broken promise.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Findings {
    pub(in crate::scenario) acknowledged: usize,
    pub(in crate::scenario) stored: usize,
    pub(in crate::scenario) lost: Vec<String>,
    pub(in crate::scenario) doubled: Vec<String>,
    pub(in crate::scenario) changed: Vec<String>,
    pub(in crate::scenario) out_of_order: Vec<String>,
    pub(in crate::scenario) not_announced: Vec<String>,
    pub(in crate::scenario) announced_twice: Vec<String>,
    pub(in crate::scenario) announced_but_not_stored: Vec<String>,
    pub(in crate::scenario) not_resumed: Vec<String>,
}

impl Findings {
    pub(in crate::scenario) fn broken_promises(&self) -> [(&'static str, &[String]); 8] {
        [
            ("acknowledged but not stored", &self.lost),
            ("stored more than once", &self.doubled),
            ("stored otherwise than acknowledged", &self.changed),
            ("out of order in their conversation", &self.out_of_order),
            ("acknowledged but never announced", &self.not_announced),
            ("announced more than once", &self.announced_twice),
            ("announced but not stored", &self.announced_but_not_stored),
            ("resumes that failed", &self.not_resumed),
        ]
    }
}

/// `client_id` of the `number`th message of a conversation: unique, and in the order sent.
pub(in crate::scenario) fn client_id(seed: u64, loop_number: usize, number: u64) -> String {
    format!("crash-{seed}-{loop_number}-{number}")
}

fn number_of(client_id: &str) -> Option<u64> {
    client_id.rsplit('-').next()?.parse().ok()
}

/// `stored` may hold messages of others; those without a `client_id` are passed over.
pub(in crate::scenario) fn audit(heard: &Heard, stored: &[StoredMessage]) -> Findings {
    let mut findings = Findings {
        acknowledged: heard.acknowledged.len(),
        stored: stored.len(),
        not_resumed: heard.not_resumed.clone(),
        ..Findings::default()
    };
    let kept = index(stored, &mut findings);
    judge_acknowledged(&heard.acknowledged, &kept, &mut findings);
    judge_order(stored, &mut findings);
    judge_announced(heard, &kept, &mut findings);
    findings
}

type Kept<'a> = HashMap<&'a str, &'a StoredMessage>;

fn index<'a>(stored: &'a [StoredMessage], findings: &mut Findings) -> Kept<'a> {
    let mut kept = Kept::new();
    for message in stored {
        let Some(client_id) = message.client_id.as_deref() else { continue };
        if kept.insert(client_id, message).is_some() {
            findings.doubled.push(client_id.to_owned());
        }
    }
    kept
}

fn judge_acknowledged(acknowledged: &[Acknowledged], kept: &Kept<'_>, findings: &mut Findings) {
    for answer in acknowledged {
        match kept.get(answer.client_id.as_str()) {
            None => findings.lost.push(answer.client_id.clone()),
            Some(message)
                if message.id != answer.message
                    || message.seq != answer.seq
                    || message.conversation_id != answer.conversation =>
            {
                findings.changed.push(answer.client_id.clone());
            }
            Some(_) => {}
        }
    }
}

/// In the order of seq, the numbers of a conversation ascend by one: each was sent after the answer to the
/// one before.
fn judge_order(stored: &[StoredMessage], findings: &mut Findings) {
    let mut threads: HashMap<&str, Vec<(u64, u64)>> = HashMap::new();
    for message in stored {
        if let Some(number) = message.client_id.as_deref().and_then(number_of) {
            threads.entry(&message.conversation_id).or_default().push((message.seq, number));
        }
    }
    for (conversation, mut thread) in threads {
        thread.sort_unstable();
        let wrong = thread.windows(2).find(|pair| pair[1].0 == pair[0].0 || pair[1].1 != pair[0].1 + 1);
        if let Some(pair) = wrong {
            findings.out_of_order.push(format!("{} behind {} in {conversation}", pair[1].1, pair[0].1));
        }
    }
}

fn judge_announced(heard: &Heard, kept: &Kept<'_>, findings: &mut Findings) {
    let mut announced = HashSet::new();
    for event in &heard.announced {
        if !announced.insert(event.client_id.as_str()) {
            findings.announced_twice.push(event.client_id.clone());
        }
        if kept.get(event.client_id.as_str()).is_none_or(|message| message.seq != event.seq) {
            findings.announced_but_not_stored.push(event.client_id.clone());
        }
    }
    let silent = heard.acknowledged.iter().filter(|answer| !announced.contains(answer.client_id.as_str()));
    findings.not_announced.extend(silent.map(|answer| answer.client_id.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acknowledged(number: u64) -> Acknowledged {
        let id = client_id(1, 0, number);
        Acknowledged {
            conversation: "c".into(),
            message: format!("m{number}"),
            client_id: id,
            seq: 10 + number,
        }
    }

    fn announced(number: u64) -> Announced {
        Announced { client_id: client_id(1, 0, number), seq: 10 + number }
    }

    fn stored(number: u64) -> StoredMessage {
        StoredMessage {
            id: format!("m{number}"),
            conversation_id: "c".into(),
            body: String::new(),
            client_id: Some(client_id(1, 0, number)),
            status: "sent".into(),
            error: None,
            seq: 10 + number,
        }
    }

    fn heard(numbers: std::ops::Range<u64>) -> Heard {
        Heard {
            acknowledged: numbers.clone().map(acknowledged).collect(),
            announced: numbers.map(announced).collect(),
            not_resumed: Vec::new(),
        }
    }

    fn broken(heard: &Heard, stored: &[StoredMessage]) -> Vec<&'static str> {
        let findings = audit(heard, stored);
        findings
            .broken_promises()
            .into_iter()
            .filter(|(_, found)| !found.is_empty())
            .map(|(what, _)| what)
            .collect()
    }

    #[test]
    fn all_kept_is_no_finding_even_with_one_stored_that_was_never_answered() {
        let mut kept: Vec<_> = (0..4).map(stored).collect();
        assert!(broken(&heard(0..4), &kept).is_empty());
        kept.push(stored(4));
        assert!(broken(&heard(0..4), &kept).is_empty());
    }

    #[test]
    fn an_acknowledged_message_that_is_not_stored_is_found() {
        let kept: Vec<_> = (0..3).map(stored).collect();
        assert_eq!(broken(&heard(0..4), &kept), ["acknowledged but not stored", "announced but not stored"]);
    }

    #[test]
    fn a_message_stored_twice_is_found() {
        let mut again = stored(3);
        again.id = "other".into();
        again.seq = 20;
        let kept: Vec<_> = (0..4).map(stored).chain([again]).collect();
        assert!(broken(&heard(0..4), &kept).contains(&"stored more than once"));
    }

    #[test]
    fn an_answer_that_names_another_message_is_found() {
        let mut kept: Vec<_> = (0..4).map(stored).collect();
        kept[2].id = "other".into();
        assert_eq!(broken(&heard(0..4), &kept), ["stored otherwise than acknowledged"]);
    }

    #[test]
    fn messages_out_of_order_and_holes_are_found() {
        let mut swapped: Vec<_> = (0..4).map(stored).collect();
        (swapped[1].seq, swapped[2].seq) = (swapped[2].seq, swapped[1].seq);
        assert!(broken(&heard(0..4), &swapped).contains(&"out of order in their conversation"));
        let hole: Vec<_> = [0, 1, 3].map(stored).into();
        assert!(broken(&heard(0..0), &hole).contains(&"out of order in their conversation"));
    }

    #[test]
    fn events_missed_or_heard_twice_are_found() {
        let kept: Vec<_> = (0..4).map(stored).collect();
        let mut missed = heard(0..4);
        missed.announced.remove(1);
        assert_eq!(broken(&missed, &kept), ["acknowledged but never announced"]);
        let mut twice = heard(0..4);
        twice.announced.push(announced(1));
        assert_eq!(broken(&twice, &kept), ["announced more than once"]);
    }
}
