//! Looking at files before they are given out: the port to whoever can, and the job that asks him.

mod job;

use std::{fs::File, sync::Arc, time::Duration};

use async_trait::async_trait;

pub use job::ScanAttachment;
pub(super) use job::scan;

/// What a scanner says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// He looked, and found nothing. Nothing else lets a file out.
    Clean,
    Infected,
}

/// He could not look, or did not say what he found. For people who keep the house; it tells nothing of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScanError(pub String);

/// Whoever looks at files.
#[async_trait]
pub trait Scanner: Send + Sync + 'static {
    /// Looks at a file, from where it is opened. Ends within [`Scanning::timeout`]; whoever waits may also give up before.
    ///
    /// # Errors
    /// [`ScanError`]: it may be tried again.
    async fn scan(&self, file: File) -> Result<Verdict, ScanError>;
}

/// How files are looked at.
#[derive(Clone)]
pub struct Scanning {
    pub scanner: Arc<dyn Scanner>,
    /// How long it may take with one file.
    pub timeout: Duration,
    /// Files that one node has looked at, at a time.
    pub at_once: usize,
}
