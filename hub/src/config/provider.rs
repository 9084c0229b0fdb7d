//! `[[auth.providers]]`: an outside identity provider whose tokens are believed.

use serde::Deserialize;

/// One provider. What each member means stands in `default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub issuer: String,
    pub audience: String,
    #[serde(default)]
    pub jwks_url: String,
    #[serde(default)]
    pub pem: String,
    #[serde(default = "rs256")]
    pub algorithms: Vec<SignatureAlgorithm>,
    #[serde(default = "tenant_claim")]
    pub tenant_claim: String,
    #[serde(default = "role_claim")]
    pub role_claim: String,
    #[serde(default = "boards_claim")]
    pub boards_claim: String,
    #[serde(default)]
    pub email_is_proven: bool,
}

/// How a provider signs. Only with key pairs: a public key is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SignatureAlgorithm {
    #[serde(alias = "rs256")]
    RS256,
    #[serde(alias = "es256")]
    ES256,
    #[serde(alias = "eddsa")]
    EdDSA,
}

impl Provider {
    /// What is wrong with it, as the end of a sentence that begins with the setting's name.
    pub(super) fn complaints(&self) -> Vec<(&'static str, &'static str)> {
        let mut found = Vec::new();
        let mut check = |good: bool, name, complaint| {
            if !good {
                found.push((name, complaint));
            }
        };
        check((1..=255).contains(&self.issuer.len()), "issuer", "must have 1 to 255 characters");
        check(self.issuer != "switchboard", "issuer", "must not be our own");
        check(!self.audience.is_empty(), "audience", "must be set");
        check(
            self.jwks_url.is_empty() != self.pem.is_empty(),
            "jwks_url and pem",
            "must be set one or the other",
        );
        check(
            self.jwks_url.is_empty() || is_url(&self.jwks_url),
            "jwks_url",
            "must start with https:// (or http://)",
        );
        check(!self.algorithms.is_empty(), "algorithms", "must name RS256, ES256 or EdDSA");
        let one_with_pem = self.pem.is_empty() || self.algorithms.len() == 1;
        check(one_with_pem, "algorithms", "must name one algorithm with pem");
        check(!self.tenant_claim.is_empty(), "tenant_claim", "must be set");
        found
    }
}

fn is_url(text: &str) -> bool {
    let scheme = text.parse().ok().and_then(|uri: actix_web::http::Uri| uri.scheme_str().map(str::to_owned));
    matches!(scheme.as_deref(), Some("http" | "https"))
}

fn rs256() -> Vec<SignatureAlgorithm> {
    vec![SignatureAlgorithm::RS256]
}

fn tenant_claim() -> String {
    "app_metadata.org_id".to_owned()
}

fn role_claim() -> String {
    "app_metadata.role".to_owned()
}

fn boards_claim() -> String {
    "app_metadata.boards".to_owned()
}
