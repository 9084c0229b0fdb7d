//! Asking a provider for its keys.

use std::time::Duration;

use async_trait::async_trait;

use crate::http_client::{Patience, agent};

/// An answer of more bytes is no set of keys.
const MOST: u64 = 262_144;
const PATIENCE: Patience = Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(5) };

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
    /// With a connection of its own: keys are fetched rarely.
    async fn fetch(&self, url: &str) -> Result<String, String> {
        let url = url.to_owned();
        tokio::task::spawn_blocking(move || get(&url)).await.map_err(text)?
    }
}

fn get(url: &str) -> Result<String, String> {
    let mut answer = agent(PATIENCE).get(url).call().map_err(text)?;
    if !answer.status().is_success() {
        return Err(format!("answered {}", answer.status()));
    }
    answer.body_mut().with_config().limit(MOST).read_to_string().map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
