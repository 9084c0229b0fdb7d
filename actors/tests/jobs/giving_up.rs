//! What fails for good is told, and done again when a person says so.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actors::{
    asked::Asked,
    event::EventType,
    jobs::{Due, JobError, Outcome, Rules},
    testing::{House, People, eventually},
};
use entities::{JobId, Principal, TenantId, audit_entry, job::JobStatus, scope::TenantScope};

use super::{job, kinds::Told, owe, reaches, stored, worker};

#[actix::test]
async fn a_poisonous_job_dies_is_told_of_and_comes_back_by_redrive() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let healed = Arc::new(AtomicBool::new(false));
        let cure = healed.clone();
        let rules = Rules { attempts: 3, first_wait: Duration::ZERO, ..Rules::timer() };
        let poison = move |job: &Due| match cure.load(Ordering::SeqCst) || job.payload != "1" {
            true => Outcome::Done,
            false => panic!("as the test asked"),
        };
        let kind = Arc::new(Told::new("wake", rules, poison));
        let worker = worker(&node, kind.clone());
        let [bad, behind] = [1, 2].map(|number| job(&node, "wake", Some("k"), number));
        owe(&node, &people, vec![bad.clone(), behind.clone()]).await;
        let dead = reaches(&node, &people, bad.id, JobStatus::Dead).await;
        assert_eq!((dead.attempts, dead.last_error.as_deref()), (3, Some("it panicked")));
        reaches(&node, &people, behind.id, JobStatus::Done).await;
        let told = eventually("job.dead", async || {
            node.recorder.of(people.tenant).into_iter().find(|event| event.head.kind == EventType::JobDead)
        })
        .await;
        assert_eq!(told.parse().unwrap().job.unwrap().id, bad.id);

        healed.store(true, Ordering::SeqCst);
        let asked = Asked::by(Principal::User(people.owner));
        worker.redrive(people.tenant, &asked, bad.id).await.unwrap();
        let done = reaches(&node, &people, bad.id, JobStatus::Done).await;
        assert_eq!((done.attempts, kind.ran()), (4, vec![1, 1, 1, 2, 1]));
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}

#[actix::test]
async fn only_what_was_given_up_is_redriven_and_only_by_its_tenant() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, others) = (People::arrive(&node).await, People::arrive(&node).await);
        let kind = Arc::new(Told::new("wake", Rules::timer(), |_| Outcome::Refused("never".to_owned())));
        let worker = worker(&node, kind);
        let refused = job(&node, "wake", None, 1);
        let mut later = job(&node, "wake", None, 2);
        later.run_at = later.run_at.plus(Duration::from_secs(60));
        owe(&node, &people, vec![refused.clone(), later.clone()]).await;
        reaches(&node, &people, refused.id, JobStatus::Dead).await;
        let asked = Asked::by(Principal::User(people.owner));
        let redrive =
            async |tenant: TenantId, id: JobId| worker.redrive(tenant, &asked, id).await.map(|_| ());
        assert_eq!(redrive(others.tenant, refused.id).await, Err(JobError::NotFound));
        let waiting = Err(JobError::NotGivenUp { status: JobStatus::Scheduled });
        assert_eq!(redrive(people.tenant, later.id).await, waiting);
        assert_eq!(stored(&node, &people, refused.id).await.status, JobStatus::Dead);
        assert_eq!(redrive(people.tenant, refused.id).await, Ok(()));
        reaches(&node, &people, refused.id, JobStatus::Dead).await;
        let tenant = people.tenant;
        let audit = node
            .ports
            .store()
            .read(tenant, move |db| async move { audit_entry::Entity::of(tenant).all(&*db).await });
        assert!(audit.await.unwrap().iter().any(|entry| entry.action == "job.redrive"));
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}
