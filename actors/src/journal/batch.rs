//! One batch, one transaction.

use std::collections::{BTreeMap, HashSet};

use entities::{TenantId, event};
use sea_orm::{
    ActiveModelTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, Iterable,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::{
    Record, activity,
    failure::{Blame, blame},
    lock::{self, Heads},
    lookups, moves, queue,
    row::Table,
    seal::Sealed,
    witness::Witness,
    words,
};
use crate::store::Line;

/// How an attempt to write a batch ended, when the database said so.
pub(super) enum Outcome {
    /// Written; the first seq of each commit.
    Written(Vec<i64>),
    /// Nothing is written, because these were too slow.
    Lost(HashSet<usize>),
    /// Nothing is written, because these are of a tenant that has no log.
    Homeless(HashSet<usize>),
}

/// How an attempt failed.
pub(super) enum Failure {
    /// Before COMMIT was sent: nothing is written.
    Statement(DbErr),
    /// COMMIT was sent and not answered.
    Commit { error: DbErr, lost: Lost },
}

/// What is known of a transaction whose COMMIT was not answered.
pub(super) struct Lost {
    /// Where the logs stood before.
    pub(super) heads: Heads,
    pub(super) witness: Witness,
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Statement(error)
    }
}

/// Begins a transaction that writes.
pub(super) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    connection.begin_with_options(options).await
}

