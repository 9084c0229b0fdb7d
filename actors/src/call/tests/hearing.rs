//! Late, twice, reordered: the same news leaves the same call.

use proptest::prelude::*;

use super::*;

/// What a carrier tells of a call that Ann places and that is answered, muted and held on the way.
fn talk() -> Vec<News> {
    vec![
        news(AGENT, 1, Step::Initiated),
        news(AGENT, 2, Step::Ringing),
        news(AGENT, 4, Step::Answered),
        news(CONTACT, 5, Step::Initiated),
        news(CONTACT, 6, Step::Ringing),
        news(CONTACT, 11, Step::Answered),
        news(AGENT, 15, Step::Muted(true, Some(3))),
        news(AGENT, 18, Step::Muted(false, Some(5))),
        news(CONTACT, 20, Step::Held(true, Some(6))),
        news(CONTACT, 40, ended(CallState::Completed, Some(29))),
        news(AGENT, 41, ended(CallState::Completed, Some(37))),
    ]
}

/// The same of one that is answered by nobody.
fn unanswered(how: CallState) -> Vec<News> {
    vec![
        news(AGENT, 1, Step::Initiated),
        news(AGENT, 4, Step::Answered),
        news(CONTACT, 5, Step::Initiated),
        news(CONTACT, 6, Step::Ringing),
        news(CONTACT, 30, ended(how, None)),
        news(AGENT, 31, ended(CallState::Completed, Some(27))),
    ]
}

/// Of a call that Ann places by telephone: she presses the key, which is told twice and at two times.
fn confirmed() -> Vec<News> {
    let mut story = talk();
    story.extend([news(AGENT, 5, Step::Confirmed), news(AGENT, 7, Step::Confirmed)]);
    story
}

/// The same, and a voicemail box picks up.
fn unconfirmed() -> Vec<News> {
    vec![
        news(AGENT, 1, Step::Initiated),
        news(AGENT, 2, Step::Ringing),
        news(AGENT, 4, Step::Answered),
        news(AGENT, 24, ended(CallState::Completed, Some(20))),
    ]
}

/// Of a caller who says his name twice, and whom Ann takes by telephone.
fn screened() -> Vec<News> {
    vec![
        news(CONTACT, 6, Step::Confirmed),
        news(CONTACT, 6, Step::Said("Joe".to_owned())),
        news(CONTACT, 7, Step::Said("Jim".to_owned())),
        news(CONTACT, 8, Step::Confirmed),
        news(AGENT, 7, Step::Ringing),
        news(AGENT, 8, Step::Answered),
        news(AGENT, 12, Step::Confirmed),
        news(AGENT, 13, Step::Confirmed),
        news(CONTACT, 40, ended(CallState::Completed, Some(40))),
        news(AGENT, 41, ended(CallState::Completed, Some(33))),
    ]
}

/// A caller whom Ann takes by telephone.
fn taken() -> Line {
    let mut line = Line::screened();
    line.does(Principal::User(ANN), 5, CallWhat::Answer(by_phone(ANN))).unwrap();
    line
}

fn heard(mut line: Line, all: impl IntoIterator<Item = News>) -> Line {
    for one in all {
        line.hears(one);
    }
    line
}

fn stories() -> impl Strategy<Value = Vec<News>> {
    prop_oneof![
        Just(talk()),
        Just(unanswered(CallState::Busy)),
        Just(unanswered(CallState::NoAnswer)),
        Just(unanswered(CallState::Failed)),
        Just(unanswered(CallState::Canceled)),
    ]
}

/// A story, and the same told in any order with any of it told again.
fn retold(stories: impl Strategy<Value = Vec<News>>) -> impl Strategy<Value = (Vec<News>, Vec<News>)> {
    stories.prop_flat_map(|story| {
        let again = proptest::sample::subsequence(story.clone(), 0..=story.len());
        (Just(story), again).prop_flat_map(|(story, again)| {
            let all: Vec<News> = story.iter().cloned().chain(again).collect();
            (Just(story), Just(all).prop_shuffle())
        })
    })
}

