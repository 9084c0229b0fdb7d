//! Offers, controls, and what time brings.

use std::time::Duration;

use super::*;
use crate::call::{
    Control, Disposition, Offering,
    duty::{Duty, Task},
};

fn user(id: UserId) -> Principal {
    Principal::User(id)
}

fn offer(users: &[UserId], at_once: usize) -> CallWhat {
    CallWhat::Offer(Offering { users: users.to_vec(), at_once, lasting: Duration::from_secs(20) })
}

/// Ann talks with the caller.
fn talking() -> Line {
    let mut line = Line::inbound();
    line.does(user(ANN), 5, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 8, Step::Answered));
    line
}

#[test]
fn all_are_asked_at_once_or_one_after_the_other() {
    let mut line = Line::inbound();
    line.does(Principal::System, 1, offer(&[ANN, BEN], 10)).unwrap();
    assert_eq!(line.standing.offers.len(), 2);
    let mut line = Line::inbound();
    line.does(Principal::System, 1, offer(&[ANN, BEN], 1)).unwrap();
    assert_eq!(line.standing.offers[0].user_id, ANN);
    assert_eq!(line.does(Principal::System, 2, offer(&[ANN, BEN], 1)), Err(CallRefusal::NothingNew));
    line.does(Principal::System, 21, CallWhat::Look).unwrap();
    line.does(Principal::System, 21, offer(&[ANN, BEN], 1)).unwrap();
    assert_eq!(line.standing.offers[0].user_id, BEN);
}

#[test]
fn a_caller_everybody_declines_waits_no_longer() {
    let mut line = Line::inbound();
    line.does(Principal::System, 1, offer(&[ANN], 10)).unwrap();
    line.does(user(ANN), 2, CallWhat::Decline(ANN)).unwrap();
    assert!(line.standing.next_look().unwrap() <= at(2), "whoever is next is asked at once");
    line.does(Principal::System, 2, offer(&[ANN], 10)).unwrap();
    assert!(line.standing.turned_away && line.duties == [Duty(Task::TurnAway, CONTACT)]);
    assert_eq!(line.does(user(BEN), 3, CallWhat::Answer(answer(BEN))), Err(CallRefusal::AlreadyAnswered));
}

#[test]
fn a_caller_is_not_kept_for_ever() {
    let mut line = Line::inbound();
    line.does(Principal::System, 1, offer(&[ANN], 10)).unwrap();
    line.does(Principal::System, 29, CallWhat::Look).unwrap();
    assert!(!line.standing.turned_away && line.standing.offers.is_empty());
    line.does(Principal::System, 30, CallWhat::Look).unwrap();
    assert!(line.standing.turned_away);
    assert_eq!(line.duties, [Duty(Task::TurnAway, CONTACT)]);
}

#[test]
fn offers_end_with_the_call() {
    let mut line = Line::inbound();
    line.does(Principal::System, 1, offer(&[ANN, BEN], 10)).unwrap();
    line.hears(news(CONTACT, 4, ended(CallState::Completed, Some(4))));
    assert!(line.standing.offers.is_empty());
    assert_eq!(line.told.iter().filter(|kind| **kind == EventType::CallOfferEnded).count(), 2);
}

#[test]
fn a_control_waits_until_the_provider_confirmed_it() {
    let mut line = talking();
    line.does(user(ANN), 10, CallWhat::Mute(true, None)).unwrap();
    let seen = line.seen();
    assert_eq!(
        (seen.muted, seen.pending[0].control, seen.pending[0].leg_id),
        (false, Control::Mute, Some(AGENT))
    );
    assert_eq!(line.duties.last(), Some(&Duty(Task::Mute(true), AGENT)));
    line.hears(news(AGENT, 11, Step::Muted(true, Some(4))));
    assert!(line.seen().muted && line.seen().pending.is_empty());
    assert_eq!(line.told.last(), Some(&EventType::CallMuted));
    assert_eq!(line.does(user(ANN), 12, CallWhat::Mute(true, None)), Err(CallRefusal::NothingNew));
    line.does(user(ANN), 13, CallWhat::Hold(true, None)).unwrap();
    assert_eq!(line.duties.last(), Some(&Duty(Task::Hold(true), CONTACT)));
    line.hears(news(CONTACT, 14, Step::Held(true, None)));
    assert!(line.seen().held && line.told.last() == Some(&EventType::CallHeld));
}

#[test]
fn news_of_a_switch_that_is_older_turns_nothing_back() {
    let mut line = talking();
    line.hears(news(AGENT, 11, Step::Muted(false, Some(7))));
    line.hears(news(AGENT, 10, Step::Muted(true, Some(4))));
    assert!(!line.seen().muted);
}

#[test]
fn a_control_that_failed_is_told_and_waits_no_more() {
    let mut line = talking();
    line.does(user(ANN), 10, CallWhat::Hold(true, None)).unwrap();
    let error = crate::call::CallError::new("NOT_IN_A_ROOM", "x");
    let failed = crate::call::Failed { control: Control::Hold, leg_id: CONTACT, error };
    line.does(Principal::System, 11, CallWhat::Failed(failed)).unwrap();
    assert!(line.seen().pending.is_empty() && !line.seen().held);
    assert_eq!(line.told.last(), Some(&EventType::CallControlFailed));
}

#[test]
fn nobody_is_muted_before_anybody_is_on_the_line_nor_after() {
    let mut line = Line::inbound();
    assert_eq!(line.does(user(ANN), 3, CallWhat::Mute(true, None)), Err(CallRefusal::NotAnswered));
    assert_eq!(line.does(user(ANN), 3, CallWhat::Hold(true, None)), Err(CallRefusal::NotAnswered));
    let mut line = talking();
    line.hears(news(CONTACT, 20, ended(CallState::Completed, Some(20))));
    assert_eq!(line.does(user(ANN), 21, CallWhat::Hold(true, None)), Err(CallRefusal::Over));
}

#[test]
fn what_came_of_it_is_said_at_any_time() {
    let mut line = talking();
    line.hears(news(CONTACT, 20, ended(CallState::Completed, Some(20))));
    let told = |disposition: &str| {
        CallWhat::SetDisposition(Disposition {
            disposition: disposition.to_owned(),
            note: Some("Call back".to_owned()),
        })
    };
    line.does(user(ANN), 25, told(" sold ")).unwrap();
    assert_eq!((line.seen().disposition.as_deref(), line.endings()), (Some("sold"), 1));
    let long = "x".repeat(101);
    for wrong in ["", "  ", long.as_str(), "a\0b"] {
        assert!(matches!(
            line.does(user(ANN), 26, told(wrong)),
            Err(CallRefusal::Invalid { field: "disposition", .. })
        ));
    }
}

#[test]
fn it_is_looked_at_until_it_is_over() {
    let mut line = talking();
    assert_eq!(line.standing.next_look(), Some(at(90 + 60)), "they talk");
    line.hears(news(CONTACT, 95, ended(CallState::Completed, Some(95))));
    assert_eq!(line.standing.next_look(), None);
}

#[test]
fn who_asked_in_vain_asks_again_after_the_same_silence() {
    let line = talking();
    let asked = line.standing.clone().silent_since(at(150));
    assert_eq!(asked.next_look(), Some(at(150 + 60)));
}
