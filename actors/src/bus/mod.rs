//! Between nodes: at most once, in no promised order. Whoever needs more looks into the log.

mod local;
mod redis;
mod wire;

use std::sync::Arc;

use entities::{ConversationId, TenantId, message::Author};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    event::Recorded,
    tenant::{CloseCode, Person, Told},
};

pub use local::LocalBus;
pub use redis::{RedisBus, RedisError, RedisOptions, probe};

/// One run of one process; new at every boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub Uuid);

/// What nodes tell each other about a tenant.
#[derive(Clone, Debug)]
pub enum BusMessage {
    /// Events that were committed, in order.
    Events(Arc<[Arc<Recorded>]>),
    /// Somebody types in a conversation, or stopped.
    Typing { conversation: ConversationId, author: Author, typing: bool },
    /// Close what this one has open.
    Close { who: Person, code: CloseCode },
    /// Who is here.
    Presence(Arc<Told>),
}

/// The wire between nodes. Publishing never waits; what does not get through is noticed by its gap.
pub trait Bus: Send + Sync + 'static {
    /// Tells all other nodes.
    fn publish(&self, from: NodeId, tenant: TenantId, message: BusMessage);

    /// From now on `ear` hears what other nodes tell.
    fn listen(&self, node: NodeId, ear: Arc<dyn Ear>);

    /// Something of the tenant lives on this node: what is told of it is to be heard here, soon. Counted; see [`Attending`].
    fn attend(&self, _: TenantId) {}

    /// It lives here no more.
    fn forget(&self, _: TenantId) {}

    /// What is published now reaches the others, and we hear them.
    fn is_healthy(&self) -> bool {
        true
    }

    /// There is certainly no other node, so that nobody need wait for its answer.
    fn is_alone(&self) -> bool {
        false
    }
}

/// One node's end of the bus. Hearing never waits.
pub trait Ear: Send + Sync + 'static {
    fn hear(&self, tenant: TenantId, message: BusMessage);

    /// From now on everything that is told of the tenant is heard, which may have come late: what was told before was not.
    fn hears(&self, _: TenantId) {}
}

/// As long as this is kept, the node hears what is told of the tenant.
pub struct Attending {
    bus: Arc<dyn Bus>,
    tenant: TenantId,
}

impl Attending {
    /// From now on.
    #[must_use]
    pub fn to(bus: Arc<dyn Bus>, tenant: TenantId) -> Self {
        bus.attend(tenant);
        Self { bus, tenant }
    }
}

impl Drop for Attending {
    fn drop(&mut self) {
        self.bus.forget(self.tenant);
    }
}
