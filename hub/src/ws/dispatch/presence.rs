//! `presence.set`, and the notifications about typing.

use actors::{
    conversation::store,
    tenant::{SessionKey, Typist},
    view::Viewer,
};
use entities::{ConversationId, message::Author};

use super::{Answer, Asked, answer};
use crate::{
    error::Code,
    ws::frames::{Done, params},
};

/// A visitor is there or not; only a user says more of himself.
pub(super) fn set(asked: &Asked<'_>, params: &params::SetPresence) -> Answer {
    let (hub, identity) = (asked.hub, asked.identity);
    let Viewer::User { id, .. } = &identity.viewer else { return Err(Code::Forbidden.into()) };
    let told = hub.tenants.set_availability(identity.tenant, *id, params.availability);
    told.map_err(|_| Code::Unavailable)?;
    answer(&Done {})
}

/// Tells who types. Only where the typist could also send.
pub(super) async fn typing(
    asked: &Asked<'_>,
    session: SessionKey,
    conversation: ConversationId,
    typing: bool,
) -> Answer {
    asked.only_speakers()?;
    asked.only_own(conversation)?;
    let (identity, hub) = (asked.identity, asked.hub);
    let found = store::get(hub.ports.store(), identity.tenant, conversation).await?;
    if !found.is_some_and(|conversation| identity.viewer.sight().sees(&conversation)) {
        return Err(Code::NotFound.into());
    }
    let principal = identity.principal();
    let author = Author { kind: principal.kind(), id: principal.id(), name: identity.name.clone() };
    hub.tenants.typing(identity.tenant, conversation, Typist { author, typing, session: Some(session) });
    answer(&Done {})
}
