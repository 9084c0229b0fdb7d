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
    /// A contact calls, an agent takes it by telephone, a voicemail box picks up there, the contact hangs up in the end.
    Boxed,
    /// The same as missed, and the contact waits until he may leave a message, and does.
    LeavesMessage,
    /// The same, and he says nothing.
    IsSilent,
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
/// With recordings: of those nobody takes, who waits for the tone; of those, who says something; of talks, what is
/// recorded.
const WAITING: f64 = 0.6;
const SPEAKING: f64 = 0.8;
const RECORDED: f64 = 0.3;
/// With screening: of those an agent takes, where a voicemail box picks up.
const BOXED: f64 = 0.15;

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
    /// The agent has it recorded.
    pub(super) is_recorded: bool,
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
            Self::LeavesMessage => "leaves a message",
            Self::IsSilent => "says nothing after the tone",
            Self::Boxed => "a voicemail box picks up",
        }
    }

    pub(super) const fn is_incoming(self) -> bool {
        self.is_asked_for() || self.is_missed()
    }

    /// A contact calls, and an agent wants it.
    pub(super) const fn is_asked_for(self) -> bool {
        matches!(self, Self::Taken | Self::Boxed)
    }

    /// No agent takes it.
    pub(super) const fn is_missed(self) -> bool {
        matches!(self, Self::Missed | Self::LeavesMessage | Self::IsSilent)
    }

    /// It stays until somebody hangs up.
    pub(super) const fn is_talk(self) -> bool {
        matches!(self, Self::Taken | Self::Placed)
    }

    /// What the contact does when called.
    pub(super) const fn answers(self) -> Answers {
        match self {
            Self::Taken
            | Self::Placed
            | Self::Missed
            | Self::LeavesMessage
            | Self::IsSilent
            | Self::Boxed => Answers::After(2),
            Self::Busy => Answers::Busy,
            Self::Unanswered | Self::GivenUp => Answers::Never,
            Self::Unreachable => Answers::Fails,
        }
    }
}

impl Script {
    /// Somebody calls whom no agent takes.
    pub(super) const fn missed(number: usize) -> Self {
        let (course, ended_by) = (Course::Missed, Ender::Contact);
        Self { number, course, agent: None, control: None, ended_by, is_recorded: false }
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
            is_recorded: false,
        }
    }

    fn throw_box(&mut self, random: &mut StdRng) {
        if random.random_bool(BOXED) && self.course == Course::Taken {
            (self.course, self.control, self.is_recorded) = (Course::Boxed, None, false);
        }
    }

    fn throw_recording(&mut self, random: &mut StdRng) {
        let [waits, speaks, is_recorded] =
            [WAITING, SPEAKING, RECORDED].map(|share| random.random_bool(share));
        self.is_recorded = self.course.is_talk() && is_recorded;
        if self.course == Course::Missed && waits {
            self.course = if speaks { Course::LeavesMessage } else { Course::IsSilent };
            self.ended_by = if random.random_bool(0.5) { Ender::Contact } else { Ender::Agent };
        }
    }
}

/// So many calls, for so many agents at most.
pub(super) fn write(calls: usize, agents: usize, seed: u64) -> Vec<Script> {
    let (mut random, mut free) = (StdRng::seed_from_u64(seed), 0..agents);
    (0..calls).map(|number| Script::throw(number, &mut free, &mut random)).collect()
}

/// Has a share of those nobody takes leave a message, and a share of the talks recorded; the rest of it stays as it was
/// written.
pub(super) fn record(scripts: &mut [Script], seed: u64) {
    let mut random = StdRng::seed_from_u64(!seed);
    scripts.iter_mut().for_each(|script| script.throw_recording(&mut random));
}

/// Has a voicemail box pick up at a share of the agents who take a call.
pub(super) fn screen(scripts: &mut [Script], seed: u64) {
    let mut random = StdRng::seed_from_u64(seed.rotate_left(32));
    scripts.iter_mut().for_each(|script| script.throw_box(&mut random));
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
    fn recordings_change_nothing_else() {
        let (plain, mut scripts) = (write(500, 400, 7), write(500, 400, 7));
        record(&mut scripts, 7);
        let is_same = |(one, other): (&Script, &Script)| {
            (one.agent, one.control, one.course.is_missed())
                == (other.agent, other.control, other.course.is_missed())
        };
        assert!(plain.iter().zip(&scripts).all(is_same));
        let count = |is: &dyn Fn(&Script) -> bool| scripts.iter().filter(|script| is(script)).count();
        assert!(count(&|script| script.is_recorded && script.course.is_talk()) > 50);
        assert_eq!(count(&|script| script.is_recorded && !script.course.is_talk()), 0);
        for course in [Course::Missed, Course::LeavesMessage, Course::IsSilent] {
            assert!(count(&|script| script.course == course) > 5, "{course:?}");
        }
    }

    #[test]
    fn voicemail_boxes_pick_up_for_some_who_would_have_talked() {
        let (plain, mut scripts) = (write(500, 500, 7), write(500, 500, 7));
        screen(&mut scripts, 7);
        let boxed = |script: &Script| script.course == Course::Boxed;
        let is_sound = |(one, other): (&Script, &Script)| {
            one == other || (boxed(other) && one.course == Course::Taken && one.agent == other.agent)
        };
        assert!(plain.iter().zip(&scripts).all(is_sound));
        assert!(scripts.iter().filter(|script| boxed(script)).count() > 10);
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
