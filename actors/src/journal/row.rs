//! The closed list of what can be written: one line per table.

use entities::{
    BoardId, ContactId, ConversationId, TenantId, Timestamp, address::AddressKind, agent_turn, api_key,
    attachment, audit_entry, board, call, channel, consent, contact, contact_identity, conversation,
    credential, idempotency_key, job, job_attempt, label, lookup::LookupKind, message, outside_identity,
    read_mark, recording, scheduled_message, sealed::BlindIndex, sending, sign_in, sign_in_code, task,
    template, tenant, tenant_key, user, webhook_receipt, word_trigram,
};
use sea_orm::{DatabaseTransaction, DbErr};
use uuid::Uuid;

use super::write::{self, Lost};

/// One row to write.
#[derive(Clone, Debug)]
pub enum Row {
    /// A new row. Where its table has a unique fence and somebody stands there already, the commit is a conflict.
    Insert(Record),
    /// The row as it is to be. Its `rev` is one higher than the one it was read with; if the row moved on since,
    /// the commit is a conflict.
    Update(Record),
    /// A new message whose `seq` is that of the commit's event of this index.
    InsertMessage(message::Model, usize),
    /// The contact was active at this time. Its `rev` stays, an earlier time changes nothing, and no two conflict.
    ContactActive(ContactId, Timestamp),
    /// All words the noun is found by, in the place of those it had. The noun itself is a row of the same commit.
    Lookups(Uuid, Vec<(LookupKind, Vec<u8>)>),
    /// The newest five hundred messages of the conversation below this seq are found on this board, or on none. Their `rev`
    /// stays.
    MessagesMoved(ConversationId, i64, Option<BoardId>),
    /// The trigrams of words that may be new to the tenant. No two conflict.
    Words(Vec<word_trigram::Model>),
}

/// What the rows of one table are told apart by when some of them lose.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Claim {
    Row(Uuid),
    Key(Uuid, String, String),
    Identity(Uuid, AddressKind, BlindIndex),
    Bytes(Uuid, Vec<u8>),
    OpenConversation(Uuid, Uuid, Uuid),
    ReadMark(Uuid, Uuid),
    AgentTurn(Uuid),
}

macro_rules! tables {
    ($($table:ident: $module:ident,)+) => {
        /// A row of one table.
        #[derive(Clone, Debug)]
        pub enum Record {
            $($table($module::Model),)+
        }

        /// A table, in the order in which they are written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Table {
            $($table,)+
        }

        impl Record {
            pub(super) fn table(&self) -> Table {
                match self { $(Self::$table(_) => Table::$table,)+ }
            }
        }

        impl Table {
            /// Inserts `records`, which are all of this table, and names those that met a unique fence.
            pub(super) async fn insert(
                self, db: &DatabaseTransaction, records: Vec<Record>,
            ) -> Result<Lost, DbErr> {
                match self {$(
                    Self::$table => {
                        let models = records.into_iter().filter_map(|record| match record {
                            Record::$table(model) => Some(model),
                            _ => None,
                        });
                        write::insert::<$module::Entity>(db, models.collect()).await
                    }
                )+}
            }

            /// Updates `records`, which are all of this table, and names those whose rev moved on.
            pub(super) async fn update(
                self, db: &DatabaseTransaction, records: Vec<Record>,
            ) -> Result<Lost, DbErr> {
                match self {$(
                    Self::$table => {
                        let models = records.into_iter().filter_map(|record| match record {
                            Record::$table(model) => Some(model),
                            _ => None,
                        });
                        write::update::<$module::Entity>(db, models.collect()).await
                    }
                )+}
            }
        }
    };
}

tables! {
    Tenant: tenant,
    TenantKey: tenant_key,
    User: user,
    SignIn: sign_in,
    SignInCode: sign_in_code,
    ApiKey: api_key,
    Board: board,
    Label: label,
    Template: template,
    OutsideIdentity: outside_identity,
    Channel: channel,
    Credential: credential,
    Contact: contact,
    ContactIdentity: contact_identity,
    Consent: consent,
    Conversation: conversation,
    Message: message,
    ScheduledMessage: scheduled_message,
    Attachment: attachment,
    Task: task,
    Call: call,
    Recording: recording,
    ReadMark: read_mark,
    AgentTurn: agent_turn,
    Sending: sending,
    IdempotencyKey: idempotency_key,
    AuditEntry: audit_entry,
    Job: job,
    JobAttempt: job_attempt,
    WebhookReceipt: webhook_receipt,
}

