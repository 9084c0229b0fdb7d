//! `Dial`: other people, or a conference. <https://www.twilio.com/docs/voice/twiml/dial>

use reqwest::Method;
use roxmltree::Node;

use super::super::super::draft::is_e164;
use super::super::super::target::Target;
use super::super::call::Event;
use super::super::conference::{self, MOST_PARTICIPANTS, Seat};
use super::super::post::Subscription;
use super::super::problem::Problem;
use super::super::recording::{self, Source, Wish};
use super::element::Element;

const ATTRIBUTES: &[&str] = &[
    "action",
    "method",
    "timeout",
    "hangupOnStar",
    "timeLimit",
    "callerId",
    "record",
    "trim",
    "recordingStatusCallback",
    "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent",
    "answerOnBridge",
    "ringTone",
    "recordingTrack",
];
const OF_LEGS: &[&str] = &["url", "method", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"];
const OF_CONFERENCES: &[&str] = &[
    "muted",
    "beep",
    "startConferenceOnEnter",
    "endConferenceOnExit",
    "waitUrl",
    "waitMethod",
    "maxParticipants",
    "record",
    "coach",
    "trim",
    "statusCallback",
    "statusCallbackEvent",
    "statusCallbackMethod",
    "recordingStatusCallback",
    "recordingStatusCallbackEvent",
    "recordingStatusCallbackMethod",
    "jitterBufferSize",
    "participantLabel",
    "region",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Dial {
    /// Asked what comes then; without it the document goes on.
    pub(in super::super) action: Option<Target>,
    /// Seconds it rings.
    pub(in super::super) timeout: u64,
    /// Seconds those who were connected may talk.
    pub(in super::super) limit: u64,
    pub(in super::super) caller_id: Option<String>,
    /// The call that dials counts as answered when another one is, and not before.
    pub(in super::super) answer_on_bridge: bool,
    pub(in super::super) hang_up_on_star: bool,
    pub(in super::super) record: Option<Wish>,
    pub(in super::super) noun: Noun,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Noun {
    /// All at once; who answers first has it.
    Numbers(Vec<Number>),
    Conference(Box<Seat>),
}

/// Somebody to call: a number, or a client with its `client:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Number {
    pub(in super::super) to: String,
    /// A document for who answers, before they are connected.
    pub(in super::super) whisper: Option<Target>,
    pub(in super::super) callback: Option<Subscription>,
}

impl Dial {
    /// One that does nothing but put a call into a conference.
    pub(in super::super) fn into_conference(seat: Seat) -> Self {
        Self {
            action: None,
            timeout: 30,
            limit: 14_400,
            caller_id: None,
            answer_on_bridge: false,
            hang_up_on_star: false,
            record: None,
            noun: Noun::Conference(Box::new(seat)),
        }
    }

    pub(super) fn read(element: &mut Element) -> Result<Self, Problem> {
        element.knows(ATTRIBUTES);
        let channels = match element.attribute("record").unwrap_or("do-not-record") {
            "do-not-record" | "false" => None,
            // What rings is silent here: recordings begin when somebody answers.
            "record-from-answer" | "record-from-ringing" | "true" => Some(1),
            "record-from-answer-dual" | "record-from-ringing-dual" => Some(2),
            _ => return Err(Problem(13217)),
        };
        let told =
            element.subscription("recordingStatusCallback", (recording::EVENTS, &["completed"]), 13256)?;
        let is_trimmed = element.trims(false, 13218)?;
        let track = recording::track(element.attribute("recordingTrack").unwrap_or("both"));
        let track = track.ok_or(Problem(13622))?;
        let record =
            channels.map(|channels| Wish { channels, track, is_trimmed, ..Wish::of(Source::DialVerb, told) });
        let method = element.method("method", 13210)?;
        Ok(Self {
            action: element.link("action", method)?,
            timeout: element.number("timeout", 30, 13212)?,
            limit: element.number("timeLimit", 14_400, 13216)?,
            caller_id: element.attribute("callerId").filter(|id| !id.is_empty()).map(str::to_owned),
            answer_on_bridge: element.flag("answerOnBridge", false, 13219)?,
            hang_up_on_star: element.flag("hangupOnStar", false, 13213)?,
            record,
            noun: noun(element)?,
        })
    }
}

fn noun(element: &mut Element) -> Result<Noun, Problem> {
    let node = element.node;
    let (mut numbers, mut seats) = (Vec::new(), Vec::new());
    let bare = element.text();
    if !bare.is_empty() {
        numbers.push(Number { to: dialled(&bare)?, whisper: None, callback: None });
    }
    for node in node.children().filter(Node::is_element) {
        let mut inner = element.inner(node);
        match node.tag_name().name() {
            "Number" => numbers.push(number(&mut inner)?),
            "Client" => numbers.push(client(&mut inner)?),
            "Conference" => seats.push(Box::new(seat(&mut inner)?)),
            _ => return Err(Problem::NESTED_IN_DIAL),
        }
    }
    match (numbers.is_empty(), seats.pop()) {
        (false, None) => Ok(Noun::Numbers(numbers)),
        (true, Some(seat)) if seats.is_empty() => Ok(Noun::Conference(seat)),
        (true, None) => Err(Problem::DIALLED_NUMBER),
        _ => Err(Problem::MIXED_CONFERENCE),
    }
}

fn number(element: &mut Element) -> Result<Number, Problem> {
    element.knows(&[OF_LEGS, &["sendDigits"]].concat());
    leg(element, dialled(&element.text())?)
}

fn client(element: &mut Element) -> Result<Number, Problem> {
    element.knows(OF_LEGS);
    let node = element.node;
    let mut identity = element.text();
    for node in node.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "Identity" => identity = node.text().unwrap_or_default().trim().to_owned(),
            // Meant for the device alone; no webhook tells of it.
            "Parameter" => {}
            _ => return Err(Problem::NESTED_IN_DIAL),
        }
    }
    if identity.is_empty() {
        return Err(Problem::DIALLED_NUMBER);
    }
    leg(element, format!("client:{identity}"))
}

