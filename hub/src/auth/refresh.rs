//! Refresh tokens, which nobody stores: family, generation and our signature over both.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use entities::{SignInId, Timestamp, sign_in};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::keys::Key;

/// For so long the token just replaced is answered with the same successor: two tabs, or a lost answer.
const SAME_SUCCESSOR_WITHIN: Duration = Duration::from_secs(10);

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

/// What a presented token leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Store this generation and answer with its token.
    Next(i64),
    /// Answer with the token of this generation once more; nothing changes.
    SameSuccessor(i64),
    /// Somebody has an old token: revoke the family and answer UNAUTHENTICATED.
    Revoke,
    /// The family came to its end: TOKEN_EXPIRED.
    Expired,
    /// The family was revoked before: UNAUTHENTICATED.
    Revoked,
}

/// Decides over a token of the family in `row`. `row` must be guarded by its `rev` while the decision is carried out:
/// of two tabs that both decide `Next`, the loser decides again and gets `SameSuccessor`.
pub fn rotate(row: &sign_in::Model, presented: i64, now: Timestamp) -> Rotation {
    if row.revoked_at.is_some() {
        return Rotation::Revoked;
    }
    if now >= row.expires_at {
        return Rotation::Expired;
    }
    let just_replaced = now.since(row.rotated_at) <= SAME_SUCCESSOR_WITHIN;
    match row.generation.checked_sub(presented) {
        Some(0) => Rotation::Next(row.generation + 1),
        Some(1) if just_replaced => Rotation::SameSuccessor(row.generation),
        // A later generation than the row's can only be from before a backup was restored: nobody can tell whose it is.
        _ => Rotation::Revoke,
    }
}

#[cfg(test)]
mod tests {
    use entities::{TenantId, UserId};
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn tokens() -> RefreshTokens {
        RefreshTokens::new(&Key::generate().unwrap())
    }

    fn family() -> SignInId {
        SignInId::from_uuid(Uuid::from_u128(7))
    }

    fn row(generation: i64) -> sign_in::Model {
        sign_in::Model {
            id: family(),
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            user_id: UserId::from_uuid(Uuid::nil()),
            generation,
            rotated_at: NOW,
            expires_at: NOW.plus(Duration::from_secs(3_600)),
            revoked_at: None,
            created_at: NOW,
            rev: 1,
        }
    }

    fn after(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
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

    #[test]
    fn the_newest_token_is_rotated() {
        assert_eq!(rotate(&row(4), 4, after(1_000)), Rotation::Next(5));
    }

    #[test]
    fn the_token_just_replaced_gets_the_same_successor_for_ten_seconds() {
        assert_eq!(rotate(&row(4), 3, after(10)), Rotation::SameSuccessor(4));
        assert_eq!(rotate(&row(4), 3, after(11)), Rotation::Revoke);
    }

    #[test]
    fn an_older_token_revokes_the_family_at_once() {
        assert_eq!(rotate(&row(4), 2, after(1)), Rotation::Revoke);
        assert_eq!(rotate(&row(4), 5, after(1)), Rotation::Revoke);
    }

    #[test]
    fn an_expired_or_revoked_family_gives_nothing() {
        assert_eq!(rotate(&row(4), 4, after(3_600)), Rotation::Expired);
        let revoked = sign_in::Model { revoked_at: Some(NOW), ..row(4) };
        assert_eq!(rotate(&revoked, 4, after(1)), Rotation::Revoked);
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

        #[test]
        fn only_two_generations_ever_lead_to_a_token(generation in 0..100_i64, presented: i64, wait in 0..4_000_u64) {
            let rotation = rotate(&row(generation), presented, after(wait));
            if matches!(rotation, Rotation::Next(_) | Rotation::SameSuccessor(_)) {
                prop_assert!(presented == generation || presented == generation - 1);
            }
        }
    }
}
