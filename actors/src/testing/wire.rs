//! The bus between the nodes of a house, with an end for each that a test can cut.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use entities::TenantId;

use crate::bus::{Bus, BusMessage, Ear, NodeId};

/// One node's end. While it is cut the node neither hears nor is heard, and knows it.
pub struct Wire {
    bus: Arc<dyn Bus>,
    cut: Arc<AtomicBool>,
}

/// Hears nothing while the wire is cut.
struct Plug {
    ear: Arc<dyn Ear>,
    cut: Arc<AtomicBool>,
}

impl Wire {
    pub(super) fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus, cut: Arc::default() }
    }

    /// From now on nothing passes.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    /// From now on everything passes again; what was told meanwhile is lost.
    pub fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

impl Bus for Wire {
    fn publish(&self, from: NodeId, tenant: TenantId, message: BusMessage) {
        if !self.cut.load(Ordering::SeqCst) {
            self.bus.publish(from, tenant, message);
        }
    }

    fn listen(&self, node: NodeId, ear: Arc<dyn Ear>) {
        self.bus.listen(node, Arc::new(Plug { ear, cut: self.cut.clone() }));
    }

    fn is_healthy(&self) -> bool {
        !self.cut.load(Ordering::SeqCst) && self.bus.is_healthy()
    }

    fn attend(&self, tenant: TenantId) {
        self.bus.attend(tenant);
    }

    fn forget(&self, tenant: TenantId) {
        self.bus.forget(tenant);
    }

    fn is_alone(&self) -> bool {
        self.bus.is_alone()
    }
}

impl Ear for Plug {
    fn hear(&self, tenant: TenantId, message: BusMessage) {
        if !self.cut.load(Ordering::SeqCst) {
            self.ear.hear(tenant, message);
        }
    }

    fn hears(&self, tenant: TenantId) {
        self.ear.hears(tenant);
    }
}
