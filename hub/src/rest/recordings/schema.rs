//! The shape of a recording, as the contract describes it. What is answered is [`actors::recording::Recording`].

use utoipa::ToSchema;
use uuid::Uuid;

use crate::rest::calls::schema::{CallError, CallParty};

/// What was recorded of a call, or left by its caller.
#[derive(ToSchema)]
pub struct Recording {
    pub id: Uuid,
    pub call_id: Uuid,
    pub conversation_id: Uuid,
    pub contact_id: Uuid,
    pub channel_id: Uuid,
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    /// The user who had the call.
    #[schema(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// `call` or `voicemail`.
    pub kind: String,
    /// `pending`: it is being recorded; `processing`: it is being fetched; `completed`: it is here; `failed`, for the `error`.
    pub status: String,
    /// The contact's side.
    pub from: CallParty,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(nullable = false)]
    pub duration_s: Option<i64>,
    /// What the bytes are, once they are here.
    #[schema(nullable = false)]
    pub content_type: Option<String>,
    #[schema(nullable = false)]
    pub size: Option<u64>,
    /// There once somebody tried to write down what was said.
    #[schema(nullable = false)]
    pub transcript: Option<TranscriptBrief>,
    #[schema(nullable = false)]
    pub error: Option<CallError>,
    /// When it goes.
    #[schema(nullable = false, format = DateTime)]
    pub expires_at: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// Whether what was said is written down.
#[derive(ToSchema)]
pub struct TranscriptBrief {
    /// `completed` or `failed`.
    pub status: String,
}

/// What was said, redacted.
#[derive(ToSchema)]
pub struct Transcript {
    /// `completed` or `failed`.
    pub status: String,
    #[schema(nullable = false)]
    pub text: Option<String>,
}

/// A recording with what was said on it, and where it can be heard for ten minutes.
#[derive(ToSchema)]
pub struct HeardRecording {
    #[schema(inline)]
    #[serde(flatten)]
    pub recording: Recording,
    /// A link to the bytes, once they are here.
    #[schema(nullable = false)]
    pub url: Option<String>,
    #[schema(nullable = false)]
    pub transcript: Option<Transcript>,
}

/// A page of recordings.
#[derive(ToSchema)]
pub struct RecordingList {
    pub data: Vec<Recording>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}
