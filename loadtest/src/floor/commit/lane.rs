//! One writer: while a batch commits, the next one gathers.

use anyhow::{Result, anyhow};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::operation::Operation;
use super::store::Store;

/// The most operations of one transaction.
const BATCH: usize = 256;

struct Waiting {
    operation: Operation,
    done: oneshot::Sender<()>,
}

/// Where closed loops hand in their operations.
#[derive(Clone)]
pub(super) struct Lane(mpsc::Sender<Waiting>);

impl Lane {
    /// Starts a writer on its own task; the task ends with the error of a failed batch, or when the last
    /// clone of the lane is gone.
    pub(super) fn start(store: impl Store) -> (Self, JoinHandle<Result<()>>) {
        let (lane, waiting) = mpsc::channel(4 * BATCH);
        (Self(lane), tokio::spawn(write(store, waiting)))
    }

    /// Returns when the operation is durable.
    pub(super) async fn commit(&self, operation: Operation) -> Result<()> {
        let (done, durable) = oneshot::channel();
        self.0.send(Waiting { operation, done }).await.map_err(|_| anyhow!("the lane has ended"))?;
        durable.await.map_err(|_| anyhow!("the batch failed"))
    }
}

async fn write(mut store: impl Store, mut waiting: mpsc::Receiver<Waiting>) -> Result<()> {
    let mut gathered = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut gathered, BATCH).await > 0 {
        let (batch, done): (Vec<Operation>, Vec<oneshot::Sender<()>>) =
            gathered.drain(..).map(|waiting| (waiting.operation, waiting.done)).unzip();
        store.commit(&batch).await?;
        for done in done {
            let _ = done.send(());
        }
    }
    Ok(())
}
