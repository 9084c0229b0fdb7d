//! The door to recordings.

use entities::{JobId, Principal, RecordingId, TenantId, Timestamp, attachment};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    asked::Asked,
    attachment::Kept,
    audit::{Deed, recorded},
    call,
    journal::{Commit, NewJob, Record, Row},
    ports::{Attempt, Ports},
    receipt::Settling,
    store::StoreError,
};

use super::{
    error::RecordingError,
    standing::{Standing, Stored},
    state::{Decision, Given, RecordingTold, decide_delete, decide_give_up, decide_hear, decide_keep},
    store,
    telling::Telling,
};

/// The job that has a provider forget its copy of a recording that went here.
pub const FORGET: &str = "recording.forget";
/// Recordings of one step of removing.
const STEP: u64 = 100;

/// What [`FORGET`] knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forget {
    /// What the provider calls it.
    pub external_id: String,
}

/// The recordings of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Recordings {
    pub(super) ports: Ports,
}

type Tried<T> = Result<T, Attempt<RecordingError>>;

impl Recordings {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A provider tells of a recording of this call; its receipt is settled with it. False: that is no news.
    ///
    /// # Errors
    /// [`RecordingError`]; `Busy` also when somebody else settled the receipt.
    pub(crate) async fn hear(
        &self,
        call: &call::Standing,
        told: &RecordingTold,
        settling: &Settling,
    ) -> Result<bool, RecordingError> {
        let (tenant, provider) = (settling.before().tenant_id, settling.provider());
        self.take_in((tenant, &provider), call, told, Some(settling)).await
    }

    /// Somebody asked the provider of a tenant what it has of this call, and this is one of it. False: that is no news.
    ///
    /// # Errors
    /// [`RecordingError`].
    pub async fn learn(
        &self,
        (tenant, provider): (TenantId, &str),
        call: &call::Standing,
        told: &RecordingTold,
    ) -> Result<bool, RecordingError> {
        self.take_in((tenant, provider), call, told, None).await
    }

    async fn take_in(
        &self,
        (tenant, provider): (TenantId, &str),
        call: &call::Standing,
        told: &RecordingTold,
        settling: Option<&Settling>,
    ) -> Result<bool, RecordingError> {
        let policy = store::policy(self.ports.store(), tenant).await?;
        self.ports
            .until_written(|| async {
                let named = (provider, told.external_id.as_str());
                let before = store::called(self.ports.store(), tenant, named).await.map_err(refused)?;
                let id = RecordingId::from_uuid(self.ports.draw());
                let now = self.ports.now().in_milliseconds();
                let given = Given { call, provider, id, policy: &policy, now };
                let Some(decision) = decide_hear(before.as_ref(), told, &given) else { return Ok(false) };
                let contact = Some(decision.after.contact_id);
                let mut commit = self.commit(tenant, (Principal::System, now), &decision).await?;
                commit.rows.extend(settling.map(|settling| settling.settled(contact, now)));
                self.ports.journal.commit(commit).await?;
                Ok(true)
            })
            .await
    }

    /// The bytes of a recording are here, in its file.
    pub(super) async fn keep(
        &self,
        tenant: TenantId,
        id: RecordingId,
        kept: &Kept,
    ) -> Result<(), RecordingError> {
        let stored = Stored { content_type: kept.content.content_type.to_owned(), size: kept.size };
        self.change(tenant, id, |before, _| decide_keep(before, stored.clone()), Some(kept)).await
    }

    /// Nobody tries to fetch its bytes any more.
    pub(super) async fn give_up(
        &self,
        tenant: TenantId,
        id: RecordingId,
        why: &str,
    ) -> Result<(), RecordingError> {
        self.change(tenant, id, |before, _| decide_give_up(before, why), None).await
    }

    /// Somebody heard it or read what was said: that stands in the record before he does.
    ///
    /// # Errors
    /// [`RecordingError`].
    pub async fn note_access(
        &self,
        tenant: TenantId,
        asked: &Asked,
        recording: &Standing,
    ) -> Result<(), RecordingError> {
        let deed = Deed { action: "recording.read", noun: "recording", id: recording.id.as_uuid() };
        let about = json!({ "kind": recording.kind, "call_id": recording.call_id });
        let entry = recorded(&self.ports, tenant, asked, deed, about);
        self.ports.journal.commit(Commit::new(tenant, self.ports.now(), vec![entry], Vec::new())).await?;
        Ok(())
    }

