//! What the layers of the settings promise.

use std::collections::HashMap;
use std::io::Write;

use super::*;

fn with(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    layered(None, variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn the_manual_alone_is_a_whole_configuration() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.http.public_origin(), "http://127.0.0.1:8080");
    assert_eq!(settings.auth.access_ttl().as_secs(), 900);
    assert_eq!(settings.limits.burst, 100);
    assert_eq!(settings.log.format, LogFormat::Auto);
}

#[test]
fn every_setting_of_the_manual_has_a_comment_above_it() {
    let lines: Vec<_> = DEFAULTS.lines().collect();
    for (index, line) in
        lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#'))
    {
        let above = lines[index - 1];
        assert!(above.starts_with('#') || above.starts_with("tls_cert"), "no comment above {line}");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_manual() {
    let file = file("[http]\nbind = \"127.0.0.1:1\"\nworkers = 3\n");
    let variables = HashMap::from([("SWITCHBOARD__HTTP__BIND".to_owned(), "0.0.0.0:2".to_owned())]);
    let settings = layered(Some(file.path()), variables).unwrap();
    assert_eq!(settings.http.bind.to_string(), "0.0.0.0:2");
    assert_eq!(settings.http.workers, 3);
    assert_eq!(settings.http.body_limit, 1_048_576);
}

#[test]
fn an_unknown_name_is_refused_by_name_with_what_is_allowed() {
    let error = with(&[("SWITCHBOARD__HTTP__PORT", "80")]).unwrap_err().to_string();
    assert!(error.contains("port") && error.contains("bind") && error.contains("public_url"), "{error}");
    let error = with(&[("SWITCHBOARD__HTPT__BIND", "127.0.0.1:80")]).unwrap_err().to_string();
    assert!(error.contains("htpt") && error.contains("realtime"), "{error}");
    let file = file("[limits]\nburts = 3\n");
    let error = layered(Some(file.path()), HashMap::new()).unwrap_err().to_string();
    assert!(error.contains("burts") && error.contains("burst"), "{error}");
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_by_name() {
    let error = with(&[("SWITCHBOARD__LIMITS__BURST", "many")]).unwrap_err().to_string();
    assert!(error.contains("limits.burst") && error.contains("many"), "{error}");
    let error = with(&[("SWITCHBOARD__HTTP__BIND", "here")]).unwrap_err().to_string();
    assert!(error.contains("http.bind"), "{error}");
    let error = with(&[("SWITCHBOARD__LOG__FORMAT", "xml")]).unwrap_err().to_string();
    assert!(error.contains("log.format") && error.contains("json"), "{error}");
}

#[test]
fn values_out_of_bounds_are_all_told_at_once() {
    let error = with(&[
        ("SWITCHBOARD__LIMITS__BURST", "0"),
        ("SWITCHBOARD__HTTP__TLS_CERT", "chain.pem"),
        ("SWITCHBOARD__HTTP__PUBLIC_URL", "chat.example.com/hub"),
        ("SWITCHBOARD__DATABASE__URL", "mysql://secret@db"),
        ("SWITCHBOARD__LOG__LEVEL", "hub=loud"),
    ])
    .unwrap_err()
    .to_string();
    assert_eq!(error.lines().count(), 5, "{error}");
    assert!(error.contains("limits.burst must be 1 to 100000, not 0"), "{error}");
    assert!(!error.contains("secret"), "a database URL may hold a password");
}

#[test]
fn trusted_proxies_are_a_list_in_a_file_and_a_text_in_the_environment() {
    let file = file("[http]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n");
    assert_eq!(layered(Some(file.path()), HashMap::new()).unwrap().http.trusted_proxies.len(), 2);
    let settings = with(&[("SWITCHBOARD__HTTP__TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")]).unwrap();
    assert_eq!(settings.http.trusted_proxies[1].to_string(), "127.0.0.1/32");
    let error = with(&[("SWITCHBOARD__HTTP__TRUSTED_PROXIES", "proxy")]).unwrap_err().to_string();
    assert!(error.contains("trusted_proxies"), "{error}");
}

#[test]
fn a_scan_is_a_line_of_words_within_bounds() {
    let settings = with(&[("SWITCHBOARD__ATTACHMENTS__SCAN_COMMAND", "clamdscan, --no-summary, -")]).unwrap();
    assert_eq!(settings.attachments.scan_command, ["clamdscan", "--no-summary", "-"]);
    assert!(with(&[]).unwrap().attachments.scan_command.is_empty());
    for (name, value, wrong) in [
        ("SCAN_TIMEOUT_S", "0", "attachments.scan_timeout_s must be 1 to 600, not 0"),
        ("SCAN_TIMEOUT_S", "601", "attachments.scan_timeout_s"),
        ("SCANS_AT_ONCE", "65", "attachments.scans_at_once must be 1 to 64, not 65"),
    ] {
        let error = with(&[(&format!("SWITCHBOARD__ATTACHMENTS__{name}"), value)]).unwrap_err().to_string();
        assert!(error.contains(wrong), "{error}");
    }
    let file = file("[attachments]\nscan_command = [\" \", \"-\"]\n");
    let error = layered(Some(file.path()), HashMap::new()).unwrap_err().to_string();
    assert!(error.contains("attachments.scan_command must begin with a program"), "{error}");
}

#[test]
fn a_secret_is_refused_in_a_file_and_never_printed() {
    let file = file("[keys]\nsigning = \"5ec7e7\"\n");
    let error = layered(Some(file.path()), HashMap::new()).unwrap_err().to_string();
    assert!(error.contains("SWITCHBOARD__KEYS__SIGNING"), "{error}");
    let settings = with(&[("SWITCHBOARD__KEYS__SIGNING", "5ec7e7")]).unwrap();
    assert_eq!(settings.keys.signing.reveal(), "5ec7e7");
    assert!(!format!("{settings:?}").contains("5ec7e7"));
}

#[test]
fn a_named_file_must_exist() {
    let error = load(Some(Path::new("/nowhere/switchboard.toml"))).unwrap_err();
    assert!(matches!(error, SettingsError::Missing(_)));
}
