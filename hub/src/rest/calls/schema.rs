//! The shape of a call, as the contract describes it. What is answered is [`actors::call::Call`].

use utoipa::ToSchema;
use uuid::Uuid;

/// A call, from the first ring to its end.
#[derive(ToSchema)]
pub struct Call {
    pub id: Uuid,
    pub conversation_id: Uuid,
    #[schema(nullable = false)]
    pub contact_id: Option<Uuid>,
    pub channel_id: Uuid,
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    /// `inbound` or `outbound`.
    pub direction: String,
    pub from: CallParty,
    pub to: CallParty,
    /// `queued`, `initiated`, `ringing`, `in_progress`, `transferring`, `completed`, `busy`, `no_answer`, `failed` or
    /// `canceled`.
    pub state: String,
    /// The contact hears music.
    pub held: bool,
    /// The agent is not heard.
    pub muted: bool,
    /// The provider records it at this moment.
    pub recording: bool,
    /// What was asked for and the provider has not confirmed.
    pub pending: Vec<PendingControl>,
    #[schema(nullable = false)]
    pub agent_id: Option<Uuid>,
    pub legs: Vec<CallLeg>,
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When the contact and an agent could hear each other.
    #[schema(nullable = false, format = DateTime)]
    pub answered_at: Option<String>,
    #[schema(nullable = false, format = DateTime)]
    pub ended_at: Option<String>,
    /// From then to its end, in seconds.
    #[schema(nullable = false)]
    pub duration_s: Option<i64>,
    #[schema(nullable = false)]
    pub disposition: Option<String>,
    #[schema(nullable = false)]
    pub note: Option<String>,
    /// There when the contact called and nobody took it.
    #[schema(nullable = false)]
    pub missed: Option<bool>,
    /// There when it broke off.
    #[schema(nullable = false)]
    pub dropped: Option<bool>,
    #[schema(nullable = false)]
    pub error: Option<CallError>,
    /// What networks say of the number the contact called from: `passed`, `failed` or `none`.
    #[schema(nullable = false)]
    pub verification: Option<String>,
    /// What the contact said when he was asked for his name: at most 100 characters.
    #[schema(nullable = false)]
    pub caller_said: Option<String>,
    /// Of all its legs; known some time after the end.
    #[schema(nullable = false)]
    pub cost: Option<CallCost>,
    pub provider: CallProvider,
    pub rev: i64,
}

/// Who takes part.
#[derive(ToSchema)]
pub struct CallParty {
    /// `phone`, `client`, `anonymous` and so on.
    pub kind: String,
    pub value: String,
    #[schema(nullable = false)]
    pub user_id: Option<Uuid>,
}

/// One party's part.
#[derive(ToSchema)]
pub struct CallLeg {
    pub id: Uuid,
    pub party: CallParty,
    pub state: String,
    pub muted: bool,
    pub held: bool,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(nullable = false, format = DateTime)]
    pub answered_at: Option<String>,
    #[schema(nullable = false, format = DateTime)]
    pub ended_at: Option<String>,
}

/// A control on its way.
#[derive(ToSchema)]
pub struct PendingControl {
    /// `answer`, `hang_up`, `mute`, `unmute`, `hold`, `resume`, `transfer`, `record`, `stop_recording` or `send_digits`.
    pub control: String,
    #[schema(nullable = false)]
    pub leg_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub client_id: Option<String>,
    #[schema(format = DateTime)]
    pub since: String,
}

/// Why it did not come about.
#[derive(ToSchema)]
pub struct CallError {
    pub code: String,
    pub message: String,
}

/// What it cost.
#[derive(ToSchema)]
pub struct CallCost {
    /// A decimal number, such as `0.0085`.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// What the provider calls it.
#[derive(ToSchema)]
pub struct CallProvider {
    pub name: String,
    #[schema(nullable = false)]
    pub id: Option<String>,
}

/// One page of calls.
#[derive(ToSchema)]
pub struct CallList {
    pub data: Vec<Call>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
