//! A call as users see it, in answers and in events.

use entities::{
    AddressKind, BoardId, CallId, ChannelId, ContactId, ConversationId, LegId, Timestamp, UserId,
    call::CallState, message::Direction,
};
use serde::{Deserialize, Serialize};

use super::{caller::Verification, cost::Cost};

/// A call, from the first ring to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub id: CallId,
    pub conversation_id: ConversationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    pub channel_id: ChannelId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    pub direction: Direction,
    pub from: Party,
    pub to: Party,
    pub state: CallState,
    /// The contact hears music.
    pub held: bool,
    /// The agent is not heard.
    pub muted: bool,
    /// The provider records it at this moment.
    pub recording: bool,
    /// What was asked for and the provider has not confirmed.
    pub pending: Vec<Pending>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<UserId>,
    pub legs: Vec<LegShape>,
    pub started_at: Timestamp,
    /// When the contact and an agent could hear each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// From then to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The contact called, and nobody of us took it.
    #[serde(default, skip_serializing_if = "is_not")]
    pub missed: bool,
    /// It broke off.
    #[serde(default, skip_serializing_if = "is_not")]
    pub dropped: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CallError>,
    /// What networks say of the number the contact called from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// What the contact said when he was asked for his name: at most 100 characters, as a stranger dictated them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_said: Option<String>,
    /// Of all its legs; known some time after the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    pub provider: ProviderRef,
    pub rev: i64,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub kind: AddressKind,
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// One party's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegShape {
    pub id: LegId,
    pub party: Party,
    pub state: CallState,
    pub muted: bool,
    pub held: bool,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// A control on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub control: Control,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg_id: Option<LegId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    pub since: Timestamp,
}

/// What a user can do to a call that the provider has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    Answer,
    HangUp,
    Mute,
    Unmute,
    Hold,
    Resume,
    Transfer,
    Record,
    StopRecording,
    SendDigits,
}

/// Why it did not come about, in words a person understands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallError {
    pub code: String,
    pub message: String,
}

/// What the provider calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRef {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Control {
    /// Both turn the same switch.
    #[must_use]
    pub const fn is_about(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Mute | Self::Unmute, Self::Mute | Self::Unmute)
                | (Self::Hold | Self::Resume, Self::Hold | Self::Resume)
                | (Self::Record | Self::StopRecording, Self::Record | Self::StopRecording)
                | (Self::SendDigits, Self::SendDigits)
                | (Self::Answer, Self::Answer)
                | (Self::HangUp, Self::HangUp)
                | (Self::Transfer, Self::Transfer)
        )
    }
}

impl CallError {
    /// A code and what it means.
    #[must_use]
    pub fn new(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_not(flag: &bool) -> bool {
    !flag
}
