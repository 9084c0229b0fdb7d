//! Follows the frames of a request's payload and ends it as soon as one announces too much.
//!
//! The WebSocket library looks at a frame's length only when the whole frame has arrived, and takes in everything the
//! socket has before it decodes the next frame: one peer that sent nothing but empty pongs grew the process by 3.6 GB
//! in four seconds (measured). Here a frame, or the fragments of a message together, is refused by its header, and the
//! decoder is handed one frame at a time, so the rest stays in the socket, where the peer feels it.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures::Stream;

use super::frame_lengths::FrameLengths;

/// The payload of an upgraded request, in the pieces it arrived in, cut at the end of every frame.
///
/// Yields [`PayloadError::Overflow`], then ends, when the peer announced too much. A connection that broke is an
/// ordinary end. So every error a decoder behind it reports, of its own or from here, is a violation of the protocol.
#[derive(Debug)]
pub struct Intake<S> {
    payload: S,
    lengths: FrameLengths,
    arrived: Bytes,
    frame_handed_over: bool,
    ended: bool,
}

impl<S> Intake<S> {
    /// `limit` bounds the payload of a message, all its fragments together, in bytes.
    pub fn new(payload: S, limit: usize) -> Self {
        Self {
            payload,
            lengths: FrameLengths::new(limit),
            arrived: Bytes::new(),
            frame_handed_over: false,
            ended: false,
        }
    }

    fn hand_over(&mut self) -> Result<Bytes, PayloadError> {
        match self.lengths.frame_end(&self.arrived) {
            Ok(Some(end)) => {
                self.frame_handed_over = true;
                Ok(self.arrived.split_to(end))
            }
            Ok(None) => Ok(mem::take(&mut self.arrived)),
            Err(_) => {
                self.ended = true;
                self.arrived = Bytes::new();
                Err(PayloadError::Overflow)
            }
        }
    }
}

impl<S> Stream for Intake<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let decoder_has_a_frame = mem::take(&mut this.frame_handed_over);
        while this.arrived.is_empty() && !this.ended {
            match ready!(Pin::new(&mut this.payload).poll_next(ctx)) {
                Some(Ok(chunk)) => this.arrived = chunk,
                Some(Err(_)) | None => this.ended = true,
            }
        }
        if decoder_has_a_frame {
            ctx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if this.ended {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(this.hand_over()))
    }
}

#[cfg(test)]
mod tests {
    use futures::{stream, task::noop_waker};
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 300;

    /// A masked frame as a client sends it.
    fn frame(first_byte: u8, length: usize) -> Vec<u8> {
        let mut bytes = vec![first_byte];
        match length {
            0..=125 => bytes.push(0x80 | length as u8),
            _ => {
                bytes.push(0x80 | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
        }
        bytes.extend([1, 2, 3, 4]);
        bytes.extend(vec![b'a'; length]);
        bytes
    }

    #[derive(Debug, PartialEq)]
    enum Polled {
        Given(Vec<u8>),
        Waiting,
        Refused,
    }

    fn poll_to_the_end(chunks: Vec<Result<Bytes, PayloadError>>) -> Vec<Polled> {
        let mut intake = Intake::new(stream::iter(chunks), LIMIT);
        let waker = noop_waker();
        let mut ctx = Context::from_waker(&waker);
        let mut polled = Vec::new();
        loop {
            polled.push(match Pin::new(&mut intake).poll_next(&mut ctx) {
                Poll::Ready(Some(Ok(bytes))) => Polled::Given(bytes.to_vec()),
                Poll::Ready(Some(Err(PayloadError::Overflow))) => Polled::Refused,
                Poll::Ready(Some(Err(other))) => panic!("an intake reports nothing but too much: {other}"),
                Poll::Ready(None) => return polled,
                Poll::Pending => Polled::Waiting,
            });
        }
    }

    fn given(polled: &[Polled]) -> Vec<u8> {
        let pieces = polled.iter().filter_map(|one| match one {
            Polled::Given(bytes) => Some(bytes.as_slice()),
            Polled::Waiting | Polled::Refused => None,
        });
        pieces.flatten().copied().collect()
    }

    fn cut(bytes: &[u8], cuts: &[prop::sample::Index]) -> Vec<Result<Bytes, PayloadError>> {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        cuts.windows(2).map(|pair| Ok(Bytes::copy_from_slice(&bytes[pair[0]..pair[1]]))).collect()
    }

    #[test]
    fn the_decoder_gets_one_frame_at_a_time() {
        let (first, second) = (frame(0x81, 3), frame(0x89, 0));
        let together = Bytes::from([first.clone(), second.clone()].concat());
        let expected = vec![Polled::Given(first), Polled::Waiting, Polled::Given(second), Polled::Waiting];
        assert_eq!(poll_to_the_end(vec![Ok(together)]), expected);
    }

    #[test]
    fn a_frame_before_an_excess_is_still_handed_over() {
        let bytes = Bytes::from([frame(0x81, 3), frame(0x81, LIMIT + 1)].concat());
        let expected = vec![Polled::Given(frame(0x81, 3)), Polled::Waiting, Polled::Refused];
        assert_eq!(poll_to_the_end(vec![Ok(bytes)]), expected);
    }

    #[test]
    fn a_broken_connection_is_an_ordinary_end() {
        assert_eq!(poll_to_the_end(vec![Err(PayloadError::Incomplete(None))]), []);
    }

    proptest! {
        #[test]
        fn frames_within_the_bound_pass_unchanged_however_they_are_cut(
            lengths in prop::collection::vec(0..=LIMIT, 1..6),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let bytes: Vec<u8> = lengths.iter().flat_map(|length| frame(0x81, *length)).collect();
            let polled = poll_to_the_end(cut(&bytes, &cuts));
            prop_assert_eq!(given(&polled), bytes);
            prop_assert_eq!(polled.iter().filter(|one| **one == Polled::Waiting).count(), lengths.len());
        }

        #[test]
        fn nothing_of_an_announced_excess_gets_through_however_it_is_cut(
            before in prop::collection::vec(0..=LIMIT, 0..4),
            excess in LIMIT + 1..1_000,
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let allowed: Vec<u8> = before.iter().flat_map(|length| frame(0x81, *length)).collect();
            let bytes = [allowed.clone(), frame(0x81, excess)].concat();
            let polled = poll_to_the_end(cut(&bytes, &cuts));
            prop_assert_eq!(polled.last(), Some(&Polled::Refused));
            let given = given(&polled);
            prop_assert!(given.starts_with(&allowed));
            prop_assert!(given.len() < allowed.len() + 4, "at most the beginning of the header went on");
        }

        #[test]
        fn fragments_are_refused_by_their_sum_with_control_frames_between_them(
            pieces in prop::collection::vec(0..=LIMIT, 1..6),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let last = pieces.len() - 1;
            let mut bytes = Vec::new();
            for (at, length) in pieces.iter().enumerate() {
                let opcode = if at == 0 { 0x01 } else { 0x00 };
                let fin = if at == last { 0x80 } else { 0x00 };
                bytes.extend(frame(fin | opcode, *length));
                bytes.extend(frame(0x89, 100));
            }
            let refused = poll_to_the_end(cut(&bytes, &cuts)).contains(&Polled::Refused);
            prop_assert_eq!(refused, pieces.iter().sum::<usize>() > LIMIT);
        }
    }
}
