//! `GET /health/ready`: whether a load balancer should send anybody here.

use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::Hub;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);
/// Commits that may wait before the journal counts as behind.
const BACKLOG: usize = 2_000;

/// What is ready and what is not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`, or `not_ready`.
    #[schema(example = "ready")]
    status: &'static str,
    database: &'static str,
    /// The schema was brought up to date at start; a hub whose schema is not does not start.
    migrations: &'static str,
    /// `local`: this node is alone. `ok`, or `degraded`: what other nodes say arrives seconds later, out of the database.
    #[schema(example = "ok")]
    bus: &'static str,
    /// Commits that wait to be written.
    journal_backlog: usize,
}

/// Ready: the database answers, the journal keeps up, and the hub is not going away. A bus that is degraded takes nobody away: it would
/// take all nodes at once.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness))
)]
#[get("/health/ready")]
pub(crate) async fn ready(hub: web::Data<Hub>) -> HttpResponse {
    let answer = hub.ports.store().read_across_tenants(|db| async move {
        entities::tenant::Entity::all_across_tenants().one(&db).await
    });
    let database = matches!(tokio::time::timeout(PATIENCE, answer).await, Ok(Ok(_)));
    let journal_backlog = hub.ports.journal.backlog();
    let ready = database && journal_backlog < BACKLOG && !hub.departure.has_begun();
    let body = Readiness {
        status: if ready { "ready" } else { "not_ready" },
        database: if database { "ok" } else { "does not answer" },
        migrations: "ok",
        bus: match (hub.settings.redis.url.is_set(), hub.bus.is_healthy()) {
            (false, _) => "local",
            (true, true) => "ok",
            (true, false) => "degraded",
        },
        journal_backlog,
    };
    match ready {
        true => HttpResponse::Ok().json(body),
        false => HttpResponse::ServiceUnavailable().json(body),
    }
}
