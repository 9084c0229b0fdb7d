//! Rows to test with: of most tables one with everything in it and one with as little as it may have.

use entities::address::AddressKind;
use entities::channel::ChannelType;
use entities::conversation::{ConversationStatus, Owner, Priority};
use entities::event::{Audience, TopicKind};
use entities::message::{Attachment, AttachmentState, AuthorKind, Direction, MessageClass, MessageStatus};
use entities::sealed::{DataKeyId, DataKeys, MasterKey, Sealed};
use entities::sign_in_code::CodePurpose;
use entities::tenant::TenantStatus;
use entities::user::{Role, UserStatus};
use entities::*;
use serde_json::json;
use uuid::Uuid;

pub(crate) use crate::address_samples::{consent, contact_identity};
pub(crate) use crate::call_samples::{call, recording};
pub(crate) use crate::file_samples::attachment;
pub(crate) use crate::job_samples::{job, job_attempt};
pub(crate) use crate::receipt_samples::webhook_receipt;
pub(crate) use crate::work_samples::{
    agent_turn, credential, label, last_message, lookup, read_mark, scheduled_message, sending, sla, task,
    template, word_trigram,
};

macro_rules! id {
    ($id:ident) => {
        $id::from_uuid(Uuid::now_v7())
    };
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

fn object() -> JsonObject {
    let json = json!({"b": [1, null, "ü\"\\\u{0}"], "a": {"nested": 1.5}});
    serde_json::from_value(json).unwrap()
}

fn sealed() -> Sealed {
    Sealed::from_bytes(vec![0, 255, 7])
}

/// The keys of a tenant that has just begun.
pub(crate) fn keys(tenant: TenantId) -> (tenant_key::Model, DataKeys) {
    let master = MasterKey::generate().unwrap();
    let wrapped_key = master.new_data_key(tenant, DataKeyId::FIRST).unwrap();
    let row = tenant_key::Model {
        tenant_id: tenant,
        key_id: DataKeyId::FIRST,
        wrapped_key,
        created_at: at(0),
        retired_at: Some(at(1)),
    };
    let in_use = tenant_key::Model { retired_at: None, ..row.clone() };
    let keys = DataKeys::unwrap_all(&master, tenant, &[in_use]).unwrap();
    (row, keys)
}

pub(crate) fn tenant() -> tenant::Model {
    tenant::Model {
        id: id!(TenantId),
        name: "Ann & Söhne".to_owned(),
        status: TenantStatus::Active,
        default_country: Some("DE".to_owned()),
        settings: object(),
        rev: 1,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::System),
        updated_by: Some(Principal::Key(id!(KeyId))),
        deleted_at: None,
    }
}

pub(crate) fn log(tenant_id: TenantId) -> Vec<log::Model> {
    vec![log::Model { tenant_id, last_seq: i64::MAX, trimmed_seq: 0, incarnation: id!(LogIncarnation) }]
}

pub(crate) fn tenant_key(tenant_id: TenantId) -> Vec<tenant_key::Model> {
    vec![keys(tenant_id).0]
}

