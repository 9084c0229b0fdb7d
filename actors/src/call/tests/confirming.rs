//! Legs that somebody has to be put through to, and callers who were asked for their name.

use super::*;
use crate::call::{
    Target, Transfer, TransferKind,
    duty::{Duty, Task},
};

const NEXT: LegId = LegId::from_uuid(Uuid::from_u128(4));
const LAST: LegId = LegId::from_uuid(Uuid::from_u128(6));

fn ann() -> Principal {
    Principal::User(ANN)
}

/// Ann took the call of a caller who said his name, and her telephone rings.
fn taken() -> Line {
    let mut line = Line::screened();
    line.hears(news(CONTACT, 4, Step::Confirmed));
    line.does(ann(), 5, CallWhat::Answer(by_phone(ANN))).unwrap();
    line
}

fn said(second: i64, text: &str) -> News {
    news(CONTACT, second, Step::Said(text.to_owned()))
}

/// What the caller said, after all of this was heard.
fn shown(heard: impl IntoIterator<Item = News>) -> Option<String> {
    let mut line = Line::screened();
    heard.into_iter().for_each(|one| line.hears(one));
    line.seen().caller_said
}

#[test]
fn who_picks_up_talks_once_he_has_confirmed() {
    let mut line = taken();
    line.hears(news(AGENT, 8, Step::Answered));
    let seen = line.seen();
    assert_eq!((seen.state, seen.legs[1].state), (CallState::Ringing, CallState::Ringing));
    assert_eq!((seen.answered_at, seen.pending.len()), (None, 1));
    assert_eq!(line.does(ann(), 9, CallWhat::Mute(true, None)), Err(CallRefusal::NotAnswered));
    line.hears(news(AGENT, 12, Step::Confirmed));
    let seen = line.seen();
    assert_eq!((seen.state, seen.answered_at), (CallState::InProgress, Some(at(12))));
    assert!(seen.pending.is_empty());
    line.hears(news(CONTACT, 40, ended(CallState::Completed, Some(40))));
    assert_eq!((line.seen().state, line.seen().duration_s), (CallState::Completed, Some(28)));
}

#[test]
fn a_voicemail_box_that_picks_up_leaves_the_caller_to_others() {
    let mut line = taken();
    line.hears(news(AGENT, 8, Step::Answered));
    line.hears(news(AGENT, 28, ended(CallState::Completed, Some(20))));
    let seen = line.seen();
    assert_eq!((seen.agent_id, seen.legs[1].state), (None, CallState::NoAnswer));
    assert_eq!((seen.answered_at, seen.legs[1].answered_at), (None, None));
    assert!(line.standing.waits() && line.standing.passed == [ANN]);
    assert_eq!(line.told.last(), Some(&EventType::CallControlFailed));
    line.hears(news(CONTACT, 60, ended(CallState::Completed, Some(60))));
    assert_eq!((line.seen().state, line.seen().missed), (CallState::NoAnswer, true));
}

#[test]
fn a_placed_call_whose_user_does_not_confirm_calls_nobody() {
    let mut line = Line::outbound_by_phone();
    line.hears(news(AGENT, 4, Step::Answered));
    assert_eq!((&line.duties[..], line.seen().state), (&[Duty(Task::Dial, AGENT)][..], CallState::Initiated));
    line.hears(news(AGENT, 20, ended(CallState::Completed, Some(16))));
    let seen = line.seen();
    assert_eq!((seen.state, seen.error.unwrap().code.as_str()), (CallState::NoAnswer, "AGENT_NOT_REACHED"));
    assert_eq!((line.endings(), line.duties.len()), (1, 1));
    let mut line = Line::outbound_by_phone();
    line.hears(news(AGENT, 4, Step::Answered));
    line.hears(news(AGENT, 9, Step::Confirmed));
    assert_eq!(line.duties, [Duty(Task::Dial, AGENT), Duty(Task::Dial, CONTACT)]);
}

#[test]
fn a_transfer_goes_on_to_the_next_when_nobody_confirms() {
    let mut line = taken();
    line.hears(news(AGENT, 8, Step::Confirmed));
    let target = |leg_id, user_id| Target { leg_id, address: by_phone(ANN).address, user_id };
    let to = vec![target(NEXT, Some(BEN)), target(LAST, None)];
    let transfer = Transfer { to, board_id: None, kind: TransferKind::Blind };
    line.does(ann(), 10, CallWhat::Transfer(transfer)).unwrap();
    line.hears(news(NEXT, 12, Step::Answered));
    assert_eq!((line.seen().state, line.seen().agent_id), (CallState::Transferring, Some(ANN)));
    line.hears(News {
        external_id: Some("CA4".to_owned()),
        ..news(NEXT, 30, ended(CallState::Completed, Some(18)))
    });
    assert_eq!(line.duties.last(), Some(&Duty(Task::Dial, LAST)));
    let confirms = |leg: LegId| line.standing.leg(leg).unwrap().confirms;
    assert!(confirms(NEXT) && !confirms(LAST), "a number that is no user is asked nothing");
    line.hears(news(LAST, 33, Step::Answered));
    assert_eq!(line.told.last(), Some(&EventType::CallTransferred));
}

#[test]
fn only_users_on_a_telephone_confirm_and_only_where_the_number_wants_it() {
    let asked = |mut line: Line, answer: Answer| {
        line.does(ann(), 5, CallWhat::Answer(answer)).unwrap();
        line.standing.leg(AGENT).unwrap().confirms
    };
    assert!(asked(Line::screened(), by_phone(ANN)));
    assert!(!asked(Line::screened(), answer(ANN)), "who clicks has confirmed");
    assert!(!asked(Line::inbound(), by_phone(ANN)));
}

