//! Between the shapes in memory and the rows in the database.

use entities::{
    Json, Principal, TenantId, Timestamp, conversation,
    lookup::LookupKind,
    message::{self, Author},
    terms,
};

use crate::journal::{Record, Row};

use super::{ChannelRef, ContactRef, Conversation, Message, MessageError, draft::Given};

/// The row of a conversation as it will be.
pub(super) fn conversation(
    (tenant, by, now): (TenantId, Principal, Timestamp),
    after: &Conversation,
) -> Record {
    Record::Conversation(conversation::Model {
        id: after.id,
        tenant_id: tenant,
        channel_id: after.channel.id,
        channel_type: after.channel.kind,
        contact_id: after.contact.id,
        met_as: after.met_as,
        reached_at: after.reached_at,
        contact_name: after.contact.name.clone(),
        board_id: after.board_id,
        status: after.status,
        owner: after.owner,
        assignee_id: after.assignee_id,
        priority: after.priority,
        labels: Json(after.labels.clone()),
        participants: Json(after.participants.clone()),
        last_message: after.last_message.clone().map(Json),
        activity_at: after.activity_at,
        next_scheduled_at: after.next_scheduled_at,
        snoozed_until: after.snoozed_until,
        inbound_count: after.inbound_count,
        queued_at: after.queued_at,
        first_answer_at: after.first_answer_at,
        sla: after.sla.map(Json),
        sla_breached: after.sla.is_some_and(|sla| sla.breached),
        rev: after.rev,
        created_at: after.created_at,
        updated_at: now,
        created_by: Some(by),
        updated_by: Some(by),
        deleted_at: None,
    })
}

/// The labels, as words to find the conversation by.
pub(super) fn labels(after: &Conversation) -> Row {
    let word = |label: &String| (LookupKind::ConversationLabel, label.clone().into_bytes());
    Row::Lookups(after.id.as_uuid(), after.labels.iter().map(word).collect())
}

/// The row of a message. Its `seq` is filled in by the journal when it is new.
pub(super) fn message(given: &Given<'_>, conversation: &Conversation, message: &Message) -> message::Model {
    message::Model {
        id: message.id,
        tenant_id: given.tenant,
        conversation_id: message.conversation_id,
        contact_id: conversation.contact.id,
        board_id: conversation.board_id,
        channel_type: message.channel_type,
        seq: message.seq.unwrap_or_default(),
        direction: message.direction,
        author_kind: message.author.kind,
        author_id: message.author.id,
        author_name: message.author.name.clone(),
        body: message.body.clone(),
        terms: terms::column(&message.body),
        private: message.private,
        status: message.status,
        error_code: message.error.as_ref().map(|error| error.code.clone()),
        error_message: message.error.as_ref().map(|error| error.message.clone()),
        class: message.class,
        client_id: message.client_id.as_deref().map(str::to_owned),
        attachments: Json(message.attachments.clone()),
        mentions: Json(message.mentions.clone()),
        scheduled_at: message.scheduled_at,
        edited_at: message.edited_at,
        inbound_count: conversation.inbound_count,
        automatic: false,
        external_id: None,
        sent_at: None,
        rev: message.rev,
        created_at: message.created_at,
        updated_at: given.now,
        created_by: Some(given.by.principal),
        updated_by: Some(given.by.principal),
        deleted_at: None,
    }
}

impl From<conversation::Model> for Conversation {
    fn from(row: conversation::Model) -> Self {
        Self {
            id: row.id,
            channel: ChannelRef { id: row.channel_id, kind: row.channel_type },
            met_as: row.met_as,
            reached_at: row.reached_at,
            contact: ContactRef { id: row.contact_id, name: row.contact_name },
            board_id: row.board_id,
            status: row.status,
            owner: row.owner,
            assignee_id: row.assignee_id,
            priority: row.priority,
            labels: row.labels.0,
            participants: row.participants.0,
            last_message: row.last_message.map(|last| last.0),
            activity_at: row.activity_at,
            next_scheduled_at: row.next_scheduled_at,
            snoozed_until: row.snoozed_until,
            inbound_count: row.inbound_count,
            queued_at: row.queued_at,
            first_answer_at: row.first_answer_at,
            sla: row.sla.map(|sla| sla.0),
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}

impl From<message::Model> for Message {
    fn from(row: message::Model) -> Self {
        let error =
            row.error_code.map(|code| MessageError { code, message: row.error_message.unwrap_or_default() });
        Self {
            id: row.id,
            conversation_id: row.conversation_id,
            direction: row.direction,
            author: Author { kind: row.author_kind, id: row.author_id, name: row.author_name },
            body: row.body,
            private: row.private,
            mentions: row.mentions.0,
            attachments: row.attachments.0,
            status: row.status,
            error,
            channel_type: row.channel_type,
            class: row.class,
            client_id: row.client_id.map(Into::into),
            scheduled_at: row.scheduled_at,
            created_at: row.created_at,
            edited_at: row.edited_at,
            seq: Some(row.seq),
            rev: row.rev,
        }
    }
}
