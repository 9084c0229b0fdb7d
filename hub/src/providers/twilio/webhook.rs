//! What Twilio sends: proven, kept, answered.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web};
use actors::{
    channel::{Channel, NumberSettings, VoiceSettings},
    credential::CredentialError,
    inbound,
    receipt::{Arrived, Head, Raw, Taken},
    recording,
};
use data_encoding::HEXLOWER;
use entities::{CallId, Digest, LegId, MessageId, TenantId, channel::ChannelType};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use super::{
    NAME, TwilioAccount,
    signature::{Signed, WithKey, WithToken, is_good, named_key},
    translate::{OURS, SMS, SMS_STATUS, form, sms_key, sms_status_key},
    voice::{
        AFTER, ANNOUNCE, CONFERENCE, NAMED, OUR_CALL, OUR_LEG, OUR_ROOM, RECORDED, RECORDING, SAYING, SCREEN,
        SCREENED, TRANSCRIPT, VOICE, VOICE_STATUS, after_key, caller, conference_key, is_left_alone,
        name_key, recorded_key, recording_key, redacted, transcript_key, twiml, voice_key, voice_status_key,
    },
    wire::Form,
};
use crate::{
    error::ApiError,
    hub::Hub,
    providers::inbox::{self, Called, Refused},
};

/// What the fragment of a URL tells Twilio: to come again five times, whatever went wrong. Without it, it comes again once,
/// and only when it did not reach us.
const COME_AGAIN: &str = "#rc=5&rp=all";

const SIGNATURE: &str = "x-twilio-signature";
/// Says that another key than the auth token signed.
const SIGNED_OTHERWISE: &str = "x-twilio-webhooks-signature-settings";
/// The headers that are kept.
const KEPT: [&str; 4] = ["content-type", "user-agent", "i-twilio-idempotency-token", "x-home-region"];

/// What Twilio is answered to a text.
pub(super) const NOTHING_TO_SAY: &str = "<Response/>";

/// One of the webhooks.
pub struct Webhook {
    kind: &'static str,
    key: fn(&Form) -> Option<String>,
    answer: Reply,
}

/// What is answered to it.
#[derive(Clone, Copy)]
enum Reply {
    /// Nobody reads it.
    Nothing,
    Always(&'static str),
    /// What a caller hears first.
    Welcome,
    /// The room a caller waits in, unless nobody comes there any more.
    Room,
}

/// A text came in. Nothing is said back.
pub const SMS_WEBHOOK: Webhook = Webhook { kind: SMS, key: sms_key, answer: Reply::Always(NOTHING_TO_SAY) };

/// A text of ours came further. Nobody reads what we say to that.
pub const SMS_STATUS_WEBHOOK: Webhook =
    Webhook { kind: SMS_STATUS, key: sms_status_key, answer: Reply::Nothing };

/// Somebody calls. He is greeted, and waits until somebody of us comes.
pub const VOICE_WEBHOOK: Webhook = Webhook { kind: VOICE, key: voice_key, answer: Reply::Welcome };

/// A caller was asked for his name, and waits from now on, whatever he said.
pub const VOICE_NAMED_WEBHOOK: Webhook = Webhook { kind: NAMED, key: name_key, answer: Reply::Room };

/// A leg of a call came further.
pub const VOICE_STATUS_WEBHOOK: Webhook =
    Webhook { kind: VOICE_STATUS, key: voice_status_key, answer: Reply::Nothing };

/// A caller left the room: whoever he talked with has gone, or he has.
pub const VOICE_AFTER_WEBHOOK: Webhook =
    Webhook { kind: AFTER, key: after_key, answer: Reply::Always(twiml::HANG_UP) };

/// A recording came further.
pub const RECORDING_WEBHOOK: Webhook =
    Webhook { kind: RECORDING, key: recording_key, answer: Reply::Nothing };

/// A caller left something, and is through.
pub const VOICE_RECORDED_WEBHOOK: Webhook =
    Webhook { kind: RECORDED, key: recorded_key, answer: Reply::Always(twiml::HANG_UP) };

/// What a caller said is written down.
pub const VOICE_TRANSCRIPT_WEBHOOK: Webhook =
    Webhook { kind: TRANSCRIPT, key: transcript_key, answer: Reply::Nothing };

/// Something happened in a room.
pub const CONFERENCE_WEBHOOK: Webhook =
    Webhook { kind: CONFERENCE, key: conference_key, answer: Reply::Nothing };

impl Webhook {
    /// Somebody on the telephone hears what is answered.
    fn is_heard(&self) -> bool {
        matches!(self.kind, VOICE | AFTER | RECORDED | NAMED)
    }

