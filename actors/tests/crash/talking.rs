//! People who talk while they are killed: what was acknowledged is there, once, where it was said to be.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use actors::{
    conversation::{Change, SendMessage, What},
    event::log,
    journal::{Fence, Lasting},
    store::Reader,
    testing::{House, Node, People},
};
use entities::{ConversationId, Digest, TenantId, UserId, message, scope::TenantScope};
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use super::child::{self, Life};

const ROUNDS: u64 = 50;
/// Who talk at the same time, each in a conversation of its own.
const TALKERS: usize = 8;

/// A talker, and which of his lines.
type Line = (usize, u64);

/// The seq each line was acknowledged with.
type Acknowledged = HashMap<Line, i64>;

#[actix::test]
async fn nothing_acknowledged_is_lost_or_doubled_by_a_kill_over_sqlite() {
    survives_kills(House::sqlite().await).await;
}

#[actix::test]
async fn nothing_acknowledged_is_lost_or_doubled_by_a_kill_over_postgres() {
    if let Some(house) = House::postgres().await {
        survives_kills(house).await;
    }
}

async fn survives_kills(house: House) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let mut conversations = Vec::new();
    for _ in 0..TALKERS {
        conversations.push(people.conversation(&node).await);
    }
    let (mut random, mut acknowledged) = (StdRng::seed_from_u64(9), Acknowledged::new());
    for round in 0..ROUNDS {
        let lasts = Duration::from_micros(random.random_range(0..100_000));
        let lines: Vec<u64> = (0..TALKERS).map(|talker| last_line(&acknowledged, talker)).collect();
        let told = serde_json::json!({
            "url": house.url(), "master": house.master(), "tenant": people.tenant, "user": people.owner,
            "conversations": conversations, "lines": lines,
        });
        let child = child::spawn("talking::the_child_that_is_killed", &told);
        let known: HashSet<_> = acknowledged.keys().copied().collect();
        let begins = move |(key, _): &(Line, i64)| !known.contains(key);
        let life = Life { begins, lasts };
        let heard = tokio::task::spawn_blocking(move || child::listen(child, life, acknowledgement));
        for (key, seq) in heard.await.unwrap() {
            let before = acknowledged.insert(key, seq);
            assert!(before.is_none_or(|before| before == seq), "round {round}: a repeat got another answer");
        }
    }
    assert!(acknowledged.len() as u64 >= ROUNDS, "each child said something new: {}", acknowledged.len());
    assert_kept(&node, people.tenant, &acknowledged).await;
    node.close().await;
}

/// Its next child repeats it, and goes on from there.
fn last_line(acknowledged: &Acknowledged, talker: usize) -> u64 {
    acknowledged.keys().filter(|(by, _)| *by == talker).map(|(_, line)| *line).max().unwrap_or(0)
}

async fn assert_kept(node: &Node, tenant: TenantId, acknowledged: &Acknowledged) {
    let find = move |db: Reader| async move { message::Entity::of(tenant).all(&*db).await };
    let messages = node.ports.store().read(tenant, find).await.unwrap();
    let mut stored = HashMap::new();
    for message in messages {
        let name = message.client_id.unwrap();
        assert_eq!(stored.insert(name.clone(), message.seq), None, "{name} is said once");
    }
    for ((talker, line), seq) in acknowledged {
        assert_eq!(stored.get(&client_id(*talker, *line)), Some(seq), "{talker}-{line} is where it was said");
    }
    let extent = log::extent(node.ports.store(), tenant).await.unwrap().unwrap();
    let mut next = 1;
    while next <= extent.last_seq {
        for event in log::after(node.ports.store(), tenant, next - 1, 500).await.unwrap() {
            assert_eq!(event.seq, next, "the log is dense");
            next += 1;
        }
    }
}

/// `ack <talker> <line> <seq>`, whole: a line cut short by the kill has no full stop.
fn acknowledgement(line: &str) -> Option<(Line, i64)> {
    let mut words = line.strip_prefix("ack ")?.strip_suffix('.')?.split(' ');
    let (talker, line, seq) = (words.next()?, words.next()?, words.next()?);
    Some(((talker.parse().ok()?, line.parse().ok()?), seq.parse().ok()?))
}

fn client_id(talker: usize, line: u64) -> String {
    format!("{talker}-{line}")
}

/// Where the house stands, and from which line each talker goes on.
#[derive(serde::Deserialize)]
struct Told {
    url: String,
    master: String,
    tenant: Uuid,
    user: Uuid,
    conversations: Vec<Uuid>,
    lines: Vec<u64>,
}

/// Run by the parent above, and nothing when run by anybody else.
#[actix::test]
async fn the_child_that_is_killed() {
    let Some(told) = child::told::<Told>() else { return };
    let house = House::visit(&told.url, &told.master);
    let node = house.node().await;
    let talk = async |talker: usize| {
        let id = ConversationId::from_uuid(told.conversations[talker]);
        for line in told.lines[talker].. {
            let change = say(&told, &client_id(talker, line));
            let tenant = TenantId::from_uuid(told.tenant);
            let reply = node.conversations.change(tenant, id, change).await.unwrap();
            child::say(&format!("ack {talker} {line} {}.", reply.seq));
        }
    };
    join_all((0..TALKERS).map(talk)).await;
}

fn say(told: &Told, client_id: &str) -> Change {
    let by = actors::conversation::Sender {
        principal: entities::Principal::User(UserId::from_uuid(told.user)),
        name: "Ada".to_owned(),
        sight: actors::conversation::Sight::All,
        overrides: false,
    };
    let fence = Fence {
        principal: by.principal,
        key: client_id.to_owned(),
        request: Digest::of(client_id.as_bytes()),
        lasting: Lasting::AsTheMessage,
    };
    let what = What::Send(SendMessage { body: client_id.to_owned(), ..SendMessage::default() });
    Change { client_id: Some(client_id.into()), fence: Some(fence), ..Change::new(by, what) }
}
