//! What a request to send says, and whether Twilio would take it.

use std::net::IpAddr;

use reqwest::Url;

use super::clock::{DAY, SECOND, span};
use super::form::Form;
use super::refusal::Refusal;

const MOST_CHARACTERS: usize = 1600;
const MOST_MEDIA: usize = 10;
const SOONEST_SCHEDULE: i64 = 5 * 60 * SECOND;
const LATEST_SCHEDULE: i64 = 35 * DAY;

/// What the account may send from.
#[derive(Debug, Clone)]
pub(super) struct Senders {
    pub(super) numbers: Vec<String>,
    pub(super) service: Option<String>,
}

/// A request to send that has everything it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) to: String,
    pub(super) from: String,
    pub(super) service: Option<String>,
    pub(super) body: String,
    pub(super) media: Vec<String>,
    pub(super) callback: Option<String>,
    pub(super) send_at: Option<i64>,
}

impl Draft {
    pub(super) fn read(form: &Form, senders: &Senders, now: i64) -> Result<Self, Refusal> {
        let to = form.get("To").ok_or(Refusal::NO_TO)?;
        let (from, service) = sender(form, senders)?;
        let body = form.get("Body").unwrap_or_default().to_owned();
        let media = media(form)?;
        if body.is_empty() && media.is_empty() {
            return Err(Refusal::EMPTY);
        }
        if body.chars().count() > MOST_CHARACTERS {
            return Err(Refusal::BODY_TOO_LONG);
        }
        recipient(to)?;
        if to == from {
            return Err(Refusal::SAME_NUMBERS);
        }
        let callback = form.get("StatusCallback").map(callback).transpose()?;
        let send_at = schedule(form, service.is_some(), now)?;
        Ok(Self { to: to.to_owned(), from, service, body, media, callback, send_at })
    }
}

/// The number it is sent from, and the service that chose it.
fn sender(form: &Form, senders: &Senders) -> Result<(String, Option<String>), Refusal> {
    let (from, service) = (form.get("From"), form.get("MessagingServiceSid"));
    if service.is_some() && service != senders.service.as_deref() {
        return Err(Refusal::UNKNOWN_SERVICE);
    }
    let from = match (from, service) {
        (Some(from), _) => from,
        (None, Some(_)) => senders.numbers.first().map(String::as_str).ok_or(Refusal::UNKNOWN_SERVICE)?,
        (None, None) => return Err(Refusal::NO_FROM),
    };
    match from {
        // Twilio's magic numbers: https://www.twilio.com/docs/iam/test-credentials
        "+15005550001" => return Err(Refusal::invalid_from(from)),
        "+15005550008" => return Err(Refusal::QUEUE_FULL),
        _ => {}
    }
    if !is_e164(from) {
        return Err(Refusal::invalid_from(from));
    }
    if !senders.numbers.iter().any(|number| number == from) {
        return Err(Refusal::from_of_somebody_else(from));
    }
    Ok((from.to_owned(), service.map(str::to_owned)))
}

fn recipient(to: &str) -> Result<(), Refusal> {
    match to {
        // Twilio's magic numbers: https://www.twilio.com/docs/iam/test-credentials
        "+15005550001" => Err(Refusal::invalid_to(to)),
        "+15005550002" => Err(Refusal::CANNOT_ROUTE),
        "+15005550003" => Err(Refusal::REGION_NOT_ENABLED),
        "+15005550004" => Err(Refusal::OPTED_OUT),
        "+15005550009" => Err(Refusal::NOT_MOBILE),
        _ if is_e164(to) => Ok(()),
        _ => Err(Refusal::invalid_to(to)),
    }
}

fn media(form: &Form) -> Result<Vec<String>, Refusal> {
    let media: Vec<String> = form.all("MediaUrl").map(str::to_owned).collect();
    if media.len() > MOST_MEDIA {
        return Err(Refusal::TOO_MUCH_MEDIA);
    }
    let is_web = |url: &String| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if media.iter().all(is_web) { Ok(media) } else { Err(Refusal::INVALID_MEDIA) }
}

/// Twilio would call the whole world; a simulator that did would be a danger to it.
fn callback(url: &str) -> Result<String, Refusal> {
    if is_loopback(url) { Ok(url.to_owned()) } else { Err(Refusal::invalid_callback(url)) }
}