    /// What he hears when nothing can be kept. Who waits goes on waiting: for that nobody has to know who he is.
    fn in_trouble(&self, hub: &Hub, (request, token): (&HttpRequest, &str)) -> String {
        let ours = Form::read(request.query_string().as_bytes());
        match ours.text(OUR_ROOM).filter(|_| self.kind == NAMED) {
            Some(room) => waiting(hub, token, (None, &room)),
            None => twiml::trouble(),
        }
    }
}

/// What to tell Twilio about a number, by what it calls for.
pub fn webhook_urls(origin: &str, token: &str) -> BTreeMap<&'static str, String> {
    let at = |path: &str| format!("{}{COME_AGAIN}", address(origin, token, path));
    BTreeMap::from([
        ("sms", at(SMS)),
        ("sms_status", at(SMS_STATUS)),
        ("voice", at(VOICE)),
        ("voice_status", at(VOICE_STATUS)),
    ])
}

/// Where Twilio tells how far a text of ours came, with our own name of it.
pub fn status_callback(origin: &str, token: &str, message: MessageId) -> String {
    format!("{}?{OURS}={message}{COME_AGAIN}", address(origin, token, SMS_STATUS))
}

/// Where Twilio tells how far a leg came that we placed.
pub fn leg_callback(origin: &str, token: &str, (call, leg): (CallId, LegId)) -> String {
    let at = address(origin, token, VOICE_STATUS);
    format!("{at}?{OUR_CALL}={call}&{OUR_LEG}={leg}{COME_AGAIN}")
}

/// Where Twilio tells what happens in the room of a call that we placed.
pub fn room_callback(origin: &str, token: &str, call: CallId) -> String {
    format!("{}?{OUR_CALL}={call}{COME_AGAIN}", address(origin, token, CONFERENCE))
}

/// Where Twilio fetches what it is to say to a leg, or to everybody.
pub fn announcement(origin: &str, token: &str, (call, leg): (CallId, LegId), what: &str) -> String {
    let at = address(origin, token, ANNOUNCE);
    format!("{at}?{OUR_CALL}={call}&{OUR_LEG}={leg}&{SAYING}={what}{COME_AGAIN}")
}

/// Where Twilio asks what to say to somebody of us who picked up.
pub fn screen(origin: &str, token: &str, (call, leg): (CallId, LegId)) -> String {
    format!("{}?{OUR_CALL}={call}&{OUR_LEG}={leg}{COME_AGAIN}", address(origin, token, SCREEN))
}

/// Where it tells which key he pressed.
pub fn screened(origin: &str, token: &str, (call, leg): (CallId, LegId)) -> String {
    format!("{}?{OUR_CALL}={call}&{OUR_LEG}={leg}{COME_AGAIN}", address(origin, token, SCREENED))
}

/// Where Twilio tells how far a recording of a call came.
pub fn recording_callback(origin: &str, token: &str, call: CallId) -> String {
    format!("{}?{OUR_CALL}={call}{COME_AGAIN}", address(origin, token, RECORDING))
}

