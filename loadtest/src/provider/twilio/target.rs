//! Where something is asked or told: a URL, and how it is called.

use reqwest::{Method, Url};

use super::draft::is_loopback;

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

    /// What a document that was found at `base` means by `reference`; none when that is nowhere, or elsewhere.
    pub(super) fn resolve(base: Option<&Self>, reference: &str, method: Method) -> Option<Self> {
        let url = match base {
            Some(base) => Url::parse(&base.url).ok()?.join(reference).ok()?,
            None => Url::parse(reference).ok()?,
        };
        is_loopback(url.as_str()).then(|| Self { url: url.into(), method })
    }
}

/// `GET` or `POST`, as the API and TwiML write them.
pub(super) fn method(text: &str) -> Option<Method> {
    match text.to_ascii_uppercase().as_str() {
        "GET" => Some(Method::GET),
        "POST" => Some(Method::POST),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_its_neighbours() {
        let base = Target::post("http://127.0.0.1:8080/voice/acme?node=1");
        let url = |reference: &str| {
            Target::resolve(Some(&base), reference, Method::GET).map(|target| target.url).unwrap_or_default()
        };
        assert_eq!(url("/ivr?node=2"), "http://127.0.0.1:8080/ivr?node=2");
        assert_eq!(url("next"), "http://127.0.0.1:8080/voice/next");
        assert_eq!(url("http://localhost/x#rc=2"), "http://localhost/x#rc=2");
    }

    #[test]
    fn nothing_leads_away_from_this_machine() {
        let base = Target::post("http://127.0.0.1/");
        for reference in ["https://hub.example.com/", "//192.0.2.1/", "ftp://127.0.0.1/"] {
            assert_eq!(Target::resolve(Some(&base), reference, Method::POST), None, "{reference}");
        }
        assert_eq!(Target::resolve(None, "/relative", Method::POST), None);
    }
}
