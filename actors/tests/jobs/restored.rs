//! What becomes of a store that was restored: nothing in it passes for what went on elsewhere after the backup.

use std::{sync::Arc, time::Duration};

use actors::{
    event::log::extent,
    jobs::{Due, Outcome, Rules},
    journal::{Claim, Known, NewJob, Renewed, Restored, begin_anew},
    sign_in::{NewCode, SignInError, SignIns},
    testing::{House, Node, People, eventually},
};
use entities::{Digest, JobId, LogIncarnation, job::JobStatus, sign_in_code::CodePurpose};
use parking_lot::Mutex;
use sea_orm::{Database, TransactionTrait};
use uuid::Uuid;

use super::{job, kinds::Told, owe, reaches, stored, worker};

const MINUTE: Duration = Duration::from_secs(60);

/// As if the store had been restored just now from a backup of a minute ago.
async fn restore(house: &House, node: &Node) -> (Restored, Renewed) {
    let now = node.ports.now();
    let incarnation = LogIncarnation::from_uuid(Uuid::now_v7());
    let restored = Restored { as_of: now.minus(MINUTE), now, asked_at: now.plus(MINUTE), incarnation };
    let db = Database::connect(house.url()).await.unwrap();
    let transaction = db.begin().await.unwrap();
    let renewed = begin_anew(&transaction, &restored).await.unwrap();
    transaction.commit().await.unwrap();
    db.close().await.unwrap();
    (restored, renewed)
}

/// Waits until an attempt was settled so.
async fn failed_with(node: &Node, people: &People, id: JobId, why: &str) {
    eventually("it was tried and settled", async || {
        let job = stored(node, people, id).await;
        (job.last_error.as_deref() == Some(why)).then_some(())
    })
    .await;
}

#[actix::test]
async fn a_send_that_was_owed_is_asked_about_before_it_is_done() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let [sent, unsent] = [1, 2].map(|number| job(&node, "send", Some("k"), number));
        let later = NewJob { run_at: node.ports.now().plus(10 * MINUTE), ..job(&node, "send", None, 3) };
        owe(&node, &people, vec![sent.clone(), unsent.clone(), later.clone()]).await;
        let (restored, renewed) = restore(&house, &node).await;
        assert_eq!(renewed.jobs, 2, "what nobody can have begun yet is not in doubt");
        assert_eq!(stored(&node, &people, sent.id).await.run_at, restored.asked_at);
        let doubted = Arc::new(Mutex::new(Vec::new()));
        let noted = doubted.clone();
        let kind = Told::new("send", Rules::send(), |_| Outcome::Done).answering(move |job| {
            noted.lock().push(job.begun_at);
            if job.payload == "1" { Outcome::Done } else { Outcome::retry("it certainly never left") }
        });
        let kind = Arc::new(kind);
        let worker = worker(&node, kind.clone());
        node.clock.advance(MINUTE);
        reaches(&node, &people, sent.id, JobStatus::Done).await;
        failed_with(&node, &people, unsent.id, "it certainly never left").await;
        node.clock.advance(MINUTE);
        reaches(&node, &people, unsent.id, JobStatus::Done).await;
        node.clock.advance(10 * MINUTE);
        reaches(&node, &people, later.id, JobStatus::Done).await;
        assert_eq!((kind.asked(), kind.ran()), (vec![1, 2], vec![2, 3]), "on {}", house.database());
        assert_eq!(*doubted.lock(), [restored.as_of; 2], "it may have been done since the backup");
        worker.drain(MINUTE).await;
        node.close().await;
    }
}

