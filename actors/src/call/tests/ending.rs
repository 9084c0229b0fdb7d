//! How a call ends, and what is done about those who are still on it.

use super::*;
use crate::call::duty::{Duty, Task};

fn user(id: UserId) -> Principal {
    Principal::User(id)
}

#[test]
fn a_caller_nobody_took_is_missed() {
    let mut line = Line::inbound();
    line.hears(news(CONTACT, 20, ended(CallState::Completed, Some(20))));
    let seen = line.seen();
    assert_eq!((seen.state, seen.missed, seen.duration_s), (CallState::NoAnswer, true, None));
    assert_eq!(line.told.last(), Some(&EventType::CallFailed));
}

#[test]
fn a_call_that_was_taken_begins_when_both_are_on_the_line() {
    let mut line = Line::inbound();
    line.does(user(ANN), 5, CallWhat::Answer(answer(ANN))).unwrap();
    assert_eq!((line.seen().state, line.seen().pending.len()), (CallState::Ringing, 1));
    assert_eq!(line.duties, [Duty(Task::Dial, AGENT)]);
    line.hears(news(AGENT, 8, Step::Answered));
    let seen = line.seen();
    assert_eq!(
        (seen.state, seen.answered_at, seen.agent_id),
        (CallState::InProgress, Some(at(8)), Some(ANN))
    );
    assert!(seen.pending.is_empty());
    line.hears(news(CONTACT, 28, ended(CallState::Completed, Some(28))));
    let seen = line.seen();
    assert_eq!((seen.state, seen.duration_s, seen.missed), (CallState::Completed, Some(20), false));
    assert!(line.duties.contains(&Duty(Task::HangUp, AGENT)), "who is left is not left alone");
}

#[test]
fn who_comes_second_is_told_that_somebody_was_faster() {
    let mut line = Line::inbound();
    line.does(user(ANN), 5, CallWhat::Answer(answer(ANN))).unwrap();
    let second = line.does(user(BEN), 5, CallWhat::Answer(answer(BEN)));
    assert_eq!(second, Err(CallRefusal::AlreadyAnswered));
}

#[test]
fn an_agent_who_cannot_be_reached_leaves_the_caller_to_others() {
    let mut line = Line::inbound();
    line.does(user(ANN), 5, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 9, ended(CallState::Failed, None)));
    assert!(line.standing.waits() && line.seen().pending.is_empty());
    assert_eq!(line.told.last(), Some(&EventType::CallControlFailed));
    line.does(
        user(BEN),
        12,
        CallWhat::Answer(Answer { leg_id: LegId::from_uuid(Uuid::from_u128(3)), ..answer(BEN) }),
    )
    .unwrap();
    assert_eq!(line.seen().agent_id, Some(BEN));
}

#[test]
fn an_agent_who_cannot_be_reached_calls_nobody() {
    let mut line = Line::outbound();
    line.hears(news(AGENT, 20, ended(CallState::NoAnswer, None)));
    let seen = line.seen();
    assert_eq!((seen.state, seen.error.unwrap().code.as_str()), (CallState::NoAnswer, "AGENT_NOT_REACHED"));
    assert_eq!((line.endings(), &line.duties[..]), (1, &[Duty(Task::Dial, AGENT)][..]));
}

#[test]
fn the_contact_is_called_once_one_of_us_is_on_the_line() {
    let mut line = Line::outbound();
    line.hears(news(AGENT, 2, Step::Ringing));
    assert_eq!(line.duties, [Duty(Task::Dial, AGENT)]);
    line.hears(news(AGENT, 4, Step::Answered));
    line.hears(news(AGENT, 4, Step::Answered));
    assert_eq!(line.duties, [Duty(Task::Dial, AGENT), Duty(Task::Dial, CONTACT)]);
}

#[test]
fn whoever_hangs_up_before_an_answer_cancels() {
    let mut line = Line::outbound();
    line.hears(news(AGENT, 4, Step::Answered));
    line.hears(news(CONTACT, 6, Step::Ringing));
    line.does(user(ANN), 9, CallWhat::HangUp(None)).unwrap();
    line.hears(news(CONTACT, 10, ended(CallState::NoAnswer, None)));
    line.hears(news(AGENT, 10, ended(CallState::Completed, Some(6))));
    assert_eq!((line.seen().state, line.told.last()), (CallState::Canceled, Some(&EventType::CallUpdated)));
    assert_eq!((line.endings(), line.seen().missed), (1, false));
    let again = line.does(user(ANN), 11, CallWhat::HangUp(None));
    assert_eq!(again, Err(CallRefusal::Over));
}

#[test]
fn a_call_that_breaks_off_is_dropped() {
    let mut line = Line::inbound();
    line.does(user(ANN), 5, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 8, Step::Answered));
    line.hears(news(CONTACT, 28, ended(CallState::Failed, Some(28))));
    let seen = line.seen();
    assert_eq!((seen.state, seen.dropped), (CallState::Failed, true));
}

#[test]
fn a_leg_that_is_placed_after_the_end_is_ended_too() {
    let mut line = Line::inbound();
    line.does(user(ANN), 5, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(CONTACT, 6, ended(CallState::Completed, Some(6))));
    assert!(!line.duties.contains(&Duty(Task::HangUp, AGENT)), "nobody knows it yet");
    line.hears(news(AGENT, 7, Step::Initiated));
    assert!(line.duties.contains(&Duty(Task::HangUp, AGENT)));
    assert_eq!(line.endings(), 1);
}
