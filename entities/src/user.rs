//! Users: people who sign in.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};

use crate::{BoardId, Json, Principal, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub tenant_id: TenantId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub boards: Option<Json<Vec<BoardId>>>,
    pub password_hash: Option<String>,
    pub status: UserStatus,
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
