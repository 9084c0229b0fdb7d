//! What a carrier takes of a message. Pure.

use entities::{
    AttachmentId, attachment,
    message::{Attachment, AttachmentState},
};

use crate::attachment::shown;

use super::{Carriage, ConversationError};

/// The files of a message in its order; `None` where there is no such file, which is refused by whoever looks for it.
pub(super) fn chosen(ids: &[AttachmentId], rows: &[attachment::Model]) -> Vec<Option<Attachment>> {
    ids.iter().map(|id| rows.iter().find(|row| row.id == *id).map(shown)).collect()
}

/// The same of a message that has them.
pub(super) fn all(files: &[Attachment]) -> Vec<Option<Attachment>> {
    files.iter().cloned().map(Some).collect()
}

/// What a carrier does not take is refused before it is said.
pub(super) fn check_load(
    carriage: Carriage,
    body: &str,
    files: &[Option<Attachment>],
) -> Result<(), ConversationError> {
    if body.chars().count() > carriage.longest {
        return Err(ConversationError::Invalid { field: "body", reason: carriage.too_long });
    }
    if files.is_empty() {
        return Ok(());
    }
    let list = "attachments";
    let freight = carriage.freight.map_err(|reason| ConversationError::Invalid { field: list, reason })?;
    let there = files.iter().enumerate().filter_map(|(index, file)| Some((index, file.as_ref()?)));
    let mut size = 0;
    for (index, file) in there {
        let largest = freight.types.iter().find(|(content_type, _)| file.content_type == *content_type);
        let reason = match (file.state, largest) {
            (AttachmentState::Scanning, _) => "waits to be looked at: send it when it is ready",
            (AttachmentState::Blocked, _) => "is blocked",
            (AttachmentState::Ready, None) => "is of a type that does not go with texts",
            (AttachmentState::Ready, Some((_, largest))) if file.size > *largest => freight.too_large,
            (AttachmentState::Ready, Some(_)) => {
                size += file.size;
                continue;
            }
        };
        return Err(ConversationError::InvalidMember { list, index, reason });
    }
    if size > freight.most {
        return Err(ConversationError::Invalid { field: list, reason: freight.too_much });
    }
    Ok(())
}
