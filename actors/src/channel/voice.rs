//! How calls to a number are taken.

use std::time::Duration;

use entities::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChannelError, OpeningHours};

/// The longest thing that is said, in characters.
const LONGEST: usize = 500;
/// How long somebody may be rung for, in seconds: the shortest, the usual and the longest time.
const SHORTEST_RING: u64 = 5;
const USUAL_RING: u64 = 30;
const LONGEST_RING: u64 = 120;
/// How much a caller may leave, in seconds: the least, the usual and the most. What is longer than usual, no provider writes
/// down.
const LEAST_VOICEMAIL: u64 = 5;
const USUAL_VOICEMAIL: u64 = 120;
const MOST_VOICEMAIL: u64 = 600;
/// How long each is rung when they are asked in turn.
const TURN: Duration = Duration::from_secs(15);
/// The most who are rung together.
const TOGETHER: usize = 50;
/// What a caller hears when nobody takes the call and nothing else was set.
const UNAVAILABLE: &str = "We are sorry, nobody can take your call right now. Please try again later.";
const LEAVE: &str =
    "We are sorry, nobody can take your call right now. Please leave a message after the tone.";

/// The same outside of the hours.
const CLOSED: &str = "Thank you for calling. We are closed right now. Please call again during our hours.";
const LEAVE_CLOSED: &str =
    "Thank you for calling. We are closed right now. Please leave a message after the tone.";

/// What everybody on the line is told before a recording begins.
const RECORDING_NOTICE: &str = "This call is being recorded.";

/// What is written to a contact whose call broke off.
const FOLLOW_UP: &str = "We were cut off. Reply here and we will call you right back.";
const FOLLOW_UP_LONGEST: usize = 320;

/// Everything that can be set about calls to a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VoiceSettings {
    /// What callers hear first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    /// What they hear when nobody takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
    /// Whoever is not taken may leave something after the tone.
    pub voicemail: bool,
    /// So many seconds of it at the most: 5 to 600.
    pub voicemail_s: u64,
    /// What he said is written down.
    pub transcribe: bool,
    /// When somebody is there; without, always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<OpeningHours>,
    /// What callers hear outside of these hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    /// What becomes of the text that is written to a contact whose call broke off.
    pub drop_follow_up: DropFollowUp,
    /// What it says: 1 to 320 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_text: Option<String>,
    /// Whether agents are rung together or one after the other.
    pub ring: Ring,
    /// For so long in all: 5 to 120 seconds.
    pub ring_s: u64,
    /// Who shows no number is let through to nobody.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refuse_anonymous: bool,
    /// The same of one whose number did not pass verification.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refuse_unverified: bool,
    /// A caller is asked for his name before he waits, and users confirm.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub screening: bool,
    /// A user who is called on a telephone presses 1 before he is put through.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub agent_confirms: bool,
    pub record: Record,
    /// Everybody on the line is told before a recording begins.
    pub announce_recording: bool,
    /// What they are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_notice: Option<String>,
}

/// How the calls of a number are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingRules {
    /// As soon as contact and agent hear each other, without anybody asking for it.
    pub by_itself: bool,
    /// Everybody on the line is told first.
    pub announced: bool,
}

/// Who is let into the calls of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreeningRules {
    /// A caller is asked for his name before he waits.
    pub caller_named: bool,
    /// A user who is called on a telephone presses 1 before he is put through: a voicemail box or a pocket takes no call.
    pub agent_confirms: bool,
}

/// Which calls are recorded without anybody asking for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    #[default]
    Off,
    All,
}

/// What is done with the text after a call that broke off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropFollowUp {
    /// Nothing is written.
    Off,
    /// Agents are shown it.
    #[default]
    Offer,
    /// It is sent.
    Send,
}

