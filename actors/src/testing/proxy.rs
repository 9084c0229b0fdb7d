//! A bad line to PostgreSQL or Redis: it cuts, it freezes, it is away, it forgets its connections, and it loses the answer to a COMMIT
//! at the worst moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

use crate::supervision::Io;

/// How a client says COMMIT: a simple query, the last message of what it writes at once.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// What becomes of a COMMIT on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and so does its answer.
    Passes,
    /// The line breaks before it.
    NeverArrives,
    /// It is carried out, and the line breaks before the answer.
    LosesItsAnswer,
    /// The line to the client breaks at once; the server gets it this much later, while somebody may ask.
    ArrivesLate(Duration),
    /// From here on nothing moves on the line, and nothing breaks.
    IsForgotten { arrives: bool },
}

type Fates = Box<dyn FnMut() -> Fate + Send>;

/// The line. It ends, with every connection on it, when it is dropped.
pub struct Proxy {
    url: String,
    line: Arc<Line>,
    _io: Io,
}

struct Line {
    upstream: String,
    fates: Mutex<Fates>,
    frozen: watch::Sender<bool>,
    away: AtomicBool,
    cuts: watch::Sender<u64>,
    forgotten: watch::Sender<u64>,
}

impl Proxy {
    /// A good line, so far, to the server at `url`.
    pub async fn before(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(user, rest)| (user, rest));
        let (host, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (database, _) = database.split_once('?').unwrap_or((database, ""));
        let (usual, query) = if scheme == "redis" { (6379, "") } else { (5432, "?sslmode=disable") };
        let upstream = if host.contains(':') { host.to_owned() } else { format!("{host}:{usual}") };
        let io = Io::start(1).expect("the runtime of the line starts");
        let listener = io.handle().run(TcpListener::bind("127.0.0.1:0")).await;
        let listener = listener.expect("a runtime").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let fates: Mutex<Fates> = Mutex::new(Box::new(|| Fate::Passes));
        let (frozen, away) = (watch::Sender::new(false), AtomicBool::new(false));
        let (cuts, forgotten) = (watch::Sender::new(0), watch::Sender::new(0));
        let line = Arc::new(Line { upstream, fates, frozen, away, cuts, forgotten });
        io.handle().spawn(line.clone().accept(listener));
        // In clear, or no COMMIT would be recognised.
        let at = if user.is_empty() { String::new() } else { format!("{user}@") };
        let url = format!("{scheme}://{at}127.0.0.1:{port}/{database}{query}");
        Self { url, line, _io: io }
    }

    /// Where to connect to instead.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on every COMMIT is asked about.
    pub fn at_commits(&self, fates: impl FnMut() -> Fate + Send + 'static) {
        *self.line.fates.lock() = Box::new(fates);
    }

    /// The next COMMIT has this fate, and all later ones pass.
    pub fn at_next_commit(&self, fate: Fate) {
        let mut next = Some(fate);
        self.at_commits(move || next.take().unwrap_or(Fate::Passes));
    }

    /// Breaks every connection there is.
    pub fn cut(&self) {
        self.line.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// As a firewall does that has no room: on every connection there is nothing moves ever again, and nothing breaks. Those that come
    /// are good.
    pub fn forget(&self) {
        self.line.forgotten.send_modify(|forgotten| *forgotten += 1);
    }

    /// Breaks every connection there is, and each that comes, until it is [`Proxy::back`].
    pub fn away(&self) {
        self.line.away.store(true, Ordering::Release);
        self.cut();
    }

    /// Connections hold again.
    pub fn back(&self) {
        self.line.away.store(false, Ordering::Release);
    }

    /// Nothing moves any more, in no direction, and nothing breaks.
    pub fn freeze(&self) {
        self.line.frozen.send_replace(true);
    }

    /// Everything that waited moves on.
    pub fn thaw(&self) {
        self.line.frozen.send_replace(false);
    }
}

impl Line {
    async fn accept(self: Arc<Self>, listener: TcpListener) {
        while let Ok((client, _)) = listener.accept().await {
            if self.away.load(Ordering::Acquire) {
                continue;
            }
            let (line, mut cuts) = (self.clone(), self.cuts.subscribe());
            tokio::spawn(async move {
                tokio::select! {
                    _ = line.carry(client) => {}
                    _ = cuts.changed() => {}
                }
            });
        }
    }

    async fn carry(&self, mut client: TcpStream) -> std::io::Result<()> {
        self.thawed().await;
        let (mut server, mut forgotten) =
            (TcpStream::connect(&self.upstream).await?, self.forgotten.subscribe());
        let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        loop {
            tokio::select! {
                _ = forgotten.changed() => std::future::pending().await,
                read = client.read(&mut up) => {
                    let said = &up[..read?];
                    if said.is_empty() {
                        return Ok(());
                    }
                    self.thawed().await;
                    let fate = if said.ends_with(COMMIT) { (self.fates.lock())() } else { Fate::Passes };
                    match fate {
                        Fate::Passes => server.write_all(said).await?,
                        Fate::NeverArrives => return Ok(()),
                        Fate::LosesItsAnswer => return carried_out(&mut server, said).await,
                        Fate::IsForgotten { arrives } => {
                            if arrives {
                                server.write_all(said).await?;
                            }
                            return std::future::pending().await;
                        }
                        Fate::ArrivesLate(delay) => {
                            drop(client);
                            sleep(delay).await;
                            return carried_out(&mut server, said).await;
                        }
                    }
                }
                read = server.read(&mut down) => {
                    let said = &down[..read?];
                    if said.is_empty() {
                        return Ok(());
                    }
                    self.thawed().await;
                    client.write_all(said).await?;
                }
            }
        }
    }

    async fn thawed(&self) {
        // The sender lives as long as the line.
        let _ = self.frozen.subscribe().wait_for(|frozen| !frozen).await;
    }
}

/// Says it and waits for the answer, which nobody gets.
async fn carried_out(server: &mut TcpStream, said: &[u8]) -> std::io::Result<()> {
    server.write_all(said).await?;
    server.read(&mut [0; 1024]).await.map(|_| ())
}
