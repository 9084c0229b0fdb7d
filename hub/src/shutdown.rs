//! How the hub ends: the first signal lets work finish, the second does not.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How much time the hub has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Running,
    /// Take nothing new, finish what was begun.
    Soft,
    /// Leave now.
    Hard,
}

/// Told by signals or by a test, watched by everything that must end. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown {
    phase: watch::Sender<Phase>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { phase: watch::Sender::new(Phase::Running) }
    }
}

impl Shutdown {
    /// Follows SIGTERM and SIGINT from now on; needs a tokio runtime around it.
    ///
    /// # Errors
    /// When the operating system refuses the handlers.
    pub fn on_signals() -> std::io::Result<Self> {
        let shutdown = Self::default();
        for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
            let mut arrivals = signal(kind)?;
            let told = shutdown.clone();
            tokio::spawn(async move {
                while arrivals.recv().await.is_some() {
                    told.next();
                }
            });
        }
        Ok(shutdown)
    }

    /// One step on: running → soft → hard.
    pub fn next(&self) {
        self.phase.send_modify(|phase| {
            *phase = if *phase == Phase::Running { Phase::Soft } else { Phase::Hard };
        });
        tracing::info!(phase = ?self.phase(), "shutting down");
    }

    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Ready as soon as the hub shall take nothing new.
    pub async fn soft(&self) {
        self.reached(Phase::Soft).await;
    }

    /// Ready as soon as the hub shall leave at once.
    pub async fn hard(&self) {
        self.reached(Phase::Hard).await;
    }

    async fn reached(&self, wanted: Phase) {
        let mut phases = self.phase.subscribe();
        // The sender lives in `self`, so the channel cannot close while we wait.
        let _ = phases.wait_for(|phase| *phase >= wanted).await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn the_first_step_is_soft_and_the_second_hard() {
        let shutdown = Shutdown::default();
        assert!(shutdown.soft().now_or_never().is_none());
        shutdown.next();
        shutdown.soft().await;
        assert!(shutdown.hard().now_or_never().is_none());
        shutdown.next();
        shutdown.hard().await;
        shutdown.next();
        assert_eq!(shutdown.phase(), Phase::Hard);
    }

    #[tokio::test]
    async fn who_comes_late_hears_of_it_too() {
        let shutdown = Shutdown::default();
        shutdown.next();
        shutdown.clone().soft().await;
    }
}