/// How agents are rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ring {
    #[default]
    Together,
    /// Each for fifteen seconds.
    InTurn,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        let (greeting, unavailable, hours, closed) = Default::default();
        let (drop_follow_up, follow_up_text, ring) = Default::default();
        let (record, recording_notice, refuse_anonymous, refuse_unverified) = Default::default();
        let (screening, agent_confirms) = Default::default();
        Self {
            greeting,
            unavailable,
            voicemail: true,
            voicemail_s: USUAL_VOICEMAIL,
            transcribe: true,
            hours,
            closed,
            drop_follow_up,
            follow_up_text,
            ring,
            ring_s: USUAL_RING,
            record,
            announce_recording: true,
            recording_notice,
            refuse_anonymous,
            refuse_unverified,
            screening,
            agent_confirms,
        }
    }
}

impl Default for RecordingRules {
    fn default() -> Self {
        VoiceSettings::default().recording()
    }
}

impl VoiceSettings {
    pub(super) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn check(&self) -> Result<(), ChannelError> {
        let said = [
            ("greeting", &self.greeting),
            ("unavailable", &self.unavailable),
            ("closed", &self.closed),
            ("recording_notice", &self.recording_notice),
        ];
        for (name, text) in said {
            let length = text.as_ref().map(|text| text.trim().chars().count());
            if length.is_some_and(|length| !(1..=LONGEST).contains(&length)) {
                let field = format!("settings.voice.{name}");
                return Err(ChannelError::invalid(&field, "must have 1 to 500 characters"));
            }
        }
        let text = self.follow_up_text.as_ref().map(|text| text.trim().chars().count());
        if text.is_some_and(|length| !(1..=FOLLOW_UP_LONGEST).contains(&length)) {
            let reason = "must have 1 to 320 characters";
            return Err(ChannelError::invalid("settings.voice.follow_up_text", reason));
        }
        if let Some((member, why)) = self.hours.as_ref().and_then(OpeningHours::fault) {
            return Err(ChannelError::invalid(&format!("settings.voice.hours.{member}"), why));
        }
        if !(LEAST_VOICEMAIL..=MOST_VOICEMAIL).contains(&self.voicemail_s) {
            return Err(ChannelError::invalid("settings.voice.voicemail_s", "must be 5 to 600 seconds"));
        }
        match (SHORTEST_RING..=LONGEST_RING).contains(&self.ring_s) {
            true => Ok(()),
            false => Err(ChannelError::invalid("settings.voice.ring_s", "must be 5 to 120 seconds")),
        }
    }

    /// For how long somebody may take a call.
    #[must_use]
    pub fn rings_for(&self) -> Duration {
        Duration::from_secs(self.ring_s)
    }

    /// How many are rung at a time, and each for how long.
    #[must_use]
    pub fn offers(&self) -> (usize, Duration) {
        match self.ring {
            Ring::Together => (TOGETHER, self.rings_for()),
            Ring::InTurn => (1, TURN),
        }
    }

    /// Somebody is there at this moment.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.is_open(at))
    }

    /// What is written to a contact whose call broke off, unless nothing is.
    #[must_use]
    pub fn follow_up(&self) -> Option<(DropFollowUp, &str)> {
        let text = self.follow_up_text.as_deref().unwrap_or(FOLLOW_UP);
        (self.drop_follow_up != DropFollowUp::Off).then_some((self.drop_follow_up, text))
    }

    /// How its calls are recorded.
    #[must_use]
    pub fn recording(&self) -> RecordingRules {
        RecordingRules { by_itself: self.record == Record::All, announced: self.announce_recording }
    }

    /// How those on its calls are screened.
    #[must_use]
    pub fn screened(&self) -> ScreeningRules {
        let agent_confirms = self.screening || self.agent_confirms;
        ScreeningRules { caller_named: self.screening, agent_confirms }
    }

    /// What everybody on the line is told before a recording begins.
    #[must_use]
    pub fn recording_notice(&self) -> &str {
        self.recording_notice.as_deref().unwrap_or(RECORDING_NOTICE)
    }

    /// What a caller hears outside of the hours.
    #[must_use]
    pub fn closed(&self) -> &str {
        self.closed.as_deref().unwrap_or(if self.voicemail { LEAVE_CLOSED } else { CLOSED })
    }

    /// What a caller hears when nobody takes it.
    #[must_use]
    pub fn unavailable(&self) -> &str {
        self.unavailable.as_deref().unwrap_or(if self.voicemail { LEAVE } else { UNAVAILABLE })
    }
}
