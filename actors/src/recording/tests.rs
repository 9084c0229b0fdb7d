//! What a recording makes of what it hears, in whatever order it comes.

use entities::{
    Address, CallId, ChannelId, ContactId, ConversationId, RecordingId, Timestamp, UserId,
    message::Direction,
    recording::{RecordingKind, RecordingStatus, TranscriptStatus},
};
use proptest::{prelude::*, sample::Index};
use serde_json::json;
use uuid::Uuid;

use crate::{call, event::EventType};

use super::{
    Policy, RecordingNews, RecordingTold, Standing,
    standing::Stored,
    state::{Decision, Given, decide_delete, decide_give_up, decide_hear, decide_keep},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + second * 1_000_000)
}

fn call() -> call::Standing {
    let id = |number| Uuid::from_u128(number);
    serde_json::from_value(json!({
        "id": CallId::from_uuid(id(5)),
        "channel_id": ChannelId::from_uuid(id(6)),
        "conversation_id": ConversationId::from_uuid(id(7)),
        "contact_id": ContactId::from_uuid(id(8)),
        "agent_id": UserId::from_uuid(id(11)),
        "direction": Direction::Inbound,
        "contact": Address::from_provider("+12025550123"),
        "number": Address::from_provider("+12025550100"),
        "provider": "carrier",
        "room": "CA1",
        "legs": [],
        "started_at": at(0),
        "look_id": entities::JobId::from_uuid(id(9)),
        "heard_at": at(0),
        "rev": 1,
    }))
    .unwrap()
}

fn told(kind: RecordingKind, news: RecordingNews) -> RecordingTold {
    let (call_id, named) = (None, Some("CA1".to_owned()));
    RecordingTold { call_id, named, external_id: "RE1".to_owned(), kind, started_at: Some(at(3)), news }
}

fn taken() -> RecordingNews {
    RecordingNews::Taken { url: "https://carrier.example/RE1.mp3".to_owned(), duration_s: Some(12) }
}

fn policy(members: serde_json::Value) -> Policy {
    Policy::read(members.as_object().unwrap()).unwrap()
}

/// A recording and everything that was told of it.
#[derive(Default)]
struct Tape {
    standing: Option<Standing>,
    told: Vec<EventType>,
    fetches: usize,
}

impl Tape {
    fn hears(&mut self, kind: RecordingKind, news: RecordingNews) {
        self.hears_under(&Policy::default(), kind, news);
    }

    fn hears_under(&mut self, policy: &Policy, kind: RecordingKind, news: RecordingNews) {
        let (call, id) = (call(), RecordingId::from_uuid(Uuid::from_u128(1)));
        let given = Given { call: &call, provider: "carrier", id, policy, now: at(20) };
        let decision = decide_hear(self.standing.as_ref(), &told(kind, news), &given);
        self.becomes(decision);
    }

    fn becomes(&mut self, decision: Option<Decision>) {
        let Some(decision) = decision else { return };
        assert_eq!(decision.after.rev, self.standing.as_ref().map_or(0, |before| before.rev) + 1);
        self.told.extend(decision.told);
        self.fetches += usize::from(decision.fetches);
        self.standing = Some(decision.after);
    }

    fn is_kept(&mut self) {
        let file = Stored { content_type: "audio/mpeg".to_owned(), size: 7 };
        self.becomes(decide_keep(self.standing.as_ref().unwrap(), file));
    }

    fn status(&self) -> RecordingStatus {
        self.standing.as_ref().unwrap().status()
    }

    fn count(&self, kind: &EventType) -> usize {
        self.told.iter().filter(|told| *told == kind).count()
    }
}

#[test]
fn a_call_is_recorded_fetched_and_here() {
    let mut tape = Tape::default();
    tape.hears(RecordingKind::Call, RecordingNews::Begun);
    assert_eq!((tape.status(), tape.fetches), (RecordingStatus::Pending, 0));
    tape.hears(RecordingKind::Call, taken());
    assert_eq!((tape.status(), tape.fetches), (RecordingStatus::Processing, 1));
    tape.is_kept();
    let shape = tape.standing.as_ref().unwrap().shape();
    assert_eq!((shape.status, shape.size, shape.duration_s), (RecordingStatus::Completed, Some(7), Some(12)));
    assert_eq!((shape.agent_id.is_some(), shape.started_at, shape.expires_at), (true, at(3), None));
    use EventType::{RecordingCreated, RecordingStatusChanged};
    assert_eq!(tape.told, [RecordingCreated, RecordingStatusChanged, RecordingStatusChanged]);
    tape.is_kept();
    tape.hears(RecordingKind::Call, taken());
    assert_eq!((tape.told.len(), tape.fetches), (3, 1), "what is known is no news");
}