impl Record {
    /// What at most one commit of a batch may touch: two that want the same are not put into one batch.
    pub(super) fn claims(&self, claims: &mut Vec<Claim>) {
        match self {
            Self::Tenant(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::User(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::SignIn(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::ApiKey(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Board(row) => claims.extend(by_name(row.id.as_uuid(), (row.tenant_id, "board", &row.name))),
            Self::Label(row) => claims.extend(by_name(row.id.as_uuid(), (row.tenant_id, "label", &row.name))),
            Self::Channel(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Credential(row) => {
                claims.extend(by_name(row.id.as_uuid(), (row.tenant_id, "credential", &row.provider)));
            }
            Self::Contact(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Attachment(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Task(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Call(row) => claims.extend(of_call(row)),
            Self::Recording(row) => claims.extend(of_recording(row)),
            Self::Template(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Message(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::ScheduledMessage(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::ContactIdentity(row) => {
                claims.push(of_address(row.tenant_id, row.kind, row.blind_index));
            }
            // Of one address one entry at a time: the next one stands behind it.
            Self::Consent(row) => claims.push(of_address(row.tenant_id, row.kind, row.blind_index)),
            Self::Conversation(row) => {
                claims.push(Claim::Row(row.id.as_uuid()));
                claims.push(Claim::OpenConversation(
                    row.tenant_id.as_uuid(),
                    row.channel_id.as_uuid(),
                    row.contact_id.as_uuid(),
                ));
            }
            Self::IdempotencyKey(row) => claims.push(of_key(row.tenant_id, &row.principal, &row.key)),
            Self::SignInCode(row) => claims.push(of_bytes(row.tenant_id, row.code_hash.as_bytes())),
            Self::OutsideIdentity(row) => claims.push(of_key(row.tenant_id, &row.issuer, &row.subject)),
            Self::TenantKey(row) => {
                claims.push(of_bytes(row.tenant_id, &row.key_id.as_number().to_be_bytes()));
            }
            Self::ReadMark(row) => {
                claims.push(Claim::ReadMark(row.conversation_id.as_uuid(), row.user_id.as_uuid()));
            }
            Self::Sending(row) => claims.push(Claim::Bytes(row.tenant_id.as_uuid(), b"sending".to_vec())),
            Self::AgentTurn(row) => claims.push(Claim::AgentTurn(row.user_id.as_uuid())),
            // Reads of an hour share the id of their entry.
            Self::AuditEntry(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::Job(row) => claims.push(Claim::Row(row.id.as_uuid())),
            Self::WebhookReceipt(row) => claims.extend(of_news(row)),
            // An attempt is written by whoever holds its job.
            Self::JobAttempt(_) => {}
        }
    }
}

fn of_address(tenant: TenantId, kind: AddressKind, index: BlindIndex) -> Claim {
    Claim::Identity(tenant.as_uuid(), kind, index)
}

fn of_key(tenant: TenantId, whose: &str, key: &str) -> Claim {
    Claim::Key(tenant.as_uuid(), whose.to_owned(), key.to_owned())
}

fn of_bytes(tenant: TenantId, bytes: &[u8]) -> Claim {
    Claim::Bytes(tenant.as_uuid(), bytes.to_vec())
}

/// Of a receipt, which no other has of the same news.
fn of_news(row: &webhook_receipt::Model) -> [Claim; 2] {
    let provider = format!("receipt {}", row.provider);
    [Claim::Row(row.id.as_uuid()), Claim::Key(row.tenant_id.as_uuid(), provider, row.dedupe_key.clone())]
}

/// Of a call, which no other is that the provider calls so, and which is the only one its user has taken.
fn of_call(row: &call::Model) -> impl Iterator<Item = Claim> {
    let key = |noun: String, name: String| Claim::Key(row.tenant_id.as_uuid(), noun, name);
    let named = row.external_id.as_ref().map(|name| key(format!("call {}", row.provider), name.clone()));
    let taken = row.taken_by.map(|user| key("taken call".to_owned(), user.to_string()));
    [Claim::Row(row.id.as_uuid())].into_iter().chain(named).chain(taken)
}

/// Of a recording, which no other is that the provider calls so.
fn of_recording(row: &recording::Model) -> [Claim; 2] {
    let provider = format!("recording {}", row.provider);
    [Claim::Row(row.id.as_uuid()), Claim::Key(row.tenant_id.as_uuid(), provider, row.external_id.clone())]
}

/// Of a noun whose name no other of its kind has in the tenant.
fn by_name(id: Uuid, (tenant, noun, name): (TenantId, &str, &str)) -> [Claim; 2] {
    [Claim::Row(id), Claim::Key(tenant.as_uuid(), noun.to_owned(), name.to_owned())]
}
