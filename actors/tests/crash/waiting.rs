//! Messages whose time comes while those who are to send them are killed: each is sent, and none twice.

use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use actors::{
    conversation::{
        Carriage, Carried, Carrier, Change, ChannelRef, ConversationError, Open, SendMessage, What, store,
    },
    event::{EventType, log},
    jobs::{Due, JobKind, Jobs, JobsOptions, Outcome, Rules},
    testing::{House, Node, People, eventually},
};
use async_trait::async_trait;
use entities::{ConversationId, MessageId, TenantId, channel::ChannelType};
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use super::child::{self, Life};

const ROUNDS: u32 = 8;
/// Of the clock. What somebody held when he was killed, he holds no more in the next.
const ROUND: Duration = Duration::from_secs(300);
const CONVERSATIONS: u32 = 4;
/// Messages of each conversation that are due in a round.
const DUE: u32 = 2;
/// The job that sends one.
const POST: &str = "test.post";

#[actix::test]
async fn what_is_due_is_sent_once_whoever_is_killed_meanwhile_over_sqlite() {
    is_sent_once(House::sqlite().await).await;
}

#[actix::test]
async fn what_is_due_is_sent_once_whoever_is_killed_meanwhile_over_postgres() {
    if let Some(house) = House::postgres().await {
        is_sent_once(house).await;
    }
}

async fn is_sent_once(house: House) {
    let folder = tempfile::tempdir().unwrap();
    let book = Book(folder.path().join("book"));
    let (tenant, conversations, scheduled) = everything_scheduled(&house).await;
    let (mut random, mut cut_short) = (StdRng::seed_from_u64(4), 0);
    for round in 1..=ROUNDS {
        let life =
            Life { begins: |_: &()| true, lasts: Duration::from_micros(random.random_range(0..20_000)) };
        let told = serde_json::json!({
            "url": house.url(), "master": house.master(), "book": book.0, "round": round,
        });
        let child = child::spawn("waiting::the_child_that_is_killed", &told);
        let moved = |line: &str| line.starts_with("post").then_some(());
        tokio::task::spawn_blocking(move || child::listen(child, life, moved)).await.unwrap();
        let due = round * CONVERSATIONS * DUE;
        cut_short += usize::from(book.entries().len() < due as usize);
    }
    assert!(cut_short > 0, "nobody was killed over anything");
    let node = house.node().await;
    let post = open(&node, &book.0);
    eventually("everything is sent", async || {
        node.clock.advance(ROUND);
        (book.entries().len() >= scheduled.len() && post.running() == 0).then_some(())
    })
    .await;
    let entries = book.entries();
    assert_eq!(entries.len(), scheduled.len(), "nothing is sent twice");
    assert_eq!(entries.into_iter().collect::<HashSet<_>>(), scheduled);
    assert_eq!(told_of(&node, tenant).await, scheduled.len(), "each entered its thread once");
    for conversation in conversations {
        assert!(store::scheduled(node.ports.store(), tenant, conversation).await.unwrap().is_empty());
    }
    post.drain(Duration::from_secs(5)).await;
    node.close().await;
}

/// Conversations over a carrier, and what waits in them. Whoever scheduled it has left.
async fn everything_scheduled(house: &House) -> (TenantId, Vec<ConversationId>, HashSet<MessageId>) {
    let node = house.node().await;
    node.conversations.carried_by(ChannelType::Twilio, Arc::new(Courier));
    let people = People::arrive(&node).await;
    let (mut conversations, mut scheduled) = (Vec::new(), HashSet::new());
    for _ in 0..CONVERSATIONS {
        let mut request = people.request(people.contact(&node.ports).await);
        let channel = ChannelRef { kind: ChannelType::Twilio, ..request.open.channel.clone() };
        request.open = Open { channel, ..request.open };
        let opened = node.conversations.open(people.tenant, people.agent(), request).await.unwrap();
        conversations.push(opened.conversation.id);
    }
    for conversation in &conversations {
        for number in 0..ROUNDS * DUE {
            // Before the child of that round looks at its clock.
            let after = ROUND * (number / DUE) + ROUND / 2;
            let message = schedule(&node, &people, *conversation, after).await;
            scheduled.insert(message);
        }
    }
    node.close().await;
    (people.tenant, conversations, scheduled)
}

