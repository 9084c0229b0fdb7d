//! Messages are found by their words: an inverted index on each database, kept by the statement that writes the message.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, text, uuid};

use crate::Kind;
use crate::tenant_table;

/// A hub that does not know the column writes rows without words, which is what its default says.
pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let terms = Table::alter().table("messages").add_column(text("terms").default("")).to_owned();
        manager.alter_table(terms).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, POSTGRES).await,
            _ => {
                manager.create_table(documents()).await?;
                tenant_table::protect(manager, "message_documents").await?;
                run(manager, SQLITE).await
            }
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, POSTGRES_DOWN).await?,
            _ => run(manager, SQLITE_DOWN).await?,
        }
        manager.alter_table(Table::alter().table("messages").drop_column("terms").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(statements).await.map(|_| ())
}

/// SQLite: which message a row of the full-text table is. Ids of rows may change in a VACUUM, this number does not.
fn documents() -> TableCreateStatement {
    Table::create()
        .table("message_documents")
        .col(integer("docid").primary_key())
        .col(uuid("tenant_id"))
        .col(uuid("message_id").unique_key())
        .to_owned()
}

// A word stands in the index behind four digits of its tenant and seven of its stretch of the log: 4,096 seqs. So the
// newest hits are found without touching the older ones, however common a word is, and no other tenant's at all.

/// The words come as letters and digits with spaces between them, so that splitting is all there is to do.
const SQLITE: &str = "
CREATE VIRTUAL TABLE message_words USING fts5(
    terms, content = '', contentless_delete = 1, tokenize = 'ascii', detail = 'none'
);
CREATE TRIGGER messages_words_come AFTER INSERT ON messages WHEN NEW.terms <> ''
BEGIN
    INSERT INTO message_documents (tenant_id, message_id) VALUES (NEW.tenant_id, NEW.id);
    INSERT INTO message_words (rowid, terms)
        SELECT docid, place || replace(NEW.terms, ' ', ' ' || place) FROM (
            SELECT docid, substr(lower(hex(NEW.tenant_id)), 29) || printf('%07x', NEW.seq >> 12) AS place
            FROM message_documents WHERE message_id = NEW.id
        );
END;
CREATE TRIGGER messages_words_change AFTER UPDATE ON messages
    WHEN OLD.terms IS NOT NEW.terms OR OLD.seq IS NOT NEW.seq
BEGIN
    INSERT OR IGNORE INTO message_documents (tenant_id, message_id) VALUES (NEW.tenant_id, NEW.id);
    DELETE FROM message_words WHERE rowid = (SELECT docid FROM message_documents WHERE message_id = NEW.id);
    INSERT INTO message_words (rowid, terms)
        SELECT docid, place || replace(NEW.terms, ' ', ' ' || place) FROM (
            SELECT docid, substr(lower(hex(NEW.tenant_id)), 29) || printf('%07x', NEW.seq >> 12) AS place
            FROM message_documents WHERE message_id = NEW.id
        );
END;
CREATE TRIGGER messages_words_go AFTER DELETE ON messages
BEGIN
    DELETE FROM message_words WHERE rowid = (SELECT docid FROM message_documents WHERE message_id = OLD.id);
    DELETE FROM message_documents WHERE message_id = OLD.id;
END;
";

const SQLITE_DOWN: &str = "
DROP TRIGGER messages_words_come;
DROP TRIGGER messages_words_change;
DROP TRIGGER messages_words_go;
DROP TABLE message_words;
DROP TABLE message_documents;
";

/// Row-level security lets no query of a reader reach an index through `@@`, which the server does not trust to keep a
/// secret. So the question is asked with the owner's rights, by a function that holds to the reader's tenant itself.
/// What a write adds waits in the index's list of at most 64 kB, which each look into a stretch reads too.
const POSTGRES: &str = "
CREATE FUNCTION search_place(tenant uuid, stretch bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT right(tenant::text, 4) || lpad(to_hex(stretch), 7, '0') $$;

CREATE FUNCTION placed_words(place text, terms text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT array_to_tsvector(string_to_array(place || replace(terms, ' ', ' ' || place), ' ')) $$;

CREATE INDEX messages_by_words ON messages
    USING gin (placed_words(search_place(tenant_id, seq >> 12), terms))
    WITH (fastupdate = on, gin_pending_list_limit = 64);

CREATE FUNCTION found_messages(words text, below bigint, lowest bigint, most bigint)
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
            WHERE placed_words(search_place(m.tenant_id, m.seq >> 12), m.terms)
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
";

const POSTGRES_DOWN: &str = "
DROP FUNCTION found_messages(text, bigint, bigint, bigint);
DROP INDEX messages_by_words;
DROP FUNCTION placed_words(text, text);
DROP FUNCTION search_place(uuid, bigint);
";
