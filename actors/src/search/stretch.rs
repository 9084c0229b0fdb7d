//! The stretches of the log that an index of words is divided into, how far one search looks, and how it goes through them.

/// Seqs of one stretch, as a power of two. The migration of the indexes says the same.
const BITS: u32 = 12;

/// Stretches one search looks into: four million seqs.
const LOOKED_INTO: i64 = 1024;

/// How much wider each step is than the one before, where nothing is found.
const WIDER: i64 = 4;

/// The widest step, in stretches.
const WIDEST: i64 = 64;

/// A part of the log, newest first: below `below`, down to and with `lowest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) below: i64,
    pub(super) lowest: i64,
}

impl Reach {
    /// As far as one search looks below `below`.
    pub(super) fn below(below: i64) -> Self {
        Self::of_stretches(below, LOOKED_INTO, 0)
    }

    /// So many stretches below `below`, but nothing below `lowest`.
    fn of_stretches(below: i64, stretches: i64, lowest: i64) -> Self {
        let newest = (below - 1).max(0) >> BITS;
        Self { below, lowest: ((newest + 1 - stretches) << BITS).max(lowest) }
    }

    /// There is nothing below it.
    pub(super) fn ends(self) -> bool {
        self.lowest == 0
    }

    /// The stretches it has a part of, the newest first.
    pub(super) fn stretches(self) -> impl Iterator<Item = i64> {
        ((self.lowest >> BITS)..=((self.below - 1).max(0) >> BITS)).rev()
    }
}

/// What to ask of a part of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Which hits are in this stretch.
    Read(Reach),
    /// Whether there is a hit anywhere in these stretches.
    Probe(Reach),
}

/// A way through a reach: one stretch after the other where there are hits, in ever wider steps where there are none. So
/// a rare word costs a few questions, and a common one never more than the stretches its hits fill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    left: Reach,
    /// Of the next step, in stretches.
    width: i64,
    /// Down to here there is a hit that was not met yet: nothing wider is worth asking.
    sure: Option<i64>,
}

impl Walk {
    pub(super) fn through(reach: Reach) -> Self {
        Self { left: reach, width: 1, sure: None }
    }

    /// What to ask next; `None` at the end.
    pub(super) fn step(&self) -> Option<Step> {
        let Reach { below, lowest } = self.left;
        let part = Reach::of_stretches(below, self.width, lowest);
        let step = if self.width == 1 { Step::Read(part) } else { Step::Probe(part) };
        (below > lowest.max(1)).then_some(step)
    }

    /// Goes on after a step that found something, or did not.
    pub(super) fn after(&mut self, step: Step, found: bool) {
        match step {
            Step::Probe(part) if found => {
                self.sure = Some(part.lowest);
                self.width /= WIDER;
            }
            Step::Probe(part) | Step::Read(part) => {
                self.left.below = part.lowest;
                self.sure = self.sure.filter(|sure| !found && part.lowest > *sure);
                if found {
                    self.width = 1;
                } else if self.sure.is_none() {
                    self.width = (self.width * WIDER).min(WIDEST);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reach_is_bounded_and_ends_at_the_beginning_of_the_log() {
        assert_eq!(Reach::below(4097).stretches().collect::<Vec<_>>(), [1, 0]);
        assert!(Reach::below(1).ends());
        let far = Reach::below(10_000_000);
        assert_eq!((far.stretches().count(), far.ends()), (1024, false));
        assert!(Reach::below(far.lowest).stretches().all(|stretch| stretch < far.lowest >> BITS));
    }

    /// Which of `hits` are found, and in how many steps.
    fn walked(reach: Reach, hits: &[i64]) -> (Vec<i64>, usize) {
        let (mut walk, mut found, mut steps) = (Walk::through(reach), Vec::new(), 0);
        while let Some(step) = walk.step() {
            let (Step::Read(part) | Step::Probe(part)) = step;
            let within = hits.iter().rev().filter(|seq| (part.lowest..part.below).contains(*seq));
            let before = found.len();
            found.extend(within);
            let any = found.len() > before;
            if matches!(step, Step::Probe(_)) {
                found.truncate(before);
            }
            walk.after(step, any);
            steps += 1;
        }
        (found, steps)
    }

    #[test]
    fn what_is_nowhere_is_given_up_in_a_few_steps() {
        assert_eq!(walked(Reach::below(10_000), &[]), (vec![], 2));
        assert_eq!(walked(Reach::below(1_000_000), &[]), (vec![], 7));
        assert_eq!(walked(Reach::below(10_000_000), &[]), (vec![], 19));
        assert_eq!(walked(Reach::below(1), &[]), (vec![], 0));
    }

    proptest! {
        #[test]
        fn every_hit_is_found_once_the_newest_first(
            hits in proptest::collection::btree_set(1_i64..5_000_000, 0..40),
            below in 1_i64..5_000_000,
        ) {
            let hits: Vec<i64> = hits.into_iter().collect();
            let reach = Reach::below(below);
            let within = hits.iter().rev().copied().filter(|seq| (reach.lowest..below).contains(seq));
            let (found, steps) = walked(reach, &hits);
            prop_assert_eq!(found, within.collect::<Vec<_>>());
            prop_assert!(steps <= 19 + 16 * hits.len());
        }
    }
}
