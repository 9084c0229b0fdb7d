//! Sealed columns: opaque bytes that only a tenant's data key opens.

use std::fmt;

use sea_orm::DeriveValueType;

use crate::Digest;

/// The number of a data key within its tenant: 1, 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct DataKeyId(i64);

impl DataKeyId {
    /// The first data key of a tenant.
    pub const FIRST: Self = Self(1);

    /// The key with this number.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn as_number(self) -> i64 {
        self.0
    }
}

/// A sealed value: 12 bytes of nonce, then ciphertext and tag (AES-256-GCM).
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// What was stored or came over the bus. Whether it opens is seen when it is opened.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The sealed bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// A data key, sealed by the master key.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct WrappedKey(Vec<u8>);

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappedKey(..)")
    }
}

/// What a sealed address is found again by: the same address of the same tenant has the same one, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct BlindIndex(Digest);
