//! Tokens of outside identity providers.

mod claims;
mod fetch;
mod keys;
mod provider;

use entities::Timestamp;
use serde::Deserialize;

pub use self::claims::Claims;
use self::provider::Provider;
use crate::{auth::token::MAX_LENGTH, config, error::ApiError};

/// A provider whose settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("auth.providers: the pem of {issuer} is not a public key of its algorithm: {why}")]
pub struct ProviderError {
    issuer: String,
    why: jsonwebtoken::errors::Error,
}

/// The providers of the settings.
pub struct OutsideTokens {
    providers: Vec<Provider>,
    /// Who is not known becomes an agent.
    pub provision: bool,
}

impl OutsideTokens {
    /// # Errors
    /// [`ProviderError`].
    pub fn new(settings: &config::Auth) -> Result<Self, ProviderError> {
        let provider = |settings: &config::Provider| {
            Provider::new(settings).map_err(|why| ProviderError { issuer: settings.issuer.clone(), why })
        };
        let providers = settings.providers.iter().map(provider).collect::<Result<_, _>>()?;
        Ok(Self { providers, provision: settings.provision })
    }

    /// Whom a token of one of the providers speaks for; `None` for a token that names none of them.
    ///
    /// # Errors
    /// UNAUTHENTICATED, TOKEN_EXPIRED; UNAVAILABLE when the provider's keys cannot be had.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Option<Claims>, ApiError> {
        if self.providers.is_empty() || token.len() > MAX_LENGTH {
            return Ok(None);
        }
        // Only to find out whose it says it is; nothing else of it is believed before its signature.
        let Ok(named) = jsonwebtoken::dangerous::insecure_decode_claims::<Issued>(token) else {
            return Ok(None);
        };
        match self.providers.iter().find(|provider| provider.issuer() == named.iss) {
            Some(provider) => provider.verify(token, now).await.map(Some),
            None => Ok(None),
        }
    }
}

#[derive(Deserialize)]
struct Issued {
    iss: String,
}
