//! Files that are looked at before they are given out.

use std::sync::Arc;

use actors::{
    asked::Asked,
    attachment::{AttachmentError, ScanAttachment, Verdict},
    conversation::{Message, store as conversations},
    event::{Data, EventType, Recorded},
    jobs::{self, Jobs, JobsOptions},
    journal::{Claim, Known},
    testing::eventually,
    topic::Topic,
};
use entities::{ConversationId, JobId, event::Audience, job::JobStatus, message::AttachmentState};
use uuid::Uuid;

use super::{scanner::Guard, *};

impl Office {
    /// With a worker that has its files looked at.
    async fn guarded(node: &Node, guard: &Arc<Guard>) -> (Self, Jobs) {
        let office = Self::scanned_by(node, guard.scanning()).await;
        let worker = office.worker(node);
        (office, worker)
    }

    fn worker(&self, node: &Node) -> Jobs {
        let kind = ScanAttachment::new(self.attachments.clone(), node.conversations.clone());
        let options = JobsOptions { poll_every: Duration::from_millis(20), ..JobsOptions::default() };
        Jobs::start(node.ports.clone(), Uuid::now_v7(), vec![Arc::new(kind)], options)
    }

    async fn state(&self, id: AttachmentId) -> AttachmentState {
        match self.attachments.open(self.people.tenant, id).await {
            Ok(_) => AttachmentState::Ready,
            Err(AttachmentError::NotReady { state }) => state,
            Err(other) => panic!("{other}"),
        }
    }

    async fn becomes(&self, id: AttachmentId, state: AttachmentState) {
        eventually("a file in another state", async || (self.state(id).await == state).then_some(())).await;
    }

    /// What was told of files, in order.
    async fn told(&self, node: &Node, events: usize) -> Vec<Recorded> {
        eventually("what was found is told", async || {
            let told = node.recorder.of(self.people.tenant);
            let told: Vec<_> =
                told.into_iter().filter(|event| event.head.kind == EventType::AttachmentScanned).collect();
            (told.len() >= events).then_some(told)
        })
        .await
    }

    async fn job(&self, node: &Node) -> jobs::Job {
        let (tenant, store) = (self.people.tenant, node.ports.store());
        let page = jobs::page(store, tenant, entities::job::Filter::default(), None, 10).await.unwrap();
        page.into_iter().find(|job| job.kind == "attachment.scan").unwrap()
    }

    async fn ends(&self, node: &Node, status: JobStatus) -> JobId {
        eventually("the job in another status", async || {
            let job = self.job(node).await;
            (job.status == status).then_some(job.id)
        })
        .await
    }

    async fn say(&self, node: &Node, talk: ConversationId, file: AttachmentId, private: bool) -> Message {
        let send = SendMessage { attachments: vec![file], private, ..SendMessage::default() };
        let change = Change::new(self.people.agent(), What::Send(send));
        let sent = node.conversations.change(self.people.tenant, talk, change).await.unwrap();
        *sent.message.unwrap()
    }
}

fn data(event: &Recorded) -> Data {
    event.parse().unwrap()
}

async fn over(worker: Jobs, node: Node) {
    worker.drain(Duration::from_secs(5)).await;
    node.close().await;
}

#[actix::test]
async fn a_file_is_given_out_once_it_was_found_clean_and_its_uploader_is_told() {
    for house in House::both().await {
        let node = house.node().await;
        let guard = Guard::asleep();
        let (office, worker) = Office::guarded(&node, &guard).await;
        let file = office.upload().await.unwrap();
        eventually("a look", async || (guard.in_hand() == 1).then_some(())).await;
        assert_eq!(office.state(file).await, AttachmentState::Scanning);
        guard.look_at(1);
        office.becomes(file, AttachmentState::Ready).await;
        let told = office.told(&node, 1).await;
        let head = &told[0].head;
        assert_eq!((head.audience, head.user_id), (Audience::User, Some(office.people.owner)));
        let topics: Vec<_> = head.topics().collect();
        assert_eq!(topics, [Topic::User(office.people.owner), Topic::Console], "not the others' inbox");
        let data = data(&told[0]);
        assert_eq!(data.attachment.unwrap().state, AttachmentState::Ready);
        assert!(data.message.is_none() && data.conversation.is_none());
        office.ends(&node, JobStatus::Done).await;
        over(worker, node).await;
    }
}

