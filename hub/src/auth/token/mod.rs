//! Access and visitor tokens: JWTs signed with our own key, HS256 and nothing else.

use std::time::Duration;

use entities::user::Role;
use entities::{BoardId, ChannelId, ContactId, ConversationId, SignInId, TenantId, Timestamp, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ApiError, Code};
use crate::keys::Key;

/// Who made our tokens; tokens of outside identity providers name themselves.
const ISSUER: &str = "switchboard";
/// A visitor who comes back within this resumes his conversation with the token he still has.
const RESUME_WITHIN: Duration = Duration::from_hours(90 * 24);
/// Longer is no token of ours; it is not even looked at.
pub(super) const MAX_LENGTH: usize = 8_192;

/// Whom a token speaks for. The audience decides, so one kind never passes for the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "aud")]
pub enum Bearer {
    #[serde(rename = "switchboard")]
    User(UserClaims),
    #[serde(rename = "switchboard:visitor")]
    Visitor(VisitorClaims),
}

/// What an access token says. For local users the database has the last word on role and boards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserClaims {
    #[serde(rename = "sub")]
    pub user_id: UserId,
    #[serde(rename = "org_id")]
    pub tenant_id: TenantId,
    pub role: Role,
    /// Boards the user belongs to; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boards: Option<Vec<BoardId>>,
    /// The sign-in that made it; absent in tokens of the command line.
    #[serde(rename = "sid", default, skip_serializing_if = "Option::is_none")]
    pub sign_in_id: Option<SignInId>,
}

/// What a visitor's token says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitorClaims {
    #[serde(rename = "org_id")]
    pub tenant_id: TenantId,
    pub contact_id: ContactId,
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
}

/// A verified token.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    pub bearer: Bearer,
    pub id: Uuid,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Why a token does not count. Both are 401; only the second is cured by a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, not ours, not whole, or for another audience.
    #[error("the token is not valid")]
    Invalid,
    #[error("the token has expired")]
    Expired,
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => Self::new(Code::Unauthenticated, "The token is not valid"),
            TokenError::Expired => Self::from(Code::TokenExpired),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(flatten)]
    bearer: Bearer,
    iss: String,
    jti: Uuid,
    /// Seconds since the epoch, as JWTs have it.
    iat: i64,
    exp: i64,
}

/// Makes and reads tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Tokens {
    /// With a key derived from the installation's signing key.
    pub fn new(signing: &Key) -> Self {
        let key = signing.derive("switchboard: access tokens");
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["iss", "exp"]);
        // The audience is the tag of `Bearer`, and the time is passed in: the library would ask the machine's clock.
        validation.validate_aud = false;
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(key.as_bytes()),
            decoding: DecodingKey::from_secret(key.as_bytes()),
            validation,
        }
    }

    /// A token good from `now` for `ttl`, in whole seconds, with `id` as its `jti`.
    pub fn mint(
        &self,
        bearer: Bearer,
        id: Uuid,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let (iat, exp) = (seconds(now), seconds(now.plus(ttl)));
        let claims = Claims { bearer, iss: ISSUER.to_owned(), jti: id, iat, exp };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
    }

    /// Reads a token of either kind.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, TokenError> {
        let verified = self.read(token)?;
        if now >= verified.expires_at { Err(TokenError::Expired) } else { Ok(verified) }
    }

    /// Reads the token of a visitor who comes back, up to ninety days after it expired.
    pub fn verify_returning(&self, token: &str, now: Timestamp) -> Result<VisitorClaims, TokenError> {
        let verified = self.read(token)?;
        let Bearer::Visitor(claims) = verified.bearer else { return Err(TokenError::Invalid) };
        if now >= verified.expires_at.plus(RESUME_WITHIN) { Err(TokenError::Expired) } else { Ok(claims) }
    }

    fn read(&self, token: &str) -> Result<Verified, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::Invalid);
        }
        let read = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation);
        let claims = read.map_err(|_| TokenError::Invalid)?.claims;
        Ok(Verified {
            bearer: claims.bearer,
            id: claims.jti,
            issued_at: instant(claims.iat),
            expires_at: instant(claims.exp),
        })
    }
}

fn seconds(instant: Timestamp) -> i64 {
    instant.as_micros().div_euclid(1_000_000)
}

fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds.saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests;
