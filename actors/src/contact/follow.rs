//! What is owed when a contact is called otherwise or changes hands: its conversations follow.

use entities::{ContactId, JobId, Timestamp};

use crate::journal::NewJob;

/// The kind of the job.
pub(crate) const FOLLOW: &str = "contact.follow";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Follower {
    pub(crate) contact_id: ContactId,
}

/// The job, one at a time for each contact.
pub(super) fn following(contact_id: ContactId, id: JobId, now: Timestamp) -> NewJob {
    NewJob {
        id,
        kind: FOLLOW,
        key: Some(format!("contact:{contact_id}")),
        run_at: now,
        payload: serde_json::json!(Follower { contact_id }),
        contact_id: Some(contact_id),
    }
}
