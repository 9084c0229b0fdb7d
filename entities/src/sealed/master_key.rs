//! The master key: it wraps the data keys of every tenant and lies outside the database.

use std::path::Path;
use std::{fmt, fs, io};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cipher::{Cipher, Secret, secret};
use super::{DataKeyId, SealError, WireKey, WrappedKey, aad};
use crate::TenantId;

/// Thirty-two bytes. Whoever has them and the database can read everything.
pub struct MasterKey(Secret);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Neither 64 hexadecimal digits nor the base64 of 32 bytes.
    #[error("a master key is 32 bytes, in hexadecimal or base64")]
    NotAKey,
    /// The file can not be read.
    #[error("the master key can not be read: {0}")]
    Io(#[from] io::Error),
}

impl MasterKey {
    /// A new key from the operating system.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn generate() -> Result<Self, SealError> {
        secret().map(Self)
    }

    /// Reads hexadecimal or base64 (URL-safe or not); white space around it is not part of it.
    ///
    /// # Errors
    /// [`MasterKeyError::NotAKey`].
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim().as_bytes();
        let encodings = [&HEXLOWER_PERMISSIVE, &BASE64, &BASE64URL_NOPAD];
        let mut decoded =
            encodings.iter().filter_map(|encoding| encoding.decode(text).ok().map(Zeroizing::new));
        let bytes = decoded.find(|bytes| bytes.len() == 32).ok_or(MasterKeyError::NotAKey)?;
        let mut secret = Secret::default();
        secret.copy_from_slice(&bytes);
        Ok(Self(secret))
    }

    /// Reads a file that holds what [`Self::parse`] reads.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    pub fn read(file: &Path) -> Result<Self, MasterKeyError> {
        Self::parse(&Zeroizing::new(fs::read_to_string(file)?))
    }

    /// The key in hexadecimal, for the file it is kept in.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(self.0.as_ref()))
    }

    /// A new data key of a tenant, wrapped for its row in `tenant_keys`.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn new_data_key(&self, tenant: TenantId, id: DataKeyId) -> Result<WrappedKey, SealError> {
        self.wrapping().seal(&wrap_aad(tenant, id), secret()?.as_ref()).map(WrappedKey)
    }

    pub(super) fn unwrap_key(
        &self,
        tenant: TenantId,
        id: DataKeyId,
        wrapped: &WrappedKey,
    ) -> Result<Cipher, SealError> {
        let bytes = Zeroizing::new(self.wrapping().open(&wrap_aad(tenant, id), &wrapped.0)?);
        let mut secret = Secret::default();
        if bytes.len() != secret.len() {
            return Err(SealError::Broken);
        }
        secret.copy_from_slice(&bytes);
        Ok(Cipher::new(&secret))
    }

    /// The secret of a tenant's blind index. It does not depend on data keys, so it outlives their rotation.
    pub(super) fn index_secret(&self, tenant: TenantId) -> Secret {
        self.derive(&aad("blind index", tenant, &[]))
    }

    /// What nodes seal for each other with.
    #[must_use]
    pub fn wire_key(&self) -> WireKey {
        WireKey(self.derive(b"bus"))
    }

    fn wrapping(&self) -> Cipher {
        Cipher::new(&self.derive(b"wrapping of data keys"))
    }

    fn derive(&self, purpose: &[u8]) -> Secret {
        derive(&self.0, purpose)
    }
}

/// A secret for one purpose, which tells nothing of the one it comes from.
#[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes, and this is 32")]
pub(super) fn derive(from: &Secret, purpose: &[u8]) -> Secret {
    let mut secret = Secret::default();
    let hkdf = Hkdf::<Sha256>::new(Some(b"switchboard"), from.as_ref());
    hkdf.expand(purpose, secret.as_mut()).expect("32 bytes");
    secret
}

fn wrap_aad(tenant: TenantId, id: DataKeyId) -> Vec<u8> {
    aad("tenant_keys.wrapped_key", tenant, &[&id.as_number().to_be_bytes()])
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}
