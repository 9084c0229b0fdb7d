//! How the hub asks others over HTTP: with the TLS it has anyway, and never along a redirect.

use std::{sync::Arc, time::Duration};

use ureq::{
    Agent,
    tls::{RootCerts, TlsConfig},
};

/// How long a request may take: to reach the other side, and in all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    pub(crate) whole: Duration,
}

/// Somebody to ask with, from a thread that may wait. A status that is no success is an answer like any other.
pub(crate) fn agent(patience: Patience) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .timeout_connect(Some(patience.connect))
        .timeout_global(Some(patience.whole))
        .http_status_as_error(false)
        .max_redirects(0);
    Agent::new_with_config(config.build())
}
