//! What the operating system is told about the other end of a connection.

use std::{path::Path, sync::Arc};

use actors::testing::eventually;

use super::house::House;

/// The timer of the hub's end of a connection, as the kernel shows it: 2 is the one that looks whether the peer is alive.
fn timers(port: u16) -> Vec<String> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!(":{port:04X}");
    let established = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ours = established.filter(|columns| columns[1].ends_with(&local) && columns[3] == "01");
    ours.map(|columns| columns[5][..2].to_owned()).collect()
}

/// Asks without looking at certificates.
fn agent() -> ureq::Agent {
    let tls = ureq::tls::TlsConfig::builder()
        .disable_verification(true)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    ureq::Agent::new_with_config(ureq::Agent::config_builder().tls_config(tls.build()).build())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_peer_is_watched_in_clear_and_under_tls() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
    let file = |name: &str| fixtures.join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (file("localhost.pem"), file("localhost.key.pem"));
    let tls = [("HTTP__TLS_CERT", certificate.as_str()), ("HTTP__TLS_KEY", key.as_str())];
    for (scheme, settings) in [("http", &[][..]), ("https", &tls[..])] {
        let house = House::with(settings).await;
        let port = house.address.port();
        let url = format!("{scheme}://{}/health", house.address);
        let kept = tokio::task::spawn_blocking(move || {
            let agent = agent();
            let answer = agent.get(&url).call().unwrap().body_mut().read_to_string();
            assert!(answer.unwrap().contains("ok"));
            agent
        });
        // The agent keeps its connection for the next question.
        let kept = kept.await.unwrap();
        // What was sent last is acknowledged first, which has a timer of its own.
        eventually(scheme, async || (timers(port) == ["02"]).then_some(())).await;
        drop(kept);
        house.close().await;
    }
}
