//! Where the hub is reached from outside.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use crate::config::Http;

/// The origin under which browsers and providers reach the hub: the setting, or the address it listens on once it does.
#[derive(Clone)]
pub struct PublicOrigin {
    http: Http,
    listening: Arc<OnceLock<SocketAddr>>,
}

impl PublicOrigin {
    /// As the settings say.
    #[must_use]
    pub fn new(http: &Http) -> Self {
        Self { http: http.clone(), listening: Arc::default() }
    }

    /// `https://chat.example.com`, without a slash at its end.
    #[must_use]
    pub fn get(&self) -> String {
        let mut http = self.http.clone();
        if let Some(address) = self.listening.get() {
            http.bind = *address;
        }
        http.public_origin()
    }

    /// The server listens. Said once.
    pub(crate) fn listens_on(&self, address: SocketAddr) {
        let _ = self.listening.set(address);
    }
}
