//! What the store knows that routing needs.

use entities::{BoardId, TenantId, UserId, board, scope::SoftDeleted, scope::TenantScope, tenant, user};
use sea_orm::QuerySelect;

use crate::{
    conversation,
    store::{Store, StoreError},
};

use super::{
    rules::{Mode, Routing},
    state::Agent,
};

/// The most boards of one tenant that are routed.
const BOARDS: u64 = 1_000;

/// Where conversations are given out, and how: each board that wants it, and what stands on no board.
pub(super) async fn rules(
    store: &Store,
    tenant: TenantId,
) -> Result<Vec<(Option<BoardId>, Routing)>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let home = tenant::Entity::by_id(tenant, tenant).one(&*db).await?;
        let boards = board::Entity::live(tenant).limit(BOARDS).all(&*db).await?;
        let boards = boards.into_iter().map(|board| (Some(board.id), board.settings.0));
        Ok(home.map(|home| (None, home.settings.0)).into_iter().chain(boards).collect::<Vec<_>>())
    });
    let wanted = found.await?.into_iter().filter_map(|(board, settings)| {
        let routing = Routing::of(&settings).ok().flatten()?;
        (routing.mode != Mode::Off).then_some((board, routing))
    });
    Ok(wanted.collect())
}

/// Those of these users who are given work, with what they have in hand and when they were last given one.
pub(super) async fn agents(
    store: &Store,
    tenant: TenantId,
    ids: Vec<UserId>,
) -> Result<Vec<Agent>, StoreError> {
    let wanted = ids.clone();
    let rows = store.read(tenant, move |db| async move {
        user::Entity::live_keyed(tenant, user::Column::Id, wanted).all(&*db).await
    });
    let mut agents: Vec<Agent> = rows.await?.iter().filter_map(Agent::of).collect();
    let turns = conversation::store::turns(store, tenant, ids.clone()).await?;
    let loads = conversation::store::loads(store, tenant, ids).await?;
    for agent in &mut agents {
        agent.turn = turns.iter().find(|turn| turn.user_id == agent.id).map(|turn| turn.at);
        let load = loads.iter().find(|(user, _)| *user == agent.id).map_or(0, |(_, load)| *load);
        agent.in_hand = u64::try_from(load).unwrap_or_default();
    }
    Ok(agents)
}
