//! A call as the account keeps it, and as the API shows it.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::super::clock::{SECOND, rfc_2822};
use super::super::paging::Listed;
use super::super::target::Target;
use super::follow::Source;
use super::person::{Act, Person};
use super::post::{Sender, Subscription};
use super::recording::Wish;
use super::sound::Sound;

/// How far a call is. <https://www.twilio.com/docs/voice/api/call-resource#call-status-values>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Queued,
    Ringing,
    InProgress,
    Over(Ending),
}

/// How a call ended. There is no way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

impl Status {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Over(ending) => ending.as_str(),
        }
    }
}

impl Ending {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

/// What a status callback tells of; whatever ends a call is told as completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Initiated,
    Ringing,
    Answered,
    Completed,
}

impl Event {
    pub(super) const NAMES: &[&str] = &["initiated", "ringing", "answered", "completed"];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Inbound,
    OutboundApi,
    OutboundDial,
}

impl Direction {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundDial => "outbound-dial",
        }
    }
}

/// What a caller's network says of him, when it does.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    pub(super) forwarded_from: Option<String>,
    pub(super) caller_name: Option<String>,
}

/// A call that is to begin.
#[derive(Debug)]
pub(super) struct Begin {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) direction: Direction,
    pub(super) parent: Option<String>,
    pub(super) origin: Origin,
    /// Who is at the other end.
    pub(super) person: Person,
    pub(super) callback: Option<Subscription>,
    pub(super) fallback: Option<Target>,
    /// It is recorded from the moment it is answered.
    pub(super) record: Option<Wish>,
}

/// A verb that is under way, and whose action is told when the call ends in the middle of it.
#[derive(Debug, Clone)]
pub(super) enum Engagement {
    /// None are the legs of a conference.
    Dial {
        action: Option<Target>,
        legs: Vec<String>,
        /// How it is to be recorded once somebody is connected.
        record: Option<Wish>,
        recording: Option<String>,
    },
    Record {
        action: Option<Target>,
        recording: String,
    },
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) sid: String,
    pub(super) account: String,
    pub(super) begin: Begin,
    pub(super) status: Status,
    /// Microseconds since 1970.
    pub(super) created: i64,
    pub(super) answered: Option<i64>,
    /// When it first came into a conference.
    pub(super) joined: Option<i64>,
    pub(super) ended: Option<i64>,
    /// When it is known what it costs.
    pub(super) priced: Option<i64>,
    /// Of the next event.
    pub(super) sequence: u64,
    pub(super) sender: Sender,
    /// The connection is cut before whoever asked for it is told.
    pub(super) cut: bool,
    /// Events of which a callback was taken.
    pub(super) told: Vec<&'static str>,
    /// When each of those was posted.
    pub(super) posted: BTreeMap<&'static str, i64>,
    /// What whoever is at the other end was given to hear.
    pub(super) heard: Vec<Sound>,
    /// What went wrong with its documents, by code.
    pub(super) problems: Vec<u32>,
    /// What the person did, and nobody has taken note of.
    pub(super) acts: VecDeque<Act>,
    /// The conference it is in, or is called into.
    pub(super) conference: Option<String>,
    /// The conference it was last in.
    pub(super) last_conference: Option<String>,
    /// The calls it made.
    pub(super) legs: Vec<String>,
    /// This leg was connected with the one that dialled it.
    pub(super) was_bridged: bool,
    /// And still is.
    pub(super) bridged: bool,
    /// It was given something else to do, and is no business of the one that dialled it any more.
    pub(super) is_detached: bool,
    pub(super) engagement: Option<Engagement>,
    /// What it is to follow instead of what it follows now.
    pub(super) redirect: Option<Source>,
    /// Wakes whoever waits for a change of this call.
    pub(super) changes: watch::Sender<()>,
}

impl Listed for Call {
    fn sid(&self) -> &str {
        &self.sid
    }
}

impl Call {
    pub(super) const fn is_over(&self) -> bool {
        matches!(self.status, Status::Over(_))
    }

    /// Whether it still follows what it follows.
    pub(super) const fn is_undisturbed(&self) -> bool {
        !self.is_over() && self.redirect.is_none()
    }

    /// Whether it still depends on the call that dialled it.
    pub(super) const fn is_leg(&self) -> bool {
        !self.is_over() && !self.is_detached
    }

    /// Whole seconds since it was answered.
    pub(super) fn duration(&self, now: i64) -> i64 {
        let until = self.ended.unwrap_or(now);
        self.answered.map_or(0, |answered| (until - answered).max(0) / SECOND)
    }

    /// Minutes that are paid for: those that have begun.
    pub(super) fn billed_minutes(&self, now: i64) -> i64 {
        let begun = (self.duration(now) + 59) / 60;
        if self.answered.is_some() { begun.max(1) } else { 0 }
    }

    /// What is charged for it, a while after its end. Browsers pay less than telephones, and who was not reached nothing.
    fn price(&self, now: i64) -> Option<String> {
        self.priced.filter(|priced| *priced <= now && self.answered.is_some())?;
        let is_client = [&self.begin.from, &self.begin.to].iter().any(|end| end.starts_with("client:"));
        let a_minute = match self.begin.direction {
            _ if is_client => 0.004,
            Direction::Inbound => 0.0085,
            Direction::OutboundApi | Direction::OutboundDial => 0.014,
        };
        Some(format!("{:.5}", -a_minute * self.billed_minutes(now) as f64))
    }

    /// The resource of `Calls/{sid}.json`.
    pub(super) fn resource(&self, now: i64) -> Value {
        let uri = self.uri();
        let under = |name: &str| format!("{uri}/{name}.json");
        let updated = self.ended.or(self.answered).unwrap_or(self.created);
        json!({
            "account_sid": self.account,
            "answered_by": null,
            "api_version": "2010-04-01",
            "caller_name": self.begin.origin.caller_name,
            "date_created": rfc_2822(self.created),
            "date_updated": rfc_2822(updated),
            "direction": self.begin.direction.as_str(),
            "duration": self.ended.map(|end| self.duration(end).to_string()),
            "end_time": self.ended.map(rfc_2822),
            "forwarded_from": self.begin.origin.forwarded_from,
            "from": self.begin.from,
            "from_formatted": self.begin.from,
            "group_sid": null,
            "parent_call_sid": self.begin.parent,
            "phone_number_sid": null,
            "price": self.price(now),
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": self.answered.map(rfc_2822),
            "status": self.status.as_str(),
            "subresource_uris": {
                "notifications": under("Notifications"),
                "recordings": under("Recordings"),
                "payments": under("Payments"),
                "events": under("Events"),
                "siprec": under("Siprec"),
                "streams": under("Streams"),
                "transcriptions": under("Transcriptions"),
                "user_defined_message_subscriptions": under("UserDefinedMessageSubscriptions"),
                "user_defined_messages": under("UserDefinedMessages"),
            },
            "to": self.begin.to,
            "to_formatted": self.begin.to,
            "trunk_sid": null,
            "uri": format!("{uri}.json"),
        })
    }

    /// Without an ending, as paths of what is under it begin.
    pub(super) fn uri(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Calls/{}", self.account, self.sid)
    }
}
