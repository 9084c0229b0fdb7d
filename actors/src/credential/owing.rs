//! Jobs that credentials owe: one of a kind each, with their own id, so that there are never two and one that is owed again is
//! moved.

use entities::{CredentialId, JobId, Timestamp, credential};

use crate::journal::{Commit, NewJob};

use super::{CredentialError, Credentials, store};

/// Credentials in one question.
const STEP: u64 = 500;

/// The job of these credentials. It knows nothing but whose it is.
pub(super) fn owed(kind: &'static str, id: CredentialId, run_at: Timestamp) -> NewJob {
    NewJob {
        id: JobId::from_uuid(id.as_uuid()),
        kind,
        key: None,
        run_at,
        payload: serde_json::json!({}),
        contact_id: None,
    }
}

impl Credentials {
    /// Owes a job of this kind for every tenant that keeps credentials of the provider; answers how many.
    ///
    /// # Errors
    /// [`CredentialError`]: some may not owe it.
    pub async fn owe_everywhere(&self, provider: &str, kind: &'static str) -> Result<usize, CredentialError> {
        let (ports, mut after, mut owing) = (self.ports(), None, 0);
        loop {
            let page = store::kept_across_tenants(ports.store(), after, STEP).await?;
            let Some(last) = page.last() else { return Ok(owing) };
            after = Some(last.id);
            let theirs = |row: &&credential::Model| row.provider == provider && row.is_active;
            for row in page.iter().filter(theirs) {
                let now = ports.now();
                let commit = Commit::new(row.tenant_id, now, Vec::new(), Vec::new());
                ports.journal.commit(commit.owing(vec![owed(kind, row.id, now)])).await?;
                owing += 1;
            }
        }
    }
}
