//! Where something is asked or told: a URL, and how it is called.

use reqwest::Method;

/// An address on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) url: String,
    pub(super) method: Method,
}

impl Target {
    pub(super) fn post(url: &str) -> Self {
        Self { url: url.to_owned(), method: Method::POST }
    }
}
