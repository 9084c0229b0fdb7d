//! The clock of a conversation, through all that happens to it.

use std::time::Duration;

use entities::{
    ChannelId, ContactId, ConversationId, MessageId,
    channel::ChannelType,
    conversation::{LastMessage, Owner, Priority},
    message::Author,
};
use uuid::Uuid;

use super::*;
use crate::conversation::{ChannelRef, ContactRef};

const LIMITS: Limits = Limits {
    first_answer: Some(Duration::from_secs(100)),
    next_answer: Some(Duration::from_secs(200)),
    waiting_on_customer: Some(Duration::from_secs(1000)),
};

fn second(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

fn conversation() -> Conversation {
    Conversation {
        id: ConversationId::from_uuid(Uuid::from_u128(1)),
        channel: ChannelRef { id: ChannelId::from_uuid(Uuid::from_u128(2)), kind: ChannelType::Webchat },
        contact: ContactRef { id: ContactId::from_uuid(Uuid::from_u128(3)), name: "Grace".to_owned() },
        board_id: None,
        status: ConversationStatus::Open,
        owner: Owner::Nobody,
        assignee_id: None,
        priority: Priority::Normal,
        labels: Vec::new(),
        participants: Vec::new(),
        last_message: None,
        activity_at: second(0),
        next_scheduled_at: None,
        snoozed_until: None,
        created_at: second(0),
        inbound_count: 0,
        queued_at: None,
        first_answer_at: None,
        met_as: None,
        reached_at: None,
        sla: None,
        rev: 1,
    }
}

/// A conversation and who speaks in it.
struct Talk(Conversation);

impl Talk {
    fn says(&mut self, kind: AuthorKind, at: i64) -> Option<Sla> {
        let before = Before::of(&self.0);
        let author = Author { kind, id: None, name: String::new() };
        let id = MessageId::from_uuid(Uuid::from_u128(4));
        self.0.last_message = Some(LastMessage { id, body: String::new(), author, created_at: second(at) });
        self.0.inbound_count += i64::from(kind == AuthorKind::Contact);
        follow(&mut self.0, before, Some(kind), (&LIMITS, second(at)));
        self.0.sla
    }

    fn stands(&mut self, status: ConversationStatus, at: i64) -> Option<Sla> {
        let before = Before::of(&self.0);
        self.0.status = status;
        follow(&mut self.0, before, None, (&LIMITS, second(at)));
        self.0.sla
    }

    fn moves(&mut self, limits: &Limits) -> Option<Sla> {
        let before = Before::of(&self.0);
        self.0.board_id = Some(BoardId::from_uuid(Uuid::from_u128(5)));
        follow(&mut self.0, before, None, (limits, second(0)));
        self.0.sla
    }
}

fn clock(kind: SlaKind, since: i64, due: i64) -> Option<Sla> {
    let (since, due_at) = (second(since), second(due));
    Some(Sla { kind, since, due_at, warned: false, breached: false })
}

#[test]
fn the_oldest_unanswered_message_counts_until_a_user_answers() {
    let mut talk = Talk(conversation());
    assert_eq!(talk.says(AuthorKind::User, 1), clock(SlaKind::WaitingOnCustomer, 1, 1001));
    assert_eq!(talk.0.first_answer_at, None, "there was nothing to answer");
    for at in [5, 6] {
        assert_eq!(talk.says(AuthorKind::Contact, at), clock(SlaKind::FirstAnswer, 5, 105));
    }
    for bot in [AuthorKind::Key, AuthorKind::Flow, AuthorKind::System] {
        assert_eq!(talk.says(bot, 7), clock(SlaKind::FirstAnswer, 5, 105), "a bot answers for nobody");
    }
    assert_eq!(talk.says(AuthorKind::User, 8), clock(SlaKind::WaitingOnCustomer, 8, 1008));
    assert_eq!(talk.0.first_answer_at, Some(second(8)));
    assert_eq!(talk.says(AuthorKind::Contact, 9), clock(SlaKind::NextAnswer, 9, 209));
}

#[test]
fn our_last_message_counts_while_the_contact_is_silent() {
    let mut talk = Talk(conversation());
    for (author, at) in [(AuthorKind::User, 1), (AuthorKind::Flow, 2), (AuthorKind::User, 3)] {
        assert_eq!(talk.says(author, at), clock(SlaKind::WaitingOnCustomer, at, at + 1000));
    }
}

#[test]
fn nobody_waits_in_what_is_resolved() {
    let mut talk = Talk(conversation());
    talk.says(AuthorKind::Contact, 1);
    assert_eq!(talk.stands(ConversationStatus::Resolved, 2), None);
    assert_eq!(talk.stands(ConversationStatus::Open, 3), None);
    assert_eq!(talk.says(AuthorKind::Contact, 4), clock(SlaKind::FirstAnswer, 4, 104));
}

#[test]
fn a_snooze_stops_only_the_waiting_on_the_contact() {
    let mut talk = Talk(conversation());
    let owed = talk.says(AuthorKind::Contact, 1);
    assert_eq!(talk.stands(ConversationStatus::Snoozed, 2), owed);
    assert_eq!(talk.stands(ConversationStatus::Open, 3), owed);
    talk.says(AuthorKind::User, 4);
    assert_eq!(talk.stands(ConversationStatus::Snoozed, 5), None);
    assert_eq!(talk.says(AuthorKind::User, 6), None, "it is snoozed still");
    let woken = talk.stands(ConversationStatus::Open, 7);
    assert_eq!(woken, clock(SlaKind::WaitingOnCustomer, 7, 1007), "it counts from its coming back");
}

#[test]
fn another_board_measures_the_same_waiting_by_its_own_limit() {
    let mut talk = Talk(conversation());
    talk.says(AuthorKind::Contact, 1);
    talk.0.sla = talk.0.sla.map(|sla| Sla { warned: true, ..sla });
    let same = talk.0.sla;
    assert_eq!(Talk(talk.0.clone()).moves(&LIMITS), same, "nobody is warned twice of the same");
    let slower = Limits { first_answer: Some(Duration::from_secs(300)), ..LIMITS };
    assert_eq!(Talk(talk.0.clone()).moves(&slower), clock(SlaKind::FirstAnswer, 1, 301));
    assert_eq!(talk.moves(&Limits::default()), None);
}

#[test]
fn it_rings_at_four_fifths_and_at_the_end_and_never_again() {
    let sla = Sla::starting(SlaKind::NextAnswer, second(0), Duration::from_secs(200));
    assert_eq!(ring(sla, second(159)), None);
    let warned = ring(sla, second(160)).unwrap();
    assert_eq!((warned.warned, warned.breached, warned.rings_at()), (true, false, Some(second(200))));
    assert_eq!(ring(warned, second(199)), None);
    let breached = ring(warned, second(200)).unwrap();
    assert_eq!((breached.breached, breached.rings_at()), (true, None));
    assert_eq!(ring(breached, second(9999)), None);
    assert_eq!(ring(sla, second(9999)), Some(breached), "who comes late is not warned first");
}

#[test]
fn a_job_is_owed_only_when_none_looks_in_time() {
    let early = Sla::starting(SlaKind::NextAnswer, second(0), Duration::from_secs(200));
    let late = Sla::starting(SlaKind::WaitingOnCustomer, second(50), Duration::from_secs(1000));
    let owed = |before, sla| {
        let job = crate::conversation::sla::timer(before, &Conversation { sla, ..conversation() });
        job.map(|job| job.run_at)
    };
    assert_eq!(owed(None, Some(early)), Some(second(160)));
    assert_eq!(
        owed(Some(early), Some(late)),
        None,
        "the one that is owed comes too early, and puts itself off"
    );
    assert_eq!(owed(Some(late), Some(early)), Some(second(160)));
    let over = Sla { warned: true, breached: true, ..early };
    assert_eq!(owed(Some(over), Some(late)), Some(second(850)));
    assert_eq!(owed(Some(early), None), None);
}
