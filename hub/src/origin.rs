//! Where the hub is reached from outside, and whose page or machine an address names.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use actix_web::http::Uri;

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

/// Is the page's origin ours? On loopback the names of this machine are one: people type either.
pub fn is_own_origin(origin: &str, public_origin: &str) -> bool {
    let (Some(theirs), Some(ours)) = (Place::of(origin), Place::of(public_origin)) else { return false };
    let same_host =
        theirs.host.eq_ignore_ascii_case(&ours.host) || (theirs.is_loopback() && ours.is_loopback());
    same_host && theirs.scheme == ours.scheme && theirs.port == ours.port
}

/// Does the URL name this machine itself? Browsers keep `Secure` cookies of such pages off plain HTTP.
pub fn is_loopback(origin: &str) -> bool {
    Place::of(origin).is_some_and(|place| place.is_loopback())
}

struct Place {
    scheme: String,
    host: String,
    port: u16,
}

impl Place {
    fn of(origin: &str) -> Option<Self> {
        let uri: Uri = origin.parse().ok()?;
        let scheme = uri.scheme_str()?.to_owned();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        Some(Self { host: uri.host()?.to_owned(), port: uri.port_u16().unwrap_or(default_port), scheme })
    }

    fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let address = host.parse::<std::net::IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_ours_with_its_scheme_and_its_port() {
        let ours = "https://chat.example.com";
        assert!(is_own_origin("https://chat.example.com:443", ours));
        for other in
            ["http://chat.example.com", "https://chat.example.com:8443", "https://example.com", "null", ""]
        {
            assert!(!is_own_origin(other, ours), "{other}");
        }
    }

    #[test]
    fn the_names_of_this_machine_are_one() {
        assert!(is_own_origin("http://localhost:8080", "http://127.0.0.1:8080"));
        assert!(is_own_origin("http://[::1]:8080", "http://127.0.0.1:8080"));
        assert!(!is_own_origin("http://localhost:3000", "http://127.0.0.1:8080"));
    }
}
