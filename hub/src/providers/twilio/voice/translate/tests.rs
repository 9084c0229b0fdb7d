//! What was recorded says what it meant.

use actors::receipt::Head;
use entities::call::CallState;

use super::*;

const OURS: &str = "01939f3e-5b5e-7c3a-9a59-0a0b0c0d0e0f";

macro_rules! recorded {
    ($name:literal) => {
        include_bytes!(concat!("../../../../../tests/fixtures/twilio/", $name, ".txt"))
    };
}

fn read(kind: &str, query: &str, body: &[u8]) -> Heard {
    let head = Head { query: query.to_owned(), ..Head::default() };
    let raw = Raw { kind: kind.to_owned(), head, body: body.to_vec() };
    heard(&raw, &Form::read(body)).unwrap().unwrap()
}

fn news_of(heard: Heard) -> (CallTold, News) {
    match heard {
        Heard::CallNews(told) => (told.clone(), told.news[0].clone()),
        other => panic!("{other:?} tells of no call"),
    }
}

#[test]
fn a_call_is_read_with_its_caller() {
    let Heard::Call(call) = read(VOICE, "", recorded!("voice-inbound")) else { panic!("nobody calls") };
    assert_eq!((call.from.value(), call.to.value()), ("+12025550123", "+12025550100"));
    assert_eq!(call.provider_id, "CA00000000000000000000000000000001");
    assert_eq!((call.verification, call.ended_at), (Some(Verification::Passed), None));
    let Heard::Call(named) = read(VOICE, "", recorded!("voice-inbound-forwarded")) else { panic!("nobody") };
    assert_eq!(named.name.as_deref(), Some("PAT DOE"));
    let Heard::Call(hidden) = read(VOICE, "", b"CallSid=CA1&From=%2B266696687") else { panic!("nobody") };
    assert_eq!(hidden.from.kind(), entities::AddressKind::Anonymous);
}

#[test]
fn every_recorded_step_is_known_with_its_time_and_our_names() {
    let query = format!("call={OURS}&leg={OURS}");
    for (body, expected) in [
        (&recorded!("voice-status-0-initiated")[..], "initiated"),
        (recorded!("voice-status-1-ringing"), "ringing"),
        (recorded!("voice-status-2-in-progress"), "answered"),
        (recorded!("voice-status-3-completed"), "completed"),
        (recorded!("voice-status-busy"), "busy"),
        (recorded!("voice-status-failed"), "failed"),
        (recorded!("voice-status-no-answer"), "no_answer"),
        (recorded!("voice-status-canceled"), "canceled"),
    ] {
        let (told, news) = news_of(read(VOICE_STATUS, &query, body));
        assert_eq!(
            (told.call_id, news.leg),
            (Some(OURS.parse().unwrap()), Which::Leg(OURS.parse().unwrap()))
        );
        assert!(news.at.is_some() && news.external_id.is_some(), "{expected}");
        let word = match news.step.unwrap() {
            Step::Initiated => "initiated",
            Step::Ringing => "ringing",
            Step::Answered => "answered",
            Step::Ended { how, .. } => how.as_str(),
            other => panic!("{other:?}"),
        };
        assert_eq!(word, expected);
    }
}

#[test]
fn an_end_is_read_with_its_length_and_its_error() {
    let (_, done) = news_of(read(VOICE_STATUS, "", recorded!("voice-status-3-completed")));
    assert_eq!(done.step, Some(Step::Ended { how: CallState::Completed, duration_s: Some(49), error: None }));
    let (_, failed) = news_of(read(VOICE_STATUS, "", recorded!("voice-status-failed")));
    let Some(Step::Ended { error: Some(error), .. }) = failed.step else { panic!("no error") };
    assert_eq!(error.code, "32005");
    let (told, inbound) = news_of(read(VOICE_STATUS, "", recorded!("voice-status-inbound-completed")));
    let sid = "CA00000000000000000000000000000008".to_owned();
    assert_eq!((told.call_id, inbound.leg), (None, Which::Called(sid)));
}

