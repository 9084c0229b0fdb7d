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

    /// What is to be delivered next is at or before `trimmed`: the log has it no more.
    pub(super) fn is_cut_off(&self, trimmed: i64) -> bool {
        self.gap().is_some_and(|after| after < trimmed)
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

#[cfg(test)]
mod tests {
    use entities::{
        EventId, Principal, Timestamp,
        event::{Audience, TopicKind},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use crate::event::{EventType, Head};

    use super::*;

    fn event(seq: i64) -> Arc<Recorded> {
        let head = Head {
            id: EventId::from_uuid(Uuid::from_u128(seq.unsigned_abs().into())),
            kind: EventType::ContactUpdated,
            topic_kind: TopicKind::Contact,
            topic_id: Uuid::nil(),
            contact_id: None,
            conversation_id: None,
            board_id: None,
            left_board_id: None,
            audience: Audience::Agents,
            user_id: None,
            left_user_id: None,
            actor: Principal::System,
            client_id: None,
            at: Timestamp::from_micros(seq),
        };
        Arc::new(Recorded { seq, head, data: "{}".into() })
    }

    fn seqs(events: &[Arc<LiveEvent>]) -> Vec<i64> {
        events.iter().map(|event| event.event.seq).collect()
    }

    /// What can happen to a tenant's delivery.
    #[derive(Clone, Debug)]
    enum Step {
        /// An announcement of up to so many events from here on.
        Announced(i64, i64),
        /// The comparison tells how far the log is.
        Head(i64),
        /// A stretch of the log of at most so many events comes back.
        Fetched(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (1..=100_i64, 1..=8_i64).prop_map(|(from, many)| Step::Announced(from, many)),
            1 => (0..=100_i64).prop_map(Step::Head),
            2 => (1..=20_usize).prop_map(Step::Fetched),
        ];
        prop::collection::vec(step, 0..80)
    }

    /// What the log answers when a gap is asked for.
    fn fetch(delivery: &Delivery, limit: usize) -> Vec<Arc<Recorded>> {
        delivery.gap().map_or_else(Vec::new, |after| (after + 1..=100).take(limit).map(event).collect())
    }

    proptest! {
        #[test]
        fn events_that_come_in_any_order_twice_or_never_are_delivered_dense_and_once(
            begin in 0..=100_i64,
            steps in steps(),
        ) {
            let mut delivery = Delivery::default();
            let mut delivered = seqs(&delivery.head(begin));
            for step in steps {
                let ready = match step {
                    Step::Announced(from, many) => delivery.accept((from..from + many).filter(|seq| *seq <= 100).map(event)),
                    Step::Head(seq) => delivery.head(seq),
                    Step::Fetched(limit) => { let stretch = fetch(&delivery, limit); delivery.accept(stretch) }
                };
                delivered.extend(seqs(&ready));
                prop_assert_eq!(delivery.delivered(), Some(begin + delivered.len() as i64));
            }
            delivered.extend(seqs(&delivery.head(100)));
            while delivery.gap().is_some() {
                let stretch = fetch(&delivery, 7);
                delivered.extend(seqs(&delivery.accept(stretch)));
            }
            prop_assert_eq!(delivered, (begin + 1..=100).collect::<Vec<_>>());
        }

        #[test]
        fn what_the_ring_gives_has_no_hole(begin in 0..=50_i64, end in 0..2000_i64, cursor in 0..2000_i64) {
            let mut delivery = Delivery::default();
            delivery.head(begin);
            delivery.accept((begin + 1..=end).map(event));
            let delivered = delivery.delivered().unwrap();
            match delivery.since(cursor) {
                Some(events) => prop_assert_eq!(seqs(&events), (cursor + 1..=delivered).collect::<Vec<_>>()),
                None => prop_assert!(cursor < begin || delivered - cursor > 300, "the ring reaches back"),
            }
            prop_assert!(delivery.ring.len() <= RING_EVENTS && delivery.ring_bytes <= RING_BYTES);
        }
    }

    #[test]
    fn nothing_is_delivered_before_the_end_of_the_log_is_known() {
        let mut delivery = Delivery::default();
        assert!(delivery.accept([event(6), event(4)]).is_empty());
        assert_eq!((delivery.delivered(), delivery.gap()), (None, None));
        assert_eq!(seqs(&delivery.head(5)), [6], "what the log had already is for those who read it there");
        assert!(delivery.since(4).is_none());
    }

    #[test]
    fn only_who_misses_what_was_trimmed_is_cut_off() {
        let mut delivery = Delivery::default();
        delivery.head(5);
        assert!(!delivery.is_cut_off(5) && !delivery.is_cut_off(9), "nothing is missing yet");
        delivery.accept([event(8)]);
        assert!(!delivery.is_cut_off(5), "6 is still there");
        assert!(delivery.is_cut_off(6));
    }

    #[test]
    fn too_many_early_ones_are_dropped_and_found_in_the_log() {
        let mut delivery = Delivery::default();
        delivery.head(0);
        let many = EARLY as i64 + 100;
        assert!(delivery.accept((2..=many).map(event)).is_empty());
        assert_eq!(delivery.early.len(), EARLY);
        assert_eq!(delivery.accept([event(1)]).len(), EARLY + 1);
        assert_eq!(delivery.gap(), Some(EARLY as i64 + 1));
        assert_eq!(delivery.accept((EARLY as i64 + 2..=many).map(event)).len(), 99);
        assert_eq!(delivery.gap(), None);
    }
}