#[test]
fn silence_is_told_and_what_was_said_after_all_counts_before_it() {
    let mut tape = Tape::default();
    tape.hears(RecordingKind::Voicemail, RecordingNews::Absent);
    assert_eq!(tape.status(), RecordingStatus::Failed);
    assert_eq!(tape.standing.as_ref().unwrap().shape().error.unwrap().code, "NOTHING_RECORDED");
    assert_eq!(tape.count(&EventType::VoicemailCreated), 0);
    tape.hears(RecordingKind::Voicemail, taken());
    assert_eq!((tape.status(), tape.count(&EventType::VoicemailCreated)), (RecordingStatus::Processing, 1));
}

#[test]
fn what_was_given_up_is_here_when_somebody_tries_again() {
    let mut tape = Tape::default();
    tape.hears(RecordingKind::Call, taken());
    let before = tape.standing.clone().unwrap();
    tape.becomes(decide_give_up(&before, "Gone"));
    let shape = tape.standing.as_ref().unwrap().shape();
    assert_eq!((shape.status, shape.error.unwrap().message.as_str()), (RecordingStatus::Failed, "Gone"));
    tape.is_kept();
    assert_eq!(tape.status(), RecordingStatus::Completed);
    let before = tape.standing.clone().unwrap();
    assert!(decide_give_up(&before, "Gone").is_none());
}

#[test]
fn what_was_said_is_redacted_and_goes_with_its_recording() {
    let policy = policy(json!({"keep_days": 30, "redact": ["insulin"]}));
    let mut tape = Tape::default();
    let said = "My card is 4111 1111 1111 1111 and I take insulin".to_owned();
    tape.hears_under(&policy, RecordingKind::Voicemail, RecordingNews::Transcribed(said));
    let standing = tape.standing.clone().unwrap();
    let kept = standing.transcript.clone().unwrap();
    assert_eq!(kept.text.as_deref(), Some("My card is [redacted] and I take [redacted]"));
    assert_eq!(standing.expires_at, Some(at(20 + 30 * 86_400)));
    assert_eq!(tape.told, [EventType::RecordingCreated, EventType::TranscriptCreated]);
    tape.becomes(decide_delete(&standing, at(99)));
    let gone = tape.standing.clone().unwrap();
    assert_eq!((gone.transcript.clone().unwrap().text, gone.deleted_at), (None, Some(at(99))));
    assert_eq!(tape.told.last(), Some(&EventType::RecordingDeleted));
    assert!(decide_delete(&gone, at(100)).is_none());
    let told = tape.told.len();
    tape.hears(RecordingKind::Voicemail, taken());
    assert_eq!(tape.told.len(), told, "what was deleted does not come back");
}

#[test]
fn a_length_nobody_believes_is_none() {
    for seconds in [-1, 86_401, i64::MAX] {
        let mut tape = Tape::default();
        let url = "https://carrier.example/RE1.mp3".to_owned();
        tape.hears(RecordingKind::Call, RecordingNews::Taken { url, duration_s: Some(seconds) });
        assert_eq!(tape.standing.unwrap().shape().duration_s, None, "{seconds}");
    }
}

fn anything() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 1..24)
}

proptest! {
    /// Late, twice and in any order: the same news end in the same recording, and each thing is told once.
    #[test]
    fn the_order_of_news_does_not_matter(more in anything(), shuffle in anything()) {
        let all = [
            RecordingNews::Begun,
            taken(),
            RecordingNews::Absent,
            RecordingNews::Transcribed("Call me".to_owned()),
            RecordingNews::NotTranscribed,
        ];
        let mut news: Vec<_> = all.iter().cloned().chain(more.iter().map(|at| at.get(&all).clone())).collect();
        let mut sorted = Tape::default();
        news.iter().for_each(|one| sorted.hears(RecordingKind::Voicemail, one.clone()));
        for (index, other) in shuffle.iter().enumerate() {
            let (one, other) = (index % news.len(), other.index(news.len()));
            news.swap(one, other);
        }
        let mut shuffled = Tape::default();
        news.into_iter().for_each(|one| shuffled.hears(RecordingKind::Voicemail, one));
        for tape in [&sorted, &shuffled] {
            prop_assert_eq!(tape.count(&EventType::RecordingCreated), 1);
            prop_assert_eq!(tape.count(&EventType::VoicemailCreated), 1);
            prop_assert_eq!(tape.count(&EventType::TranscriptCreated), 1);
            prop_assert_eq!(tape.fetches, 1);
        }
        let seen = |tape: Tape| Standing { rev: 0, ..tape.standing.unwrap() };
        let (sorted, shuffled) = (seen(sorted), seen(shuffled));
        prop_assert_eq!(sorted.transcript.as_ref().map(|it| it.status), Some(TranscriptStatus::Completed));
        prop_assert_eq!(sorted, shuffled);
    }
}
