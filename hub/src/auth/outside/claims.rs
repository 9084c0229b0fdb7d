//! What a token of an outside identity provider says, once its signature is good.

use std::time::Duration;

use entities::{BoardId, TenantId, Timestamp, user::Role};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{auth::token::TokenError, config::Provider};

/// Clocks differ by as much.
const LEEWAY: Duration = Duration::from_secs(60);
/// OpenID Connect allows a `sub` so many characters.
const LONGEST_SUBJECT: usize = 255;

/// Somebody an outside identity provider vouches for.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    pub tenant: TenantId,
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    pub email_is_proven: bool,
    pub name: Option<String>,
    /// `None`: the token does not say, and the database does.
    pub role: Option<Role>,
    pub boards: Option<Vec<BoardId>>,
    /// The moment from which the token is refused.
    pub expires_at: Timestamp,
}

/// The members that stand where RFC 7519 and OpenID Connect put them.
#[derive(Deserialize)]
struct Registered {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    email: Option<String>,
    email_verified: Option<bool>,
    name: Option<String>,
}

impl Claims {
    /// Reads the claims of `provider`'s token at `now`. A member of another type is as bad as a wrong signature.
    ///
    /// # Errors
    /// [`TokenError`].
    pub(super) fn read(
        claims: Map<String, Value>,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Self, TokenError> {
        let claims = Value::Object(claims);
        let tenant: Option<TenantId> = at(&claims, &provider.tenant_claim)?;
        let role: Option<String> = at(&claims, &provider.role_claim)?;
        let boards = at(&claims, &provider.boards_claim)?;
        let registered = Registered::deserialize(&claims).map_err(|_| TokenError::Invalid)?;
        let expires_at = instant(registered.exp)?.plus(LEEWAY);
        if (1..=LONGEST_SUBJECT).contains(&registered.sub.len()).then_some(()).is_none() {
            return Err(TokenError::Invalid);
        }
        if registered.nbf.map(instant).transpose()?.is_some_and(|from| now.plus(LEEWAY) < from) {
            return Err(TokenError::Invalid);
        }
        if now >= expires_at {
            return Err(TokenError::Expired);
        }
        let email_is_proven = provider.email_is_proven || registered.email_verified == Some(true);
        Ok(Self {
            tenant: tenant.ok_or(TokenError::Invalid)?,
            issuer: provider.issuer.clone(),
            subject: registered.sub,
            email: registered.email,
            email_is_proven,
            name: registered.name,
            role: role.map(|role| Role::from_claim(&role)).transpose().map_err(|_| TokenError::Invalid)?,
            boards,
            expires_at,
        })
    }
}

/// The claim at a path like `app_metadata.org_id`, or with that very name; `None` when it is absent or null.
fn at<T: DeserializeOwned>(claims: &Value, path: &str) -> Result<Option<T>, TokenError> {
    let named = claims.get(path);
    let found = named.or_else(|| path.split('.').try_fold(claims, |within, member| within.get(member)));
    match found {
        None | Some(Value::Null) => Ok(None),
        Some(value) => T::deserialize(value).map(Some).map_err(|_| TokenError::Invalid),
    }
}

/// A moment in seconds since the epoch, with or without a fraction.
fn instant(seconds: f64) -> Result<Timestamp, TokenError> {
    /// The year 9999, which is further than anybody needs and far from overflowing.
    const LAST: f64 = 253_402_300_799.0;
    if !(0.0..=LAST).contains(&seconds) {
        return Err(TokenError::Invalid);
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is within 0 and the year 9999")]
    Ok(Timestamp::from_micros((seconds * 1_000_000.0) as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const TENANT: &str = "01890000-0000-7000-8000-000000000001";

    fn provider() -> Provider {
        toml_like(json!({"issuer": "https://id.example.com", "audience": "hub", "pem": "-"}))
    }

    fn toml_like(value: Value) -> Provider {
        serde_json::from_value(value).unwrap()
    }

    fn read(claims: &Value) -> Result<Claims, TokenError> {
        let claims = claims.as_object().unwrap().clone();
        Claims::read(claims, &provider(), Timestamp::from_micros(NOW * 1_000_000))
    }

    fn sound() -> Value {
        json!({"sub": "abc", "exp": NOW + 600, "app_metadata": {"org_id": TENANT, "role": "sdr"}})
    }

    #[test]
    fn a_sound_token_says_who_where_and_what() {
        let claims = read(&sound()).unwrap();
        assert_eq!((claims.subject.as_str(), claims.role, claims.boards), ("abc", Some(Role::Agent), None));
        assert_eq!(claims.tenant.to_string(), TENANT);
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let with = |member: &str, seconds: i64| {
            let mut claims = sound();
            claims[member] = json!(seconds);
            read(&claims).map(drop)
        };
        assert_eq!(with("exp", NOW - 59), Ok(()));
        assert_eq!(with("exp", NOW - 60), Err(TokenError::Expired));
        assert_eq!(with("nbf", NOW + 60), Ok(()));
        assert_eq!(with("nbf", NOW + 61), Err(TokenError::Invalid));
    }

    #[test]
    fn claims_of_another_type_are_no_claims() {
        for (pointer, value) in [
            ("/sub", json!(7)),
            ("/sub", json!("")),
            ("/sub", json!("x".repeat(256))),
            ("/exp", json!("soon")),
            ("/exp", json!(null)),
            ("/exp", json!(1e300)),
            ("/exp", json!(-1)),
            ("/app_metadata", json!([])),
            ("/app_metadata", json!("owner")),
            ("/app_metadata/org_id", json!("acme")),
            ("/app_metadata/org_id", json!(1)),
            ("/app_metadata/role", json!("king")),
            ("/app_metadata/role", json!(["owner"])),
        ] {
            let mut claims = sound();
            *claims.pointer_mut(pointer).unwrap() = value.clone();
            assert_eq!(read(&claims), Err(TokenError::Invalid), "{pointer}: {value}");
        }
        let mut claims = sound();
        claims["app_metadata"]["boards"] = json!("all");
        assert_eq!(read(&claims), Err(TokenError::Invalid));
    }
}
