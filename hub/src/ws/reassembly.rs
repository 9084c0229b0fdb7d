//! Puts the fragments of one message together, within the bound that also holds for a message in one piece.

use bytes::Bytes;

/// One fragment, in the words of RFC 6455 rather than of the WebSocket library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// The first piece of a text message.
    FirstText(Bytes),
    /// The first piece of a binary message, which the protocol knows no use for.
    FirstBinary,
    /// Neither the first nor the last.
    Next(Bytes),
    /// The end of the message.
    Last(Bytes),
}

/// What a client may not send; the session ends with 4503.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The protocol is text only.
    #[error("binary message")]
    Binary,
    /// The pieces together pass the bound.
    #[error("message over the bound")]
    TooLarge,
    /// The whole message is not UTF-8; a single piece need not be.
    #[error("text is not utf-8")]
    NotUtf8,
    /// A piece without a beginning, or a beginning inside a message.
    #[error("fragment out of place")]
    OutOfPlace,
}

/// The pieces so far of at most one message. Memory is given back with every finished message.
#[derive(Debug)]
pub struct Reassembly {
    limit: usize,
    open: Option<Vec<u8>>,
}

impl Reassembly {
    /// `limit` is the bound of all fragments of one message together, in bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, open: None }
    }

    /// Takes the next fragment; the last one yields the whole text.
    pub fn take(&mut self, fragment: Fragment) -> Result<Option<String>, Violation> {
        match fragment {
            Fragment::FirstBinary => Err(Violation::Binary),
            Fragment::FirstText(_) if self.open.is_some() => Err(Violation::OutOfPlace),
            Fragment::FirstText(piece) => {
                self.open = Some(Vec::new());
                self.append(&piece).map(|()| None)
            }
            Fragment::Next(piece) => self.append(&piece).map(|()| None),
            Fragment::Last(piece) => {
                self.append(&piece)?;
                self.finish().map(Some)
            }
        }
    }

    fn append(&mut self, piece: &[u8]) -> Result<(), Violation> {
        let bytes = self.open.as_mut().ok_or(Violation::OutOfPlace)?;
        if bytes.len() + piece.len() > self.limit {
            return Err(Violation::TooLarge);
        }
        bytes.extend_from_slice(piece);
        Ok(())
    }

    fn finish(&mut self) -> Result<String, Violation> {
        let bytes = self.open.take().ok_or(Violation::OutOfPlace)?;
        String::from_utf8(bytes).map_err(|_| Violation::NotUtf8)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1_000;

    fn fragments(pieces: &[&[u8]]) -> Vec<Fragment> {
        let last = pieces.len() - 1;
        let one = |(at, piece): (usize, &&[u8])| match at {
            0 => Fragment::FirstText(Bytes::copy_from_slice(piece)),
            at if at == last => Fragment::Last(Bytes::copy_from_slice(piece)),
            _ => Fragment::Next(Bytes::copy_from_slice(piece)),
        };
        pieces.iter().enumerate().map(one).collect()
    }

    fn put_together(pieces: &[&[u8]]) -> Result<Option<String>, Violation> {
        let mut reassembly = Reassembly::new(LIMIT);
        fragments(pieces).into_iter().try_fold(None, |_, fragment| reassembly.take(fragment))
    }

    #[test]
    fn a_character_may_be_cut_in_two() {
        let bytes = "für".as_bytes();
        assert_eq!(put_together(&[&bytes[..2], &bytes[2..]]), Ok(Some("für".to_owned())));
    }

    #[test]
    fn text_that_is_not_utf8_is_a_violation() {
        assert_eq!(put_together(&[b"f", b"\xff"]), Err(Violation::NotUtf8));
    }

    #[test]
    fn a_binary_message_is_a_violation() {
        assert_eq!(Reassembly::new(LIMIT).take(Fragment::FirstBinary), Err(Violation::Binary));
    }

    #[test]
    fn a_message_of_exactly_the_bound_passes_and_one_byte_more_does_not() {
        let half = vec![b'a'; LIMIT / 2];
        assert!(put_together(&[&half, &half]).is_ok());
        assert_eq!(put_together(&[&half, &half, b"a"]), Err(Violation::TooLarge));
    }

    #[test]
    fn a_piece_without_a_beginning_is_a_violation() {
        assert_eq!(Reassembly::new(LIMIT).take(Fragment::Next(Bytes::new())), Err(Violation::OutOfPlace));
        assert_eq!(Reassembly::new(LIMIT).take(Fragment::Last(Bytes::new())), Err(Violation::OutOfPlace));
    }

    #[test]
    fn a_beginning_inside_a_message_is_a_violation() {
        let mut reassembly = Reassembly::new(LIMIT);
        assert_eq!(reassembly.take(Fragment::FirstText(Bytes::from_static(b"a"))), Ok(None));
        assert_eq!(
            reassembly.take(Fragment::FirstText(Bytes::from_static(b"b"))),
            Err(Violation::OutOfPlace)
        );
    }

    #[test]
    fn messages_follow_each_other() {
        let mut reassembly = Reassembly::new(LIMIT);
        for word in ["one", "two"] {
            assert_eq!(reassembly.take(Fragment::FirstText(Bytes::from_static(word.as_bytes()))), Ok(None));
            assert_eq!(reassembly.take(Fragment::Last(Bytes::new())), Ok(Some(word.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn any_text_cut_anywhere_comes_back_whole(text in ".{0,200}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..8)) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
            prop_assert_eq!(put_together(&pieces), Ok(Some(text.clone())));
        }
    }
}
