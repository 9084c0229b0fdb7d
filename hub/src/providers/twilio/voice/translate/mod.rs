//! What Twilio's webhooks say of calls, in the words of the house. Pure.

use actors::{
    call::{CallError, News, Step, Verification, Which},
    inbound::InboundCall,
    receipt::{CallTold, Heard, Raw, Untranslatable},
};
use entities::{Address, CallId, LegId};

use super::announce::announcement;
use super::{OUR_CALL, OUR_LEG, SAYING, SPOKEN, news, recorded, verification::verification};
use crate::providers::twilio::wire::Form;

/// Somebody calls.
pub(in crate::providers::twilio) const VOICE: &str = "voice";
/// The same, found when Twilio was asked what it has: nobody told of it.
pub(in crate::providers::twilio) const VOICE_BACKFILL: &str = "voice/backfill";
/// How far a leg came.
pub(in crate::providers::twilio) const VOICE_STATUS: &str = "voice/status";
/// A caller left the room he waited or talked in.
pub(in crate::providers::twilio) const AFTER: &str = "voice/after";
/// A caller was asked for his name.
pub(in crate::providers::twilio) const NAMED: &str = "voice/named";
/// Somebody of us picked up, and is asked whether he takes it. Nothing of that is kept.
pub(in crate::providers::twilio) const SCREEN: &str = "voice/screen";
/// He pressed a key, and is put through.
pub(in crate::providers::twilio) const SCREENED: &str = "voice/screened";
/// What happens in a room.
pub(in crate::providers::twilio) const CONFERENCE: &str = "conference";

/// The same for every delivery of one call.
pub(in crate::providers::twilio) fn voice_key(form: &Form) -> Option<String> {
    form.text("CallSid").map(|sid| voice_key_of(&sid))
}

/// The same, however the call became known.
pub(in crate::providers::twilio) fn voice_key_of(sid: &str) -> String {
    format!("{VOICE}:{sid}")
}

/// The same for every delivery of one step of one leg.
pub(in crate::providers::twilio) fn voice_status_key(form: &Form) -> Option<String> {
    Some(format!("{VOICE_STATUS}:{}:{}", form.text("CallSid")?, form.text("CallStatus")?))
}

/// The same for every time we are asked what comes after a room.
pub(in crate::providers::twilio) fn after_key(form: &Form) -> Option<String> {
    Some(format!("{AFTER}:{}:{}", form.text("CallSid")?, form.text("DialCallStatus").unwrap_or_default()))
}

/// The same for every time we are told what a caller said that he is called.
pub(in crate::providers::twilio) fn name_key(form: &Form) -> Option<String> {
    form.text("CallSid").map(|sid| format!("{NAMED}:{sid}"))
}

/// The same for every time we are told that somebody takes it.
pub(in crate::providers::twilio) fn screened_key(form: &Form) -> Option<String> {
    form.text("CallSid").map(|sid| format!("{SCREENED}:{sid}"))
}

/// The same for every delivery of one thing that happened in a room.
pub(in crate::providers::twilio) fn conference_key(form: &Form) -> Option<String> {
    let (room, what) = (form.text("ConferenceSid")?, form.text("StatusCallbackEvent")?);
    Some(format!("{CONFERENCE}:{room}:{}:{what}", form.text("SequenceNumber")?))
}

/// Reads one of these webhooks; `None`: it is none of them.
pub(in crate::providers::twilio) fn heard(raw: &Raw, form: &Form) -> Option<Result<Heard, Untranslatable>> {
    Some(match raw.kind.as_str() {
        VOICE => call(form).map(Heard::Call),
        VOICE_BACKFILL => found(form).map(Heard::Call),
        VOICE_STATUS => status(form, &Form::read(raw.head.query.as_bytes())),
        AFTER => after(form),
        NAMED => named(form),
        SCREENED => screened(form, &Form::read(raw.head.query.as_bytes())),
        CONFERENCE => conference(form, &Form::read(raw.head.query.as_bytes())),
        _ => return recorded::heard(raw, form),
    })
}

fn missing(what: &str) -> Untranslatable {
    Untranslatable(format!("it has no {what}"))
}

fn call(form: &Form) -> Result<InboundCall, Untranslatable> {
    let (from, verification) = caller(form);
    Ok(InboundCall {
        from,
        to: Address::from_provider(&form.text("To").unwrap_or_default()),
        name: form.text("CallerName"),
        provider_id: form.text("CallSid").ok_or_else(|| missing("CallSid"))?,
        at: None,
        ended_at: None,
        verification,
    })
}

/// Of a call that was found it is known when it began and ended.
fn found(form: &Form) -> Result<InboundCall, Untranslatable> {
    let at = |name: &str| news::time(form.text(name).as_deref()).ok_or_else(|| missing(name));
    let (began, ended) = (at("StartTime")?, at("EndTime")?);
    Ok(InboundCall { at: Some(began), ended_at: Some(ended), ..call(form)? })
}

/// Who calls, and what is known of his number.
pub(in crate::providers::twilio) fn caller(form: &Form) -> (Address, Option<Verification>) {
    (Address::from_provider(&form.text("From").unwrap_or_default()), verification(form))
}