#[test]
fn he_was_put_through_before_the_end_whatever_the_clocks_say() {
    let mut line = taken();
    line.hears(news(AGENT, 31, Step::Confirmed));
    line.hears(news(AGENT, 30, ended(CallState::Completed, Some(20))));
    let seen = line.seen();
    assert_eq!((seen.answered_at, seen.legs[1].state), (Some(at(30)), CallState::Completed));
    assert_eq!(seen.agent_id, Some(ANN), "nobody else is asked");
}

#[test]
fn a_caller_is_not_heard_before_he_was_asked_for_his_name() {
    let mut line = Line::screened();
    line.does(ann(), 2, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 3, Step::Answered));
    assert_eq!((line.seen().state, line.seen().answered_at), (CallState::Ringing, None));
    line.hears(news(CONTACT, 7, Step::Confirmed));
    assert_eq!((line.seen().state, line.seen().answered_at), (CallState::InProgress, Some(at(7))));
    assert_eq!(line.told.last(), Some(&EventType::CallInProgress));
}

#[test]
fn nobody_is_recorded_before_the_caller_can_hear_that_he_is() {
    let screening = ScreeningRules { caller_named: true, agent_confirms: true };
    let recording = RecordingRules { by_itself: true, announced: true };
    let external_id = Some("CA1".to_owned());
    let mut line = Line::begun(Begin { screening, recording, external_id, ..begin(Direction::Inbound) });
    line.does(ann(), 2, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 3, Step::Answered));
    assert!(!line.standing.notice_awaited, "he is still saying his name");
    line.hears(news(CONTACT, 7, Step::Confirmed));
    assert!(line.standing.notice_awaited);
}

#[test]
fn a_caller_whose_agent_left_before_he_had_said_his_name_is_let_go() {
    let mut line = Line::screened();
    line.does(ann(), 2, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 3, Step::Answered));
    assert!(line.standing.has_somebody());
    line.hears(news(AGENT, 5, ended(CallState::Completed, Some(2))));
    assert!(!line.standing.has_somebody());
    assert_eq!(line.duties.last(), Some(&Duty(Task::HangUp, CONTACT)));
    line.hears(news(CONTACT, 7, Step::Confirmed));
    assert_eq!(line.duties.iter().filter(|duty| **duty == Duty(Task::HangUp, CONTACT)).count(), 1);
}

#[test]
fn what_a_caller_says_first_is_shown_whichever_is_heard_first() {
    let (first, second) = (said(3, " Joe  of\nAcme. "), said(9, "Jim"));
    for heard in [vec![first.clone(), second.clone()], vec![second.clone(), first.clone(), second]] {
        assert_eq!(shown(heard).as_deref(), Some("Joe of Acme."));
    }
    let mut line = Line::screened();
    line.hears(first);
    assert_eq!(line.told.last(), Some(&EventType::CallUpdated));
}

#[test]
fn what_a_stranger_dictates_is_one_short_line_of_letters() {
    let of = |text: &str| shown([said(3, text)]);
    assert_eq!(of("\u{202e}gnp.exe\u{0}\u{1b}[31m \u{200b}\u{feff}\u{fffe}").as_deref(), Some("gnp.exe[31m"));
    assert_eq!(of("<b>&amp;").as_deref(), Some("<b>&amp;"), "who shows it writes it as text");
    assert_eq!(of(&"ü".repeat(500)).unwrap().chars().count(), 100);
    for nothing in ["", " \n", "\u{200b}\u{7}"] {
        assert_eq!(of(nothing), None);
    }
}

#[test]
fn who_picks_up_is_told_who_calls() {
    let mut line = taken();
    assert_eq!(line.standing.question(AGENT), "Call from 1 2 0 2 5 5 5 0 1 2 3. Press 1 to take it.");
    line.hears(said(6, "Joe."));
    assert_eq!(line.standing.question(AGENT), "Call from Joe. Press 1 to take it.");
    let line = Line::outbound_by_phone();
    assert_eq!(line.standing.question(AGENT), "Your call to 1 2 0 2 5 5 5 0 1 2 3. Press 1 to be connected.");
    let hidden = begin(Direction::Inbound);
    let line = Line::begun(Begin { contact: Address::anonymous(), ..hidden });
    assert_eq!(line.standing.question(AGENT), "Call from an unknown number. Press 1 to take it.");
}

#[test]
fn nobody_is_put_through_who_is_not_wanted_any_more() {
    let admits = |line: &Line, sid: &str| line.standing.admits(AGENT, sid).is_some();
    let mut line = taken();
    assert!(admits(&line, "CA2"), "what the provider calls it is not known yet");
    line.hears(news(AGENT, 8, Step::Answered));
    assert!(admits(&line, "CA2") && !admits(&line, "CA9"));
    assert!(line.standing.admits(CONTACT, "CA1").is_none() && line.standing.admits(NEXT, "CA2").is_none());
    let mut over = taken();
    over.hears(news(CONTACT, 9, ended(CallState::Completed, None)));
    assert!(!admits(&over, "CA2"));
    line.does(ann(), 9, CallWhat::HangUp(Some(AGENT))).unwrap();
    assert!(!admits(&line, "CA2"));
}
