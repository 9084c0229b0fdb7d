//! How a tenant begins: itself, its first key, its owner and a web chat, in one commit.

use entities::{
    ChannelId, EventId, Json, Principal, TenantId, Timestamp, UserId, channel,
    channel::ChannelType,
    event::TopicKind,
    tenant, user,
    user::{Role, UserStatus},
};

use crate::{
    channel::Channel,
    event::{Data, Event, EventType, Head},
    journal::{Commit, CommitError, Record, Row},
    ports::Ports,
    store::StoreError,
};

/// What is to be founded.
#[derive(Clone, Debug)]
pub struct Founding {
    pub name: String,
    /// Trimmed and in lower case.
    pub owner_email: String,
    /// Names the web chat in public. Nobody may have drawn it before.
    pub webchat_key: String,
    /// ISO 3166, for national phone numbers.
    pub default_country: Option<String>,
}

/// What was founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founded {
    pub tenant: TenantId,
    pub owner: UserId,
    pub webchat: ChannelId,
}

/// Why nothing was founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    #[error(transparent)]
    Unwritten(#[from] CommitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Founds a tenant. The owner has no password yet: a sign-in link brings him in.
///
/// # Errors
/// [`FoundingError`].
pub async fn found(ports: &Ports, founding: Founding) -> Result<Founded, FoundingError> {
    let now = ports.now();
    let founded = Founded {
        tenant: TenantId::from_uuid(ports.draw()),
        owner: UserId::from_uuid(ports.draw()),
        webchat: ChannelId::from_uuid(ports.draw()),
    };
    let key = ports.store().found(founded.tenant, now)?;
    let webchat = webchat(&founding, founded, now);
    let event = channel_created(ports, &webchat);
    let rows = vec![
        Row::Insert(Record::Tenant(tenant_row(&founding, founded, now))),
        Row::Insert(Record::TenantKey(key)),
        Row::Insert(Record::User(owner(&founding, founded, now))),
        Row::Insert(Record::Channel(webchat)),
    ];
    ports.journal.commit(Commit::new(founded.tenant, now, rows, vec![event])).await?;
    Ok(founded)
}

fn tenant_row(founding: &Founding, founded: Founded, now: Timestamp) -> tenant::Model {
    tenant::Model {
        id: founded.tenant,
        name: founding.name.clone(),
        status: tenant::TenantStatus::Active,
        default_country: founding.default_country.clone(),
        settings: Json(serde_json::Map::new()),
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: None,
    }
}

fn owner(founding: &Founding, founded: Founded, now: Timestamp) -> user::Model {
    let name = founding.owner_email.split('@').next().unwrap_or_default().to_owned();
    user::Model {
        id: founded.owner,
        tenant_id: founded.tenant,
        email: founding.owner_email.clone(),
        name,
        role: Role::Owner,
        boards: None,
        password_hash: None,
        status: UserStatus::Active,
        capacity: None,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: None,
    }
}

fn webchat(founding: &Founding, founded: Founded, now: Timestamp) -> channel::Model {
    channel::Model {
        id: founded.webchat,
        tenant_id: founded.tenant,
        channel_type: ChannelType::Webchat,
        name: "Web chat".to_owned(),
        address: None,
        board_id: None,
        public_key: Some(founding.webchat_key.clone()),
        sealed_secret: None,
        key_id: None,
        settings: Json(serde_json::Map::new()),
        registration: None,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: None,
    }
}

fn channel_created(ports: &Ports, row: &channel::Model) -> Event {
    let head = Head {
        id: EventId::from_uuid(ports.draw()),
        kind: EventType::ChannelCreated,
        topic_kind: TopicKind::Channel,
        topic_id: row.id.as_uuid(),
        contact_id: None,
        conversation_id: None,
        board_id: row.board_id,
        left_board_id: None,
        audience: EventType::ChannelCreated.audience(),
        user_id: None,
        left_user_id: None,
        actor: Principal::System,
        client_id: None,
        at: row.created_at,
    };
    Event { head, data: Data { channel: Some(Channel::from(row.clone())), ..Data::default() } }
}
