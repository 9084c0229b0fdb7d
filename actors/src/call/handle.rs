//! The door to calls.

use std::{sync::Arc, time::Duration};

use actix::Actor;
use entities::{CallId, TenantId, event::TopicKind};

use crate::{
    event::Recorded,
    ports::Ports,
    supervision::{Arbiters, Registry, RestartPolicy},
};

use super::{
    actor::CallActor,
    error::CallRefusal,
    messages::{CallChange, CallReply, CallWhat, Key, News, Observed},
};

/// Settings of the room.
#[derive(Clone, Copy, Debug)]
pub struct CallsOptions {
    /// A call that is over and that nobody commands for this long leaves memory.
    pub passivate_after: Duration,
    /// How long a caller waits for an answer.
    pub deadline: Duration,
    pub restart: RestartPolicy,
}

impl Default for CallsOptions {
    fn default() -> Self {
        Self {
            passivate_after: Duration::from_secs(60),
            deadline: Duration::from_secs(10),
            restart: RestartPolicy::default(),
        }
    }
}

/// All calls of this node. Cheap to clone.
#[derive(Clone)]
pub struct Calls {
    registry: Registry<Key, CallActor>,
    ports: Arc<Ports>,
    deadline: Duration,
}

impl Calls {
    /// The room, on the threads actors live on.
    #[must_use]
    pub fn new(ports: Ports, arbiters: Arc<Arbiters>, options: CallsOptions) -> Self {
        let ports = Arc::new(ports);
        let (shared, idle) = (ports.clone(), options.passivate_after);
        let registry = Registry::new("call", options.restart, move |key: &Key, obituary| {
            let (key, ports) = (*key, shared.clone());
            let arbiter = arbiters.of(key.0);
            CallActor::start_in_arbiter(&arbiter, move |_| CallActor::new(key, ports, idle, obituary))
        });
        Self { registry, ports, deadline: options.deadline }
    }

    /// The process ends: see [`Registry::close`].
    pub fn close(&self) {
        self.registry.close();
    }

    /// Carries out one command about one call.
    ///
    /// # Errors
    /// [`CallRefusal`]; always by the deadline.
    pub async fn change(
        &self,
        tenant: TenantId,
        id: CallId,
        change: CallChange,
    ) -> Result<CallReply, CallRefusal> {
        self.registry.ask(&(tenant, id), change, self.deadline).await?
    }

    /// The provider said this, in answer to a question or a request. What is no news changes nothing.
    ///
    /// # Errors
    /// [`CallRefusal`].
    pub async fn hear(&self, tenant: TenantId, id: CallId, news: Vec<News>) -> Result<(), CallRefusal> {
        match self.change(tenant, id, CallChange::system(CallWhat::Hear(news))).await {
            Ok(_) | Err(CallRefusal::NothingNew) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Tells a live copy of a call what another copy did. Nothing waits and nothing is lost: a copy that misses it finds
    /// out when it commits.
    pub fn observe(&self, tenant: TenantId, event: &Arc<Recorded>) {
        if event.head.topic_kind == TopicKind::Call {
            let id = CallId::from_uuid(event.head.topic_id);
            self.registry.with_living(&(tenant, id), |actor| {
                let _ = actor.try_send(Observed(event.clone()));
            });
        }
    }

    /// The ports of the room.
    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// How many calls live in memory.
    #[must_use]
    pub fn living(&self) -> usize {
        self.registry.len()
    }
}
