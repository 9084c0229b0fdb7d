//! Whatever happens on the lines, and in whatever order: what is over stays over, and what is told makes sense.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::faults::Faults;
use super::super::journey::Delays;
use super::announcing::Announcement;
use super::call::{Begin, Direction, Ending, Event, Origin, Status};
use super::conference::{self, Seat, Stage};
use super::conferences::Leaving;
use super::follow::Source;
use super::lines::Lines;
use super::person::Person;
use super::post::{Letter, Subscription};
use super::recording::{self, Of, Wish};
use super::*;

#[derive(Debug, Clone)]
enum Happening {
    Begin(Direction, Option<Index>),
    Initiate(Index),
    Ring(Index),
    Answer(Index),
    End(Index, Ending),
    HangUp(Index),
    Act(Index),
    Bridge(Index),
    Redirect(Index),
    Record(Index),
    Join(Index, Box<Seat>),
    Leave(Index),
    Kick(Index),
    Change(Index, bool),
    EndConference(Index),
    Announce(Index, bool),
}

fn seats() -> impl Strategy<Value = Seat> {
    (prop::sample::select(vec!["red", "blue"]), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(name, start_on_enter, end_on_exit, is_recorded)| Seat {
            start_on_enter,
            end_on_exit,
            subscription: told_of(conference::EVENTS),
            record: is_recorded.then(|| Wish::of(recording::Source::Conference, told_of(recording::EVENTS))),
            ..Seat::at(name)
        },
    )
}

fn happenings() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let directions = prop::sample::select(vec![Direction::Inbound, Direction::OutboundApi]);
    let endings =
        prop::sample::select(vec![Ending::Completed, Ending::Busy, Ending::Failed, Ending::NoAnswer]);
    prop_oneof![
        3 => directions.prop_map(|direction| Begin(direction, None)),
        2 => any::<Index>().prop_map(|parent| Begin(Direction::OutboundDial, Some(parent))),
        2 => any::<Index>().prop_map(Initiate),
        4 => any::<Index>().prop_map(Ring),
        5 => any::<Index>().prop_map(Answer),
        1 => (any::<Index>(), endings).prop_map(|(call, ending)| End(call, ending)),
        1 => any::<Index>().prop_map(HangUp),
        1 => any::<Index>().prop_map(Act),
        2 => any::<Index>().prop_map(Bridge),
        1 => any::<Index>().prop_map(Redirect),
        2 => any::<Index>().prop_map(Record),
        6 => (any::<Index>(), seats()).prop_map(|(call, seat)| Join(call, Box::new(seat))),
        1 => any::<Index>().prop_map(Leave),
        1 => any::<Index>().prop_map(Kick),
        2 => (any::<Index>(), any::<bool>()).prop_map(|(call, is_on)| Change(call, is_on)),
        1 => any::<Index>().prop_map(EndConference),
        2 => (any::<Index>(), any::<bool>()).prop_map(|(call, is_to_all)| Announce(call, is_to_all)),
    ]
}

fn told_of(events: &[&str]) -> Option<Subscription> {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    Some(Subscription { target: Target::post("http://127.0.0.1/"), events })
}

fn lines() -> Lines {
    let delays = Delays { late: Duration::ZERO, double: Duration::ZERO };
    let weather = Weather { seed: 7, faults: Faults::default(), step: Duration::ZERO, delays };
    Lines::new("AC1".to_owned(), "http://127.0.0.1".to_owned(), usize::MAX, weather)
}

fn begin(lines: &mut Lines, direction: Direction, parent: Option<String>, now: i64) {
    let begin = Begin {
        from: "+12025550100".to_owned(),
        to: "+12025550123".to_owned(),
        direction,
        parent,
        origin: Origin::default(),
        person: Person::default(),
        callback: told_of(Event::NAMES),
        fallback: None,
        record: None,
    };
    lines.begin(begin, now).unwrap();
}

