//! Copies of a whole installation, and bringing them back: the database, the files of messages, the keys. What a copy holds is
//! said in its manifest and checked by hashes, so that nobody learns on the day he needs it that it is not whole.

mod arriving;
mod error;
mod files;
mod keys;
mod logs;
mod manifest;
mod postgres;
mod restore;
mod sqlite;
mod take;

pub use error::BackupError;
pub use files::Watch;
pub use keys::{KeyKept, KeysKept};
pub use manifest::{DatabaseKind, Manifest};
pub use restore::{begin_anew, check, restore};
pub use take::take;
