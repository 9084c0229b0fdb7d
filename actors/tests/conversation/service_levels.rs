//! Agents are told when somebody waits too long: in time, once, and not when it was answered.

use std::time::Duration;

use actors::{
    asked::Asked,
    board::{Boards, CreateBoard},
    conversation::{
        Change, ContactRef, SendMessage, Sender, What,
        list::{self, Inbox},
    },
    event::EventType,
    testing::{House, Node, People, eventually},
};
use entities::{
    ConversationId, JobId, Principal,
    conversation::{Filter, SlaKind},
    job::JobStatus,
};
use serde_json::json;

use super::{say, stored, told};

/// A conversation on a board that answers within 100 seconds, and its contact.
async fn waiting(node: &Node, people: &People) -> (ConversationId, ContactRef) {
    let sla = json!({"sla": {"first_answer_s": 100, "next_answer_s": 200, "waiting_on_customer_s": 1000}});
    let create = CreateBoard { name: "Fast".to_owned(), settings: sla.as_object().unwrap().clone() };
    let asked = Asked::by(Principal::User(people.owner));
    let board = Boards::new(node.ports.clone()).create(people.tenant, &asked, &create).await.unwrap();
    let contact = people.contact(&node.ports).await;
    let mut request = people.request(contact.clone());
    request.open.board_id = Some(board.id);
    let opened = node.conversations.open(people.tenant, people.agent(), request).await.unwrap();
    (opened.conversation.id, contact)
}

async fn contact_says(node: &Node, people: &People, id: ConversationId, contact: &ContactRef) {
    let by = Sender { principal: Principal::Contact(contact.id), ..people.agent() };
    let send = SendMessage { body: "hello?".to_owned(), ..SendMessage::default() };
    let change = Change { by, ..told(people, What::Send(send)) };
    node.conversations.change(people.tenant, id, change).await.unwrap();
}

/// What was told about clocks.
async fn rung(node: &Node, people: &People) -> Vec<EventType> {
    let log = actors::event::log::after(node.ports.store(), people.tenant, 0, 200).await.unwrap();
    let kinds = log.into_iter().map(|event| event.head.kind);
    kinds.filter(|kind| matches!(kind, EventType::SlaDue | EventType::SlaBreached)).collect()
}

async fn rings(node: &Node, people: &People, count: usize) -> Vec<EventType> {
    eventually("a clock that rings", async || {
        let told = rung(node, people).await;
        (told.len() >= count).then_some(told)
    })
    .await
}

/// Waits until the conversation's own job stands like this.
async fn job_is(node: &Node, people: &People, id: ConversationId, status: JobStatus) {
    eventually("the job of a clock", async || {
        let id = JobId::from_uuid(id.as_uuid());
        let job = actors::jobs::get(node.ports.store(), people.tenant, id).await.unwrap();
        job.filter(|job| job.status == status).map(|_| ())
    })
    .await;
}

async fn breached(node: &Node, people: &People) -> Vec<ConversationId> {
    let filter = Filter { breached: true, ..Filter::default() };
    let inbox = Inbox { filter, ..Inbox::default() };
    let page = list::page(node.ports.store(), people.tenant, inbox, (None, 9));
    page.await.unwrap().0.into_iter().map(|conversation| conversation.id).collect()
}

#[actix::test]
async fn agents_are_warned_and_then_told_once_each_that_a_contact_waits_too_long() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
        let (id, contact) = waiting(&node, &people).await;
        contact_says(&node, &people, id, &contact).await;
        let clock = stored(&node, &people, id).await.sla.unwrap();
        assert_eq!(
            (clock.kind, clock.due_at.since(clock.since)),
            (SlaKind::FirstAnswer, Duration::from_secs(100))
        );
        node.clock.advance(Duration::from_secs(80));
        assert_eq!(rings(&node, &people, 1).await, [EventType::SlaDue]);
        job_is(&node, &people, id, JobStatus::Scheduled).await;
        assert_eq!(breached(&node, &people).await, []);
        node.clock.advance(Duration::from_secs(20));
        assert_eq!(rings(&node, &people, 2).await, [EventType::SlaDue, EventType::SlaBreached]);
        job_is(&node, &people, id, JobStatus::Done).await;
        assert_eq!(breached(&node, &people).await, [id]);
        assert_eq!(breached(&node, &strangers).await, []);
        node.conversations.change(people.tenant, id, say(&people, "here we are")).await.unwrap();
        assert_eq!(breached(&node, &people).await, []);
        assert_eq!(rung(&node, &people).await.len(), 2);
        node.close().await;
    }
}

#[actix::test]
async fn an_answer_in_time_is_no_news_and_the_job_waits_for_the_next_clock() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (id, contact) = waiting(&node, &people).await;
        contact_says(&node, &people, id, &contact).await;
        node.conversations.change(people.tenant, id, say(&people, "at once")).await.unwrap();
        let silent = stored(&node, &people, id).await.sla.unwrap();
        assert_eq!(silent.kind, SlaKind::WaitingOnCustomer);
        node.clock.advance(Duration::from_secs(100));
        eventually("a job that put itself off", async || {
            let id = JobId::from_uuid(id.as_uuid());
            let job = actors::jobs::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap();
            (job.run_at == silent.warns_at()).then_some(())
        })
        .await;
        assert_eq!(rung(&node, &people).await, []);
        contact_says(&node, &people, id, &contact).await;
        assert_eq!(stored(&node, &people, id).await.sla.unwrap().kind, SlaKind::NextAnswer);
        node.clock.advance(Duration::from_secs(200));
        assert_eq!(
            rings(&node, &people, 1).await,
            [EventType::SlaBreached],
            "the job was moved to the earlier clock"
        );
        node.close().await;
    }
}

#[actix::test]
async fn what_came_to_pass_while_the_house_was_closed_is_told_when_it_opens() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (id, contact) = waiting(&node, &people).await;
        contact_says(&node, &people, id, &contact).await;
        node.close().await;
        let node = house.node().await;
        node.clock.advance(Duration::from_secs(500));
        assert_eq!(rings(&node, &people, 1).await, [EventType::SlaBreached]);
        job_is(&node, &people, id, JobStatus::Done).await;
        assert_eq!(rung(&node, &people).await.len(), 1);
        node.close().await;
    }
}
