//! What a client asks for when it upgrades: which token, which protocol, from which page.

use std::borrow::Cow;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, ORIGIN, SEC_WEBSOCKET_PROTOCOL};

use crate::error::{ApiError, Code};

/// The one version of the protocol there is.
pub const PROTOCOL: &str = "switchboard.v1";

/// The entry of `Sec-WebSocket-Protocol` that carries a token, because browsers can set no other header.
const BEARER_ENTRY: &str = "bearer.";

/// An upgrade that may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// Where the token is, if it came already.
    pub token: TokenSource,
    /// `Sec-WebSocket-Protocol` of the answer; never the entry with the token.
    pub answer_protocol: Option<&'static str>,
    /// The page the client runs in, when it says so.
    pub origin: Option<String>,
}

/// Where the session's token comes from, which decides how a bad one is refused.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// A bad one is refused with 401, before the upgrade.
    Header(String),
    /// A bad one is upgraded and closed at once: a browser cannot read a refused upgrade.
    Subprotocol(String),
    /// The first request is `authenticate`.
    FirstRequest,
}

/// Why there is no upgrade. A client reads the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400.
    #[error("none of the offered protocols is known")]
    UnknownProtocol,
    /// 401.
    #[error("the authorization header holds no bearer token")]
    NoBearer,
}

impl Handshake {
    /// Reads the headers of an upgrade. The origin is judged once the token has told whose list
    /// counts.
    pub fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let offered: Vec<String> = texts(headers, &SEC_WEBSOCKET_PROTOCOL)
            .flat_map(|line| line.split(',').map(|entry| entry.trim().to_owned()).collect::<Vec<_>>())
            .filter(|entry| !entry.is_empty())
            .collect();
        let answer_protocol = choose_protocol(&offered)?;
        let in_offer = offered.iter().find_map(|entry| entry.strip_prefix(BEARER_ENTRY));
        let token = match (texts(headers, &AUTHORIZATION).next(), in_offer) {
            (Some(header), _) => TokenSource::Header(bearer(&header).ok_or(Refusal::NoBearer)?.to_owned()),
            (None, Some(token)) => TokenSource::Subprotocol(token.to_owned()),
            (None, None) => TokenSource::FirstRequest,
        };
        let origin = texts(headers, &ORIGIN).next().map(Cow::into_owned);
        Ok(Self { token, answer_protocol, origin })
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownProtocol => Code::BadRequest,
            Refusal::NoBearer => Code::Unauthenticated,
        };
        Self::new(code, refusal.to_string())
    }
}

/// Tokens never reach a log.
impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Header(_) => "Header(..)",
            Self::Subprotocol(_) => "Subprotocol(..)",
            Self::FirstRequest => "FirstRequest",
        })
    }
}

fn texts<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = Cow<'a, str>> {
    headers.get_all(name).map(|value| String::from_utf8_lossy(value.as_bytes()))
}

fn choose_protocol(offered: &[String]) -> Result<Option<&'static str>, Refusal> {
    let mut versions = offered.iter().filter(|entry| !entry.starts_with(BEARER_ENTRY)).peekable();
    if versions.peek().is_none() {
        return Ok(None);
    }
    if versions.any(|version| version == PROTOCOL) {
        Ok(Some(PROTOCOL))
    } else {
        Err(Refusal::UnknownProtocol)
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(headers: &[(HeaderName, &str)]) -> Result<Handshake, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        Handshake::read(&map)
    }

    fn offer(protocols: &str) -> Result<Handshake, Refusal> {
        read(&[(SEC_WEBSOCKET_PROTOCOL, protocols)])
    }

    #[test]
    fn a_program_brings_its_token_in_the_header() {
        let handshake = read(&[(AUTHORIZATION, "Bearer sk_live_1")]).unwrap();
        let expected =
            Handshake { token: TokenSource::Header("sk_live_1".into()), answer_protocol: None, origin: None };
        assert_eq!(handshake, expected);
    }

    #[test]
    fn a_browser_brings_its_token_as_a_subprotocol_and_is_answered_the_version_alone() {
        let handshake = offer("switchboard.v1, bearer.ey.J.x").unwrap();
        assert_eq!(handshake.token, TokenSource::Subprotocol("ey.J.x".into()));
        assert_eq!(handshake.answer_protocol, Some("switchboard.v1"));
    }

    #[test]
    fn offers_may_be_spread_over_several_headers() {
        let headers =
            [(SEC_WEBSOCKET_PROTOCOL, "bearer.t"), (SEC_WEBSOCKET_PROTOCOL, "other,switchboard.v1")];
        let handshake = read(&headers).unwrap();
        assert_eq!(handshake.token, TokenSource::Subprotocol("t".into()));
        assert_eq!(handshake.answer_protocol, Some("switchboard.v1"));
    }

    #[test]
    fn without_a_token_the_first_request_brings_it() {
        assert_eq!(read(&[]).unwrap().token, TokenSource::FirstRequest);
        assert_eq!(offer("switchboard.v1").unwrap().token, TokenSource::FirstRequest);
    }

    #[test]
    fn no_offer_is_served_and_answered_nothing() {
        assert_eq!(read(&[]).unwrap().answer_protocol, None);
        assert_eq!(offer("bearer.t").unwrap().answer_protocol, None);
    }

    #[test]
    fn only_unknown_names_are_refused() {
        assert_eq!(offer("switchboard.v2, bearer.t"), Err(Refusal::UnknownProtocol));
        assert_eq!(offer("graphql-ws"), Err(Refusal::UnknownProtocol));
        assert!(offer("switchboard.v2, switchboard.v1").is_ok());
    }

    #[test]
    fn the_header_counts_before_the_subprotocol() {
        let headers = [(AUTHORIZATION, "bearer a"), (SEC_WEBSOCKET_PROTOCOL, "switchboard.v1, bearer.b")];
        assert_eq!(read(&headers).unwrap().token, TokenSource::Header("a".into()));
    }

    #[test]
    fn an_authorization_header_without_a_bearer_token_is_refused() {
        for header in ["Basic dXNlcg==", "Bearer", "Bearer  ", "", "Bearer\u{e9}"] {
            assert_eq!(read(&[(AUTHORIZATION, header)]), Err(Refusal::NoBearer), "{header:?}");
        }
    }

    #[test]
    fn a_token_is_not_shown_in_logs() {
        let shown = format!("{:?}", offer("switchboard.v1, bearer.secret").unwrap());
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn a_refusal_has_the_promised_status() {
        let status = |refusal: Refusal| ApiError::from(refusal).code.http_status();
        assert_eq!(status(Refusal::UnknownProtocol), 400);
        assert_eq!(status(Refusal::NoBearer), 401);
    }
}
