//! Sealed columns: opaque bytes that only a tenant's data keys open, and the blind index that finds them again.

mod cipher;
mod data_keys;
mod master_key;
mod wire_key;

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

use crate::{Digest, TenantId};

pub use data_keys::DataKeys;
pub use master_key::{MasterKey, MasterKeyError};
pub use wire_key::{NodeKey, WireKey};

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

/// What a sealed address is found again by: the same address of the same tenant has the same one, always. In JSON it is text
/// that tells nobody the address.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
)]
#[serde(try_from = "String", into = "String")]
pub struct BlindIndex(Digest);

impl BlindIndex {
    /// The index as it is stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

/// Text that is no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a blind index")]
pub struct NoIndex;

impl From<BlindIndex> for String {
    fn from(index: BlindIndex) -> Self {
        BASE64URL_NOPAD.encode(index.as_bytes())
    }
}

impl TryFrom<String> for BlindIndex {
    type Error = NoIndex;

    fn try_from(text: String) -> Result<Self, NoIndex> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NoIndex)?;
        bytes.try_into().map(|bytes| Self(Digest::from_bytes(bytes))).map_err(|_| NoIndex)
    }
}

/// Why something was not sealed or opened. It never tells what was inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Changed, cut, moved to another row, or sealed under another key.
    #[error("a sealed value does not open")]
    Broken,
    /// The tenant has no data key of this number.
    #[error("data key {} is not known", .0.as_number())]
    UnknownKey(DataKeyId),
    /// Every data key of the tenant is retired, or it never had one.
    #[error("the tenant has no data key to seal with")]
    NoKey,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system")]
    NoRandomness,
}

/// Binds a sealed value to its column, tenant and row: moved to any other it does not open.
pub fn aad(column: &str, tenant: TenantId, row: &[&[u8]]) -> Vec<u8> {
    let mut aad = Vec::with_capacity(96);
    for part in [column.as_bytes(), tenant.as_uuid().as_bytes()].iter().chain(row) {
        aad.extend_from_slice(&(part.len() as u64).to_be_bytes());
        aad.extend_from_slice(part);
    }
    aad
}

#[cfg(test)]
mod tests;