pub(crate) fn user(tenant_id: TenantId) -> Vec<user::Model> {
    let full = user::Model {
        id: id!(UserId),
        tenant_id,
        email: "ann@example.com".to_owned(),
        name: "Ann".to_owned(),
        role: Role::Manager,
        boards: Some(Json(vec![id!(BoardId), id!(BoardId)])),
        password_hash: Some("$argon2id$".to_owned()),
        status: UserStatus::Active,
        capacity: Some(4),
        rev: 3,
        created_at: at(0),
        updated_at: at(2),
        created_by: Some(Principal::User(id!(UserId))),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(3)),
    };
    let bare = user::Model {
        id: id!(UserId),
        boards: None,
        capacity: None,
        password_hash: None,
        created_by: None,
        updated_by: None,
        deleted_at: None,
        status: UserStatus::Invited,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn sign_in(tenant_id: TenantId) -> Vec<sign_in::Model> {
    let full = sign_in::Model {
        id: id!(SignInId),
        tenant_id,
        user_id: id!(UserId),
        generation: 4,
        rotated_at: at(1),
        expires_at: at(9),
        revoked_at: Some(at(2)),
        created_at: at(0),
        rev: 5,
    };
    let bare = sign_in::Model { id: id!(SignInId), revoked_at: None, ..full.clone() };
    vec![full, bare]
}

pub(crate) fn sign_in_code(tenant_id: TenantId) -> Vec<sign_in_code::Model> {
    let full = sign_in_code::Model {
        code_hash: Digest::of(Uuid::now_v7().as_bytes()),
        tenant_id,
        user_id: id!(UserId),
        purpose: CodePurpose::Invitation,
        created_at: at(0),
        expires_at: at(9),
        used_at: Some(at(1)),
        rev: 2,
    };
    let bare = sign_in_code::Model { code_hash: Digest::of(b"bare"), used_at: None, ..full.clone() };
    vec![full, bare]
}

pub(crate) fn api_key(tenant_id: TenantId) -> Vec<api_key::Model> {
    let full = api_key::Model {
        id: id!(KeyId),
        tenant_id,
        name: "Shop".to_owned(),
        secret_hash: Digest::of(b"full"),
        scopes: Json(api_key::Scope::ALL.to_vec()),
        board_id: Some(id!(BoardId)),
        last_used_at: Some(at(2)),
        rev: 1,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::System),
        updated_by: None,
        deleted_at: Some(at(3)),
    };
    let bare = api_key::Model {
        id: id!(KeyId),
        secret_hash: Digest::of(b"bare"),
        scopes: Json(Vec::new()),
        board_id: None,
        last_used_at: None,
        created_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn board(tenant_id: TenantId) -> Vec<board::Model> {
    let full = board::Model {
        id: id!(BoardId),
        tenant_id,
        name: "Sales".to_owned(),
        settings: object(),
        rev: 1,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::System),
        updated_by: None,
        deleted_at: None,
    };
    let gone = board::Model {
        id: id!(BoardId),
        settings: JsonObject::default(),
        created_by: None,
        deleted_at: Some(at(1)),
        ..full.clone()
    };
    vec![full, gone]
}

pub(crate) fn channel(tenant_id: TenantId) -> Vec<channel::Model> {
    let full = channel::Model {
        id: id!(ChannelId),
        tenant_id,
        channel_type: ChannelType::Twilio,
        name: "Sales".to_owned(),
        address: Some("+14155552671".to_owned()),
        board_id: Some(id!(BoardId)),
        public_key: Some(Uuid::now_v7().to_string()),
        sealed_secret: Some(sealed()),
        key_id: Some(DataKeyId::FIRST),
        settings: object(),
        registration: Some(Json(channel::Registration {
            kind: channel::RegistrationKind::TollFree,
            status: channel::RegistrationStatus::Rejected,
            provider_status: Some("TWILIO_REJECTED".to_owned()),
            reason: Some("no opt-in".to_owned()),
            hint: None,
            // In JSON there are milliseconds.
            since: at(0),
        })),
        rev: 1,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::System),
        updated_by: None,
        deleted_at: None,
    };
    let bare = channel::Model {
        id: id!(ChannelId),
        channel_type: ChannelType::Webchat,
        address: None,
        board_id: None,
        public_key: None,
        sealed_secret: None,
        key_id: None,
        settings: JsonObject::default(),
        registration: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn contact(tenant_id: TenantId) -> Vec<contact::Model> {
    let full = contact::Model {
        id: id!(ContactId),
        tenant_id,
        name: "Bob".to_owned(),
        temperature: Some(contact::Temperature::Hot),
        stage: Some("booked".to_owned()),
        lead_score: Some(70),
        time_zone: Some("Europe/Berlin".to_owned()),
        locale: Some("de-DE".to_owned()),
        tags: Json(vec!["vip".to_owned()]),
        attributes: object(),
        blocked: true,
        merged_into: Some(id!(ContactId)),
        activity_at: at(5),
        rev: 1,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::Contact(id!(ContactId))),
        updated_by: None,
        deleted_at: None,
    };
    let bare = contact::Model {
        id: id!(ContactId),
        temperature: None,
        stage: None,
        lead_score: None,
        time_zone: None,
        locale: None,
        tags: Json::default(),
        blocked: false,
        merged_into: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn conversation(tenant_id: TenantId) -> Vec<conversation::Model> {
    let full = full_conversation(tenant_id);
    let bare = conversation::Model {
        id: id!(ConversationId),
        channel_id: id!(ChannelId),
        board_id: None,
        status: ConversationStatus::Open,
        assignee_id: None,
        labels: Json::default(),
        participants: Json::default(),
        last_message: None,
        next_scheduled_at: None,
        snoozed_until: None,
        queued_at: None,
        first_answer_at: None,
        met_as: None,
        reached_at: None,
        sla: None,
        sla_breached: false,
        ..full.clone()
    };
    vec![full, bare]
}

fn full_conversation(tenant_id: TenantId) -> conversation::Model {
    conversation::Model {
        id: id!(ConversationId),
        tenant_id,
        channel_id: id!(ChannelId),
        channel_type: ChannelType::Whatsapp,
        contact_id: id!(ContactId),
        contact_name: "Bob".to_owned(),
        board_id: Some(id!(BoardId)),
        status: ConversationStatus::Snoozed,
        owner: Owner::Human,
        assignee_id: Some(id!(UserId)),
        priority: Priority::Urgent,
        labels: Json(vec!["vip".to_owned()]),
        participants: Json(vec![id!(UserId)]),
        last_message: Some(Json(last_message())),
        activity_at: at(5),
        next_scheduled_at: Some(at(6)),
        snoozed_until: Some(at(7)),
        inbound_count: 3,
        queued_at: Some(at(8)),
        first_answer_at: Some(at(9)),
        met_as: Some(id!(ContactId)),
        reached_at: Some(keys(tenant_id).1.blind_index(AddressKind::Phone, b"+14155552671")),
        sla: Some(Json(sla())),
        sla_breached: true,
        rev: 2,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::Flow(Uuid::now_v7())),
        updated_by: None,
        deleted_at: None,
    }
}

pub(crate) fn message(tenant_id: TenantId) -> Vec<message::Model> {
    let full = full_message(tenant_id);
    let bare = message::Model {
        id: id!(MessageId),
        conversation_id: id!(ConversationId),
        board_id: None,
        author_id: None,
        private: false,
        external_id: None,
        sent_at: None,
        error_code: None,
        error_message: None,
        class: None,
        client_id: None,
        attachments: Json::default(),
        mentions: Json::default(),
        scheduled_at: None,
        edited_at: None,
        deleted_at: None,
        automatic: false,
        ..full.clone()
    };
    vec![full, bare]
}

fn full_message(tenant_id: TenantId) -> message::Model {
    let attachment = Attachment {
        id: id!(AttachmentId),
        name: "a.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: 26_214_400,
        width: Some(640),
        height: None,
        state: AttachmentState::Ready,
        reason: None,
    };
    message::Model {
        id: id!(MessageId),
        tenant_id,
        conversation_id: id!(ConversationId),
        contact_id: id!(ContactId),
        board_id: Some(id!(BoardId)),
        channel_type: ChannelType::Webchat,
        seq: 7,
        direction: Direction::Outbound,
        author_kind: AuthorKind::User,
        author_id: Some(Uuid::now_v7()),
        author_name: "Ann".to_owned(),
        body: "line\nline 👋".to_owned(),
        terms: "line".to_owned(),
        private: true,
        status: MessageStatus::Failed,
        error_code: Some("30007".to_owned()),
        error_message: Some("filtered".to_owned()),
        class: Some(MessageClass::Marketing),
        client_id: Some("c-1".to_owned()),
        attachments: Json(vec![attachment]),
        mentions: Json(vec![id!(UserId)]),
        scheduled_at: Some(at(3)),
        edited_at: Some(at(4)),
        automatic: true,
        inbound_count: 3,
        external_id: Some("SM00000000000000000000000000000001".to_owned()),
        sent_at: Some(at(2)),
        rev: 2,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::User(id!(UserId))),
        updated_by: None,
        deleted_at: Some(at(9)),
    }
}

pub(crate) fn event(tenant_id: TenantId) -> Vec<event::Model> {
    let full = event::Model {
        tenant_id,
        seq: 1,
        id: id!(EventId),
        event_type: "message.created".to_owned(),
        topic_kind: TopicKind::Conversation,
        topic_id: Uuid::now_v7(),
        contact_id: Some(id!(ContactId)),
        conversation_id: Some(id!(ConversationId)),
        board_id: Some(id!(BoardId)),
        left_board_id: Some(id!(BoardId)),
        audience: Audience::User,
        user_id: Some(id!(UserId)),
        left_user_id: Some(id!(UserId)),
        actor_kind: AuthorKind::Key,
        actor_id: Some(Uuid::now_v7()),
        client_id: Some("c-1".to_owned()),
        at: at(0),
        key_id: DataKeyId::FIRST,
        data: sealed(),
    };
    let bare = event::Model {
        seq: 2,
        contact_id: None,
        conversation_id: None,
        board_id: None,
        left_board_id: None,
        audience: Audience::Everyone,
        user_id: None,
        left_user_id: None,
        actor_kind: AuthorKind::System,
        actor_id: None,
        client_id: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn idempotency_key(tenant_id: TenantId) -> Vec<idempotency_key::Model> {
    let full = idempotency_key::Model {
        tenant_id,
        principal: Principal::User(id!(UserId)).to_string(),
        key: "k".to_owned(),
        request_hash: Digest::of(b"request"),
        answer: sealed(),
        key_id: DataKeyId::FIRST,
        seq: Some(8),
        contact_id: Some(id!(ContactId)),
        created_at: at(0),
        expires_at: Some(at(1)),
    };
    let bare = idempotency_key::Model {
        key: "K".to_owned(),
        seq: None,
        contact_id: None,
        expires_at: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn audit_entry(tenant_id: TenantId) -> Vec<audit_entry::Model> {
    let full = audit_entry::Model {
        id: id!(AuditId),
        tenant_id,
        at: at(0),
        actor_kind: AuthorKind::User,
        actor_id: Some(Uuid::now_v7()),
        action: "conversation.read".to_owned(),
        target_kind: "conversation".to_owned(),
        target_id: Some(Uuid::now_v7()),
        contact_id: Some(id!(ContactId)),
        ip: Some("::1".to_owned()),
        request_id: Some("r-1".to_owned()),
        details: object(),
    };
    let bare = audit_entry::Model {
        id: id!(AuditId),
        actor_id: None,
        target_id: None,
        contact_id: None,
        ip: None,
        request_id: None,
        ..full.clone()
    };
    vec![full, bare]
}
