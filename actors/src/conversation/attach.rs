//! Which files hang on a message. Pure.

use entities::{
    attachment,
    message::{Attachment, AttachmentState},
};

use crate::{
    attachment::shown,
    journal::{Record, Row},
};

use super::{
    ConversationError, Facts, SendMessage,
    draft::{Draft, Given},
};

/// The most files of one message.
const MOST: usize = 10;

/// The files a message brings, with the rows that say so: the sender's own, and on no other message. Their `rev` is the
/// fence, so of two messages that want the same file one does not get it.
pub(super) fn attached(
    send: &SendMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Vec<attachment::Model>, ConversationError> {
    let list = "attachments";
    if send.attachments.len() > MOST {
        return Err(ConversationError::Invalid { field: list, reason: "must be at most 10" });
    }
    let is_free = |row: &&attachment::Model| {
        let kept = row.expires_at.is_some_and(|at| at > given.now);
        let own = row.created_by == Some(given.by.principal) && row.message_id.is_none();
        own && kept && row.state == AttachmentState::Ready
    };
    let mut rows = Vec::with_capacity(send.attachments.len());
    for (index, id) in send.attachments.iter().enumerate() {
        let free = facts.attachments.iter().find(|row| row.id == *id).filter(is_free);
        let once = !send.attachments[..index].contains(id);
        let reason = "is no file of yours that hangs on no message yet";
        let row = free.filter(|_| once);
        let row = row.ok_or(ConversationError::InvalidMember { list, index, reason })?;
        rows.push(touched(row, given));
    }
    Ok(rows)
}

/// What a message remembers of its files.
pub(super) fn remembered(rows: &[attachment::Model]) -> Vec<Attachment> {
    rows.iter().map(shown).collect()
}

/// Hangs the files on the message.
pub(super) fn hang(draft: &mut Draft<'_>, rows: Vec<attachment::Model>, message: entities::MessageId) {
    for row in rows {
        let hung = attachment::Model { message_id: Some(message), expires_at: None, ..row };
        draft.also(Row::Update(Record::Attachment(hung)));
    }
}

/// Gives up the files of a message that is taken back.
pub(super) fn give_up(draft: &mut Draft<'_>, facts: &Facts, given: Given<'_>) {
    for row in &facts.attachments {
        let over = Some(given.now);
        let given_up = attachment::Model { deleted_at: over, expires_at: over, ..touched(row, given) };
        draft.also(Row::Update(Record::Attachment(given_up)));
    }
}

fn touched(row: &attachment::Model, given: Given<'_>) -> attachment::Model {
    let (now, by) = (given.now, Some(given.by.principal));
    attachment::Model { rev: row.rev + 1, updated_at: now, updated_by: by, ..row.clone() }
}
