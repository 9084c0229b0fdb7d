//! The refresh token of our own pages: a cookie no script reads and no other site sends.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{HeaderMap, ORIGIN};

use crate::error::{ApiError, Code};
use crate::origin::{is_loopback, is_own_origin};

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
        let mut headers = HeaderMap::new();
        assert_eq!(require_own_origin(&headers, ours).unwrap_err().code, Code::Forbidden);
        headers.insert(ORIGIN, HeaderValue::from_static("https://chat.example.com"));
        assert!(require_own_origin(&headers, ours).is_ok());
    }
}