proptest! {
    #[test]
    fn in_whatever_order_it_is_told_the_call_ends_the_same((story, retold) in retold(stories())) {
        let (told, retold) = (heard(Line::outbound(), story), heard(Line::outbound(), retold));
        prop_assert_eq!(told.seen(), retold.seen());
        prop_assert_eq!((told.endings(), retold.endings()), (1, 1));
    }

    #[test]
    fn in_whatever_order_a_confirmation_is_told_the_call_ends_the_same(
        (story, retold) in retold(prop_oneof![Just(confirmed()), Just(unconfirmed())]),
    ) {
        let (told, retold) = (heard(Line::outbound_by_phone(), story), heard(Line::outbound_by_phone(), retold));
        prop_assert_eq!(told.seen(), retold.seen());
        prop_assert_eq!((told.endings(), retold.endings()), (1, 1));
    }

    #[test]
    fn in_whatever_order_a_screened_call_is_told_it_ends_the_same((story, retold) in retold(Just(screened()))) {
        // Whose leg is said to be over before it is said that he took it, has given the call back meanwhile.
        let seen = |line: &Line| Call { agent_id: None, ..line.seen() };
        let (told, retold) = (heard(taken(), story), heard(taken(), retold));
        prop_assert_eq!(seen(&told), seen(&retold));
        prop_assert_eq!((told.endings(), retold.endings()), (1, 1));
        let seen = seen(&retold);
        prop_assert_eq!((seen.caller_said.as_deref(), seen.answered_at, seen.duration_s), (Some("Joe"), Some(at(12)), Some(28)));
    }

    #[test]
    fn what_is_lost_leaves_no_call_without_its_end(lost in 0..9_usize) {
        let mut story = talk();
        story.remove(lost);
        let line = heard(Line::outbound(), story);
        let seen = line.seen();
        prop_assert_eq!((seen.state, seen.answered_at, seen.duration_s), (CallState::Completed, Some(at(11)), Some(29)));
    }
}

#[test]
fn the_second_that_counts_is_that_of_the_provider() {
    let seen = heard(Line::outbound(), talk()).seen();
    assert_eq!(
        (seen.state, seen.answered_at, seen.ended_at),
        (CallState::Completed, Some(at(11)), Some(at(40)))
    );
    assert_eq!((seen.duration_s, seen.missed, seen.dropped), (Some(29), false, false));
    assert!(!seen.held && !seen.muted && seen.pending.is_empty());
}

#[test]
fn ends_that_contradict_each_other_are_settled_by_their_own_time() {
    let (busy, done) = (ended(CallState::Busy, None), ended(CallState::Completed, Some(3)));
    let of = |first: News, second: News| heard(Line::outbound(), [first, second]).seen().state;
    let (earlier, later) = (news(CONTACT, 8, busy), news(CONTACT, 9, done));
    assert_eq!(of(earlier.clone(), later.clone()), of(later, earlier));
}

#[test]
fn an_end_that_says_when_counts_before_one_that_does_not() {
    let undated = News { undated: true, ..news(CONTACT, 35, ended(CallState::Completed, None)) };
    let mut story = talk();
    let dated = story.remove(9);
    let line = heard(Line::outbound(), story.into_iter().chain([undated.clone()]));
    assert_eq!(line.seen().ended_at, Some(at(35)));
    assert!(line.standing.ends_undated() && line.standing.next_look().is_some(), "the provider is asked");
    for ends in [[undated.clone(), dated.clone()], [dated, undated]] {
        let mut story = talk();
        story.remove(9);
        let line = heard(Line::outbound(), story.into_iter().chain(ends));
        assert_eq!((line.seen().ended_at, line.standing.next_look()), (Some(at(40)), None));
    }
}

#[test]
fn an_absurd_duration_is_not_believed() {
    for seconds in [-1, i64::MAX, i64::MIN] {
        let mut story = talk();
        story[9] = news(CONTACT, 40, ended(CallState::Completed, Some(seconds)));
        let seen = heard(Line::outbound(), story).seen();
        assert_eq!(seen.duration_s, Some(29), "{seconds}");
    }
}

#[test]
fn of_a_leg_that_is_not_there_nothing_is_heard() {
    let mut line = Line::inbound();
    let stranger = LegId::from_uuid(Uuid::from_u128(99));
    let heard = CallWhat::Hear(vec![news(stranger, 3, Step::Ringing)]);
    assert_eq!(line.does(Principal::System, 3, heard), Err(CallRefusal::LegNotFound));
}
