//! What stands in a webhook about a call, field by field: nothing that Twilio was not seen to send.

use super::super::clock::rfc_2822;
use super::call::{Call, Direction, Ending, Event, Status};
use super::conference::{Conference, Participant};
use super::recording::{Of, Recording, Source, State, Transcription};

pub(super) type Fields = Vec<(&'static str, String)>;

/// Cities, states and countries, which Twilio often does not know either.
const PLACES: [&str; 16] = [
    "CalledCity",
    "CalledState",
    "CalledZip",
    "CalledCountry",
    "CallerCity",
    "CallerState",
    "CallerZip",
    "CallerCountry",
    "ToCity",
    "ToState",
    "ToZip",
    "ToCountry",
    "FromCity",
    "FromState",
    "FromZip",
    "FromCountry",
];

/// What every webhook says of its call.
pub(super) fn call(call: &Call) -> Fields {
    let mut fields: Fields = PLACES.into_iter().map(|place| (place, String::new())).collect();
    fields.extend([
        ("CallSid", call.sid.clone()),
        ("AccountSid", call.account.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("Direction", call.begin.direction.as_str().to_owned()),
        ("CallStatus", call.status.as_str().to_owned()),
        ("From", call.begin.from.clone()),
        ("To", call.begin.to.clone()),
        ("Caller", call.begin.from.clone()),
        ("Called", call.begin.to.clone()),
    ]);
    fields.extend(call.begin.parent.clone().map(|parent| ("ParentCallSid", parent)));
    fields
}

/// What the first webhook of a call from a handset says beside that.
pub(super) fn arrival(call: &Call) -> Fields {
    let origin = &call.begin.origin;
    let mut fields = Vec::new();
    if super::super::draft::is_e164(&call.begin.from) {
        // A network that knows who calls says so, and lets the call be passed on in his name.
        fields.push(("StirVerstat", "TN-Validation-Passed-A".to_owned()));
        let token = r#"{"parentCallInfoToken":"e30.e30.c2ln","identityHeaderTokens":[]}"#;
        fields.push(("CallToken", form_urlencoded::byte_serialize(token.as_bytes()).collect()));
    }
    if let Some(forwarded) = &origin.forwarded_from {
        fields.extend([("ForwardedFrom", forwarded.clone()), ("CalledVia", forwarded.clone())]);
    }
    fields.extend(origin.caller_name.clone().map(|name| ("CallerName", name)));
    fields
}

/// Of a call that has come as far as `event`; `recorded` is the recording that was asked for with it.
pub(super) fn status(it: &Call, event: Event, recorded: Option<(&Recording, &str)>, now: i64) -> Fields {
    let mut fields = call(it);
    if event == Event::Initiated {
        // It is in callbacks alone that a call is initiated.
        fields.retain(|(name, _)| *name != "CallStatus");
        fields.push(("CallStatus", event.as_str().to_owned()));
    }
    fields.extend([
        ("Timestamp", rfc_2822(now)),
        ("CallbackSource", "call-progress-events".to_owned()),
        ("SequenceNumber", it.sequence.to_string()),
    ]);
    if let Status::Over(ending) = it.status {
        fields.push(("Duration", it.billed_minutes(now).to_string()));
        fields.push(("CallDuration", it.duration(now).to_string()));
        if it.begin.direction != Direction::Inbound {
            fields.extend(sip_code(ending).map(|code| ("SipResponseCode", code.to_owned())));
        }
        if ending == Ending::Failed {
            fields.push(("ErrorCode", "32005".to_owned()));
            fields.push(("ErrorMessage", "Invalid phone number".to_owned()));
        }
        if let Some((recording, base)) = recorded {
            fields.extend(recorded_as(recording, base, now));
        }
    }
    fields
}

const fn sip_code(ending: Ending) -> Option<&'static str> {
    match ending {
        Ending::Completed => Some("200"),
        Ending::Busy => Some("486"),
        Ending::Failed => Some("404"),
        Ending::NoAnswer | Ending::Canceled => None,
    }
}

/// What an action is told of a recording.
pub(super) fn recorded_as(recording: &Recording, base: &str, now: i64) -> Fields {
    vec![
        ("RecordingUrl", format!("{base}{}", recording.uri())),
        ("RecordingSid", recording.sid.clone()),
        ("RecordingDuration", recording.duration(now).to_string()),
    ]
}

/// Of a recording that has come to `state`.
pub(super) fn recording(recording: &Recording, state: State, base: &str, now: i64) -> Fields {
    let duration = if state == State::Absent { -1 } else { recording.duration(now) };
    let mut fields = vec![
        ("RecordingSource", recording.wish.source.as_str().to_owned()),
        ("RecordingSid", recording.sid.clone()),
        ("RecordingUrl", format!("{base}{}", recording.uri())),
        ("RecordingStatus", state.as_str().to_owned()),
        ("RecordingChannels", recording.wish.channels.to_string()),
        ("ErrorCode", "0".to_owned()),
        ("RecordingStartTime", rfc_2822(recording.started)),
        ("AccountSid", recording.account.clone()),
        ("RecordingDuration", duration.to_string()),
    ];
    if recording.wish.source != Source::RecordVerb {
        fields.push(("RecordingTrack", recording.wish.track.to_owned()));
    }
    fields.push(match &recording.of {
        Of::Call(sid) => ("CallSid", sid.clone()),
        Of::Conference(sid) => ("ConferenceSid", sid.clone()),
    });
    fields
}

/// Of a recording that was to be written down, and what was understood of it.
pub(super) fn transcription(
    it: &Call,
    recording: &Recording,
    transcription: &Transcription,
    base: &str,
) -> Fields {
    let sid = &transcription.sid;
    let url = format!("{base}{}", recording.uri());
    let mut fields = call(it);
    if let Some(text) = recording.said.as_ref().filter(|_| transcription.is_understood) {
        fields.extend([
            ("TranscriptionText", text.clone()),
            ("TranscriptionType", "fast".to_owned()),
            ("TranscriptionUrl", format!("{url}/Transcriptions/{sid}")),
        ]);
    }
    fields.extend([
        ("TranscriptionSid", sid.clone()),
        ("TranscriptionStatus", transcription.status(transcription.due).to_owned()),
        ("RecordingSid", recording.sid.clone()),
        ("RecordingUrl", url),
    ]);
    fields
}

/// Of something that happened in a conference.
pub(super) fn conference(conference: &Conference, event: &str, now: i64) -> Fields {
    vec![
        ("ConferenceSid", conference.sid.clone()),
        ("FriendlyName", conference.name.clone()),
        ("AccountSid", conference.account.clone()),
        ("SequenceNumber", conference.sequence.to_string()),
        ("Timestamp", rfc_2822(now)),
        ("StatusCallbackEvent", event.to_owned()),
    ]
}

/// Whom it happened to, or who brought it about.
pub(super) fn participant(participant: &Participant) -> Fields {
    let seat = &participant.seat;
    let mut fields = vec![
        ("CallSid", participant.call.clone()),
        ("Muted", seat.muted.to_string()),
        ("Hold", participant.hold.to_string()),
        ("Coaching", seat.coach.is_some().to_string()),
        ("EndConferenceOnExit", seat.end_on_exit.to_string()),
        ("StartConferenceOnEnter", seat.start_on_enter.to_string()),
    ];
    fields.extend(seat.label.clone().map(|label| ("ParticipantLabel", label)));
    fields.extend(seat.coach.clone().map(|coached| ("CallSidToCoach", coached)));
    fields
}
