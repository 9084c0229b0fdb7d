//! Between the row in the database and what a message remembers of it.

use entities::{attachment, message::Attachment};

/// What is shown of a row.
pub(crate) fn shown(row: &attachment::Model) -> Attachment {
    let pixels = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    Attachment {
        id: row.id,
        name: row.name.clone(),
        content_type: row.content_type.clone(),
        size: u64::try_from(row.size).unwrap_or_default(),
        width: pixels(row.width),
        height: pixels(row.height),
        state: row.state,
        reason: row.reason.clone(),
    }
}
