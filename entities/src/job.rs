//! Jobs: what is owed and not done yet, and every timer.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::scope::TenantScope;
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{ContactId, JobId, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub tenant_id: TenantId,
    /// What is to be done. A string here, so that versions that know different kinds live together.
    pub kind: String,
    /// Jobs of one key are done one after the other, in the order of `seq` and `id`.
    pub key: String,
    /// Where the log stood after the commit that owes the job.
    pub seq: i64,
    /// Not before.
    pub run_at: Timestamp,
    pub status: JobStatus,
    /// How often it was begun.
    pub attempts: i64,
    /// Attempts that a redrive wrote off: they count no more.
    pub forgiven: i64,
    /// Whoever runs it has it until then.
    pub lease_until: Option<Timestamp>,
    /// The node that runs it, or did last.
    pub leased_by: Option<Uuid>,
    /// JSON, sealed with [`aad`].
    pub payload: Sealed,
    pub key_id: DataKeyId,
    pub contact_id: Option<ContactId>,
    /// Why the last attempt failed: for people, without personal data.
    pub last_error: Option<String>,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// It has the turn of its key.
    pub fn is_head(&self) -> bool {
        matches!(self.status, JobStatus::Ready | JobStatus::Running)
    }
}

/// Which jobs to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Status(JobStatus),
    /// Of this kind, in this status.
    Kind(String, JobStatus),
}

impl Entity {
    /// Jobs of these kinds that are heads of their keys, by the time they are due.
    pub fn ready_across_tenants(kinds: &[&str], limit: u64) -> Select<Self> {
        of_kinds(JobStatus::Ready, kinds).order_by_asc(Column::RunAt).limit(limit)
    }

    /// Jobs of these kinds that wait for their time, by that time.
    pub fn scheduled_across_tenants(kinds: &[&str], limit: u64) -> Select<Self> {
        of_kinds(JobStatus::Scheduled, kinds).order_by_asc(Column::RunAt).limit(limit)
    }

    /// Jobs of these kinds that somebody does, by the end of the lease.
    pub fn running_across_tenants(kinds: &[&str], limit: u64) -> Select<Self> {
        of_kinds(JobStatus::Running, kinds).order_by_asc(Column::LeaseUntil).limit(limit)
    }

    /// Jobs that were done before `before`, the first of them first.
    pub fn done_across_tenants(before: Timestamp, limit: u64) -> Select<Self> {
        in_status(JobStatus::Done)
            .filter(Column::UpdatedAt.lt(before))
            .order_by_asc(Column::UpdatedAt)
            .limit(limit)
    }

    /// Jobs, newest first, below `below`.
    pub fn page(tenant: TenantId, filter: &Filter, below: Option<JobId>, limit: u64) -> Select<Self> {
        let wanted = match filter {
            Filter::All => Condition::all(),
            Filter::Status(status) => Condition::all().add(Column::Status.eq(*status)),
            Filter::Kind(kind, status) => {
                Condition::all().add(Column::Kind.eq(kind)).add(Column::Status.eq(*status))
            }
        };
        let below = Condition::all().add_option(below.map(|id| Column::Id.lt(id)));
        Self::of(tenant).filter(wanted).filter(below).order_by_desc(Column::Id).limit(limit)
    }
}

fn of_kinds(status: JobStatus, kinds: &[&str]) -> Select<Entity> {
    in_status(status).filter(Column::Kind.is_in(kinds.iter().copied()))
}

/// The status stands in the statement itself, as it does in the partial indexes.
fn in_status(status: JobStatus) -> Select<Entity> {
    let literal = Expr::cust(format!("'{status}'"));
    Entity::find().filter(Expr::col((Entity, Column::Status)).eq(literal))
}

words! {
    /// How far a job came.
    pub enum JobStatus {
        /// Waits for its time.
        Scheduled = "scheduled",
        /// Waits for those of its key that come first.
        Blocked = "blocked",
        /// The head of its key: whoever has a hand free does it.
        Ready = "ready",
        /// Somebody does it.
        Running = "running",
        Done = "done",
        /// Given up. A person may have it done again.
        Dead = "dead",
        /// Nobody knows whether it was done. A person decides.
        Unknown = "unknown",
    }
}

/// What the payload of a job is sealed with.
pub fn aad(tenant: TenantId, id: JobId) -> Vec<u8> {
    sealed::aad("jobs.payload", tenant, &[id.as_uuid().as_bytes()])
}
