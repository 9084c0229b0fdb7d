//! Who may hear what: supervisors everything on their boards, agents their own calls and what was left on their boards.

use actors::call;
use actors::recording::Standing;
use actors::view::Viewer;
use entities::UserId;
use entities::recording::RecordingKind;

use crate::auth::Identity;
use crate::auth::permission::{Action, allows};
use crate::error::ApiError;
use crate::hub::Hub;

/// The user whose calls alone may be heard by this one; `None` for who hears all on his boards.
pub(super) fn only_of(viewer: &Viewer) -> Option<UserId> {
    match viewer {
        Viewer::User { id, role, .. } if !allows(*role, Action::HearAll) => Some(*id),
        Viewer::User { .. } | Viewer::Key { .. } | Viewer::Visitor { .. } => None,
    }
}

/// May this one hear it?
///
/// # Errors
/// UNAVAILABLE.
pub(super) async fn may_hear(hub: &Hub, identity: &Identity, recording: &Standing) -> Result<bool, ApiError> {
    if !identity.viewer.sees_board(recording.board_id) {
        return Ok(false);
    }
    let Some(own) = only_of(&identity.viewer).filter(|_| recording.kind == RecordingKind::Call) else {
        return Ok(true);
    };
    let call = call::store::load(hub.ports.store(), (identity.tenant, recording.call_id)).await?;
    Ok(call.is_some_and(|call| call.legs.iter().any(|leg| leg.user_id == Some(own))))
}
