//! `kill -9` at any moment: what was acknowledged is there, once, where it was said to be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
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

const ROUNDS: u64 = 50;
/// Who talk at the same time, each in a conversation of its own.
const TALKERS: usize = 8;
/// What a child is told: where the house stands, and from which line each talker goes on.
const TOLD: &str = "SWITCHBOARD_TEST_CRASH";

/// By talker and line: the seq it was acknowledged with.
type Acknowledged = HashMap<(usize, u64), i64>;

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
        let life = Duration::from_micros(random.random_range(0..100_000));
        let lines: Vec<u64> = (0..TALKERS).map(|talker| last_line(&acknowledged, talker)).collect();
        let told = serde_json::json!({
            "url": house.url(), "master": house.master(), "tenant": people.tenant, "user": people.owner,
            "conversations": conversations, "lines": lines,
        });
        let child = spawn(&told.to_string());
        for (key, seq) in tokio::task::spawn_blocking(move || listen(child, life)).await.unwrap() {
            let before = acknowledged.insert(key, seq);
            assert!(before.is_none_or(|before| before == seq), "round {round}: a repeat got another answer");
        }
    }
    assert!(acknowledged.len() as u64 > ROUNDS, "children lived: {}", acknowledged.len());
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

fn spawn(told: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_child_that_is_killed", "--nocapture"])
        .env(TOLD, told)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child `life` after its first acknowledgement, and answers with all it got out until then.
fn listen(mut child: Child, life: Duration) -> Vec<((usize, u64), i64)> {
    let out = BufReader::new(child.stdout.take().unwrap());
    let (lines, heard) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            // The child is killed by then, and what it still said counts.
            let _ = lines.send(line);
        }
    });
    let mut all = Vec::new();
    while all.is_empty() {
        let line = heard.recv_timeout(Duration::from_secs(60)).unwrap();
        all.extend(acknowledgement(&line));
    }
    let end = Instant::now() + life;
    while let Ok(line) = heard.recv_timeout(end.saturating_duration_since(Instant::now())) {
        all.extend(acknowledgement(&line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap();
    all.extend(heard.try_iter().filter_map(|line| acknowledgement(&line)));
    all
}

/// `ack <talker> <line> <seq>`, whole: a line cut short by the kill has no full stop.
fn acknowledgement(line: &str) -> Option<((usize, u64), i64)> {
    let mut words = line.strip_prefix("ack ")?.strip_suffix('.')?.split(' ');
    let (talker, line, seq) = (words.next()?, words.next()?, words.next()?);
    Some(((talker.parse().ok()?, line.parse().ok()?), seq.parse().ok()?))
}

fn client_id(talker: usize, line: u64) -> String {
    format!("{talker}-{line}")
}

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
    let Ok(told) = env::var(TOLD) else { return };
    let told: Told = serde_json::from_str(&told).unwrap();
    let house = House::visit(&told.url, &told.master);
    let node = house.node().await;
    let talk = async |talker: usize| {
        let id = ConversationId::from_uuid(told.conversations[talker]);
        for line in told.lines[talker].. {
            let change = say(&told, &client_id(talker, line));
            let tenant = TenantId::from_uuid(told.tenant);
            let reply = node.conversations.change(tenant, id, change).await.unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "ack {talker} {line} {}.", reply.seq).unwrap();
            out.flush().unwrap();
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
