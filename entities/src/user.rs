//! Users: people who sign in.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::{Place, SoftDeleted, TenantScope, newest_first};
use crate::{BoardId, Json, Principal, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub tenant_id: TenantId,
    /// Trimmed and in lower case.
    pub email: String,
    pub name: String,
    pub role: Role,
    /// The boards the user is a member of; `None` means all.
    pub boards: Option<Json<Vec<BoardId>>>,
    /// PHC string (Argon2id).
    pub password_hash: Option<String>,
    pub status: UserStatus,
    /// The most conversations routing gives this user; `None` leaves it to the board.
    pub capacity: Option<i32>,
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
    /// The users with this e-mail address (as stored: trimmed, in lower case) in all tenants.
    pub fn by_email_across_tenants(email: &str) -> Select<Self> {
        Self::find().filter(Column::Email.eq(email)).filter(Column::DeletedAt.is_null())
    }

    /// Users, newest first, below `below`.
    pub fn page(tenant: TenantId, below: Option<Place>, limit: u64) -> Select<Self> {
        newest_first(Self::live(tenant), (Column::CreatedAt, Column::Id), below, limit)
    }

    /// These users, deleted ones too: their names stand in what they did.
    pub fn these(tenant: TenantId, ids: impl IntoIterator<Item = UserId>) -> Select<Self> {
        Self::keyed(tenant, Column::Id, ids)
    }
}

words! {
    /// What a user may do. The order is the order of power, the most powerful first.
    pub enum Role {
        Owner = "owner",
        Admin = "admin",
        Manager = "manager",
        Agent = "agent",
        /// Sees what an agent sees; is never routed to.
        ReadOnly = "read_only",
    }
}

impl Role {
    /// The role of a token or a document, where `sdr` and `bdr` (sales development) are agents.
    pub fn from_claim(word: &str) -> Result<Self, crate::UnknownWord> {
        match word {
            "sdr" | "bdr" => Ok(Self::Agent),
            _ => word.parse(),
        }
    }
}

words! {
    /// Whether a user can sign in.
    pub enum UserStatus {
        Active = "active",
        /// Has not set a password yet.
        Invited = "invited",
        Disabled = "disabled",
    }
}
