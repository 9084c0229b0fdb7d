//! The shapes the frames are made of. Nouns are those of the REST door.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::{
    Ref,
    schema::{AnyOfBuilder, Schema},
};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::rest::attachments::schema::Attachment;
use crate::rest::conversations::schema::{Author, ChannelRef, ContactRef, LastMessage, Sla};
use crate::rest::messages::schema::Message;
use crate::rest::presence::schema::Presence;
use crate::rest::{
    api_keys, boards, calls, channels, consents, contacts, conversations, credentials, jobs, labels,
    recordings, sending, settings, tasks, templates,
};
use crate::ws::frames::Request;

use super::calls::{CallControl, CallOfferKind, ChangedCall, Id, Instant, OfferEnd, WrittenDown};

/// Members of a conversation that are each reader's own: no event carries them, and no answer on the socket.
const READERS_OWN: [&str; 2] = ["unread", "read_message_id"];

/// Every shape by name.
pub(super) fn schemas() -> BTreeMap<String, Value> {
    let mut schemas = BTreeMap::new();
    for (name, schema) in Request::shapes() {
        schemas.insert(name, json!(schema));
    }
    let mut all = Vec::new();
    Everything::schemas(&mut all);
    schemas.extend(all.into_iter().map(|(name, schema)| (name, json!(schema))));
    let shared = shared_by_readers(json!(conversations::schema::Conversation::schema()));
    schemas.insert("SharedConversation".to_owned(), shared);
    schemas
}

fn shared_conversation() -> Ref {
    Ref::from_schema_name("SharedConversation")
}

/// As agents see it, or as the visitor does.
fn any_message() -> Schema {
    let shapes = ["Message", "VisitorMessage"].into_iter().map(Ref::from_schema_name);
    shapes.fold(AnyOfBuilder::new(), AnyOfBuilder::item).build().into()
}

fn shared_by_readers(mut conversation: Value) -> Value {
    if let Some(properties) = conversation["properties"].as_object_mut() {
        properties.retain(|name, _| !READERS_OWN.contains(&name.as_str()));
    }
    if let Some(required) = conversation["required"].as_array_mut() {
        required.retain(|name| !READERS_OWN.iter().any(|own| name == own));
    }
    conversation
}

/// So that one look finds them all.
#[derive(ToSchema)]
struct Everything {
    event: Event,
    read: ReadMark,
    welcome: Welcome,
    heartbeat: Heartbeat,
    expiring: Expiring,
    refusal: Refusal,
    authenticated: Authenticated,
    subscribed: Subscribed,
    history: History,
    pong: Pong,
    done: Done,
    sent: SentMessage,
    started: StartedConversation,
    changed: ChangedConversation,
    horizon: ReadHorizon,
    brief: BriefConversation,
    active: BriefContact,
    moved: MovedConversation,
    moved_template: MovedTemplate,
    visitors_conversation: VisitorConversation,
    visitors_message: VisitorMessage,
    contact: contacts::schema::Contact,
    consent: consents::schema::Consent,
    block: BlockReason,
    call: calls::schema::Call,
    changed_call: ChangedCall,
    offer_kind: CallOfferKind,
    offer_end: OfferEnd,
    call_control: CallControl,
    recording: recordings::schema::Recording,
    written_down: WrittenDown,
    instant: Instant,
    id: Id,
    label: labels::schema::Label,
    template: templates::schema::Template,
    channel: channels::schema::Channel,
    channel_ref: ChannelRef,
    contact_ref: ContactRef,
    board: boards::schema::Board,
    key: api_keys::schema::ApiKey,
    credential: credentials::schema::Credential,
    job: jobs::schema::Job,
    settings: settings::schema::Settings,
    task: tasks::schema::Task,
    sending: sending::schema::Sending,
    presence: Presence,
    typing: TypingSignal,
    viewing: ViewingSignal,
    contact_presence: ContactPresence,
    users: PresenceSnapshot,
    conversation: ConversationSnapshot,
    visitor: VisitorSnapshot,
}

