//! Where the bytes of attachments lie, who looks at them, and the links under which they are fetched.

mod disk;
mod download;
mod link;
mod scan;

pub use disk::{Arriving, DiskFiles};
pub(crate) use download::{Downloaded, Downloads, NotTaken};
pub use link::{FileLinks, Linked, NoLink};
pub use scan::ScanCommand;
