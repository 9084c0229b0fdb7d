//! Tasks: what somebody is to do, and by when.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::conversation::{self, Assignee};
use crate::scope::{Place, SoftDeleted, newest_first, oldest_first};
use crate::{BoardId, ContactId, ConversationId, Principal, TaskId, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    pub tenant_id: TenantId,
    pub title: String,
    pub note: Option<String>,
    pub assignee_id: Option<UserId>,
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    /// Of a task without a conversation: with one it stands where the conversation stands now.
    pub board_id: Option<BoardId>,
    pub due_at: Option<Timestamp>,
    /// Users were told that it is due at `due_at`.
    pub told_due: bool,
    pub done_at: Option<Timestamp>,
    pub done_by: Option<Principal>,
    /// Its place in the lists: when it was done, or else is due, or else [`NO_DATE`].
    pub listed_at: Timestamp,
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

/// The place of what is not due at any time: behind everything that is.
pub const NO_DATE: Timestamp = Timestamp::from_micros(i64::MAX);

words! {
    /// Which of the two lists.
    pub enum TaskStatus {
        Open = "open",
        Done = "done",
    }
}

/// Which tasks to list. What is `None` is not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The boards the reader is a member of; `None` means all. What stands on no board is seen by everybody.
    pub visible_boards: Option<Vec<BoardId>>,
    pub status: TaskStatus,
    pub assignee: Option<Assignee>,
    /// The contact, with those it took over.
    pub contacts: Option<Vec<ContactId>>,
    pub conversation_id: Option<ConversationId>,
    /// Of open ones, only those that are due earlier.
    pub due_before: Option<Timestamp>,
}

impl Entity {
    /// Open ones by when they are due, the soonest first, and those without a date last; done ones by when that was, the
    /// latest first. The page begins behind `behind`.
    pub fn page(tenant: TenantId, filter: &Filter, behind: Option<Place>, limit: u64) -> Select<Self> {
        let rows = Self::live(tenant).filter(filter.condition());
        let nobodys = filter.assignee == Some(Assignee::Nobody);
        let listed = (Column::ListedAt, Column::Id);
        match filter.status {
            TaskStatus::Open => {
                let rows = rows.filter(Column::DoneAt.is_null());
                // Nobody's all the same; but PostgreSQL takes the order of the index only when it is told so.
                let rows = if nobodys { rows.order_by_asc(Column::AssigneeId) } else { rows };
                oldest_first(rows, listed, behind, limit)
            }
            TaskStatus::Done => {
                let rows = rows.filter(Column::DoneAt.is_not_null());
                let rows = if nobodys { rows.order_by_desc(Column::AssigneeId) } else { rows };
                newest_first(rows, listed, behind, limit)
            }
        }
    }

    /// Those that stand on a board by themselves, done ones too. In no order.
    pub fn on_board(tenant: TenantId, board: BoardId, limit: u64) -> Select<Self> {
        Self::live(tenant).filter(Column::BoardId.eq(board)).limit(limit)
    }
}

impl Filter {
    fn condition(&self) -> Condition {
        let assigned = self.assignee.map(|assignee| match assignee {
            Assignee::User(user) => Column::AssigneeId.eq(user),
            Assignee::Nobody => Column::AssigneeId.is_null(),
        });
        Condition::all()
            .add_option(self.visible_boards.as_deref().map(stands_on))
            .add_option(assigned)
            .add_option(self.contacts.as_deref().map(|contacts| Column::ContactId.is_in(contacts.to_vec())))
            .add_option(self.conversation_id.map(|conversation| Column::ConversationId.eq(conversation)))
            .add_option(self.due_before.map(|time| Column::ListedAt.lt(time)))
    }
}

/// It stands on one of these boards or on none. Asked of each row by the key of its conversation, so that neither database
/// is led to gather the conversations first; and in a CASE, of which PostgreSQL guesses that half of the rows pass: of the plain
/// condition it guesses so few that it would rather read and sort all tasks than follow the order of an index.
fn stands_on(boards: &[BoardId]) -> Expr {
    const NOWHERE: Uuid = Uuid::nil();
    let of_conversation = Query::select()
        .column((conversation::Entity, conversation::Column::BoardId))
        .from(conversation::Entity)
        .and_where(
            Expr::col((conversation::Entity, conversation::Column::Id))
                .equals((Entity, Column::ConversationId)),
        )
        .and_where(
            Expr::col((conversation::Entity, conversation::Column::TenantId))
                .equals((Entity, Column::TenantId)),
        )
        .to_owned();
    let own = Expr::col((Entity, Column::BoardId));
    let board = Func::coalesce([Expr::from(of_conversation), own, Expr::val(NOWHERE)]);
    let seen = boards.iter().map(|board| board.as_uuid()).chain([NOWHERE]);
    Expr::case(Expr::expr(board).is_in(seen), true).finally(false).into()
}
