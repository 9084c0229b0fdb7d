//! Every caller gets an answer, and every command is carried out once or not at all.

use std::{pin::Pin, sync::atomic::Ordering, time::Duration};

use actors::{
    supervision::{AskError, RestartPolicy},
    testing::eventually,
};
use futures::future::join_all;
use tokio::task::JoinHandle;

use super::worker::{End, Order, Workers};

/// As many as may wait for one actor.
const QUEUE: usize = 64;

/// A worker that waits before the gate, and whoever asked it to.
async fn one_waits(workers: &Workers, and_then: End) -> JoinHandle<Result<usize, AskError>> {
    let asking = workers.clone();
    let asked = actix::spawn(async move { asking.ask(1, Order::Wait { and_then }).await });
    waiting(workers, 1).await;
    asked
}

async fn waiting(workers: &Workers, number: usize) {
    eventually("a worker waits", async || {
        (workers.shop.waiting.load(Ordering::SeqCst) == number).then_some(())
    })
    .await;
}

type Asked = Pin<Box<dyn Future<Output = Result<usize, AskError>>>>;

/// Commands that queue behind the one that waits; each is on its way when this returns.
async fn queue(workers: &Workers, number: usize) -> Vec<Asked> {
    let mut asked = Vec::new();
    for _ in 0..number {
        let workers = workers.clone();
        let mut ask: Asked = Box::pin(async move { workers.ask(1, Order::Work).await });
        assert!(futures::poll!(&mut ask).is_pending());
        asked.push(ask);
    }
    asked
}

#[actix::test]
async fn a_command_behind_one_that_leaves_is_carried_out_once_by_the_next() {
    for end in [End::Leave, End::Panic] {
        let workers = Workers::new(RestartPolicy::default());
        let first = one_waits(&workers, end).await;
        let behind = queue(&workers, 20).await;
        workers.shop.gate.open_once();
        let first = first.await.unwrap();
        assert_eq!(first, if end == End::Leave { Ok(1) } else { Err(AskError::Unavailable) });
        for answer in join_all(behind).await {
            assert_eq!(answer, Ok(2), "the second life did it");
        }
        assert_eq!(workers.worked(), 20);
    }
}

#[actix::test]
async fn a_command_that_panics_is_answered_and_not_tried_again() {
    let workers = Workers::new(RestartPolicy::default());
    assert_eq!(workers.ask(1, Order::Panic).await, Err(AskError::Unavailable));
    assert_eq!(workers.ask(1, Order::Work).await, Ok(2), "there was one life between");
}

#[actix::test]
async fn a_full_queue_is_busy_at_once_and_has_room_again() {
    let workers = Workers::new(RestartPolicy::default());
    let first = one_waits(&workers, End::Stay).await;
    let behind = queue(&workers, QUEUE - 1).await;
    assert_eq!(workers.ask(1, Order::Work).await, Err(AskError::Busy));
    assert_eq!(workers.ask(2, Order::Work).await, Ok(2), "its neighbour has room");
    workers.shop.gate.open_once();
    first.await.unwrap().unwrap();
    for answer in join_all(behind).await {
        answer.unwrap();
    }
    assert_eq!(workers.ask(1, Order::Work).await, Ok(1));
    assert_eq!(workers.worked(), QUEUE + 1);
}

#[actix::test]
async fn a_caller_is_answered_by_his_deadline_and_what_he_asked_is_not_done_later() {
    let workers = Workers::new(RestartPolicy::default());
    let first = one_waits(&workers, End::Stay).await;
    let late = workers.registry.ask(&1, Order::Work, Duration::from_millis(50)).await;
    assert_eq!(late, Err(AskError::Unavailable));
    workers.shop.gate.open_once();
    first.await.unwrap().unwrap();
    workers.ask(1, Order::Work).await.unwrap();
    assert_eq!(workers.worked(), 1, "the one of the caller who still waits");
}

#[actix::test]
async fn a_caller_who_gave_up_still_holds_his_place_in_the_queue() {
    let workers = Workers::new(RestartPolicy::default());
    let first = one_waits(&workers, End::Stay).await;
    for _ in 1..QUEUE {
        let late = workers.registry.ask(&1, Order::Work, Duration::from_millis(1)).await;
        assert_eq!(late, Err(AskError::Unavailable));
    }
    // Otherwise a queue nobody serves would grow with everybody who tries again.
    let busy = workers.registry.ask(&1, Order::Work, Duration::from_millis(1)).await;
    assert_eq!(busy, Err(AskError::Busy));
    workers.shop.gate.open_once();
    first.await.unwrap().unwrap();
}

#[actix::test]
async fn when_the_threads_are_gone_every_caller_is_still_answered() {
    let workers = Workers::new(RestartPolicy::default());
    let first = one_waits(&workers, End::Stay).await;
    workers.arbiters.stop();
    assert_eq!(first.await.unwrap(), Err(AskError::Unavailable));
    for name in [1, 2] {
        let gone = workers.registry.ask(&name, Order::Work, Duration::from_millis(200)).await;
        assert_eq!(gone, Err(AskError::Unavailable));
    }
    eventually("nobody lives", async || workers.registry.is_empty().then_some(())).await;
}

#[actix::test]
async fn a_closed_registry_makes_nobody_and_lets_the_living_finish() {
    let workers = Workers::new(RestartPolicy::default());
    let first = one_waits(&workers, End::Stay).await;
    workers.registry.close();
    let newcomer = workers.registry.ask(&2, Order::Work, Duration::from_millis(50)).await;
    assert_eq!(newcomer, Err(AskError::Unavailable));
    workers.shop.gate.open_once();
    assert_eq!(first.await.unwrap(), Ok(1));
    assert_eq!(workers.shop.lives.load(Ordering::SeqCst), 1, "who was asked for was never made");
}
