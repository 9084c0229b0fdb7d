//! The data keys of one tenant: the newest seals, all of them open.

use std::collections::BTreeMap;
use std::fmt;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::cipher::{Cipher, Secret};
use super::{BlindIndex, DataKeyId, MasterKey, SealError, Sealed};
use crate::address::AddressKind;
use crate::{Digest, TenantId, tenant_key};

/// Everything needed to seal, open and find again what belongs to one tenant.
pub struct DataKeys {
    tenant: TenantId,
    current: DataKeyId,
    ciphers: BTreeMap<DataKeyId, Cipher>,
    index: Secret,
}

impl DataKeys {
    /// Unwraps the rows of a tenant. The newest key that is not retired seals.
    ///
    /// # Errors
    /// [`SealError::NoKey`] without such a key, [`SealError::Broken`] when a row is of another tenant or master key.
    pub fn unwrap_all(
        master: &MasterKey,
        tenant: TenantId,
        rows: &[tenant_key::Model],
    ) -> Result<Self, SealError> {
        let in_use = rows.iter().filter(|row| row.retired_at.is_none()).map(|row| row.key_id);
        let current = in_use.max().ok_or(SealError::NoKey)?;
        let unwrap = |row: &tenant_key::Model| {
            Ok((row.key_id, master.unwrap_key(tenant, row.key_id, &row.wrapped_key)?))
        };
        let ciphers = rows.iter().map(unwrap).collect::<Result<_, SealError>>()?;
        Ok(Self { tenant, current, ciphers, index: master.index_secret(tenant) })
    }

    /// Whose keys these are.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The key [`Self::seal`] uses; it is stored beside what was sealed.
    pub const fn current(&self) -> DataKeyId {
        self.current
    }

    /// Seals `plain` under the current key. `aad` (see [`super::aad`]) must be given again to open it.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Sealed, SealError> {
        self.cipher(self.current)?.seal(aad, plain).map(Sealed)
    }

    /// Opens what was sealed under the key `key`.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`], [`SealError::Broken`].
    pub fn open(&self, key: DataKeyId, aad: &[u8], sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        self.cipher(key)?.open(aad, &sealed.0)
    }

    /// What a value of `kind` is found again by, whichever data key sealed it.
    pub fn blind_index(&self, kind: AddressKind, value: &[u8]) -> BlindIndex {
        self.index_of(kind.as_str(), value)
    }

    /// What the end of a phone number is found again by: its last four digits, of whatever number.
    pub fn tail_index(&self, digits: &str) -> BlindIndex {
        self.index_of("phone_tail", digits.as_bytes())
    }

    /// What a folded word is found again by that somebody said.
    pub fn spoken_index(&self, word: &str) -> BlindIndex {
        self.index_of("spoken_word", word.as_bytes())
    }

    fn index_of(&self, kind: &str, value: &[u8]) -> BlindIndex {
        // HMAC pads a key to its block of 64 bytes with zeroes; doing so here leaves nothing that could fail.
        let mut block = zeroize::Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.index.as_ref());
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        BlindIndex(Digest::from_bytes(mac.finalize().into_bytes().into()))
    }

    fn cipher(&self, key: DataKeyId) -> Result<&Cipher, SealError> {
        self.ciphers.get(&key).ok_or(SealError::UnknownKey(key))
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKeys({}, {} keys)", self.tenant, self.ciphers.len())
    }
}
