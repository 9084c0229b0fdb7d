//! Files that a message brings and that are fetched afterwards.

use std::sync::Arc;

use actors::{
    asked::Asked,
    attachment::{FetchAttachment, Fetched, Fetcher, Link, NotFetched},
    conversation::{Message, store as conversations},
    inbound::Media,
    jobs::{self, Jobs, JobsOptions},
    testing::eventually,
};
use entities::{
    JobId,
    job::{Filter, JobStatus},
    message::AttachmentState,
};
use uuid::Uuid;

use super::*;

/// A provider that gives out what it is told to, and remembers how often it was asked.
struct Provider {
    says: Mutex<Result<&'static str, NotFetched>>,
    asked: Mutex<Vec<String>>,
}

impl Provider {
    fn saying(says: Result<&'static str, NotFetched>) -> Arc<Self> {
        Arc::new(Self { says: Mutex::new(says), asked: Mutex::default() })
    }

    fn asked(&self) -> usize {
        self.asked.lock().len()
    }
}

#[async_trait]
impl Fetcher for Provider {
    fn timeout(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn fetch(&self, _: TenantId, link: &Link) -> Result<Fetched, NotFetched> {
        self.asked.lock().push(link.url.clone());
        let content = Content::named(self.says.lock().clone()?).unwrap();
        Ok(Fetched { aside: Box::new("aside"), content, size: 7 })
    }
}

impl Office {
    fn fetching(&self, node: &Node, provider: &Arc<Provider>) -> Jobs {
        let kind =
            FetchAttachment::new(self.attachments.clone(), node.conversations.clone(), provider.clone());
        let options = JobsOptions { poll_every: Duration::from_millis(20), ..JobsOptions::default() };
        Jobs::start(node.ports.clone(), Uuid::now_v7(), vec![Arc::new(kind)], options)
    }

    /// A message that brings so many files.
    async fn brings(&self, node: &Node, files: usize) -> Message {
        let file = |number| Media { url: format!("place {number}"), content_type: "image/png".to_owned() };
        let send = SendMessage {
            media: (0..files).map(file).collect(),
            body: "look".to_owned(),
            ..Default::default()
        };
        let talk = self.people.conversation(node).await;
        let change = Change::new(self.people.agent(), What::Send(send));
        *node.conversations.change(self.people.tenant, talk, change).await.unwrap().message.unwrap()
    }

    /// The job that was given up.
    async fn dead(&self, node: &Node) -> Option<JobId> {
        let dead = Filter::Status(JobStatus::Dead);
        let jobs = jobs::page(node.ports.store(), self.people.tenant, dead, None, 1).await.unwrap();
        jobs.first().map(|job| job.id)
    }

    /// The message, once its first file is in this state.
    async fn shows(&self, node: &Node, message: &Message, state: AttachmentState) -> Message {
        eventually("a file in another state", async || {
            node.clock.advance(HOUR);
            let stored =
                conversations::message(node.ports.store(), self.people.tenant, message.id).await.unwrap();
            stored.filter(|stored| stored.attachments[0].state == state)
        })
        .await
    }
}

#[actix::test]
async fn a_message_tells_of_ten_files_and_each_becomes_what_it_is() {
    for house in House::both().await {
        let node = house.node().await;
        let (office, provider) = (Office::open(&node).await, Provider::saying(Ok("application/pdf")));
        let told = office.brings(&node, 12).await;
        assert_eq!(told.attachments.len(), 10);
        assert!(
            told.attachments.iter().all(|file| file.state == AttachmentState::Scanning && file.size == 0)
        );
        let worker = office.fetching(&node, &provider);
        let shown = office.shows(&node, &told, AttachmentState::Ready).await.attachments.remove(0);
        assert_eq!(
            (shown.name.as_str(), shown.content_type.as_str(), shown.size),
            ("file-1.pdf", "application/pdf", 7)
        );
        eventually("all are here", async || (office.shelf.kept.lock().len() == 10).then_some(())).await;
        worker.drain(Duration::from_secs(5)).await;
        assert_eq!(provider.asked(), 10, "each once");
        node.close().await;
    }
}

#[actix::test]
async fn what_is_not_there_is_looked_for_five_times_and_then_blocked() {
    for house in House::both().await {
        let node = house.node().await;
        let absent = NotFetched::Absent("It is gone".to_owned());
        let (office, provider) = (Office::open(&node).await, Provider::saying(Err(absent)));
        let told = office.brings(&node, 1).await;
        let worker = office.fetching(&node, &provider);
        let shown = office.shows(&node, &told, AttachmentState::Blocked).await;
        assert_eq!((shown.attachments[0].reason.as_deref(), provider.asked()), (Some("It is gone"), 5));
        assert_eq!((shown.body.as_str(), shown.rev), ("look", 2));
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}

#[actix::test]
async fn what_nobody_could_fetch_is_blocked_and_comes_when_a_person_has_it_fetched_again() {
    for house in House::both().await {
        let node = house.node().await;
        let away = NotFetched::NotYet("out of order".to_owned());
        let (office, provider) = (Office::open(&node).await, Provider::saying(Err(away)));
        let told = office.brings(&node, 1).await;
        let worker = office.fetching(&node, &provider);
        let shown = office.shows(&node, &told, AttachmentState::Blocked).await;
        let reason = "It could not be fetched from its sender's provider";
        assert_eq!((shown.attachments[0].reason.as_deref(), provider.asked()), (Some(reason), 20));
        let dead = eventually("the job is given up", async || office.dead(&node).await).await;
        *provider.says.lock() = Ok("image/png");
        let by = Asked::by(Principal::User(office.people.owner));
        worker.redrive(office.people.tenant, &by, dead).await.unwrap();
        let shown = office.shows(&node, &told, AttachmentState::Ready).await.attachments.remove(0);
        assert_eq!((shown.reason, shown.size), (None, 7));
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}

#[actix::test]
async fn files_there_is_no_room_for_are_fetched_again_and_those_of_a_message_taken_back_are_not() {
    for house in House::both().await {
        let node = house.node().await;
        let (office, provider) = (Office::open(&node).await, Provider::saying(Ok("image/png")));
        let (told, taken_back) = (office.brings(&node, 1).await, office.brings(&node, 1).await);
        let delete = DeleteMessage { message_id: taken_back.id, rev: None, others: false };
        let change = Change::new(office.people.agent(), What::Delete(delete));
        node.conversations.change(office.people.tenant, taken_back.conversation_id, change).await.unwrap();
        *office.shelf.broken.lock() = true;
        let worker = office.fetching(&node, &provider);
        eventually("it was fetched", async || (provider.asked() > 0).then_some(())).await;
        *office.shelf.broken.lock() = false;
        office.shows(&node, &told, AttachmentState::Ready).await;
        worker.drain(Duration::from_secs(5)).await;
        assert_eq!(office.shelf.kept.lock().len(), 1);
        node.close().await;
    }
}
