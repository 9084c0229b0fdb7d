//! The promise everything rests on: whatever happens, a tenant has one dense log, in the order of the commits.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actors::{
    event::{Recorded, log},
    journal::{Commit, CommitError, Committed},
    store::Store,
    testing::{Fate, House, Node, People, Proxy, eventually},
};
use entities::{EventId, TenantId, contact};
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{assert_dense, over_a_bad_line};

/// Writers of each node and the commits of each writer.
const WRITERS: usize = 12;
const COMMITS: usize = 30;

/// What a writer was told about a commit, by the first event of it.
type Told = Vec<(EventId, Result<Committed, CommitError>)>;

#[actix::test]
async fn two_nodes_write_one_dense_log_over_sqlite() {
    let house = House::sqlite().await;
    let (one, other) = (house.node().await, house.node().await);
    writes_in_order([&one, &other], async || {}).await;
    one.close().await;
    other.close().await;
}

#[actix::test]
async fn two_nodes_write_one_dense_log_over_postgres_though_their_lines_break() {
    let Some((house, proxy, one)) = over_a_bad_line().await else { return };
    let other = house.node_with(proxy.url(), Default::default()).await;
    let mut random = StdRng::seed_from_u64(7);
    proxy.at_commits(move || match random.random_range(0..12) {
        0 => Fate::NeverArrives,
        1 => Fate::LosesItsAnswer,
        2 => Fate::ArrivesLate(Duration::from_millis(30)),
        _ => Fate::Passes,
    });
    let cutting = Arc::new(AtomicBool::new(true));
    let proxy = Arc::new(proxy);
    let cuts = actix::spawn(cut_now_and_then(proxy.clone(), cutting.clone()));
    let calm = async || {
        cutting.store(false, Ordering::SeqCst);
        cuts.await.unwrap();
    };
    writes_in_order([&one, &other], calm).await;
    one.close().await;
    other.close().await;
}

/// Not for ever: a line that breaks faster than anybody connects carries nothing.
async fn cut_now_and_then(proxy: Arc<Proxy>, cutting: Arc<AtomicBool>) {
    for wait in (0..15).map(|round| Duration::from_millis(100 + 20 * round)) {
        tokio::time::sleep(wait).await;
        if !cutting.load(Ordering::SeqCst) {
            break;
        }
        proxy.cut();
    }
}

/// When all is written it is to be `calm`: what is read then is read once.
async fn writes_in_order([one, other]: [&Node; 2], calm: impl AsyncFnOnce()) {
    let people = [People::arrive(one).await, People::arrive(one).await];
    let mut standing = Vec::new();
    for people in &people {
        let contact = people.newcomer(&one.ports);
        one.ports.journal.commit(people.making(&one.ports, &contact, 1)).await.unwrap();
        standing.push(contact);
    }
    let writing = Arc::new(AtomicBool::new(true));
    let watches: Vec<_> = people
        .iter()
        .map(|it| actix::spawn(watch(other.ports.store().clone(), it.tenant, writing.clone())))
        .collect();
    let writers = (0..WRITERS * 2).map(|index| {
        let (node, tenant) = (if index % 2 == 0 { one } else { other }, index / 2 % 2);
        write(node, people[tenant], standing[tenant].clone(), index as u64)
    });
    let told: Vec<Told> = join_all(writers).await;
    writing.store(false, Ordering::SeqCst);
    for watch in watches {
        assert!(watch.await.unwrap() > 0, "somebody watched");
    }
    calm().await;
    let mut stored: HashMap<EventId, i64> = HashMap::new();
    for people in &people {
        let events = assert_dense(one.ports.store(), people.tenant).await;
        assert_announced([one, other], people.tenant, events.len() as i64).await;
        for event in events {
            assert_eq!(stored.insert(event.head.id, event.seq), None, "an event is written once");
        }
    }
    assert_kept(told.into_iter().flatten().collect(), &stored);
}

/// What was acknowledged is where it was said to be; what was refused is nowhere.
fn assert_kept(told: Told, stored: &HashMap<EventId, i64>) {
    let written = told.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    assert!(written > told.len() / 3, "most was written: {written} of {}", told.len());
    for (event, outcome) in told {
        let seq = stored.get(&event).copied();
        match outcome {
            Ok(committed) => assert_eq!(seq, Some(committed.seqs[0])),
            Err(CommitError::Conflict | CommitError::Poison) => assert_eq!(seq, None),
            // Late news: either is true.
            Err(CommitError::Unavailable) => {}
        }
    }
}

/// Each node tells in order of what it wrote itself, and every event is told by one of them, once.
async fn assert_announced(nodes: [&Node; 2], tenant: TenantId, last: i64) {
    let told = eventually("every event is announced", async || {
        let told = nodes.map(|node| node.recorder.of(tenant));
        (told.iter().map(Vec::len).sum::<usize>() as i64 >= last).then_some(told)
    });
    let told = told.await.map(|events| events.iter().map(|event| event.seq).collect::<Vec<_>>());
    assert!(told.iter().all(|seqs| seqs.is_sorted()), "a node announces in the order of the log");
    let mut all = told.concat();
    all.sort_unstable();
    assert_eq!(all, (1..=last).collect::<Vec<_>>());
}

/// Random commits: some lose, some are poison, some are given up by their callers.
async fn write(node: &Node, people: People, standing: contact::Model, seed: u64) -> Told {
    let (mut random, mut told, mut rev) = (StdRng::seed_from_u64(seed), Told::new(), 1);
    for _ in 0..COMMITS {
        let commit = draw(node, &people, &standing, &mut rev, &mut random);
        let first = commit.events[0].head.id;
        let writing = node.ports.journal.commit(commit);
        if random.random_ratio(1, 10) {
            // The caller goes away. The commit does not.
            let patience = Duration::from_micros(random.random_range(0..3000));
            let outcome = tokio::time::timeout(patience, writing).await;
            told.push((first, outcome.unwrap_or(Err(CommitError::Unavailable))));
        } else {
            told.push((first, writing.await));
        }
    }
    told
}

fn draw(
    node: &Node,
    people: &People,
    standing: &contact::Model,
    rev: &mut i64,
    random: &mut StdRng,
) -> Commit {
    let (ports, events) = (&node.ports, random.random_range(1..4));
    match random.random_range(0..10) {
        0..3 => {
            *rev += 1;
            people.changing(ports, &contact::Model { rev: *rev, ..standing.clone() }, events)
        }
        3 => {
            let tenant_id = TenantId::from_uuid(ports.draw());
            people.making(ports, &contact::Model { tenant_id, ..people.newcomer(ports) }, events)
        }
        _ => people.making(ports, &people.newcomer(ports), events),
    }
}

/// Reads the log while it is written: whoever sees a seq sees all before it. Answers how often it looked.
async fn watch(store: Store, tenant: TenantId, writing: Arc<AtomicBool>) -> usize {
    let (mut looks, mut seen) = (0, 0);
    while writing.load(Ordering::SeqCst) {
        // A line that breaks is no answer.
        let Ok(page) = log::after(&store, tenant, seen, 500).await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let seqs: Vec<i64> = page.iter().map(|event: &Recorded| event.seq).collect();
        let last = seen + seqs.len() as i64;
        assert_eq!(seqs, (seen + 1..=last).collect::<Vec<_>>(), "no seq is seen before a lower one");
        (looks, seen) = (looks + 1, last);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    looks
}