    /// Deletes a recording: its bytes, what was said, and by a job the provider's copy.
    ///
    /// # Errors
    /// [`RecordingError`].
    pub async fn delete(
        &self,
        tenant: TenantId,
        asked: &Asked,
        id: RecordingId,
    ) -> Result<(), RecordingError> {
        let deed = Deed { action: "recording.delete", noun: "recording", id: id.as_uuid() };
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
                let before = before.ok_or(Attempt::Refused(RecordingError::NotFound))?;
                let about = json!({ "kind": before.kind, "call_id": before.call_id });
                let entry = recorded(&self.ports, tenant, asked, deed, about);
                self.remove(tenant, (asked.by, &before), vec![entry]).await
            })
            .await
    }

    /// Deletes those that were kept as long as their tenants wanted; answers how many. Fewer than one step: there are no more.
    ///
    /// # Errors
    /// [`RecordingError`].
    pub async fn remove_over(&self) -> Result<u64, RecordingError> {
        let over = store::over_across_tenants(self.ports.store(), self.ports.now(), STEP).await?;
        for (tenant, id) in &over {
            self.ports
                .until_written(|| async {
                    let before = store::load(self.ports.store(), *tenant, *id).await.map_err(refused)?;
                    match before {
                        Some(before) => self.remove(*tenant, (Principal::System, &before), Vec::new()).await,
                        None => Ok(()),
                    }
                })
                .await?;
        }
        Ok(u64::try_from(over.len()).unwrap_or(STEP))
    }

    async fn remove(
        &self,
        tenant: TenantId,
        (by, before): (Principal, &Standing),
        also: Vec<Row>,
    ) -> Tried<()> {
        let now = self.ports.now().in_milliseconds();
        let Some(decision) = decide_delete(before, now) else { return Ok(()) };
        let mut commit = self.commit(tenant, (by, now), &decision).await?;
        commit.rows.extend(also);
        let file = store::file(self.ports.store(), tenant, before.id).await.map_err(refused)?;
        commit.rows.extend(file.map(|file| gone(file, by, now)));
        commit.jobs.push(self.forget(&decision.after, now));
        self.ports.journal.commit(commit).await?;
        Ok(())
    }

    fn forget(&self, after: &Standing, now: Timestamp) -> NewJob {
        NewJob {
            id: JobId::from_uuid(self.ports.draw()),
            kind: FORGET,
            key: None,
            run_at: now,
            payload: json!(Forget { external_id: after.external_id.clone() }),
            contact_id: Some(after.contact_id),
        }
    }

    async fn change(
        &self,
        tenant: TenantId,
        id: RecordingId,
        decide: impl Fn(&Standing, Timestamp) -> Option<Decision>,
        kept: Option<&Kept>,
    ) -> Result<(), RecordingError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
                let now = self.ports.now().in_milliseconds();
                let Some(decision) = before.and_then(|before| decide(&before, now)) else { return Ok(()) };
                let mut commit = self.commit(tenant, (Principal::System, now), &decision).await?;
                if let Some(kept) = kept {
                    let file = store::file(self.ports.store(), tenant, id).await.map_err(refused)?;
                    commit.rows.extend(file.map(|file| here(file, kept, now)));
                }
                self.ports.journal.commit(commit).await?;
                Ok(())
            })
            .await
    }

    async fn commit(
        &self,
        tenant: TenantId,
        (by, now): (Principal, Timestamp),
        decision: &Decision,
    ) -> Tried<Commit> {
        let keys = self.ports.store().keys(tenant).await.map_err(refused)?;
        let telling = Telling { tenant, by, now, ids: &*self.ports.ids, keys: &keys };
        telling.commit(decision).map_err(|error| Attempt::Refused(error.into()))
    }
}

/// Its file with what came.
fn here(file: attachment::Model, kept: &Kept, now: Timestamp) -> Row {
    let file = kept.applied_ready(file);
    changed(file, Principal::System, now)
}

/// Its file, which nobody is given any more, and whose bytes go.
fn gone(file: attachment::Model, by: Principal, now: Timestamp) -> Row {
    changed(attachment::Model { deleted_at: Some(now), expires_at: Some(now), ..file }, by, now)
}

fn changed(file: attachment::Model, by: Principal, now: Timestamp) -> Row {
    let rev = file.rev + 1;
    Row::Update(Record::Attachment(attachment::Model { rev, updated_at: now, updated_by: Some(by), ..file }))
}

fn refused(error: StoreError) -> Attempt<RecordingError> {
    Attempt::Refused(error.into())
}
