//! The house itself: one database, and as many nodes over it as a test wants.

use std::{sync::Arc, time::Duration};

use entities::sealed::MasterKey;
use migrations::testing::PostgresDatabase;
use sea_orm::Database;
use uuid::Uuid;

use crate::{
    bus::{Bus, LocalBus, NodeId, RedisBus, RedisOptions},
    call::{Calls, CallsOptions},
    conversation::{Conversations, ConversationsOptions},
    jobs::{self, Jobs, JobsOptions},
    journal::Journal,
    ports::Ports,
    routing::Router,
    store::{SILENCE, Store, StoreOptions},
    supervision::{Arbiters, Io},
    tenant::{Tenants, TenantsOptions},
};

use super::{CountedIds, Recorder, TestClock, Wire};

/// A database of its own, migrated, gone when the house is dropped.
pub struct House {
    url: String,
    master: String,
    meeting: Meeting,
    silence: Duration,
    _folder: Option<tempfile::TempDir>,
    _database: Option<PostgresDatabase>,
}

/// How the nodes of a house hear each other.
enum Meeting {
    Local(Arc<LocalBus>),
    Redis(RedisOptions),
}

/// One node over the house's database: everything a hub has but its doors.
pub struct Node {
    pub clock: Arc<TestClock>,
    pub ids: Arc<CountedIds>,
    pub recorder: Recorder,
    pub ports: Ports,
    pub conversations: Conversations,
    pub calls: Calls,
    pub tenants: Tenants,
    pub router: Arc<Router>,
    pub jobs: Jobs,
    /// Its end of the bus.
    pub wire: Arc<Wire>,
    arbiters: Option<Arc<Arbiters>>,
    closed: bool,
    _io: Io,
}

