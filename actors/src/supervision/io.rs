//! The runtime that owns every connection.
//!
//! A connection belongs to the runtime that opened it, and a busy arbiter would stall another thread's query.
//! So the journal, reads, the bus and workers run here; actors and handlers reach it through this handle.

use std::future::Future;

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinHandle,
};

/// The io runtime itself: started first, stopped last, by whoever composes the program.
pub struct Io {
    runtime: Option<Runtime>,
}

/// A way to run work on the io runtime from any other thread.
#[derive(Clone, Debug)]
pub struct IoHandle(Handle);

impl Io {
    /// Starts the runtime with `threads` workers.
    ///
    /// # Errors
    /// When the machine refuses another thread.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("io")
            .enable_all()
            .build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// A handle to run work with.
    ///
    /// # Panics
    /// Never: the runtime leaves only in `drop`.
    #[must_use]
    pub fn handle(&self) -> IoHandle {
        match &self.runtime {
            Some(runtime) => IoHandle(runtime.handle().clone()),
            None => unreachable!("the runtime leaves only in drop"),
        }
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        // A plain drop would block, which a thread inside another runtime must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl IoHandle {
    /// Starts `work` on the io runtime.
    pub fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn(work)
    }

    /// Runs `work` on the io runtime and waits for it; `None` when it panicked or the runtime is stopping.
    pub async fn run<F>(&self, work: F) -> Option<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn(work).await.ok()
    }
}
