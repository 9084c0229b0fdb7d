//! Fetching files that came with a message and lie with its provider still: the port to whoever can, and the job that asks
//! him.

mod job;

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use entities::{TenantId, channel::ChannelType};
use serde::{Deserialize, Serialize};

use super::Content;

pub use job::FetchAttachment;
pub(crate) use job::fetch;

/// Where a file lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The type of channel its message came on.
    pub channel: ChannelType,
    /// As the provider says.
    pub url: String,
}

/// Where a file lies until it is kept; it vanishes with this.
pub type Aside = Box<dyn AsRef<Path> + Send + Sync>;

/// A file that was fetched whole.
pub struct Fetched {
    pub aside: Aside,
    pub content: &'static Content,
    /// In bytes.
    pub size: u64,
}

/// Why a file is not here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// It never will be: a sentence for whoever reads the message.
    #[error("{0}")]
    Never(String),
    /// It is not there, though it may be in a moment: what was sent just now is not everywhere yet. A sentence as above.
    #[error("{0}")]
    Absent(String),
    /// It may be tried again. For people who keep the house; it tells nothing of the file.
    #[error("{0}")]
    NotYet(String),
}

/// Whoever can fetch files from providers.
#[async_trait]
pub trait Fetcher: Send + Sync + 'static {
    /// How long a fetch takes at most.
    fn timeout(&self) -> Duration;

    /// Fetches a file. Fetching it twice is fetching it once.
    ///
    /// # Errors
    /// [`NotFetched`].
    async fn fetch(&self, tenant: TenantId, link: &Link) -> Result<Fetched, NotFetched>;
}
