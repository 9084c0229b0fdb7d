//! Lists of conversations: what a reader asks for, within what he may see.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{Column, ConversationStatus, Entity, Owner, boards};
use crate::read_mark;
use crate::scope::{Place, SoftDeleted, newest_first};
use crate::{BoardId, ChannelId, ContactId, ConversationId, TenantId, UserId};

/// Which conversations to list. What is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The boards the reader is a member of; `None` means all. A conversation without a board is seen by everybody.
    pub visible_boards: Option<Vec<BoardId>>,
    pub status: Option<ConversationStatus>,
    pub assignee: Option<Assignee>,
    pub owner: Option<Owner>,
    pub board_id: Option<BoardId>,
    pub channel_id: Option<ChannelId>,
    pub contact_id: Option<ContactId>,
    /// Only those in which this user has not read all of the contact's messages, and which are not resolved.
    pub unread_by: Option<UserId>,
    /// Only those whose clock ran out.
    pub breached: bool,
    /// Only those that are not resolved.
    pub unresolved: bool,
}

/// Whom a conversation is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    User(UserId),
    Nobody,
}

impl Entity {
    /// The conversations that match, in no order.
    pub fn listed(tenant: TenantId, filter: &Filter) -> Select<Self> {
        Self::live(tenant).filter(filter.condition())
    }

    /// Conversations by activity, newest first, below `below`. What it costs does not depend on how many there are that
    /// nobody asked for, unless the unread are asked for.
    pub fn page(tenant: TenantId, filter: &Filter, below: Option<Place>, limit: u64) -> Select<Self> {
        if let Some(boards) = filter.boards_apart() {
            return boards::newest(tenant, filter, &boards, (below, limit));
        }
        let rows = Self::listed(tenant, filter);
        // All the same; but PostgreSQL takes the order of an index behind a NULL only when it is told so.
        let rows = match filter.assignee {
            Some(Assignee::Nobody) => rows.order_by_desc(Column::AssigneeId),
            _ => rows,
        };
        newest_first(rows, (Column::ActivityAt, Column::Id), below, limit)
    }

    /// Those that are with a contact, or began with it, in no order, after the id `after`.
    pub fn following(
        tenant: TenantId,
        contact: ContactId,
        after: Option<ConversationId>,
        limit: u64,
    ) -> [Select<Self>; 2] {
        [Column::ContactId, Column::MetAs].map(|column| {
            let rows = Self::live(tenant).filter(column.eq(contact));
            let rows = match after {
                Some(after) => rows.filter(Column::Id.gt(after)),
                None => rows,
            };
            rows.order_by_asc(Column::Id).limit(limit)
        })
    }

    /// Those that wait for an agent on a board, or on none, the longest first.
    pub fn queue(tenant: TenantId, board: Option<BoardId>, limit: u64) -> Select<Self> {
        let rows = Self::live(tenant).filter(Column::QueuedAt.is_not_null());
        let rows = match board {
            Some(board) => rows.filter(Column::BoardId.eq(board)),
            None => rows.filter(Column::BoardId.is_null()),
        };
        // Of one board all the same; but PostgreSQL takes the order of the index only when it is told so.
        let rows = rows.order_by_asc(Column::BoardId);
        rows.order_by_asc(Column::QueuedAt).order_by_asc(Column::Id).limit(limit)
    }

    /// What a user has in hand: assigned to him, and neither over nor put aside. In no order.
    pub fn in_hand(tenant: TenantId, user: UserId, limit: u64) -> Select<Self> {
        Self::live(tenant).filter(Column::AssigneeId.eq(user)).filter(is_in_hand()).limit(limit)
    }

    /// How much each of these users has in hand: his id and a count. It costs as much as there is to do, whatever was
    /// before.
    pub fn loads(tenant: TenantId, users: impl IntoIterator<Item = UserId>) -> Select<Self> {
        Self::live(tenant)
            .filter(Column::AssigneeId.is_in(users))
            .filter(is_in_hand())
            .select_only()
            .column(Column::AssigneeId)
            .column_as(Column::Id.count(), "in_hand")
            .group_by(Column::AssigneeId)
    }

