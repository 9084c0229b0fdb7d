//! Lists of conversations: what a reader asks for, within what he may see.

use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};

use super::{Column, ConversationStatus, Entity, Owner};
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
    pub label: Option<String>,
}

/// Whom a conversation is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    User(UserId),
    Nobody,
}

impl Entity {
    /// Conversations by activity, newest first, below `below`.
    pub fn page(tenant: TenantId, filter: &Filter, below: Option<Place>, limit: u64) -> Select<Self> {
        let rows = Self::live(tenant).filter(filter.condition());
        newest_first(rows, (Column::ActivityAt, Column::Id), below, limit)
    }

    /// Those of these conversations that somebody with these boards may see.
    pub fn these(
        tenant: TenantId,
        ids: impl IntoIterator<Item = ConversationId>,
        visible_boards: Option<Vec<BoardId>>,
    ) -> Select<Self> {
        let seen = Filter { visible_boards, ..Filter::default() };
        Self::live(tenant).filter(Column::Id.is_in(ids)).filter(seen.condition())
    }
}

impl Filter {
    fn condition(&self) -> Condition {
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
            .add_option(self.status.map(|status| Column::Status.eq(status)))
            .add_option(self.owner.map(|owner| Column::Owner.eq(owner)))
            .add_option(self.board_id.map(|board| Column::BoardId.eq(board)))
            .add_option(self.channel_id.map(|channel| Column::ChannelId.eq(channel)))
            .add_option(self.contact_id.map(|contact| Column::ContactId.eq(contact)))
            .add_option(self.label.as_deref().map(has_label))
    }
}

/// Labels are a JSON array of strings. A quoted string is in it exactly when taking it out changes the text, which
/// both databases can say, and both with regard to case. (A label that is one comma would be found between others.)
fn has_label(label: &str) -> Expr {
    let quoted = serde_json::Value::from(label).to_string();
    let labels = Expr::col((Entity, Column::Labels));
    let without = Func::cust("replace").args([labels.clone(), Expr::val(quoted), Expr::val("")]);
    labels.ne(without)
}
