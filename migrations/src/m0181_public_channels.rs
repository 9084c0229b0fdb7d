//! Every channel has a public name: providers call a channel by it, as visitors always have.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use crate::Kind;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drawn = match manager.get_database_backend() {
            DbBackend::Postgres => "replace(gen_random_uuid()::text, '-', '')",
            _ => "lower(hex(randomblob(16)))",
        };
        let name =
            format!("UPDATE channels SET public_key = {drawn}, rev = rev + 1 WHERE public_key IS NULL");
        manager.get_connection().execute_unprepared(&name).await.map(|_| ())
    }

    /// The names stay: whoever knew only those of web chats does not look at the others.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
