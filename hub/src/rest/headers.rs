//! What every answer tells a browser about itself, unless it says so in words of its own.

use actix_web::{
    dev::ServiceRequest,
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, PERMISSIONS_POLICY,
        REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
    web,
};

use super::cors;
use crate::hub::Hub;

/// Nothing within an answer that is no page may be carried out, nobody may put a frame around it, and what it was asked
/// with stays here. Calls need the microphone, nothing needs the rest.
fn always() -> [(HeaderName, &'static str); 5] {
    let devices = "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()";
    [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (REFERRER_POLICY, "no-referrer"),
        (PERMISSIONS_POLICY, devices),
    ]
}

/// What the answers to one request carry.
pub(super) struct Headers {
    is_data: bool,
    is_over_tls: bool,
    /// The page that asked.
    page: Option<HeaderValue>,
}

impl Headers {
    pub(super) fn of(request: &ServiceRequest) -> Self {
        let hub = request.app_data::<web::Data<Hub>>();
        let is_over_tls = hub.is_some_and(|hub| hub.public_origin().starts_with("https://"));
        Self { is_data: request.path().starts_with("/api/"), is_over_tls, page: cors::page(request) }
    }

    /// Adds those that are not there.
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        // Data is read again, not kept; and there is a year without going back to plain HTTP.
        let of_data = self.is_data.then_some((CACHE_CONTROL, "no-store"));
        let over_tls = self.is_over_tls.then_some((STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
        for (name, value) in always().into_iter().chain(of_data).chain(over_tls) {
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        if let Some(page) = &self.page {
            cors::let_read(headers, page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(is_data: bool, is_over_tls: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
        Headers { is_data, is_over_tls, page: None }.add_to(&mut headers);
        headers
    }

    #[test]
    fn data_is_not_kept_and_tls_is_for_good() {
        let headers = added(true, true);
        assert_eq!(headers.get(CACHE_CONTROL).unwrap(), "no-store");
        assert!(headers.contains_key(STRICT_TRANSPORT_SECURITY));
        let headers = added(false, false);
        assert!(!headers.contains_key(CACHE_CONTROL) && !headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn what_an_answer_says_itself_stands() {
        assert_eq!(added(true, true).get(X_FRAME_OPTIONS).unwrap(), "SAMEORIGIN");
    }
}
