//! What was kept without its effect gets it from a job, or from a person.

use std::{sync::atomic::Ordering, time::Duration};

use actors::{
    asked::Asked,
    channel::{Channels, RemoveChannel},
    event::EventType,
    receipt::{How, ReceiptError},
    testing::{House, eventually},
};
use entities::{Principal, ReceiptId, webhook_receipt::ReceiptStatus};
use futures::future::join_all;
use uuid::Uuid;

use super::desk::Desk;

const PATIENCE: Duration = Duration::from_secs(5);

#[actix::test]
async fn what_takes_too_long_is_kept_and_happens_once_whoever_is_faster() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await.impatient();
        let worker = desk.worker();
        let deliver = async |number: usize| {
            let id = (number % 20).to_string();
            desk.take(&id, "+14155550123", &id).await.unwrap()
        };
        let taken = join_all((0..40).map(deliver)).await;
        assert!(taken.iter().any(|taken| taken.how == How::Pending), "{taken:?}");
        assert!(taken.iter().all(|taken| taken.answer.is_some()));
        // Who lost his turn to a change of the same conversation tries again a little later.
        eventually("everything applied", async || {
            node.clock.advance(Duration::from_secs(300));
            (desk.receipts(Some(ReceiptStatus::Applied)).await.len() == 20).then_some(())
        })
        .await;
        let talks = desk.conversations().await;
        let mut said: Vec<_> = desk.thread(&talks[0]).await.into_iter().map(|message| message.body).collect();
        said.sort_by_key(|body| body.parse::<u8>().unwrap());
        assert_eq!((talks.len(), said), (1, (0..20).map(|id| id.to_string()).collect()));
        worker.drain(PATIENCE).await;
        node.close().await;
    }
}

#[actix::test]
async fn what_nobody_can_read_is_given_up_and_applied_when_somebody_can() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        let worker = desk.worker();
        desk.carrier.is_puzzled.store(true, Ordering::Release);
        let taken = desk.take("1", "+14155550123", "hello").await.unwrap();
        assert_eq!((taken.how, taken.answer.as_deref()), (How::Pending, Some("<Response/>")));
        desk.are(ReceiptStatus::Dead, 1).await;
        let dead = desk.receipts(None).await.remove(0);
        assert_eq!(dead.error.as_deref(), Some("these are no three lines"));
        eventually("the death is told", async || {
            let told = node.recorder.of(desk.people.tenant);
            told.iter().any(|event| event.head.kind == EventType::JobDead).then_some(())
        })
        .await;
        desk.carrier.is_puzzled.store(false, Ordering::Release);
        let asked = Asked::by(Principal::User(desk.people.owner));
        let replayed = desk.receipts.replay(desk.people.tenant, &asked, dead.id).await.unwrap();
        assert_eq!(replayed.status, ReceiptStatus::Pending);
        desk.are(ReceiptStatus::Applied, 1).await;
        assert_eq!(desk.thread(&desk.conversations().await[0]).await[0].body, "hello");
        let refused = desk.receipts.replay(desk.people.tenant, &asked, dead.id).await.unwrap_err();
        assert_eq!(refused, ReceiptError::Applied { status: ReceiptStatus::Applied });
        let unknown = ReceiptId::from_uuid(Uuid::nil());
        let refused = desk.receipts.replay(desk.people.tenant, &asked, unknown).await.unwrap_err();
        assert_eq!(refused, ReceiptError::NotFound);
        worker.drain(PATIENCE).await;
        node.close().await;
    }
}

#[actix::test]
async fn what_came_over_a_channel_that_was_removed_is_given_up() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let desk = Desk::open(&node).await;
    desk.carrier.is_puzzled.store(true, Ordering::Release);
    desk.take("1", "+14155550123", "hello").await.unwrap();
    let asked = Asked::by(Principal::User(desk.people.owner));
    let remove = RemoveChannel { id: desk.number.id, rev: None };
    Channels::new(node.ports.clone()).remove(desk.people.tenant, &asked, remove).await.unwrap();
    let worker = desk.worker();
    desk.are(ReceiptStatus::Dead, 1).await;
    assert_eq!(desk.receipts(None).await[0].error.as_deref(), Some("its channel was removed"));
    worker.drain(PATIENCE).await;
    node.close().await;
}
