//! How much a session wrote in one turn, and when the socket must have a turn of its own.
//!
//! An actor's mailbox is drained to the end before anything is handed to the socket. A session that counts what it
//! writes, and waits one turn after enough of it, holds little more than that, however much is waiting for it.

/// What to do after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    On,
    /// Let the socket take what there is before the next message is looked at.
    Turn,
    /// A single turn wrote too much to hold; the socket closes with 4008.
    Overflow,
}

/// Bytes written since the socket last took everything.
#[derive(Debug, Default)]
pub struct Backlog {
    bytes: usize,
    turn_is_due: bool,
}

impl Backlog {
    /// After so many bytes the mailbox waits for the socket.
    const TURN: usize = 64 * 1024;
    /// More bytes are never held.
    const MOST: usize = 1024 * 1024;

    /// Notes a write of `bytes`. [`Flow::Turn`] is said once, until [`Backlog::taken`].
    pub fn wrote(&mut self, bytes: usize) -> Flow {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > Self::MOST {
            return Flow::Overflow;
        }
        if self.bytes < Self::TURN || self.turn_is_due {
            return Flow::On;
        }
        self.turn_is_due = true;
        Flow::Turn
    }

    /// The turn is over: the socket took what was written, and asks for more.
    pub fn taken(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_gets_a_turn_after_every_64_kilobytes() {
        let mut backlog = Backlog::default();
        for _ in 0..3 {
            assert_eq!(backlog.wrote(64 * 1024 - 1), Flow::On);
            assert_eq!(backlog.wrote(1), Flow::Turn);
            backlog.taken();
        }
    }

    #[test]
    fn a_turn_is_asked_for_once() {
        let mut backlog = Backlog::default();
        assert_eq!(backlog.wrote(100_000), Flow::Turn);
        assert_eq!(backlog.wrote(100_000), Flow::On);
    }

    #[test]
    fn more_than_a_megabyte_in_one_turn_is_too_much() {
        let mut backlog = Backlog::default();
        assert_eq!(backlog.wrote(1024 * 1024), Flow::Turn);
        assert_eq!(backlog.wrote(1), Flow::Overflow);
    }
}
