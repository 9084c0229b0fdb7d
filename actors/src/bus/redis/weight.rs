//! What waits, by its bytes.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many bytes, of which some are taken.
pub(super) struct Weight {
    taken: AtomicUsize,
    most: usize,
}

impl Weight {
    pub(super) const fn of(most: usize) -> Self {
        Self { taken: AtomicUsize::new(0), most }
    }

    /// Takes so many; false, and none are taken, when there are too few.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let fits = |taken: usize| taken.checked_add(bytes).filter(|taken| *taken <= self.most);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    /// Gives back what was taken.
    pub(super) fn give(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_takes_nothing() {
        let weight = Weight::of(10);
        assert!(weight.take(6));
        assert!(!weight.take(5) && !weight.take(usize::MAX));
        assert!(weight.take(4));
        weight.give(6);
        assert!(weight.take(6) && !weight.take(1));
    }
}