/// The callback carries in its query what we call the call and the leg, when we placed it.
fn status(form: &Form, ours: &Form) -> Result<Heard, Untranslatable> {
    let sid = form.text("CallSid").ok_or_else(|| missing("CallSid"))?;
    let status = form.text("CallStatus").ok_or_else(|| missing("CallStatus"))?;
    let step = news::step(&status, form.text("CallDuration").as_deref(), error(form));
    let step = step.ok_or_else(|| Untranslatable("nobody knows this status".to_owned()))?;
    let leg = ours.text(OUR_LEG).and_then(|id| id.parse().ok());
    Ok(told(call_id(ours), None, one(leg, sid, step, form)))
}

/// Of a caller who hung up; who left the room otherwise is still there.
fn after(form: &Form) -> Result<Heard, Untranslatable> {
    let sid = form.text("CallSid").ok_or_else(|| missing("CallSid"))?;
    let over = form.text("CallStatus").filter(|status| status == "completed");
    let step = over.and_then(|status| news::step(&status, None, None));
    Ok(step.map_or(Heard::Nothing, |step| told(None, None, one(None, sid, step, form))))
}

/// A caller goes on to the room where he waits, and may have said how he is called.
fn named(form: &Form) -> Result<Heard, Untranslatable> {
    let sid = form.text("CallSid").ok_or_else(|| missing("CallSid"))?;
    let steps = [Some(Step::Confirmed), form.text(SPOKEN).map(Step::Said)];
    let news = steps.into_iter().flatten().map(|step| one(None, sid.clone(), step, form));
    Ok(Heard::CallNews(CallTold { call_id: None, named: None, news: news.collect() }))
}

/// Somebody of us takes it. Another key takes nothing.
fn screened(form: &Form, ours: &Form) -> Result<Heard, Untranslatable> {
    let sid = form.text("CallSid").ok_or_else(|| missing("CallSid"))?;
    let leg = ours.text(OUR_LEG).and_then(|id| id.parse().ok());
    let news = || told(call_id(ours), None, one(leg, sid, Step::Confirmed, form));
    Ok(if takes_it(form) { news() } else { Heard::Nothing })
}

/// He pressed the key he was asked to.
pub(super) fn takes_it(form: &Form) -> bool {
    form.text("Digits").is_some_and(|digits| digits == "1")
}

fn conference(form: &Form, ours: &Form) -> Result<Heard, Untranslatable> {
    let what = form.text("StatusCallbackEvent").ok_or_else(|| missing("StatusCallbackEvent"))?;
    if let "announcement-end" | "announcement-fail" = what.as_str() {
        return Ok(announced(form, what == "announcement-fail").unwrap_or(Heard::Nothing));
    }
    let Some(sid) = form.text("CallSid") else { return Ok(Heard::Nothing) };
    let order = form.text("SequenceNumber").and_then(|number| number.parse().ok());
    let label: Option<LegId> = form.text("ParticipantLabel").and_then(|label| label.parse().ok());
    let step = match what.as_str() {
        // Who was asked something before comes in only then.
        "participant-join" => Some(Step::Confirmed),
        "participant-mute" => Some(Step::Muted(true, order)),
        "participant-unmute" => Some(Step::Muted(false, order)),
        "participant-hold" => Some(Step::Held(true, order)),
        "participant-unhold" => Some(Step::Held(false, order)),
        _ => return Ok(Heard::Nothing),
    };
    let news = News {
        leg: label.map_or_else(|| Which::Called(sid.clone()), Which::Leg),
        external_id: Some(sid),
        room_id: form.text("ConferenceSid"),
        at: news::time(form.text("Timestamp").as_deref()),
        undated: false,
        step,
    };
    Ok(told(call_id(ours), form.text("FriendlyName"), news))
}

/// The address of what was said is ours: it names the call, the leg, and what it was.
fn announced(form: &Form, failed: bool) -> Option<Heard> {
    let address = form.text("AnnounceUrl")?;
    let query = address.split_once('?')?.1;
    let ours = Form::read(query.split('#').next().unwrap_or_default().as_bytes());
    let what = announcement(&ours.text(SAYING)?)?;
    let error = failed.then(|| CallError::new("NOT_ANNOUNCED", "The provider could not say it"));
    let news = News {
        leg: Which::Leg(ours.text(OUR_LEG)?.parse().ok()?),
        external_id: None,
        room_id: form.text("ConferenceSid"),
        at: news::time(form.text("Timestamp").as_deref()),
        undated: false,
        step: Some(Step::Announced(what, error)),
    };
    Some(told(Some(call_id(&ours)?), None, news))
}

fn call_id(ours: &Form) -> Option<CallId> {
    ours.text(OUR_CALL).and_then(|id| id.parse().ok())
}

fn one(leg: Option<LegId>, sid: String, step: Step, form: &Form) -> News {
    News {
        leg: leg.map_or_else(|| Which::Called(sid.clone()), Which::Leg),
        external_id: Some(sid),
        room_id: None,
        at: news::time(form.text("Timestamp").as_deref()),
        undated: false,
        step: Some(step),
    }
}

fn told(call_id: Option<CallId>, named: Option<String>, news: News) -> Heard {
    Heard::CallNews(CallTold { call_id, named, news: vec![news] })
}

fn error(form: &Form) -> Option<CallError> {
    news::error(form.text("ErrorCode").as_deref())
}

#[cfg(test)]
mod tests;
