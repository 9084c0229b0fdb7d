//! What is said into a call, and whether it is recorded.

use super::*;
use crate::call::{
    CallError, Control, Digits, Failed,
    duty::{Announcement, Duty, Task},
};

const NOTICE: Task = Task::Announce(Announcement::Notice);

fn ann() -> Principal {
    Principal::User(ANN)
}

/// Ann talks with the caller.
fn talking_on(mut line: Line) -> Line {
    line.does(ann(), 5, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 8, Step::Answered));
    line
}

fn talking() -> Line {
    talking_on(Line::inbound())
}

fn said(what: Announcement) -> Step {
    Step::Announced(what, None)
}

fn unsaid(what: Announcement) -> Step {
    Step::Announced(what, Some(CallError::new("NOT_ANNOUNCED", "x")))
}

fn recorded(id: &str, on: bool) -> Step {
    Step::Recording { id: id.to_owned(), on }
}

#[test]
fn a_recording_waits_until_everybody_was_told() {
    let mut line = talking();
    line.does(ann(), 10, CallWhat::Record(true)).unwrap();
    assert_eq!(line.duties.last(), Some(&Duty(NOTICE, CONTACT)));
    assert_eq!((line.seen().recording, line.seen().pending[0].control), (false, Control::Record));
    line.hears(news(CONTACT, 14, said(Announcement::Notice)));
    assert_eq!(line.duties.last(), Some(&Duty(Task::Record(true), CONTACT)));
    assert!(!line.seen().recording, "nobody has said that it began");
    line.hears(news(CONTACT, 15, recorded("RE1", true)));
    assert!(line.seen().recording && line.seen().pending.is_empty());
    assert_eq!(line.told.last(), Some(&EventType::CallUpdated));
    let duties = line.duties.len();
    line.hears(news(CONTACT, 16, said(Announcement::Notice)));
    assert_eq!(line.duties.len(), duties, "it begins once");
    assert_eq!(line.does(ann(), 17, CallWhat::Record(true)), Err(CallRefusal::NothingNew));
}

#[test]
fn a_notice_nobody_heard_begins_nothing() {
    let mut line = talking();
    line.does(ann(), 10, CallWhat::Record(true)).unwrap();
    line.hears(news(CONTACT, 12, unsaid(Announcement::Notice)));
    assert_eq!(line.told.last(), Some(&EventType::CallControlFailed));
    line.hears(news(CONTACT, 13, said(Announcement::Notice)));
    assert!(!line.duties.contains(&Duty(Task::Record(true), CONTACT)) && line.seen().pending.is_empty());
    line.does(ann(), 20, CallWhat::Record(true)).unwrap();
    assert_eq!(line.does(Principal::System, 79, CallWhat::Look), Err(CallRefusal::NothingNew));
    assert_eq!(line.seen().pending.len(), 1);
    line.does(Principal::System, 80, CallWhat::Look).unwrap();
    assert!(line.seen().pending.is_empty(), "nobody says what became of it");
    line.hears(news(CONTACT, 90, said(Announcement::Notice)));
    assert!(!line.duties.contains(&Duty(Task::Record(true), CONTACT)));
}

#[test]
fn who_asks_no_longer_is_not_recorded() {
    let mut line = talking();
    line.does(ann(), 10, CallWhat::Record(true)).unwrap();
    line.does(ann(), 11, CallWhat::Record(false)).unwrap();
    assert!(line.seen().pending.is_empty() && !line.standing.wants(NOTICE));
    line.hears(news(CONTACT, 14, said(Announcement::Notice)));
    assert_eq!(line.duties.last(), Some(&Duty(NOTICE, CONTACT)), "and nothing after it");
    assert_eq!(line.does(ann(), 15, CallWhat::Record(false)), Err(CallRefusal::NothingNew));
}

#[test]
fn a_recording_that_is_taken_back_while_it_begins_is_ended() {
    let mut line = talking();
    line.does(ann(), 10, CallWhat::Record(true)).unwrap();
    line.hears(news(CONTACT, 14, said(Announcement::Notice)));
    line.does(ann(), 15, CallWhat::Record(false)).unwrap();
    assert!(line.duties.ends_with(&[Duty(Task::Record(true), CONTACT), Duty(Task::Record(false), CONTACT)]));
}

