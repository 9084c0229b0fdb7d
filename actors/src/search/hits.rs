//! Hits: which messages an index finds.

use entities::{ConversationId, MessageId, TenantId, log, scope::TenantScope};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult};

use super::{
    postgres,
    question::Question,
    sqlite,
    stretch::{Reach, Step, Walk},
};

/// A message that was found.
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
    question: &Question<'_>,
    (below, most): (i64, usize),
) -> Result<Batch, DbErr> {
    let reach = Reach::below(below);
    let (mut walk, mut hits) = (Walk::through(reach), Vec::new());
    while hits.len() < most
        && let Some(step) = walk.step()
    {
        let before = hits.len();
        let found = match step {
            Step::Read(part) => {
                hits.extend(read(db, tenant, question, (part, most - before)).await?);
                hits.len() > before
            }
            Step::Probe(part) => is_in(db, tenant, question, part).await?,
        };
        walk.after(step, found);
    }
    let below = match hits.last() {
        Some(last) if hits.len() >= most => Some(last.seq),
        _ => (!reach.ends()).then_some(reach.lowest),
    };
    Ok(Batch { hits, below })
}

async fn read<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    question: &Question<'_>,
    part: (Reach, usize),
) -> Result<Vec<Hit>, DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::hits(db, question, part).await,
        _ => sqlite::hits(db, tenant, question, part).await,
    }
}

async fn is_in<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    question: &Question<'_>,
    part: Reach,
) -> Result<bool, DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::is_in(db, question, part).await,
        _ => sqlite::is_in(db, tenant, question, part).await,
    }
}

/// Behind the newest event of the tenant.
pub(super) async fn end<C: ConnectionTrait>(db: &C, tenant: TenantId) -> Result<i64, DbErr> {
    let log = log::Entity::of(tenant).one(db).await?;
    Ok(log.map_or(0, |log| log.last_seq) + 1)
}
