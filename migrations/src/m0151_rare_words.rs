//! Rare words are looked for in many stretches at once, so that what is nowhere is not looked for in each of them.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use crate::Kind;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP FUNCTION has_messages(text, bigint, bigint)").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// SQLite needs no function: its index is asked directly.
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    manager.get_connection().execute_unprepared(statements).await.map(|_| ())
}

/// Like `found_messages`: with the owner's rights, and held to the reader's tenant by itself.
const UP: &str = "
CREATE FUNCTION has_messages(words text, below bigint, lowest bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET enable_indexscan = off SET jit = off AS
$$
DECLARE
    reader uuid := current_setting('switchboard.tenant')::uuid;
    anywhere tsquery := (
        SELECT string_agg('(' || replace(words, '/', search_place(reader, stretch)) || ')', '|')::tsquery
        FROM generate_series(lowest >> 12, (below - 1) >> 12) stretch
    );
BEGIN
    RETURN EXISTS (
        SELECT FROM messages m
        WHERE placed_words(search_place(m.tenant_id, m.seq >> 12), m.terms) @@ anywhere
            AND m.tenant_id = reader AND m.seq < below AND m.seq >= lowest
            AND m.deleted_at IS NULL AND m.status <> 'scheduled'
    );
END
$$;
";
