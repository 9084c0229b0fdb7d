//! The stretches of the log that an index of words is divided into, and how far one search looks.

/// Seqs of one stretch, as a power of two. The migration of the indexes says the same.
const BITS: u32 = 12;

/// Stretches one search looks into: four million seqs.
const LOOKED_INTO: i64 = 1024;

/// A part of the log, newest first: below `below`, down to and with `lowest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) below: i64,
    pub(super) lowest: i64,
}

impl Reach {
    /// As far as one search looks below `below`.
    pub(super) fn below(below: i64) -> Self {
        let newest = (below - 1).max(0) >> BITS;
        Self { below, lowest: (newest + 1 - LOOKED_INTO).max(0) << BITS }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reach_is_bounded_and_ends_at_the_beginning_of_the_log() {
        assert_eq!(Reach::below(4097).stretches().collect::<Vec<_>>(), [1, 0]);
        assert!(Reach::below(1).ends());
        let far = Reach::below(10_000_000);
        assert_eq!((far.stretches().count(), far.ends()), (1024, false));
        assert!(Reach::below(far.lowest).stretches().all(|stretch| stretch < far.lowest >> BITS));
    }
}
