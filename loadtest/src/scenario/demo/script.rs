//! What made-up customers say, and when: some by itself, some once an agent has written. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use self::Cue::{Alone, Answer};

/// An answer that does not come is asked for once, after so long.
const IMPATIENT_AFTER: Duration = Duration::from_secs(45);

/// A line of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// Said by itself, a while after the one before.
    Alone(&'static str),
    /// Said a few seconds after an agent has written.
    Answer(&'static str),
}

/// Who texts in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// As he stands in the address book; none for a number nobody knows.
    pub(super) name: Option<&'static str>,
    /// When he begins.
    pub(super) enters_after: Duration,
    pub(super) lines: &'static [Cue],
    /// What he says when nobody answers.
    pub(super) nudge: &'static str,
}

/// The whole cast, in the order in which they enter.
pub(super) const CAST: [Role; 4] = [
    Role {
        name: Some("Maya Chen"),
        enters_after: Duration::from_secs(4),
        lines: &[
            Alone("Hi! My parcel should have been here yesterday. Order 48213. Do you know where it is?"),
            Answer("It goes to 14 Alder Street, second floor. The bell says Chen."),
            Answer("Tomorrow before noon is fine, somebody will be in."),
            Answer("Perfect. Thank you for being so quick!"),
        ],
        nudge: "Hello? Is anybody reading this?",
    },
    Role {
        name: Some("Tom Okafor"),
        enters_after: Duration::from_secs(14),
        lines: &[
            Alone("Good morning. I have an appointment on Thursday at 10."),
            Alone("Something came up at work. Could we make it Friday?"),
            Answer("After two would be best."),
            Answer("Half past three it is. See you on Friday!"),
        ],
        nudge: "Sorry to press, I have to tell my boss until noon. Is Friday possible?",
    },
    Role {
        name: None,
        enters_after: Duration::from_secs(35),
        lines: &[
            Alone("Are you open on Sundays?"),
            Answer("Great, we will come by with the little one then 🙂"),
        ],
        nudge: "Are you? We live an hour away.",
    },
    Role {
        name: None,
        enters_after: Duration::from_secs(60),
        lines: &[Alone("Spring sale? I never asked for these texts."), Alone("STOP")],
        nudge: "STOP",
    },
];

/// A role being played.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) role: Role,
    lines: VecDeque<Cue>,
    /// When the next line is said, if that is settled.
    due: Option<Duration>,
    /// Since when he waits for an answer, and has not asked for it.
    waits_since: Option<Duration>,
}

impl Customer {
    pub(super) fn new(role: Role) -> Self {
        let lines = role.lines.iter().copied().collect();
        Self { role, lines, due: Some(role.enters_after), waits_since: None }
    }

    /// An agent has written to him; he thinks for `pause`, unless he is typing already.
    pub(super) fn hear(&mut self, now: Duration, pause: Duration) {
        if matches!(self.lines.front(), Some(Answer(_))) && self.due.is_none() {
            self.due = Some(now + pause);
        }
        self.waits_since = None;
    }

    /// What he says now, if anything. What comes by itself behind it follows after `pause`.
    pub(super) fn speak(&mut self, now: Duration, pause: Duration) -> Option<&'static str> {
        if self.due.is_some_and(|due| due <= now) {
            let (Alone(line) | Answer(line)) = self.lines.pop_front()?;
            self.due = matches!(self.lines.front(), Some(Alone(_))).then_some(now + pause);
            self.waits_since = matches!(self.lines.front(), Some(Answer(_))).then_some(now);
            return Some(line);
        }
        let is_impatient = self.waits_since.is_some_and(|since| since + IMPATIENT_AFTER <= now);
        if !is_impatient {
            return None;
        }
        self.waits_since = None;
        Some(self.role.nudge)
    }

    /// Whether he has said what he had to say.
    pub(super) fn is_done(&self) -> bool {
        self.lines.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(3);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn tom() -> Customer {
        Customer::new(CAST[1])
    }

    #[test]
    fn a_customer_begins_by_himself_and_then_waits_for_an_agent() {
        let mut tom = tom();
        assert_eq!(tom.speak(at(13), PAUSE), None);
        assert!(tom.speak(at(14), PAUSE).unwrap().contains("Thursday"));
        assert_eq!(tom.speak(at(16), PAUSE), None);
        assert!(tom.speak(at(17), PAUSE).unwrap().contains("Friday"));
        assert_eq!(tom.speak(at(40), PAUSE), None, "he waits for an answer");
        tom.hear(at(41), PAUSE);
        assert_eq!(tom.speak(at(43), PAUSE), None, "he is typing");
        assert!(tom.speak(at(44), PAUSE).unwrap().contains("After two"));
    }

    #[test]
    fn whoever_is_not_answered_asks_once() {
        let mut tom = tom();
        while tom.speak(at(20), Duration::ZERO).is_some() {}
        assert_eq!(tom.speak(at(64), PAUSE), None);
        assert_eq!(tom.speak(at(65), PAUSE), Some(CAST[1].nudge));
        assert_eq!(tom.speak(at(600), PAUSE), None);
    }

    #[test]
    fn two_texts_of_an_agent_are_answered_once() {
        let mut tom = tom();
        while tom.speak(at(20), Duration::ZERO).is_some() {}
        tom.hear(at(21), PAUSE);
        tom.hear(at(22), PAUSE);
        assert!(tom.speak(at(24), PAUSE).is_some());
        assert_eq!(tom.speak(at(30), PAUSE), None);
        tom.hear(at(31), PAUSE);
        assert!(tom.speak(at(34), PAUSE).is_some() && tom.is_done());
        tom.hear(at(35), PAUSE);
        assert_eq!(tom.speak(at(999), PAUSE), None);
    }
}