/// A durable change. `data` holds the whole noun after it, under its name.
#[derive(ToSchema)]
struct Event {
    /// Its place in the log, and a cursor.
    seq: i64,
    /// The noun it is about.
    topic: String,
    r#type: String,
    #[schema(format = DateTime)]
    at: String,
    actor: Actor,
    /// The one its request came with.
    #[schema(nullable = false)]
    client_id: Option<String>,
    #[schema(value_type = Object)]
    data: (),
}

/// Who did it. Visitors are told no `id`.
#[derive(ToSchema)]
struct Actor {
    /// `user`, `contact`, `key`, `flow` or `system`.
    kind: String,
    #[schema(required = true)]
    id: Option<Uuid>,
}

/// How far a user has read.
#[derive(ToSchema)]
struct ReadMark {
    conversation_id: Uuid,
    read_message_id: Uuid,
    unread: i64,
}

/// The first frame: who the session is, and where the log stands.
#[derive(ToSchema)]
struct Welcome {
    session_id: Uuid,
    tenant_id: Uuid,
    /// Of a user.
    #[schema(nullable = false)]
    user_id: Option<Uuid>,
    /// Of a visitor.
    #[schema(nullable = false)]
    contact_id: Option<Uuid>,
    /// Of a visitor.
    #[schema(nullable = false)]
    conversation_id: Option<Uuid>,
    /// Of a key.
    #[schema(nullable = false)]
    key_id: Option<Uuid>,
    #[schema(required = true)]
    role: Option<String>,
    #[schema(required = true)]
    boards: Option<Vec<Uuid>>,
    /// The head of the log; not a cursor.
    seq: i64,
    epoch: String,
    heartbeat_s: u64,
    #[schema(required = true)]
    expires_at: Option<String>,
    node: String,
}

/// Nothing else was sent for a while. `seq` is a cursor.
#[derive(ToSchema)]
struct Heartbeat {
    seq: i64,
    #[schema(format = DateTime)]
    at: String,
}