    /// Those of these conversations that somebody with these boards may see.
    pub fn these(
        tenant: TenantId,
        ids: impl IntoIterator<Item = ConversationId>,
        visible_boards: Option<Vec<BoardId>>,
    ) -> Select<Self> {
        let seen = Filter { visible_boards, ..Filter::default() };
        Self::live_keyed(tenant, Column::Id, ids).filter(seen.condition())
    }
}

impl Filter {
    /// The boards to look at one by one, where a walk over all of them might find next to nothing: they are few, and
    /// nothing else that is asked for narrows the list as much.
    fn boards_apart(&self) -> Option<Vec<Option<BoardId>>> {
        const MOST: usize = 32;
        let visible = self.visible_boards.as_ref().filter(|boards| boards.len() <= MOST)?;
        let narrow = self.board_id.is_some()
            || self.contact_id.is_some()
            || matches!(self.assignee, Some(Assignee::User(_)))
            || self.breached;
        (!narrow).then(|| std::iter::once(None).chain(visible.iter().copied().map(Some)).collect())
    }

    /// What is asked for, in no order and of any tenant.
    pub fn condition(&self) -> Condition {
        let visible = self.visible_boards.as_ref().map(|boards| {
            Condition::any().add(Column::BoardId.is_null()).add(Column::BoardId.is_in(boards.iter().copied()))
        });
        let assigned = self.assignee.map(|assignee| match assignee {
            Assignee::User(user) => Column::AssigneeId.eq(user),
            Assignee::Nobody => Column::AssigneeId.is_null(),
        });
        Condition::all()
            .add_option(visible)
            .add_option(assigned)
            .add_option(self.status.map(is_in_status))
            .add_option(self.owner.map(|owner| Column::Owner.eq(owner)))
            .add_option(self.board_id.map(|board| Column::BoardId.eq(board)))
            .add_option(self.channel_id.map(|channel| Column::ChannelId.eq(channel)))
            .add_option(self.contact_id.map(|contact| Column::ContactId.eq(contact)))
            .add_option(self.unread_by.map(has_unread))
            .add_option(self.breached.then(is_breached))
            .add_option(self.unresolved.then(is_unresolved))
    }
}

/// Most are resolved, so the others have indexes of their own, and the words of those stand beside the parameter.
fn is_in_status(status: ConversationStatus) -> Condition {
    let unresolved = (status != ConversationStatus::Resolved).then(is_unresolved);
    Condition::all().add(Column::Status.eq(status)).add_option(unresolved)
}

/// In the words of the index: a parameter would not let the databases use it.
pub(super) fn is_unresolved() -> Expr {
    Expr::cust(r#""conversations"."status" <> 'resolved'"#)
}

/// Neither over nor put aside. Said like this, SQLite does not start from all that are open.
fn is_in_hand() -> Condition {
    Condition::all().add(is_unresolved()).add(Column::Status.ne(ConversationStatus::Snoozed))
}

/// More has come than the user's mark covers. What is resolved counts as read.
fn has_unread(user: UserId) -> Condition {
    let read = Query::select()
        .column((read_mark::Entity, read_mark::Column::InboundCount))
        .from(read_mark::Entity)
        .and_where(
            Expr::col((read_mark::Entity, read_mark::Column::TenantId)).equals((Entity, Column::TenantId)),
        )
        .and_where(
            Expr::col((read_mark::Entity, read_mark::Column::ConversationId)).equals((Entity, Column::Id)),
        )
        .and_where(read_mark::Column::UserId.eq(user))
        .to_owned();
    let read = Expr::expr(Func::coalesce([Expr::from(read), Expr::val(0_i64)]));
    Condition::all().add(is_unresolved()).add(Expr::col((Entity, Column::InboundCount)).gt(read))
}

/// In the words of the index: a parameter would not let the databases use it.
fn is_breached() -> Expr {
    Expr::cust(r#""conversations"."sla_breached""#)
}
