//! An identity provider whose certificate not everybody trusts.

use std::{fs, path::Path};

use serde_json::json;

use super::{
    issuer::{AUDIENCE, ISSUER, Issuer, ONE, certificate},
    process::Hub,
};

/// A token that is good in all but its tenant, which nobody founded: who gets so far is NOT_A_MEMBER.
fn token() -> String {
    ONE.sign(&json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "abc", "exp": 4_000_000_000_u64,
        "app_metadata": {"org_id": uuid::Uuid::now_v7()},
    }))
}

fn answered(issuer: &Issuer, environment: &[(&str, &str)], data: &Path) -> (u16, String, String) {
    fs::write(data.join("switchboard.toml"), issuer.settings("", "")).unwrap();
    let hub = Hub::start_with(environment, data);
    let (status, body) = hub.get_with(&format!("Authorization: Bearer {}\r\n", token()), "/api/me");
    let said = hub.output();
    assert!(hub.stop());
    (status, body, said)
}

#[actix::test]
async fn keys_behind_a_certificate_nobody_trusts_are_not_taken_and_the_log_says_why() {
    let issuer = Issuer::start_under_tls(&[ONE]).await;
    let data = tempfile::tempdir().unwrap();
    let (status, body, said) = answered(&issuer, &[], data.path());
    assert_eq!((status, body.contains("UNAVAILABLE")), (503, true), "{body}");
    let line = said.lines().find(|line| line.contains("the keys of an identity provider cannot be had"));
    let line = line.unwrap_or_else(|| panic!("{said}")).to_lowercase();
    assert!(line.contains("certificate") && line.contains("https://localhost"), "{line}");
    assert_eq!(issuer.times_asked(), 0, "it never came to a request");
    issuer.go_away().await;
}

#[actix::test]
async fn a_certificate_the_machine_was_told_to_trust_is_taken() {
    let issuer = Issuer::start_under_tls(&[ONE]).await;
    let (data, trusted) = (tempfile::tempdir().unwrap(), certificate("localhost.pem"));
    let environment = [("SSL_CERT_FILE", trusted.to_str().unwrap())];
    let (status, body, said) = answered(&issuer, &environment, data.path());
    assert_eq!((status, body.contains("NOT_A_MEMBER")), (403, true), "{body} {said}");
    assert_eq!(issuer.times_asked(), 1);
    issuer.go_away().await;
}
