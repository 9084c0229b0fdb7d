//! Hits: which messages have the words, before anybody asked who may see them.

use entities::{ConversationId, MessageId, TenantId, log, scope::TenantScope};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult};

use super::{postgres, sqlite, stretch::Reach, words::Words};

/// A message that has all the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct Hit {
    pub(super) seq: i64,
    pub(super) id: MessageId,
    pub(super) conversation_id: ConversationId,
}

/// Some hits, newest first, and the seq to go on below; `None` when there are no more.
pub(super) struct Batch {
    pub(super) hits: Vec<Hit>,
    pub(super) below: Option<i64>,
}

/// At most `most` of the newest hits below `below`, as far as one search looks.
pub(super) async fn newest<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    words: &Words,
    (below, most): (i64, usize),
) -> Result<Batch, DbErr> {
    let reach = Reach::below(below);
    let hits = match db.get_database_backend() {
        DbBackend::Postgres => postgres::hits(db, words, (reach, most)).await?,
        _ => sqlite::hits(db, tenant, words, (reach, most)).await?,
    };
    let below = match hits.last() {
        Some(last) if hits.len() >= most => Some(last.seq),
        _ => (!reach.ends()).then_some(reach.lowest),
    };
    Ok(Batch { hits, below })
}

/// Behind the newest event of the tenant.
pub(super) async fn end<C: ConnectionTrait>(db: &C, tenant: TenantId) -> Result<i64, DbErr> {
    let log = log::Entity::of(tenant).one(db).await?;
    Ok(log.map_or(0, |log| log.last_seq) + 1)
}
