//! Three who must never disagree: memory, the store, and a copy that only listens to events.

use std::time::Duration;

use entities::{
    AddressKind, BoardId, ConversationId, Principal, Timestamp,
    conversation::{ConversationStatus, Owner, Priority},
    message::MessageStatus,
    sealed::BlindIndex,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::{
    event::{Data, Event},
    journal::Commit,
    ports::Ports,
    testing::{House, People},
};

use super::{
    CancelMessage, ContactRef, ConversationError, ConversationState, DeleteMessage, EditMessage, ListChange,
    MarkDelivered, MarkRead, RescheduleMessage, SayScheduled, SendMessage, Sender, Snooze,
    UpdateConversation, Wake, What, draft::Given, facts, sla::Limits, store,
};

/// Sequences over each database, the first of which is SQLite.
const SEQUENCES: [u64; 2] = [80, 15];
const COMMANDS: usize = 25;
/// The first clock runs out at once, so that there is something to tell.
const LIMITS: Limits = Limits {
    first_answer: Some(Duration::ZERO),
    next_answer: Some(Duration::from_secs(60)),
    waiting_on_customer: Some(Duration::from_secs(3600)),
};
/// In microseconds.
const HOUR: u64 = 3_600_000_000;

/// A conversation that is played through: its memory, its listening copy, and the messages it had.
struct Played {
    people: People,
    id: ConversationId,
    memory: ConversationState,
    copy: ConversationState,
    messages: Vec<entities::MessageId>,
    /// Those of them that wait for their time.
    waiting: Vec<entities::MessageId>,
    boards: [BoardId; 2],
    /// The one it begins with, the same under another name, and another one.
    contacts: [ContactRef; 3],
    /// Those of the contact.
    numbers: [BlindIndex; 2],
}

#[actix::test]
async fn after_any_commands_memory_store_and_a_listening_copy_agree() {
    for (house, sequences) in House::both().await.into_iter().zip(SEQUENCES) {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let boards = [people.board(&node.ports, "Sales").await, people.board(&node.ports, "Shop").await];
        let mut done = 0;
        for seed in 0..sequences {
            let mut random = StdRng::seed_from_u64(seed);
            let mut played = Played::begin(&node.ports, people, boards).await;
            for step in 0..COMMANDS {
                let what = played.draw(&mut random);
                done += u64::from(played.carry_out(&node.ports, &what).await.is_ok());
                let stored = store::load(node.ports.store(), (people.tenant, played.id)).await.unwrap();
                assert_eq!(played.memory, stored, "seed {seed}, step {step}: {what:?}");
                assert_eq!(played.copy, stored, "seed {seed}, step {step}: {what:?}");
            }
        }
        assert!(done > sequences * COMMANDS as u64 / 2, "most commands are carried out: {done}");
        node.close().await;
    }
}

impl Played {
    async fn begin(ports: &Ports, people: People, boards: [BoardId; 2]) -> Self {
        let contact = people.contact(ports).await;
        let id = ConversationId::from_uuid(ports.draw());
        let open = super::Open { id, ..people.request(contact.clone()).open };
        let contacts =
            [contact.clone(), ContactRef { name: "Zoë".to_owned(), ..contact }, people.contact(ports).await];
        let (memory, copy, messages, waiting) = Default::default();
        let keys = ports.store().keys(people.tenant).await.unwrap();
        let numbers = [b"+14155552671", b"+14155552672"].map(|it| keys.blind_index(AddressKind::Phone, it));
        let mut played = Self { people, id, memory, copy, messages, waiting, boards, contacts, numbers };
        played.carry_out(ports, &What::Open(open)).await.unwrap();
        played
    }

    /// As the actor does it: facts, decide, commit, apply.
    async fn carry_out(&mut self, ports: &Ports, what: &What) -> Result<(), ConversationError> {
        let key = (self.people.tenant, self.id);
        let facts = facts::gathered(ports.store(), key, &self.memory, what).await.unwrap();
        let limits = LIMITS;
        let by = self.speaker(what);
        let given = Given {
            tenant: key.0,
            by: &by,
            client_id: None,
            now: ports.now(),
            in_doubt_since: None,
            limits,
            ids: &*ports.ids,
        };
        let decision = self.memory.decide(what, &facts, given)?;
        let told: Vec<Event> = decision.events.clone();
        if let Some(message) = &decision.reply.message {
            self.messages.push(message.id);
            self.waiting.retain(|id| *id != message.id && !matches!(what, What::Abandon));
            self.waiting.extend((message.status == MessageStatus::Scheduled).then_some(message.id));
        }
        // Its jobs are not owed: they would command it behind the back of these three.
        let commit = Commit::new(key.0, ports.now(), decision.rows, decision.events);
        ports.journal.commit(commit).await.unwrap();
        for event in told {
            self.memory.apply(&event.data);
            self.listen(&event.data);
        }
        Ok(())
    }

    /// The agent; the contact reads, and says something now and then.
    fn speaker(&self, what: &What) -> Sender {
        let contact = self.memory.0.as_ref().map(|conversation| conversation.contact.id);
        let inbound = match what {
            What::MarkRead(_) | What::MarkDelivered(_) => true,
            What::Send(send) => !send.private && send.body.len() % 2 == 0,
            _ => false,
        };
        match contact.filter(|_| inbound) {
            Some(contact) => Sender { principal: Principal::Contact(contact), ..self.people.agent() },
            None => self.people.agent(),
        }
    }

    /// As another node does it: through JSON, one event of each rev.
    fn listen(&mut self, data: &Data) {
        let heard: Data = serde_json::from_str(&serde_json::to_string(data).unwrap()).unwrap();
        let rev = heard.conversation.as_ref().unwrap().rev();
        if rev == self.copy.rev() + 1 {
            self.copy.apply(&heard);
        }
    }

    fn draw(&self, random: &mut StdRng) -> What {
        let body = format!("{:x}", random.random::<u64>());
        let message_id = self.messages.choose(random).copied();
        match (random.random_range(0..12), message_id) {
            (0, Some(message_id)) => What::Edit(EditMessage {
                message_id,
                body,
                rev: random.random_bool(0.3).then_some(1),
                others: true,
            }),
            (1, Some(message_id)) => What::Delete(DeleteMessage { message_id, rev: None, others: true }),
            (2, Some(message_id)) if random.random_bool(0.5) => What::MarkRead(MarkRead { message_id }),
            (2, Some(_)) => What::MarkDelivered(MarkDelivered { seq: i64::MAX - 1 }),
            (3, _) => What::Wake(Wake { due: self.draw_time(random).unwrap_or(Timestamp::from_micros(0)) }),
            (4, _) if random.random_bool(0.5) => {
                What::Follow(self.contacts.choose(random).expect("a contact").clone())
            }
            (4, _) => What::CheckSla,
            (10..12, _) if !self.waiting.is_empty() => self.draw_about_waiting(random),
            (5..8, _) => What::Update(self.draw_update(random)),
            _ => What::Send(SendMessage {
                body,
                private: random.random_bool(0.3),
                mentions: Vec::from_iter(random.random_bool(0.2).then_some(self.people.owner)),
                scheduled_at: random.random_bool(0.4).then(|| self.draw_time(random)).flatten(),
                number: random.random_bool(0.5).then(|| *self.numbers.choose(random).expect("a number")),
                ..SendMessage::default()
            }),
        }
    }

    fn draw_about_waiting(&self, random: &mut StdRng) -> What {
        let message_id = *self.waiting.choose(random).expect("one that waits");
        let (rev, others) = (None, true);
        let scheduled_at = self.draw_time(random).unwrap_or(Timestamp::from_micros(0));
        match random.random_range(0..8) {
            0 => What::Abandon,
            1 | 2 => What::Cancel(CancelMessage { message_id, rev, others }),
            3 | 4 => {
                What::Reschedule(RescheduleMessage { message_id, scheduled_at, body: None, rev, others })
            }
            5 => What::SayScheduled(SayScheduled { message_id, due: scheduled_at }),
            _ => What::SayScheduled(SayScheduled { message_id, due: Timestamp::from_micros(i64::MAX) }),
        }
    }

    /// Nearly always one a conversation can be snoozed until.
    fn draw_time(&self, random: &mut StdRng) -> Option<Timestamp> {
        let begun = self.memory.0.as_ref()?.created_at;
        random.random_bool(0.7).then(|| begun.plus(Duration::from_micros(random.random_range(0..HOUR))))
    }

    /// Any members, so that some updates change much at once, and some nothing.
    fn draw_update(&self, random: &mut StdRng) -> UpdateConversation {
        let mut said = || random.random_bool(0.3);
        let (status, assigns, moves, owns) = (said(), said(), said(), said());
        let (ranks, labels, participants, snoozes) = (said(), said(), said(), said());
        let board = *self.boards.choose(random).expect("a board");
        let words: Vec<String> = (0..3).map(|_| format!("label {}", random.random_range(0..9))).collect();
        UpdateConversation {
            snooze: (snoozes && !status).then(|| Snooze { until: self.draw_time(random), field: "until" }),
            status: status.then(|| *ConversationStatus::ALL.choose(random).expect("a status")),
            assignee_id: assigns.then(|| random.random_bool(0.5).then_some(self.people.owner)),
            board_id: moves.then_some(board),
            owner: owns.then(|| *Owner::ALL.choose(random).expect("an owner")),
            priority: ranks.then(|| *Priority::ALL.choose(random).expect("a priority")),
            labels: labels
                .then(|| ListChange::Edit { add: words[..2].to_vec(), remove: words[2..].to_vec() }),
            participants: participants.then(|| {
                ListChange::Whole(random.random_bool(0.5).then_some(self.people.owner).into_iter().collect())
            }),
            rev: random.random_bool(0.1).then(|| self.memory.rev() - i64::from(random.random_bool(0.5))),
        }
    }
}
