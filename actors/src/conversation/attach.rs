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
    Conversation, ConversationError, Decision, Facts, Message, Scanned, SendMessage,
    draft::{Draft, Given},
    scheduled::looked_at,
    state::touched as touched_message,
};

/// The most files of one message.
pub(super) const MOST: usize = 10;

/// The files a message brings, with the rows that say so: the sender's own, on no other message, and not found infected;
/// one nobody has looked at yet is shown as such. Their `rev` is the fence, so of two messages that want the same file one
/// does not get it.
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
        row.created_by == Some(given.by.principal) && row.message_id.is_none() && kept
    };
    let mut rows = Vec::with_capacity(send.attachments.len());
    for (index, id) in send.attachments.iter().enumerate() {
        let free = facts.attachments.iter().find(|row| row.id == *id).filter(is_free);
        let once = !send.attachments[..index].contains(id);
        let reason = "is no file of yours that hangs on no message yet";
        let row = free.filter(|_| once);
        let row = row.ok_or(ConversationError::InvalidMember { list, index, reason })?;
        if row.state == AttachmentState::Blocked {
            let reason = "is blocked: it was not found clean";
            return Err(ConversationError::InvalidMember { list, index, reason });
        }
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

/// What was found is told once: a file that is looked at again, or was taken back meanwhile, has nothing new.
pub(super) fn decide_scanned(
    before: &Conversation,
    scanned: &Scanned,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let waits = |row: &&attachment::Model| {
        scanned.found.is_news_of(row) && row.message_id == Some(scanned.message_id)
    };
    let file = facts.attachments.iter().find(waits).ok_or(ConversationError::NothingNew)?;
    let file = scanned.found.applied(touched(file, given));
    let mut draft = Draft::of_change(given, before);
    if let Some((message, row)) = looked_at(&file, facts, given) {
        draft.scanned(shown(&file), message, row);
        draft.also(Row::Update(Record::Attachment(file)));
        return Ok(draft.finish(false));
    }
    let message = facts.message.as_ref().filter(|row| row.deleted_at.is_none());
    let message = message.ok_or(ConversationError::NothingNew)?;
    let mut message = touched_message(message.clone(), given);
    for remembered in message.attachments.0.iter_mut().filter(|remembered| remembered.id == file.id) {
        *remembered = shown(&file);
    }
    draft.scanned(shown(&file), Message::from(message.clone()), Row::Update(Record::Message(message)));
    draft.also(Row::Update(Record::Attachment(file)));
    Ok(draft.finish(false))
}

fn touched(row: &attachment::Model, given: Given<'_>) -> attachment::Model {
    let (now, by) = (given.now, Some(given.by.principal));
    attachment::Model { rev: row.rev + 1, updated_at: now, updated_by: by, ..row.clone() }
}
