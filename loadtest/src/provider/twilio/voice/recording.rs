//! A recording as the account keeps it, as the API shows it, and what it sounds like.

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::clock::{SECOND, rfc_2822};
use super::super::paging::Listed;
use super::super::target::Target;
use super::post::{Sender, Subscription};

/// What a recording tells of.
pub(super) const EVENTS: &[&str] = &["in-progress", "completed", "absent"];
/// Samples a second.
const RATE: u32 = 8_000;
/// Longer ones sound as this one does: nobody listens to them here.
const LONGEST_SOUND: i64 = 60;
/// A frame of MPEG 1 layer 3 at 32 kbit/s and 32 kHz, one channel, that is silent: its header, and nothing to be heard.
const MP3_HEADER: [u8; 4] = [0xFF, 0xFB, 0x18, 0xC4];
const MP3_FRAME: usize = 144;
/// Behind its header and its side information; what stands here is nobody's business.
const MP3_ANCILLARY: usize = 21;
const MP3_FRAMES_A_SECOND: usize = 28;

/// `trim-silence` or `do-not-trim`.
pub(super) fn trims(text: &str) -> Option<bool> {
    match text {
        "trim-silence" => Some(true),
        "do-not-trim" => Some(false),
        _ => None,
    }
}

/// Whom is heard in it, as `recordingTrack` has it.
pub(super) fn track(text: &str) -> Option<&'static str> {
    ["inbound", "outbound", "both"].into_iter().find(|track| *track == text)
}

/// Who wanted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    DialVerb,
    Conference,
    OutboundApi,
    RecordVerb,
    StartCallRecordingApi,
}

impl Source {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::DialVerb => "DialVerb",
            Self::Conference => "Conference",
            Self::OutboundApi => "OutboundAPI",
            Self::RecordVerb => "RecordVerb",
            Self::StartCallRecordingApi => "StartCallRecordingAPI",
        }
    }
}

/// How something is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) source: Source,
    pub(super) channels: u8,
    /// `inbound`, `outbound` or `both`.
    pub(super) track: &'static str,
    /// Silence before and after what is said does not count.
    pub(super) is_trimmed: bool,
    pub(super) subscription: Option<Subscription>,
    /// Where it is told what was said.
    pub(super) transcribe: Option<Target>,
}

impl Wish {
    /// As it is when nothing else is said; and who is told of it.
    pub(super) const fn of(source: Source, subscription: Option<Subscription>) -> Self {
        let is_trimmed = matches!(source, Source::RecordVerb | Source::Conference | Source::OutboundApi);
        Self { source, channels: 1, track: "both", is_trimmed, subscription, transcribe: None }
    }
}

/// What is recorded, by its SID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Of {
    Call(String),
    Conference(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    InProgress,
    Paused,
    Completed,
    /// There was nothing to record.
    Absent,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Absent => "absent",
        }
    }

    pub(super) const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Absent)
    }
}

/// What is written down of a recording.
#[derive(Debug, Clone)]
pub(super) struct Transcription {
    pub(super) sid: String,
    /// When it is done, in microseconds since 1970.
    pub(super) due: i64,
    pub(super) is_understood: bool,
}

impl Transcription {
    pub(super) const fn status(&self, now: i64) -> &'static str {
        match self.is_understood {
            _ if now < self.due => "in-progress",
            true => "completed",
            false => "failed",
        }
    }
}

#[derive(Debug)]
pub(super) struct Recording {
    pub(super) sid: String,
    pub(super) account: String,
    pub(super) of: Of,
    pub(super) wish: Wish,
    pub(super) state: State,
    /// In words, when any were.
    pub(super) said: Option<String>,
    /// When the last of them was said.
    pub(super) spoken_until: Option<i64>,
    pub(super) transcription: Option<Transcription>,
    /// By who it was made for; the provider shows it no more.
    pub(super) is_deleted: bool,
    /// Microseconds since 1970.
    pub(super) started: i64,
    pub(super) ended: Option<i64>,
    pub(super) sender: Sender,
}

impl Listed for Recording {
    fn sid(&self) -> &str {
        &self.sid
    }
}

impl Recording {
    /// Whole seconds; what was recorded at all takes one at least. Pauses count, as they do where they are kept as silence.
    pub(super) fn duration(&self, now: i64) -> i64 {
        ((self.ended.unwrap_or(now) - self.started) / SECOND).max(1)
    }

