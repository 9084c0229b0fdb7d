//! What the doctor sees.

use std::collections::HashMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::checks::{data_folder, database, keys, redis, settings, tls};
use super::finding::{Finding, State};
use crate::config::{Settings, layered};
use crate::keys::Keyring;
use crate::store::Place;

fn with(folder: &Path, variables: &[(&str, &str)]) -> Settings {
    let mut all = HashMap::from([("SWITCHBOARD__DATA__DIR".to_owned(), folder.display().to_string())]);
    all.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    layered(None, all).unwrap()
}

#[tokio::test]
async fn an_installation_that_never_started_is_well_and_stays_empty() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let findings = super::examine(&with(&folder, &[])).await;
    assert!(findings.iter().all(|finding| finding.state != State::Bad), "{findings:?}");
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_store_without_its_schema_is_worth_a_look() {
    let data = tempfile::tempdir().unwrap();
    let settings = with(data.path(), &[]);
    std::fs::write(data.path().join("switchboard.db"), b"").unwrap();
    assert_eq!(database(&settings).await.state, State::Warning);
    Place::of(&settings).migrate().await.unwrap();
    assert_eq!(database(&settings).await.state, State::Good);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_without_its_password() {
    let data = tempfile::tempdir().unwrap();
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://hub:hunter2@{}/hub", server.local_addr().unwrap());
    let settings = with(data.path(), &[("SWITCHBOARD__DATABASE__URL", &url)]);
    let hang_up = async {
        drop(server.accept().await.unwrap());
        std::future::pending().await
    };
    let finding =
        tokio::select! { finding = database(&settings) => finding, () = hang_up => unreachable!("it waits") };
    assert_eq!(finding.state, State::Bad);
    assert!(!finding.to_string().contains("hunter2"), "{finding}");
}

#[tokio::test]
async fn a_redis_is_asked_for_its_version_and_told_without_its_password() {
    let data = tempfile::tempdir().unwrap();
    let database = ("SWITCHBOARD__DATABASE__URL", "postgres://hub@127.0.0.1:9/hub");
    let at = |url: &str| with(data.path(), &[database, ("SWITCHBOARD__REDIS__URL", url)]);
    let nobody = redis(&at("redis://hub:hunter2@127.0.0.1:9")).await;
    assert_eq!(nobody.state, State::Bad);
    assert!(!nobody.to_string().contains("hunter2"), "{nobody}");
    if let Some(options) = actors::testing::redis().await {
        let found = redis(&at(&options.url)).await;
        assert_eq!(found.state, State::Good, "{found}");
        let alone = with(data.path(), &[("SWITCHBOARD__REDIS__URL", &options.url)]);
        assert_eq!(redis(&alone).await.state, State::Warning, "nodes cannot share a file");
    }
}

#[test]
fn keys_of_a_used_store_are_not_silently_made_anew() {
    let data = tempfile::tempdir().unwrap();
    let settings = with(data.path(), &[]);
    assert_eq!(keys(&settings).state, State::Good);
    std::fs::write(data.path().join("switchboard.db"), b"").unwrap();
    assert_eq!(keys(&settings).state, State::Warning);
}

#[test]
fn keys_that_others_can_read_are_bad() {
    let data = tempfile::tempdir().unwrap();
    let settings = with(data.path(), &[]);
    Keyring::open(&settings.keys, &settings.data.keys()).unwrap();
    assert_eq!(keys(&settings).state, State::Good);
    std::fs::set_permissions(settings.data.keys().join("master"), Permissions::from_mode(0o644)).unwrap();
    let finding = keys(&settings);
    assert_eq!(finding.state, State::Bad);
    assert!(finding.to_string().contains("chmod 600"), "{finding}");
}

async fn scan(script: &str) -> Finding {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("scan");
    std::fs::write(&file, script).unwrap();
    let command = format!("/bin/sh, {}", file.display());
    super::scan::command(
        &with(data.path(), &[("SWITCHBOARD__ATTACHMENTS__SCAN_COMMAND", &command)]).attachments,
    )
    .await
}

#[tokio::test]
async fn a_scan_is_tried_with_what_is_clean_and_what_everybody_finds() {
    let finds = "if grep -q EICAR-STANDARD; then exit 1; fi";
    assert_eq!(scan(finds).await.state, State::Good);
    assert_eq!(scan("cat > /dev/null").await.state, State::Warning, "it finds nothing");
    assert_eq!(scan("exit 1").await.state, State::Bad, "it finds something in everything");
    let away = scan("echo the daemon is away >&2; exit 2").await;
    assert_eq!(away.state, State::Bad);
    assert!(away.to_string().contains("the daemon is away"), "{away}");
    let data = tempfile::tempdir().unwrap();
    let missing = [("SWITCHBOARD__ATTACHMENTS__SCAN_COMMAND", "/nowhere/clamdscan")];
    assert_eq!(super::scan::command(&with(data.path(), &missing).attachments).await.state, State::Bad);
}

#[test]
fn a_public_address_without_tls_is_worth_a_look() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(settings(&with(data.path(), &[])).state, State::Good);
    let open = with(data.path(), &[("SWITCHBOARD__HTTP__BIND", "0.0.0.0:8080")]);
    assert_eq!(settings(&open).state, State::Warning);
    let proxied = with(data.path(), &[("SWITCHBOARD__HTTP__PUBLIC_URL", "https://chat.example.com")]);
    assert_eq!(settings(&proxied).state, State::Good);
}

#[test]
fn a_certificate_that_is_not_there_is_bad() {
    let data = tempfile::tempdir().unwrap();
    let files =
        [("SWITCHBOARD__HTTP__TLS_CERT", "/nowhere.pem"), ("SWITCHBOARD__HTTP__TLS_KEY", "/nowhere.key")];
    assert_eq!(tls(&with(data.path(), &files).http).state, State::Bad);
    assert_eq!(tls(&with(data.path(), &[]).http).state, State::Good);
}

#[test]
fn a_data_folder_that_is_a_file_is_bad() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(data_folder(file.path()).state, State::Bad);
    assert_eq!(data_folder(&std::env::temp_dir()).state, State::Good);
}
