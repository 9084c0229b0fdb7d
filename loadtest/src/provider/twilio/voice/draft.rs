//! What a request for a call says, and whether Twilio would take it.

use super::super::draft::{is_e164, is_loopback};
use super::super::form::Form;
use super::super::refusal::Refusal;
use super::super::target::{Target, method};
use super::call::Event;
use super::conference::{self, Seat};
use super::follow::Source as Followed;
use super::post::Subscription;
use super::recording::{self, Source, Wish};

const MOST_TWIML: usize = 4000;
/// Seconds.
const LONGEST_RINGING: u64 = 600;
const USUAL_RINGING: u64 = 60;
pub(super) const LONGEST_CALL: u64 = 14_400;

/// A request to call somebody that has everything it needs.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) to: String,
    pub(super) from: String,
    pub(super) callback: Option<Subscription>,
    pub(super) fallback: Option<Target>,
    pub(super) record: Option<Wish>,
    /// Seconds it rings.
    pub(super) timeout: u64,
    /// Seconds it may last.
    pub(super) limit: u64,
}

impl Draft {
    /// `numbers` are those of the account.
    pub(super) fn read(form: &Form, numbers: &[String]) -> Result<Self, Refusal> {
        let to = form.get("To").ok_or(Refusal::NO_CALLED)?;
        let from = form.get("From").ok_or(Refusal::NO_CALLER)?;
        called(to)?;
        caller(from, to, numbers)?;
        let timeout = number(form, "Timeout", USUAL_RINGING).ok_or(Refusal::INVALID_TIMEOUT)?;
        let is_dialled = |key: char| key.is_ascii_digit() || matches!(key, '#' | '*' | 'w' | 'W');
        if !form.get("SendDigits").unwrap_or_default().chars().all(is_dialled) {
            return Err(Refusal::INVALID_SEND_DIGITS);
        }
        Ok(Self {
            to: to.to_owned(),
            from: from.to_owned(),
            callback: subscription(form, "StatusCallback", (Event::NAMES, &["completed"]))?,
            fallback: link(form, "FallbackUrl", "FallbackMethod")?,
            record: form
                .get("Record")
                .filter(|text| is_true(text))
                .map(|_| record(form, Source::OutboundApi))
                .transpose()?,
            timeout: Some(timeout).filter(|it| *it <= LONGEST_RINGING).ok_or(Refusal::INVALID_TIMEOUT)?,
            limit: number(form, "TimeLimit", LONGEST_CALL).unwrap_or(LONGEST_CALL),
        })
    }
}

/// What the call is to follow: `Url`, else `Twiml`.
pub(super) fn followed(form: &Form) -> Result<Followed, Refusal> {
    if form.get("ApplicationSid").is_some() {
        return Err(Refusal::INVALID_APPLICATION);
    }
    if let Some(target) = link(form, "Url", "Method")? {
        return Ok(Followed::At(target, Vec::new()));
    }
    match form.get("Twiml") {
        None => Err(Refusal::NO_URL),
        Some(text) if text.chars().count() > MOST_TWIML => Err(Refusal::TWIML_TOO_LONG),
        Some(text) => Ok(Followed::Text(text.to_owned())),
    }
}

/// How a call takes part in the conference `name`.
pub(super) fn seat(form: &Form, name: &str) -> Result<Seat, Refusal> {
    let label = form.get("Label").map(str::to_owned);
    if label.as_deref().is_some_and(|label| !conference::is_label(label)) {
        return Err(Refusal::INVALID_LABEL);
    }
    let flag = |name: &str, usual: bool| form.get(name).map_or(usual, is_true);
    let record = form.get("ConferenceRecord").filter(|text| is_true(text) || *text == "record-from-start");
    let told = subscription(form, "ConferenceRecordingStatusCallback", (recording::EVENTS, &["completed"]))?;
    Ok(Seat {
        label,
        muted: flag("Muted", false),
        start_on_enter: flag("StartConferenceOnEnter", true),
        end_on_exit: flag("EndConferenceOnExit", false),
        coach: form.get("CallSidToCoach").filter(|_| flag("Coaching", false)).map(str::to_owned),
        most: number(form, "MaxParticipants", conference::MOST_PARTICIPANTS)
            .unwrap_or(conference::MOST_PARTICIPANTS),
        record: record.map(|_| Wish::of(Source::Conference, told)),
        subscription: subscription(
            form,
            "ConferenceStatusCallback",
            (conference::EVENTS, &["start", "end"]),
        )?,
        wait: link(form, "WaitUrl", "WaitMethod")?,
        ..Seat::at(name)
    })
}

