//! The judgement: what the hub said it has taken, against what it shows. Pure.

use std::collections::{HashMap, HashSet};

/// A text that was taken, as it must be found.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) from: String,
    pub(super) body: String,
}

/// A conversation as the hub shows it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) id: String,
    /// The number of its contact.
    pub(super) phone: String,
    /// What came in, the oldest first.
    pub(super) bodies: Vec<String>,
}

/// Examples of every kind of broken promise.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) taken: usize,
    pub(super) conversations: usize,
    lost: Vec<String>,
    twice: Vec<String>,
    elsewhere: Vec<String>,
    parted: Vec<String>,
}

impl Findings {
    pub(super) fn broken_promises(&self) -> [(&'static str, &[String]); 4] {
        [
            ("taken, and in no conversation", &self.lost),
            ("in conversations more than once", &self.twice),
            ("in the conversation of somebody else", &self.elsewhere),
            ("handsets with more than one conversation", &self.parted),
        ]
    }
}

pub(super) fn audit(taken: &[Taken], shown: &[Shown]) -> Findings {
    let mut findings = Findings { taken: taken.len(), conversations: shown.len(), ..Findings::default() };
    let mut places: HashMap<&str, Vec<&Shown>> = HashMap::new();
    let mut phones = HashSet::new();
    for conversation in shown {
        if !phones.insert(conversation.phone.as_str()) {
            findings.parted.push(conversation.phone.clone());
        }
        for body in &conversation.bodies {
            places.entry(body).or_default().push(conversation);
        }
    }
    for text in taken {
        match places.get(text.body.as_str()).map(Vec::as_slice) {
            None | Some([]) => findings.lost.push(text.body.clone()),
            Some([place]) if place.phone == text.from => {}
            Some([place]) => findings.elsewhere.push(format!("{} in {}", text.body, place.id)),
            Some(_) => findings.twice.push(text.body.clone()),
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(from: &str, body: &str) -> Taken {
        Taken { from: from.to_owned(), body: body.to_owned() }
    }

    fn shown(phone: &str, bodies: &[&str]) -> Shown {
        let bodies = bodies.iter().map(|&body| body.to_owned()).collect();
        Shown { id: format!("of {phone}"), phone: phone.to_owned(), bodies }
    }

    fn broken(shown: &[Shown]) -> Vec<&'static str> {
        let findings = audit(&[taken("+1", "one"), taken("+2", "two")], shown);
        let broken = findings.broken_promises().into_iter().filter(|(_, found)| !found.is_empty());
        broken.map(|(what, _)| what).collect()
    }

    #[test]
    fn each_once_with_whoever_sent_it_is_no_finding_and_more_than_was_answered_neither() {
        assert!(broken(&[shown("+1", &["one", "never answered"]), shown("+2", &["two"])]).is_empty());
    }

    #[test]
    fn each_broken_promise_is_found() {
        assert_eq!(broken(&[shown("+1", &["one"])]), ["taken, and in no conversation"]);
        assert_eq!(
            broken(&[shown("+1", &["one", "one"]), shown("+2", &["two"])]),
            ["in conversations more than once"]
        );
        assert_eq!(
            broken(&[shown("+1", &["one", "two"]), shown("+2", &[])]),
            ["in the conversation of somebody else"]
        );
        assert_eq!(
            broken(&[shown("+1", &["one"]), shown("+2", &["two"]), shown("+2", &[])]),
            ["handsets with more than one conversation"]
        );
    }
}
