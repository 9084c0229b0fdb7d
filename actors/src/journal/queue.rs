//! The queue of jobs: who is next within a key, and who gets what is due.

use std::collections::{HashMap, HashSet};

use entities::{
    TenantId, Timestamp,
    job::{self, JobStatus},
    job_attempt,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryFilter,
    QuerySelect, Statement,
    sea_query::{LockBehavior, LockType},
};
use uuid::Uuid;

use super::{batch, write};

/// Keys in one statement.
const AT_ONCE: usize = 5_000;

/// What somebody is ready to do.
#[derive(Clone, Debug)]
pub struct Claim {
    pub now: Timestamp,
    pub node: Uuid,
    /// The kinds the claimant knows.
    pub kinds: Vec<Known>,
    /// How many it can begin this moment.
    pub room: usize,
    /// How many of one tenant may run on this node at once, and how many do.
    pub share: usize,
    pub running: HashMap<TenantId, usize>,
}

/// A kind the claimant knows.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub kind: &'static str,
    /// How many of it the claimant can begin this moment.
    pub room: usize,
    /// Until when the claimant may work at one without being taken for dead.
    pub lease_until: Timestamp,
}

/// Gives the turn to the first job that waits in each of these lines, unless somebody has it. Runs under the locks of the
/// tenants, so nobody else moves these lines meanwhile.
pub(super) async fn promote(db: &DatabaseTransaction, lines: HashSet<(TenantId, &str)>) -> Result<(), DbErr> {
    let lines: Vec<_> = lines.into_iter().collect();
    let backend = db.get_database_backend();
    for chunk in lines.chunks(AT_ONCE) {
        let place = |line: usize| match backend {
            DbBackend::Postgres => format!("(${}, ${})", line * 2 + 1, line * 2 + 2),
            _ => "(?, ?)".to_owned(),
        };
        let places: Vec<String> = (0..chunk.len()).map(place).collect();
        let sql = format!(
            "WITH line(tenant, name) AS (VALUES {})
             UPDATE jobs SET status = 'ready', rev = rev + 1 WHERE id IN (
                 SELECT (SELECT next.id FROM jobs next
                         WHERE next.tenant_id = line.tenant AND next.key = line.name AND next.status = 'blocked'
                         ORDER BY next.seq, next.id LIMIT 1)
                 FROM line WHERE NOT EXISTS (
                     SELECT 1 FROM jobs head WHERE head.tenant_id = line.tenant AND head.key = line.name
                     AND head.status IN ('ready', 'running')))",
            places.join(", ")
        );
        let values = chunk.iter().flat_map(|(tenant, key)| [tenant.as_uuid().into(), (*key).into()]);
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// Takes what is due, fairly among tenants, and writes the attempts. No lock is waited for: what somebody else is about to
/// take is passed over.
pub(super) async fn claim(
    connection: &DatabaseConnection,
    mut claim: Claim,
) -> Result<Vec<job::Model>, DbErr> {
    let db = batch::begin(connection).await?;
    let mut claimed = Vec::new();
    while claim.room > 0 {
        let due = due(&db, &claim).await?;
        let passed_over = due.len();
        let taken: Vec<_> = due.into_iter().filter_map(|job| claim.take(job)).collect();
        if taken.is_empty() {
            break;
        }
        let attempts = taken.iter().map(|job| attempt(job, &claim)).collect();
        let lost = write::update::<job::Entity>(&db, taken.clone()).await?;
        if !lost.is_empty() {
            return Err(DbErr::Custom("a locked job moved".to_owned()));
        }
        write::insert::<job_attempt::Entity>(&db, attempts).await?;
        let all_taken = passed_over == taken.len();
        claimed.extend(taken);
        if all_taken {
            break;
        }
    }
    db.commit().await?;
    Ok(claimed)
}

async fn due(db: &DatabaseTransaction, claim: &Claim) -> Result<Vec<job::Model>, DbErr> {
    let room = u64::try_from(claim.room).unwrap_or(u64::MAX);
    let kinds: Vec<&str> =
        claim.kinds.iter().filter(|known| known.room > 0).map(|known| known.kind).collect();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = job::Entity::ready_across_tenants(&kinds, room).filter(job::Column::RunAt.lte(claim.now));
    let full: Vec<TenantId> = claim.full().collect();
    if !full.is_empty() {
        query = query.filter(job::Column::TenantId.is_not_in(full));
    }
    if db.get_database_backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    sea_orm::Select::all(query, db).await
}

fn attempt(job: &job::Model, claim: &Claim) -> job_attempt::Model {
    job_attempt::Model {
        tenant_id: job.tenant_id,
        job_id: job.id,
        number: job.attempts,
        node_id: claim.node,
        created_at: claim.now,
        ended_at: None,
        outcome: None,
        error: None,
        answer: None,
        key_id: None,
        contact_id: job.contact_id,
    }
}

impl Claim {
    /// The tenants that have their share.
    fn full(&self) -> impl Iterator<Item = TenantId> {
        self.running.iter().filter(|(_, running)| **running >= self.share).map(|(tenant, _)| *tenant)
    }

    /// The job as the claimant's, unless its tenant has its share, or there is no room for its kind.
    fn take(&mut self, job: job::Model) -> Option<job::Model> {
        let known = self.kinds.iter_mut().find(|known| known.kind == job.kind && known.room > 0)?;
        let running = self.running.entry(job.tenant_id).or_default();
        if *running >= self.share {
            return None;
        }
        *running += 1;
        known.room -= 1;
        self.room -= 1;
        Some(job::Model {
            status: JobStatus::Running,
            attempts: job.attempts + 1,
            lease_until: Some(known.lease_until),
            leased_by: Some(self.node),
            rev: job.rev + 1,
            updated_at: self.now,
            ..job
        })
    }
}
