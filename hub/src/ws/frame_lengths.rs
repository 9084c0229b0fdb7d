//! Reads what the headers of WebSocket frames announce, across any chunks, without keeping payload (RFC 6455, 5.2).

/// The longest payload of a ping, a pong or a close.
const CONTROL_LIMIT: u64 = 125;

/// A frame, or the fragments of a message together, announced more than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Excess;

/// The place in a stream of frames: inside a header or inside a payload, and the size of the message so far.
#[derive(Debug)]
pub(super) struct FrameLengths {
    limit: u64,
    /// Payload announced by the earlier fragments of the open message.
    message: u64,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Up to the length; the masking key is counted as payload.
    Header {
        bytes: [u8; 10],
        have: usize,
    },
    Payload {
        left: u64,
    },
}

const FRAME_START: Place = Place::Header { bytes: [0; 10], have: 0 };

impl FrameLengths {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit as u64, message: 0, place: FRAME_START }
    }

    /// Goes on to the end of the current frame, if it is in `chunk`, and says where that is. The rest of the chunk
    /// belongs to the next call. After an [`Excess`] the stream must be given up.
    pub(super) fn frame_end(&mut self, chunk: &[u8]) -> Result<Option<usize>, Excess> {
        let mut at = 0;
        loop {
            match &mut self.place {
                Place::Header { bytes, have } => {
                    let Some(byte) = chunk.get(at) else { return Ok(None) };
                    bytes[*have] = *byte;
                    *have += 1;
                    at += 1;
                    if let Some(header) = Header::read(&bytes[..*have]) {
                        self.admit(&header)?;
                        self.place = Place::Payload { left: header.length + header.mask_bytes };
                    }
                }
                Place::Payload { left } => {
                    let here = (*left).min((chunk.len() - at) as u64);
                    *left -= here;
                    at += here as usize;
                    if *left > 0 {
                        return Ok(None);
                    }
                    self.place = FRAME_START;
                    return Ok(Some(at));
                }
            }
        }
    }

    fn admit(&mut self, header: &Header) -> Result<(), Excess> {
        if header.control {
            return if header.length > CONTROL_LIMIT { Err(Excess) } else { Ok(()) };
        }
        let message = self.message.saturating_add(header.length);
        if message > self.limit {
            return Err(Excess);
        }
        self.message = if header.last { 0 } else { message };
        Ok(())
    }
}

struct Header {
    last: bool,
    control: bool,
    length: u64,
    mask_bytes: u64,
}

impl Header {
    /// `None` while the length is not complete.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (&[first, second], extended) = bytes.split_first_chunk()?;
        let length = match second & 0x7f {
            126 => u16::from_be_bytes(extended.try_into().ok()?).into(),
            127 => u64::from_be_bytes(extended.try_into().ok()?),
            short => short.into(),
        };
        let mask_bytes = if second & 0x80 == 0 { 0 } else { 4 };
        Some(Self { last: first & 0x80 != 0, control: first & 0x08 != 0, length, mask_bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 65_536;

    fn announce(first_byte: u8, length: u64) -> Vec<u8> {
        let mut header = vec![first_byte, 0x80 | 127];
        header.extend(length.to_be_bytes());
        header
    }

    #[test]
    fn a_frame_of_exactly_the_bound_is_followed_to_its_end() {
        let mut lengths = FrameLengths::new(LIMIT);
        assert_eq!(lengths.frame_end(&announce(0x81, LIMIT as u64)), Ok(None));
        assert_eq!(lengths.frame_end(&vec![0; LIMIT]), Ok(None));
        assert_eq!(lengths.frame_end(&[0; 9]), Ok(Some(4)), "the masking key is four bytes more");
    }

    #[test]
    fn one_byte_more_is_refused_before_its_payload() {
        assert_eq!(FrameLengths::new(LIMIT).frame_end(&announce(0x81, LIMIT as u64 + 1)), Err(Excess));
    }

    #[test]
    fn the_longest_length_there_is_does_not_overflow() {
        let mut lengths = FrameLengths::new(LIMIT);
        assert_eq!(lengths.frame_end(&[0x01, 0x81, 0, 0, 0, 0, b'a']), Ok(Some(7)));
        assert_eq!(lengths.frame_end(&announce(0x00, u64::MAX)), Err(Excess));
    }

    #[test]
    fn the_end_of_a_message_forgives_its_bytes() {
        let mut lengths = FrameLengths::new(2);
        for first_byte in [0x01, 0x80, 0x01, 0x80] {
            assert_eq!(lengths.frame_end(&[first_byte, 0x81, 0, 0, 0, 0, b'a']), Ok(Some(7)));
        }
    }

    #[test]
    fn a_control_frame_over_125_bytes_is_refused() {
        assert_eq!(FrameLengths::new(LIMIT).frame_end(&[0x89, 0x80 | 126, 0, 126]), Err(Excess));
    }

    #[test]
    fn an_unmasked_frame_is_followed_too() {
        assert_eq!(FrameLengths::new(LIMIT).frame_end(&[0x81, 2, b'a', b'b', 0x81]), Ok(Some(4)));
    }
}
