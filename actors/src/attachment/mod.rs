//! Attachments: a room without an actor. A file is kept before it is told of, and belongs to one message.

mod content;
mod error;
mod fetch;
mod files;
mod found;
mod handle;
mod name;
mod scan;
mod shape;
pub(crate) mod store;
mod telling;

pub use content::{Content, Sniffer};
pub use error::AttachmentError;
pub(crate) use fetch::fetch;
pub use fetch::{Aside, FetchAttachment, Fetched, Fetcher, Link, NotFetched};
pub use files::{FileError, Files};
pub use found::{Found, Kept};
pub use handle::{Arrived, Attachments};
pub use name::safe_name;
pub use scan::{ScanAttachment, ScanError, Scanner, Scanning, Verdict};
pub(crate) use shape::shown;