/// What a caller is told first: the channel's greeting, and to wait in a room that is named after his call, or to say his name before;
/// outside of the hours that nobody is there.
fn welcome(hub: &Hub, (token, channel): (&str, &Channel), form: &Form) -> String {
    let room = form.text("CallSid").unwrap_or_default();
    let voice = NumberSettings::stored(&channel.settings).voice;
    let origin = &hub.public_origin();
    if !voice.is_open(hub.ports.now()) {
        return farewell(voice.closed(), &voice, (origin, token));
    }
    let greeting = voice.greeting.as_deref();
    if voice.screening {
        let room = percent_encode(room.as_bytes(), NON_ALPHANUMERIC);
        let action = format!("{}?{OUR_ROOM}={room}{COME_AGAIN}", address(origin, token, NAMED));
        return twiml::ask_for_name(greeting, &action);
    }
    waiting(hub, token, (greeting, &room))
}

/// The caller waits in this room.
fn waiting(hub: &Hub, token: &str, (greeting, room): (Option<&str>, &str)) -> String {
    let at = |path: &str| format!("{}{COME_AGAIN}", address(&hub.public_origin(), token, path));
    let (told_at, after) = (at(CONFERENCE), at(AFTER));
    twiml::wait(&twiml::Waiting { greeting, room, told_at: &told_at, after: &after })
}

/// What a caller hears whom nobody takes: he may leave something, when the channel wants it.
pub fn farewell(said: &str, voice: &VoiceSettings, (origin, token): (&str, &str)) -> String {
    if !voice.voicemail {
        return twiml::say_and_hang_up(said);
    }
    let at = |path: &str| format!("{}{COME_AGAIN}", address(origin, token, path));
    let (after, told_at, transcript) = (at(RECORDED), at(RECORDING), at(TRANSCRIPT));
    twiml::voicemail(&twiml::Voicemail {
        said,
        longest_s: voice.voicemail_s,
        after: &after,
        told_at: &told_at,
        transcript: voice.transcribe.then_some(transcript.as_str()),
    })
}

/// The caller is let through to nobody.
async fn is_barred(hub: &Hub, (tenant, channel): (TenantId, &Channel), form: &Form) -> Result<bool, Refused> {
    let voice = NumberSettings::stored(&channel.settings).voice;
    let (from, verification) = caller(form);
    let barred = inbound::barred(hub.ports.store(), tenant, &voice, (&from, verification)).await;
    Ok(barred.map_err(|error| inbox::unavailable(&error))?.is_some())
}

fn address(origin: &str, token: &str, path: &str) -> String {
    format!("{origin}/api/webhooks/{NAME}/{token}/{path}")
}

/// Takes a webhook, or refuses it.
///
/// # Errors
/// What the one who called is told.
pub async fn take(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
    webhook: &Webhook,
) -> Result<HttpResponse, ApiError> {
    match prove_and_keep(hub, (request, token), payload, webhook).await {
        Ok(taken) => Ok(inbox::answer(taken, ContentType(mime::TEXT_XML))),
        // Somebody is on the line: he hears that we are in trouble, not the provider's own words for it.
        Err(Refused::Unavailable) if webhook.is_heard() => {
            inbox::count(NAME, webhook.kind, "unavailable");
            let said = webhook.in_trouble(hub, (request, token));
            Ok(HttpResponse::Ok().content_type(ContentType(mime::TEXT_XML)).body(said))
        }
        Err(refused) => Err(inbox::refuse(hub, request, (NAME, webhook.kind), refused)),
    }
}

/// A webhook that Twilio has called.
pub(super) struct Proven {
    pub(super) tenant: TenantId,
    pub(super) channel: Channel,
    pub(super) raw: Raw,
    pub(super) form: Form,
}

/// Reads a webhook that is for one of our channels, and that Twilio has signed.
pub(super) async fn proven(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
    kind: &str,
) -> Result<Proven, Refused> {
    let (tenant, channel) = inbox::channel(hub, token, ChannelType::Twilio).await?;
    let called = Called::read(hub, request, payload).await?;
    let raw = raw(&called, kind);
    let form = form(&raw);
    prove(&account(hub, tenant).await?, &called, &form)?;
    Ok(Proven { tenant, channel, raw, form })
}

