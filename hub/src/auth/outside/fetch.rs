//! Asking a provider for its keys.

use std::time::Duration;

use async_trait::async_trait;

/// An answer of more bytes is no set of keys.
const MOST: usize = 262_144;
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the keys come from.
#[async_trait]
pub(super) trait Fetch: Send + Sync {
    /// The text at this address, or why there is none.
    async fn fetch(&self, url: &str) -> Result<String, String>;
}

/// Over HTTP.
pub(super) struct Http;

#[async_trait]
impl Fetch for Http {
    /// With a connection of its own: keys are fetched rarely, and a connection belongs to the thread that opened it.
    async fn fetch(&self, url: &str) -> Result<String, String> {
        // The other kinds of TLS of this process use the same; whoever installed it first is right.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
        let asked = client.map_err(text)?.get(url).send().await.map_err(text)?;
        let mut answer = asked.error_for_status().map_err(text)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(text)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MOST {
                return Err(format!("more than {MOST} bytes"));
            }
        }
        String::from_utf8(bytes).map_err(text)
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
