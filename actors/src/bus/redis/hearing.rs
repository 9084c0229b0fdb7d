//! What other nodes tell, on its way in: one connection that is made again for as long as the node lives.

use std::{sync::Arc, time::Duration};

use entities::TenantId;
use rand::Rng;
use redis::{Client, PushInfo, PushKind, Value, aio::MultiplexedConnection, from_redis_value};
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, interval, sleep},
};

use super::{RedisError, Shared, lost, patience, weight::Weight};
use crate::bus::wire::Reader;

/// Messages that may wait to be passed on; and what they may weigh together, in bytes.
const WAITING: usize = 8_192;
const WAITING_BYTES: usize = 64 * 1024 * 1024;
/// Channels named in one command.
const AT_ONCE: usize = 500;
/// Between two attempts to connect: the shortest and the longest time.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);
/// How often it is looked whether the connection only seems to be there.
const LOOK: Duration = Duration::from_secs(1);

pub(super) struct Listener {
    shared: Arc<Shared>,
    client: Client,
    reader: Reader,
}

/// One connection, and what came through it.
struct Line {
    connection: MultiplexedConnection,
    arrived: mpsc::Receiver<Arrived>,
    inbox: Arc<Inbox>,
    since: Instant,
}

/// What the connection puts in; it cannot wait.
struct Inbox {
    queue: mpsc::Sender<Arrived>,
    waiting: Weight,
    broken: Notify,
}

struct Arrived {
    channel: String,
    frame: Vec<u8>,
}

impl Listener {
    pub(super) fn new(shared: Arc<Shared>, client: Client, reader: Reader) -> Self {
        Self { shared, client, reader }
    }

    pub(super) async fn run(mut self) {
        let mut wait = SHORTEST;
        loop {
            match self.connect().await {
                Ok(line) => {
                    wait = SHORTEST;
                    if let Err(error) = self.follow(line).await {
                        tracing::debug!(%error, "the connection to Redis broke");
                    }
                }
                Err(error) => tracing::debug!(%error, "no connection to Redis"),
            }
            self.shared.pulse.stop();
            // Not all nodes at once.
            let part = rand::rng().random_range(0.5..1.0);
            sleep(wait.mul_f64(part)).await;
            wait = (wait * 2).min(LONGEST);
        }
    }

    async fn connect(&self) -> Result<Line, RedisError> {
        let (queue, arrived) = mpsc::channel(WAITING);
        let inbox = Arc::new(Inbox { queue, waiting: Weight::of(WAITING_BYTES), broken: Notify::new() });
        let taking = inbox.clone();
        let config = patience().set_push_sender(move |push: PushInfo| {
            taking.take(push);
            Ok::<(), redis::aio::SendError>(())
        });
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut line = Line { connection, arrived, inbox, since: Instant::now() };
        line.connection.subscribe(self.shared.own_channel()).await?;
        let all = self.shared.rooms.all();
        self.subscribe(&mut line.connection, &all).await?;
        Ok(line)
    }

    /// Passes on what comes, until the connection is lost.
    async fn follow(&mut self, mut line: Line) -> Result<(), RedisError> {
        let mut looks = interval(LOOK);
        loop {
            tokio::select! {
                arrived = line.arrived.recv() => {
                    if let Some(arrived) = arrived {
                        line.inbox.waiting.give(arrived.frame.len());
                        self.pass_on(&arrived);
                    }
                }
                () = self.shared.rooms.changed() => {
                    let changes = self.shared.rooms.changes();
                    self.subscribe(&mut line.connection, &changes.come).await?;
                    self.says_so(&changes.come);
                    self.unsubscribe(&mut line.connection, &changes.gone).await?;
                }
                () = line.inbox.broken.notified() => return Err(RedisError("it was closed".to_owned())),
                _ = looks.tick() => {
                    if self.shared.pulse.is_silent(line.since) {
                        return Err(RedisError("it is silent".to_owned()));
                    }
                }
            }
        }
    }

    async fn subscribe(
        &self,
        connection: &mut MultiplexedConnection,
        tenants: &[TenantId],
    ) -> Result<(), RedisError> {
        for some in tenants.chunks(AT_ONCE) {
            connection.subscribe(self.channels(some)).await?;
        }
        Ok(())
    }

    fn says_so(&self, tenants: &[TenantId]) {
        if let Some(ear) = self.shared.ear.get() {
            tenants.iter().for_each(|tenant| ear.hears(*tenant));
        }
    }

    async fn unsubscribe(
        &self,
        connection: &mut MultiplexedConnection,
        tenants: &[TenantId],
    ) -> Result<(), RedisError> {
        for some in tenants.chunks(AT_ONCE) {
            connection.unsubscribe(self.channels(some)).await?;
        }
        Ok(())
    }

    fn channels(&self, tenants: &[TenantId]) -> Vec<String> {
        tenants.iter().map(|tenant| self.shared.channel_of(*tenant)).collect()
    }

    fn pass_on(&mut self, arrived: &Arrived) {
        let Some(tenant) = self.shared.tenant_of(&arrived.channel) else { return self.shared.pulse.hear() };
        match self.reader.read(tenant, &arrived.frame) {
            Ok(None) => {}
            Ok(Some(message)) => {
                metrics::counter!("bus_heard_total").increment(1);
                if let Some(ear) = self.shared.ear.get() {
                    ear.hear(tenant, message);
                }
            }
            Err(error) => {
                tracing::debug!(tenant.id = %tenant, %error, "a message of another node cannot be read");
                lost("unreadable", 1);
            }
        }
    }
}

impl Inbox {
    /// When too much waits already, it is left out.
    fn take(&self, push: PushInfo) {
        match push.kind {
            PushKind::Message => {
                let Some(arrived) = message(push.data) else { return };
                let weight = arrived.frame.len();
                if !self.waiting.take(weight) {
                    return lost("inbox_full", 1);
                }
                if self.queue.try_send(arrived).is_err() {
                    self.waiting.give(weight);
                    lost("inbox_full", 1);
                }
            }
            PushKind::Disconnection => self.broken.notify_one(),
            _ => {}
        }
    }
}

/// The channel and what was said on it.
fn message(data: Vec<Value>) -> Option<Arrived> {
    let [channel, Value::BulkString(frame)] = <[Value; 2]>::try_from(data).ok()? else { return None };
    Some(Arrived { channel: from_redis_value(channel).ok()?, frame })
}
