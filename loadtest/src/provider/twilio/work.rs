//! What goes on by itself, beside requests: a task each, all in one set that ends with the simulator.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use futures::future::BoxFuture;
use parking_lot::Mutex;
use tokio::task::JoinSet;

pub(super) type Task = BoxFuture<'static, ()>;

/// Holds the tasks; they end when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    running: Arc<Mutex<JoinSet<()>>>,
    under_way: Arc<AtomicUsize>,
}

/// Begins tasks. What they hold may hold this in turn, so it does not hold them.
#[derive(Debug, Clone)]
pub(super) struct Work {
    running: Weak<Mutex<JoinSet<()>>>,
    under_way: Arc<AtomicUsize>,
}

impl Tasks {
    pub(super) fn work(&self) -> Work {
        Work { running: Arc::downgrade(&self.running), under_way: self.under_way.clone() }
    }

    pub(super) fn are_done(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }

    /// Ends what still runs.
    pub(super) async fn end(&self) {
        let mut running = std::mem::take(&mut *self.running.lock());
        running.shutdown().await;
    }
}

impl Work {
    /// Nothing begins any more once the simulator has ended.
    pub(super) fn begin(&self, task: Task) {
        let Some(running) = self.running.upgrade() else { return };
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let under_way = self.under_way.clone();
        let counted = async move {
            task.await;
            under_way.fetch_sub(1, Ordering::SeqCst);
        };
        let mut running = running.lock();
        while running.try_join_next().is_some() {}
        running.spawn(counted);
    }
}
