//! What came is on disk once it is answered for, and the same news is kept once.

use std::time::Duration;

use actors::{
    jobs::{Sweeper, SweeperOptions},
    receipt::How,
    testing::House,
};
use entities::webhook_receipt::ReceiptStatus;
use futures::future::join_all;

use super::desk::Desk;

const DAY: Duration = Duration::from_secs(86_400);

#[actix::test]
async fn the_same_news_is_answered_the_same_and_happens_once() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        let first = desk.take("1", "+14155550123", "hello").await.unwrap();
        assert_eq!((first.how, first.answer.as_deref()), (How::Applied, Some("<Response/>")));
        let again = desk.take("1", "+14155550123", "hello").await.unwrap();
        assert_eq!((again.how, again.answer), (How::Again(ReceiptStatus::Applied), first.answer));
        let receipts = desk.receipts(None).await;
        assert_eq!((receipts.len(), receipts[0].attempts), (1, 1));
        assert!(receipts[0].applied_at.is_some() && receipts[0].contact_id.is_some());
        let talks = desk.conversations().await;
        assert_eq!((talks.len(), desk.thread(&talks[0]).await.len()), (1, 1));
        node.close().await;
    }
}

#[actix::test]
async fn one_message_that_is_told_as_two_news_is_there_once() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        desk.take("1", "+14155550123", "hello").await.unwrap();
        let found = desk.take_raw("found", b"1\n+14155550123\nhello".to_vec()).await.unwrap();
        assert_eq!(found.how, How::Applied);
        let talks = desk.conversations().await;
        assert_eq!((talks.len(), desk.thread(&talks[0]).await.len()), (1, 1));
        let receipts = desk.receipts(Some(ReceiptStatus::Applied)).await;
        assert_eq!((receipts.len(), receipts[0].contact_id), (2, receipts[1].contact_id));
        node.close().await;
    }
}

#[actix::test]
async fn racing_deliveries_on_two_nodes_make_one_message_one_contact_and_one_conversation() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let desk = Desk::open(&node).await;
        let there = desk.on(&other);
        let deliver = async |number: usize| {
            let id = (number / 4).to_string();
            let desk = if number.is_multiple_of(2) { &desk } else { &there };
            desk.take(&id, "+14155550123", "hello").await.unwrap().answer
        };
        let answers = join_all((0..32).map(deliver)).await;
        assert!(answers.iter().all(|answer| answer.as_deref() == Some("<Response/>")));
        let kept = desk.receipts(None).await;
        assert_eq!(kept.len(), 8);
        let worker = desk.worker();
        desk.are(ReceiptStatus::Applied, 8).await;
        let talks = desk.conversations().await;
        assert_eq!((talks.len(), desk.thread(&talks[0]).await.len()), (1, 8));
        worker.drain(Duration::from_secs(5)).await;
        other.close().await;
        node.close().await;
    }
}

#[actix::test]
async fn what_providers_sent_goes_when_its_time_is_over_unless_it_still_waits() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        desk.take("1", "+14155550123", "hello").await.unwrap();
        let puzzling = desk.take_raw("2", b"?".to_vec()).await.unwrap();
        assert_eq!(puzzling.how, How::Pending);
        let options =
            SweeperOptions { receipts: Some(30 * DAY), every: 365 * DAY, ..SweeperOptions::default() };
        let sweeper = Sweeper::start(node.ports.clone(), None, options);
        node.clock.advance(29 * DAY);
        sweeper.sweep().await.unwrap();
        assert_eq!(desk.receipts(None).await.len(), 2);
        node.clock.advance(2 * DAY);
        sweeper.sweep().await.unwrap();
        let left = desk.receipts(None).await;
        assert_eq!((left.len(), left[0].status), (1, ReceiptStatus::Pending));
        node.close().await;
    }
}
