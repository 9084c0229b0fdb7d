//! A claim costs the same whatever is queued, and takes no tenant more than its share.

use std::{sync::Arc, time::Duration};

use actors::{
    jobs::{Jobs, JobsOptions, Outcome, Rules},
    journal::{Claim, Commit, Known, NewJob},
    testing::{House, Node, People, eventually},
};
use entities::{JobId, TenantId, job};
use sea_orm::{ColumnTrait, ConnectionTrait, Database, DbBackend, QueryFilter, QueryTrait, Statement};
use uuid::Uuid;

use super::{job, kinds::Told};

/// A commit that owes many jobs at once.
async fn owe_many(node: &Node, tenant: TenantId, jobs: Vec<NewJob>) {
    let commit = Commit::new(tenant, node.ports.now(), Vec::new(), Vec::new()).owing(jobs);
    node.ports.journal.commit(commit).await.unwrap();
}

/// How the database would find what is due.
async fn plan(house: &House, query: impl QueryTrait) -> String {
    let db = Database::connect(house.url()).await.unwrap();
    let backend = db.get_database_backend();
    let (explain, column) = match backend {
        DbBackend::Postgres => ("EXPLAIN", 0),
        _ => ("EXPLAIN QUERY PLAN", 3),
    };
    if backend == DbBackend::Postgres {
        db.execute_unprepared("ANALYZE jobs").await.unwrap();
    }
    let sql = format!("{explain} {}", query.build(backend));
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(column).unwrap());
    let plan = lines.collect::<Vec<_>>().join("\n");
    db.close().await.unwrap();
    plan
}

#[actix::test]
async fn ten_thousand_queued_jobs_are_not_looked_at_by_a_claim() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        for block in 0..10 {
            let jobs = (0..1000).map(|number| match number % 3 {
                0 => job(&node, "wake", Some("one line"), number),
                1 => job(&node, "wake", None, number),
                _ => NewJob {
                    run_at: node.ports.now().plus(Duration::from_secs(900 + block)),
                    ..job(&node, "wake", None, 1)
                },
            });
            owe_many(&node, people.tenant, jobs.collect()).await;
        }
        let kinds = ["wake"];
        let due =
            job::Entity::ready_across_tenants(&kinds, 16).filter(job::Column::RunAt.lte(node.ports.now()));
        for (query, index) in [
            (due, "jobs_due"),
            (job::Entity::scheduled_across_tenants(&kinds, 16), "jobs_timers"),
            (job::Entity::running_across_tenants(&kinds, 16), "jobs_leases"),
        ] {
            let plan = plan(&house, query).await;
            assert!(
                plan.contains(index) && !plan.contains("Sort") && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
        let claimed = node.ports.journal.claim(claim(&node, 16, 16)).await.unwrap();
        assert_eq!(claimed.len(), 16);
        node.close().await;
    }
}

fn claim(node: &Node, room: usize, share: usize) -> Claim {
    let now = node.ports.now();
    let lease_until = now.plus(Duration::from_secs(60));
    let (kinds, running) = (vec![Known { kind: "wake", room, lease_until }], Default::default());
    Claim { now, node: Uuid::now_v7(), kinds, room, share, running }
}

#[actix::test]
async fn a_kind_that_has_its_hands_full_leaves_the_others_theirs() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let many = (0..50).map(|number| job(&node, "scan", None, number));
        let few = (0..3).map(|number| job(&node, "wake", None, number));
        owe_many(&node, people.tenant, many.chain(few).collect()).await;
        let mut claim = claim(&node, 20, 20);
        claim.kinds.push(Known { kind: "scan", room: 2, ..claim.kinds[0] });
        let claimed = node.ports.journal.claim(claim.clone()).await.unwrap();
        let of = |kind| claimed.iter().filter(|job| job.kind == kind).count();
        assert_eq!((of("scan"), of("wake")), (2, 3));
        claim.kinds = vec![Known { kind: "scan", room: 0, ..claim.kinds[0] }];
        assert!(node.ports.journal.claim(claim).await.unwrap().is_empty());
        node.close().await;
    }
}

#[actix::test]
async fn a_busy_tenant_gets_its_share_and_the_others_get_theirs() {
    for house in House::both().await {
        let node = house.node().await;
        let (busy, calm) = (People::arrive(&node).await, People::arrive(&node).await);
        let many = (0..50).map(|number| job(&node, "wake", None, number)).collect();
        owe_many(&node, busy.tenant, many).await;
        owe_many(&node, calm.tenant, vec![job(&node, "wake", None, 99)]).await;
        let claimed = node.ports.journal.claim(claim(&node, 10, 4)).await.unwrap();
        let of = |tenant| claimed.iter().filter(|job| job.tenant_id == tenant).count();
        assert_eq!((of(busy.tenant), of(calm.tenant)), (4, 1));
        node.close().await;
    }
}

#[actix::test]
async fn two_claims_at_once_take_different_jobs() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let many = (0..40).map(|number| job(&one, "wake", None, number)).collect();
        owe_many(&one, people.tenant, many).await;
        let claims = [&one, &other, &one, &other].map(|node| node.ports.journal.claim(claim(node, 10, 10)));
        let claimed = futures::future::join_all(claims).await;
        let mut ids: Vec<JobId> = claimed.into_iter().flat_map(Result::unwrap).map(|job| job.id).collect();
        let many = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), many);
        assert!(many >= 10, "whatever one passes over, another has: {many}");
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_worker_begins_no_more_than_it_has_hands_for_and_finishes_what_it_began() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let kind = Arc::new(Told::new("wake", Rules::timer(), |_| Outcome::Done));
    let options = JobsOptions { hands: 3, share: 3, poll_every: Duration::from_millis(20) };
    let many = (0..40).map(|number| job(&node, "wake", None, number)).collect();
    owe_many(&node, people.tenant, many).await;
    let jobs = Jobs::start(node.ports.clone(), Uuid::now_v7(), vec![kind.clone()], options);
    eventually("all of them", async || {
        assert!(jobs.running() <= 3);
        (kind.ran().len() == 40).then_some(())
    })
    .await;
    jobs.drain(Duration::from_secs(5)).await;
    assert_eq!(jobs.running(), 0);
    node.close().await;
}
