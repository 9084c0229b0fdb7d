//! How the use of credentials goes, gathered in memory: a busy provider costs one commit every few seconds.

use std::collections::HashMap;

use entities::{TenantId, Timestamp};
use parking_lot::Mutex;

use super::{Callback, Use, delays::Delays};

/// Providers of tenants this node remembers uses of; what is beyond is counted nowhere, until the next time it writes.
const REMEMBERED: usize = 10_000;

/// What was made of one tenant's credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    pub(super) successes: i64,
    pub(super) failures: i64,
    pub(super) last_success_at: Option<Timestamp>,
    pub(super) last_error: Option<(Timestamp, String)>,
    pub(super) missing_callbacks: i64,
    pub(super) callback_delays: Delays,
}

/// What is not written yet, by tenant and provider.
#[derive(Default)]
pub(super) struct Unwritten(Mutex<HashMap<(TenantId, &'static str), Uses>>);

impl Unwritten {
    pub(super) fn note(&self, of: (TenantId, &'static str), used: Use, now: Timestamp) {
        self.gather(of, |uses| match used {
            Use::Succeeded => {
                uses.successes += 1;
                uses.last_success_at = uses.last_success_at.max(Some(now));
            }
            Use::Failed(why) => {
                uses.failures += 1;
                uses.last_error = Some((now, why));
            }
        });
    }

    pub(super) fn note_callback(&self, of: (TenantId, &'static str), callback: Callback) {
        self.gather(of, |uses| match callback {
            Callback::After(delay) => uses.callback_delays.note(delay),
            Callback::Missing => uses.missing_callbacks += 1,
        });
    }

    /// All of it; from now on it is the caller's to write.
    pub(super) fn take(&self) -> HashMap<(TenantId, &'static str), Uses> {
        std::mem::take(&mut *self.0.lock())
    }

    fn gather(&self, of: (TenantId, &'static str), change: impl FnOnce(&mut Uses)) {
        let mut unwritten = self.0.lock();
        if unwritten.len() < REMEMBERED || unwritten.contains_key(&of) {
            change(unwritten.entry(of).or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn uses_add_up_until_they_are_taken() {
        let (unwritten, of) = (Unwritten::default(), (TenantId::from_uuid(Uuid::nil()), "courier"));
        let at = Timestamp::from_micros;
        unwritten.note(of, Use::Succeeded, at(1));
        unwritten.note(of, Use::Failed("away".to_owned()), at(2));
        unwritten.note(of, Use::Succeeded, at(3));
        let taken = unwritten.take().remove(&of).unwrap();
        let last_error = Some((at(2), "away".to_owned()));
        let (successes, last_success_at) = (2, Some(at(3)));
        assert_eq!(taken, Uses { successes, failures: 1, last_success_at, last_error, ..Uses::default() });
        assert!(unwritten.take().is_empty());
    }

    #[test]
    fn the_memory_of_uses_is_bounded() {
        let unwritten = Unwritten::default();
        for tenant in 0..=REMEMBERED {
            let of = (TenantId::from_uuid(Uuid::from_u128(tenant as u128)), "courier");
            unwritten.note(of, Use::Succeeded, Timestamp::from_micros(0));
        }
        assert_eq!(unwritten.take().len(), REMEMBERED);
    }
}
