//! `/api/openapi.json`: the contract, generated from the routes; `docs.rs` shows it to people.

use std::collections::HashMap;

use actix_web::{
    HttpResponse, Resource,
    http::header::{Allow, ContentType},
    web,
};
use utoipa::openapi::{
    HttpMethod, OpenApi, PathItem, RefOr, SecurityRequirement,
    path::Operation,
    security::{Http, HttpAuthScheme, SecurityScheme},
};

use crate::error::Code;

/// The name of the one way to say who asks.
const BEARER: &str = "bearer";

/// Serves the document the routes made.
pub fn serve(api: OpenApi) -> Resource {
    let json = web::Bytes::from(describe(api).to_json().unwrap_or_default());
    web::resource("/api/openapi.json").route(web::get().to(move || {
        let json = json.clone();
        async move { HttpResponse::Ok().insert_header(ContentType::json()).body(json) }
    }))
}

/// Puts name, version, licence and the way to sign in on the document.
#[must_use]
pub fn describe(mut api: OpenApi) -> OpenApi {
    api.info.contact = None;
    api.info.title = "Switchboard".to_owned();
    api.info.version = env!("CARGO_PKG_VERSION").to_owned();
    api.info.description = Some("A realtime hub for customer conversations and calls.".to_owned());
    api.info.license = Some(utoipa::openapi::License::new("MIT OR Apache-2.0"));
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    api.components.get_or_insert_default().add_security_scheme(BEARER, bearer);
    for operation in api.paths.paths.values_mut().flat_map(operations) {
        if asks_who(operation) {
            operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
        }
    }
    api
}

/// Whoever can be told that he is no member was asked who he is.
fn asks_who(operation: &Operation) -> bool {
    match operation.responses.responses.get("403") {
        Some(RefOr::T(forbidden)) => forbidden.description.contains(Code::NotAMember.name()),
        _ => false,
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = path;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// The verbs of each described path: what a path that is there answers to another one.
pub struct Verbs(HashMap<String, Vec<actix_web::http::Method>>);

impl Verbs {
    /// Those of the document.
    #[must_use]
    pub fn of(api: &OpenApi) -> Self {
        let verbs = |path: &PathItem| {
            let known = [
                (HttpMethod::Get, &path.get),
                (HttpMethod::Put, &path.put),
                (HttpMethod::Post, &path.post),
                (HttpMethod::Delete, &path.delete),
                (HttpMethod::Patch, &path.patch),
            ];
            let there = known.into_iter().filter(|(_, operation)| operation.is_some());
            there.map(|(verb, _)| method(&verb)).collect()
        };
        Self(api.paths.paths.iter().map(|(path, item)| (path.clone(), verbs(item))).collect())
    }

    /// The verbs of a path pattern, when it is described.
    #[must_use]
    pub fn allowed(&self, pattern: &str) -> Option<Allow> {
        self.0.get(pattern).map(|verbs| Allow(verbs.clone()))
    }
}

fn method(verb: &HttpMethod) -> actix_web::http::Method {
    use actix_web::http::Method;
    match verb {
        HttpMethod::Get => Method::GET,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Post => Method::POST,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Trace => Method::TRACE,
    }
}
