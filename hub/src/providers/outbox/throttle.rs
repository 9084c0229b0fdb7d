//! How fast one sender sends: a slot after the other, given out in the order in which they are asked for.

use std::collections::HashMap;
use std::time::Duration;

use entities::{ChannelId, JobId, Timestamp};
use parking_lot::Mutex;

/// Senders, and jobs with a slot, this node remembers; beyond it the memory begins anew, and some wait once more.
const REMEMBERED: usize = 100_000;

/// When a job may be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Now,
    At(Timestamp),
}

/// The slots of all senders, on this node.
pub(super) struct Throttle {
    every: Duration,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    /// The next free one of each sender.
    free: HashMap<ChannelId, Timestamp>,
    /// Those that were given to jobs which wait for them.
    given: HashMap<JobId, Timestamp>,
}

impl Throttle {
    /// So many a second of one sender.
    pub(super) fn new(per_second: u32) -> Self {
        Self { every: Duration::from_secs(1) / per_second.max(1), slots: Mutex::default() }
    }

    /// The turn of a job. One that was told to come at a time has it when it comes then.
    pub(super) fn turn(&self, job: JobId, sender: ChannelId, now: Timestamp) -> Turn {
        let mut slots = self.slots.lock();
        if let Some(slot) = slots.given.get(&job).copied() {
            if slot > now {
                return Turn::At(slot);
            }
            slots.given.remove(&job);
            return Turn::Now;
        }
        let slot = slots.free.get(&sender).map_or(now, |free| now.max(*free));
        slots.make_room(now);
        slots.free.insert(sender, slot.plus(self.every));
        if slot <= now {
            return Turn::Now;
        }
        slots.given.insert(job, slot);
        Turn::At(slot)
    }
}

impl Slots {
    fn make_room(&mut self, now: Timestamp) {
        if self.free.len() >= REMEMBERED {
            self.free.retain(|_, free| *free > now);
        }
        if self.given.len() >= REMEMBERED {
            self.given.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_micros(milliseconds * 1_000)
    }

    fn job(number: u128) -> JobId {
        JobId::from_uuid(Uuid::from_u128(number))
    }

    const ONE: ChannelId = ChannelId::from_uuid(Uuid::from_u128(1));
    const OTHER: ChannelId = ChannelId::from_uuid(Uuid::from_u128(2));

    #[test]
    fn each_gets_the_next_slot_of_its_sender_once() {
        let throttle = Throttle::new(1);
        assert_eq!(throttle.turn(job(1), ONE, at(0)), Turn::Now);
        assert_eq!(throttle.turn(job(2), ONE, at(10)), Turn::At(at(1_000)));
        assert_eq!(throttle.turn(job(3), ONE, at(10)), Turn::At(at(2_000)));
        assert_eq!(throttle.turn(job(4), OTHER, at(10)), Turn::Now);
        assert_eq!(throttle.turn(job(2), ONE, at(999)), Turn::At(at(1_000)), "too early");
        assert_eq!(throttle.turn(job(2), ONE, at(1_001)), Turn::Now);
        assert_eq!(throttle.turn(job(3), ONE, at(2_000)), Turn::Now);
        assert_eq!(throttle.turn(job(5), ONE, at(2_500)), Turn::At(at(3_000)));
        assert_eq!(throttle.turn(job(6), ONE, at(9_000)), Turn::Now, "nobody waited for the slots between");
    }

    #[test]
    fn a_setting_makes_it_faster() {
        let throttle = Throttle::new(100);
        assert_eq!(throttle.turn(job(1), ONE, at(0)), Turn::Now);
        assert_eq!(throttle.turn(job(2), ONE, at(0)), Turn::At(at(10)));
    }
}
