//! `GET /ws`: from a request to a session.

use actix_web::{HttpRequest, HttpResponse, web};
use actors::audit::Trail;

use super::{
    admission::{Arrival, admit_origin},
    handshake::{Handshake, TokenSource},
    session::Session,
};
use crate::{
    auth::{Identity, identify},
    error::{ApiError, Code},
    hub::Hub,
    rest::client,
};

/// Upgrades a request. A bad `Authorization` header is refused here; what a browser sent in the subprotocol is let in
/// to be told by a close code, because browsers cannot read a refused upgrade.
///
/// # Errors
/// As PROTOCOL says under "Handshake".
pub(super) async fn upgrade(
    hub: web::Data<Hub>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let hub = hub.into_inner();
    if hub.departure.has_begun() {
        return Err(ApiError::from(Code::Unavailable).into());
    }
    let handshake = Handshake::read(request.headers()).map_err(ApiError::from)?;
    let trail = client::trail(&request);
    let arrival = arrival(&hub, &handshake, &trail).await?;
    let session = Session::new(hub, handshake, arrival, trail);
    session.open(&request, payload).map_err(|_| ApiError::from(Code::BadRequest).into())
}

async fn arrival(hub: &Hub, handshake: &Handshake, trail: &Trail) -> Result<Arrival, ApiError> {
    match (identified(hub, &handshake.token, trail).await, &handshake.token) {
        (Ok(Some(identity)), _) => {
            admit_origin(hub, handshake, &identity).await?;
            Ok(Arrival::Known(Box::new(identity)))
        }
        (Ok(None), _) => Ok(Arrival::Unknown),
        (Err(error), TokenSource::Subprotocol(_)) => Ok(Arrival::Refused(error)),
        (Err(error), _) => Err(error),
    }
}

/// Whom the token names; without one, nobody yet.
async fn identified(hub: &Hub, source: &TokenSource, trail: &Trail) -> Result<Option<Identity>, ApiError> {
    hub.limits.handshake(trail.ip)?;
    match source {
        TokenSource::Header(token) | TokenSource::Subprotocol(token) => {
            let identified = identify(hub, token, trail).await;
            identified.map(Some).map_err(|refusal| hub.limits.failed(trail.ip, refusal))
        }
        TokenSource::FirstRequest => Ok(None),
    }
}