#[test]
fn what_happens_in_a_room_is_read_in_its_order() {
    let (told, mute) = news_of(read(CONFERENCE, "", recorded!("conference-4-participant-mute")));
    assert!(matches!(mute.step, Some(Step::Muted(true, Some(_)))) && told.named.is_some());
    let (_, hold) = news_of(read(CONFERENCE, "", recorded!("conference-6-participant-hold")));
    assert!(matches!(hold.step, Some(Step::Held(true, Some(_)))));
    let (_, join) = news_of(read(CONFERENCE, "", recorded!("conference-2-participant-join-agent")));
    let room = Some("CF00000000000000000000000000000001");
    assert_eq!((join.step, join.room_id.as_deref()), (Some(Step::Confirmed), room));
    for nothing in [
        &recorded!("conference-3-conference-start")[..],
        recorded!("conference-8-participant-speech-start"),
        recorded!("conference-9-participant-leave"),
        recorded!("conference-10-conference-end"),
    ] {
        assert_eq!(read(CONFERENCE, "", nothing), Heard::Nothing);
    }
}

#[test]
fn what_was_said_is_known_by_its_address() {
    use actors::call::duty::Announcement;
    let body = |event: &str, say: &str| {
        format!(
            "ConferenceSid=CF1&SequenceNumber=3&StatusCallbackEvent={event}&AnnounceUrl=https%3A%2F%2Fhub.example%2F\
             voice%2Fannounce%3Fcall%3D{OURS}%26leg%3D{OURS}%26say%3D{say}%23rc%3D5%26rp%3Dall"
        )
    };
    let (told, news) = news_of(read(CONFERENCE, "", body("announcement-end", "notice").as_bytes()));
    assert_eq!((told.call_id, news.leg), (OURS.parse().ok(), Which::Leg(OURS.parse().unwrap())));
    assert_eq!(news.step, Some(Step::Announced(Announcement::Notice, None)));
    let (_, news) = news_of(read(CONFERENCE, "", body("announcement-fail", "digits").as_bytes()));
    assert!(matches!(news.step, Some(Step::Announced(Announcement::Digits, Some(_)))));
    assert_eq!(read(CONFERENCE, "", body("announcement-end", "poem").as_bytes()), Heard::Nothing);
    let others = b"StatusCallbackEvent=announcement-end&AnnounceUrl=https%3A%2F%2Felsewhere.example";
    assert_eq!(read(CONFERENCE, "", others), Heard::Nothing);
}

#[test]
fn a_caller_goes_on_to_wait_with_his_name_or_without() {
    let Heard::CallNews(told) = read(NAMED, "room=CA1", recorded!("voice-gather-speech")) else {
        panic!("nobody")
    };
    let said = Step::Said("I would like to book an appointment.".to_owned());
    assert_eq!(
        told.news.iter().filter_map(|news| news.step.clone()).collect::<Vec<_>>(),
        [Step::Confirmed, said]
    );
    let sid = "CA00000000000000000000000000000001".to_owned();
    assert!(told.call_id.is_none() && told.news.iter().all(|news| news.leg == Which::Called(sid.clone())));
    let Heard::CallNews(silent) = read(NAMED, "room=CA1", b"CallSid=CA1&Digits=") else { panic!("nobody") };
    assert_eq!(silent.news.len(), 1);
}

#[test]
fn one_key_alone_takes_a_call() {
    let query = format!("call={OURS}&leg={OURS}");
    let (told, news) = news_of(read(SCREENED, &query, recorded!("voice-gather-digits")));
    assert_eq!((told.call_id, news.leg), (OURS.parse().ok(), Which::Leg(OURS.parse().unwrap())));
    assert_eq!((news.step, news.at), (Some(Step::Confirmed), None));
    for other in [&b"CallSid=CA1&Digits=11"[..], b"CallSid=CA1&Digits=", b"CallSid=CA1"] {
        assert_eq!(read(SCREENED, &query, other), Heard::Nothing);
    }
}

#[test]
fn who_leaves_the_room_is_gone_only_when_he_hung_up() {
    let (_, over) = news_of(read(AFTER, "", b"CallSid=CA1&CallStatus=completed"));
    assert!(matches!(over.step, Some(Step::Ended { how: CallState::Completed, .. })));
    assert_eq!(read(AFTER, "", b"CallSid=CA1&CallStatus=in-progress"), Heard::Nothing);
}

#[test]
fn what_nobody_knows_is_not_guessed() {
    let refused = |kind: &str, body: &[u8]| {
        let raw = Raw { kind: kind.to_owned(), body: body.to_vec(), ..Raw::default() };
        heard(&raw, &Form::read(body)).unwrap().is_err()
    };
    assert!(refused(VOICE, b"From=x"));
    assert!(refused(VOICE_STATUS, b"CallSid=CA1&CallStatus=teleported"));
    assert!(refused(VOICE_STATUS, b"CallSid=CA1") && refused(VOICE_STATUS, b"CallStatus=ringing"));
    assert!(refused(CONFERENCE, b"ConferenceSid=CF1"));
}
