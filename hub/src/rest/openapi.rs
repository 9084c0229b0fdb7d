//! `/api/openapi.json`: the contract, generated from the routes; `docs.rs` shows it to people.

use actix_web::{HttpResponse, Resource, http::header::ContentType, web};
use utoipa::openapi::OpenApi;

/// Serves the document the routes made.
pub fn serve(api: OpenApi) -> Resource {
    let json = web::Bytes::from(describe(api).to_json().unwrap_or_default());
    web::resource("/api/openapi.json").route(web::get().to(move || {
        let json = json.clone();
        async move { HttpResponse::Ok().insert_header(ContentType::json()).body(json) }
    }))
}

/// Puts name, version and licence on the document.
#[must_use]
pub fn describe(mut api: OpenApi) -> OpenApi {
    api.info.contact = None;
    api.info.title = "Switchboard".to_owned();
    api.info.version = env!("CARGO_PKG_VERSION").to_owned();
    api.info.description = Some("A realtime hub for customer conversations and calls.".to_owned());
    api.info.license = Some(utoipa::openapi::License::new("MIT OR Apache-2.0"));
    api
}
