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

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use serde_json::Value;

    use super::*;

    /// What a token of Twilio's own library says, beside the calls that go out, which we place ourselves.
    const RECORDED: &str = include_str!("../../../../tests/fixtures/twilio/voice-access-token.json");

    #[test]
    fn a_token_says_what_that_of_the_provider_says() {
        let recorded: Value = serde_json::from_str(RECORDED).unwrap();
        let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
        let account = TwilioAccount {
            account_sid: text("account_sid"),
            api_key_sid: Some(text("api_key_sid")),
            api_key_secret: Some(text("secret")),
            ..serde_json::from_value(serde_json::json!({"account_sid": "AC1", "auth_token": "t"})).unwrap()
        };
        let now = Timestamp::from_micros(recorded["now"].as_i64().unwrap() * 1_000_000);
        let token = voice_token(&account, "agent_7", now).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let read = |part: &str| -> Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
        };
        assert_eq!(read(parts[0]), recorded["header"]);
        let mut claims = read(parts[1]);
        assert_eq!(claims.as_object_mut().unwrap().remove("iat"), Some(recorded["now"].clone()));
        let mut expected = recorded["claims"].clone();
        expected["grants"]["voice"].as_object_mut().unwrap().remove("outgoing");
        assert_eq!(claims, expected);
        let key = jsonwebtoken::DecodingKey::from_secret(text("secret").as_bytes());
        let mut validation = jsonwebtoken::Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        assert!(jsonwebtoken::decode::<Value>(&token, &key, &validation).is_ok());
    }

    #[test]
    fn without_a_key_there_is_no_token() {
        let account: TwilioAccount =
            serde_json::from_value(serde_json::json!({"account_sid": "AC1", "auth_token": "t"})).unwrap();
        assert_eq!(voice_token(&account, "agent_7", Timestamp::from_micros(0)), None);
    }
}
