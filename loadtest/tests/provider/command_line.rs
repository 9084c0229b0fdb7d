//! The command, as a person or a script starts it.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::caller::{ACCOUNT, OURS, PATIENCE, TOKEN};

fn simulator(more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadtest"));
    command
        .args(["--json", "provider", "twilio", "--account", ACCOUNT, "--auth-token", TOKEN, "--number", OURS])
        .args(more)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn it_ends_when_its_time_is_over_and_prints_its_report() {
    let run = simulator(&["--for", "100ms"]).output();
    let done = timeout(PATIENCE, run).await.expect("it does not end").unwrap();
    assert!(done.status.success());
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(report["scenario"], "provider twilio");
}

#[tokio::test]
async fn it_says_where_it_listens_and_ends_when_asked() {
    let mut running = simulator(&[]).spawn().unwrap();
    let line = BufReader::new(running.stderr.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    let base = line.strip_prefix("listening on ").unwrap();
    let answer = reqwest::get(format!("{base}/_simulator/messages")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let id = running.id().unwrap().to_string();
    Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
    let done = timeout(PATIENCE, running.wait_with_output()).await.expect("it does not end");
    assert!(done.unwrap().status.success());
}

#[tokio::test]
async fn a_demo_without_a_hub_says_what_is_missing() {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_loadtest"));
    demo.args(["demo", "--hub", "/nowhere/switchboard"]).kill_on_drop(true);
    let done = timeout(PATIENCE, demo.output()).await.expect("it does not end").unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(said.contains("there is no hub at /nowhere/switchboard: build one with"), "{said}");
}
