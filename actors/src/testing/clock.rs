//! Time and ids that tests hold in their hands.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};
use std::time::Duration;

use entities::Timestamp;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::clock::{Clock, IdSource};

/// A clock that stands still until it is moved. Each look takes a microsecond, so that no two moments are the same.
#[derive(Debug)]
pub struct TestClock {
    micros: AtomicI64,
    panics: AtomicBool,
}

impl Default for TestClock {
    fn default() -> Self {
        // 2026-01-01T00:00:00Z
        Self { micros: AtomicI64::new(1_767_225_600_000_000), panics: AtomicBool::new(false) }
    }
}

impl TestClock {
    /// Moves on.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }

    /// Whoever looks next panics, which is how a test makes an actor fail that draws no ids.
    pub fn panic_once(&self) {
        self.panics.store(true, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "this look panics, as the test asked");
        Timestamp::from_micros(self.micros.fetch_add(1, Ordering::SeqCst))
    }
}

type Trigger = Arc<dyn Fn() -> bool + Send + Sync>;

/// Ids in order of their drawing, different in every process; and a way to make the next one panic, which is how a
/// test makes an actor fail in the middle of its work.
pub struct CountedIds {
    high: u64,
    next: AtomicU64,
    panic_on: Mutex<Option<Trigger>>,
}

impl Default for CountedIds {
    fn default() -> Self {
        let high = u64::from_be_bytes(Uuid::now_v7().as_bytes()[..8].try_into().unwrap_or_default());
        Self { high, next: AtomicU64::new(Uuid::now_v7().as_u64_pair().1), panic_on: Mutex::new(None) }
    }
}

impl CountedIds {
    /// From now on drawing an id panics whenever `when` says so.
    pub fn panic_when(&self, when: impl Fn() -> bool + Send + Sync + 'static) {
        *self.panic_on.lock() = Some(Arc::new(when));
    }
}

impl IdSource for CountedIds {
    fn draw(&self) -> Uuid {
        let panics = self.panic_on.lock().clone();
        assert!(!panics.is_some_and(|when| when()), "this id panics, as the test asked");
        let low = self.next.fetch_add(1, Ordering::SeqCst);
        // Version 7 and variant stand where they should; the rest is a count.
        let high = (self.high & !0xf000) | 0x7000;
        Uuid::from_u64_pair(high, (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000)
    }
}
