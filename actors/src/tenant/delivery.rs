//! In which order events are delivered: dense, each once, whatever order they arrive in. Pure.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use crate::event::{LiveEvent, Recorded};

/// Events kept for sessions that attach, at most.
const RING_EVENTS: usize = 512;
/// And what they may weigh together, in bytes.
const RING_BYTES: usize = 256 * 1024;
/// Events that may wait for an earlier one. What comes when it is full is dropped: the log has it.
const EARLY: usize = 4096;

/// What was delivered, and what cannot be yet.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// The last seq delivered; `None` until the end of the log is known.
    delivered: Option<i64>,
    /// The newest delivered ones, without a hole. The oldest leave when it is full.
    ring: VecDeque<(Arc<LiveEvent>, usize)>,
    ring_bytes: usize,
    early: BTreeMap<i64, Arc<Recorded>>,
    /// The highest seq anybody spoke of.
    known: i64,
}

impl Delivery {
    /// How far we are.
    pub(super) fn delivered(&self) -> Option<i64> {
        self.delivered
    }

    /// The log ends at `seq`. Begins here when nothing was delivered before.
    pub(super) fn head(&mut self, seq: i64) -> Vec<Arc<LiveEvent>> {
        self.known = self.known.max(seq);
        if self.delivered.is_none() {
            self.delivered = Some(seq);
            self.early.retain(|early, _| *early > seq);
        }
        self.drain()
    }

    /// Takes events in and gives out those whose turn has come.
    pub(super) fn accept(&mut self, events: impl IntoIterator<Item = Arc<Recorded>>) -> Vec<Arc<LiveEvent>> {
        for event in events {
            self.known = self.known.max(event.seq);
            let late = self.delivered.is_some_and(|delivered| event.seq <= delivered);
            if !late && (self.early.len() < EARLY || self.is_next(event.seq)) {
                self.early.insert(event.seq, event);
            }
        }
        self.drain()
    }

    /// The seq after which something is missing.
    pub(super) fn gap(&self) -> Option<i64> {
        self.delivered.filter(|delivered| self.known > *delivered)
    }

    /// The delivered events after `cursor`; `None` when the ring does not reach back so far.
    pub(super) fn since(&self, cursor: i64) -> Option<Vec<Arc<LiveEvent>>> {
        let delivered = self.delivered?;
        if cursor >= delivered {
            return Some(Vec::new());
        }
        let reaches = self.ring.front().is_some_and(|(oldest, _)| oldest.event.seq <= cursor + 1);
        let after = self.ring.iter().map(|(event, _)| event).filter(|event| event.event.seq > cursor);
        reaches.then(|| after.cloned().collect())
    }

    fn is_next(&self, seq: i64) -> bool {
        self.delivered.is_some_and(|delivered| seq == delivered + 1)
    }

    fn drain(&mut self) -> Vec<Arc<LiveEvent>> {
        let mut ready = Vec::new();
        let Some(mut delivered) = self.delivered else { return ready };
        while let Some(event) = self.early.remove(&(delivered + 1)) {
            delivered += 1;
            let live = Arc::new(LiveEvent::new(Arc::unwrap_or_clone(event)));
            self.remember(live.clone());
            ready.push(live);
        }
        self.delivered = Some(delivered);
        ready
    }

    fn remember(&mut self, event: Arc<LiveEvent>) {
        let weight = event.weight();
        self.ring_bytes += weight;
        self.ring.push_back((event, weight));
        while self.ring.len() > RING_EVENTS || (self.ring_bytes > RING_BYTES && self.ring.len() > 1) {
            let Some((_, weight)) = self.ring.pop_front() else { break };
            self.ring_bytes -= weight;
        }
    }
}
