//! `user_hash`: the page's own server vouches for an e-mail address.

use actors::channel::{Channel, store};
use data_encoding::HEXLOWER_PERMISSIVE;
use entities::TenantId;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::ApiError;
use crate::hub::Hub;
use crate::invalid::invalid_field;

/// Is the address proven? A hash that is not good is INVALID, not ignored: somebody would wait for his conversation.
///
/// # Errors
/// INVALID, UNAVAILABLE.
pub(super) async fn is_good(
    hub: &Hub,
    (tenant, channel): (TenantId, &Channel),
    email: Option<&str>,
    user_hash: Option<&str>,
) -> Result<bool, ApiError> {
    let Some(user_hash) = user_hash else { return Ok(false) };
    let email = email.ok_or_else(|| invalid_field("email", "is required with user_hash"))?;
    let secret = store::secret(hub.ports.store(), tenant, channel.id).await?;
    match secret {
        Some(secret) if matches(&secret, email, user_hash) => Ok(true),
        Some(_) => {
            Err(invalid_field("user_hash", "is not the HMAC-SHA256 of email under the channel's secret"))
        }
        None => Err(invalid_field("user_hash", "cannot be checked: the channel has no secret yet")),
    }
}

/// HMAC-SHA256 of the address as it was sent, in hexadecimal; compared in constant time.
fn matches(secret: &str, email: &str, user_hash: &str) -> bool {
    let Ok(hash) = HEXLOWER_PERMISSIVE.decode(user_hash.trim().as_bytes()) else { return false };
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(email.as_bytes());
    mac.verify_slice(&hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_good_for_its_address_and_secret_alone() {
        // printf %s ann@example.com | openssl dgst -sha256 -hmac secret
        let hash = "beac5748fe881f214ea8b8f7b35dd2452f728e8939045499f8fbe659da95f40f";
        assert!(matches("secret", "ann@example.com", hash));
        assert!(matches("secret", "ann@example.com", &hash.to_uppercase()));
        assert!(!matches("secret", "bob@example.com", hash));
        assert!(!matches("other", "ann@example.com", hash));
        assert!(!matches("secret", "ann@example.com", ""));
        assert!(!matches("secret", "ann@example.com", "zz"));
    }
}
