//! The group commit on SQLite: multi-row statements in a few fixed sizes, so that each is prepared once.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions, Row, Sqlite as Backend, query, raw_sql};
use uuid::Uuid;

use super::operation::{Operation, Thread};
use super::store::{Store, allocate, guarded, tenants};

type Statement = Query<'static, Backend, SqliteArguments>;

/// A statement over many rows: `head (row), (row), … tail`.
struct Shape {
    head: &'static str,
    row: &'static str,
    tail: &'static str,
}

const LOCK: Shape =
    Shape { head: "SELECT tenant_id, last_seq FROM logs WHERE tenant_id IN (VALUES ", row: "(?)", tail: ")" };

const GUARD_CONVERSATIONS: Shape = Shape {
    head: "WITH given (id, tenant_id, rev, last_message, at, actor) AS (VALUES ",
    row: "(?, ?, ?, ?, ?, ?)",
    tail: ") UPDATE conversations SET rev = conversations.rev + 1, last_message = given.last_message,
            activity_at = given.at, updated_at = given.at, updated_by = given.actor
        FROM given WHERE conversations.id = given.id AND conversations.tenant_id = given.tenant_id
            AND conversations.rev = given.rev
        RETURNING conversations.id",
};

const FENCE_KEYS: Shape = Shape {
    head: "INSERT INTO idempotency_keys (tenant_id, principal, key, request_hash, answer, key_id, seq, contact_id,
            created_at, expires_at) VALUES ",
    row: "(?, ?, ?, ?, ?, 1, ?, ?, ?, NULL)",
    tail: " ON CONFLICT DO NOTHING RETURNING key",
};

const INSERT_MESSAGES: Shape = Shape {
    head: "INSERT INTO messages (id, tenant_id, conversation_id, contact_id, board_id, channel_type, seq, direction,
            author_kind, author_id, author_name, body, private, status, error_code, error_message, class, client_id,
            attachments, mentions, scheduled_at, edited_at, rev, created_at, updated_at, created_by, updated_by,
            deleted_at) VALUES ",
    row: "(?, ?, ?, ?, NULL, 'webchat', ?, 'outbound', 'user', ?, 'Ada', ?, false, 'sent', NULL, NULL, NULL, ?,
            '[]', '[]', NULL, NULL, 1, ?, ?, ?, ?, NULL)",
    tail: "",
};

const ALLOCATE: Shape = Shape {
    head: "WITH given (tenant_id, last_seq) AS (VALUES ",
    row: "(?, ?)",
    tail: ") UPDATE logs SET last_seq = given.last_seq FROM given WHERE logs.tenant_id = given.tenant_id",
};

const INSERT_EVENTS: Shape = Shape {
    head: "INSERT INTO events (tenant_id, seq, id, type, topic_kind, topic_id, contact_id, conversation_id, board_id,
            left_board_id, audience, user_id, actor_kind, actor_id, client_id, at, key_id, data) VALUES ",
    row: "(?, ?, ?, 'message.created', 'conversation', ?, ?, ?, NULL, NULL, 'everyone', NULL, 'user', ?, ?, ?, 1, ?)",
    tail: "",
};

const SEED_LOGS: Shape = Shape {
    head: "INSERT INTO logs (tenant_id, last_seq, trimmed_seq, incarnation) VALUES ",
    row: "(?, 0, 0, x'00')",
    tail: "",
};

const SEED_CONVERSATIONS: Shape = Shape {
    head:
        "INSERT INTO conversations (id, tenant_id, channel_id, channel_type, contact_id, contact_name, status,
            owner, priority, labels, participants, activity_at, rev, created_at, updated_at) VALUES ",
    row: "(?, ?, ?, 'webchat', ?, 'Grace', 'open', 'human', 'normal', '[]', '[]', 0, 1, 0, 0)",
    tail: "",
};