#[actix::test]
async fn a_send_somebody_had_in_hand_is_asked_about_since_he_began() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let sent = job(&node, "send", None, 1);
        owe(&node, &people, vec![sent.clone()]).await;
        let began = node.ports.now();
        let kinds = vec![Known { kind: "send", room: 1, lease_until: began.plus(10 * MINUTE) }];
        let (node_id, running) = (Uuid::now_v7(), std::collections::HashMap::new());
        let claim = Claim { now: began, node: node_id, kinds, room: 1, share: 1, running };
        assert_eq!(node.ports.journal.claim(claim).await.unwrap().len(), 1);
        node.clock.advance(2 * MINUTE);
        let (_, renewed) = restore(&house, &node).await;
        assert_eq!(renewed.jobs, 1);
        assert_eq!(stored(&node, &people, sent.id).await.status, JobStatus::Ready);
        let kind = Told::new("send", Rules::send(), |_| Outcome::Done).answering(move |job| {
            assert_eq!(job.begun_at, began);
            Outcome::Done
        });
        let kind = Arc::new(kind);
        let worker = worker(&node, kind.clone());
        node.clock.advance(MINUTE);
        reaches(&node, &people, sent.id, JobStatus::Done).await;
        assert_eq!((kind.asked(), kind.ran()), (vec![1], vec![]));
        worker.drain(MINUTE).await;
        node.close().await;
    }
}

#[actix::test]
async fn a_timer_runs_again_and_knows_that_it_may_have_run_however_often_it_is_tried() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (due, fresh) = (job(&node, "wake", None, 1), job(&node, "wake", None, 2));
        owe(&node, &people, vec![due.clone()]).await;
        let (restored, _) = restore(&house, &node).await;
        owe(&node, &people, vec![fresh.clone()]).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let noted = told.clone();
        let first = Mutex::new(true);
        let kind = Told::new("wake", Rules::timer(), move |job: &Due| {
            noted.lock().push((job.payload.clone(), job.in_doubt_since));
            match job.payload == "1" && std::mem::take(&mut *first.lock()) {
                true => Outcome::retry("not this time"),
                false => Outcome::Done,
            }
        });
        let worker = worker(&node, Arc::new(kind));
        reaches(&node, &people, fresh.id, JobStatus::Done).await;
        node.clock.advance(MINUTE);
        failed_with(&node, &people, due.id, "not this time").await;
        node.clock.advance(MINUTE);
        reaches(&node, &people, due.id, JobStatus::Done).await;
        let since = Some(restored.as_of);
        let told_of = |payload: u64, since| (payload.to_string(), since);
        assert_eq!(
            *told.lock(),
            [told_of(2, None), told_of(1, since), told_of(1, since)],
            "on {}",
            house.database()
        );
        worker.drain(MINUTE).await;
        node.close().await;
    }
}

#[actix::test]
async fn every_log_goes_on_as_another_and_nobody_is_signed_in() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (sign_ins, until) = (SignIns::new(node.ports.clone()), node.ports.now().plus(60 * MINUTE));
        let who = (people.tenant, people.owner);
        let token = sign_ins.open(who, until, None).await.unwrap();
        let text = node.ports.draw().simple().to_string();
        let code = NewCode { hash: Digest::of(text.as_bytes()), text, expires_at: until };
        sign_ins.issue(who, CodePurpose::SignIn, &code).await.unwrap();
        let before = extent(node.ports.store(), people.tenant).await.unwrap().unwrap();
        let (restored, renewed) = restore(&house, &node).await;
        assert_eq!((renewed.logs, renewed.sign_ins), (1, 1));
        let after = extent(node.ports.store(), people.tenant).await.unwrap().unwrap();
        assert_ne!(after.incarnation, before.incarnation);
        assert_eq!((after.incarnation, after.last_seq), (restored.incarnation, before.last_seq));
        let came_back = sign_ins.rotate((token.family, token.generation), until, None).await;
        assert!(matches!(came_back, Err(SignInError::Revoked)), "{came_back:?}");
        let used = sign_ins.exchange(code.hash, None, until, None).await;
        assert!(matches!(used, Err(SignInError::CodeExpired)), "a link that may have been used is used up");
        node.close().await;
    }
}