/// The token ends in a minute.
#[derive(ToSchema)]
struct Expiring {
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Why a request was not carried out.
#[derive(ToSchema)]
struct Refusal {
    /// The number of JSON-RPC.
    code: i64,
    /// For a person.
    message: String,
    data: RefusalData,
}

/// For a program.
#[derive(ToSchema)]
struct RefusalData {
    /// `INVALID`, `NOT_FOUND`, …
    code: String,
    /// The same request may succeed when it is sent again.
    retryable: bool,
    #[schema(value_type = Object)]
    details: (),
}

#[derive(ToSchema)]
struct Authenticated {
    #[schema(required = true)]
    expires_at: Option<String>,
}

/// Everything of the topics up to `seq` was sent before.
#[derive(ToSchema)]
struct Subscribed {
    seq: i64,
    /// There exactly when `since` was.
    #[schema(nullable = false)]
    recovered: Option<bool>,
    replayed: u64,
}

#[derive(ToSchema)]
struct History {
    /// Ascending.
    events: Vec<Event>,
    more: bool,
    oldest_seq: i64,
}

/// `seq` is a cursor.
#[derive(ToSchema)]
struct Pong {
    seq: i64,
    #[schema(format = DateTime)]
    at: String,
}

#[derive(ToSchema)]
struct Done {}

#[derive(ToSchema)]
struct SentMessage {
    #[schema(schema_with = any_message)]
    message: (),
    seq: i64,
}

#[derive(ToSchema)]
struct StartedConversation {
    #[schema(schema_with = shared_conversation)]
    conversation: (),
    #[schema(required = true)]
    message: Option<Message>,
    seq: i64,
}

#[derive(ToSchema)]
struct ChangedConversation {
    #[schema(schema_with = shared_conversation)]
    conversation: (),
    seq: i64,
}

#[derive(ToSchema)]
struct ReadHorizon {
    unread: i64,
    seq: i64,
}

/// What a list needs to re-order without a fetch.
#[derive(ToSchema)]
struct BriefConversation {
    id: Uuid,
    rev: i64,
    #[schema(format = DateTime)]
    activity_at: String,
    #[schema(required = true)]
    next_scheduled_at: Option<String>,
    status: String,
    owner: String,
    #[schema(required = true)]
    assignee_id: Option<Uuid>,
    #[schema(required = true)]
    last_message: Option<LastMessage>,
    #[schema(nullable = false)]
    reached_at: Option<String>,
    inbound_count: i64,
    #[schema(required = true)]
    queued_at: Option<String>,
    #[schema(required = true)]
    first_answer_at: Option<String>,
    #[schema(required = true)]
    sla: Option<Sla>,
}

/// For lists of contacts. Being active is no change of the contact: it has no `rev`.
#[derive(ToSchema)]
struct BriefContact {
    id: Uuid,
    #[schema(format = DateTime)]
    activity_at: String,
}

/// Why a message was not sent: `OPTED_OUT`.
#[derive(ToSchema)]
struct BlockReason(String);

/// Who loses sight of a conversation is told its id alone.
#[derive(ToSchema)]
struct MovedConversation {
    id: Uuid,
}

/// Who loses sight of a template is told its id alone.
#[derive(ToSchema)]
struct MovedTemplate {
    id: Uuid,
}

/// A visitor's own conversation.
#[derive(ToSchema)]
struct VisitorConversation {
    id: Uuid,
    status: String,
    #[schema(required = true)]
    last_message: Option<VisitorLastMessage>,
    #[schema(format = DateTime, nullable = false)]
    created_at: Option<String>,
    rev: i64,
}

#[derive(ToSchema)]
struct VisitorLastMessage {
    id: Uuid,
    body: String,
    author: VisitorAuthor,
    #[schema(format = DateTime)]
    created_at: String,
}

/// Who wrote, without an id.
#[derive(ToSchema)]
struct VisitorAuthor {
    kind: String,
    name: String,
}

/// A message as its visitor sees it.
#[derive(ToSchema)]
struct VisitorMessage {
    id: Uuid,
    conversation_id: Uuid,
    direction: String,
    author: VisitorAuthor,
    body: String,
    attachments: Vec<Attachment>,
    status: String,
    channel_type: String,
    #[schema(nullable = false)]
    client_id: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime, nullable = false)]
    edited_at: Option<String>,
    seq: i64,
    rev: i64,
}

/// Who types; for visitors without `id`.
#[derive(ToSchema)]
struct TypingSignal {
    author: TypingAuthor,
}

#[derive(ToSchema)]
struct TypingAuthor {
    kind: String,
    #[schema(nullable = false)]
    id: Option<Uuid>,
    name: String,
}

/// All who have it open now.
#[derive(ToSchema)]
struct ViewingSignal {
    viewing: Vec<Watcher>,
}

#[derive(ToSchema)]
struct Watcher {
    user_id: Uuid,
    name: String,
}

/// Whether the visitor is here.
#[derive(ToSchema)]
struct ContactPresence {
    contact_id: Uuid,
    online: bool,
    #[schema(format = DateTime)]
    since: String,
}

/// Those who are here.
#[derive(ToSchema)]
struct PresenceSnapshot {
    users: Vec<Presence>,
    more: bool,
    /// Some may be missing, and some may be gone. Absent when it is not so.
    #[schema(nullable = false)]
    uncertain: Option<bool>,
}

/// Who is at a conversation.
#[derive(ToSchema)]
struct ConversationSnapshot {
    contact_online: bool,
    viewing: Vec<Watcher>,
    typing: Vec<Author>,
    /// Some may be missing, and some may be gone. Absent when it is not so.
    #[schema(nullable = false)]
    uncertain: Option<bool>,
}

/// What a visitor is shown of it.
#[derive(ToSchema)]
struct VisitorSnapshot {
    typing: Vec<TypingAuthor>,
}