/// Everything but this is false.
pub(super) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

/// Recordings of whole calls.
pub(super) fn record(form: &Form, source: Source) -> Result<Wish, Refusal> {
    let told = subscription(form, "RecordingStatusCallback", (recording::EVENTS, &["completed"]))?;
    let usual = Wish::of(source, told);
    let channels = match form.get("RecordingChannels") {
        Some("dual") => 2,
        None | Some("mono") => 1,
        Some(_) => return Err(Refusal::invalid_parameter("RecordingChannels")),
    };
    let track = form.get("RecordingTrack").map_or(Some(usual.track), recording::track);
    let is_trimmed = form.get("Trim").map_or(Some(usual.is_trimmed), recording::trims);
    Ok(Wish {
        channels,
        track: track.ok_or_else(|| Refusal::invalid_parameter("RecordingTrack"))?,
        is_trimmed: is_trimmed.ok_or_else(|| Refusal::invalid_parameter("Trim"))?,
        ..usual
    })
}

/// `name` and what belongs to it: `…Method`, and `…Event`, which may come again.
fn subscription(
    form: &Form,
    name: &str,
    (known, usual): (&[&str], &[&str]),
) -> Result<Option<Subscription>, Refusal> {
    let Some(url) = form.get(name) else { return Ok(None) };
    let target = Target { url: url.to_owned(), method: said_method(form, &format!("{name}Method"))? };
    if !is_loopback(url) {
        return Err(Refusal::invalid_callback(url));
    }
    let wanted: Vec<&str> = form.all(&format!("{name}Event")).flat_map(str::split_whitespace).collect();
    if wanted.iter().any(|event| !known.contains(event)) {
        return Err(Refusal::INVALID_CALLBACK_EVENT);
    }
    let events = if wanted.is_empty() { usual } else { wanted.as_slice() };
    Ok(Some(Subscription { target, events: events.iter().map(|event| (*event).to_owned()).collect() }))
}

/// Twilio would ask the whole world; a simulator that did would be a danger to it.
pub(super) fn link(form: &Form, name: &str, method: &str) -> Result<Option<Target>, Refusal> {
    let Some(url) = form.get(name) else { return Ok(None) };
    let method = said_method(form, method)?;
    if is_loopback(url) {
        Ok(Some(Target { url: url.to_owned(), method }))
    } else {
        Err(Refusal::invalid_url(url))
    }
}

fn said_method(form: &Form, name: &str) -> Result<reqwest::Method, Refusal> {
    method(form.get(name).unwrap_or("POST")).ok_or(Refusal::INVALID_METHOD)
}

fn number(form: &Form, name: &str, usual: u64) -> Option<u64> {
    form.get(name).map_or(Some(usual), |text| text.parse().ok())
}

fn called(to: &str) -> Result<(), Refusal> {
    match to {
        // Twilio's magic numbers: https://www.twilio.com/docs/iam/test-credentials
        "+15005550001" => Err(Refusal::called_number_is_none(to)),
        "+15005550002" => Err(Refusal::CANNOT_BE_REACHED),
        "+15005550003" => Err(Refusal::NO_PERMISSION_TO_CALL),
        "+15005550004" => Err(Refusal::CALL_BLOCKED),
        _ if is_e164(to) || is_client(to) => Ok(()),
        _ => Err(Refusal::invalid_to(to)),
    }
}

/// Clients may be called in the name of clients.
fn caller(from: &str, to: &str, numbers: &[String]) -> Result<(), Refusal> {
    match from {
        // Twilio's magic number for one that is not valid.
        "+15005550001" => Err(Refusal::invalid_from(from)),
        _ if numbers.iter().any(|number| number == from) => Ok(()),
        _ if is_client(from) && is_client(to) => Ok(()),
        _ if is_e164(from) => Err(Refusal::caller_not_verified(from)),
        _ => Err(Refusal::invalid_from(from)),
    }
}

