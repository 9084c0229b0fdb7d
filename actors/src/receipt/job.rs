//! The job that applies a receipt which could not be applied when it came.

use async_trait::async_trait;
use entities::{JobId, ReceiptId, Timestamp};

use crate::{
    jobs::{Due, JobKind, Outcome, Rules},
    journal::{Commit, NewJob},
};

use super::{Receipts, Settling, error::NotApplied};

const KIND: &str = "receipt.apply";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Owed {
    receipt_id: ReceiptId,
}

/// The job of a receipt. It has the receipt's own id, so that a replay moves it and there are never two.
pub(super) fn apply_later(receipt_id: ReceiptId, run_at: Timestamp) -> NewJob {
    NewJob {
        id: JobId::from_uuid(receipt_id.as_uuid()),
        kind: KIND,
        key: None,
        run_at,
        payload: serde_json::json!(Owed { receipt_id }),
        contact_id: None,
    }
}

/// Applies receipts.
pub struct ApplyReceipt(Receipts);

impl ApplyReceipt {
    /// The kind, for this node's receipts.
    #[must_use]
    pub fn new(receipts: Receipts) -> Self {
        Self(receipts)
    }

    async fn apply(&self, job: &Due, id: ReceiptId) -> Result<(), NotApplied> {
        let Some((settling, raw, channel)) = self.0.owed(job.tenant, id).await? else { return Ok(()) };
        let applied = match channel {
            Some(channel) => self.0.apply(&channel, &settling, &raw).await,
            None => Err(NotApplied::Never("its channel was removed".to_owned())),
        };
        match applied {
            // Somebody replayed or applied it: the next look tells.
            Err(NotApplied::Settled) => Err(NotApplied::NotYet(NotApplied::Settled.to_string())),
            Err(why @ NotApplied::NotYet(_)) if job.attempt < self.rules().attempts => Err(why),
            Err(why) => {
                self.bury(&settling, &why).await?;
                Err(why)
            }
            Ok(()) => Ok(()),
        }
    }

    /// Nothing more is done about it before a person asks.
    async fn bury(&self, settling: &Settling, why: &NotApplied) -> Result<(), NotApplied> {
        let (ports, tenant) = (&self.0.ports, settling.before().tenant_id);
        let now = ports.now();
        let rows = vec![settling.buried(&why.to_string(), now)];
        ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(())
    }
}

#[async_trait]
impl JobKind for ApplyReceipt {
    fn name(&self) -> &'static str {
        KIND
    }

    /// The receipt is the fence: its effect happens once however often this runs.
    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Owed { receipt_id } = match job.parse() {
            Ok(owed) => owed,
            Err(refused) => return refused,
        };
        match self.apply(job, receipt_id).await {
            Ok(()) => Outcome::Done,
            Err(NotApplied::Never(why)) => Outcome::Refused(why),
            Err(why) => Outcome::retry(why.to_string()),
        }
    }
}