/// As a call's own task would: nothing is done for what is over.
fn happen(lines: &mut Lines, happening: Happening, now: i64) {
    use Happening::*;
    let sid = |lines: &Lines, index: &Index| {
        let going_on: Vec<&str> =
            lines.calls.iter().filter(|call| !call.is_over()).map(|call| call.sid.as_str()).collect();
        if going_on.is_empty() { String::new() } else { (*index.get(&going_on)).to_owned() }
    };
    match happening {
        Begin(direction, parent) => {
            let parent = parent.map(|parent| sid(lines, &parent)).filter(|sid| !sid.is_empty());
            begin(lines, direction, parent, now);
        }
        Initiate(call) => lines.initiate(&sid(lines, &call), now),
        Ring(call) => lines.ring(&sid(lines, &call), now),
        Answer(call) => lines.answer(&sid(lines, &call), now),
        End(call, ending) => lines.end(&sid(lines, &call), ending, now),
        HangUp(call) => lines.hang_up(&sid(lines, &call), now),
        Act(call) => lines.act(&sid(lines, &call), super::Act::HangsUp, now),
        Bridge(call) => drop(lines.bridge(&sid(lines, &call), now)),
        Redirect(call) => lines.redirect(&sid(lines, &call), Source::Verbs(Vec::new()), now),
        Record(call) => {
            let sid = sid(lines, &call);
            if lines.call(&sid).is_some_and(|call| call.status == Status::InProgress) {
                let subscription = told_of(recording::EVENTS);
                let source = recording::Source::StartCallRecordingApi;
                lines.record(Of::Call(sid), Wish::of(source, subscription), now);
            }
        }
        Join(call, seat) => enter(lines, &sid(lines, &call), *seat, now),
        Leave(call) => lines.leave(&sid(lines, &call), Leaving::ByApi, now),
        Kick(call) => lines.take_from_conference(&sid(lines, &call), now),
        Happening::Change(call, is_on) => {
            let change = conference::Change { muted: Some(is_on), ..conference::Change::default() };
            lines.change_participant(&sid(lines, &call), &change, now);
        }
        Announce(call, is_to_all) => {
            let call = sid(lines, &call);
            if let Some(conference) = lines.call(&call).and_then(|call| call.last_conference.clone()) {
                let (to, target) = ((!is_to_all).then_some(call), Target::post("http://127.0.0.1/"));
                lines.tell_announced(&Announcement { conference, to, target }, Ok(()), now);
            }
        }
        EndConference(call) => {
            let call = sid(lines, &call);
            if let Some(conference) = lines.call(&call).and_then(|call| call.conference.clone()) {
                lines.end_conference(&conference, now);
            }
        }
    }
}

/// A call that is not answered yet is expected; one that is enters, where it is expected if it is.
fn enter(lines: &mut Lines, sid: &str, seat: Seat, now: i64) {
    let Some(call) = lines.call(sid) else { return };
    let expected = call.conference.as_ref().and_then(|conference| lines.conference(conference));
    let is_in = expected.and_then(|it| it.participant(sid)).is_some_and(|it| it.is_in);
    match (call.status, expected) {
        (Status::InProgress, _) if is_in => {}
        (Status::InProgress, Some(expected)) => {
            let seat = Seat { name: expected.name.clone(), ..seat };
            lines.join(sid, &seat, now).unwrap();
        }
        (Status::InProgress, None) => lines.join(sid, &seat, now).unwrap(),
        (_, None) => lines.reserve(sid, &seat, now),
        (_, Some(_)) => {}
    }
}

/// The letters of each call, conference or recording, by its SID.
fn by_sender(letters: Vec<Letter>) -> BTreeMap<String, Vec<Letter>> {
    let mut by_sender: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
    for letter in letters {
        let name = match letter.kind {
            "conference callbacks" => "ConferenceSid",
            "recording callbacks" => "RecordingSid",
            _ => "CallSid",
        };
        by_sender.entry(field(&letter, name).unwrap().to_owned()).or_default().push(letter);
    }
    by_sender
}

