//! The door to credentials.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use entities::{
    CredentialId, Principal, TenantId, Timestamp, credential, credential::config_aad, event::TopicKind,
};
use serde_json::json;

use crate::{
    asked::Asked,
    audit::{Deed, Read, Reads, recorded},
    event::{Data, EventType},
    journal::{Commit, NewJob, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    Callback, Credential, CredentialError, KeepCredential, Opened, Purpose, Use,
    opened::Recent,
    owing::owed,
    state::{Given, caught_up, counted, decide_disable, decide_forget, decide_keep},
    store,
    uses::{Unwritten, Uses},
};

/// Uses are written so often.
const WRITTEN_EVERY: Duration = Duration::from_secs(5);

/// The credentials of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Credentials {
    inner: Arc<Inner>,
}

struct Inner {
    ports: Ports,
    reads: Reads,
    recent: Recent,
    unwritten: Unwritten,
}

type Tried = Result<Credential, Attempt<CredentialError>>;

impl Credentials {
    /// The room. What it gathers is written until its last handle is gone.
    #[must_use]
    pub fn start(ports: Ports, reads: Reads) -> Self {
        let (recent, unwritten) = (Recent::default(), Unwritten::default());
        let inner = Arc::new(Inner { ports, reads, recent, unwritten });
        inner.ports.store().io().spawn(now_and_then(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// Keeps credentials in the place of those that were there.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub async fn keep(
        &self,
        tenant: TenantId,
        asked: &Asked,
        keep: &KeepCredential,
    ) -> Result<Credential, CredentialError> {
        let ports = &self.inner.ports;
        let kept = ports.until_written(|| async {
            let before = store::load(ports.store(), tenant, keep.provider).await.map_err(refused)?;
            let mut row = decide_keep(before, keep, &self.given(tenant, asked.by));
            let keys = ports.store().keys(tenant).await.map_err(refused)?;
            let sealed = keys.seal(&config_aad(tenant, row.id), keep.config.to_string().as_bytes());
            row.sealed_config = Some(sealed.map_err(|error| refused(error.into()))?);
            row.key_id = Some(keys.current());
            let owing = keep.then.map(|kind| owed(kind, row.id, row.updated_at));
            let jobs = owing.into_iter().collect();
            self.commit(asked, ("credential.update", EventType::CredentialUpdated), row, jobs).await
        });
        let kept = kept.await;
        self.inner.recent.forget((tenant, keep.provider));
        kept
    }

    /// Removes credentials, and all that was sealed of them.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub async fn forget(
        &self,
        tenant: TenantId,
        asked: &Asked,
        provider: &'static str,
    ) -> Result<Credential, CredentialError> {
        let ports = &self.inner.ports;
        let gone = ports.until_written(|| async {
            let before = store::load(ports.store(), tenant, provider).await.map_err(refused)?;
            let row = decide_forget(before, &self.given(tenant, asked.by)).map_err(Attempt::Refused)?;
            self.commit(asked, ("credential.delete", EventType::CredentialDeleted), row, Vec::new()).await
        });
        let gone = gone.await;
        self.inner.recent.forget((tenant, provider));
        gone
    }

    /// The provider takes them no more: they are not opened again until they are kept anew.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub async fn disable(
        &self,
        tenant: TenantId,
        provider: &'static str,
        why: &str,
    ) -> Result<(), CredentialError> {
        let (ports, asked) = (&self.inner.ports, Asked::by(Principal::System));
        let disabled = ports.until_written(|| async {
            let before = store::load(ports.store(), tenant, provider).await.map_err(refused)?;
            let row = decide_disable(before, why, &self.given(tenant, asked.by));
            let Some(row) = row else { return Ok(()) };
            let deed = ("credential.disable", EventType::CredentialUpdated);
            self.commit(&asked, deed, row, Vec::new()).await.map(drop)
        });
        let disabled = disabled.await;
        self.inner.recent.forget((tenant, provider));
        disabled
    }

    /// Opens credentials for use. On the record once an hour for each purpose; what cannot be recorded is not opened.
    ///
    /// # Errors
    /// [`CredentialError`], which tells apart why there are none.
    pub async fn open(
        &self,
        tenant: TenantId,
        provider: &'static str,
        purpose: Purpose,
    ) -> Result<Arc<Opened>, CredentialError> {
        let opened = self.opened(tenant, provider).await?;
        let read = Read::Credential(opened.id, purpose);
        self.inner.reads.note(tenant, &Asked::by(Principal::System), &[read]).await?;
        Ok(opened)
    }

