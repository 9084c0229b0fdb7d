//! Audit entries are asked for by what was done, to what, and about whom.

use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: [(&str, &str, &str); 3] = [
    ("by_action", "audit_entries_by_action", "action"),
    ("by_target", "audit_entries_by_target", "target_id"),
    ("by_contact", "audit_entries_by_contact", "contact_id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (suffix, _, column) in INDEXES {
            let columns = ["tenant_id", column, "at", "id"];
            manager.create_index(index("audit_entries", suffix, &columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (_, name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).table("audit_entries").to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