fn field<'a>(letter: &'a Letter, name: &str) -> Option<&'a str> {
    letter.form.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
}

fn said(letters: Option<&Vec<Letter>>, name: &str) -> Vec<String> {
    let letters = letters.into_iter().flatten();
    letters.filter_map(|letter| field(letter, name)).map(str::to_owned).collect()
}

fn assert_calls_make_sense(lines: &Lines, told: &BTreeMap<String, Vec<Letter>>) {
    for call in &lines.calls {
        let told = told.get(&call.sid);
        let sequence: Vec<u64> = said(told, "SequenceNumber").iter().map(|it| it.parse().unwrap()).collect();
        assert!(sequence.is_sorted_by(|earlier, later| earlier < later), "{sequence:?}");
        let is_end = |it: &&Letter| it.about.as_ref().is_some_and(|(_, event)| *event == "completed");
        let ends = told.into_iter().flatten().filter(is_end);
        assert_eq!(ends.count(), usize::from(call.is_over()), "an end is told once");
        if call.is_over() {
            assert_eq!(said(told, "CallStatus").last().map(String::as_str), Some(call.status.as_str()));
            assert!(call.conference.is_none() && call.engagement.is_none());
            assert_eq!(lines.children(&call.sid).count(), 0, "a leg outlived the call that dialled it");
        }
        assert!(!(call.bridged && call.is_over()));
    }
}

fn assert_conferences_make_sense(lines: &Lines, told: &BTreeMap<String, Vec<Letter>>) {
    for it in &lines.conferences {
        let told = told.get(&it.sid);
        let events = said(told, "StatusCallbackEvent");
        let count = |name: &str| events.iter().filter(|event| *event == name).count();
        let sequence: Vec<String> = (1..=events.len()).map(|number| number.to_string()).collect();
        assert_eq!(said(told, "SequenceNumber"), sequence);
        assert_eq!(count("participant-join") - count("participant-leave"), it.present());
        assert!(count("conference-start") <= 1);
        let is_over = it.stage == Stage::Completed;
        if let Some(last) = events.last() {
            assert_eq!(last == "conference-end", is_over, "{events:?}");
        }
        assert_eq!(it.participants.is_empty(), is_over);
        for participant in &it.participants {
            let call = lines.call(&participant.call).unwrap();
            assert_eq!((call.is_over(), call.conference.as_ref()), (false, Some(&it.sid)));
        }
    }
}

fn assert_recordings_make_sense(lines: &Lines, told: &BTreeMap<String, Vec<Letter>>) {
    for it in &lines.recordings {
        let is_of_what_is_over = match &it.of {
            Of::Call(sid) => lines.call(sid).unwrap().is_over(),
            Of::Conference(sid) => lines.conference(sid).unwrap().stage == Stage::Completed,
        };
        assert_eq!(it.state.is_over(), is_of_what_is_over);
        let states = said(told.get(&it.sid), "RecordingStatus");
        let expected: &[&str] =
            if it.state.is_over() { &["in-progress", "completed"] } else { &["in-progress"] };
        assert_eq!(states, expected);
    }
}

proptest! {
    #[test]
    fn what_is_told_of_the_lines_makes_sense(happenings in prop::collection::vec(happenings(), 1..80)) {
        let (mut lines, mut letters) = (lines(), Vec::new());
        for (now, happening) in happenings.into_iter().enumerate() {
            happen(&mut lines, happening, i64::try_from(now).unwrap());
            letters.extend(lines.post.collect().leaving.into_iter().map(|(_, letter)| letter));
        }
        let told = by_sender(letters);
        assert_calls_make_sense(&lines, &told);
        assert_conferences_make_sense(&lines, &told);
        assert_recordings_make_sense(&lines, &told);
    }
}
