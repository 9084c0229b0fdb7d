//! The binary as a newcomer and an operator meet it: first start, restart, refusals.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod backup;
#[path = "../access/issuer.rs"]
#[expect(dead_code, reason = "the tests of signing in use more of it")]
mod issuer;
mod outside;
mod process;

use std::{fs, os::unix::fs::PermissionsExt};

use process::{Hub, run, run_as};

#[test]
fn the_first_start_prints_two_links_and_keeps_its_secrets_to_itself() {
    let data = tempfile::tempdir().unwrap();
    let hub = Hub::start(data.path());
    assert!(hub.output().contains("/sign-in#"), "{}", hub.output());
    assert!(hub.output().contains("/chat/"), "{}", hub.output());
    for secret in ["keys/master", "keys/signing", "switchboard.db"] {
        let mode = fs::metadata(data.path().join(secret)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
    assert_eq!(hub.get("/health/ready").0, 200);
    assert!(hub.stop(), "a soft stop ends the hub in time");
}

#[test]
fn a_second_start_makes_no_second_tenant() {
    let data = tempfile::tempdir().unwrap();
    assert!(Hub::start(data.path()).stop());
    let again = Hub::start(data.path());
    assert!(!again.output().contains("/sign-in#"), "{}", again.output());
    assert!(again.stop());
}

#[test]
fn a_tenant_made_on_the_command_line_is_printed_for_scripts() {
    let data = tempfile::tempdir().unwrap();
    let made =
        run(data.path(), &["tenant", "create", "--name", "Acme", "--owner", "Ada@Acme.example", "--json"]);
    assert_eq!(made.code, Some(0), "{}", made.errors);
    let made: serde_json::Value = serde_json::from_str(&made.output).unwrap();
    for member in ["tenant_id", "owner_id", "webchat_channel_id", "webchat_key"] {
        assert!(made[member].is_string(), "{member}");
    }
    let ids = [made["tenant_id"].as_str().unwrap(), made["owner_id"].as_str().unwrap()];
    let arguments = ["token", "--tenant", ids[0], "--user", ids[1], "--role", "owner", "--ttl", "1h"];
    let token = run(data.path(), &arguments);
    assert_eq!(token.output.trim().split('.').count(), 3, "{}", token.errors);
}

#[test]
fn admins_who_are_kept_out_are_let_in_again_on_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    let made = run(data.path(), &["tenant", "create", "--name", "Acme", "--owner", "a@b.example", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&made.output).unwrap();
    let tenant = made["tenant_id"].as_str().unwrap();
    let allow = |tenant, list| run(data.path(), &["tenant", "allow", "--tenant", tenant, "--ip-list", list]);
    let some = allow(tenant, "203.0.113.7, 10.0.0.0/8");
    assert!(some.output.contains(r#"["203.0.113.7/32","10.0.0.0/8"]"#), "{} {}", some.output, some.errors);
    let all = allow(tenant, "");
    assert_eq!(all.code, Some(0), "{}", all.errors);
    assert!(all.output.contains("from anywhere"), "{}", all.output);
    assert_eq!(allow(tenant, "here").code, Some(2));
    assert_eq!(allow(made["owner_id"].as_str().unwrap(), "").code, Some(5), "no such tenant");
}

#[test]
fn a_store_that_cannot_be_written_is_told_so() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(run(data.path(), &["migrate"]).code, Some(0));
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let refused =
        run_as(65_534, data.path(), &["tenant", "create", "--name", "Acme", "--owner", "a@b.example"]);
    let Some(refused) = refused else {
        return eprintln!("skipped: only root can run the hub as somebody else");
    };
    assert!(matches!(refused.code, Some(3 | 4)), "{:?} {}", refused.code, refused.errors);
    assert!(!refused.errors.contains("panicked"), "{}", refused.errors);
    assert!(refused.errors.contains(data.path().to_str().unwrap()), "it names the place: {}", refused.errors);
}

#[test]
fn a_store_of_a_later_version_that_took_something_away_is_refused() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(run(data.path(), &["migrate"]).code, Some(0));
    process::pretend_a_later_version(&data.path().join("switchboard.db"), "contract");
    let refused = run(data.path(), &["tenant", "create", "--name", "Acme", "--owner", "a@b.example"]);
    assert_eq!(refused.code, Some(4), "{}", refused.errors);
    assert!(refused.errors.contains("m9999_later"), "{}", refused.errors);
}

#[test]
fn a_store_of_a_later_version_that_only_added_is_used() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(run(data.path(), &["migrate"]).code, Some(0));
    process::pretend_a_later_version(&data.path().join("switchboard.db"), "expand");
    let made = run(data.path(), &["tenant", "create", "--name", "Acme", "--owner", "a@b.example"]);
    assert_eq!(made.code, Some(0), "{}", made.errors);
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    let refused = process::run_with(&[("SWITCHBOARD__HTTP__BINT", "x")], data.path(), &["migrate"]);
    assert_eq!(refused.code, Some(3));
    assert!(refused.errors.to_lowercase().contains("bint"), "{}", refused.errors);
}
