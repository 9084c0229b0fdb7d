//! The group commit on PostgreSQL: one statement per table, rows as arrays.

use std::collections::BTreeMap;

use anyhow::Result;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{Connection, query, query_as, raw_sql};
use uuid::Uuid;

use super::operation::{Operation, Thread};
use super::store::{Store, allocate, guarded, tenants};

const LOCK: &str =
    "SELECT tenant_id, last_seq FROM logs WHERE tenant_id = ANY($1) ORDER BY tenant_id FOR NO KEY UPDATE";

const GUARD_CONVERSATIONS: &str =
    "UPDATE conversations SET rev = conversations.rev + 1, last_message = given.last_message,
        activity_at = given.at, updated_at = given.at, updated_by = given.actor
     FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::text[])
        AS given (id, tenant_id, rev, last_message, at, actor)
     WHERE conversations.id = given.id AND conversations.tenant_id = given.tenant_id
        AND conversations.rev = given.rev
     RETURNING conversations.id";

const FENCE_KEYS: &str =
    "INSERT INTO idempotency_keys (tenant_id, principal, key, request_hash, answer, key_id, seq, contact_id,
        created_at, expires_at)
     SELECT tenant_id, principal, key, request_hash, answer, 1, seq, contact_id, at, NULL
     FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bigint[], $7::uuid[], $8::bigint[])
        AS given (tenant_id, principal, key, request_hash, answer, seq, contact_id, at)
     ON CONFLICT DO NOTHING RETURNING key";

const INSERT_MESSAGES: &str =
    "INSERT INTO messages (id, tenant_id, conversation_id, contact_id, board_id, channel_type, seq, direction,
        author_kind, author_id, author_name, body, private, status, error_code, error_message, class, client_id,
        attachments, mentions, scheduled_at, edited_at, rev, created_at, updated_at, created_by, updated_by, deleted_at)
     SELECT id, tenant_id, conversation_id, contact_id, NULL, 'webchat', seq, 'outbound', 'user', user_id, 'Ada', body,
        false, 'sent', NULL, NULL, NULL, client_id, '[]', '[]', NULL, NULL, 1, at, at, actor, actor, NULL
     FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::text[], $8::text[],
        $9::bigint[], $10::text[])
        AS given (id, tenant_id, conversation_id, contact_id, seq, user_id, body, client_id, at, actor)";

const ALLOCATE: &str =
    "UPDATE logs SET last_seq = given.last_seq FROM UNNEST($1::uuid[], $2::bigint[]) AS given (tenant_id, last_seq)
     WHERE logs.tenant_id = given.tenant_id";

const INSERT_EVENTS: &str =
    "INSERT INTO events (tenant_id, seq, id, type, topic_kind, topic_id, contact_id, conversation_id, board_id,
        left_board_id, audience, user_id, actor_kind, actor_id, client_id, at, key_id, data)
     SELECT tenant_id, seq, id, 'message.created', 'conversation', conversation_id, contact_id, conversation_id, NULL,
        NULL, 'everyone', NULL, 'user', user_id, client_id, at, 1, data
     FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[],
        $9::bytea[]) AS given (tenant_id, seq, id, conversation_id, contact_id, user_id, client_id, at, data)";

const SEED_LOGS: &str = "INSERT INTO logs (tenant_id, last_seq, trimmed_seq, incarnation)
     SELECT tenant_id, 0, 0, tenant_id FROM UNNEST($1::uuid[]) AS given (tenant_id)";

const SEED_CONVERSATIONS: &str =
    "INSERT INTO conversations (id, tenant_id, channel_id, channel_type, contact_id, contact_name, status, owner,
        priority, labels, participants, activity_at, rev, created_at, updated_at)
     SELECT id, tenant_id, channel_id, 'webchat', contact_id, 'Grace', 'open', 'human', 'normal', '[]', '[]', 0, 1, 0, 0
     FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS given (id, tenant_id, channel_id, contact_id)";

pub(super) struct Postgres(PgConnection);

impl Postgres {
    pub(super) async fn connect(options: &PgConnectOptions) -> Result<Self> {
        Ok(Self(PgConnection::connect_with(options).await?))
    }

    pub(super) async fn create_tables(&mut self) -> Result<()> {
        raw_sql(include_str!("postgres.sql")).execute(&mut self.0).await?;
        Ok(())
    }
}