    /// The resource of `Recordings/{sid}.json`; `base` is where it is fetched.
    pub(super) fn resource(&self, base: &str) -> Value {
        let uri = self.uri();
        let (call, conference) = match &self.of {
            Of::Call(sid) => (Some(sid), None),
            Of::Conference(sid) => (None, Some(sid)),
        };
        json!({
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "call_sid": call,
            "conference_sid": conference,
            "channels": self.wish.channels,
            "date_created": rfc_2822(self.started),
            "date_updated": rfc_2822(self.ended.unwrap_or(self.started)),
            "start_time": rfc_2822(self.started),
            "price": null,
            "price_unit": "USD",
            "duration": self.ended.map(|end| self.duration(end).to_string()),
            "sid": self.sid,
            "source": self.wish.source.as_str(),
            "status": self.state.as_str(),
            "error_code": null,
            "uri": format!("{uri}.json"),
            "subresource_uris": {
                "add_on_results": format!("{uri}/AddOnResults.json"),
                "transcriptions": format!("{uri}/Transcriptions.json"),
            },
            "encryption_details": null,
            "media_url": format!("{base}{uri}"),
        })
    }

    /// The resource of `Transcriptions/{sid}.json`, if it is to be written down.
    pub(super) fn transcription_resource(&self, now: i64) -> Option<Value> {
        let transcription = self.transcription.as_ref()?;
        let begun = self.ended.unwrap_or(self.started);
        let status = transcription.status(now);
        Some(json!({
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "date_created": rfc_2822(begun),
            "date_updated": rfc_2822(transcription.due.min(now)),
            "duration": self.duration(begun).to_string(),
            "price": null,
            "price_unit": "USD",
            "recording_sid": self.sid,
            "sid": transcription.sid,
            "status": status,
            "transcription_text": match status {
                "completed" => self.said.as_deref(),
                "failed" => Some("(blank)"),
                _ => None,
            },
            "type": "fast",
            "uri": format!("/2010-04-01/Accounts/{}/Transcriptions/{}.json", self.account, transcription.sid),
        }))
    }

    pub(super) fn uri(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Recordings/{}", self.account, self.sid)
    }

    /// As it sounds in this format: `wav`, which is also what is served when nothing is said, or `mp3`. No two recordings
    /// have the same bytes, and each has them for ever.
    pub(super) fn sound(&self, format: &str) -> Option<(&'static str, Bytes)> {
        if self.state != State::Completed {
            return None;
        }
        let seconds = self.duration(self.ended?).min(LONGEST_SOUND);
        let seconds = u32::try_from(seconds).unwrap_or_default();
        match format {
            "" | "wav" => Some(("audio/x-wav", wav(seconds * RATE, self.wish.channels, &self.sid))),
            "mp3" => Some(("audio/mpeg", mp3(seconds as usize * MP3_FRAMES_A_SECOND, &self.sid))),
            _ => None,
        }
    }
}

/// Sound as telephones have it: µ-law, one byte a sample. <http://soundfile.sapp.org/doc/WaveFormat/>
fn wav(samples: u32, channels: u8, sid: &str) -> Bytes {
    const MU_LAW: u16 = 7;
    /// With these bits a sample is next to silence.
    const QUIET: u8 = 0x70;
    const SIGN: u8 = 0x80;
    let bytes = samples * u32::from(channels);
    let mut wav = Vec::with_capacity(44 + bytes as usize);
    wav.extend(b"RIFF");
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend(MU_LAW.to_le_bytes());
    wav.extend(u16::from(channels).to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * u32::from(channels)).to_le_bytes());
    wav.extend(u16::from(channels).to_le_bytes());
    wav.extend(8_u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    let noise = sid.bytes().map(|byte| byte << 1 & SIGN | QUIET | byte & 0x0F).cycle();
    wav.extend(noise.take(bytes as usize));
    wav.into()
}

fn mp3(frames: usize, sid: &str) -> Bytes {
    let mut frame = [0; MP3_FRAME];
    frame[..MP3_HEADER.len()].copy_from_slice(&MP3_HEADER);
    frame[MP3_ANCILLARY..].iter_mut().zip(sid.bytes()).for_each(|(free, byte)| *free = byte);
    frame.repeat(frames).into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_wav_says_how_long_it_is() {
        let stereo = wav(2 * RATE, 2, "RE1");
        let word = |at: usize| u32::from_le_bytes(stereo[at..at + 4].try_into().unwrap());
        assert_eq!(
            (&stereo[..4], &stereo[8..16], &stereo[36..40]),
            (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..])
        );
        assert_eq!((word(4) as usize, word(40)), (stereo.len() - 8, 4 * RATE));
        assert_eq!(word(40) / word(28), 2, "two seconds of it");
    }

    #[test]
    fn an_mp3_is_a_row_of_frames() {
        let sound = mp3(3, "RE1");
        assert_eq!(sound.len(), 3 * MP3_FRAME);
        assert!(sound.chunks(MP3_FRAME).all(|frame| frame.starts_with(&MP3_HEADER)));
    }

    #[test]
    fn no_two_recordings_sound_the_same() {
        let digits = "0123456789abcdef".chars().map(|digit| format!("RE{digit}"));
        let digits: Vec<String> = digits.collect();
        for sound in [|sid: &str| wav(RATE, 1, sid), |sid: &str| mp3(1, sid)] {
            let sounds: HashSet<Bytes> = digits.iter().map(|sid| sound(sid)).collect();
            assert_eq!(sounds.len(), digits.len());
        }
    }
}
