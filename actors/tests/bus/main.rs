//! Nodes that meet in Redis: what is told is heard, once, by those it is meant for, and when it is not, nothing waits for it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod breaking;
mod meeting;

use std::sync::Arc;

use actors::{
    bus::{Bus, BusMessage, Ear, NodeId, RedisBus, RedisOptions},
    supervision::Io,
    testing::eventually,
};
use entities::{
    ConversationId, TenantId,
    message::{Author, AuthorKind},
    sealed::MasterKey,
};
use parking_lot::Mutex;
use uuid::Uuid;

/// A node's end of a bus, which writes down what it hears.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<(TenantId, String)>>>);

impl Ear for Book {
    fn hear(&self, tenant: TenantId, message: BusMessage) {
        let BusMessage::Typing { author, .. } = message else { panic!("{message:?} was not told") };
        self.0.lock().push((tenant, author.name));
    }
}

impl Book {
    fn names(&self, tenant: TenantId) -> Vec<String> {
        self.0.lock().iter().filter(|(about, _)| *about == tenant).map(|(_, name)| name.clone()).collect()
    }
}

struct Node {
    id: NodeId,
    bus: RedisBus,
    book: Book,
    _io: Io,
}

impl Node {
    fn start(options: &RedisOptions, master: &MasterKey) -> Self {
        let (io, id) = (Io::start(1).unwrap(), NodeId(Uuid::now_v7()));
        let bus = RedisBus::start(&io.handle(), options.clone(), id, master.wire_key()).unwrap();
        let book = Book::default();
        bus.listen(id, Arc::new(book.clone()));
        Self { id, bus, book, _io: io }
    }

    /// Somebody of this name types.
    fn tell(&self, tenant: TenantId, name: &str) {
        self.bus.publish(self.id, tenant, typing(name));
    }

    async fn is_well(&self) {
        eventually("the bus is healthy", async || self.bus.is_healthy().then_some(())).await;
    }

    async fn is_ill(&self) {
        eventually("the bus is not healthy", async || (!self.bus.is_healthy()).then_some(())).await;
    }

    /// Tells others until this one hears it.
    async fn hears(&self, tenant: TenantId, from: &Self, name: &str) {
        eventually(name, async || {
            from.tell(tenant, name);
            self.book.names(tenant).contains(&name.to_owned()).then_some(())
        })
        .await;
    }
}

fn typing(name: &str) -> BusMessage {
    let author = Author { kind: AuthorKind::User, id: None, name: name.to_owned() };
    BusMessage::Typing { conversation: ConversationId::from_uuid(Uuid::nil()), author, typing: true }
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}
