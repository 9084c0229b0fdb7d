//! Between nodes: at most once, in no promised order. Whoever needs more looks into the log.

mod local;

use std::sync::Arc;

use entities::TenantId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    event::Recorded,
    tenant::{CloseCode, Person, Signal, Told},
};

pub use local::LocalBus;

/// One run of one process; new at every boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub Uuid);

/// What nodes tell each other about a tenant.
#[derive(Clone, Debug)]
pub enum BusMessage {
    /// Events that were committed, in order.
    Events(Arc<[Arc<Recorded>]>),
    /// Something that is not kept.
    Signal(Arc<Signal>),
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
}