#[actix::test]
async fn what_was_found_infected_loses_its_bytes_and_stays_blocked() {
    for house in House::both().await {
        let node = house.node().await;
        let (office, worker) = Office::guarded(&node, &Guard::saying(Ok(Verdict::Infected))).await;
        let file = office.upload().await.unwrap();
        office.ends(&node, JobStatus::Done).await;
        assert_eq!(office.state(file).await, AttachmentState::Blocked);
        assert_eq!(office.rows(&node).await, 1);
        assert!(office.shelf.kept.lock().is_empty());
        over(worker, node).await;
    }
}

#[actix::test]
async fn bytes_that_cannot_be_removed_are_tried_again_and_told_of_once() {
    for house in House::both().await {
        let node = house.node().await;
        let guard = Guard::asleep();
        let (office, worker) = Office::guarded(&node, &guard).await;
        guard.say(Ok(Verdict::Infected));
        let file = office.upload().await.unwrap();
        *office.shelf.broken.lock() = true;
        guard.look_at(1);
        office.becomes(file, AttachmentState::Blocked).await;
        eventually("an error", async || office.job(&node).await.last_error).await;
        *office.shelf.broken.lock() = false;
        node.clock.advance(HOUR);
        office.ends(&node, JobStatus::Done).await;
        assert!(office.shelf.kept.lock().is_empty());
        assert_eq!(office.told(&node, 1).await.len(), 1);
        over(worker, node).await;
    }
}

#[actix::test]
async fn a_file_nobody_could_look_at_waits_until_a_person_has_it_looked_at_again() {
    for house in House::both().await {
        let node = house.node().await;
        let guard = Guard::saying(Err("the daemon is away"));
        let (office, worker) = Office::guarded(&node, &guard).await;
        let file = office.upload().await.unwrap();
        let job = eventually("a job that was given up", async || {
            node.clock.advance(HOUR);
            let job = office.job(&node).await;
            (job.status == JobStatus::Dead).then_some(job)
        })
        .await;
        assert_eq!((job.attempts, job.last_error.as_deref()), (20, Some("the daemon is away")));
        assert_eq!(office.state(file).await, AttachmentState::Scanning);
        guard.say(Ok(Verdict::Clean));
        let asked = Asked::by(Principal::User(office.people.owner));
        worker.redrive(office.people.tenant, &asked, job.id).await.unwrap();
        office.becomes(file, AttachmentState::Ready).await;
        over(worker, node).await;
    }
}

#[actix::test]
async fn a_message_goes_out_with_a_file_that_waits_and_shows_later_what_was_found() {
    for house in House::both().await {
        let node = house.node().await;
        let guard = Guard::asleep();
        let (office, worker) = Office::guarded(&node, &guard).await;
        let talk = office.people.conversation(&node).await;
        for (private, verdict, state, audience) in [
            (false, Verdict::Clean, AttachmentState::Ready, Audience::Everyone),
            (true, Verdict::Infected, AttachmentState::Blocked, Audience::Agents),
        ] {
            guard.say(Ok(verdict));
            let file = office.upload().await.unwrap();
            let sent = office.say(&node, talk, file, private).await;
            assert_eq!(sent.attachments[0].state, AttachmentState::Scanning);
            let told_before = office.told(&node, 0).await.len();
            guard.look_at(1);
            office.becomes(file, state).await;
            let told = office.told(&node, told_before + 1).await;
            let (event, data) = (&told[told_before], data(&told[told_before]));
            assert_eq!((event.head.audience, event.head.conversation_id), (audience, Some(talk)));
            let (store, tenant) = (node.ports.store(), office.people.tenant);
            let stored = conversations::message(store, tenant, sent.id).await.unwrap().unwrap();
            assert_eq!((stored.rev, stored.attachments[0].state), (2, state));
            assert_eq!((&data.message.unwrap(), data.attachment.unwrap().id), (&stored, file));
            let whole = conversations::get(store, tenant, talk).await.unwrap().unwrap();
            assert_eq!(data.conversation.unwrap().rev(), whole.rev);
        }
        office.say_nothing_more(&node, talk).await;
        over(worker, node).await;
    }
}

impl Office {
    /// Memory followed: the next command needs no second try, and the conversation knows its rev.
    async fn say_nothing_more(&self, node: &Node, talk: ConversationId) {
        let send = SendMessage { body: "well".to_owned(), ..SendMessage::default() };
        let change = Change::new(self.people.agent(), What::Send(send));
        node.conversations.change(self.people.tenant, talk, change).await.unwrap();
    }
}

