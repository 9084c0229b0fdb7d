//! Sign-ins: families of refresh tokens, one per device and user.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("sign_ins");
        table
            .col(uuid("user_id"))
            .col(big_integer("generation"))
            .col(big_integer("rotated_at"))
            .col(big_integer("expires_at"))
            .col(big_integer_null("revoked_at"))
            .col(big_integer("created_at"))
            .col(big_integer("rev"));
        manager.create_table(table).await?;
        manager.create_index(index("sign_ins", "by_user", &["tenant_id", "user_id"])).await?;
        manager.create_index(index("sign_ins", "by_expires_at", &["expires_at"])).await?;
        tenant_table::protect(manager, "sign_ins").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sign_ins").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