fn leg(element: &Element, to: String) -> Result<Number, Problem> {
    let method = element.method("method", 13221)?;
    let whisper = element.link("url", method)?;
    let callback = element.subscription("statusCallback", (Event::NAMES, &["completed"]), 21626)?;
    Ok(Number { to, whisper, callback })
}

/// Twilio takes numbers as people write them.
fn dialled(text: &str) -> Result<String, Problem> {
    let number: String =
        text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')' | '.')).collect();
    if is_e164(&number) { Ok(number) } else { Err(Problem::DIALLED_NUMBER) }
}

fn seat(element: &mut Element) -> Result<Seat, Problem> {
    element.knows(OF_CONFERENCES);
    let name = element.text();
    if name.is_empty() || name.contains('/') {
        return Err(Problem::CONFERENCE_NAME);
    }
    let label = element.attribute("participantLabel").map(str::to_owned);
    if label.as_deref().is_some_and(|label| !conference::is_label(label)) {
        return Err(Problem::LABEL_INVALID);
    }
    let told = element.subscription("recordingStatusCallback", (recording::EVENTS, &["completed"]), 13256)?;
    let record = match element.attribute("record").unwrap_or("do-not-record") {
        "do-not-record" | "false" => None,
        "record-from-start" | "true" => Some(told),
        _ => return Err(Problem(13217)),
    };
    let is_trimmed = element.trims(true, 13239)?;
    Ok(Seat {
        label,
        muted: element.flag("muted", false, 13230)?,
        start_on_enter: element.flag("startConferenceOnEnter", true, 13232)?,
        end_on_exit: element.flag("endConferenceOnExit", false, 13231)?,
        coach: element.attribute("coach").map(str::to_owned),
        most: element.number("maxParticipants", MOST_PARTICIPANTS, 16002)?,
        record: record.map(|told| Wish { is_trimmed, ..Wish::of(Source::Conference, told) }),
        subscription: element.subscription(
            "statusCallback",
            (conference::EVENTS, &["start", "end"]),
            16002,
        )?,
        wait: wait(element)?,
        ..Seat::at(&name)
    })
}

/// Music from elsewhere is not fetched.
fn wait(element: &Element) -> Result<Option<Target>, Problem> {
    let method: Method = element.method("waitMethod", 13234)?;
    let url = element.attribute("waitUrl").filter(|url| !url.is_empty());
    Ok(url.and_then(|url| Target::resolve(element.base, url, method)))
}