pub(super) struct Sqlite {
    connection: SqliteConnection,
    texts: HashMap<(&'static str, usize), Arc<str>>,
}

impl Sqlite {
    pub(super) async fn create(folder: &Path) -> Result<Self> {
        let mut connection = SqliteConnectOptions::new()
            .filename(folder.join("floor.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging()
            .connect()
            .await?;
        raw_sql(include_str!("sqlite.sql")).execute(&mut connection).await?;
        Ok(Self { connection, texts: HashMap::new() })
    }

    /// Runs a shape over all items, in pieces of 1, 2, 4, … rows; gives back the rows it returned.
    async fn run<T: Sync>(
        &mut self,
        shape: &'static Shape,
        items: &[T],
        bind: impl Fn(Statement, usize, &T) -> Statement + Send,
    ) -> Result<Vec<SqliteRow>> {
        let mut returned = Vec::new();
        let mut done = 0;
        while done < items.len() {
            let rows = largest_power_of_two(items.len() - done);
            let mut statement = query(AssertSqlSafe(self.text(shape, rows)));
            for (index, item) in items.iter().enumerate().skip(done).take(rows) {
                statement = bind(statement, index, item);
            }
            returned.extend(statement.fetch_all(&mut self.connection).await?);
            done += rows;
        }
        Ok(returned)
    }

    fn text(&mut self, shape: &'static Shape, rows: usize) -> Arc<str> {
        let text = self.texts.entry((shape.head, rows)).or_insert_with(|| {
            let values = vec![shape.row; rows].join(", ");
            format!("{}{values}{}", shape.head, shape.tail).into()
        });
        Arc::clone(text)
    }
}

fn largest_power_of_two(at_most: usize) -> usize {
    1 << at_most.ilog2()
}

impl Store for Sqlite {
    async fn seed(&mut self, tenants: &[Uuid], threads: &[Thread]) -> Result<()> {
        self.run(&SEED_LOGS, tenants, |statement, _, &tenant| statement.bind(tenant)).await?;
        self.run(&SEED_CONVERSATIONS, threads, |statement, _, thread| {
            statement.bind(thread.conversation).bind(thread.tenant).bind(thread.channel).bind(thread.contact)
        })
        .await?;
        Ok(())
    }

    async fn commit(&mut self, batch: &[Operation]) -> Result<()> {
        raw_sql("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        let locked = self.run(&LOCK, &tenants(batch), |statement, _, &tenant| statement.bind(tenant)).await?;
        let mut last = BTreeMap::new();
        for row in locked {
            last.insert(row.try_get(0)?, row.try_get(1)?);
        }
        let seqs = allocate(batch, &mut last)?;
        self.guard(batch, &seqs).await?;
        self.insert_messages(batch, &seqs).await?;
        let ends: Vec<(Uuid, i64)> = last.into_iter().collect();
        self.run(&ALLOCATE, &ends, |statement, _, &(tenant, seq)| statement.bind(tenant).bind(seq)).await?;
        self.insert_events(batch, &seqs).await?;
        raw_sql("COMMIT").execute(&mut self.connection).await?;
        Ok(())
    }
}

impl Sqlite {
    async fn guard(&mut self, batch: &[Operation], seqs: &[i64]) -> Result<()> {
        let touched = self
            .run(&GUARD_CONVERSATIONS, batch, |statement, _, operation| {
                statement
                    .bind(operation.conversation)
                    .bind(operation.tenant)
                    .bind(operation.expected_rev)
                    .bind(operation.last_message.as_str())
                    .bind(operation.at)
                    .bind(operation.actor.as_str())
            })
            .await?;
        guarded("conversations", touched.len(), batch)?;
        let fenced = self
            .run(&FENCE_KEYS, batch, |statement, index, operation| {
                statement
                    .bind(operation.tenant)
                    .bind(operation.actor.as_str())
                    .bind(operation.client_id.as_str())
                    .bind(operation.request_hash.as_slice())
                    .bind(operation.answer.as_slice())
                    .bind(seqs[index])
                    .bind(operation.contact)
                    .bind(operation.at)
            })
            .await?;
        guarded("idempotency keys", fenced.len(), batch)
    }

    async fn insert_messages(&mut self, batch: &[Operation], seqs: &[i64]) -> Result<()> {
        self.run(&INSERT_MESSAGES, batch, |statement, index, operation| {
            statement
                .bind(operation.message)
                .bind(operation.tenant)
                .bind(operation.conversation)
                .bind(operation.contact)
                .bind(seqs[index])
                .bind(operation.user)
                .bind(operation.body.as_str())
                .bind(operation.client_id.as_str())
                .bind(operation.at)
                .bind(operation.at)
                .bind(operation.actor.as_str())
                .bind(operation.actor.as_str())
        })
        .await?;
        Ok(())
    }

    async fn insert_events(&mut self, batch: &[Operation], seqs: &[i64]) -> Result<()> {
        self.run(&INSERT_EVENTS, batch, |statement, index, operation| {
            statement
                .bind(operation.tenant)
                .bind(seqs[index])
                .bind(operation.event)
                .bind(operation.conversation)
                .bind(operation.contact)
                .bind(operation.conversation)
                .bind(operation.user)
                .bind(operation.client_id.as_str())
                .bind(operation.at)
                .bind(operation.data.as_slice())
        })
        .await?;
        Ok(())
    }
}
