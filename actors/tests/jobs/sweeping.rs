//! What is over goes, in small steps, and nothing else does.

use std::time::Duration;

use actors::{
    event::log,
    jobs::{Outcome, Rules, Sweeper, SweeperOptions, attempts, get},
    journal::{Answer, Commit, Fence, Lasting, Record, Row, answered},
    testing::{House, Node, People},
};
use entities::{
    Digest, Principal, SignInId, job::JobStatus, scope::TenantScope, sign_in, sign_in_code,
    sign_in_code::CodePurpose,
};

use super::{job, kinds::Told, owe, reaches, worker};

const DAY: Duration = Duration::from_secs(86_400);

fn sweeper(node: &Node, events: Option<Duration>) -> Sweeper {
    // Only when it is told.
    Sweeper::start(
        node.ports.clone(),
        None,
        SweeperOptions { events, every: 365 * DAY, ..SweeperOptions::default() },
    )
}

async fn told(node: &Node, people: &People, events: usize) {
    let contact = people.newcomer(&node.ports);
    node.ports.journal.commit(people.making(&node.ports, &contact, events)).await.unwrap();
}

#[actix::test]
async fn a_log_is_trimmed_from_its_old_end_and_stays_dense_behind_it() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, others) = (People::arrive(&node).await, People::arrive(&node).await);
        let sweeper = sweeper(&node, Some(30 * DAY));
        for _ in 0..3 {
            told(&node, &people, 800).await;
        }
        node.clock.advance(31 * DAY);
        told(&node, &people, 5).await;
        told(&node, &others, 1).await;
        let all = 1 + 3 * 800 + 5;
        let (swept, written) = tokio::join!(sweeper.sweep(), told(&node, &people, 1));
        // The others' founding is as old.
        assert_eq!((swept.unwrap(), written), (2401 + 1, ()));
        let extent = log::extent(node.ports.store(), people.tenant).await.unwrap().unwrap();
        assert_eq!((extent.trimmed_seq, extent.last_seq), (2401, all + 1));
        let left = log::after(node.ports.store(), people.tenant, 0, 500).await.unwrap();
        assert_eq!(
            left.iter().map(|event| event.seq).collect::<Vec<_>>(),
            (2402..=all + 1).collect::<Vec<_>>()
        );
        assert_eq!(sweeper.sweep().await.unwrap(), 0, "the rest is young");
        node.clock.advance(31 * DAY);
        sweeper.sweep().await.unwrap();
        let extent = log::extent(node.ports.store(), people.tenant).await.unwrap().unwrap();
        assert_eq!(extent.trimmed_seq, extent.last_seq, "a log that is empty remembers where it is");
        told(&node, &people, 1).await;
        let next = log::after(node.ports.store(), people.tenant, 0, 9).await.unwrap();
        assert_eq!(next.iter().map(|event| event.seq).collect::<Vec<_>>(), [all + 2]);
        node.close().await;
    }
}

#[actix::test]
async fn events_are_kept_for_ever_unless_somebody_says_otherwise() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let sweeper = sweeper(&node, None);
    node.clock.advance(3650 * DAY);
    assert_eq!(sweeper.sweep().await.unwrap(), 0);
    assert_eq!(log::extent(node.ports.store(), people.tenant).await.unwrap().unwrap().trimmed_seq, 0);
    node.close().await;
}

#[actix::test]
async fn jobs_that_were_done_go_after_a_week_and_those_given_up_stay() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let refuses = |job: &actors::jobs::Due| match job.payload.as_str() {
            "1" => Outcome::Done,
            _ => Outcome::Refused("never".to_owned()),
        };
        let worker = worker(&node, std::sync::Arc::new(Told::new("wake", Rules::timer(), refuses)));
        let [done, dead] = [1, 2].map(|number| job(&node, "wake", None, number));
        owe(&node, &people, vec![done.clone(), dead.clone()]).await;
        reaches(&node, &people, done.id, JobStatus::Done).await;
        reaches(&node, &people, dead.id, JobStatus::Dead).await;
        worker.drain(Duration::from_secs(5)).await;
        let sweeper = sweeper(&node, None);
        assert_eq!(sweeper.sweep().await.unwrap(), 0);
        node.clock.advance(8 * DAY);
        assert_eq!(sweeper.sweep().await.unwrap(), 1);
        let (store, tenant) = (node.ports.store(), people.tenant);
        assert_eq!(get(store, tenant, done.id).await.unwrap(), None);
        assert!(get(store, tenant, dead.id).await.unwrap().is_some());
        assert_eq!(attempts(store, tenant, done.id).await.unwrap(), None);
        assert_eq!(attempts(store, tenant, dead.id).await.unwrap().unwrap().len(), 1);
        node.close().await;
    }
}

#[actix::test]
async fn answers_sign_ins_and_codes_go_when_their_time_is_over() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let sweeper = sweeper(&node, None);
        let fence = |key: &str, lasting| Fence {
            principal: Principal::System,
            key: key.to_owned(),
            request: Digest::of(b"x"),
            lasting,
        };
        let (day, always) = (fence("day", Lasting::Day), fence("always", Lasting::AsTheMessage));
        for (fence, days) in [(&day, 1), (&always, 30)] {
            let answer =
                Answer { fence: fence.clone(), body: "{}".to_owned(), seq_of: None, contact_id: None };
            let rows = signed_in(&node, &people, days, fence.key.as_bytes());
            let commit = Commit::new(people.tenant, node.ports.now(), rows, Vec::new());
            node.ports.journal.commit(commit.answering(Some(answer))).await.unwrap();
        }
        node.clock.advance(2 * DAY);
        assert_eq!(sweeper.sweep().await.unwrap(), 3, "an answer, a sign-in and a code");
        let (store, tenant) = (node.ports.store(), people.tenant);
        assert_eq!(answered(store, tenant, &day).await.unwrap(), None);
        assert!(answered(store, tenant, &always).await.unwrap().is_some());
        let left = store.read(tenant, move |db| async move {
            let sign_ins = sign_in::Entity::of(tenant).all(&*db).await?.len();
            Ok((sign_ins, sign_in_code::Entity::of(tenant).all(&*db).await?.len()))
        });
        assert_eq!(left.await.unwrap(), (1, 1));
        node.close().await;
    }
}

/// A sign-in and a code that are over after so many days.
fn signed_in(node: &Node, people: &People, days: u32, code: &[u8]) -> Vec<Row> {
    let (now, user_id, tenant_id) = (node.ports.now(), people.owner, people.tenant);
    let expires_at = now.plus(days * DAY);
    let sign_in = sign_in::Model {
        id: SignInId::from_uuid(node.ports.draw()),
        tenant_id,
        user_id,
        generation: 1,
        rotated_at: now,
        expires_at,
        revoked_at: None,
        created_at: now,
        rev: 1,
    };
    let code = sign_in_code::Model {
        code_hash: Digest::of(code),
        tenant_id,
        user_id,
        purpose: CodePurpose::SignIn,
        created_at: now,
        expires_at,
        used_at: None,
        rev: 1,
    };
    vec![Row::Insert(Record::SignIn(sign_in)), Row::Insert(Record::SignInCode(code))]
}
