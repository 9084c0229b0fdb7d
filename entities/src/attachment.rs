//! Attachments: files that were uploaded, and the message each belongs to.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::message::AttachmentState;
use crate::scope::SoftDeleted;
use crate::{AttachmentId, MessageId, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    pub tenant_id: TenantId,
    /// Safe to show and to save under.
    pub name: String,
    /// What the bytes are, not what somebody said they were; until they are here, what its provider says.
    pub content_type: String,
    /// In bytes; 0 until they are here.
    pub size: i64,
    /// In pixels, of an image.
    pub width: Option<i64>,
    /// In pixels, of an image.
    pub height: Option<i64>,
    pub state: AttachmentState,
    /// Why it is blocked: a sentence for people.
    pub reason: Option<String>,
    /// The one message it hangs on, once there is one.
    pub message_id: Option<MessageId>,
    /// When nobody needs it any more; `None` while its message does.
    pub expires_at: Option<Timestamp>,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who uploaded it.
    pub created_by: Option<Principal>,
    pub updated_by: Option<Principal>,
    /// When its message was taken back.
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// What this one uploaded and hung on no message. In no order; the words of the condition are those of the index.
    pub fn unused(tenant: TenantId, by: Principal) -> Select<Self> {
        Self::live(tenant)
            .filter(Column::CreatedBy.eq(by))
            .filter(Expr::cust(r#""attachments"."message_id" IS NULL"#))
    }

    /// Those whose time was over at `before`, the oldest first.
    pub fn over_across_tenants(before: Timestamp, limit: u64) -> Select<Self> {
        Self::find().filter(Column::ExpiresAt.lt(before)).order_by_asc(Column::ExpiresAt).limit(limit)
    }

    /// Those that wait to be looked at since before `before`, the oldest first. The state is a word of the condition, as in
    /// the index: a parameter would not let the databases use it.
    pub fn scanning_across_tenants(before: Timestamp, limit: u64) -> Select<Self> {
        Self::find()
            .filter(Expr::cust(r#""attachments"."state" = 'scanning'"#))
            .filter(Column::DeletedAt.is_null())
            .filter(Column::CreatedAt.lt(before))
            .order_by_asc(Column::CreatedAt)
            .limit(limit)
    }

    /// Those of these attachments that there are.
    pub fn these(tenant: TenantId, ids: impl IntoIterator<Item = AttachmentId>) -> Select<Self> {
        Self::live_keyed(tenant, Column::Id, ids)
    }
}