async fn schedule(node: &Node, people: &People, conversation: ConversationId, after: Duration) -> MessageId {
    let scheduled_at = Some(node.ports.now().plus(after));
    let send = SendMessage { body: "see you".to_owned(), scheduled_at, ..SendMessage::default() };
    let change = Change::new(people.agent(), What::Send(send));
    let reply = node.conversations.change(people.tenant, conversation, change).await.unwrap();
    reply.message.unwrap().id
}

/// How many messages the log says entered a thread.
async fn told_of(node: &Node, tenant: TenantId) -> usize {
    let events = log::after(node.ports.store(), tenant, 0, 1_000).await.unwrap();
    events.iter().filter(|event| event.head.kind == EventType::MessageCreated).count()
}

/// From now on the node sends.
fn open(node: &Node, book: &Path) -> Jobs {
    node.conversations.carried_by(ChannelType::Twilio, Arc::new(Courier));
    let kinds: Vec<Arc<dyn JobKind>> = vec![Arc::new(Post(Book(book.to_owned())))];
    let options = JobsOptions { poll_every: Duration::from_millis(20), ..JobsOptions::default() };
    Jobs::start(node.ports.clone(), Uuid::now_v7(), kinds, options)
}

/// What was sent, outside of the house: it outlives whoever writes in it.
struct Book(PathBuf);

impl Book {
    fn enter(&self, message: MessageId) {
        let mut book = OpenOptions::new().create(true).append(true).open(&self.0).unwrap();
        book.write_all(format!("{message}\n").as_bytes()).unwrap();
    }

    fn entries(&self) -> Vec<MessageId> {
        let lines = fs::read_to_string(&self.0).unwrap_or_default();
        lines.lines().map(|line| line.parse().unwrap()).collect()
    }
}

/// Sends by writing it down, which can be looked up.
struct Post(Book);

#[async_trait]
impl JobKind for Post {
    fn name(&self) -> &'static str {
        POST
    }

    fn rules(&self) -> Rules {
        Rules::send()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Carried { message_id, .. } = job.parse().unwrap();
        self.0.enter(message_id);
        child::say("post sends");
        Outcome::Done
    }

    async fn ask(&self, job: &Due) -> Outcome {
        let Carried { message_id, .. } = job.parse().unwrap();
        child::say("post looks it up");
        match self.0.entries().contains(&message_id) {
            true => Outcome::Done,
            false => Outcome::Retry { why: "it was not sent".to_owned(), after: Some(Duration::ZERO) },
        }
    }
}

/// Has it sent by the post.
struct Courier;

#[async_trait]
impl Carrier for Courier {
    fn carriage(&self) -> Carriage {
        Carriage {
            job: POST,
            longest: 100,
            too_long: "is too long",
            inquiry: ("test.inquiry", ROUND),
            freight: Err("go with no letter"),
        }
    }

    async fn is_connected(&self, _: TenantId) -> Result<bool, ConversationError> {
        Ok(true)
    }
}

/// Where the house stands and the book lies, and how late it is.
#[derive(serde::Deserialize)]
struct Told {
    url: String,
    master: String,
    book: PathBuf,
    round: u32,
}

/// Run by the parent above, and nothing when run by anybody else.
#[actix::test]
async fn the_child_that_is_killed() {
    let Some(told) = child::told::<Told>() else { return };
    let node = House::visit(&told.url, &told.master).node().await;
    let _post = open(&node, &told.book);
    node.clock.advance(ROUND * told.round);
    std::future::pending::<()>().await;
}
