//! The cursor a client keeps to resume where it was cut. Pure: it only hears of frames.

use serde::{Deserialize, Serialize};

/// A place in the tenant's log: everything of our topics up to `seq` was sent to us, in this `epoch`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub seq: u64,
    pub epoch: String,
}

/// Follows one connection; the next one starts from where it ended.
#[derive(Debug)]
pub(super) struct CursorState {
    kept: Option<Cursor>,
    epoch: String,
    counting: bool,
}

impl CursorState {
    /// `kept` is what an earlier connection left, `epoch` comes from this connection's welcome.
    pub(super) fn new(kept: Option<Cursor>, epoch: String) -> Self {
        Self { kept, epoch, counting: false }
    }

    pub(super) fn current(&self) -> Option<Cursor> {
        self.kept.clone()
    }

    /// Before the first `subscribe` leaves, events of `user:<id>` may come; they must not jump over what
    /// that subscribe is to recover.
    pub(super) fn subscribe_sent(&mut self) {
        self.counting = true;
    }

    /// An event, a heartbeat or the answer to a ping carried `seq`.
    pub(super) fn moved(&mut self, seq: u64) {
        if !self.counting {
            return;
        }
        match &mut self.kept {
            Some(kept) if kept.epoch == self.epoch => kept.seq = kept.seq.max(seq),
            // The old place belongs to another epoch: it stays until the answer says it is lost.
            Some(_) => {}
            None => self.kept = Some(Cursor { seq, epoch: self.epoch.clone() }),
        }
    }

    /// The answer to a `subscribe` came.
    pub(super) fn subscribed(&mut self, seq: u64, recovered: Option<bool>) {
        let start_anew = recovered == Some(false);
        match &mut self.kept {
            Some(kept) if kept.epoch == self.epoch && !start_anew => kept.seq = kept.seq.max(seq),
            _ => self.kept = Some(Cursor { seq, epoch: self.epoch.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seq: u64, epoch: &str) -> Cursor {
        Cursor { seq, epoch: epoch.into() }
    }

    #[test]
    fn the_highest_seq_of_cursor_frames_is_kept() {
        let mut cursor = CursorState::new(None, "a".into());
        cursor.subscribe_sent();
        cursor.subscribed(10, None);
        cursor.moved(14);
        cursor.moved(12);
        assert_eq!(cursor.current(), Some(at(14, "a")));
    }

    #[test]
    fn events_before_the_first_subscribe_do_not_jump_over_what_it_recovers() {
        let mut cursor = CursorState::new(Some(at(10, "a")), "a".into());
        cursor.moved(90);
        assert_eq!(cursor.current(), Some(at(10, "a")));
        cursor.subscribe_sent();
        cursor.moved(11);
        assert_eq!(cursor.current(), Some(at(11, "a")));
    }

    #[test]
    fn a_place_that_could_not_be_recovered_is_replaced_even_by_a_lower_one() {
        let mut cursor = CursorState::new(Some(at(900, "a")), "a".into());
        cursor.subscribe_sent();
        cursor.subscribed(20, Some(false));
        assert_eq!(cursor.current(), Some(at(20, "a")));
    }

    #[test]
    fn a_place_of_another_epoch_stays_until_the_answer_says_it_is_lost() {
        let mut cursor = CursorState::new(Some(at(10, "a")), "b".into());
        cursor.subscribe_sent();
        cursor.moved(50);
        assert_eq!(cursor.current(), Some(at(10, "a")));
        cursor.subscribed(50, Some(false));
        assert_eq!(cursor.current(), Some(at(50, "b")));
    }
}
