//! Whoever of us is called on a telephone is told who calls, and asked whether he takes it; and who is left for a caller who was asked
//! for his name.
//! Source: <https://www.twilio.com/docs/voice/twiml/gather>.

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web};
use actors::{
    call::{Standing, store as calls},
    receipt::Arrived,
};
use entities::{CallId, LegId, TenantId};

use super::{
    OUR_CALL, OUR_LEG, SCREEN, SCREENED,
    announce::standing,
    translate::{screened_key, takes_it},
    twiml,
};
use crate::{
    error::ApiError,
    hub::Hub,
    providers::{
        inbox::{self, Refused},
        twilio::{
            NAME,
            webhook::{self, Proven, proven},
            wire::Form,
        },
    },
};

/// Answers what somebody hears who picked up: who calls, and which key to press. Nothing of it is kept.
///
/// # Errors
/// What the one who called is told.
pub async fn screen(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let asked = asked(hub, (request, token), payload).await;
    heard(hub, request, (SCREEN, asked))
}

/// Puts somebody through who pressed the key, once that is on disk. Whoever comes too late, or presses another one, is hung up on.
///
/// # Errors
/// What the one who called is told.
pub async fn screened(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let through = put_through(hub, (request, token), payload).await;
    heard(hub, request, (SCREENED, through))
}

/// The caller who was asked for his name has nobody any more: he was taken meanwhile, and let go again.
pub(in crate::providers::twilio) async fn is_left_alone(
    hub: &Hub,
    tenant: TenantId,
    form: &Form,
) -> Result<bool, Refused> {
    let Some(sid) = form.text("CallSid") else { return Ok(false) };
    let found = calls::called(hub.ports.store(), tenant, NAME, &sid).await;
    let Some(id) = found.map_err(|error| inbox::unavailable(&error))? else { return Ok(false) };
    Ok(standing(hub, tenant, id).await?.is_some_and(|call| !call.has_somebody()))
}

/// Somebody is on the line: when we are in trouble he hears that, not the provider's own words for it.
fn heard(
    hub: &Hub,
    request: &HttpRequest,
    (kind, answer): (&'static str, Result<String, Refused>),
) -> Result<HttpResponse, ApiError> {
    let (outcome, said) = match answer {
        Ok(said) => ("answered", said),
        Err(Refused::Unavailable) => ("unavailable", twiml::trouble()),
        Err(refused) => return Err(inbox::refuse(hub, request, (NAME, kind), refused)),
    };
    inbox::count(NAME, kind, outcome);
    Ok(HttpResponse::Ok().content_type(ContentType(mime::TEXT_XML)).body(said))
}

async fn asked(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
) -> Result<String, Refused> {
    let proven = proven(hub, (request, token), payload, SCREEN).await?;
    let Some((call, leg)) = admitted(hub, &proven).await? else { return Ok(twiml::HANG_UP.to_owned()) };
    let action = webhook::screened(&hub.public_origin(), token, (call.id, leg));
    Ok(twiml::ask_for_key(&call.question(leg), &action))
}

async fn put_through(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
) -> Result<String, Refused> {
    let proven = proven(hub, (request, token), payload, SCREENED).await?;
    let admitted = admitted(hub, &proven).await?.filter(|_| takes_it(&proven.form));
    let (Some((call, leg)), Some(dedupe_key)) = (admitted, screened_key(&proven.form)) else {
        return Ok(twiml::HANG_UP.to_owned());
    };
    let told_at = webhook::room_callback(&hub.public_origin(), token, call.id);
    let seat = twiml::Seat { room: &call.room, label: &leg.to_string(), told_at: &told_at };
    let answer = Some(twiml::put_through(&seat));
    let arrived = Arrived { provider: NAME, kind: SCREENED, dedupe_key, raw: proven.raw, answer };
    let taken = inbox::keep(hub, (proven.tenant, &proven.channel), arrived).await?;
    Ok(taken.answer.unwrap_or_else(|| twiml::HANG_UP.to_owned()))
}

/// The call and the leg the address names, when they are of this channel and he is still wanted.
async fn admitted(hub: &Hub, proven: &Proven) -> Result<Option<(Standing, LegId)>, Refused> {
    let ours = Form::read(proven.raw.head.query.as_bytes());
    let call: Option<CallId> = ours.text(OUR_CALL).and_then(|id| id.parse().ok());
    let leg: Option<LegId> = ours.text(OUR_LEG).and_then(|id| id.parse().ok());
    let (Some(call), Some(leg), Some(sid)) = (call, leg, proven.form.text("CallSid")) else {
        return Ok(None);
    };
    let found = standing(hub, proven.tenant, call).await?;
    let wanted =
        found.filter(|call| call.channel_id == proven.channel.id && call.admits(leg, &sid).is_some());
    Ok(wanted.map(|call| (call, leg)))
}
