//! A hub of its own for each test: the real server on a free port, over a database that vanishes with it.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, thread::JoinHandle};

use actors::founding::{Founding, found};
use futures::future::join_all;
use hub::{
    app::{self, Listening},
    config::{Settings, layered},
    hub::{Hub, Running},
    keys::Keyring,
    rest::metrics,
};
use migrations::testing::PostgresDatabase;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::tenant::Tenant;

/// Where the hub of every test believes to be reached.
pub(crate) const ORIGIN: &str = "http://hub.test";

pub(crate) struct House {
    pub(crate) hub: Arc<Hub>,
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
    pub(crate) ground: Ground,
}

/// What stays when the hub is restarted, and what several nodes share.
#[derive(Clone)]
pub(crate) struct Ground {
    data: Arc<TempDir>,
    database: Option<Arc<PostgresDatabase>>,
    settings: HashMap<String, String>,
}

impl Ground {
    fn new(settings: &[(&str, &str)], database: Option<PostgresDatabase>) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        let usual = [
            ("HTTP__BIND", "127.0.0.1:0"),
            ("HTTP__PUBLIC_URL", ORIGIN),
            ("HTTP__WORKERS", "1"),
            ("ACTORS__ARBITERS", "1"),
            ("DATABASE__READ_CONNECTIONS", "2"),
            ("DATA__DIR", data.path().to_str().unwrap()),
            // Nobody is there: no test asks the real one.
            ("PROVIDERS__TWILIO__BASE_URL", "http://127.0.0.1:9"),
        ];
        // In clear: the handshakes of a dozen connections would be most of what a test does.
        let url = database.as_ref().map(|database| format!("{}?sslmode=disable", database.url()));
        let settings = usual
            .into_iter()
            .chain(url.as_deref().map(|url| ("DATABASE__URL", url)))
            .chain(settings.iter().copied())
            .map(|(name, value)| (format!("SWITCHBOARD__{name}"), value.to_owned()))
            .collect();
        Self { data, database: database.map(Arc::new), settings }
    }
}

impl House {
    /// Over SQLite, with the usual settings.
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// Over SQLite, with settings as `SECTION__KEY`.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::on(Ground::new(settings, None)).await
    }

    /// Over this PostgreSQL, with settings as `SECTION__KEY`.
    pub(crate) async fn over(settings: &[(&str, &str)], database: PostgresDatabase) -> Self {
        Self::on(Ground::new(settings, Some(database))).await
    }

    pub(crate) async fn on(ground: Ground) -> Self {
        let settings = layered(None, ground.settings.clone()).unwrap();
        let ((ready, is_ready), (stop, stopped)) = (oneshot::channel(), oneshot::channel());
        let thread =
            std::thread::spawn(move || actix::System::new().block_on(serve(settings, ready, stopped)));
        let (hub, address) = is_ready.await.unwrap();
        Self { hub, address, stop, thread, ground }
    }

    /// The same store and keys in a new process, as far as a test can have one.
    pub(crate) async fn restart(self) -> Self {
        let ground = self.leave().await;
        Self::on(ground).await
    }

    /// Ends the hub and waits until its threads are gone.
    pub(crate) async fn close(self) {
        let Ground { data, database, .. } = self.leave().await;
        drop((data, database));
    }

    async fn leave(self) -> Ground {
        let Self { hub, stop, thread, ground, .. } = self;
        drop(hub);
        stop.send(()).unwrap();
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
        ground
    }

    /// A tenant nobody else has anything to do with.
    pub(crate) async fn tenant(&self) -> Tenant {
        let founding = Founding {
            name: "Acme".to_owned(),
            owner_email: "owner@example.com".to_owned(),
            webchat_key: self.hub.ports.draw().simple().to_string(),
            default_country: None,
        };
        let founded = found(&self.hub.ports, founding).await.unwrap();
        Tenant { hub: self.hub.clone(), id: founded.tenant, owner: founded.owner, webchat: founded.webchat }
    }
}

/// The same test over SQLite and, when there is a server, over PostgreSQL.
pub(crate) async fn over_both(settings: &[(&str, &str)], test: impl AsyncFn(&House)) {
    let mut houses = vec![House::with(settings).await];
    if let Some(database) = PostgresDatabase::create().await {
        houses.push(House::over(settings, database).await);
    }
    join_all(houses.iter().map(|house| test(house))).await;
    for house in houses {
        house.close().await;
    }
}

async fn serve(
    settings: Settings,
    ready: oneshot::Sender<(Arc<Hub>, SocketAddr)>,
    stopped: oneshot::Receiver<()>,
) {
    let keys = Keyring::open(&settings.keys, &settings.data.keys()).unwrap();
    let running = Running::build(settings, keys).await.unwrap();
    let Listening { server, address } = app::listen(&running.hub, &metrics::recorder().unwrap()).unwrap();
    let (handle, serving) = (server.handle(), actix::spawn(server));
    assert!(ready.send((running.hub.clone(), address)).is_ok(), "the test waits for its hub");
    // A test that failed drops its end, which is as good as asking.
    let _ = stopped.await;
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
    running.stop();
}