/// The tenants of a batch, each once, sorted.
fn tenants(batch: &[&Sealed]) -> Vec<TenantId> {
    let mut tenants: Vec<TenantId> = batch.iter().map(|commit| commit.tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    tenants
}

/// How far a batch came without its COMMIT.
enum Step {
    /// All of it is written, and its COMMIT is still to be sent.
    Filled {
        db: DatabaseTransaction,
        firsts: Vec<i64>,
        lost: Lost,
    },
    Ended(Outcome),
}

/// Writes the whole batch or nothing.
pub(super) async fn write(line: &Line, batch: &[&Sealed]) -> Result<Outcome, Failure> {
    let connection = line.connection();
    let filling = async {
        let (db, heads) = begin_locked(&connection, batch).await?;
        fill(db, heads, batch).await
    };
    line.hear(filling).await?.commit(line).await
}

/// Looks whether the transaction that was `lost` has written the batch. If it has not, this one does: it holds the
/// same locks, so the lost one has ended.
pub(super) async fn write_unless_written(
    line: &Line,
    lost: &Lost,
    batch: &[&Sealed],
) -> Result<Outcome, Failure> {
    let connection = line.connection();
    let filling = async {
        let (db, heads) = begin_locked(&connection, batch).await?;
        if lost.witness.found(&db).await? {
            db.rollback().await?;
            return Ok(Step::Ended(Outcome::Written(allocate(&mut lost.heads.clone(), batch))));
        }
        fill(db, heads, batch).await
    };
    line.hear(filling).await?.commit(line).await
}

/// Begins a transaction that holds the logs of the batch's tenants, those that are being made included: they wait for
/// each other too.
async fn begin_locked(
    connection: &DatabaseConnection,
    batch: &[&Sealed],
) -> Result<(DatabaseTransaction, Heads), DbErr> {
    let db = begin(connection).await?;
    for commit in batch.iter().filter(|commit| commit.founds()) {
        lock::begin_log(&db, commit.tenant).await?;
    }
    let heads = lock::lock(&db, &tenants(batch)).await?;
    Ok((db, heads))
}

async fn fill(db: DatabaseTransaction, heads: Heads, batch: &[&Sealed]) -> Result<Step, DbErr> {
    let homeless: HashSet<usize> =
        (0..batch.len()).filter(|index| !heads.contains_key(&batch[*index].tenant)).collect();
    if !homeless.is_empty() {
        db.rollback().await?;
        return Ok(Step::Ended(Outcome::Homeless(homeless)));
    }
    let mut advanced = heads.clone();
    let firsts = allocate(&mut advanced, batch);
    let lost = write_rows(&db, batch, &firsts).await?;
    if !lost.is_empty() {
        db.rollback().await?;
        return Ok(Step::Ended(Outcome::Lost(lost)));
    }
    // After the rows: a contact may be new in this batch.
    activity::advance(&db, batch).await?;
    lookups::replace(&db, batch).await?;
    moves::carry_out(&db, batch).await?;
    words::learn(&db, batch).await?;
    queue::promote(&db, batch.iter().flat_map(|commit| commit.moved_lines()).collect()).await?;
    let moved = advanced.into_iter().filter(|(tenant, seq)| heads.get(tenant) != Some(seq)).collect();
    lock::advance(&db, &moved).await?;
    write_events(&db, batch, &firsts).await?;
    let witness = Witness::of(&db, &heads, batch).await?;
    Ok(Step::Filled { db, firsts, lost: Lost { heads, witness } })
}

impl Step {
    async fn commit(self, line: &Line) -> Result<Outcome, Failure> {
        let (db, firsts, lost) = match self {
            Self::Filled { db, firsts, lost } => (db, firsts, lost),
            Self::Ended(outcome) => return Ok(outcome),
        };
        match line.hear(db.commit()).await {
            Ok(()) => Ok(Outcome::Written(firsts)),
            // The line broke or went silent, or the server ended it: nobody knows on which side of the COMMIT.
            Err(error) if blame(&error) == Blame::Weather => Err(Failure::Commit { error, lost }),
            // An answer, and it is no.
            Err(error) => Err(Failure::Statement(error)),
        }
    }
}

/// Hands out the seqs after `heads`, exactly as many as there are events.
fn allocate(heads: &mut Heads, batch: &[&Sealed]) -> Vec<i64> {
    let next = |commit: &&Sealed| {
        let head = heads.entry(commit.tenant).or_default();
        let first = *head + 1;
        *head += i64::try_from(commit.events.len()).unwrap_or(i64::MAX);
        first
    };
    batch.iter().map(next).collect()
}

/// Guards first, then fences and plain rows, one statement per table. Names the commits that lost.
async fn write_rows(
    db: &DatabaseTransaction,
    batch: &[&Sealed],
    firsts: &[i64],
) -> Result<HashSet<usize>, DbErr> {
    let (mut inserts, mut updates) = (ByTable::default(), ByTable::default());
    for (index, commit) in batch.iter().enumerate() {
        let (inserted, updated) = commit.records(firsts[index]);
        inserts.add(index, inserted);
        updates.add(index, updated);
    }
    let mut lost = HashSet::new();
    for (table, (owners, records)) in updates.0 {
        lost.extend(table.update(db, records).await?.into_iter().map(|row| owners[row]));
    }
    if !lost.is_empty() {
        return Ok(lost);
    }
    for (table, (owners, records)) in inserts.0 {
        lost.extend(table.insert(db, records).await?.into_iter().map(|row| owners[row]));
        if !lost.is_empty() {
            break;
        }
    }
    Ok(lost)
}

/// The rows of a batch by table, each with the index of the commit it belongs to.
#[derive(Default)]
struct ByTable(BTreeMap<Table, (Vec<usize>, Vec<Record>)>);

impl ByTable {
    fn add(&mut self, commit: usize, records: Vec<Record>) {
        for record in records {
            let (owners, rows) = self.0.entry(record.table()).or_default();
            owners.push(commit);
            rows.push(record);
        }
    }
}

async fn write_events(db: &DatabaseTransaction, batch: &[&Sealed], firsts: &[i64]) -> Result<(), DbErr> {
    let columns = event::Column::iter().count();
    let rows = batch.iter().zip(firsts).flat_map(|(commit, first)| commit.log(*first));
    let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
    for chunk in rows.chunks(30_000 / columns) {
        event::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
