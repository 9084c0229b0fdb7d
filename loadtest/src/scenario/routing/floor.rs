//! The place where it happens: a board that gives out what comes in, and agents who are here.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::super::people;
use super::super::target::Target;
use crate::client::{Connection, Endpoint, Events, Incoming};

pub(super) struct Floor {
    pub(super) agents: Vec<String>,
    /// Their sessions: who has none is given nothing.
    present: JoinSet<Result<()>>,
    /// The owner's, which hears everything of the board and puts an end to conversations.
    pub(super) desk: Connection,
    pub(super) events: Events,
}

impl Floor {
    /// A new board of `mode`, where the web chat's conversations begin from now on, with agents of its own.
    pub(super) async fn open(target: &Target, mode: &str, (agents, capacity): (usize, u64)) -> Result<Self> {
        let rest = target.rest()?;
        let settings = json!({ "routing": { "mode": mode, "capacity": capacity } });
        let board: Value = rest
            .post("/api/boards", &json!({ "name": format!("Desk {mode}"), "settings": settings }))
            .await?;
        let board = text(&board, "id")?;
        let (channels, _) = rest.list::<Value>("/api/channels").await?;
        let channel = text(channels.first().context("there is no channel")?, "id")?;
        let _: Value = rest.patch(&format!("/api/channels/{channel}"), &json!({ "board_id": board })).await?;
        let (mut ids, mut present) = (Vec::new(), JoinSet::new());
        for number in 0..agents {
            let (id, token) = people::user(
                target,
                &format!("{mode}-{number}"),
                json!({ "role": "agent", "boards": [board] }),
            )
            .await?;
            present.spawn(stay(enter(&target.endpoint().with_token(&token), &[]).await?));
            ids.push(id);
        }
        let (desk, events) = enter(&target.endpoint(), &[format!("board:{board}")]).await?;
        Ok(Self { agents: ids, present, desk, events })
    }

    /// # Errors
    /// When an agent is gone, who is given nothing from then on.
    pub(super) fn all_are_here(&mut self) -> Result<()> {
        match self.present.try_join_next() {
            Some(gone) => gone.context("an agent panicked")?.context("an agent is gone"),
            None => Ok(()),
        }
    }
}

async fn enter(endpoint: &Endpoint, topics: &[String]) -> Result<(Connection, Events)> {
    let (connection, events) = Connection::open(endpoint, None).await?;
    connection.subscribe(topics, None).await?;
    Ok((connection, events))
}

/// Hears what he is told, as a page does that stays open. A session nobody reads from is closed.
async fn stay((_connection, mut events): (Connection, Events)) -> Result<()> {
    loop {
        match events.next().await {
            Some(Incoming::Closed(ending)) => bail!("his connection ended: {ending:?}"),
            Some(_) => {}
            None => bail!("his connection is lost"),
        }
    }
}

fn text(value: &Value, member: &str) -> Result<String> {
    Ok(value[member].as_str().with_context(|| format!("an answer without {member}"))?.to_owned())
}