#[test]
fn what_was_heard_of_recordings_is_the_same_in_any_order() {
    let steps = [recorded("RE1", true), recorded("RE1", false), recorded("RE2", true)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut line = talking();
        for one in order {
            line.hears(news(CONTACT, 20, steps[one].clone()));
            line.hears(news(CONTACT, 20, steps[one].clone()));
        }
        assert!(line.seen().recording, "{order:?}");
        line.hears(news(CONTACT, 30, recorded("RE2", false)));
        assert!(!line.seen().recording, "{order:?}");
    }
}

#[test]
fn a_call_is_recorded_by_itself_when_its_number_says_so() {
    for announced in [true, false] {
        let mut line = Line::inbound();
        line.standing.recording = RecordingRules { by_itself: true, announced };
        line.does(ann(), 5, CallWhat::Answer(answer(ANN))).unwrap();
        assert_eq!(line.duties, [Duty(Task::Dial, AGENT)], "nobody talks yet");
        line.hears(news(AGENT, 8, Step::Answered));
        let first = if announced { NOTICE } else { Task::Record(true) };
        assert_eq!(line.duties.last(), Some(&Duty(first, CONTACT)));
        line.hears(news(AGENT, 8, Step::Answered));
        assert_eq!(line.duties.len(), 2);
    }
    assert_eq!(talking().duties.len(), 1, "and not without");
}

#[test]
fn a_recording_ends_with_its_call() {
    let mut line = talking();
    line.hears(news(CONTACT, 15, recorded("RE1", true)));
    assert!(line.seen().recording);
    line.hears(news(CONTACT, 20, ended(CallState::Completed, Some(20))));
    assert!(!line.seen().recording);
    assert_eq!(line.does(ann(), 21, CallWhat::Record(false)), Err(CallRefusal::Over));
    assert_eq!(Line::inbound().does(ann(), 3, CallWhat::Record(true)), Err(CallRefusal::NotAnswered));
}

fn send(digits: &str) -> CallWhat {
    CallWhat::SendDigits(Digits::typed(digits))
}

#[test]
fn digits_go_one_sending_after_the_other_and_are_gone() {
    let mut line = talking();
    line.does(ann(), 10, send("0123456789*#wW")).unwrap();
    assert_eq!(line.duties.last(), Some(&Duty(Task::Announce(Announcement::Digits), CONTACT)));
    assert_eq!(line.does(ann(), 11, send("1")), Err(CallRefusal::DigitsUnderWay));
    line.hears(news(CONTACT, 12, said(Announcement::Digits)));
    assert!(line.standing.digits.is_none() && line.seen().pending.is_empty());
    assert_eq!(line.told.last(), Some(&EventType::CallUpdated));
    line.does(ann(), 13, send("1")).unwrap();
    let error = CallError::new("NOT_REACHABLE", "x");
    let failed = Failed { control: Control::SendDigits, leg_id: CONTACT, error };
    line.does(Principal::System, 14, CallWhat::Failed(failed)).unwrap();
    assert!(line.standing.digits.is_none());
    line.does(ann(), 15, send("1")).unwrap();
    line.hears(news(CONTACT, 20, ended(CallState::Completed, Some(20))));
    assert!(line.standing.digits.is_none(), "nothing of them stays");
}

#[test]
fn what_is_no_tone_is_refused_and_digits_show_nowhere() {
    let mut line = talking();
    let long = "1".repeat(33);
    for wrong in ["", "a", "1 2", "+1", "١", "1\"", long.as_str()] {
        let refused = line.does(ann(), 10, send(wrong));
        assert!(matches!(refused, Err(CallRefusal::Invalid { field: "digits", .. })), "{wrong}");
    }
    line.does(ann(), 10, send("4815162342")).unwrap();
    assert!(!format!("{:?} {:?}", line.standing, send("4815162342")).contains("4815"));
    assert!(!serde_json::to_string(&line.standing.shape()).unwrap().contains("4815"));
}
