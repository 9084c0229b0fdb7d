//! What is to be told to whom, on its way through the faults.

use std::time::Duration;

use super::super::faults::{Dice, Faults, Subject};
use super::super::journey::Befallen;
use super::super::rest::Weather;
use super::super::target::Target;
use super::parameters::Fields;

/// Who wants to be told, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) target: Target,
    pub(super) events: Vec<String>,
}

impl Subscription {
    pub(super) fn wants(&self, event: &str) -> bool {
        self.events.iter().any(|wanted| wanted == event)
    }
}

/// A webhook that is ready to leave.
#[derive(Debug)]
pub(super) struct Letter {
    /// As the report counts it.
    pub(super) kind: &'static str,
    pub(super) target: Target,
    pub(super) form: Fields,
    /// The call and the event it tells of.
    pub(super) about: Option<(String, &'static str)>,
}

/// What one call, conference or recording sends: its dice, and the letter that is to change places with the next.
#[derive(Debug)]
pub(super) struct Sender {
    dice: Dice,
    held: Option<Letter>,
}

impl Sender {
    pub(super) fn new(seed: u64, number: u64) -> Self {
        Self { dice: Dice::of(seed, Subject::Line(number)), held: None }
    }

    /// To throw for something else that may befall it, or for what it says.
    pub(super) fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }
}

/// Letters that are about to leave, and how much later than now.
#[derive(Debug)]
pub(super) struct Post {
    weather: Weather,
    collected: Collected,
}

#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) leaving: Vec<(Duration, Letter)>,
    /// By kind.
    pub(super) befallen: Vec<(&'static str, Befallen)>,
}

impl Post {
    pub(super) fn new(weather: Weather) -> Self {
        Self { weather, collected: Collected::default() }
    }

    pub(super) const fn seed(&self) -> u64 {
        self.weather.seed
    }

    /// Takes a letter, if there is one to write, and what the sender held back. After the last nothing is held back.
    pub(super) fn send(&mut self, sender: &mut Sender, letter: Option<Letter>, is_last: bool) {
        let held = if letter.is_some() || is_last { sender.held.take() } else { None };
        if let Some(letter) = letter {
            let is_first = held.is_none() && !is_last;
            if is_first && sender.dice.hits(self.weather.faults.reorder) {
                self.befall(letter.kind, |befallen| befallen.reordered += 1);
                sender.held = Some(letter);
                return;
            }
            self.leave(&mut sender.dice, Duration::ZERO, letter);
        }
        if let Some(held) = held {
            self.leave(&mut sender.dice, self.weather.delays.double, held);
        }
    }

    /// A letter that is asked for an answer, so that no fault befalls it.
    pub(super) fn send_unharmed(&mut self, letter: Letter) {
        self.collected.leaving.push((Duration::ZERO, letter));
    }

    /// A letter about what takes so many steps.
    pub(super) fn send_after(&mut self, steps: u32, sender: &mut Sender, letter: Letter) {
        self.leave(&mut sender.dice, self.weather.step * steps, letter);
    }

    /// Steps, in microseconds.
    pub(super) fn micros(&self, steps: u32) -> i64 {
        i64::try_from((self.weather.step * steps).as_micros()).unwrap_or(i64::MAX)
    }

    /// How often something goes wrong.
    pub(super) const fn faults(&self) -> Faults {
        self.weather.faults
    }

    /// Everything that leaves, and what befell it.
    pub(super) fn collect(&mut self) -> Collected {
        std::mem::take(&mut self.collected)
    }

    fn leave(&mut self, dice: &mut Dice, mut after: Duration, letter: Letter) {
        let Weather { faults, delays, .. } = self.weather;
        if dice.hits(faults.lose) {
            return self.befall(letter.kind, |befallen| befallen.lost += 1);
        }
        if dice.hits(faults.late) {
            after += delays.late;
            self.befall(letter.kind, |befallen| befallen.late += 1);
        }
        if dice.hits(faults.duplicate) {
            let double = Letter {
                kind: letter.kind,
                target: letter.target.clone(),
                form: letter.form.clone(),
                about: letter.about.clone(),
            };
            self.collected.leaving.push((after + delays.double, double));
            self.befall(letter.kind, |befallen| befallen.duplicated += 1);
        }
        self.collected.leaving.push((after, letter));
    }

    fn befall(&mut self, kind: &'static str, what: impl FnOnce(&mut Befallen)) {
        let mut befallen = Befallen::default();
        what(&mut befallen);
        self.collected.befallen.push((kind, befallen));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::faults::Faults;
    use super::super::super::journey::Delays;
    use super::*;

    /// What leaves of three letters, in the order it leaves.
    fn left(faults: Faults) -> Vec<&'static str> {
        let (late, double) = (Duration::from_secs(2), Duration::from_millis(10));
        let weather = Weather { seed: 7, faults, step: double, delays: Delays { late, double } };
        let (mut post, mut sender) = (Post::new(weather), Sender::new(7, 1));
        for (index, kind) in ["one", "two", "three"].into_iter().enumerate() {
            let target = Target::post("http://127.0.0.1/");
            let letter = Letter { kind, target, form: Vec::new(), about: None };
            post.send(&mut sender, Some(letter), index == 2);
        }
        assert!(sender.held.is_none(), "nothing is held back for ever");
        let mut leaving = post.collect().leaving;
        leaving.sort_by_key(|(after, _)| *after);
        leaving.into_iter().map(|(_, letter)| letter.kind).collect()
    }

    #[test]
    fn each_fault_does_what_it_is_named_for() {
        assert_eq!(left(Faults::default()), ["one", "two", "three"]);
        assert_eq!(left(Faults { lose: 1.0, ..Faults::default() }), Vec::<&str>::new());
        let doubled = left(Faults { duplicate: 1.0, ..Faults::default() });
        assert_eq!(doubled, ["one", "two", "three", "one", "two", "three"]);
        assert_eq!(left(Faults { late: 1.0, ..Faults::default() }), ["one", "two", "three"]);
    }

    #[test]
    fn what_is_reordered_leaves_after_what_came_next() {
        // The first waits for the second; the third is the last, and waits for nothing.
        assert_eq!(left(Faults { reorder: 1.0, ..Faults::default() }), ["two", "three", "one"]);
    }
}
