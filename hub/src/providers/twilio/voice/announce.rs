//! What is said into a call: Twilio fetches it here, and nothing of it stands in an address or is kept.
//! Source: <https://www.twilio.com/docs/voice/api/conference-participant-resource>.

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web};
use actors::{
    call::{
        Standing,
        duty::{Announcement, Task},
        store as calls,
    },
    channel::{Channel, NumberSettings},
};
use entities::{CallId, TenantId};

use super::{OUR_CALL, SAYING, twiml};
use crate::{
    error::ApiError,
    hub::Hub,
    providers::{
        inbox::{self, Refused},
        twilio::{NAME, webhook::proven, wire::Form},
    },
};

/// The webhook.
pub const ANNOUNCE: &str = "voice/announce";

/// The word an address has for it.
#[must_use]
pub fn word(what: Announcement) -> &'static str {
    match what {
        Announcement::Notice => "notice",
        Announcement::Digits => "digits",
    }
}

/// What an address means by this word.
pub(super) fn announcement(word: &str) -> Option<Announcement> {
    match word {
        "notice" => Some(Announcement::Notice),
        "digits" => Some(Announcement::Digits),
        _ => None,
    }
}

/// Answers what is to be said: only what is awaited, and to nobody but Twilio.
///
/// # Errors
/// What the one who called is told.
pub async fn announce(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let said = said(hub, (request, token), payload).await;
    let said = said.map_err(|refused| inbox::refuse(hub, request, (NAME, ANNOUNCE), refused))?;
    inbox::count(NAME, ANNOUNCE, "answered");
    Ok(HttpResponse::Ok().content_type(ContentType(mime::TEXT_XML)).body(said))
}

async fn said(hub: &Hub, asked: (&HttpRequest, &str), payload: web::Payload) -> Result<String, Refused> {
    let proven = proven(hub, asked, payload, ANNOUNCE).await?;
    let ours = Form::read(proven.raw.head.query.as_bytes());
    let id: Option<CallId> = ours.text(OUR_CALL).and_then(|id| id.parse().ok());
    let (Some(id), Some(what)) = (id, ours.text(SAYING).and_then(|word| announcement(&word))) else {
        return Ok(twiml::SILENCE.to_owned());
    };
    let call = standing(hub, proven.tenant, id).await?;
    let call = call.filter(|call| call.channel_id == proven.channel.id && call.wants(Task::Announce(what)));
    Ok(call.map_or_else(|| twiml::SILENCE.to_owned(), |call| document(&call, &proven.channel, what)))
}

pub(super) async fn standing(hub: &Hub, tenant: TenantId, id: CallId) -> Result<Option<Standing>, Refused> {
    calls::load(hub.ports.store(), (tenant, id)).await.map_err(|error| {
        tracing::warn!(tenant.id = %tenant, %error, "a call cannot be read");
        Refused::Unavailable
    })
}

fn document(call: &Standing, channel: &Channel, what: Announcement) -> String {
    match (what, &call.digits) {
        (Announcement::Notice, _) => {
            twiml::say(NumberSettings::stored(&channel.settings).voice.recording_notice())
        }
        (Announcement::Digits, Some(digits)) => twiml::play_digits(digits.as_str()),
        (Announcement::Digits, None) => twiml::SILENCE.to_owned(),
    }
}
