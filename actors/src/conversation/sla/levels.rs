//! What each board has set itself, kept for a moment: every change of a conversation asks.

use std::{collections::HashMap, time::Duration};

use entities::{
    BoardId, TenantId, Timestamp, board,
    scope::{SoftDeleted, TenantScope},
    tenant,
};
use parking_lot::Mutex;

use crate::store::{Store, StoreError};

use super::Limits;

/// Settings that changed are heeded by clocks that begin this much later, or before.
const KEPT_FOR: Duration = Duration::from_secs(10);
/// Boards whose limits are kept; beyond that all are forgotten and fetched again when needed.
const KEPT: usize = 10_000;

type Place = (TenantId, Option<BoardId>);

/// The limits of the boards of this node's conversations.
#[derive(Debug, Default)]
pub(in crate::conversation) struct Levels {
    known: Mutex<HashMap<Place, (Limits, Timestamp)>>,
}

impl Levels {
    /// The limits on a board, or on none: its own, or else the tenant's.
    pub(in crate::conversation) async fn on(
        &self,
        store: &Store,
        place: Place,
        now: Timestamp,
    ) -> Result<Limits, StoreError> {
        if let Some((limits, read_at)) = self.known.lock().get(&place)
            && now.since(*read_at) < KEPT_FOR
        {
            return Ok(*limits);
        }
        let limits = read(store, place).await?;
        let mut known = self.known.lock();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(place, (limits, now));
        Ok(limits)
    }
}

async fn read(store: &Store, (tenant, board): Place) -> Result<Limits, StoreError> {
    let settings = store.read(tenant, move |db| async move {
        let board = match board {
            Some(id) => board::Entity::live_by_id(tenant, id).one(&*db).await?,
            None => None,
        };
        let home = tenant::Entity::by_id(tenant, tenant).one(&*db).await?;
        Ok([board.map(|board| board.settings.0), home.map(|home| home.settings.0)])
    });
    let limits =
        settings.await?.into_iter().flatten().find_map(|settings| Limits::of(&settings).ok().flatten());
    Ok(limits.unwrap_or_default())
}
