//! What agents were told of late about messages that were kept back: who asks again and again is not told about each time.

use std::{collections::HashMap, time::Duration};

use entities::{ConversationId, Timestamp};
use parking_lot::Mutex;

use crate::consent::Block;

/// Of one conversation and one reason no more often.
const EVERY: Duration = Duration::from_secs(60);
/// The most that is remembered; beyond it the memory begins anew, and some are told once more.
const REMEMBERED: usize = 10_000;

/// What this node told.
#[derive(Default)]
pub(super) struct Blocks(Mutex<HashMap<(ConversationId, &'static str), Timestamp>>);

impl Blocks {
    /// Is it to be told now?
    pub(super) fn is_news(&self, conversation: ConversationId, block: Block, now: Timestamp) -> bool {
        let mut told = self.0.lock();
        if told.get(&(conversation, block.code())).is_some_and(|at| now.since(*at) < EVERY) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.retain(|_, at| now.since(*at) < EVERY);
        }
        if told.len() >= REMEMBERED {
            told.clear();
        }
        told.insert((conversation, block.code()), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_same_is_told_once_a_minute() {
        let blocks = Blocks::default();
        let [one, other] = [1, 2].map(|number| ConversationId::from_uuid(Uuid::from_u128(number)));
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert!(blocks.is_news(one, Block::OptedOut, at(0)));
        assert!(!blocks.is_news(one, Block::OptedOut, at(59)));
        assert!(blocks.is_news(other, Block::OptedOut, at(59)));
        assert!(blocks.is_news(one, Block::OptedOut, at(60)));
    }
}
