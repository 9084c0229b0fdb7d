//! Audit entries are asked for by who did it.

use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = ["tenant_id", "actor_id", "at", "id"];
        manager.create_index(index("audit_entries", "by_actor", &columns)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("audit_entries_by_actor").table("audit_entries").to_owned();
        manager.drop_index(index).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
