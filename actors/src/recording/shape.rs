//! A recording as users see it, in answers and in events. What was said on it is in neither: it is asked for, one at a time.

use entities::{
    BoardId, CallId, ChannelId, ContactId, ConversationId, RecordingId, Timestamp, UserId,
    recording::{RecordingKind, RecordingStatus, TranscriptStatus},
};
use serde::{Deserialize, Serialize};

use crate::call::{CallError, Party};

/// What was recorded of a call, or left by its caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    pub id: RecordingId,
    pub call_id: CallId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub channel_id: ChannelId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<UserId>,
    pub kind: RecordingKind,
    pub status: RecordingStatus,
    /// The contact's side.
    pub from: Party,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<i64>,
    /// What the bytes are, and how many, once they are here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<TranscriptBrief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CallError>,
    /// When it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub rev: i64,
}

/// Whether what was said is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptBrief {
    pub status: TranscriptStatus,
}

/// What was said on it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptNews {
    /// That of its recording.
    pub id: RecordingId,
    pub recording_id: RecordingId,
    pub call_id: CallId,
    pub status: TranscriptStatus,
}
