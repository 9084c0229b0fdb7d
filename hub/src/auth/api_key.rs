//! API keys as both doors meet them: `sk_` and 256 bits of randomness, kept as a hash.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use actors::{
    audit::Trail,
    key::{Key, Keys, store},
    view::Viewer,
};
use entities::{Digest, KeyId, TenantId, Timestamp};

use super::{
    Identity,
    code::{OneTimeCode, hash},
    identify::{active_tenant, admit},
};
use crate::{
    error::{ApiError, Code},
    hub::Hub,
};

/// What every secret begins with, so that leaked ones are found by those who look for them.
const PREFIX: &str = "sk_";
/// A use is written down so seldom, in microseconds.
const NOTED_EVERY: i64 = 60_000_000;
/// Keys whose last use this node remembers; beyond it the memory begins anew.
const REMEMBERED: usize = 10_000;

/// A fresh secret: what its owner is shown once, and what the database keeps.
pub struct Secret {
    /// For the answer alone, never for a log.
    pub text: String,
    pub hash: Digest,
}

impl Secret {
    /// Thirty-two bytes of the operating system's randomness.
    pub fn generate() -> Result<Self, ApiError> {
        let code = OneTimeCode::generate().map_err(ApiError::internal)?;
        let text = format!("{PREFIX}{}", code.text);
        Ok(Self { hash: hash(&text), text })
    }
}

/// Does the token look like a key? What else it is, is found by looking it up.
pub fn is_key(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// When this node last noted the use of a key, so that a busy key costs one commit a minute.
#[derive(Default)]
pub struct Uses {
    noted: Mutex<HashMap<KeyId, Timestamp>>,
}

impl Uses {
    /// Is it time to note a use again? Says so once.
    fn is_due(&self, id: KeyId, now: Timestamp) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |last: &Timestamp| now.as_micros() - last.as_micros() < NOTED_EVERY;
        if noted.get(&id).is_some_and(recent) {
            return false;
        }
        if noted.len() >= REMEMBERED {
            noted.clear();
        }
        noted.insert(id, now);
        true
    }
}

/// Whose secret it is. It is looked up each time, so that a revoked key lives nowhere.
///
/// # Errors
/// UNAUTHENTICATED, NOT_A_MEMBER of a suspended tenant, FORBIDDEN as admins are, UNAVAILABLE.
pub async fn identify(hub: &Hub, secret: &str, trail: &Trail) -> Result<Identity, ApiError> {
    let found = store::by_secret_across_tenants(hub.ports.store(), hash(secret)).await?;
    let unknown = || ApiError::new(Code::Unauthenticated, "The key is not valid");
    let (tenant, key) = found.ok_or_else(unknown)?;
    let home = active_tenant(hub, tenant).await?;
    let Key { id, name, scopes, board_id, .. } = key;
    let viewer = Viewer::Key { id, scopes: scopes.into(), board_id };
    admit(&home, &viewer, trail.ip)?;
    note_use(hub, tenant, id);
    let trail = trail.clone();
    Ok(Identity { tenant, viewer, name, expires_at: None, channel_id: None, sign_in_id: None, trail })
}

/// Beside the request, which does not wait for it. A use that is not noted is noted a minute later.
fn note_use(hub: &Hub, tenant: TenantId, id: KeyId) {
    if !hub.key_uses.is_due(id, hub.ports.now()) {
        return;
    }
    let keys = Keys::new(hub.ports.clone());
    hub.ports.store().io().spawn(async move {
        if let Err(error) = keys.note_use(tenant, id).await {
            tracing::debug!(%error, "the use of a key is not noted");
        }
    });
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn secrets_are_long_fresh_and_found_by_their_hash() {
        let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_eq!((one.text.len(), is_key(&one.text)), (46, true));
        assert_ne!(one.text, other.text);
        assert_eq!(one.hash, hash(&one.text));
    }

    #[test]
    fn a_use_is_due_once_a_minute() {
        let (uses, id) = (Uses::default(), KeyId::from_uuid(Uuid::nil()));
        let at = Timestamp::from_micros;
        assert_eq!(
            [0, 1, NOTED_EVERY, NOTED_EVERY + 1].map(|now| uses.is_due(id, at(now))),
            [true, false, true, false]
        );
    }

    #[test]
    fn the_memory_of_uses_is_bounded() {
        let uses = Uses::default();
        for id in 0..=REMEMBERED {
            uses.is_due(KeyId::from_uuid(Uuid::from_u128(id as u128)), Timestamp::from_micros(0));
        }
        assert_eq!(uses.noted.lock().unwrap().len(), 1);
    }
}
