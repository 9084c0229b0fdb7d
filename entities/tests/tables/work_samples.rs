//! What users have read, been given and are waited for, to test with.

use std::time::Duration;

use entities::channel::ChannelType;
use entities::conversation::{LastMessage, Sla, SlaKind};
use entities::message::{
    Attachment, AttachmentState, Author, AuthorKind, IfQuiet, MessageClass, MessageStatus,
};
use entities::*;
use uuid::Uuid;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn read_mark(tenant_id: TenantId) -> Vec<read_mark::Model> {
    vec![read_mark::Model {
        tenant_id,
        conversation_id: ConversationId::from_uuid(Uuid::now_v7()),
        user_id: UserId::from_uuid(Uuid::now_v7()),
        message_id: MessageId::from_uuid(Uuid::now_v7()),
        seq: 7,
        inbound_count: 3,
        rev: 2,
        read_at: at(4),
    }]
}

pub(crate) fn agent_turn(tenant_id: TenantId) -> Vec<agent_turn::Model> {
    let user_id = UserId::from_uuid(Uuid::now_v7());
    vec![agent_turn::Model { tenant_id, user_id, at: at(4), rev: 2 }]
}

pub(crate) fn credential(tenant_id: TenantId) -> Vec<credential::Model> {
    let full = credential::Model {
        id: CredentialId::from_uuid(Uuid::now_v7()),
        tenant_id,
        provider: "twilio".to_owned(),
        shown: Json(serde_json::Map::from_iter([("auth_token".to_owned(), "…8f2e".into())])),
        sealed_config: Some(sealed::Sealed::from_bytes(vec![0, 1, 255])),
        key_id: Some(sealed::DataKeyId::FIRST),
        is_active: true,
        last_verified_at: Some(at(1)),
        verification_error: Some("the provider takes them no more".to_owned()),
        counted_since: at(0),
        successes: 7,
        failures: 2,
        last_success_at: Some(at(2)),
        last_error_at: Some(at(1)),
        last_error: Some("answered 503".to_owned()),
        missing_callbacks: 3,
        callback_delays: Json(vec![0, 2, 40]),
        caught_up_at: Some(at(2)),
        rev: 4,
        created_at: at(0),
        updated_at: at(3),
        created_by: Some(Principal::System),
        updated_by: None,
        deleted_at: Some(at(3)),
    };
    let removed = credential::Model {
        id: CredentialId::from_uuid(Uuid::now_v7()),
        provider: "email".to_owned(),
        shown: Json::default(),
        sealed_config: None,
        key_id: None,
        is_active: false,
        last_verified_at: None,
        verification_error: None,
        last_success_at: None,
        last_error_at: None,
        last_error: None,
        callback_delays: Json::default(),
        caught_up_at: None,
        created_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, removed]
}

pub(crate) fn label(tenant_id: TenantId) -> Vec<label::Model> {
    let full = label::Model {
        id: LabelId::from_uuid(Uuid::now_v7()),
        tenant_id,
        name: "VIP".to_owned(),
        color: Some("#ff8800".to_owned()),
        description: Some("Ürgent 👋".to_owned()),
        rev: 3,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::System),
        updated_by: None,
        deleted_at: None,
    };
    let id = LabelId::from_uuid(Uuid::now_v7());
    let bare = label::Model { id, name: "Lead".to_owned(), color: None, description: None, ..full.clone() };
    vec![full, bare]
}

pub(crate) fn lookup(tenant_id: TenantId) -> Vec<lookup::Model> {
    let words = lookup::LookupKind::ALL.iter().zip([&b"ann"[..], &[0, 255], b"", "ü 👋".as_bytes()]);
    let row = |(kind, word): (&lookup::LookupKind, &[u8])| lookup::Model {
        tenant_id,
        kind: *kind,
        word: word.to_vec(),
        subject_id: Uuid::now_v7(),
    };
    words.map(row).collect()
}

pub(crate) fn sending(tenant_id: TenantId) -> Vec<sending::Model> {
    vec![sending::Model {
        tenant_id,
        hour: 494_000,
        counts: Json(vec![7, 0, 12_000]),
        held_at: Some(at(1)),
        allowed: 60_000,
        allowed_until: None,
        rev: 3,
        created_at: at(0),
        updated_at: at(1),
    }]
}

pub(crate) fn word_trigram(tenant_id: TenantId) -> Vec<word_trigram::Model> {
    let row = |(trigram, word): (&str, &str)| word_trigram::Model {
        trigram: trigram.to_owned(),
        tenant_id,
        word: word.to_owned(),
    };
    [("  p", "parcel"), ("el ", "parcel"), ("σευ", "οδυσσευσ")].map(row).to_vec()
}

