//! Job attempts: each time somebody began a job, and how it ended.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::scope::TenantScope;
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{ContactId, JobId, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// 1, 2, …
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Who made it.
    pub node_id: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// `None`: it is not over, or whoever made it died.
    pub ended_at: Option<Timestamp>,
    pub outcome: Option<AttemptOutcome>,
    /// For people, without personal data.
    pub error: Option<String>,
    /// What the other side said, sealed with [`aad`].
    pub answer: Option<Sealed>,
    pub key_id: Option<DataKeyId>,
    pub contact_id: Option<ContactId>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The newest attempts at a job, the last first.
    pub fn of_job(tenant: TenantId, job: JobId, limit: u64) -> Select<Self> {
        Self::of(tenant).filter(Column::JobId.eq(job)).order_by_desc(Column::Number).limit(limit)
    }
}

words! {
    /// How an attempt ended.
    pub enum AttemptOutcome {
        Done = "done",
        Failed = "failed",
        /// Whoever made it did not come back in time.
        Expired = "expired",
        /// Nobody knows.
        Unknown = "unknown",
        /// Its turn had not come.
        Waited = "waited",
    }
}

/// What the answer to an attempt is sealed with.
pub fn aad(tenant: TenantId, job: JobId, number: i64) -> Vec<u8> {
    sealed::aad("job_attempts.answer", tenant, &[job.as_uuid().as_bytes(), &number.to_be_bytes()])
}
