//! What goes wrong, how often, and by which throw of which dice.

use std::ops::RangeInclusive;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Shares between 0 and 1, written `late=0.05,cut=0.02`; what is not named never happens.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Faults {
    /// Webhooks that come late.
    pub late: f64,
    /// Webhooks that come twice.
    pub duplicate: f64,
    /// Status callbacks that change places with the one before them.
    pub reorder: f64,
    /// Webhooks that never come.
    pub lose: f64,
    /// Messages that do not arrive at the handset.
    pub undelivered: f64,
    /// REST requests answered with 429.
    pub status_429: f64,
    /// REST requests answered with 503, and not carried out.
    pub status_5xx: f64,
    /// Recordings of which nothing is understood.
    pub unintelligible: f64,
    /// Messages and calls that are accepted, and the connection is cut before the answer.
    pub cut: f64,
}

impl Faults {
    fn share(&mut self, name: &str) -> Result<&mut f64> {
        Ok(match name {
            "late" => &mut self.late,
            "duplicate" => &mut self.duplicate,
            "reorder" => &mut self.reorder,
            "lose" => &mut self.lose,
            "undelivered" => &mut self.undelivered,
            "status_429" => &mut self.status_429,
            "status_5xx" => &mut self.status_5xx,
            "unintelligible" => &mut self.unintelligible,
            "cut" => &mut self.cut,
            _ => bail!("there is no fault {name:?}"),
        })
    }
}

impl FromStr for Faults {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut faults = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, share) =
                part.split_once('=').with_context(|| format!("{part:?} is not name=share"))?;
            let share: f64 = share.parse().with_context(|| format!("{share:?} is not a number"))?;
            ensure!((0.0..=1.0).contains(&share), "a share is between 0 and 1, not {share}");
            *faults.share(name)? = share;
        }
        Ok(faults)
    }
}

/// Whose fate is thrown for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Request(u64),
    Message(u64),
    /// A call, a conference or a recording.
    Line(u64),
}

/// The fate of one request or message: the same seed and number, the same throws.
#[derive(Debug)]
pub(super) struct Dice(StdRng);

impl Dice {
    pub(super) fn of(seed: u64, subject: Subject) -> Self {
        let subject = match subject {
            Subject::Request(number) => number << 1,
            Subject::Message(number) => number << 1 | 1,
            // Above all requests and messages there will ever be.
            Subject::Line(number) => 1 << 63 | number,
        };
        // The odd constant keeps neighbouring seeds from sharing fates.
        Self(StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(subject)))
    }

    pub(super) fn hits(&mut self, share: f64) -> bool {
        self.0.random_bool(share)
    }

    pub(super) fn between(&mut self, range: RangeInclusive<u32>) -> u32 {
        self.0.random_range(range)
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        (!choices.is_empty()).then(|| choices[self.0.random_range(0..choices.len())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_by_name() {
        let faults: Faults = "late=0.05, cut=1".parse().unwrap();
        assert_eq!(faults, Faults { late: 0.05, cut: 1.0, ..Faults::default() });
        assert_eq!("".parse::<Faults>().unwrap(), Faults::default());
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["late", "late=", "late=2", "late=-0.1", "late=NaN", "gone=0.1"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_seed_and_number_throw_the_same() {
        let throws = |seed, subject| {
            let mut dice = Dice::of(seed, subject);
            (0..64).map(|_| dice.hits(0.5)).collect::<Vec<bool>>()
        };
        assert_eq!(throws(7, Subject::Message(3)), throws(7, Subject::Message(3)));
        assert_ne!(throws(7, Subject::Message(3)), throws(7, Subject::Message(4)));
        assert_ne!(throws(7, Subject::Message(3)), throws(8, Subject::Message(3)));
        assert_ne!(throws(7, Subject::Message(3)), throws(7, Subject::Request(3)));
    }

    #[test]
    fn a_share_is_hit_about_as_often_as_it_says() {
        let hits = (0..10_000).filter(|number| Dice::of(1, Subject::Request(*number)).hits(0.05)).count();
        assert!((400..600).contains(&hits), "{hits}");
    }
}
