//! Before a session hears anything: do the topics exist, may it see them, and from where does it go on?

use actors::{audit::Read, board, call, conversation, event::log, topic::Topic, view::Viewer};
use entities::{ContactId, api_key::Scope, contact, scope::SoftDeleted};

use crate::{
    auth::{Identity, scope},
    epoch::epoch,
    error::{ApiError, Code},
    hub::Hub,
    ws::frames::params::Subscribe,
};

/// How a first `subscribe` begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ws) struct Plan {
    pub(in crate::ws) topics: Vec<Topic>,
    /// The session has seen everything up to here, or is to see what follows.
    pub(in crate::ws) cursor: i64,
    /// There exactly when `since` was asked for; true: what follows the cursor is to be read from the log.
    pub(in crate::ws) recovered: Option<bool>,
}

/// The topics a request names. That he hears them is recorded.
///
/// # Errors
/// NOT_FOUND when one does not exist or may not be seen: all or nothing.
pub(in crate::ws) async fn may_see_topics(
    hub: &Hub,
    identity: &Identity,
    names: &[String],
) -> Result<Vec<Topic>, ApiError> {
    scope::check(&identity.viewer, Scope::EventsRead)?;
    let mut topics = Vec::new();
    for name in names {
        let topic: Topic = name.parse().map_err(|_| no_topic(name))?;
        if topics.contains(&topic) {
            continue;
        }
        if !identity.viewer.may_ask_for(&topic) || !exists(hub, identity, &topic).await? {
            return Err(no_topic(name));
        }
        topics.push(topic);
    }
    let reads: Vec<Read> = topics.iter().filter_map(Read::of).collect();
    hub.note_reads(identity, &reads).await?;
    Ok(topics)
}

fn no_topic(name: &str) -> ApiError {
    ApiError::new(Code::NotFound, "There is no such topic")
        .with("topic", name.chars().take(80).collect::<String>())
}

async fn exists(hub: &Hub, identity: &Identity, topic: &Topic) -> Result<bool, ApiError> {
    let (store, tenant) = (hub.ports.store(), identity.tenant);
    match topic {
        Topic::Conversation(id) => {
            let found = conversation::store::get(store, tenant, *id).await?;
            Ok(found.is_some_and(|conversation| identity.viewer.sight().sees(&conversation)))
        }
        Topic::Contact(id) => contact_exists(hub, identity, *id).await,
        Topic::Inbox | Topic::Calls | Topic::Presence | Topic::Console | Topic::User(_) => Ok(true),
        Topic::Board(id) => Ok(board::store::are_there(store, tenant, &[*id]).await?),
        Topic::Call(id) => {
            let found = call::store::get(store, tenant, *id).await?;
            Ok(found.is_some_and(|call| identity.viewer.sees_board(call.board_id)))
        }
    }
}

async fn contact_exists(hub: &Hub, identity: &Identity, id: ContactId) -> Result<bool, ApiError> {
    let tenant = identity.tenant;
    let found = hub
        .ports
        .store()
        .read(tenant, move |db| async move { contact::Entity::live_by_id(tenant, id).one(&*db).await });
    Ok(found.await?.is_some())
}

/// Where the first `subscribe` of a session begins. A user's own topic comes with it.
///
/// # Errors
/// As [`may_see_topics`].
pub(in crate::ws) async fn plan(hub: &Hub, identity: &Identity, asked: &Subscribe) -> Result<Plan, ApiError> {
    let mut topics = may_see_topics(hub, identity, &asked.topics).await?;
    if let Viewer::User { id, .. } = &identity.viewer {
        topics.push(Topic::User(*id));
    }
    let extent = log::extent(hub.ports.store(), identity.tenant).await?;
    let extent = extent.ok_or_else(|| ApiError::from(Code::NotFound))?;
    let Some(since) = asked.since else {
        return Ok(Plan { topics, cursor: extent.last_seq, recovered: None });
    };
    let here = epoch(extent.incarnation, &identity.viewer);
    let limit = i64::try_from(hub.settings.realtime.replay_limit).unwrap_or(i64::MAX);
    let known = asked.epoch.as_deref() == Some(here.as_str());
    let within = since >= extent.trimmed_seq && since <= extent.last_seq && extent.last_seq - since <= limit;
    let recovered = known && within;
    Ok(Plan { topics, cursor: if recovered { since } else { extent.last_seq }, recovered: Some(recovered) })
}
