//! Recordings of calls, voicemail among them: what one is found and listed by. Everything else of it is sealed.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::scope::{SoftDeleted, TenantScope};
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{
    BoardId, CallId, ChannelId, ContactId, ConversationId, Principal, RecordingId, TenantId, Timestamp,
    UserId,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recordings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordingId,
    pub tenant_id: TenantId,
    pub call_id: CallId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub channel_id: ChannelId,
    /// The board of its call.
    pub board_id: Option<BoardId>,
    /// The user who had the call.
    pub agent_id: Option<UserId>,
    pub kind: RecordingKind,
    pub status: RecordingStatus,
    pub provider: String,
    /// What the provider calls it.
    pub external_id: String,
    pub started_at: Timestamp,
    pub duration_s: Option<i64>,
    /// What became of writing down what was said; `None`: nobody has, so far.
    pub transcript_status: Option<TranscriptStatus>,
    /// When it goes; `None` is never.
    pub expires_at: Option<Timestamp>,
    pub key_id: DataKeyId,
    /// The whole recording but its bytes, as JSON, sealed with [`data_aad`].
    pub data: Sealed,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub created_by: Option<Principal>,
    pub updated_by: Option<Principal>,
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

words! {
    /// What was recorded.
    pub enum RecordingKind {
        /// People talking.
        Call = "call",
        /// What a caller left whom nobody could take.
        Voicemail = "voicemail",
    }
}

words! {
    /// How far a recording came.
    pub enum RecordingStatus {
        /// It is being recorded.
        Pending = "pending",
        /// The provider has it whole, and we are fetching it.
        Processing = "processing",
        /// It is here.
        Completed = "completed",
        /// There is none.
        Failed = "failed",
    }
}

words! {
    /// What became of writing down what was said.
    pub enum TranscriptStatus {
        Completed = "completed",
        Failed = "failed",
    }
}

/// Which recordings to list. What is `None` is not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub kind: RecordingKind,
    /// The boards the reader is a member of; `None` means all. What stands on no board is seen by everybody.
    pub visible_boards: Option<Vec<BoardId>>,
    pub call_id: Option<CallId>,
    /// The contact, with those it took over.
    pub contacts: Option<Vec<ContactId>>,
    pub agent_id: Option<UserId>,
}

impl Entity {
    /// The recording the provider calls so, even when it was deleted.
    pub fn called(tenant: TenantId, provider: &str, external_id: &str) -> Select<Self> {
        Self::of(tenant).filter(Column::Provider.eq(provider)).filter(Column::ExternalId.eq(external_id))
    }

    /// Those of which an index has the order of the list: the fewest that hold all that `filter` asks for.
    pub fn around(tenant: TenantId, filter: &Filter) -> Select<Self> {
        let rows = Self::live(tenant);
        match filter {
            Filter { call_id: Some(call), .. } => rows.filter(Column::CallId.eq(*call)),
            Filter { contacts: Some(contacts), .. } => {
                rows.filter(Column::ContactId.is_in(contacts.iter().copied()))
            }
            Filter { agent_id: Some(agent), .. } => rows.filter(Column::AgentId.eq(*agent)),
            Filter { kind, .. } => rows.filter(Column::Kind.eq(*kind)),
        }
    }

    /// Those whose time was over at `before`, the oldest first.
    pub fn over_across_tenants(before: Timestamp, limit: u64) -> Select<Self> {
        Self::find()
            .filter(Column::ExpiresAt.lt(before))
            .filter(Column::DeletedAt.is_null())
            .order_by_asc(Column::ExpiresAt)
            .limit(limit)
    }
}

impl Filter {
    /// Of a kind, and nothing else asked.
    #[must_use]
    pub fn of(kind: RecordingKind) -> Self {
        Self { kind, visible_boards: None, call_id: None, contacts: None, agent_id: None }
    }

    /// What is asked for, in no order.
    pub fn condition(&self) -> Condition {
        let seen = self
            .visible_boards
            .as_deref()
            .map(|boards| Column::BoardId.is_null().or(Column::BoardId.is_in(boards.iter().copied())));
        Condition::all()
            .add(Column::Kind.eq(self.kind))
            .add_option(seen)
            .add_option(self.call_id.map(|call| Column::CallId.eq(call)))
            .add_option(
                self.contacts.as_deref().map(|contacts| Column::ContactId.is_in(contacts.iter().copied())),
            )
            .add_option(self.agent_id.map(|agent| Column::AgentId.eq(agent)))
    }
}

/// What a recording is sealed with.
pub fn data_aad(tenant: TenantId, id: RecordingId) -> Vec<u8> {
    sealed::aad("recordings.data", tenant, &[id.as_uuid().as_bytes()])
}