/// One column of a batch, as an array.
fn column<'a, T>(batch: &'a [Operation], value: impl Fn(&'a Operation) -> T) -> Vec<T> {
    batch.iter().map(value).collect()
}

impl Store for Postgres {
    async fn seed(&mut self, tenants: &[Uuid], threads: &[Thread]) -> Result<()> {
        query(SEED_LOGS).bind(tenants.to_vec()).execute(&mut self.0).await?;
        let of = |id: fn(&Thread) -> Uuid| threads.iter().map(id).collect::<Vec<Uuid>>();
        query(SEED_CONVERSATIONS)
            .bind(of(|thread| thread.conversation))
            .bind(of(|thread| thread.tenant))
            .bind(of(|thread| thread.channel))
            .bind(of(|thread| thread.contact))
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    async fn commit(&mut self, batch: &[Operation]) -> Result<()> {
        let mut transaction = self.0.begin().await?;
        let locked: Vec<(Uuid, i64)> =
            query_as(LOCK).bind(tenants(batch)).fetch_all(&mut *transaction).await?;
        let mut last: BTreeMap<Uuid, i64> = locked.into_iter().collect();
        let seqs = allocate(batch, &mut last)?;
        guard(&mut transaction, batch, &seqs).await?;
        insert_messages(&mut transaction, batch, &seqs).await?;
        query(ALLOCATE)
            .bind(last.keys().copied().collect::<Vec<_>>())
            .bind(last.values().copied().collect::<Vec<_>>())
            .execute(&mut *transaction)
            .await?;
        insert_events(&mut transaction, batch, &seqs).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn guard(connection: &mut PgConnection, batch: &[Operation], seqs: &[i64]) -> Result<()> {
    let touched = query(GUARD_CONVERSATIONS)
        .bind(column(batch, |operation| operation.conversation))
        .bind(column(batch, |operation| operation.tenant))
        .bind(column(batch, |operation| operation.expected_rev))
        .bind(column(batch, |operation| operation.last_message.as_str()))
        .bind(column(batch, |operation| operation.at))
        .bind(column(batch, |operation| operation.actor.as_str()))
        .fetch_all(&mut *connection)
        .await?;
    guarded("conversations", touched.len(), batch)?;
    let fenced = query(FENCE_KEYS)
        .bind(column(batch, |operation| operation.tenant))
        .bind(column(batch, |operation| operation.actor.as_str()))
        .bind(column(batch, |operation| operation.client_id.as_str()))
        .bind(column(batch, |operation| operation.request_hash.as_slice()))
        .bind(column(batch, |operation| operation.answer.as_slice()))
        .bind(seqs.to_vec())
        .bind(column(batch, |operation| operation.contact))
        .bind(column(batch, |operation| operation.at))
        .fetch_all(&mut *connection)
        .await?;
    guarded("idempotency keys", fenced.len(), batch)
}

async fn insert_messages(connection: &mut PgConnection, batch: &[Operation], seqs: &[i64]) -> Result<()> {
    query(INSERT_MESSAGES)
        .bind(column(batch, |operation| operation.message))
        .bind(column(batch, |operation| operation.tenant))
        .bind(column(batch, |operation| operation.conversation))
        .bind(column(batch, |operation| operation.contact))
        .bind(seqs.to_vec())
        .bind(column(batch, |operation| operation.user))
        .bind(column(batch, |operation| operation.body.as_str()))
        .bind(column(batch, |operation| operation.client_id.as_str()))
        .bind(column(batch, |operation| operation.at))
        .bind(column(batch, |operation| operation.actor.as_str()))
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn insert_events(connection: &mut PgConnection, batch: &[Operation], seqs: &[i64]) -> Result<()> {
    query(INSERT_EVENTS)
        .bind(column(batch, |operation| operation.tenant))
        .bind(seqs.to_vec())
        .bind(column(batch, |operation| operation.event))
        .bind(column(batch, |operation| operation.conversation))
        .bind(column(batch, |operation| operation.contact))
        .bind(column(batch, |operation| operation.user))
        .bind(column(batch, |operation| operation.client_id.as_str()))
        .bind(column(batch, |operation| operation.at))
        .bind(column(batch, |operation| operation.data.as_slice()))
        .execute(&mut *connection)
        .await?;
    Ok(())
}
