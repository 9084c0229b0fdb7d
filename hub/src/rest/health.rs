//! `GET /health`: the process lives. Whether it can serve is `/health/ready`.

use actix_web::{Responder, get, web};
use serde::Serialize;
use utoipa::ToSchema;

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The version of the hub.
    pub version: &'static str,
}

/// Answers as long as the process can answer anything; it asks no database.
#[utoipa::path(tag = "operations", responses((status = 200, body = Health)))]
#[get("/health")]
pub(crate) async fn health() -> impl Responder {
    web::Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
