//! Refresh tokens, which nobody stores: family, generation and our signature over both.

use data_encoding::BASE64URL_NOPAD;
use entities::SignInId;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::keys::Key;

const PAYLOAD: usize = 16 + 8;
const LENGTH: usize = PAYLOAD + 32;

/// What a whole refresh token of ours says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The sign-in all its successors belong to.
    pub family: SignInId,
    /// How often the family was rotated when it was made.
    pub generation: i64,
}

/// Makes and reads refresh tokens. The same family and generation give the same token, on every node.
pub struct RefreshTokens {
    key: Key,
}

impl RefreshTokens {
    /// With a key derived from the installation's signing key.
    pub fn new(signing: &Key) -> Self {
        Self { key: signing.derive("switchboard: refresh tokens") }
    }

    /// The token of a family's generation.
    pub fn mint(&self, family: SignInId, generation: i64) -> String {
        let mut bytes = [0; LENGTH];
        bytes[..16].copy_from_slice(family.as_uuid().as_bytes());
        bytes[16..PAYLOAD].copy_from_slice(&generation.to_be_bytes());
        let signature = self.signature(&bytes[..PAYLOAD]).finalize().into_bytes();
        bytes[PAYLOAD..].copy_from_slice(&signature);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token; `None` for anything we did not make.
    pub fn read(&self, token: &str) -> Option<Presented> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (payload, signature) = bytes.split_at_checked(PAYLOAD)?;
        self.signature(payload).verify_slice(signature).ok()?;
        let (family, generation) = payload.split_at_checked(16)?;
        Some(Presented {
            family: SignInId::from_uuid(Uuid::from_slice(family).ok()?),
            generation: i64::from_be_bytes(generation.try_into().ok()?),
        })
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn signature(&self, payload: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(self.key.as_bytes()).expect("any length").chain_update(payload)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens() -> RefreshTokens {
        RefreshTokens::new(&Key::generate().unwrap())
    }

    fn family() -> SignInId {
        SignInId::from_uuid(Uuid::from_u128(7))
    }

    #[test]
    fn a_token_reads_back_and_is_always_the_same() {
        let tokens = tokens();
        let token = tokens.mint(family(), 3);
        assert_eq!(token, tokens.mint(family(), 3));
        assert_eq!(tokens.read(&token), Some(Presented { family: family(), generation: 3 }));
    }

    #[test]
    fn a_token_of_another_key_is_no_token() {
        assert_eq!(tokens().read(&tokens().mint(family(), 3)), None);
        assert_eq!(tokens().read("").or(tokens().read("not base64!")), None);
    }

    proptest! {
        #[test]
        fn a_changed_token_is_no_token(generation: i64, at in 0..75_usize, to in "[A-Za-z0-9_-]") {
            let tokens = tokens();
            let token = tokens.mint(family(), generation);
            let mut changed = token.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != token);
            prop_assert_eq!(tokens.read(&changed), None);
        }
    }
}
