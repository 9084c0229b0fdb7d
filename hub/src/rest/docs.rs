//! `/api/docs`: the contract, to read in a browser.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web::{self, ServiceConfig},
};

/// Path, content type and text of each file of the page.
const FILES: [(&str, &str, &str); 3] = [
    ("/api/docs", "text/html; charset=utf-8", include_str!("../../console/docs/index.html")),
    ("/api/docs/docs.js", "text/javascript; charset=utf-8", include_str!("../../console/docs/docs.js")),
    ("/api/docs/docs.css", "text/css; charset=utf-8", include_str!("../../console/docs/docs.css")),
];

/// The page and what it needs; nothing comes from anywhere else.
pub fn routes(config: &mut ServiceConfig) {
    for (path, content_type, text) in FILES {
        config.route(
            path,
            web::get().to(move || async move {
                HttpResponse::Ok()
                    .insert_header((CONTENT_TYPE, content_type))
                    .insert_header((CONTENT_SECURITY_POLICY, "default-src 'self'"))
                    .body(text)
            }),
        );
    }
}
