//! A decision in the making: the conversation as it will be, and what has happened to it.

use std::sync::Arc;

use entities::{
    EventId, TenantId, Timestamp, UserId, consent,
    event::{Audience, TopicKind},
    message::Attachment,
};

use crate::{
    clock::IdSource,
    consent::{Block, Consent},
    contact::Brief,
    event::{ContactData, ConversationData, Data, Event, EventType, Head},
    journal::{NewJob, Record, Row},
};

use super::{
    Conversation, Decision, Message, Reply, Sender, models,
    sla::{self, Limits},
};

/// Everything a decision may use besides state, command and facts.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub tenant: TenantId,
    pub by: &'a Sender,
    pub client_id: Option<&'a Arc<str>>,
    pub now: Timestamp,
    pub in_doubt_since: Option<Timestamp>,
    pub limits: Limits,
    pub ids: &'a dyn IdSource,
}

impl Given<'_> {
    /// The same, to the millisecond: events and JSON columns hold no finer time, and what memory knows must be what
    /// the store and every listening copy know.
    pub(super) fn in_milliseconds(self) -> Self {
        Self { now: self.now.in_milliseconds(), ..self }
    }
}

/// A message was kept back. The conversation is as it was.
pub(super) fn blocked(conversation: &Conversation, block: Block, given: Given<'_>) -> Event {
    let brief = ConversationData::Brief(Box::new(conversation.brief()));
    let data = Data { conversation: Some(brief), reason: Some(block.code().into()), ..Data::default() };
    let kind = EventType::MessageBlocked;
    let audience = kind.audience();
    Draft::of(given.in_milliseconds(), conversation.clone()).event(kind, data, audience)
}

pub(super) struct Draft<'a> {
    given: Given<'a>,
    pub(super) after: Conversation,
    before: sla::Before,
    /// Who had it before.
    had: Option<UserId>,
    fresh: bool,
    rows: Vec<Row>,
    /// Events that tell of the whole conversation come first: a copy takes the first event of a rev.
    whole: Vec<(EventType, Option<entities::BoardId>)>,
    about_messages: Vec<(EventType, Message)>,
    jobs: Vec<NewJob>,
    /// Set when something was said that moves the contact in the lists.
    contact: Option<Brief>,
    /// The file of the message that was looked at.
    scanned: Option<Attachment>,
    /// What the message says about being written to, when that is news.
    consent: Option<Box<Consent>>,
}

impl<'a> Draft<'a> {
    /// Of a conversation that begins.
    pub(super) fn of_new(given: Given<'a>, after: Conversation) -> Self {
        Self { fresh: true, ..Self::of(given, after) }
    }

    /// Of a change to a conversation that stands.
    pub(super) fn of_change(given: Given<'a>, before: &Conversation) -> Self {
        let mut after = before.clone();
        after.rev += 1;
        Self::of(given, after)
    }

    fn of(given: Given<'a>, after: Conversation) -> Self {
        let (rows, whole, about_messages, jobs, contact) = Default::default();
        let (before, had) = (sla::Before::of(&after), after.assignee_id);
        Self {
            given,
            after,
            before,
            had,
            fresh: false,
            rows,
            whole,
            about_messages,
            jobs,
            contact,
            scanned: None,
            consent: None,
        }
    }

    pub(super) fn happened(&mut self, kind: EventType) {
        self.whole.push((kind, None));
    }

    pub(super) fn moved_from(&mut self, board: Option<entities::BoardId>) {
        self.whole.push((EventType::ConversationMoved, board));
    }

    /// Something happened.
    pub(super) fn has_news(&self) -> bool {
        !self.whole.is_empty() || !self.about_messages.is_empty()
    }

    pub(super) fn message(&mut self, kind: EventType, message: Message, row: Row) {
        self.told(kind, message);
        self.rows.push(row);
    }

    /// One more thing happened to a message whose row is written anyway.
    pub(super) fn told(&mut self, kind: EventType, message: Message) {
        self.about_messages.push((kind, message));
    }

    /// Something was said to the contact, or by it.
    pub(super) fn spoken(&mut self) {
        let Brief { id, activity_at } =
            *self.contact.insert(Brief { id: self.after.contact.id, activity_at: self.given.now });
        self.rows.push(Row::ContactActive(id, activity_at));
    }

    /// A file of the message was looked at, and the message shows what it is now.
    pub(super) fn scanned(&mut self, file: Attachment, message: Message, row: Row) {
        self.scanned = Some(file);
        self.message(EventType::AttachmentScanned, message, row);
    }

