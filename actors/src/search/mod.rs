//! Search over the messages of a tenant: one door, and behind it the index of each database.
//!
//! Both indexes are divided into stretches of the log, so the newest hits cost the same however many older ones there
//! are. In its stretch a message stands by its words and its board; when its conversation moves, it is taken along. Before that
//! nobody sees what he may not: a hit is shown only after its conversation was looked at. That is bounded by `LOOKED_AT`.

mod hits;
mod moving;
mod postgres;
mod question;
mod rank;
mod snippet;
mod sqlite;
mod stretch;
mod trigrams;
mod vocabulary;
mod words;

use std::collections::HashMap;

use entities::{BoardId, ConversationId, MessageId, TenantId, conversation, message};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;

use crate::{
    conversation::{Conversation, Message},
    store::{Store, StoreError},
};

use hits::Hit;
pub use moving::TakeMessagesAlong;
pub(crate) use moving::{moved, moves};
use question::Question;
pub use sqlite::statement_of_hits as statement_of_hits_in_sqlite;
pub use vocabulary::similar;
pub(crate) use vocabulary::{Vocabulary, taught};
pub use words::{NoWords, Words};

/// Hits one search looks at, seen or not: whoever sees next to nothing gets a short page and a place to go on.
const LOOKED_AT: usize = 5_000;

/// Hits fetched at once, at most.
const BATCH: usize = 250;

/// Of how many of the newest hits the best are found.
const RANKED: usize = 1_000;

/// What is searched for, and in front of whom.
#[derive(Clone, Debug)]
pub struct Search {
    pub words: Words,
    /// The boards the reader is a member of; `None` means all.
    pub visible_boards: Option<Vec<BoardId>>,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub message: Message,
    pub conversation: Conversation,
    /// Of a long message the part with the first word found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
}

/// Messages that have all the words, newest first, below the seq `below`; and the seq to go on below, when there may
/// be more.
///
/// # Errors
/// [`StoreError`].
pub async fn newest(
    store: &Store,
    tenant: TenantId,
    search: Search,
    (below, limit): (Option<i64>, usize),
) -> Result<(Vec<Found>, Option<i64>), StoreError> {
    let found = store.read(tenant, move |db| async move {
        let (seen, next) = seen(&*db, tenant, &search, (below, limit)).await?;
        Ok((shown(&*db, tenant, &search.words, seen).await?, next))
    });
    found.await
}

/// The best among the newest thousand messages that have all the words.
///
/// # Errors
/// [`StoreError`].
pub async fn best(
    store: &Store,
    tenant: TenantId,
    search: Search,
    limit: usize,
) -> Result<Vec<Found>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let (seen, _) = seen(&*db, tenant, &search, (None, RANKED)).await?;
        let found = shown(&*db, tenant, &search.words, seen).await?;
        let bodies: Vec<&str> = found.iter().map(|found| found.message.body.as_str()).collect();
        let order = rank::order(&bodies, &search.words);
        let mut found: Vec<Option<Found>> = found.into_iter().map(Some).collect();
        Ok(order.into_iter().take(limit).filter_map(|index| found[index].take()).collect())
    });
    found.await
}

type Seen = Vec<(Hit, Conversation)>;

/// The newest `limit` hits in conversations the reader sees, and where to go on.
async fn seen<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    search: &Search,
    (below, limit): (Option<i64>, usize),
) -> Result<(Seen, Option<i64>), DbErr> {
    let end = hits::end(db, tenant).await?;
    let mut next = below.map_or(end, |below| below.min(end));
    let (mut seen, mut looked) = (Seen::new(), 0);
    let question = Question::new(&search.words, search.visible_boards.as_deref());
    while looked < LOOKED_AT {
        // Who sees everything needs no more than he asked for.
        let most = if looked == 0 { limit.min(BATCH) } else { BATCH };
        let batch = hits::newest(db, tenant, &question, (next, most)).await?;
        looked += batch.hits.len();
        let conversations = visible(db, tenant, search, &batch.hits).await?;
        for hit in &batch.hits {
            let Some(conversation) = conversations.get(&hit.conversation_id) else { continue };
            seen.push((*hit, conversation.clone()));
            if seen.len() == limit {
                return Ok((seen, Some(hit.seq)));
            }
        }
        match batch.below {
            Some(below) => next = below,
            None => return Ok((seen, None)),
        }
        if batch.hits.len() < most {
            // As far as one search looks.
            break;
        }
    }
    Ok((seen, Some(next)))
}

async fn visible<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    search: &Search,
    hits: &[Hit],
) -> Result<HashMap<ConversationId, Conversation>, DbErr> {
    let mut ids: Vec<ConversationId> = hits.iter().map(|hit| hit.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = conversation::Entity::these(tenant, ids, search.visible_boards.clone()).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, Conversation::from(row))).collect())
}

/// The messages of `seen`, in that order.
async fn shown<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    words: &Words,
    seen: Seen,
) -> Result<Vec<Found>, DbErr> {
    let ids: Vec<MessageId> = seen.iter().map(|(hit, _)| hit.id).collect();
    let rows = message::Entity::these(tenant, ids).all(db).await?;
    let mut messages: HashMap<MessageId, Message> =
        rows.into_iter().map(|row| (row.id, Message::from(row))).collect();
    let found = seen.into_iter().filter_map(|(hit, conversation)| {
        let message = messages.remove(&hit.id)?;
        let snippet = snippet::snippet(&message.body, words);
        Some(Found { message, conversation, snippet })
    });
    Ok(found.collect())
}