impl House {
    /// Over SQLite in a folder of its own.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("hub.db");
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let db = Database::connect(&url).await.expect("SQLite opens");
        migrations::migrate(&db, Some(&file)).await.expect("the schema is made");
        db.close().await.expect("SQLite closes");
        Self::at(url, Some(folder), None)
    }

    /// Over PostgreSQL; `None` when there is no server and the tests may do without.
    pub async fn postgres() -> Option<Self> {
        let database = PostgresDatabase::create().await?;
        // In clear: a dozen handshakes per node would be most of what a test does.
        let url = format!("{}?sslmode=disable", database.url());
        let db = Database::connect(&url).await.expect("PostgreSQL opens");
        migrations::migrate(&db, None).await.expect("the schema is made");
        db.close().await.expect("PostgreSQL closes");
        Some(Self::at(url, None, Some(database)))
    }

    /// Over both databases, as far as they are there.
    pub async fn both() -> Vec<Self> {
        let mut houses = vec![Self::sqlite().await];
        houses.extend(Self::postgres().await);
        houses
    }

    /// In the empty database at `url`, which stays when the house is gone.
    pub async fn settle(url: &str) -> Self {
        let db = Database::connect(url).await.expect("the database opens");
        migrations::migrate(&db, None).await.expect("the schema is made");
        db.close().await.expect("the database closes");
        Self::at(url.to_owned(), None, None)
    }

    /// A house that stands already: how a child process enters its parent's.
    #[must_use]
    pub fn visit(url: &str, master: &str) -> Self {
        Self { master: master.to_owned(), ..Self::at(url.to_owned(), None, None) }
    }

    /// The same house, whose nodes give a connection up that is silent for so long.
    #[must_use]
    pub fn impatient(self, silence: Duration) -> Self {
        Self { silence, ..self }
    }

    /// The same house, whose nodes meet in Redis.
    #[must_use]
    pub fn over_redis(self, options: RedisOptions) -> Self {
        Self { meeting: Meeting::Redis(options), ..self }
    }

    fn at(url: String, folder: Option<tempfile::TempDir>, database: Option<PostgresDatabase>) -> Self {
        let master = MasterKey::generate().expect("randomness").reveal().to_string();
        let (meeting, silence) = (Meeting::Local(Arc::default()), SILENCE);
        Self { url, master, meeting, silence, _folder: folder, _database: database }
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which database it stands on, by name.
    #[must_use]
    pub fn database(&self) -> &'static str {
        if self.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" }
    }

    /// The master key, as a child process is given it.
    #[must_use]
    pub fn master(&self) -> &str {
        &self.master
    }

    /// A node with the usual settings.
    pub async fn node(&self) -> Node {
        self.node_with(&self.url, ConversationsOptions::default()).await
    }

    /// A node that reaches the database at `url` (through a proxy, say).
    pub async fn node_with(&self, url: &str, options: ConversationsOptions) -> Node {
        let io = Io::start(2).expect("the io runtime starts");
        let master = MasterKey::parse(&self.master).expect("a master key");
        let store = StoreOptions { silence: self.silence, ..StoreOptions::new(url.to_owned(), 4) };
        let store = Store::open(io.handle(), store, master).await.expect("the store opens");
        let recorder = Recorder::default();
        let (clock, ids) = (Arc::new(TestClock::default()), Arc::new(CountedIds::default()));
        let journal = Journal::open(store.clone(), Arc::new(recorder.clone()));
        let ports = Ports { journal, clock: clock.clone(), ids: ids.clone() };
        let arbiters = Arc::new(Arbiters::start(2));
        let conversations = Conversations::new(ports.clone(), arbiters.clone(), options);
        let calls = Calls::new(ports.clone(), arbiters.clone(), CallsOptions::default());
        let node = Uuid::now_v7();
        let wire = Arc::new(Wire::new(self.bus(&io, NodeId(node))));
        let bus = (wire.clone() as _, NodeId(node));
        let tenants = Tenants::new(store, clock.clone(), arbiters.clone(), bus, TenantsOptions::default());
        tenants.listen(conversations.clone(), calls.clone());
        recorder.pass_to(Arc::new(tenants.clone()));
        let router = Router::start(ports.clone(), conversations.clone(), tenants.clone());
        let kinds = jobs::catalogue(&ports, &conversations, None);
        let jobs = Jobs::start(ports.clone(), node, kinds, JobsOptions::default());
        Node {
            clock,
            ids,
            recorder,
            ports,
            conversations,
            calls,
            tenants,
            router,
            jobs,
            wire,
            arbiters: Some(arbiters),
            closed: false,
            _io: io,
        }
    }
}

impl House {
    fn bus(&self, io: &Io, node: NodeId) -> Arc<dyn Bus> {
        match &self.meeting {
            Meeting::Local(bus) => bus.clone(),
            Meeting::Redis(options) => {
                let master = MasterKey::parse(&self.master).expect("a master key");
                let bus = RedisBus::start(&io.handle(), options.clone(), node, master.wire_key());
                Arc::new(bus.expect("an address"))
            }
        }
    }
}

impl Node {
    /// Ends the node's actors, and fails the test when one does not end, or a commit is left waiting.
    pub async fn close(mut self) {
        self.closed = true;
        self.jobs.drain(Duration::from_secs(5)).await;
        if let Some(arbiters) = self.arbiters.take() {
            arbiters.stop();
        }
        // Five seconds, and more where very many are to end.
        let patience = 500 + self.conversations.living() / 20;
        for _ in 0..patience {
            if self.left_running() == [0; 4] {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let [talks, tenants, commits, jobs] = self.left_running();
        panic!(
            "left running: {talks} conversations and calls, {tenants} tenants, {commits} commits, {jobs} jobs"
        );
    }

    fn left_running(&self) -> [usize; 4] {
        let commits = self.ports.journal.backlog();
        let talks = self.conversations.living() + self.calls.living();
        [talks, self.tenants.living(), commits, self.jobs.running()]
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        assert!(self.closed || std::thread::panicking(), "a test must close its nodes");
    }
}
