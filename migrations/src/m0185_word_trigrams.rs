//! Words that are like another are found by the trigrams they share.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::Kind;
use crate::columns::storage;
use crate::tenant_table;

/// A hub that does not know the table learns no words meanwhile: they are learned when they are said again.
pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("word_trigrams")
            .col(text("trigram"))
            .col(uuid("tenant_id"))
            .col(text("word"))
            .primary_key(Index::create().col("trigram").col("tenant_id").col("word"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        tenant_table::protect(manager, "word_trigrams").await?;
        let learn = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        manager.get_connection().execute_unprepared(learn).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("word_trigrams").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What was said before: words of 4 to 32 letters, with two spaces before them and one behind.
const POSTGRES: &str = "
INSERT INTO word_trigrams (trigram, tenant_id, word)
SELECT DISTINCT substr('  ' || said.word || ' ', place, 3), said.tenant_id, said.word
FROM (
    SELECT DISTINCT m.tenant_id, word FROM messages m, unnest(string_to_array(m.terms, ' ')) word
    WHERE length(word) BETWEEN 4 AND 32 AND word !~ '[0-9]'
) said, generate_series(1, length(said.word) + 1) place;
";

const SQLITE: &str = r#"
WITH RECURSIVE places (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 33),
said (tenant_id, word) AS (
    SELECT DISTINCT m.tenant_id, words.value
    FROM messages m, json_each('["' || replace(m.terms, ' ', '","') || '"]') words
    WHERE length(words.value) BETWEEN 4 AND 32 AND words.value NOT GLOB '*[0-9]*'
)
INSERT OR IGNORE INTO word_trigrams (trigram, tenant_id, word)
SELECT substr('  ' || word || ' ', place, 3), tenant_id, word
FROM said JOIN places ON place <= length(word) + 1;
"#;
