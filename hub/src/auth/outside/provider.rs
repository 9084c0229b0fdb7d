//! One outside identity provider: whose tokens, how signed, with which keys.

use std::sync::Arc;

use entities::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use super::{
    claims::Claims,
    fetch::Http,
    keys::{Keys, NoKey, of_pem},
};
use crate::{
    auth::token::TokenError,
    config::{self, SignatureAlgorithm},
    error::{ApiError, Code},
};

pub(super) struct Provider {
    settings: config::Provider,
    /// How it signs. Nothing else is looked at, whatever a token's header says.
    algorithms: Vec<Algorithm>,
    keys: Source,
}

enum Source {
    Pem(Arc<DecodingKey>),
    Jwks(Keys),
}

impl Provider {
    /// # Errors
    /// A PEM that holds no public key of the algorithm.
    pub(super) fn new(settings: &config::Provider) -> Result<Self, jsonwebtoken::errors::Error> {
        let algorithms: Vec<_> = settings.algorithms.iter().map(|algorithm| of(*algorithm)).collect();
        let keys = match algorithms.first() {
            Some(algorithm) if !settings.pem.is_empty() => {
                Source::Pem(Arc::new(of_pem(&settings.pem, *algorithm)?))
            }
            _ => Source::Jwks(Keys::new(settings.jwks_url.clone(), Arc::new(Http))),
        };
        Ok(Self { settings: settings.clone(), algorithms, keys })
    }

    pub(super) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// # Errors
    /// UNAUTHENTICATED, TOKEN_EXPIRED; UNAVAILABLE when its keys cannot be had.
    pub(super) async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, ApiError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        if !self.algorithms.contains(&header.alg) {
            return Err(TokenError::Invalid.into());
        }
        let key = match &self.keys {
            Source::Pem(key) => key.clone(),
            Source::Jwks(keys) => keys.find(header.kid.as_deref(), now).await.map_err(no_key)?,
        };
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub"]);
        // The time is passed in: the library would ask the machine's clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let read = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation);
        let claims = read.map_err(|_| TokenError::Invalid)?.claims;
        Ok(Claims::read(claims, &self.settings, now)?)
    }
}

fn of(algorithm: SignatureAlgorithm) -> Algorithm {
    match algorithm {
        SignatureAlgorithm::RS256 => Algorithm::RS256,
        SignatureAlgorithm::ES256 => Algorithm::ES256,
        SignatureAlgorithm::EdDSA => Algorithm::EdDSA,
    }
}

fn no_key(why: NoKey) -> ApiError {
    match why {
        NoKey::Unknown => TokenError::Invalid.into(),
        NoKey::Away => Code::Unavailable.into(),
    }
}
