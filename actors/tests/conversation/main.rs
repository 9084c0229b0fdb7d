//! Conversations as callers meet them, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod activity;
mod copies;
mod life;
mod mentions;
mod messages;
mod opening;
mod repeats;
mod scheduling;
mod service_levels;
mod snoozing;

use actors::{
    conversation::{Change, Conversation, ConversationError, Reply, SendMessage, What, store},
    store::{Reader, Store},
    testing::{Node, People},
};
use entities::{
    ConversationId, TenantId, message,
    scope::{Stretch, TenantScope},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

/// A command of the agent.
fn told(people: &People, what: What) -> Change {
    Change::new(people.agent(), what)
}

fn say(people: &People, body: &str) -> Change {
    told(people, What::Send(SendMessage { body: body.to_owned(), ..SendMessage::default() }))
}

async fn change(
    node: &Node,
    people: &People,
    id: ConversationId,
    what: What,
) -> Result<Reply, ConversationError> {
    node.conversations.change(people.tenant, id, told(people, what)).await
}

async fn stored(node: &Node, people: &People, id: ConversationId) -> Conversation {
    store::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap()
}

/// Every message of a conversation in the order of the thread, deleted ones too.
async fn thread(store: &Store, tenant: TenantId, id: ConversationId) -> Vec<message::Model> {
    let find = move |db: Reader| async move {
        let all = message::Entity::of(tenant).filter(message::Column::ConversationId.eq(id));
        all.order_by_asc(message::Column::Seq).all(&*db).await
    };
    store.read(tenant, find).await.unwrap()
}

/// The thread as readers see it.
async fn shown(store: &Store, tenant: TenantId, id: ConversationId) -> Vec<message::Model> {
    let find = move |db: Reader| async move {
        message::Entity::thread(tenant, id, Stretch::Last, 100).all(&*db).await
    };
    store.read(tenant, find).await.unwrap()
}
