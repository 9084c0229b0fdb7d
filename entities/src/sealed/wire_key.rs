//! What nodes seal for each other with: whoever carries it can neither read nor make it.

use uuid::Uuid;

use super::cipher::{Cipher, Secret};
use super::master_key::derive;
use super::{SealError, aad};
use crate::TenantId;

/// The key of everything nodes tell each other. It comes from the master key, which every node of a cluster has.
pub struct WireKey(pub(super) Secret);

/// The key of what one node tells, from one start of it to its end.
pub struct NodeKey {
    cipher: Cipher,
    node: Uuid,
}

impl WireKey {
    /// The key of what the node tells that has this id, which is new at every start.
    #[must_use]
    pub fn of(&self, node: Uuid) -> NodeKey {
        NodeKey { cipher: Cipher::new(&derive(&self.0, node.as_bytes())), node }
    }
}

impl NodeKey {
    /// Seals what the node tells of a tenant. `number` is another one each time: it makes the nonce.
    ///
    /// # Errors
    /// [`SealError::Broken`]: it is longer than 64 GB.
    pub fn seal(&self, tenant: TenantId, number: u64, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.cipher.seal_numbered(&self.aad(tenant), number, plain)
    }

    /// Opens what the node told of a tenant.
    ///
    /// # Errors
    /// [`SealError::Broken`]: it comes from somebody else, is about another tenant, or was changed on its way.
    pub fn open(&self, tenant: TenantId, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        self.cipher.open(&self.aad(tenant), sealed)
    }

    fn aad(&self, tenant: TenantId) -> Vec<u8> {
        aad("bus", tenant, &[self.node.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::super::MasterKey;
    use super::*;

    #[test]
    fn only_nodes_of_the_same_cluster_read_it_and_only_about_this_tenant() {
        let ours = MasterKey::generate().unwrap();
        let [here, there] = [ours.wire_key(), MasterKey::parse(&ours.reveal()).unwrap().wire_key()];
        let (node, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let [tenant, stranger] = [3, 4].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let sealed = here.of(node).seal(tenant, 7, b"hello").unwrap();
        assert_eq!(there.of(node).open(tenant, &sealed).unwrap(), b"hello");
        assert!(there.of(other).open(tenant, &sealed).is_err(), "it is of another node");
        assert!(there.of(node).open(stranger, &sealed).is_err(), "it is about another tenant");
        let foreign = MasterKey::generate().unwrap().wire_key();
        assert!(foreign.of(node).open(tenant, &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(there.of(node).open(tenant, &changed).is_err(), "byte {at}");
        }
        assert_ne!(here.of(node).seal(tenant, 8, b"hello").unwrap(), sealed, "a nonce is used once");
    }
}
