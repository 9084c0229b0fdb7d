//! How the hub asks others over HTTP: with the TLS it has anyway, and never along a redirect.

mod reach;

use std::{sync::Arc, time::Duration};

use ureq::{
    Agent,
    config::ConfigBuilder,
    tls::{RootCerts, TlsConfig},
    typestate::AgentScope,
    unversioned::transport::DefaultConnector,
};

use reach::OnlyReachable;
pub(crate) use reach::{Inside, Reach};

/// How long a request may take: to reach the other side, and in all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    pub(crate) whole: Duration,
}

/// Somebody to ask with, from a thread that may wait. A status that is no success is an answer like any other.
pub(crate) fn agent(patience: Patience) -> Agent {
    Agent::new_with_config(config(patience).build())
}

/// The same for addresses that somebody else has chosen: it goes no farther than it may, and through no proxy, which would
/// look up the names itself.
pub(crate) fn agent_for(reach: Reach, patience: Patience) -> Agent {
    let config = config(patience).proxy(None).build();
    Agent::with_parts(config, DefaultConnector::default(), OnlyReachable::new(reach))
}

fn config(patience: Patience) -> ConfigBuilder<AgentScope> {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_connect(Some(patience.connect))
        .timeout_global(Some(patience.whole))
        .http_status_as_error(false)
        .max_redirects(0)
}
