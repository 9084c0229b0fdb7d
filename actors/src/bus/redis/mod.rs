//! The bus of several nodes: Redis pub/sub, with a channel for each tenant.
//!
//! What a node tells waits in a bounded queue until one task has published it; what it hears waits in a bounded queue until another
//! task has passed it on. Whatever does not fit, and everything while Redis is away, is left out and counted: the log has the
//! events, and whoever delivers them compares with it. Once a second the node tells itself something: as long as it hears that, the
//! bus is healthy.

mod hearing;
mod publishing;
mod pulse;
mod rooms;
mod weight;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use deadpool_redis::{Manager, Pool, Runtime};
use entities::{TenantId, sealed::WireKey};
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, ProtocolVersion};
use tokio::{sync::mpsc, task::AbortHandle};

use self::{hearing::Listener, publishing::Publisher, pulse::Pulse, rooms::Rooms, weight::Weight};
use super::{
    Bus, BusMessage, Ear, NodeId,
    wire::{Mouth, Reader},
};
use crate::supervision::IoHandle;

/// Messages that may wait to be published; and what they may weigh together, in bytes.
const WAITING: usize = 4_096;
const WAITING_BYTES: usize = 64 * 1024 * 1024;
/// Connections that publish: one, and one to take its place.
const CONNECTIONS: usize = 2;
/// How long Redis may take to accept a connection or to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the bus is.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// `redis://` or, over TLS, `rediss://`.
    pub url: String,
    /// What the names of all channels begin with: clusters that share a Redis have different ones.
    pub prefix: String,
}

/// Why there is no bus.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RedisError(String);

/// Nodes that meet in Redis.
pub struct RedisBus {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Outgoing>,
    tasks: [AbortHandle; 3],
}

struct Shared {
    node: NodeId,
    prefix: String,
    ear: OnceLock<Arc<dyn Ear>>,
    rooms: Rooms,
    pulse: Pulse,
    waiting: Weight,
}

/// What waits to be published.
enum Outgoing {
    Told {
        tenant: TenantId,
        message: BusMessage,
        weight: usize,
    },
    /// What we tell ourselves.
    Beat,
}

impl RedisBus {
    /// Begins to connect, and goes on for as long as the bus is kept. Redis need not be there.
    ///
    /// # Errors
    /// [`RedisError`]: the address cannot be read.
    pub fn start(
        io: &IoHandle,
        options: RedisOptions,
        node: NodeId,
        wire: WireKey,
    ) -> Result<Self, RedisError> {
        let client = Client::open(resp3(&options.url)?)?;
        let manager = Manager::new_with_config(options.url.as_str(), patience())?;
        let pool = Pool::builder(manager).max_size(CONNECTIONS).runtime(Runtime::Tokio1);
        let pool =
            pool.create_timeout(Some(PATIENCE)).wait_timeout(Some(PATIENCE)).recycle_timeout(Some(PATIENCE));
        let pool = pool.build().map_err(|error| RedisError(error.to_string()))?;
        let shared = Arc::new(Shared {
            node,
            prefix: options.prefix,
            ear: OnceLock::new(),
            rooms: Rooms::default(),
            pulse: Pulse::default(),
            waiting: Weight::of(WAITING_BYTES),
        });
        let (queue, waiting) = mpsc::channel(WAITING);
        let publisher = Publisher::new(shared.clone(), pool, Mouth::new(node, &wire));
        let listener = Listener::new(shared.clone(), client, Reader::new(node, wire));
        let tasks = [
            io.spawn(publisher.run(waiting)),
            io.spawn(listener.run()),
            io.spawn(pulse::beat(shared.clone(), queue.clone())),
        ];
        Ok(Self { shared, queue, tasks: tasks.map(|task| task.abort_handle()) })
    }
}

impl Bus for RedisBus {
    /// When too much waits already, it is left out.
    fn publish(&self, _: NodeId, tenant: TenantId, message: BusMessage) {
        let weight = weight_of(&message);
        if !self.shared.waiting.take(weight) {
            return lost("queue_full", 1);
        }
        if self.queue.try_send(Outgoing::Told { tenant, message, weight }).is_err() {
            self.shared.waiting.give(weight);
            lost("queue_full", 1);
        }
    }

    /// The first one stays: a bus of this kind is that of one node.
    fn listen(&self, _: NodeId, ear: Arc<dyn Ear>) {
        let _ = self.shared.ear.set(ear);
    }

    fn attend(&self, tenant: TenantId) {
        self.shared.rooms.attend(tenant);
    }

    fn forget(&self, tenant: TenantId) {
        self.shared.rooms.forget(tenant);
    }

    fn is_healthy(&self) -> bool {
        self.shared.pulse.is_healthy()
    }
}

impl Drop for RedisBus {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Shared {
    /// Where others tell of the tenant.
    fn channel_of(&self, tenant: TenantId) -> String {
        format!("{}:tenant:{tenant}", self.prefix)
    }

    /// Where this node tells itself something.
    fn own_channel(&self) -> String {
        format!("{}:node:{}", self.prefix, self.node.0)
    }

    /// Whom this channel is about; `None`: ourselves.
    fn tenant_of(&self, channel: &str) -> Option<TenantId> {
        channel.strip_prefix(&self.prefix)?.strip_prefix(":tenant:")?.parse().ok()
    }
}

impl From<redis::RedisError> for RedisError {
    fn from(error: redis::RedisError) -> Self {
        Self(error.to_string())
    }
}

/// Asks Redis who it is, for people: its version.
///
/// # Errors
/// [`RedisError`].
pub async fn probe(url: &str) -> Result<String, RedisError> {
    let client = Client::open(resp3(url)?)?;
    let mut connection = client.get_multiplexed_async_connection_with_config(&patience()).await?;
    let told: String = redis::cmd("INFO").arg("server").query_async(&mut connection).await?;
    let version = told.lines().find_map(|line| line.strip_prefix("redis_version:"));
    Ok(version.unwrap_or("of an unknown version").trim().to_owned())
}

/// The third version of the protocol, in which one connection hears and is answered.
fn resp3(url: &str) -> Result<redis::ConnectionInfo, RedisError> {
    let info = url.into_connection_info()?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(settings))
}

fn patience() -> AsyncConnectionConfig {
    let config = AsyncConnectionConfig::new();
    config.set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE))
}

/// What it keeps in memory while it waits, roughly.
fn weight_of(message: &BusMessage) -> usize {
    match message {
        BusMessage::Events(events) => events.iter().map(|event| 256 + event.data.len()).sum(),
        BusMessage::Presence(told) => 256 * (1 + told.len()),
        BusMessage::Typing { .. } | BusMessage::Close { .. } => 256,
    }
}

/// So many did not get through, and why.
fn lost(why: &'static str, many: u64) {
    metrics::counter!("bus_lost_total", "why" => why).increment(many);
}
