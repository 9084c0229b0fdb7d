//! The public keys of a provider: kept, fetched again when an unknown one is named, and good while the provider is away.

use std::{collections::HashMap, sync::Arc, time::Duration};

use entities::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse},
};
use parking_lot::RwLock;
use tokio::sync::Mutex;

use super::fetch::Fetch;

/// Keys of this age are fetched again.
const FRESH: Duration = Duration::from_secs(600);
/// Keys of this age are not believed any more: a key that was withdrawn while we could not ask ends here.
const BELIEVED: Duration = Duration::from_hours(24);
/// The provider is not asked more often.
const PATIENCE: Duration = Duration::from_secs(30);
/// More keys than any provider has; the rest is not kept.
const MOST: usize = 64;

/// The keys of one provider.
pub(super) struct Keys {
    url: String,
    fetch: Arc<dyn Fetch>,
    known: RwLock<Known>,
    /// When the provider was asked last. Who holds it asks.
    asked: Mutex<Option<Timestamp>>,
}

#[derive(Clone, Default)]
struct Known {
    keys: HashMap<String, Arc<DecodingKey>>,
    /// The only key, for tokens that name none.
    single: Option<Arc<DecodingKey>>,
    fetched_at: Option<Timestamp>,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The provider has none of this name.
    Unknown,
    /// The provider does not answer, and what we knew is too old.
    Away,
}

impl Keys {
    pub(super) fn new(url: String, fetch: Arc<dyn Fetch>) -> Self {
        Self { url, fetch, known: RwLock::default(), asked: Mutex::default() }
    }

    /// The key of this name, as of now.
    pub(super) async fn find(&self, id: Option<&str>, now: Timestamp) -> Result<Arc<DecodingKey>, NoKey> {
        if let Some(key) = self.known.read().get(id).filter(|_| self.is_younger_than(FRESH, now)) {
            return Ok(key);
        }
        self.ask_again(now).await;
        match self.is_younger_than(BELIEVED, now) {
            true => self.known.read().get(id).ok_or(NoKey::Unknown),
            false => Err(NoKey::Away),
        }
    }

    fn is_younger_than(&self, age: Duration, now: Timestamp) -> bool {
        self.known.read().fetched_at.is_some_and(|at| now < at.plus(age))
    }

    /// Asks the provider, unless it was asked a moment ago. Who comes meanwhile waits for the same answer.
    async fn ask_again(&self, now: Timestamp) {
        let mut asked = self.asked.lock().await;
        if asked.is_some_and(|at| now < at.plus(PATIENCE)) {
            return;
        }
        *asked = Some(now);
        let answer = self.fetch.fetch(&self.url).await;
        let keys = answer.and_then(|text| serde_json::from_str(&text).map_err(|why| why.to_string()));
        match keys {
            Ok(keys) => *self.known.write() = Known::of(&keys, now),
            Err(error) => {
                tracing::warn!(url = self.url, %error, "the keys of an identity provider cannot be had")
            }
        }
    }
}

impl Known {
    fn of(set: &JwkSet, now: Timestamp) -> Self {
        let usable: Vec<_> = set.keys.iter().filter(|key| is_for_signatures(key)).take(MOST).collect();
        let decoded = |key: &Jwk| DecodingKey::from_jwk(key).ok().map(Arc::new);
        let named = usable.iter().filter_map(|key| Some((key.common.key_id.clone()?, decoded(key)?)));
        let single = if let [only] = usable[..] { decoded(only) } else { None };
        Self { keys: named.collect(), single, fetched_at: Some(now) }
    }

    fn get(&self, id: Option<&str>) -> Option<Arc<DecodingKey>> {
        match id {
            Some(id) => self.keys.get(id).cloned(),
            None => self.single.clone(),
        }
    }
}

/// A shared secret in a public document is none.
fn is_for_signatures(key: &Jwk) -> bool {
    let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let is_pair = !matches!(key.algorithm, AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_));
    signs && is_pair
}

/// The key of a PEM file.
pub(super) fn of_pem(pem: &str, algorithm: Algorithm) -> Result<DecodingKey, jsonwebtoken::errors::Error> {
    match algorithm {
        Algorithm::ES256 => DecodingKey::from_ec_pem(pem.as_bytes()),
        Algorithm::EdDSA => DecodingKey::from_ed_pem(pem.as_bytes()),
        _ => DecodingKey::from_rsa_pem(pem.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use parking_lot::Mutex as Lock;

    use super::*;

    /// A provider that answers what it is told to, and counts.
    #[derive(Default)]
    struct Told {
        answer: Lock<Option<String>>,
        times: AtomicUsize,
    }

    #[async_trait::async_trait]
    impl Fetch for Told {
        async fn fetch(&self, _: &str) -> Result<String, String> {
            self.times.fetch_add(1, Ordering::Relaxed);
            self.answer.lock().clone().ok_or_else(|| "away".to_owned())
        }
    }

    fn set(ids: &[&str]) -> String {
        let keys: Vec<_> = ids
            .iter()
            .map(|id| {
                serde_json::json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "use": "sig",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
            })
            .collect();
        serde_json::json!({ "keys": keys }).to_string()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[tokio::test]
    async fn an_unknown_key_is_asked_for_at_most_once_in_thirty_seconds() {
        let told = Arc::new(Told { answer: Lock::new(Some(set(&["one"]))), ..Told::default() });
        let keys = Keys::new("-".to_owned(), told.clone());
        assert!(keys.find(Some("one"), at(0)).await.is_ok());
        *told.answer.lock() = Some(set(&["one", "two"]));
        for _ in 0..100 {
            assert_eq!(keys.find(Some("two"), at(29)).await.err(), Some(NoKey::Unknown));
        }
        assert_eq!(told.times.load(Ordering::Relaxed), 1);
        assert!(keys.find(Some("two"), at(30)).await.is_ok());
        assert_eq!(told.times.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn old_keys_are_good_for_a_day_while_the_provider_is_away() {
        let told = Arc::new(Told { answer: Lock::new(Some(set(&["one"]))), ..Told::default() });
        let keys = Keys::new("-".to_owned(), told.clone());
        assert!(keys.find(Some("one"), at(0)).await.is_ok());
        *told.answer.lock() = None;
        assert!(keys.find(Some("one"), at(3_600)).await.is_ok());
        assert_eq!(keys.find(Some("two"), at(7_200)).await.err(), Some(NoKey::Unknown));
        assert_eq!(keys.find(Some("one"), at(86_400)).await.err(), Some(NoKey::Away));
    }

    #[tokio::test]
    async fn a_key_that_was_withdrawn_is_forgotten_when_the_keys_are_old() {
        let told = Arc::new(Told { answer: Lock::new(Some(set(&["one"]))), ..Told::default() });
        let keys = Keys::new("-".to_owned(), told.clone());
        assert!(keys.find(None, at(0)).await.is_ok());
        *told.answer.lock() = Some(set(&["two", "three"]));
        assert!(keys.find(Some("one"), at(599)).await.is_ok());
        assert_eq!(keys.find(Some("one"), at(600)).await.err(), Some(NoKey::Unknown));
        assert_eq!(keys.find(None, at(601)).await.err(), Some(NoKey::Unknown));
    }

    #[test]
    fn a_shared_secret_is_no_key() {
        let set = r#"{"keys":[{"kty":"oct","kid":"one","k":"c2VjcmV0"},
            {"kty":"OKP","crv":"Ed25519","kid":"two","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        assert!(Known::of(&serde_json::from_str(set).unwrap(), at(0)).keys.is_empty());
    }
}
