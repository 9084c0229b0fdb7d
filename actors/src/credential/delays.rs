//! How long something took, counted in stretches that grow by a quarter each: enough to tell a median, in little room. Pure.

use std::time::Duration;

/// Stretches there are; the last has everything beyond 44 minutes.
const STRETCHES: usize = 65;
/// Of them, in each doubling of time.
const IN_A_DOUBLING: f64 = 3.0;

/// How often each stretch of time was met, the shortest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Delays(pub(super) Vec<i64>);

impl Delays {
    pub(super) fn note(&mut self, delay: Duration) {
        let stretch = stretch(delay);
        if self.0.len() <= stretch {
            self.0.resize(stretch + 1, 0);
        }
        self.0[stretch] += 1;
    }

    /// Both together.
    pub(super) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count += more;
        }
    }

    /// The end of the stretch below which so many of a hundred are, in milliseconds; of nothing there is none.
    pub(super) fn percentile(&self, of_a_hundred: i64) -> Option<i64> {
        let total: i64 = self.0.iter().sum();
        let (mut seen, wanted) = (0, total * of_a_hundred);
        let stretch = self.0.iter().position(|count| {
            seen += count;
            seen > 0 && seen * 100 >= wanted
        });
        stretch.map(end)
    }
}

fn stretch(delay: Duration) -> usize {
    let milliseconds = delay.as_secs_f64() * 1_000.0;
    (0..STRETCHES).find(|stretch| milliseconds <= limit(*stretch)).unwrap_or(STRETCHES - 1)
}

fn limit(stretch: usize) -> f64 {
    2_f64.powf(stretch as f64 / IN_A_DOUBLING)
}

/// In milliseconds.
fn end(stretch: usize) -> i64 {
    limit(stretch).round() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(milliseconds: &[u64]) -> Delays {
        let mut delays = Delays::default();
        milliseconds.iter().for_each(|delay| delays.note(Duration::from_millis(*delay)));
        delays
    }

    #[test]
    fn of_nothing_there_is_no_median() {
        assert_eq!(Delays::default().percentile(50), None);
        assert_eq!(of(&[0]).percentile(50), Some(1));
    }

    #[test]
    fn the_few_that_took_long_are_told_apart_from_the_many() {
        let mut all = vec![100; 98];
        all.extend([60_000, 60_000]);
        let delays = of(&all);
        let (median, slowest) = (delays.percentile(50).unwrap(), delays.percentile(99).unwrap());
        assert!((100..=126).contains(&median) && (60_000..=76_000).contains(&slowest), "{median} {slowest}");
        assert!(of(&[u64::MAX]).percentile(50).unwrap() > 44 * 60 * 1_000);
    }

    proptest! {
        #[test]
        fn what_is_told_is_never_less_and_at_most_a_quarter_more(delay in 1_u64..2_000_000) {
            let told = u64::try_from(of(&[delay]).percentile(99).unwrap()).unwrap();
            prop_assert!(told + 1 >= delay && told as f64 <= delay as f64 * 1.27 + 1.0, "{} {}", delay, told);
        }

        #[test]
        fn counting_together_is_counting_at_once(
            (one, two) in (prop::collection::vec(0_u64..9_000_000, 0..20), prop::collection::vec(0_u64..90, 0..20))
        ) {
            let mut together = of(&one);
            together.add(&of(&two));
            prop_assert_eq!(together, of(&[one, two].concat()));
        }
    }
}
