//! A webhook ready to be posted, and where an endless row of them comes from.

use reqwest::Url;

use crate::provider::twilio::sign;
use crate::scenario::phone_line::AUTH_TOKEN;

/// Signed; nothing is left to do but to post it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Webhook {
    /// Path and query.
    pub(super) target: String,
    pub(super) body: String,
    pub(super) signature: String,
}

/// Who has webhooks to post.
pub(super) trait Source: Send + Sync + 'static {
    /// The next one, and what it is known by; none when all were given out.
    fn next(&self) -> Option<(u64, Webhook)>;
}

impl Webhook {
    /// Of a form, for the address it is posted to.
    pub(super) fn sign(url: &Url, form: &[(String, String)]) -> Self {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Self {
            target: format!("{}{query}", url.path()),
            body: form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish(),
            signature: sign(AUTH_TOKEN, url.as_str(), form),
        }
    }
}

/// As it is called: the fragment is for the provider alone.
pub(super) fn called(url: &str) -> anyhow::Result<Url> {
    let mut url: Url = url.parse()?;
    url.set_fragment(None);
    Ok(url)
}
