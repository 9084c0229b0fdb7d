//! Who calls whom and what comes of it, all of it chosen by the seed. Pure.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::provider::twilio::Answers;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Course {
    /// A contact calls, an agent takes it, they talk.
    Taken,
    /// An agent calls, the contact answers, they talk.
    Placed,
    /// An agent calls, and the contact is busy.
    Busy,
    /// An agent calls, and nobody picks up.
    Unanswered,
    /// An agent calls, and hangs up while it rings.
    GivenUp,
    /// An agent calls a number nobody has.
    Unreachable,
    /// A contact calls, no agent is free, the contact hangs up.
    Missed,
}

/// Of a hundred calls. Who finds no agent free is missed.
const SHARES: [(u32, Course); 7] = [
    (45, Course::Taken),
    (20, Course::Placed),
    (4, Course::Busy),
    (4, Course::Unanswered),
    (4, Course::GivenUp),
    (3, Course::Unreachable),
    (20, Course::Missed),
];
/// Of those who talk; the rest only talk.
const SWITCHED: f64 = 0.2;

/// Who puts an end to a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ender {
    Contact,
    /// By `call.hang_up`.
    Agent,
    /// The agent, in his browser: the hub is only told.
    Browser,
}

/// One call as it is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Script {
    /// And that of its handset.
    pub(super) number: usize,
    pub(super) course: Course,
    /// Who takes or places it. Nobody has two.
    pub(super) agent: Option<usize>,
    /// What the agent does while they talk.
    pub(super) control: Option<&'static str>,
    pub(super) ended_by: Ender,
}

impl Course {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Placed => "placed",
            Self::Busy => "busy",
            Self::Unanswered => "unanswered",
            Self::GivenUp => "given up",
            Self::Unreachable => "unreachable",
            Self::Missed => "missed",
        }
    }

    pub(super) const fn is_incoming(self) -> bool {
        matches!(self, Self::Taken | Self::Missed)
    }

    /// It stays until somebody hangs up.
    pub(super) const fn is_talk(self) -> bool {
        matches!(self, Self::Taken | Self::Placed)
    }

    /// What the contact does when called.
    pub(super) const fn answers(self) -> Answers {
        match self {
            Self::Taken | Self::Placed | Self::Missed => Answers::After(2),
            Self::Busy => Answers::Busy,
            Self::Unanswered | Self::GivenUp => Answers::Never,
            Self::Unreachable => Answers::Fails,
        }
    }
}

impl Script {
    /// Somebody calls whom no agent takes.
    pub(super) const fn missed(number: usize) -> Self {
        Self { number, course: Course::Missed, agent: None, control: None, ended_by: Ender::Contact }
    }

    fn throw(number: usize, free: &mut std::ops::Range<usize>, random: &mut StdRng) -> Self {
        let course = SHARES.choose_weighted(random, |(share, _)| *share).map_or(Course::Missed, |it| it.1);
        let agent = if course == Course::Missed { None } else { free.next() };
        if agent.is_none() {
            return Self::missed(number);
        }
        let control = course.is_talk() && random.random_bool(SWITCHED);
        Self {
            number,
            course,
            agent,
            control: control.then(|| if random.random_bool(0.5) { "call.mute" } else { "call.hold" }),
            ended_by: *[Ender::Contact, Ender::Agent, Ender::Browser]
                .choose(random)
                .unwrap_or(&Ender::Contact),
        }
    }
}

/// So many calls, for so many agents at most.
pub(super) fn write(calls: usize, agents: usize, seed: u64) -> Vec<Script> {
    let (mut random, mut free) = (StdRng::seed_from_u64(seed), 0..agents);
    (0..calls).map(|number| Script::throw(number, &mut free, &mut random)).collect()
}

/// How many agents it takes.
pub(super) fn agents(scripts: &[Script]) -> usize {
    scripts.iter().filter(|script| script.agent.is_some()).count()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_writes_the_same_calls() {
        assert_eq!(write(100, 100, 7), write(100, 100, 7));
        assert_ne!(write(100, 100, 7), write(100, 100, 8));
    }

    #[test]
    fn everything_that_can_become_of_a_call_is_there_and_nobody_has_two() {
        let scripts = write(500, 500, 7);
        let courses: HashSet<&str> = scripts.iter().map(|script| script.course.as_str()).collect();
        assert_eq!(courses.len(), SHARES.len());
        let taken: HashSet<usize> = scripts.iter().filter_map(|script| script.agent).collect();
        assert_eq!((taken.len(), taken.iter().max()), (agents(&scripts), Some(&(agents(&scripts) - 1))));
    }

    #[test]
    fn who_finds_no_agent_free_is_missed() {
        let scripts = write(100, 3, 7);
        assert_eq!(agents(&scripts), 3);
        assert!(
            scripts
                .iter()
                .filter(|script| script.agent.is_none())
                .all(|script| *script == Script::missed(script.number))
        );
    }
}
