//! A message is found in its stretch of the log by its board too, so that who sees a few boards is not shown what he may
//! not see and have it taken away again.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use crate::Kind;

/// A hub that does not know the boards in the index asks for the words alone, and finds what it found.
pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, CATCH_UP.to_owned()).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => {
                run(manager, format!("{POSTGRES_MARKS}{}", postgres("marked_words(m.terms, m.board_id)")))
                    .await
            }
            _ => run(manager, sqlite(SQLITE_MARKED, "OLD.board_id IS NOT NEW.board_id")).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => {
                run(manager, format!("{} DROP FUNCTION marked_words(text, uuid);", postgres("m.terms"))).await
            }
            _ => run(manager, sqlite("m.terms", "false")).await,
        }
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn run(manager: &SchemaManager<'_>, statements: String) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(&statements).await.map(|_| ())
}

/// Messages of conversations that moved since they were said.
const CATCH_UP: &str = "
UPDATE messages SET board_id = (
    SELECT c.board_id FROM conversations c
    WHERE c.id = messages.conversation_id AND c.tenant_id = messages.tenant_id
)
WHERE EXISTS (
    SELECT 1 FROM conversations c
    WHERE c.id = messages.conversation_id AND c.tenant_id = messages.tenant_id
        AND c.board_id IS DISTINCT FROM messages.board_id
);
";

/// The mark of the board before the words, and of no board when there is none. No word begins like a mark.
const SQLITE_MARKED: &str = "'#' || lower(hex(coalesce(m.board_id, x''))) || ' ' || m.terms";

/// The index anew, of `words` of a message `m`; a write that `moves` it makes the words anew, like one that changes them.
fn sqlite(words: &str, moves: &str) -> String {
    let place = "substr(lower(hex(m.tenant_id)), 29) || printf('%07x', m.seq >> 12)";
    let placed = format!(
        "INSERT INTO message_words (rowid, terms)
            SELECT docid, place || replace(words, ' ', ' ' || place) FROM (
                SELECT d.docid, {words} AS words, {place} AS place
                FROM message_documents d JOIN messages m ON m.id = d.message_id"
    );
    format!(
        "
DROP TRIGGER messages_words_come;
DROP TRIGGER messages_words_change;
DROP TRIGGER messages_words_go;
DROP TABLE message_words;
CREATE VIRTUAL TABLE message_words USING fts5(
    terms, content = '', contentless_delete = 1, tokenize = \"ascii tokenchars '#'\", detail = 'none'
);
{placed});
CREATE TRIGGER messages_words_come AFTER INSERT ON messages WHEN NEW.terms <> ''
BEGIN
    INSERT INTO message_documents (tenant_id, message_id) VALUES (NEW.tenant_id, NEW.id);
    {placed} WHERE d.message_id = NEW.id);
END;
CREATE TRIGGER messages_words_change AFTER UPDATE ON messages
    WHEN OLD.terms IS NOT NEW.terms OR OLD.seq IS NOT NEW.seq OR {moves}
BEGIN
    INSERT OR IGNORE INTO message_documents (tenant_id, message_id) VALUES (NEW.tenant_id, NEW.id);
    DELETE FROM message_words WHERE rowid = (SELECT docid FROM message_documents WHERE message_id = NEW.id);
    {placed} WHERE d.message_id = NEW.id);
END;
CREATE TRIGGER messages_words_go AFTER DELETE ON messages
BEGIN
    DELETE FROM message_words WHERE rowid = (SELECT docid FROM message_documents WHERE message_id = OLD.id);
    DELETE FROM message_documents WHERE message_id = OLD.id;
END;
"
    )
}

const POSTGRES_MARKS: &str = "
CREATE FUNCTION marked_words(terms text, board uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT '#' || replace(coalesce(board::text, ''), '-', '') || ' ' || terms $$;
";

/// The index anew, of `words` of a message `m`, and the questions that are asked of it.
fn postgres(words: &str) -> String {
    POSTGRES.replace("INDEXED", &words.replace("m.", "")).replace("WORDS", words)
}

const POSTGRES: &str = "
DROP INDEX messages_by_words;
CREATE INDEX messages_by_words ON messages
    USING gin (placed_words(search_place(tenant_id, seq >> 12), INDEXED))
    WITH (fastupdate = on, gin_pending_list_limit = 64);

CREATE OR REPLACE FUNCTION found_messages(words text, below bigint, lowest bigint, most bigint)
RETURNS TABLE (seq bigint, id uuid, conversation_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET enable_indexscan = off SET jit = off AS
$$
DECLARE
    reader uuid := current_setting('switchboard.tenant')::uuid;
    wanted bigint := most;
    come bigint;
BEGIN
    FOR stretch IN REVERSE (below - 1) >> 12 .. lowest >> 12 LOOP
        RETURN QUERY
            SELECT m.seq, m.id, m.conversation_id FROM messages m
            WHERE placed_words(search_place(m.tenant_id, m.seq >> 12), WORDS)
                    @@ replace(words, '/', search_place(reader, stretch))::tsquery
                AND m.tenant_id = reader AND m.seq >> 12 = stretch AND m.seq < below
                AND m.deleted_at IS NULL AND m.status <> 'scheduled'
            ORDER BY m.seq DESC LIMIT wanted;
        GET DIAGNOSTICS come = ROW_COUNT;
        wanted := wanted - come;
        EXIT WHEN wanted <= 0;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION has_messages(words text, below bigint, lowest bigint) RETURNS boolean
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
        WHERE placed_words(search_place(m.tenant_id, m.seq >> 12), WORDS) @@ anywhere
            AND m.tenant_id = reader AND m.seq < below AND m.seq >= lowest
            AND m.deleted_at IS NULL AND m.status <> 'scheduled'
    );
END
$$;
";
