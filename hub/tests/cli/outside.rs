//! An identity provider whose certificate not everybody trusts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    issuer::{AUDIENCE, ISSUER, Issuer, ONE},
    process::Hub,
};

fn certificate(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(file)
}

/// A provider whose certificate nobody trusts who was not told to.
fn provider() -> Issuer {
    let [cert, key] = ["localhost.pem", "localhost.key.pem"].map(certificate);
    Issuer::serve(&[ONE], Some(hub::tls::server_config(&cert, &key).unwrap()))
}

/// A token that is good in all but its tenant, which nobody founded: who gets so far is NOT_A_MEMBER.
fn token() -> String {
    ONE.sign(&json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "abc", "exp": 4_000_000_000_u64,
        "app_metadata": {"org_id": uuid::Uuid::now_v7()},
    }))
}

/// What a hub with this in its environment answers, and what it logs. The provider goes on serving meanwhile.
async fn answered(issuer: &Issuer, trusted: Option<PathBuf>) -> (u16, String, String) {
    let settings = issuer.settings("", "");
    tokio::task::spawn_blocking(move || ask(&settings, trusted.as_deref())).await.unwrap()
}

fn ask(settings: &str, trusted: Option<&Path>) -> (u16, String, String) {
    let data = tempfile::tempdir().unwrap();
    let environment: Vec<_> =
        trusted.and_then(Path::to_str).map(|file| ("SSL_CERT_FILE", file)).into_iter().collect();
    fs::write(data.path().join("switchboard.toml"), settings).unwrap();
    let hub = Hub::start_with(&environment, data.path());
    let (status, body) = hub.get_with(&format!("Authorization: Bearer {}\r\n", token()), "/api/me");
    let (ended, said) = hub.stop_and_hear();
    assert!(ended);
    (status, body, said)
}

#[actix::test]
async fn keys_behind_a_certificate_nobody_trusts_are_not_taken_and_the_log_says_why() {
    let issuer = provider();
    let (status, body, said) = answered(&issuer, None).await;
    assert_eq!((status, body.contains("UNAVAILABLE")), (503, true), "{body}");
    let line = said.lines().find(|line| line.contains("the keys of an identity provider cannot be had"));
    let line = line.unwrap_or_else(|| panic!("{said}")).to_lowercase();
    assert!(line.contains("certificate") && line.contains("https://localhost"), "{line}");
    assert_eq!(issuer.times_asked(), 0, "it never came to a request");
    issuer.go_away().await;
}

#[actix::test]
async fn a_certificate_the_machine_was_told_to_trust_is_taken() {
    let issuer = provider();
    let (status, body, said) = answered(&issuer, Some(certificate("localhost.pem"))).await;
    assert_eq!((status, body.contains("NOT_A_MEMBER")), (403, true), "{body} {said}");
    assert_eq!(issuer.times_asked(), 1);
    issuer.go_away().await;
}
