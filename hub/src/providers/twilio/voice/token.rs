//! What a browser needs to be called: a token for the provider's own library.
//! Source: <https://www.twilio.com/docs/iam/access-tokens>.

use entities::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::providers::twilio::TwilioAccount;

/// How long it is good, in seconds.
pub const LASTS: i64 = 3_600;
/// What marks a token of this kind.
const CONTENT: &str = "twilio-fpa;v=1";

#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    iss: &'a str,
    sub: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    grants: Grants<'a>,
}

#[derive(Serialize)]
struct Grants<'a> {
    identity: &'a str,
    voice: Voice,
}

/// Calls come in. Those that go out we place ourselves.
#[derive(Serialize)]
struct Voice {
    incoming: Incoming,
}

#[derive(Serialize)]
struct Incoming {
    allow: bool,
}

/// A token by which the browser that calls itself `identity` is reached. `None` when the account has no API key: nothing else
/// signs one.
#[must_use]
pub fn voice_token(account: &TwilioAccount, identity: &str, now: Timestamp) -> Option<String> {
    let (key, secret) = (account.api_key_sid.as_deref()?, account.api_key_secret.as_deref()?);
    let now = now.as_micros() / 1_000_000;
    let claims = Claims {
        jti: format!("{key}-{now}"),
        iss: key,
        sub: &account.account_sid,
        iat: now,
        nbf: now,
        exp: now + LASTS,
        grants: Grants { identity, voice: Voice { incoming: Incoming { allow: true } } },
    };
    let header = Header { cty: Some(CONTENT.to_owned()), ..Header::new(Algorithm::HS256) };
    encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes())).ok()
}
