//! What the hub shows afterwards, through its public door, page by page.

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::audit::Shown;
use crate::client::Rest;

/// Conversations read at a time.
const AT_ONCE: usize = 4;

#[derive(Deserialize)]
struct Listed {
    id: String,
    contact: Named,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Contact {
    phones: Vec<String>,
}

/// Every conversation of a channel, with whom it is and what came in.
pub(super) async fn conversations(rest: &Rest, channel: &str) -> Result<Vec<Shown>> {
    let first = format!("/api/conversations?limit=200&channel_id={channel}");
    let (mut listed, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = cursor.map_or(first.clone(), |cursor| format!("{first}&cursor={cursor}"));
        let (conversations, next) = rest.list::<Listed>(&page).await?;
        listed.extend(conversations);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    stream::iter(listed).map(|conversation| shown(rest, conversation)).buffered(AT_ONCE).try_collect().await
}

async fn shown(rest: &Rest, conversation: Listed) -> Result<Shown> {
    let contact: Contact = rest.get(&format!("/api/contacts/{}", conversation.contact.id)).await?;
    let messages = rest.messages(&conversation.id).await?;
    Ok(Shown {
        phone: contact.phones.into_iter().next().context("a contact without a number")?,
        bodies: messages.into_iter().map(|message| message.body).collect(),
        id: conversation.id,
    })
}
