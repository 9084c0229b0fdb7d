//! Files that others hand out: taken in pieces, as far as they may be taken.

use std::io::{self, Read, Write};

use actors::attachment::{Content, Sniffer};
use tempfile::TempPath;

use super::DiskFiles;
use crate::config;

/// What is read at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// What providers record in.
const SOUND: [&str; 3] = ["audio/mpeg", "audio/x-wav", "audio/ogg"];

/// Takes files from where others hand them out, on a thread that may wait. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Downloads {
    files: DiskFiles,
    limit: u64,
    /// Of such types; none is named when everything that is known is taken.
    types: Vec<String>,
}

/// A file that is whole; it vanishes with `path` unless it is kept.
pub(crate) struct Downloaded {
    pub(crate) path: TempPath,
    pub(crate) content: &'static Content,
    /// In bytes.
    pub(crate) size: u64,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    #[error("it is of a type that is not taken")]
    Type,
    #[error("it broke off: {0}")]
    Cut(io::Error),
    #[error("it cannot be kept: {0}")]
    NoRoom(io::Error),
}

impl Downloads {
    /// As large and of such types as uploads may be.
    pub(crate) fn new(files: DiskFiles, settings: config::Attachments) -> Self {
        Self { files, limit: settings.max_bytes, types: settings.types }
    }

    /// What was recorded of calls: sound, as large as recordings may be.
    pub(crate) fn of_recordings(files: DiskFiles, settings: &config::Recordings) -> Self {
        let types = SOUND.map(str::to_owned).to_vec();
        Self { files, limit: settings.max_bytes, types }
    }

    /// Reads a file to its end, and no byte more than it may have.
    ///
    /// # Errors
    /// [`NotTaken`]; then nothing of it is left.
    pub(crate) fn take(&self, from: impl Read) -> Result<Downloaded, NotTaken> {
        let limit = self.limit;
        let mut from = from.take(limit.saturating_add(1));
        let mut aside = self.files.aside().map_err(NotTaken::NoRoom)?;
        let (mut sniffer, mut size, mut piece) = (Sniffer::default(), 0_u64, vec![0; PIECE]);
        loop {
            let read = from.read(&mut piece).map_err(NotTaken::Cut)?;
            if read == 0 {
                break;
            }
            size += u64::try_from(read).unwrap_or(u64::MAX);
            if size > limit {
                return Err(NotTaken::TooLarge(limit));
            }
            sniffer.see(&piece[..read]);
            aside.write_all(&piece[..read]).map_err(NotTaken::NoRoom)?;
        }
        let taken = |content: &&Content| {
            self.types.is_empty() || self.types.iter().any(|name| name == content.content_type)
        };
        let content = sniffer.finish().filter(taken).ok_or(NotTaken::Type)?;
        Ok(Downloaded { path: aside.into_temp_path(), content, size })
    }
}
