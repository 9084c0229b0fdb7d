//! How a COMMIT that got no answer is told from one that never was.

use entities::{EventId, TenantId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::{
    lock::{self, Heads},
    seal::Sealed,
};

/// What a transaction leaves behind if, and only if, it is committed. Asked for under the locks of its tenants, which
/// wait for it to end.
#[derive(Debug)]
pub(super) enum Witness {
    /// An event of the batch, and the seq it lies above.
    Event { tenant: TenantId, above: i64, id: EventId },
    /// The batch has no event: PostgreSQL's number of the transaction, of which it knows the end.
    Transaction(String),
    /// SQLite always answers.
    Nobody,
}

impl Witness {
    /// Of a transaction that is about to commit `batch` over logs that stood at `heads`.
    pub(super) async fn of(
        db: &DatabaseTransaction,
        heads: &Heads,
        batch: &[&Sealed],
    ) -> Result<Self, DbErr> {
        let first = batch.iter().find_map(|commit| Some((commit.tenant, commit.first_event()?)));
        if let Some((tenant, id)) = first {
            let above = heads.get(&tenant).copied().unwrap_or_default();
            return Ok(Self::Event { tenant, above, id });
        }
        if db.get_database_backend() != DbBackend::Postgres {
            return Ok(Self::Nobody);
        }
        let number = Statement::from_string(DbBackend::Postgres, "SELECT pg_current_xact_id()::text");
        let row = db.query_one_raw(number).await?;
        let number = row.ok_or_else(|| DbErr::Custom("a transaction has no number".to_owned()))?;
        Ok(Self::Transaction(number.try_get_by_index(0)?))
    }

    /// The transaction was committed.
    pub(super) async fn found(&self, db: &DatabaseTransaction) -> Result<bool, DbErr> {
        match self {
            Self::Event { tenant, above, id } => lock::recorded(db, *tenant, *above, *id).await,
            Self::Transaction(number) => {
                let sql = "SELECT pg_xact_status($1::xid8) = 'committed'";
                let asked = Statement::from_sql_and_values(DbBackend::Postgres, sql, [number.clone().into()]);
                let row = db.query_one_raw(asked).await?;
                // `NULL`: so long ago that nobody knows, which is longer than anybody waits.
                Ok(row.map(|row| row.try_get_by_index::<Option<bool>>(0)).transpose()?.flatten()
                    == Some(true))
            }
            Self::Nobody => Ok(false),
        }
    }
}
