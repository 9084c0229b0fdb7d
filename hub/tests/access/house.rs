//! A hub of its own for each test: the real server on a free port, over a database that vanishes with it.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU8},
    thread::JoinHandle,
};

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

/// Where the hub of every test believes to be reached.
pub(crate) const ORIGIN: &str = "http://hub.test";

pub(crate) struct House {
    pub(crate) hub: Arc<Hub>,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    /// Each request comes from an address of its own, unless the test says which.
    pub(crate) callers: AtomicU8,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
    _data: TempDir,
    _database: Option<PostgresDatabase>,
}

impl House {
    /// Over SQLite, with the usual settings.
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// Over SQLite, with settings as `SECTION__KEY`.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::on("", settings, None).await
    }

    /// Over SQLite, with a settings file.
    pub(crate) async fn configured(file: &str) -> Self {
        Self::on(file, &[], None).await
    }

    async fn on(file: &str, own: &[(&str, &str)], database: Option<PostgresDatabase>) -> Self {
        let data = tempfile::tempdir().unwrap();
        // In clear: handshakes would be most of what a test does.
        let url = database.as_ref().map(|database| format!("{}?sslmode=disable", database.url()));
        let usual = [
            ("HTTP__BIND", "127.0.0.1:0"),
            ("HTTP__PUBLIC_URL", ORIGIN),
            ("HTTP__WORKERS", "1"),
            ("HTTP__TRUSTED_PROXIES", "127.0.0.0/8"),
            ("ACTORS__ARBITERS", "1"),
            ("DATABASE__READ_CONNECTIONS", "4"),
            ("DATA__DIR", data.path().to_str().unwrap()),
        ];
        let settings = usual.into_iter().chain(url.as_deref().map(|url| ("DATABASE__URL", url)));
        let settings = settings.chain(own.iter().copied());
        let settings = settings.map(|(name, value)| (format!("SWITCHBOARD__{name}"), value.to_owned()));
        let place = data.path().join("switchboard.toml");
        std::fs::write(&place, file).unwrap();
        let settings = layered(Some(&place), settings.collect()).unwrap();
        let ((ready, is_ready), (stop, stopped)) = (oneshot::channel(), oneshot::channel());
        let thread =
            std::thread::spawn(move || actix::System::new().block_on(serve(settings, ready, stopped)));
        let (hub, address) = is_ready.await.unwrap();
        let (http, callers) = (reqwest::Client::new(), AtomicU8::default());
        Self { hub, address, http, callers, stop, thread, _data: data, _database: database }
    }

    /// Ends the hub and waits until its threads are gone.
    pub(crate) async fn close(self) {
        let Self { hub, stop, thread, _data, _database, .. } = self;
        drop(hub);
        stop.send(()).unwrap();
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    }
}

/// The same test over SQLite and, when there is a server, over PostgreSQL.
pub(crate) async fn over_both(test: impl AsyncFn(&House)) {
    over_both_with("", test).await;
}

/// The same with a settings file.
pub(crate) async fn over_both_with(file: &str, test: impl AsyncFn(&House)) {
    let mut houses = vec![House::configured(file).await];
    if let Some(database) = PostgresDatabase::create().await {
        houses.push(House::on(file, &[], Some(database)).await);
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
