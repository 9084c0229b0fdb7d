//! A conference and who takes part in it, as the account keeps them and the API shows them.

use serde_json::{Value, json};

use super::super::clock::rfc_2822;
use super::super::paging::Listed;
use super::super::target::Target;
use super::call::{Call, Status};
use super::post::{Sender, Subscription};
use super::recording::Wish;

/// What a conference tells of, in the words of `statusCallbackEvent`.
pub(super) const EVENTS: &[&str] =
    &["start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"];
pub(super) const MOST_PARTICIPANTS: u64 = 250;

/// Whether a participant may be called so: by something that is no SID and fits into a path.
pub(super) fn is_label(label: &str) -> bool {
    let is_sid = label.len() == 34 && label.starts_with("CA");
    !label.is_empty() && label.chars().count() <= 128 && !label.contains('/') && !is_sid
}

/// How a call is to take part in a conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seat {
    /// Of the conference: what its members call it.
    pub(super) name: String,
    pub(super) label: Option<String>,
    pub(super) muted: bool,
    pub(super) start_on_enter: bool,
    pub(super) end_on_exit: bool,
    /// The call that alone hears this one.
    pub(super) coach: Option<String>,
    pub(super) most: u64,
    /// The conference is recorded once it has begun.
    pub(super) record: Option<Wish>,
    pub(super) subscription: Option<Subscription>,
    /// What is asked for who waits.
    pub(super) wait: Option<Target>,
}

impl Seat {
    /// As a document has it that says nothing else.
    pub(super) fn at(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: None,
            muted: false,
            start_on_enter: true,
            end_on_exit: false,
            coach: None,
            most: MOST_PARTICIPANTS,
            record: None,
            subscription: None,
            wait: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody who may begin it is in it, or nobody else.
    Init,
    InProgress,
    Completed,
}

impl Stage {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Participant {
    pub(super) call: String,
    pub(super) seat: Seat,
    pub(super) hold: bool,
    /// It was answered and is in; else it is being called.
    pub(super) is_in: bool,
    /// Microseconds since 1970.
    pub(super) created: i64,
    pub(super) updated: i64,
}

/// What is to be changed of a participant.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub(super) muted: Option<bool>,
    pub(super) hold: Option<bool>,
    pub(super) end_on_exit: Option<bool>,
    /// Whom to coach, or that nobody is coached any more.
    pub(super) coach: Option<Option<String>>,
}

/// Why a conference is over.
#[derive(Debug, Clone)]
pub(super) struct Closing {
    pub(super) reason: &'static str,
    /// Who brought it about, if somebody in it did.
    pub(super) by: Option<Participant>,
}

#[derive(Debug)]
pub(super) struct Conference {
    pub(super) sid: String,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) stage: Stage,
    pub(super) participants: Vec<Participant>,
    /// What the first who had one brought along.
    pub(super) subscription: Option<Subscription>,
    pub(super) record: Option<Wish>,
    /// Of the last event.
    pub(super) sequence: u64,
    pub(super) sender: Sender,
    pub(super) closing: Option<Closing>,
    /// Microseconds since 1970.
    pub(super) created: i64,
    pub(super) updated: i64,
}

impl Listed for Conference {
    fn sid(&self) -> &str {
        &self.sid
    }
}

impl Listed for Participant {
    fn sid(&self) -> &str {
        &self.call
    }
}

impl Conference {
    pub(super) fn participant(&self, call: &str) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.call == call)
    }

    /// By the SID of the call, or the label.
    pub(super) fn named(&self, name: &str) -> Option<&Participant> {
        let is_named = |it: &&Participant| it.call == name || it.seat.label.as_deref() == Some(name);
        self.participants.iter().find(is_named)
    }

    pub(super) fn present(&self) -> usize {
        self.participants.iter().filter(|participant| participant.is_in).count()
    }

    /// Two are enough when one of them may begin it.
    pub(super) fn may_begin(&self) -> bool {
        let mut present = self.participants.iter().filter(|participant| participant.is_in);
        self.stage == Stage::Init && self.present() > 1 && present.any(|it| it.seat.start_on_enter)
    }

    /// The resource of `Conferences/{sid}.json`. <https://www.twilio.com/docs/voice/api/conference-resource>
    pub(super) fn resource(&self) -> Value {
        let uri = self.uri();
        let by = self.closing.as_ref().and_then(|closing| closing.by.as_ref());
        json!({
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "call_sid_ending_conference": by.map(|participant| &participant.call),
            "date_created": rfc_2822(self.created),
            "date_updated": rfc_2822(self.updated),
            "friendly_name": self.name,
            "reason_conference_ended": self.closing.as_ref().map(|closing| closing.reason),
            "region": "us1",
            "sid": self.sid,
            "status": self.stage.as_str(),
            "subresource_uris": {
                "participants": format!("{uri}/Participants.json"),
                "recordings": format!("{uri}/Recordings.json"),
            },
            "uri": format!("{uri}.json"),
        })
    }

    /// The resource of `Conferences/{sid}/Participants/{call}.json`.
    pub(super) fn participant_resource(&self, participant: &Participant, call: &Call) -> Value {
        let seat = &participant.seat;
        json!({
            "account_sid": self.account,
            "call_sid": participant.call,
            "label": seat.label,
            "conference_sid": self.sid,
            "date_created": rfc_2822(participant.created),
            "date_updated": rfc_2822(participant.updated),
            "end_conference_on_exit": seat.end_on_exit,
            "muted": seat.muted,
            "hold": participant.hold,
            "status": match call.status {
                Status::Queued => "queued",
                Status::Ringing => "ringing",
                Status::InProgress => "connected",
                Status::Over(_) => "complete",
            },
            "start_conference_on_enter": seat.start_on_enter,
            "coaching": seat.coach.is_some(),
            "call_sid_to_coach": seat.coach,
            "queue_time": null,
            "uri": format!("{}/Participants/{}.json", self.uri(), participant.call),
        })
    }

    pub(super) fn uri(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Conferences/{}", self.account, self.sid)
    }
}

impl Participant {
    /// The events of what has really changed.
    pub(super) fn apply(&mut self, change: &Change) -> Vec<&'static str> {
        let mut events = Vec::new();
        let mut put = |field: &mut bool, wanted: Option<bool>, names: [&'static str; 2]| {
            if let Some(wanted) = wanted.filter(|wanted| wanted != field) {
                *field = wanted;
                events.push(names[usize::from(!wanted)]);
            }
        };
        put(&mut self.seat.muted, change.muted, ["participant-mute", "participant-unmute"]);
        put(&mut self.hold, change.hold, ["participant-hold", "participant-unhold"]);
        put(&mut self.seat.end_on_exit, change.end_on_exit, ["participant-modify"; 2]);
        if let Some(coach) = change.coach.as_ref().filter(|coach| **coach != self.seat.coach) {
            self.seat.coach.clone_from(coach);
            events.push("participant-modify");
        }
        events
    }
}