#[actix::test]
async fn whoever_is_faster_the_scan_or_the_message_both_end_well() {
    for house in House::both().await {
        let node = house.node().await;
        let guard = Guard::asleep();
        let (office, worker) = Office::guarded(&node, &guard).await;
        let talk = office.people.conversation(&node).await;
        for round in 1..=10 {
            let file = office.upload().await.unwrap();
            eventually("a look", async || (guard.in_hand() == 1).then_some(())).await;
            guard.look_at(1);
            let sent = office.say(&node, talk, file, false).await;
            office.becomes(file, AttachmentState::Ready).await;
            let (store, tenant) = (node.ports.store(), office.people.tenant);
            let stored = conversations::message(store, tenant, sent.id).await.unwrap().unwrap();
            assert_eq!(stored.attachments[0].state, AttachmentState::Ready, "round {round}");
            assert_eq!(office.told(&node, round).await.len(), round, "told once");
        }
        over(worker, node).await;
    }
}

#[actix::test]
async fn what_is_blocked_goes_out_with_no_message() {
    for house in House::both().await {
        let node = house.node().await;
        let (office, worker) = Office::guarded(&node, &Guard::saying(Ok(Verdict::Infected))).await;
        let talk = office.people.conversation(&node).await;
        let file = office.upload().await.unwrap();
        office.becomes(file, AttachmentState::Blocked).await;
        let send = SendMessage { attachments: vec![file], ..SendMessage::default() };
        let by = office.people.agent();
        let change = Change::new(by, What::Send(send));
        let refused = node.conversations.change(office.people.tenant, talk, change).await.unwrap_err();
        assert!(refused.to_string().contains("blocked"), "{refused}");
        over(worker, node).await;
    }
}

#[actix::test]
async fn of_a_file_that_was_taken_back_meanwhile_nothing_is_told() {
    for house in House::both().await {
        let node = house.node().await;
        let guard = Guard::asleep();
        let (office, worker) = Office::guarded(&node, &guard).await;
        let file = office.upload().await.unwrap();
        let delete = office.send(&node, file).await;
        let What::Delete(DeleteMessage { message_id, .. }) = &delete.what else { unreachable!("it deletes") };
        let (store, tenant) = (node.ports.store(), office.people.tenant);
        let talk = conversations::message(store, tenant, *message_id).await.unwrap().unwrap().conversation_id;
        eventually("a look", async || (guard.in_hand() == 1).then_some(())).await;
        node.conversations.change(tenant, talk, delete).await.unwrap();
        guard.look_at(1);
        office.ends(&node, JobStatus::Done).await;
        assert!(office.told(&node, 0).await.is_empty());
        over(worker, node).await;
    }
}

#[actix::test]
async fn a_scan_that_died_with_its_node_is_done_by_another() {
    for house in House::both().await {
        let node = house.node().await;
        let office = Office::scanned_by(&node, Guard::saying(Ok(Verdict::Clean)).scanning()).await;
        let file = office.upload().await.unwrap();
        let now = node.ports.now();
        let known = Known { kind: "attachment.scan", room: 1, lease_until: now.plus(HOUR) };
        let (kinds, running, dead) = (vec![known], Default::default(), Uuid::now_v7());
        let claim = Claim { now, node: dead, kinds, room: 1, share: 1, running };
        assert_eq!(node.ports.journal.claim(claim).await.unwrap().len(), 1);
        let worker = office.worker(&node);
        assert_eq!(office.state(file).await, AttachmentState::Scanning);
        node.clock.advance(HOUR + HOUR);
        office.becomes(file, AttachmentState::Ready).await;
        over(worker, node).await;
    }
}

#[actix::test]
async fn a_node_looks_at_no_more_files_at_once_than_it_may() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let guard = Guard::asleep();
    let (office, worker) = Office::guarded(&node, &guard).await;
    let mut files = Vec::new();
    for _ in 0..7 {
        files.push(office.upload().await.unwrap());
    }
    guard.look_at(7);
    for file in files {
        office.becomes(file, AttachmentState::Ready).await;
    }
    assert!(guard.most() <= 2, "{}", guard.most());
    over(worker, node).await;
}

#[actix::test]
async fn what_waits_is_not_given_out_because_nobody_looks_any_more() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let guarded = Office::scanned_by(&node, Guard::asleep().scanning()).await;
    let file = guarded.upload().await.unwrap();
    let open = Attachments::new(node.ports.clone(), guarded.shelf.clone());
    let careless = Office { attachments: open, ..guarded };
    let worker = careless.worker(&node);
    let why = eventually("an error", async || careless.job(&node).await.last_error).await;
    assert!(why.contains("attachments.scan_command"), "{why}");
    assert_eq!(careless.state(file).await, AttachmentState::Scanning);
    over(worker, node).await;
}
