//! Attachments in the course of time, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod fetching;
mod scanner;
mod scanning;

use std::{collections::HashSet, fs::File, path::Path, sync::Arc, time::Duration};

use actors::{
    attachment::{Arrived, Attachments, Content, FileError, Files, Scanning},
    conversation::{Change, DeleteMessage, SendMessage, What},
    jobs::{Sweeper, SweeperOptions},
    testing::{House, Node, People},
};
use async_trait::async_trait;
use entities::{AttachmentId, Principal, TenantId, TenantScope, attachment};
use parking_lot::Mutex;
use sea_orm::PaginatorTrait;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Knows which files there are, and can be broken.
#[derive(Default)]
struct Shelf {
    kept: Mutex<HashSet<AttachmentId>>,
    broken: Mutex<bool>,
}

#[async_trait]
impl Files for Shelf {
    async fn put(&self, _: TenantId, id: AttachmentId, _: &Path) -> Result<(), FileError> {
        if *self.broken.lock() {
            return Err(FileError(std::io::Error::other("no room")));
        }
        self.kept.lock().insert(id);
        Ok(())
    }

    async fn remove(&self, _: TenantId, id: AttachmentId) -> Result<(), FileError> {
        if *self.broken.lock() {
            return Err(FileError(std::io::Error::other("the disk is away")));
        }
        self.kept.lock().remove(&id);
        Ok(())
    }

    async fn open(&self, _: TenantId, id: AttachmentId) -> Result<Option<File>, FileError> {
        let kept = self.kept.lock().contains(&id);
        Ok(kept.then(tempfile::tempfile).transpose()?)
    }
}

struct Office {
    people: People,
    shelf: Arc<Shelf>,
    attachments: Attachments,
    sweeper: Sweeper,
}

impl Office {
    async fn open(node: &Node) -> Self {
        Self::scanned_by(node, None).await
    }

    async fn scanned_by(node: &Node, scanning: Option<Scanning>) -> Self {
        let shelf = Arc::new(Shelf::default());
        let attachments = Attachments::new(node.ports.clone(), shelf.clone()).scanned(scanning);
        let options = SweeperOptions { every: 365 * DAY, ..SweeperOptions::default() };
        let sweeper = Sweeper::start(node.ports.clone(), Some(attachments.clone()), options);
        Self { people: People::arrive(node).await, shelf, attachments, sweeper }
    }

    async fn upload(&self) -> Result<AttachmentId, actors::attachment::AttachmentError> {
        let content = Content::named("text/plain").unwrap();
        let arrived = Arrived { path: "aside".into(), name: "offer.txt".to_owned(), content, size: 5 };
        let by = Principal::User(self.people.owner);
        Ok(self.attachments.keep(self.people.tenant, by, arrived).await?.id)
    }

    async fn send(&self, node: &Node, file: AttachmentId) -> Change {
        let conversation = self.people.conversation(node).await;
        let send = SendMessage { attachments: vec![file], ..SendMessage::default() };
        let change = |what| Change::new(self.people.agent(), what);
        let sent =
            node.conversations.change(self.people.tenant, conversation, change(What::Send(send))).await;
        let message_id = sent.unwrap().message.unwrap().id;
        change(What::Delete(DeleteMessage { message_id, rev: None, others: false }))
    }

    async fn rows(&self, node: &Node) -> u64 {
        let tenant = self.people.tenant;
        let rows = node.ports.store();
        rows.read(tenant, move |db| async move { attachment::Entity::of(tenant).count(&*db).await })
            .await
            .unwrap()
    }
}

#[actix::test]
async fn what_was_not_used_for_a_day_is_removed_and_what_hangs_on_a_message_stays() {
    for house in House::both().await {
        let node = house.node().await;
        let office = Office::open(&node).await;
        let (unused, hung) = (office.upload().await.unwrap(), office.upload().await.unwrap());
        office.send(&node, hung).await;
        office.sweeper.sweep().await.unwrap();
        assert_eq!(office.shelf.kept.lock().len(), 2, "a day is not over");
        node.clock.advance(DAY + 2 * HOUR);
        *office.shelf.broken.lock() = true;
        office.sweeper.sweep().await.unwrap();
        assert_eq!(office.rows(&node).await, 2, "no row goes before its bytes");
        *office.shelf.broken.lock() = false;
        office.sweeper.sweep().await.unwrap();
        assert_eq!((office.rows(&node).await, office.shelf.kept.lock().contains(&unused)), (1, false));
        assert!(office.shelf.kept.lock().contains(&hung));
        node.close().await;
    }
}

#[actix::test]
async fn what_hung_on_a_message_that_was_taken_back_is_removed() {
    for house in House::both().await {
        let node = house.node().await;
        let office = Office::open(&node).await;
        let conversation_file = office.upload().await.unwrap();
        let delete = office.send(&node, conversation_file).await;
        let message = match &delete.what {
            What::Delete(delete) => delete.message_id,
            _ => unreachable!("it deletes"),
        };
        let store = node.ports.store();
        let found = actors::conversation::store::message(store, office.people.tenant, message).await.unwrap();
        let conversation = found.unwrap().conversation_id;
        node.conversations.change(office.people.tenant, conversation, delete).await.unwrap();
        node.clock.advance(2 * HOUR);
        office.sweeper.sweep().await.unwrap();
        assert_eq!((office.rows(&node).await, office.shelf.kept.lock().len()), (0, 0));
        node.close().await;
    }
}

#[actix::test]
async fn a_file_there_is_no_room_for_is_told_of_to_nobody_and_leaves_nothing_for_long() {
    for house in House::both().await {
        let node = house.node().await;
        let office = Office::open(&node).await;
        *office.shelf.broken.lock() = true;
        assert!(office.upload().await.is_err());
        *office.shelf.broken.lock() = false;
        node.clock.advance(DAY + 2 * HOUR);
        office.sweeper.sweep().await.unwrap();
        assert_eq!(office.rows(&node).await, 0);
        node.close().await;
    }
}
