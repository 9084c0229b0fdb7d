//! Links to files, which nobody stores: tenant, attachment, the end of the link, and our signature over them.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use entities::{AttachmentId, TenantId, Timestamp};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::keys::Key;

/// How long a link is good.
const GOOD_FOR: Duration = Duration::from_secs(600);
const PAYLOAD: usize = 16 + 16 + 8;
const LENGTH: usize = PAYLOAD + 32;

/// What a good link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    pub tenant: TenantId,
    pub attachment: AttachmentId,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLink {
    /// We did not make it.
    NotOurs,
    /// It was good once.
    Expired,
}

/// Makes and reads the tokens in links. They are the same on every node.
pub struct FileLinks {
    key: Key,
}

impl FileLinks {
    /// With a key derived from the installation's signing key.
    pub fn new(signing: &Key) -> Self {
        Self { key: signing.derive("switchboard: links to files") }
    }

    /// A token that is good for ten minutes.
    pub fn mint(&self, linked: Linked, now: Timestamp) -> String {
        self.mint_until(linked, now.plus(GOOD_FOR))
    }

    /// A token that is good until then.
    pub fn mint_until(&self, linked: Linked, end: Timestamp) -> String {
        let mut bytes = [0; LENGTH];
        bytes[..16].copy_from_slice(linked.tenant.as_uuid().as_bytes());
        bytes[16..32].copy_from_slice(linked.attachment.as_uuid().as_bytes());
        bytes[32..PAYLOAD].copy_from_slice(&end.as_micros().to_be_bytes());
        let signature = self.signature(&bytes[..PAYLOAD]).finalize().into_bytes();
        bytes[PAYLOAD..].copy_from_slice(&signature);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token; the signature is compared in constant time, before anything is believed.
    ///
    /// # Errors
    /// [`NoLink`].
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Linked, NoLink> {
        let (linked, end) = self.signed(token).ok_or(NoLink::NotOurs)?;
        if now < end { Ok(linked) } else { Err(NoLink::Expired) }
    }

    fn signed(&self, token: &str) -> Option<(Linked, Timestamp)> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (payload, signature) = bytes.split_at_checked(PAYLOAD)?;
        self.signature(payload).verify_slice(signature).ok()?;
        let linked = Linked {
            tenant: TenantId::from_uuid(Uuid::from_slice(&payload[..16]).ok()?),
            attachment: AttachmentId::from_uuid(Uuid::from_slice(&payload[16..32]).ok()?),
        };
        let end = i64::from_be_bytes(payload[32..].try_into().ok()?);
        Some((linked, Timestamp::from_micros(end)))
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn signature(&self, payload: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(self.key.as_bytes()).expect("any length").chain_update(payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> FileLinks {
        FileLinks::new(&Key::generate().unwrap())
    }

    fn linked() -> Linked {
        Linked {
            tenant: TenantId::from_uuid(Uuid::now_v7()),
            attachment: AttachmentId::from_uuid(Uuid::now_v7()),
        }
    }

    #[test]
    fn a_link_is_good_for_ten_minutes() {
        let (links, linked, now) = (links(), linked(), Timestamp::from_micros(7));
        let token = links.mint(linked, now);
        assert_eq!(links.read(&token, now), Ok(linked));
        let last = now.plus(GOOD_FOR).minus(Duration::from_micros(1));
        assert_eq!(links.read(&token, last), Ok(linked));
        assert_eq!(links.read(&token, now.plus(GOOD_FOR)), Err(NoLink::Expired));
    }

    #[test]
    fn a_link_with_any_bit_changed_is_none_of_ours() {
        let (links, now) = (links(), Timestamp::from_micros(7));
        let token = links.mint(linked(), now);
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(links.read(&BASE64URL_NOPAD.encode(&changed), now), Err(NoLink::NotOurs), "{bit}");
        }
        for wrong in ["", "x", &token[1..], &format!("{token}AAAA"), &self::links().mint(linked(), now)] {
            assert_eq!(links.read(wrong, now), Err(NoLink::NotOurs), "{wrong}");
        }
    }
}
