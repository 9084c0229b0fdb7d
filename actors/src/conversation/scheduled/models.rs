//! Between a message that waits and its row.

use entities::{
    Json, Principal,
    message::{Author, Direction, IfQuiet},
    scheduled_message::Model,
};

use crate::{
    conversation::{Message, MessageError, Sender, Sight, draft::Given},
    journal::{Record, Row},
};

/// The row of a message that is to wait until `message.scheduled_at`.
pub(super) fn row(message: &Message, if_quiet: IfQuiet, given: Given<'_>) -> Model {
    Model {
        id: message.id,
        tenant_id: given.tenant,
        conversation_id: message.conversation_id,
        channel_type: message.channel_type,
        author_kind: message.author.kind,
        author_id: message.author.id,
        author_name: message.author.name.clone(),
        overrides: given.by.overrides,
        body: message.body.clone(),
        attachments: Json(message.attachments.clone()),
        status: message.status,
        error_code: None,
        error_message: None,
        class: message.class,
        client_id: message.client_id.as_deref().map(str::to_owned),
        scheduled_at: message.scheduled_at.unwrap_or(given.now),
        if_quiet,
        edited_at: None,
        rev: message.rev,
        created_at: message.created_at,
        updated_at: given.now,
        created_by: Some(given.by.principal),
        updated_by: Some(given.by.principal),
        deleted_at: None,
    }
}

/// The row after one more change.
pub(super) fn touched(row: &Model, given: Given<'_>) -> Model {
    Model { rev: row.rev + 1, updated_at: given.now, updated_by: Some(given.by.principal), ..row.clone() }
}

/// The row as it is written. What was said or taken back keeps no words here: the thread has them, or nobody.
pub(super) fn written(row: Model) -> Row {
    let row = match row.deleted_at {
        Some(_) => Model { body: String::new(), attachments: Json::default(), ..row },
        None => row,
    };
    Row::Update(Record::ScheduledMessage(row))
}

/// Who speaks when it is said. What he may see was asked when he wrote it.
pub(super) fn author(row: &Model) -> Sender {
    Sender {
        principal: Principal::of(row.author_kind, row.author_id).unwrap_or(Principal::System),
        name: row.author_name.clone(),
        sight: Sight::All,
        overrides: row.overrides,
    }
}

impl From<Model> for Message {
    fn from(row: Model) -> Self {
        let error =
            row.error_code.map(|code| MessageError { code, message: row.error_message.unwrap_or_default() });
        Self {
            id: row.id,
            conversation_id: row.conversation_id,
            direction: Direction::Outbound,
            author: Author { kind: row.author_kind, id: row.author_id, name: row.author_name },
            body: row.body,
            private: false,
            mentions: Vec::new(),
            attachments: row.attachments.0,
            status: row.status,
            error,
            channel_type: row.channel_type,
            class: row.class,
            client_id: row.client_id.map(Into::into),
            scheduled_at: Some(row.scheduled_at),
            created_at: row.created_at,
            edited_at: row.edited_at,
            seq: None,
            rev: row.rev,
        }
    }
}
