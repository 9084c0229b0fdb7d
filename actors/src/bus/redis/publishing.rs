//! What this node tells, on its way out.

use std::{sync::Arc, time::Duration};

use deadpool_redis::{Connection, Pool};
use redis::Pipeline;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};

use super::{Outgoing, PATIENCE, RedisError, Shared, lost};
use crate::bus::wire::Mouth;

/// Messages in one round trip; and how many bytes of them, so that a slow line is not taken for a broken one.
const AT_ONCE: usize = 256;
const BYTES_AT_ONCE: usize = 256 * 1024;
/// After a failure nothing is tried for so long: what comes meanwhile is left out, and the queue stays short.
const REST: Duration = Duration::from_millis(250);

pub(super) struct Publisher {
    shared: Arc<Shared>,
    pool: Pool,
    mouth: Mouth,
    connection: Option<Connection>,
    rests_until: Option<Instant>,
}

impl Publisher {
    pub(super) fn new(shared: Arc<Shared>, pool: Pool, mouth: Mouth) -> Self {
        Self { shared, pool, mouth, connection: None, rests_until: None }
    }

    /// Publishes what waits, until nobody can tell anything any more.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Outgoing>) {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while queue.recv_many(&mut batch, AT_ONCE).await > 0 {
            let mut waiting = batch.drain(..);
            while waiting.len() > 0 {
                if self.rests_until.is_some_and(|until| Instant::now() < until) {
                    lost("away", waiting.len() as u64);
                    waiting.by_ref().for_each(|outgoing| self.lift(&outgoing));
                    continue;
                }
                let before = waiting.len();
                let pipeline = self.written(&mut waiting);
                let many = (before - waiting.len()) as u64;
                match self.publish(&pipeline).await {
                    Ok(()) => metrics::counter!("bus_published_total").increment(many),
                    Err(error) => {
                        tracing::debug!(%error, "nothing can be published");
                        (self.connection, self.rests_until) = (None, Some(Instant::now() + REST));
                        lost("away", many);
                    }
                }
            }
        }
    }

    /// As much of what waits as goes in one round trip.
    fn written(&self, waiting: &mut impl Iterator<Item = Outgoing>) -> Pipeline {
        let (mut pipeline, mut bytes) = (Pipeline::new(), 0);
        while bytes < BYTES_AT_ONCE
            && let Some(outgoing) = waiting.next()
        {
            self.lift(&outgoing);
            match outgoing {
                Outgoing::Beat => {
                    pipeline.publish(self.shared.own_channel(), "").ignore();
                }
                Outgoing::Told { tenant, message, .. } => match self.mouth.write(tenant, &message) {
                    Ok(frame) => {
                        bytes += frame.len();
                        pipeline.publish(self.shared.channel_of(tenant), frame).ignore();
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a message to other nodes cannot be written");
                        lost("unwritable", 1);
                    }
                },
            }
        }
        pipeline
    }

    /// It waits no more.
    fn lift(&self, outgoing: &Outgoing) {
        if let Outgoing::Told { weight, .. } = outgoing {
            self.shared.waiting.give(*weight);
        }
    }

    async fn publish(&mut self, pipeline: &Pipeline) -> Result<(), RedisError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => {
                let fresh = self.pool.get().await.map_err(|error| RedisError(error.to_string()))?;
                self.connection.insert(fresh)
            }
        };
        let answered = timeout(PATIENCE, pipeline.query_async::<()>(connection)).await;
        answered.map_err(|_| RedisError("no answer".to_owned()))??;
        Ok(())
    }
}
