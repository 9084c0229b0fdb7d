//! `GET /ws`: from a request to a session.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    admission::{Arrival, admit_origin},
    handshake::{Handshake, TokenSource},
    session::Session,
};
use crate::{
    auth::identify,
    error::{ApiError, Code},
    hub::Hub,
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
    if hub.is_leaving() {
        return Err(ApiError::from(Code::Unavailable).into());
    }
    let handshake = Handshake::read(request.headers()).map_err(ApiError::from)?;
    let arrival = arrival(&hub, &handshake).await?;
    let session = Session::new(hub, handshake, arrival);
    session.open(&request, payload).map_err(|_| ApiError::from(Code::BadRequest).into())
}

async fn arrival(hub: &Hub, handshake: &Handshake) -> Result<Arrival, ApiError> {
    let (token, in_header) = match &handshake.token {
        TokenSource::Header(token) => (token, true),
        TokenSource::Subprotocol(token) => (token, false),
        TokenSource::FirstRequest => return Ok(Arrival::Unknown),
    };
    match identify(hub, token).await {
        Ok(identity) => {
            admit_origin(hub, handshake, &identity).await?;
            Ok(Arrival::Known(Box::new(identity)))
        }
        Err(error) if in_header => Err(error),
        Err(error) => Ok(Arrival::Refused(error)),
    }
}