    /// The ledger of consent has one more entry.
    pub(super) fn consented(&mut self, row: consent::Model, consent: Consent) {
        self.rows.push(Row::Insert(Record::Consent(row)));
        self.consent = Some(Box::new(consent));
    }

    /// One more row of another table that is written with it.
    pub(super) fn also(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Something is to happen later.
    pub(super) fn owe(&mut self, job: NewJob) {
        self.jobs.push(job);
    }

    /// Where the event about the message will stand among the events: known once all others are noted.
    pub(super) fn message_index(&self) -> usize {
        self.whole.len()
    }

    pub(super) fn finish(mut self, answers_with_conversation: bool) -> Decision {
        self.after.queue(self.given.now);
        self.follow_clock();
        let row =
            models::conversation((self.given.tenant, self.given.by.principal, self.given.now), &self.after);
        self.rows.push(if self.fresh { Row::Insert(row) } else { Row::Update(row) });
        let mut events = Vec::new();
        for (kind, left) in &self.whole {
            let data = Data { conversation: Some(self.whole_data()), ..Data::default() };
            let mut event = self.event(kind.clone(), data, kind.audience());
            event.head.left_board_id = *left;
            events.push(event);
        }
        let about = events.len();
        let mut told = None;
        for (kind, message) in &self.about_messages {
            let hidden = message.private || message.stands_apart();
            let audience = if hidden { Audience::Agents } else { kind.audience() };
            let brief = ConversationData::Brief(Box::new(self.after.brief()));
            let data = Data {
                message: Some(message.clone()),
                conversation: Some(brief),
                contact: self.contact.map(ContactData::Brief),
                attachment: self.scanned.clone(),
                ..Data::default()
            };
            events.push(self.event(kind.clone(), data.clone(), audience));
            if *kind == EventType::MessageCreated {
                events.extend(message.mentions.iter().map(|user| self.mention(*user, data.clone())));
            }
            told = Some(Box::new(message.clone()));
        }
        events.extend(self.consent.take().map(|consent| self.consent_changed(consent)));
        let seq_of = if told.is_some() && !answers_with_conversation { about } else { 0 };
        let conversation = answers_with_conversation.then(|| Box::new(self.after.clone()));
        let reply = Reply { conversation, message: told, seq: 0 };
        let (rows, jobs) = (self.rows, self.jobs);
        Decision { after: self.after, rows, events, jobs, reply, seq_of, message_at: about }
    }

    fn follow_clock(&mut self) {
        let (limits, now) = (&self.given.limits, self.given.now);
        let said = self
            .about_messages
            .iter()
            .find(|(kind, message)| *kind == EventType::MessageCreated && !message.private);
        let said = said.map(|(_, message)| message.author.kind);
        sla::follow(&mut self.after, self.before, said, (limits, now));
        self.jobs.extend(sla::timer(self.before.sla, &self.after));
    }

    fn whole_data(&self) -> ConversationData {
        ConversationData::Whole(Box::new(self.after.clone()))
    }

    /// Tells the user he was called. The mentions of a message follow it in the log, in their order.
    fn mention(&self, user: UserId, data: Data) -> Event {
        let mut event = self.event(EventType::UserMentioned, data, Audience::User);
        event.head.topic_kind = TopicKind::User;
        event.head.topic_id = user.as_uuid();
        event.head.user_id = Some(user);
        event
    }

    /// It is about the contact, wherever that is talked with.
    fn consent_changed(&self, consent: Box<Consent>) -> Event {
        let kind = EventType::ConsentChanged;
        let data = Data { consent: Some(consent), ..Data::default() };
        let audience = kind.audience();
        let mut event = self.event(kind, data, audience);
        event.head.topic_kind = TopicKind::Contact;
        event.head.topic_id = self.after.contact.id.as_uuid();
        event.head.conversation_id = None;
        event.head.board_id = None;
        event
    }

    fn event(&self, kind: EventType, data: Data, audience: Audience) -> Event {
        let user_id = self.after.assignee_id.filter(|_| kind.is_for_the_assignee());
        let changes_hands = kind == EventType::ConversationAssigned && self.had != self.after.assignee_id;
        let left_user_id = self.had.filter(|_| changes_hands);
        let head = Head {
            id: EventId::from_uuid(self.given.ids.draw()),
            kind,
            topic_kind: TopicKind::Conversation,
            topic_id: self.after.id.as_uuid(),
            contact_id: Some(self.after.contact.id),
            conversation_id: Some(self.after.id),
            board_id: self.after.board_id,
            left_board_id: None,
            audience,
            user_id,
            left_user_id,
            actor: self.given.by.principal,
            client_id: self.given.client_id.cloned(),
            at: self.given.now,
        };
        Event { head, data }
    }
}