fn is_client(address: &str) -> bool {
    address.strip_prefix("client:").is_some_and(|identity| !identity.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Draft, u32> {
        let form = Form::parse(text.as_bytes());
        let draft = Draft::read(&form, &["+12025550100".to_owned()]);
        draft.and_then(|draft| followed(&form).map(|_| draft)).map_err(|refusal| refusal.code)
    }

    #[test]
    fn what_twilio_refuses_is_refused_with_its_code() {
        let ours = "From=%2B12025550100&Url=http://127.0.0.1/";
        for (form, code) in [
            (ours.to_owned(), 21201),
            ("To=%2B12025550123&Url=http://127.0.0.1/".to_owned(), 21213),
            (format!("To=%2B1202555012&{ours}"), 21211),
            (format!("To=client:&{ours}"), 21211),
            (format!("To=%2B15005550001&{ours}"), 21217),
            (format!("To=%2B15005550002&{ours}"), 21214),
            (format!("To=%2B15005550003&{ours}"), 21215),
            (format!("To=%2B15005550004&{ours}"), 21216),
            ("To=%2B12025550123&From=%2B12025550199&Twiml=x".to_owned(), 21210),
            ("To=%2B12025550123&From=Acme&Twiml=x".to_owned(), 21212),
            ("To=%2B12025550123&From=client:ada&Twiml=x".to_owned(), 21212),
            ("To=%2B12025550123&From=%2B12025550100".to_owned(), 21205),
            ("To=%2B12025550123&From=%2B12025550100&Url=https://hub.example.com/".to_owned(), 21205),
            (format!("To=%2B12025550123&From=%2B12025550100&Twiml={}", "a".repeat(4001)), 32018),
            (format!("To=%2B12025550123&{ours}&Method=PUT"), 21209),
            (format!("To=%2B12025550123&{ours}&Timeout=601"), 21208),
            (format!("To=%2B12025550123&{ours}&Timeout=soon"), 21208),
            (format!("To=%2B12025550123&{ours}&SendDigits=1x"), 21206),
            (format!("To=%2B12025550123&{ours}&StatusCallback=https://hub.example.com/"), 21609),
            (
                format!("To=%2B12025550123&{ours}&StatusCallback=http://[::1]/&StatusCallbackEvent=done"),
                21626,
            ),
            (format!("To=%2B12025550123&{ours}&ApplicationSid=AP1"), 21218),
        ] {
            assert_eq!(read(&form).map(|draft| draft.to), Err(code), "{form}");
        }
    }

    #[test]
    fn what_twilio_takes_is_taken() {
        let ours = "From=%2B12025550100&Twiml=%3CResponse/%3E";
        let told =
            "StatusCallback=http://127.0.0.1/s&StatusCallbackEvent=initiated&StatusCallbackEvent=completed";
        let draft =
            read(&format!("To=%2B12025550123&{ours}&{told}&Record=true&Timeout=20&SendDigits=1ww%23"))
                .unwrap();
        let callback = draft.callback.unwrap();
        assert!(callback.wants("initiated") && callback.wants("completed") && !callback.wants("ringing"));
        assert_eq!((draft.timeout, draft.record.is_some(), draft.limit), (20, true, LONGEST_CALL));
        assert_eq!(read(&format!("To=client:ada&{ours}")).unwrap().to, "client:ada");
        assert!(read("To=client:ada&From=client:eve&Twiml=%3CResponse/%3E").is_ok());
    }

    #[test]
    fn a_participant_is_told_of_start_and_end_unless_more_is_wanted() {
        let form = "Label=customer&Muted=TRUE&ConferenceStatusCallback=http://127.0.0.1/c";
        let seat = seat(&Form::parse(form.as_bytes()), "room").unwrap();
        assert!(seat.muted && seat.start_on_enter && !seat.end_on_exit);
        assert_eq!(seat.subscription.unwrap().events, ["start", "end"]);
    }
}
