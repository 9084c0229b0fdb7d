//! The memory of a limit: a fixed number of places, however many callers come.

use std::{
    num::NonZeroU64,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{nanos::Nanos, state::StateStore};

/// Places of one limit: 512 KiB. Callers who meet in one place share it, one in 65,536 pairs does.
const PLACES: usize = 1 << 16;

/// What is known of each place: when its bucket would be full again. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Slots(Arc<[AtomicU64]>);

impl Slots {
    pub(super) fn empty() -> Self {
        Self((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }

    fn slot(&self, key: u64) -> &AtomicU64 {
        // The remainder is below 65,536.
        &self.0[(key % PLACES as u64) as usize]
    }

    /// Gives back what one request cost.
    pub(super) fn give_back(&self, key: u64, cost: Duration) {
        let cost = u64::try_from(cost.as_nanos()).unwrap_or(u64::MAX);
        let less = |full_at: u64| Some(full_at.saturating_sub(cost));
        let _ = self.slot(key).fetch_update(Ordering::AcqRel, Ordering::Acquire, less);
    }
}

impl StateStore for Slots {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, judge: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let slot = self.slot(*key);
        let mut known = slot.load(Ordering::Acquire);
        loop {
            let (outcome, next) = judge(NonZeroU64::new(known).map(|full_at| full_at.get().into()))?;
            match slot.compare_exchange_weak(known, next.into(), Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(outcome),
                Err(moved) => known = moved,
            }
        }
    }
}
