//! Tokens: a text that nobody signed lets nobody in, and claims under a good signature let in nobody whose time is over.

#![no_main]

use std::{path::Path, sync::LazyLock};

use data_encoding::BASE64URL_NOPAD;
use entities::Timestamp;
use futures::FutureExt;
use hub::{
    auth::{OutsideTokens, Tokens, api_key},
    config,
    keys::{self, Key},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use libfuzzer_sys::{arbitrary, fuzz_target};
use serde_json::json;

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const PAIR: &[u8] = include_bytes!("../../tests/fixtures/identity/ed.pem");
/// The other half of the pair.
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAXzfXV/VQIyUCXHCzA1+s+D4ELXI3XtWfE2Ojt6B5kNw=\n-----END PUBLIC KEY-----\n";

/// What a stranger, or a provider who is careless with claims, can send.
#[derive(Debug, arbitrary::Arbitrary)]
enum Sent<'a> {
    Text(&'a str),
    Ours(&'a [u8]),
    Theirs(&'a [u8]),
}

struct House {
    signing: Key,
    tokens: Tokens,
    outside: OutsideTokens,
    provider: EncodingKey,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let secrets: config::Keys =
        serde_json::from_value(json!({"master": "", "signing": "07".repeat(32)})).unwrap();
    let auth = json!({
        "access_ttl_s": 900, "refresh_ttl_s": 900, "provision": false,
        "providers": [{"issuer": "https://id.example.com", "audience": "hub", "pem": PEM, "algorithms": ["EdDSA"]}],
    });
    let signing = keys::signing(&secrets, Path::new("")).unwrap();
    House {
        tokens: Tokens::new(&signing),
        signing,
        outside: OutsideTokens::new(&serde_json::from_value(auth).unwrap()).unwrap(),
        provider: EncodingKey::from_ed_pem(PAIR).unwrap(),
    }
});

fuzz_target!(|sent: Sent<'_>| {
    match sent {
        Sent::Text(text) => lets_nobody_in(text),
        Sent::Ours(claims) => lets_in_who_is_in_time(&ours(claims)),
        Sent::Theirs(claims) => lets_in_who_is_in_time(&theirs(claims)),
    }
});

fn lets_nobody_in(text: &str) {
    assert!(!api_key::is_key(text) || text.starts_with("sk_"));
    assert!(HOUSE.tokens.verify(text, NOW).is_err());
    assert!(HOUSE.tokens.verify_returning(text, NOW).is_err());
    let outside = HOUSE.outside.verify(text, NOW).now_or_never().unwrap();
    assert!(!matches!(outside, Ok(Some(_))));
}

fn lets_in_who_is_in_time(token: &str) {
    let ours = HOUSE.tokens.verify(token, NOW);
    if let Ok(verified) = &ours {
        assert!(verified.expires_at > NOW);
    }
    let outside = HOUSE.outside.verify(token, NOW).now_or_never().unwrap();
    if let Ok(Some(claims)) = outside {
        assert!(claims.expires_at > NOW);
        assert!((1..=255).contains(&claims.subject.len()));
        assert!(ours.is_err(), "one signature is not good for both");
    }
}

fn ours(claims: &[u8]) -> String {
    let key = HOUSE.signing.derive("switchboard: access tokens");
    signed(r#"{"alg":"HS256"}"#, claims, &EncodingKey::from_secret(key.as_bytes()), Algorithm::HS256)
}

fn theirs(claims: &[u8]) -> String {
    signed(r#"{"alg":"EdDSA"}"#, claims, &HOUSE.provider, Algorithm::EdDSA)
}

fn signed(header: &str, claims: &[u8], key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = [header.as_bytes(), claims].map(|part| BASE64URL_NOPAD.encode(part)).join(".");
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}
