//! Who dies comes back, more slowly each time, and at last rests for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actors::{
    supervision::{AskError, RestartPolicy},
    testing::eventually,
};

use super::worker::{Order, Workers};

#[actix::test]
async fn siblings_never_notice_a_death() {
    let policy = RestartPolicy { first_wait: Duration::from_millis(1), ..RestartPolicy::default() };
    let workers = Workers::new(policy);
    let dying = Arc::new(AtomicBool::new(true));
    let siblings: Vec<_> = (1..=4)
        .map(|name| {
            let (workers, dying) = (workers.clone(), dying.clone());
            actix::spawn(async move {
                let life = workers.ask(name, Order::Work).await.unwrap();
                while dying.load(Ordering::SeqCst) {
                    assert_eq!(workers.ask(name, Order::Work).await, Ok(life));
                }
            })
        })
        .collect();
    for _ in 0..5 {
        assert_eq!(workers.ask(0, Order::Panic).await, Err(AskError::Unavailable));
    }
    dying.store(false, Ordering::SeqCst);
    for sibling in siblings {
        sibling.await.unwrap();
    }
}

#[actix::test]
async fn the_first_rebuild_is_at_once_and_later_ones_wait() {
    let policy = RestartPolicy { first_wait: Duration::from_millis(300), ..RestartPolicy::default() };
    let workers = Workers::new(policy);
    workers.ask(1, Order::Panic).await.unwrap_err();
    workers.ask(1, Order::Panic).await.unwrap_err();
    let died = Instant::now();
    // Too early for this caller, who is told in time.
    let early = workers.registry.ask(&1, Order::Work, Duration::from_millis(20)).await;
    assert_eq!(early, Err(AskError::Unavailable));
    assert_eq!(workers.ask(1, Order::Work).await, Ok(3));
    assert!(died.elapsed() >= Duration::from_millis(250), "it waited");
}

#[actix::test]
async fn who_keeps_dying_rests_and_comes_back_when_all_is_forgotten() {
    let policy = RestartPolicy {
        first_wait: Duration::from_millis(1),
        give_up_after: 3,
        window: Duration::from_millis(1500),
    };
    let workers = Workers::new(policy);
    for _ in 0..3 {
        workers.ask(1, Order::Panic).await.unwrap_err();
    }
    let resting = workers.registry.ask(&1, Order::Work, Duration::from_millis(100)).await;
    assert_eq!(resting, Err(AskError::Unavailable));
    assert_eq!(workers.ask(2, Order::Work).await, Ok(4), "others are not punished");
    assert_eq!(workers.ask(1, Order::Work).await, Ok(5), "whoever can wait so long is served");
}

#[actix::test]
async fn nobody_is_registered_who_does_not_live() {
    let workers = Workers::new(RestartPolicy::default());
    for name in 0..10 {
        workers.ask(name, Order::Work).await.unwrap();
    }
    assert_eq!(workers.registry.len(), 10);
    for name in 0..10 {
        workers.ask(name, Order::Panic).await.unwrap_err();
    }
    eventually("all are gone", async || workers.registry.is_empty().then_some(())).await;
}
