//! A recording as it stands: a sum of what was heard of it. Pure.

use entities::{
    Address, BoardId, CallId, ChannelId, ContactId, ConversationId, RecordingId, Timestamp, UserId,
    recording::{RecordingKind, RecordingStatus, TranscriptStatus},
};
use serde::{Deserialize, Serialize};

use crate::call::{CallError, Party};

use super::shape::{Recording, TranscriptBrief};

/// Everything that is known of a recording but its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub id: RecordingId,
    pub call_id: CallId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub channel_id: ChannelId,
    #[serde(default)]
    pub board_id: Option<BoardId>,
    #[serde(default)]
    pub agent_id: Option<UserId>,
    pub kind: RecordingKind,
    pub provider: String,
    pub external_id: String,
    /// The contact's.
    pub from: Address,
    pub started_at: Timestamp,
    /// Once the provider has it whole.
    #[serde(default)]
    pub taken: Option<Taken>,
    /// The provider says that there was nothing to record.
    #[serde(default)]
    pub absent: bool,
    /// Why nobody tries to fetch it any more: a sentence for people.
    #[serde(default)]
    pub given_up: Option<String>,
    /// The bytes that are here.
    #[serde(default)]
    pub file: Option<Stored>,
    #[serde(default)]
    pub transcript: Option<Transcript>,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    pub rev: i64,
}

/// A recording the provider has whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Where its bytes are fetched.
    pub url: String,
    #[serde(default)]
    pub duration_s: Option<i64>,
}

/// Bytes that are here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub content_type: String,
    /// In bytes.
    pub size: u64,
}

/// What was said, written down and redacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    pub status: TranscriptStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Standing {
    /// How far it came. What is here counts before what the provider said of it, and that before its silence.
    #[must_use]
    pub fn status(&self) -> RecordingStatus {
        match self {
            Self { file: Some(_), .. } => RecordingStatus::Completed,
            Self { given_up: Some(_), .. } => RecordingStatus::Failed,
            Self { taken: Some(_), .. } => RecordingStatus::Processing,
            Self { absent: true, .. } => RecordingStatus::Failed,
            _ => RecordingStatus::Pending,
        }
    }

    /// As users see it.
    #[must_use]
    pub fn shape(&self) -> Recording {
        let (status, file) = (self.status(), self.file.as_ref());
        let from = Party { kind: self.from.kind(), value: self.from.value().to_owned(), user_id: None };
        Recording {
            id: self.id,
            call_id: self.call_id,
            conversation_id: self.conversation_id,
            contact_id: self.contact_id,
            channel_id: self.channel_id,
            board_id: self.board_id,
            agent_id: self.agent_id,
            kind: self.kind,
            status,
            from,
            started_at: self.started_at,
            duration_s: self.taken.as_ref().and_then(|taken| taken.duration_s),
            content_type: file.map(|file| file.content_type.clone()),
            size: file.map(|file| file.size),
            transcript: self.transcript.as_ref().map(|it| TranscriptBrief { status: it.status }),
            error: (status == RecordingStatus::Failed).then(|| self.why()),
            expires_at: self.expires_at,
            created_at: self.created_at,
            rev: self.rev,
        }
    }

    fn why(&self) -> CallError {
        match &self.given_up {
            Some(why) => CallError::new("NOT_FETCHED", why),
            None => CallError::new("NOTHING_RECORDED", "Nothing was said"),
        }
    }
}
