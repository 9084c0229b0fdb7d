//! Opening the pools, with the settings each kind of connection needs.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sea_orm::{
    ConnectOptions, DbErr, RuntimeErr,
    sqlx::postgres::{PgConnectOptions, PgSslMode},
};

use super::{line::Line, relay::Relay};

/// Writers on PostgreSQL; on SQLite there is one.
const LANES: usize = 4;
/// How long nothing may be heard from PostgreSQL before a connection is given up. It ends every statement before that.
pub const SILENCE: Duration = Duration::from_secs(15);

/// Where the database is and how many may read at once.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite:///path/hub.db` or `postgres://…`.
    pub url: String,
    /// Reading connections.
    pub readers: u32,
    /// How long an answer may take before its connection is given up, on PostgreSQL: the statement time limit, 10 s, and some.
    pub silence: Duration,
}

impl StoreOptions {
    /// The database at `url`, with so many reading connections.
    #[must_use]
    pub fn new(url: String, readers: u32) -> Self {
        Self { url, readers, silence: SILENCE }
    }
}

pub(super) struct Opened {
    pub(super) writers: Vec<Arc<Line>>,
    pub(super) readers: Vec<Arc<Line>>,
    pub(super) across: Arc<Line>,
    pub(super) relay: Option<Relay>,
}

pub(super) async fn open(options: StoreOptions) -> Result<Opened, DbErr> {
    let readers = options.readers.max(1);
    let relay = relay(&options.url)?;
    let place = (options.url.as_str(), relay.as_ref().map(Relay::folder));
    let open = async |access, size| Line::open(place, (access, size), options.silence).await.map(Arc::new);
    if options.url.starts_with("sqlite") {
        let reader = open(Access::Read, readers).await?;
        let writers = vec![open(Access::Write, 1).await?];
        return Ok(Opened { writers, across: reader.clone(), readers: vec![reader], relay });
    }
    let across = open(Access::ReadAcross, 4).await?;
    let (mut writing, mut reading) = (Vec::new(), Vec::new());
    for _ in 0..LANES {
        writing.push(open(Access::Write, 1).await?);
    }
    for _ in 0..readers {
        // One connection each, so that the tenant set on it is known.
        reading.push(open(Access::Read, 1).await?);
    }
    Ok(Opened { writers: writing, readers: reading, across, relay })
}

/// The way to a server that is reached over TCP.
fn relay(url: &str) -> Result<Option<Relay>, DbErr> {
    if url.starts_with("sqlite") {
        return Ok(None);
    }
    let unreadable = |error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)));
    let server: PgConnectOptions = url.parse().map_err(unreadable)?;
    if server.get_socket().is_some() {
        return Ok(None);
    }
    let relay = Relay::to(server.get_host(), server.get_port());
    Ok(relay
        .inspect_err(|error| tracing::warn!(%error, "the way to PostgreSQL is slower than it could be"))
        .ok())
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// The journal's.
    Write,
    /// For one tenant at a time, under row-level security.
    Read,
    /// For finders that start from no tenant.
    ReadAcross,
}

/// What a pool of `size` connections is opened with.
pub(super) fn options((url, socket): (&str, Option<&Path>), (access, size): (Access, u32)) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(size)
        .min_connections(1)
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(5))
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        // A dead connection shows by its first statement; asking each time costs a round trip.
        .test_before_acquire(false);
    if url.starts_with("sqlite") {
        sqlite(&mut options, access);
    } else {
        postgres(&mut options, access, socket.map(Path::to_owned));
    }
    options
}

fn sqlite(options: &mut ConnectOptions, access: Access) {
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON")
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(512);
        match access {
            Access::Write => options,
            Access::Read | Access::ReadAcross => options.pragma("query_only", "ON"),
        }
    });
}

/// A hung node must not block the others: the server ends what it holds, and notices that the peer is gone.
fn postgres(options: &mut ConnectOptions, access: Access, relay: Option<PathBuf>) {
    let limits: &[(&str, &str)] = match access {
        Access::Write => &[
            ("idle_in_transaction_session_timeout", "5s"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "10s"),
            ("tcp_keepalives_idle", "10"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
        ],
        Access::Read => &[("statement_timeout", "10s"), ("role", "switchboard_tenant")],
        Access::ReadAcross => &[("statement_timeout", "10s"), ("default_transaction_read_only", "on")],
    };
    options.map_sqlx_postgres_opts(move |options| {
        let options = options
            .application_name("switchboard")
            .statement_cache_capacity(512)
            .options(limits.iter().copied());
        match &relay {
            Some(folder) => options.socket(folder),
            // There is no TLS on a socket of this machine, whatever the server says.
            None if options.get_socket().is_some() => options.ssl_mode(PgSslMode::Disable),
            None => options,
        }
    });
}
