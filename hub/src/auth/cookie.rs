//! The refresh token of our own pages: a cookie no script reads and no other site sends.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::Uri;
use actix_web::http::header::{HeaderMap, ORIGIN};

use crate::error::{ApiError, Code};

/// The cookie's name.
pub const NAME: &str = "switchboard_refresh";
const PATH: &str = "/api/auth";

/// The cookie with a refresh token, good for `max_age_s` seconds.
pub fn carrying(token: String, max_age_s: u64, public_origin: &str) -> Cookie<'static> {
    let seconds = i64::try_from(max_age_s).unwrap_or(i64::MAX);
    build(token, time::Duration::seconds(seconds), public_origin)
}

/// The cookie that removes it.
pub fn removing(public_origin: &str) -> Cookie<'static> {
    build(String::new(), time::Duration::ZERO, public_origin)
}

fn build(token: String, max_age: time::Duration, public_origin: &str) -> Cookie<'static> {
    Cookie::build(NAME, token)
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(!is_loopback(public_origin))
        .max_age(max_age)
        .finish()
}

/// Refuses a request with the cookie that another site's page may have made: it must name our own `Origin`.
pub fn require_own_origin(headers: &HeaderMap, public_origin: &str) -> Result<(), ApiError> {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin.is_some_and(|origin| is_own_origin(origin, public_origin)) {
        Ok(())
    } else {
        Err(ApiError::new(Code::Forbidden, "This may only be asked by our own pages"))
    }
}

/// Is the page's origin ours? On loopback the names of this machine are one: people type either.
pub fn is_own_origin(origin: &str, public_origin: &str) -> bool {
    let (Some(theirs), Some(ours)) = (Place::of(origin), Place::of(public_origin)) else { return false };
    let same_host =
        theirs.host.eq_ignore_ascii_case(&ours.host) || (theirs.is_loopback() && ours.is_loopback());
    same_host && theirs.scheme == ours.scheme && theirs.port == ours.port
}

/// Does the URL name this machine itself? Browsers keep `Secure` cookies of such pages off plain HTTP.
pub fn is_loopback(origin: &str) -> bool {
    Place::of(origin).is_some_and(|place| place.is_loopback())
}

struct Place {
    scheme: String,
    host: String,
    port: u16,
}

impl Place {
    fn of(origin: &str) -> Option<Self> {
        let uri: Uri = origin.parse().ok()?;
        let scheme = uri.scheme_str()?.to_owned();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        Some(Self { host: uri.host()?.to_owned(), port: uri.port_u16().unwrap_or(default_port), scheme })
    }

    fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let address = host.parse::<std::net::IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_cookie_is_for_our_own_pages_and_no_script() {
        let cookie = carrying("token".into(), 60, "https://chat.example.com").to_string();
        assert_eq!(
            cookie,
            "switchboard_refresh=token; HttpOnly; SameSite=Strict; Secure; Path=/api/auth; Max-Age=60"
        );
        assert!(removing("https://chat.example.com").to_string().contains("Max-Age=0"));
    }

    #[test]
    fn only_on_loopback_it_travels_without_tls() {
        assert_eq!(carrying("t".into(), 60, "http://127.0.0.1:8080").secure(), Some(false));
        assert_eq!(carrying("t".into(), 60, "http://chat.example.com").secure(), Some(true));
    }

    #[test]
    fn only_our_own_origin_may_use_it() {
        let ours = "https://chat.example.com";
        assert!(is_own_origin("https://chat.example.com:443", ours));
        for other in
            ["http://chat.example.com", "https://chat.example.com:8443", "https://example.com", "null", ""]
        {
            assert!(!is_own_origin(other, ours), "{other}");
        }
        let mut headers = HeaderMap::new();
        assert_eq!(require_own_origin(&headers, ours).unwrap_err().code, Code::Forbidden);
        headers.insert(ORIGIN, HeaderValue::from_static("https://chat.example.com"));
        assert!(require_own_origin(&headers, ours).is_ok());
    }

    #[test]
    fn the_names_of_this_machine_are_one() {
        assert!(is_own_origin("http://localhost:8080", "http://127.0.0.1:8080"));
        assert!(is_own_origin("http://[::1]:8080", "http://127.0.0.1:8080"));
        assert!(!is_own_origin("http://localhost:3000", "http://127.0.0.1:8080"));
    }
}
