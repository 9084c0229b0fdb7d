//! One file on its way to a browser: what it may do there, and whether it has it already.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETag, EntityTag, Header, IfNoneMatch,
        REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
    web,
};

use super::file::File;
use crate::hub::Hub;

/// The file, or "not modified". Names stay the same from version to version, so a browser asks each time.
pub(super) async fn answer(
    hub: web::Data<Hub>,
    asked: HttpRequest,
    file: &'static File,
    tag: EntityTag,
) -> HttpResponse {
    let known = has(&asked, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header(ETag(tag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, policy(&hub.public_origin())))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        // A request of ours names its origin all the same.
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((CONTENT_TYPE, file.content_type()));
    if known { answer.finish() } else { answer.body(file.text) }
}

fn has(asked: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(asked) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|one| one.weak_eq(tag)),
        Err(_) => false,
    }
}

/// Only what is ours, no script or style within a page, no page of others around it. Not every browser counts our
/// WebSocket as `'self'`, so it is named.
fn policy(public_origin: &str) -> String {
    let socket = public_origin.replacen("http", "ws", 1);
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {socket}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::IF_NONE_MATCH, test::TestRequest};

    use super::*;

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        let tag = EntityTag::new_strong("abc".to_owned());
        let asks = |known: &str| {
            has(&TestRequest::default().insert_header((IF_NONE_MATCH, known)).to_http_request(), &tag)
        };
        assert!(asks("\"abc\""));
        assert!(asks("\"old\", W/\"abc\""));
        assert!(!asks("\"old\""));
        assert!(!has(&TestRequest::default().to_http_request(), &tag));
    }

    #[test]
    fn the_policy_names_our_own_socket() {
        assert!(policy("https://hub.example.com").contains("connect-src 'self' wss://hub.example.com;"));
        assert!(policy("http://127.0.0.1:8080").contains("connect-src 'self' ws://127.0.0.1:8080;"));
        assert!(!policy("http://127.0.0.1:8080").contains("unsafe"));
    }
}