    /// Are there credentials to be opened? Nobody is shown them.
    ///
    /// # Errors
    /// [`CredentialError`], which tells apart why there are none.
    pub async fn check(&self, tenant: TenantId, provider: &'static str) -> Result<(), CredentialError> {
        self.opened(tenant, provider).await.map(drop)
    }

    /// Notes how a request to the provider went. Written within a few seconds.
    pub fn note_use(&self, tenant: TenantId, provider: &'static str, used: Use) {
        self.inner.unwritten.note((tenant, provider), used, self.inner.ports.now());
    }

    /// Notes how the provider told of a step of a message. Written within a few seconds.
    pub fn note_callback(&self, tenant: TenantId, provider: &'static str, callback: Callback) {
        match callback {
            Callback::After(delay) => {
                metrics::histogram!("provider_callback_delay_seconds", "provider" => provider)
                    .record(delay.as_secs_f64());
            }
            Callback::Missing => {
                metrics::counter!("provider_callbacks_missing_total", "provider" => provider).increment(1);
            }
        }
        self.inner.unwritten.note_callback((tenant, provider), callback);
    }

    /// Everything the provider took for the tenant up to this time is known here.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub async fn caught_up(
        &self,
        tenant: TenantId,
        provider: &'static str,
        at: Timestamp,
    ) -> Result<(), CredentialError> {
        let ports = &self.inner.ports;
        ports
            .until_written(|| async {
                let before = store::load(ports.store(), tenant, provider).await.map_err(refused)?;
                let Some(row) = caught_up(before, at) else { return Ok(()) };
                let rows = vec![Row::Update(Record::Credential(row))];
                ports.journal.commit(Commit::new(tenant, ports.now(), rows, Vec::new())).await?;
                Ok(())
            })
            .await
    }

    pub(super) fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    /// Writes what was gathered. What cannot be written is lost: it is a measure, and no promise.
    pub async fn write_uses(&self) {
        self.inner.write_uses().await;
    }

    async fn opened(&self, tenant: TenantId, provider: &'static str) -> Result<Arc<Opened>, CredentialError> {
        let Inner { ports, recent, .. } = &*self.inner;
        if let Some(opened) = recent.get((tenant, provider), ports.now()) {
            return Ok(opened);
        }
        let mark = recent.mark();
        let opened = Arc::new(store::open(ports.store(), tenant, provider).await?);
        recent.remember((tenant, provider), &opened, (mark, ports.now()));
        Ok(opened)
    }

    fn given(&self, tenant: TenantId, by: Principal) -> Given {
        let ports = &self.inner.ports;
        Given { tenant, by, now: ports.now(), id: CredentialId::from_uuid(ports.draw()) }
    }

    async fn commit(
        &self,
        asked: &Asked,
        (action, kind): (&'static str, EventType),
        row: credential::Model,
        jobs: Vec<NewJob>,
    ) -> Tried {
        let ports = &self.inner.ports;
        let (tenant, at, fresh) = (row.tenant_id, row.updated_at, row.rev == 1);
        let credential = Credential::from(row.clone());
        let deed = Deed { action, noun: "credential", id: row.id.as_uuid() };
        let audit = recorded(ports, tenant, asked, deed, json!({ "provider": credential.provider }));
        let about = (TopicKind::Credential, row.id.as_uuid());
        let data = Data { credential: Some(Box::new(credential.clone())), ..Data::default() };
        let event = asked.event(ports, kind, about, data);
        let record = Record::Credential(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }, audit];
        ports.journal.commit(Commit::new(tenant, at, rows, vec![event]).owing(jobs)).await?;
        Ok(credential)
    }
}

async fn now_and_then(credentials: Weak<Inner>) {
    loop {
        tokio::time::sleep(WRITTEN_EVERY).await;
        let Some(inner) = credentials.upgrade() else { return };
        inner.write_uses().await;
    }
}

impl Inner {
    async fn write_uses(&self) {
        for ((tenant, provider), uses) in self.unwritten.take() {
            if let Err(error) = self.count(tenant, provider, &uses).await {
                tracing::debug!(tenant.id = %tenant, provider, %error, "uses of credentials are not counted");
            }
        }
    }

    async fn count(
        &self,
        tenant: TenantId,
        provider: &'static str,
        uses: &Uses,
    ) -> Result<(), CredentialError> {
        self.ports
            .until_written(|| async {
                let (before, now) =
                    (store::load(self.ports.store(), tenant, provider).await, self.ports.now());
                let Some(row) = counted(before.map_err(refused)?, uses, now) else { return Ok(()) };
                let rows = vec![Row::Update(Record::Credential(row))];
                self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
                Ok(())
            })
            .await
    }
}

fn refused(error: StoreError) -> Attempt<CredentialError> {
    Attempt::Refused(error.into())
}