fn schedule(form: &Form, by_service: bool, now: i64) -> Result<Option<i64>, Refusal> {
    if form.get("ScheduleType").is_none() {
        return Ok(None);
    }
    if !by_service {
        return Err(Refusal::SCHEDULE_WITHOUT_SERVICE);
    }
    let at = form.get("SendAt").ok_or(Refusal::SCHEDULE_WITHOUT_TIME)?;
    let (at, _) = span(at).ok_or(Refusal::SCHEDULE_OUT_OF_RANGE)?;
    let is_in_range = (now + SOONEST_SCHEDULE..=now + LATEST_SCHEDULE).contains(&at);
    if is_in_range { Ok(Some(at)) } else { Err(Refusal::SCHEDULE_OUT_OF_RANGE) }
}

/// `+` and 8 to 15 digits; of North America ten after the 1, as its plan has them.
pub(super) fn is_e164(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else { return false };
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let has_length = match digits.strip_prefix('1') {
        Some(national) => national.len() == 10 && !national.starts_with(['0', '1']),
        None => (8..=15).contains(&digits.len()),
    };
    are_digits && has_length
}

/// Is it a web address on this machine?
pub(super) fn is_loopback(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    matches!(url.scheme(), "http" | "https") && is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Draft, u32> {
        let senders =
            Senders { numbers: vec!["+12025550100".to_owned()], service: Some(format!("MG{:032}", 1)) };
        Draft::read(&Form::parse(text.as_bytes()), &senders, 0).map_err(|refusal| refusal.code)
    }

    #[test]
    fn what_twilio_refuses_is_refused_with_its_code() {
        let ours = "From=%2B12025550100&Body=Hi";
        let service = format!("To=%2B12025550123&Body=Hi&MessagingServiceSid=MG{:032}", 1);
        for (form, code) in [
            (ours.to_owned(), 21604),
            ("To=%2B12025550123&Body=Hi".to_owned(), 21603),
            ("To=%2B12025550123&From=%2B12025550100".to_owned(), 21619),
            ("To=%2B12025550123&From=%2B12025550100&Body=".to_owned(), 21619),
            (format!("To=%2B1202555012&{ours}"), 21211),
            (format!("To=2025550123&{ours}"), 21211),
            (format!("To=%2B12025550100&{ours}"), 21266),
            ("To=%2B12025550123&From=%2B12025550199&Body=Hi".to_owned(), 21606),
            ("To=%2B12025550123&From=Acme&Body=Hi".to_owned(), 21212),
            ("To=%2B12025550123&From=%2B15005550008&Body=Hi".to_owned(), 21611),
            (format!("To=%2B15005550009&{ours}"), 21614),
            (format!("To=%2B12025550123&From=%2B12025550100&Body={}", "a".repeat(1601)), 21617),
            (format!("To=%2B12025550123&{ours}&MediaUrl=nothing"), 21620),
            (format!("To=%2B12025550123&{ours}{}", "&MediaUrl=http://a.example/1".repeat(11)), 21623),
            (format!("To=%2B12025550123&{ours}&StatusCallback=https://hub.example.com/"), 21609),
            ("To=%2B12025550123&Body=Hi&MessagingServiceSid=MGx".to_owned(), 21705),
            (format!("To=%2B12025550123&{ours}&ScheduleType=fixed"), 35118),
            (format!("{service}&ScheduleType=fixed"), 35111),
            (format!("{service}&ScheduleType=fixed&SendAt=1970-01-01T00:04:59Z"), 35114),
        ] {
            assert_eq!(read(&form).unwrap_err(), code, "{form}");
        }
    }

    #[test]
    fn what_twilio_takes_is_taken() {
        let most = "é".repeat(1600);
        let draft = read(&format!("To=%2B12025550123&From=%2B12025550100&Body={most}")).unwrap();
        assert_eq!((draft.to.as_str(), draft.body), ("+12025550123", most));
        let scheduled = format!(
            "To=%2B442079460958&Body=Hi&MessagingServiceSid=MG{:032}&ScheduleType=fixed&SendAt=1970-01-01T00:05:00Z",
            1
        );
        assert_eq!(read(&scheduled).unwrap().send_at, Some(SOONEST_SCHEDULE));
    }
}
