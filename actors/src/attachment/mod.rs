//! Attachments: a room without an actor. A file is kept before it is told of, and belongs to one message.

mod content;
mod error;
mod files;
mod handle;
mod name;
mod scan;
mod shape;
pub(crate) mod store;

pub use content::{Content, Sniffer};
pub use error::AttachmentError;
pub use files::{FileError, Files};
pub use handle::{Arrived, Attachments};
pub use name::safe_name;
pub use scan::{ScanAttachment, ScanError, Scanner, Scanning, Verdict};
pub(crate) use shape::shown;
