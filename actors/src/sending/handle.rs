//! The door to the spike brake.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use entities::{Principal, TenantId, Timestamp, event::TopicKind, sending};
use parking_lot::Mutex;
use serde_json::json;

use crate::{
    asked::Asked,
    audit::{Deed, recorded},
    event::{Data, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    Sending, SendingError, SpikeRule,
    state::{begun, counted, limit, moved_on, released, this_hour},
    store,
};

/// What was counted is written so often, and what others wrote is read.
const FRESH_FOR: Duration = Duration::from_secs(5);

/// Whether a message may go out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may, and is counted.
    Go,
    /// Sending is held until a person releases it.
    Held,
}

/// The spike brake of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Brake {
    inner: Arc<Inner>,
}

struct Inner {
    ports: Ports,
    rule: SpikeRule,
    /// Tenants that sent in the last few seconds.
    sending: Mutex<HashMap<TenantId, Known>>,
}

/// What is known of a tenant, and not written yet.
struct Known {
    row: sending::Model,
    read_at: Timestamp,
    unwritten: i64,
}

type Tried = Result<sending::Model, Attempt<SendingError>>;

impl Brake {
    /// The room. What it counts is written until its last handle is gone.
    #[must_use]
    pub fn start(ports: Ports, rule: SpikeRule) -> Self {
        let inner = Arc::new(Inner { ports, rule, sending: Mutex::default() });
        inner.ports.store().io().spawn(now_and_then(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// When sending is held.
    #[must_use]
    pub fn rule(&self) -> SpikeRule {
        self.inner.rule
    }

    /// May one more message of the tenant go out? Of several nodes each counts for itself for a few seconds.
    ///
    /// # Errors
    /// [`SendingError`], when nobody can tell.
    pub async fn turn(&self, tenant: TenantId) -> Result<Turn, SendingError> {
        if let Some(turn) = self.inner.remembered(tenant) {
            return Ok(turn);
        }
        self.inner.write(tenant).await?;
        Ok(self.inner.remembered(tenant).unwrap_or(Turn::Held))
    }

    /// What is held goes out.
    ///
    /// # Errors
    /// [`SendingError`].
    pub async fn release(&self, tenant: TenantId, asked: &Asked) -> Result<Sending, SendingError> {
        let Inner { ports, rule, .. } = &*self.inner;
        let row = ports
            .until_written(|| async {
                let now = ports.now();
                let before = store::load(ports.store(), tenant).await.map_err(refused)?;
                let row = released(before.unwrap_or_else(|| begun(tenant, now)), *rule, now);
                let deed = Deed { action: "sending.release", noun: "tenant", id: tenant.as_uuid() };
                let audit = recorded(ports, tenant, asked, deed, json!({}));
                let row = row.map_err(Attempt::Refused)?;
                self.inner.commit(asked, (row, Some(EventType::SendingReleased)), vec![audit]).await
            })
            .await?;
        let now = ports.now();
        self.inner.know(tenant, row.clone(), now);
        Ok(Sending::of(&row, *rule, now))
    }
}

impl Inner {
    /// What the memory says, and the message is counted there; nothing when it is to be written and read first.
    fn remembered(&self, tenant: TenantId) -> Option<Turn> {
        let now = self.ports.now();
        let mut sending = self.sending.lock();
        let known = sending.get_mut(&tenant).filter(|known| now.since(known.read_at) < FRESH_FOR)?;
        if known.row.held_at.is_some() {
            return Some(Turn::Held);
        }
        let row = moved_on(known.row.clone(), now);
        let is_near =
            limit(&row, self.rule, now).is_some_and(|limit| this_hour(&row) + known.unwritten >= limit);
        known.unwritten += i64::from(!is_near);
        (!is_near).then_some(Turn::Go)
    }

    /// Writes what was counted of a tenant, and holds what is too much.
    async fn write(&self, tenant: TenantId) -> Result<(), SendingError> {
        let sent =
            self.sending.lock().get_mut(&tenant).map_or(0, |known| std::mem::take(&mut known.unwritten));
        let asked = Asked::by(Principal::System);
        let row = self
            .ports
            .until_written(|| async {
                let now = self.ports.now();
                let before = store::load(self.ports.store(), tenant).await.map_err(refused)?;
                let before = before.unwrap_or_else(|| begun(tenant, now));
                let row = counted(before.clone(), sent, self.rule, now);
                let is_held = row.held_at.is_some() && before.held_at.is_none();
                if sent == 0 && !is_held {
                    return Ok(before);
                }
                let kind = is_held.then_some(EventType::SendingHeld);
                self.commit(&asked, (row, kind), Vec::new()).await
            })
            .await;
        match row {
            Ok(row) => {
                self.know(tenant, row, self.ports.now());
                Ok(())
            }
            Err(error) => {
                // It was sent, so it counts, whenever that can be written.
                if let Some(known) = self.sending.lock().get_mut(&tenant) {
                    known.unwritten += sent;
                }
                Err(error)
            }
        }
    }

    async fn commit(
        &self,
        asked: &Asked,
        (row, kind): (sending::Model, Option<EventType>),
        mut rows: Vec<Row>,
    ) -> Tried {
        let (tenant, at, fresh) = (row.tenant_id, row.updated_at, row.rev == 1);
        let told = kind.map(|kind| {
            let sending = Some(Sending::of(&row, self.rule, at));
            let data = Data { sending, ..Data::default() };
            asked.event(&self.ports, kind, (TopicKind::Tenant, tenant.as_uuid()), data)
        });
        if row.held_at == Some(at) {
            tracing::warn!(tenant.id = %tenant, "far more is sent than usual: it is held until a person releases it");
            metrics::counter!("sending_held_total").increment(1);
        }
        let record = Record::Sending(row.clone());
        rows.push(if fresh { Row::Insert(record) } else { Row::Update(record) });
        self.ports.journal.commit(Commit::new(tenant, at, rows, told.into_iter().collect())).await?;
        Ok(row)
    }

    fn know(&self, tenant: TenantId, row: sending::Model, read_at: Timestamp) {
        let mut sending = self.sending.lock();
        let unwritten = sending.get(&tenant).map_or(0, |known| known.unwritten);
        sending.insert(tenant, Known { row, read_at, unwritten });
    }

    /// Writes what waits to be written, and forgets who sends no more.
    async fn write_all(&self) {
        let now = self.ports.now();
        let waiting: Vec<TenantId> = {
            let mut sending = self.sending.lock();
            sending.retain(|_, known| known.unwritten > 0 || now.since(known.read_at) < FRESH_FOR);
            sending.iter().filter(|(_, known)| known.unwritten > 0).map(|(tenant, _)| *tenant).collect()
        };
        for tenant in waiting {
            if let Err(error) = self.write(tenant).await {
                tracing::debug!(tenant.id = %tenant, %error, "what was sent is not counted yet");
            }
        }
    }
}

async fn now_and_then(brake: Weak<Inner>) {
    loop {
        tokio::time::sleep(FRESH_FOR).await;
        let Some(inner) = brake.upgrade() else { return };
        inner.write_all().await;
    }
}

fn refused(error: StoreError) -> Attempt<SendingError> {
    Attempt::Refused(error.into())
}
