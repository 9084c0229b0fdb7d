//! Calls: what one is found and listed by. Everything else of it is sealed: its parties are people.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, Select};

use crate::message::Direction;
use crate::scope::{Place, SoftDeleted, TenantScope, newest_first, newest_of_all};
use crate::sealed::{self, BlindIndex, DataKeyId, Sealed};
use crate::{BoardId, CallId, ChannelId, ContactId, ConversationId, Principal, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CallId,
    pub tenant_id: TenantId,
    pub channel_id: ChannelId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    /// The board its conversation stood on when it began.
    pub board_id: Option<BoardId>,
    pub direction: Direction,
    pub state: CallState,
    pub provider: String,
    /// What the provider calls the contact's leg, once it has one.
    pub external_id: Option<String>,
    /// The user who took it, or placed it.
    pub agent_id: Option<UserId>,
    /// The same, as long as it is not over and he did not pass it on: nobody takes two at a time.
    pub taken_by: Option<UserId>,
    /// Of the contact's number, when it has one.
    pub number_index: Option<BlindIndex>,
    pub started_at: Timestamp,
    /// When the contact and a user could hear each other.
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// From then to its end.
    pub duration_s: Option<i64>,
    /// The contact called, and nobody of us took it.
    pub missed: bool,
    /// It broke off.
    pub dropped: bool,
    pub error_code: Option<String>,
    pub disposition: Option<String>,
    pub key_id: DataKeyId,
    /// The whole call as JSON, sealed with [`data_aad`].
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
    /// How far a call, or one leg of it, came.
    pub enum CallState {
        /// Decided, and nobody is called yet.
        Queued = "queued",
        /// The provider is calling.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// They can hear each other.
        InProgress = "in_progress",
        /// The contact is on its way to somebody else.
        Transferring = "transferring",
        Completed = "completed",
        Busy = "busy",
        NoAnswer = "no_answer",
        Failed = "failed",
        /// Given up before anybody answered.
        Canceled = "canceled",
    }
}

impl CallState {
    /// Nothing comes after it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled)
    }
}

/// Which calls to list. What is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The boards the reader is a member of; `None` means all. What stands on no board is seen by everybody.
    pub visible_boards: Option<Vec<BoardId>>,
    /// Those that are not over, or those that are.
    pub live: Option<bool>,
    pub direction: Option<Direction>,
    pub state: Option<CallState>,
    /// The contact, with those it took over.
    pub contacts: Option<Vec<ContactId>>,
    pub conversation_id: Option<ConversationId>,
    pub agent_id: Option<UserId>,
    pub number: Option<BlindIndex>,
    /// Begun then or later.
    pub from: Option<Timestamp>,
    /// Begun earlier.
    pub to: Option<Timestamp>,
}

impl Entity {
    /// Calls, the one that began last first, below `below`. What it costs does not depend on how many there are that nobody
    /// asked for.
    pub fn page(tenant: TenantId, filter: &Filter, below: Option<Place>, limit: u64) -> Select<Self> {
        let order = (Column::StartedAt, Column::Id);
        let Some(boards) = filter.boards_apart() else {
            return newest_first(Self::live(tenant).filter(filter.condition()), order, below, limit);
        };
        let unseen = Filter { visible_boards: None, ..filter.clone() };
        let each = boards.into_iter().map(|board| {
            let rows = Self::live(tenant).filter(unseen.condition());
            let rows = match board {
                Some(board) => rows.filter(Column::BoardId.eq(board)),
                // All the same; but PostgreSQL takes the order of an index behind a NULL only when it is told so.
                None => rows.filter(Column::BoardId.is_null()).order_by_desc(Column::BoardId),
            };
            newest_first(rows, order, below, limit)
        });
        newest_of_all(tenant, each, order, limit)
    }

    /// The calls a user is on, in no order.
    pub fn of_agent(tenant: TenantId, agent: UserId) -> Select<Self> {
        Self::live(tenant).filter(Column::AgentId.eq(agent)).filter(Column::EndedAt.is_null())
    }

    /// The call whose contact's leg the provider calls so.
    pub fn called(tenant: TenantId, provider: &str, external_id: &str) -> Select<Self> {
        Self::of(tenant).filter(Column::Provider.eq(provider)).filter(Column::ExternalId.eq(external_id))
    }
}

impl Filter {
    /// The boards to look at one by one, where a walk over all of them might find next to nothing: they are few, and
    /// nothing else that is asked for narrows the list as much.
    fn boards_apart(&self) -> Option<Vec<Option<BoardId>>> {
        const MOST: usize = 32;
        let visible = self.visible_boards.as_ref().filter(|boards| boards.len() <= MOST)?;
        let narrow = self.live == Some(true)
            || self.contacts.is_some()
            || self.conversation_id.is_some()
            || self.agent_id.is_some()
            || self.number.is_some();
        (!narrow).then(|| std::iter::once(None).chain(visible.iter().copied().map(Some)).collect())
    }

    fn condition(&self) -> Condition {
        let seen = self
            .visible_boards
            .as_deref()
            .map(|boards| Column::BoardId.is_null().or(Column::BoardId.is_in(boards.iter().copied())));
        let live = self.live.map(|live| match live {
            true => Column::EndedAt.is_null(),
            false => Column::EndedAt.is_not_null(),
        });
        Condition::all()
            .add_option(seen)
            .add_option(live)
            .add_option(self.direction.map(|direction| Column::Direction.eq(direction)))
            .add_option(self.state.map(|state| Column::State.eq(state)))
            .add_option(self.contacts.as_deref().map(|contacts| Column::ContactId.is_in(contacts.to_vec())))
            .add_option(self.conversation_id.map(|id| Column::ConversationId.eq(id)))
            .add_option(self.agent_id.map(|agent| Column::AgentId.eq(agent)))
            .add_option(self.number.map(|number| Column::NumberIndex.eq(number)))
            .add_option(self.from.map(|from| Column::StartedAt.gte(from)))
            .add_option(self.to.map(|to| Column::StartedAt.lt(to)))
    }
}

/// What a call is sealed with.
pub fn data_aad(tenant: TenantId, id: CallId) -> Vec<u8> {
    sealed::aad("calls.data", tenant, &[id.as_uuid().as_bytes()])
}
