//! AES-256-GCM with a random nonce in front.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use rand::TryRngCore;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use super::SealError;

const NONCE: usize = 12;

/// Thirty-two bytes that leave memory when they are dropped.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// A new secret from the operating system.
pub(super) fn secret() -> Result<Secret, SealError> {
    let mut secret = Secret::default();
    OsRng.try_fill_bytes(secret.as_mut()).map_err(|_| SealError::NoRandomness)?;
    Ok(secret)
}

/// A key that seals and opens. Random nonces are safe for 2³² values under one key (NIST SP 800-38D, 8.3).
pub(super) struct Cipher(Aes256Gcm);

impl Cipher {
    pub(super) fn new(secret: &Secret) -> Self {
        Self(Aes256Gcm::new((&**secret).into()))
    }

    pub(super) fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        OsRng.try_fill_bytes(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        self.seal_with(nonce, aad, plain)
    }

    /// The same with a number for a nonce, which must be another one each time. One key seals in one of the two ways alone.
    pub(super) fn seal_numbered(&self, aad: &[u8], number: u64, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        nonce[NONCE - size_of::<u64>()..].copy_from_slice(&number.to_be_bytes());
        self.seal_with(nonce, aad, plain)
    }

    fn seal_with(&self, nonce: [u8; NONCE], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: plain, aad };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Broken)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(super) fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, msg) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        self.0.decrypt(&Nonce::from(*nonce), Payload { msg, aad }).map_err(|_| SealError::Broken)
    }
}
