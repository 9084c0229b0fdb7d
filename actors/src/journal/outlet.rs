//! Where committed events go.

use entities::TenantId;

use crate::event::Recorded;

/// Takes what was committed. It must not wait: whoever is too full or dead loses nothing, because the gap shows
/// and the log fills it.
pub trait Outlet: Send + Sync + 'static {
    /// The events of one batch and tenant, in the order of their seqs.
    fn announce(&self, tenant: TenantId, events: Vec<Recorded>);
}

/// Nobody listens: the command line, and tests of the journal alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOutlet;

impl Outlet for NoOutlet {
    fn announce(&self, _: TenantId, _: Vec<Recorded>) {}
}
