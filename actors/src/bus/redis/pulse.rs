//! Whether what is published arrives: the node tells itself something every second, the way it tells everything.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};

use super::{Outgoing, Shared};

/// How often.
const EVERY: Duration = Duration::from_secs(1);
/// A bus on which nothing was heard for so long does not work.
const SILENCE: Duration = Duration::from_secs(5);

pub(super) struct Pulse {
    began: Instant,
    /// When the last beat was heard, in microseconds since it began; 0: none, or the connection was lost since.
    heard: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { began: Instant::now(), heard: AtomicU64::new(0) }
    }
}

impl Pulse {
    /// A beat arrived.
    pub(super) fn hear(&self) {
        self.heard.store(self.micros().max(1), Ordering::Relaxed);
    }

    /// The connection is gone.
    pub(super) fn stop(&self) {
        self.heard.store(0, Ordering::Relaxed);
    }

    pub(super) fn is_healthy(&self) -> bool {
        let heard = self.heard.load(Ordering::Relaxed);
        heard > 0 && u128::from(self.micros().saturating_sub(heard)) < SILENCE.as_micros()
    }

    /// A connection of this age hears no beat: it only seems to be there.
    pub(super) fn is_silent(&self, connected: Instant) -> bool {
        connected.elapsed() >= SILENCE && !self.is_healthy()
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Tells, and says when the bus fails or works again. A beat that finds the queue full is left out: so much is not healthy either.
pub(super) async fn beat(shared: Arc<Shared>, queue: mpsc::Sender<Outgoing>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_healthy = None;
    loop {
        ticks.tick().await;
        let _ = queue.try_send(Outgoing::Beat);
        let is_healthy = shared.pulse.is_healthy();
        metrics::gauge!("bus_healthy").set(if is_healthy { 1.0 } else { 0.0 });
        match (was_healthy, is_healthy) {
            (Some(false) | None, true) => tracing::info!("nodes hear each other through Redis"),
            (Some(true), false) => {
                tracing::warn!("Redis does not carry our messages: other nodes' are found in the log, later");
            }
            _ => {}
        }
        was_healthy = Some(is_healthy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bus_is_healthy_while_it_beats() {
        let (pulse, connected) = (Pulse::default(), Instant::now());
        assert!(!pulse.is_healthy(), "nothing was heard yet");
        assert!(!pulse.is_silent(connected), "it may still be heard");
        pulse.hear();
        tokio::time::advance(SILENCE / 2).await;
        assert!(pulse.is_healthy());
        tokio::time::advance(SILENCE / 2 + Duration::from_millis(1)).await;
        assert!(!pulse.is_healthy() && pulse.is_silent(connected));
        pulse.hear();
        assert!(pulse.is_healthy() && !pulse.is_silent(connected));
        pulse.stop();
        assert!(!pulse.is_healthy(), "the connection is gone");
    }
}