async fn prove_and_keep(
    hub: &Hub,
    (request, token): (&HttpRequest, &str),
    payload: web::Payload,
    webhook: &Webhook,
) -> Result<Taken, Refused> {
    let Proven { tenant, channel, raw, form } = proven(hub, (request, token), payload, webhook.kind).await?;
    let raw = fit_to_keep(hub, tenant, (raw, &form)).await?;
    let dedupe_key = (webhook.key)(&form).unwrap_or_else(|| unnamed(&raw));
    let answer = match webhook.answer {
        Reply::Nothing => None,
        Reply::Always(answer) => Some(answer.to_owned()),
        Reply::Welcome if is_barred(hub, (tenant, &channel), &form).await? => Some(twiml::REJECT.to_owned()),
        Reply::Welcome => Some(welcome(hub, (token, &channel), &form)),
        Reply::Room if is_left_alone(hub, tenant, &form).await? => Some(twiml::HANG_UP.to_owned()),
        Reply::Room => Some(waiting(hub, token, (None, &form.text("CallSid").unwrap_or_default()))),
    };
    let arrived = Arrived { provider: NAME, kind: webhook.kind, dedupe_key, raw, answer };
    inbox::keep(hub, (tenant, &channel), arrived).await
}

/// What was said goes through the redaction of its tenant before any of it is stored.
async fn fit_to_keep(hub: &Hub, tenant: TenantId, (raw, form): (Raw, &Form)) -> Result<Raw, Refused> {
    if !matches!(raw.kind.as_str(), TRANSCRIPT | NAMED) {
        return Ok(raw);
    }
    match recording::store::policy(hub.ports.store(), tenant).await {
        Ok(policy) => Ok(Raw { body: redacted(form, policy.redaction()), ..raw }),
        Err(error) => {
            tracing::warn!(tenant.id = %tenant, %error, "what was said cannot be redacted yet");
            Err(Refused::Unavailable)
        }
    }
}

async fn account(hub: &Hub, tenant: TenantId) -> Result<TwilioAccount, Refused> {
    let opened = hub.credentials.open(tenant, NAME, "webhook").await;
    let account = opened.and_then(|opened| opened.parse());
    account.map_err(|error| match error {
        CredentialError::Missing | CredentialError::Disabled => Refused::NotConnected,
        error => {
            tracing::warn!(tenant.id = %tenant, %error, "a webhook cannot be proven");
            Refused::Unavailable
        }
    })
}

fn prove(account: &TwilioAccount, called: &Called, form: &Form) -> Result<(), Refused> {
    if form.text("AccountSid").is_some_and(|sid| sid != account.account_sid) {
        return Err(Refused::WrongAccount);
    }
    let of_query = Form::default();
    let form = if called.body.is_empty() { &of_query } else { form };
    let signed = Signed { url: &called.url, form, body: &called.body };
    let signature = called.header(SIGNATURE);
    let is_signed = match called.header(SIGNED_OTHERWISE) {
        "" => account.tokens().any(|token| is_good::<WithToken>(token, signed, signature)),
        otherwise => named_key(otherwise)
            .and_then(|id| account.webhook_key(id))
            .is_some_and(|secret| is_good::<WithKey>(secret, signed, signature)),
    };
    if is_signed { Ok(()) } else { Err(Refused::BadSignature) }
}

fn raw(called: &Called, kind: &str) -> Raw {
    let kept = |name: &&str| {
        let value = called.header(name);
        (!value.is_empty()).then(|| ((*name).to_owned(), value.to_owned()))
    };
    let head = Head { query: called.query.clone(), headers: KEPT.iter().filter_map(kept).collect() };
    Raw { kind: kind.to_owned(), head, body: called.body.to_vec() }
}

/// What names nothing is the same when all of it is.
fn unnamed(raw: &Raw) -> String {
    let sum = Digest::of(&[raw.head.query.as_bytes(), b"\0", &raw.body].concat());
    format!("{}#{}", raw.kind, HEXLOWER.encode(sum.as_bytes()))
}
