//! Where the bytes of attachments lie, and the links under which they are fetched.

mod disk;
mod link;

pub use disk::{Arriving, DiskFiles};
pub use link::{FileLinks, Linked, NoLink};
