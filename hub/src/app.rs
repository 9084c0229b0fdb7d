//! The only wiring: every route of the hub, and the server around them. Production and tests call the same.

use std::{net::TcpListener, sync::Arc};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web};
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_actix_web::AppExt;

use crate::{
    auth::extract,
    console,
    hub::Hub,
    rest::{self, cors, envelope, idempotency, limits, refusal},
    tls, ws,
};

/// Where the hub answers.
pub struct Listening {
    pub server: Server,
    pub address: std::net::SocketAddr,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("cannot listen on {address}: {why}")]
    Bind { address: std::net::SocketAddr, why: std::io::Error },
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    #[error("the server does not start: {0}")]
    Server(std::io::Error),
}

/// Binds the address of the settings and makes the server, which runs when it is awaited.
///
/// # Errors
/// [`ServeError`].
pub fn listen(hub: &Arc<Hub>, metrics: &PrometheusHandle) -> Result<Listening, ServeError> {
    let http = &hub.settings.http;
    let bound = |why| ServeError::Bind { address: http.bind, why };
    let listener = TcpListener::bind(http.bind).map_err(bound)?;
    let address = listener.local_addr().map_err(bound)?;
    hub.listens_on(address);
    let (shared, metrics) = (web::Data::from(hub.clone()), web::Data::new(metrics.clone()));
    let shared_limits = rest::Shared::new(&hub.settings);
    let server = HttpServer::new(move || {
        let (app, api) = App::new()
            .app_data(shared.clone())
            .app_data(metrics.clone())
            .into_utoipa_app()
            .map(|app| app.wrap(from_fn(cors::around)).wrap(from_fn(extract::beforehand)))
            .map(|app| app.wrap(from_fn(idempotency::around)).wrap(from_fn(limits::around)))
            .map(|app| app.wrap(from_fn(envelope::around)))
            .configure(|config| rest::routes(config, &shared_limits))
            .split_for_parts();
        app.app_data(web::Data::new(rest::openapi::Verbs::of(&api)))
            .service(rest::openapi::serve(api))
            .service(ws::asyncapi::serve())
            .configure(rest::docs::routes)
            .configure(console::routes)
            .configure(ws::routes)
            .default_service(web::to(refusal::unknown_route))
    })
    .on_connect(ws::peer::prepare)
    .disable_signals()
    .shutdown_timeout(10);
    let server = match http.workers {
        0 => server,
        workers => server.workers(workers),
    };
    let server = match http.has_tls() {
        true => server.listen_rustls_0_23(listener, tls::server_config(&http.tls_cert, &http.tls_key)?),
        false => server.listen(listener),
    };
    Ok(Listening { server: server.map_err(ServeError::Server)?.run(), address })
}
