//! The headers of an upgrade, line by line, as bytes.

#![no_main]

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use hub::{
    auth::cookie,
    ws::handshake::{Handshake, PROTOCOL, TokenSource},
};
use libfuzzer_sys::{arbitrary, fuzz_target};

const OURS: &str = "https://hub.example.com";
const FOREIGN: &str = "https://evil.example";

#[derive(Debug, arbitrary::Arbitrary)]
enum Header<'a> {
    Authorization(&'a [u8]),
    Protocol(&'a [u8]),
    Origin(&'a [u8]),
}

fuzz_target!(|lines: Vec<Header<'_>>| {
    let mut headers = HeaderMap::new();
    for line in &lines {
        let (name, value) = match line {
            Header::Authorization(value) => (AUTHORIZATION, value),
            Header::Protocol(value) => (SEC_WEBSOCKET_PROTOCOL, value),
            Header::Origin(value) => (ORIGIN, value),
        };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let ours = cookie::require_own_origin(&headers, OURS).is_ok();
    let Ok(handshake) = Handshake::read(&headers) else { return };
    keeps_the_token(&handshake, headers.contains_key(AUTHORIZATION));
    if let Some(origin) = &handshake.origin {
        let admitted = handshake.admit_origin(OURS, []).is_ok();
        assert!(!ours || admitted, "both doors know our own pages: {origin:?}");
        assert!(handshake.admit_origin(OURS, [origin.as_str()]).is_ok() || !is_web(origin));
        assert!(!origin.starts_with(FOREIGN) || !admitted, "{origin:?}");
    }
});

/// A token is found where it is, and goes into no log and no answer.
fn keeps_the_token(handshake: &Handshake, authorized: bool) {
    assert!(handshake.answer_protocol.is_none_or(|protocol| protocol == PROTOCOL));
    match &handshake.token {
        TokenSource::Header(token) => {
            assert!(authorized && !token.is_empty() && token.trim() == token);
            let shown = format!("{:?}", handshake.token);
            assert_eq!(shown, "Header(..)");
        }
        TokenSource::Subprotocol(token) => assert!(!authorized && !token.contains(',')),
        TokenSource::FirstRequest => assert!(!authorized),
    }
}

/// Somebody's page, as a browser names it.
fn is_web(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && host.chars().all(|one| one.is_ascii_alphanumeric() || one == '.')
    })
}
