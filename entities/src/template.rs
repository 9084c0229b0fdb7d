//! Templates: texts that are sent again and again, with gaps to fill.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, Select};

use crate::channel::ChannelType;
use crate::message::MessageClass;
use crate::scope::{Place, SoftDeleted, newest_first};
use crate::{BoardId, Json, Principal, TemplateId, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "templates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateId,
    pub tenant_id: TenantId,
    pub name: String,
    /// What is typed to find it.
    pub shortcut: Option<String>,
    /// With `{{variable}}` wherever something is to be filled in.
    pub body: String,
    /// Of the messages made of it that name no class themselves.
    pub class: Option<MessageClass>,
    /// Who sees this board sees it; without one every user does.
    pub board_id: Option<BoardId>,
    /// Where it may be used; empty: everywhere.
    pub channel_types: Json<Vec<ChannelType>>,
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

impl Entity {
    /// Templates, newest first, below `below`; only those on `visible` boards and on none, when it says which.
    pub fn page(
        tenant: TenantId,
        visible: Option<Vec<BoardId>>,
        below: Option<Place>,
        limit: u64,
    ) -> Select<Self> {
        let seen = visible
            .map(|boards| Condition::any().add(Column::BoardId.is_null()).add(Column::BoardId.is_in(boards)));
        let rows = Self::live(tenant).filter(Condition::all().add_option(seen));
        newest_first(rows, (Column::CreatedAt, Column::Id), below, limit)
    }

    /// Those on a board. In no order.
    pub fn on_board(tenant: TenantId, board: BoardId, limit: u64) -> Select<Self> {
        Self::live(tenant).filter(Column::BoardId.eq(board)).limit(limit)
    }
}