pub(crate) fn last_message() -> LastMessage {
    LastMessage {
        id: MessageId::from_uuid(Uuid::now_v7()),
        body: "hi 👋".to_owned(),
        author: Author { kind: AuthorKind::Contact, id: Some(Uuid::now_v7()), name: "Bob".to_owned() },
        created_at: Timestamp::from_micros(0),
    }
}

pub(crate) fn sla() -> Sla {
    Sla::starting(SlaKind::NextAnswer, Timestamp::from_micros(0), Duration::from_secs(60))
}

pub(crate) fn task(tenant_id: TenantId) -> Vec<task::Model> {
    let full = task::Model {
        id: TaskId::from_uuid(Uuid::now_v7()),
        tenant_id,
        title: "Zurückrufen".to_owned(),
        note: Some("twice\nat least".to_owned()),
        assignee_id: Some(UserId::from_uuid(Uuid::now_v7())),
        contact_id: Some(ContactId::from_uuid(Uuid::now_v7())),
        conversation_id: Some(ConversationId::from_uuid(Uuid::now_v7())),
        board_id: Some(BoardId::from_uuid(Uuid::now_v7())),
        due_at: Some(at(2)),
        told_due: true,
        done_at: Some(at(3)),
        done_by: Some(Principal::User(UserId::from_uuid(Uuid::now_v7()))),
        listed_at: at(3),
        rev: 3,
        created_at: at(0),
        updated_at: at(3),
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(4)),
    };
    let bare = task::Model {
        id: TaskId::from_uuid(Uuid::now_v7()),
        note: None,
        assignee_id: None,
        contact_id: None,
        conversation_id: None,
        board_id: None,
        due_at: None,
        told_due: false,
        done_at: None,
        done_by: None,
        listed_at: task::NO_DATE,
        created_by: None,
        updated_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn template(tenant_id: TenantId) -> Vec<template::Model> {
    let full = template::Model {
        id: TemplateId::from_uuid(Uuid::now_v7()),
        tenant_id,
        name: "Grüße".to_owned(),
        shortcut: Some("hi".to_owned()),
        body: "Hi {{ contact.name }},\n👋".to_owned(),
        class: Some(MessageClass::Marketing),
        board_id: Some(BoardId::from_uuid(Uuid::now_v7())),
        channel_types: Json(vec![ChannelType::Twilio, ChannelType::Webchat]),
        rev: 3,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(2)),
    };
    let bare = template::Model {
        id: TemplateId::from_uuid(Uuid::now_v7()),
        shortcut: None,
        class: None,
        board_id: None,
        channel_types: Json(Vec::new()),
        created_by: None,
        updated_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}

fn file() -> Attachment {
    Attachment {
        id: AttachmentId::from_uuid(Uuid::now_v7()),
        name: "a.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: 7,
        width: Some(1),
        height: None,
        state: AttachmentState::Scanning,
        reason: None,
    }
}

pub(crate) fn scheduled_message(tenant_id: TenantId) -> Vec<scheduled_message::Model> {
    let full = scheduled_message::Model {
        id: MessageId::from_uuid(Uuid::now_v7()),
        tenant_id,
        conversation_id: ConversationId::from_uuid(Uuid::now_v7()),
        channel_type: ChannelType::Twilio,
        author_kind: AuthorKind::User,
        author_id: Some(Uuid::now_v7()),
        author_name: "Zoë".to_owned(),
        overrides: true,
        body: "bis später 👋".to_owned(),
        attachments: Json(vec![file()]),
        status: MessageStatus::Failed,
        error_code: Some("NOT_OWNER".to_owned()),
        error_message: Some("a person owns this conversation".to_owned()),
        class: Some(MessageClass::Marketing),
        client_id: Some("c-1".to_owned()),
        scheduled_at: at(5),
        if_quiet: IfQuiet::Refuse,
        edited_at: Some(at(2)),
        rev: 3,
        created_at: at(0),
        updated_at: at(3),
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(4)),
    };
    let bare = scheduled_message::Model {
        id: MessageId::from_uuid(Uuid::now_v7()),
        author_kind: AuthorKind::System,
        author_id: None,
        overrides: false,
        if_quiet: IfQuiet::Hold,
        attachments: Json(Vec::new()),
        status: MessageStatus::Scheduled,
        error_code: None,
        error_message: None,
        class: None,
        client_id: None,
        edited_at: None,
        created_by: None,
        updated_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}
