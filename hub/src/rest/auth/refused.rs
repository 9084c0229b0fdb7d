//! What is recorded of somebody who is not let in.

use actors::audit::Trail;
use actors::sign_in::{Refused, SignIns};
use entities::{TenantId, UserId};

use crate::{
    auth::identify::admit_user,
    error::{ApiError, Code},
    hub::Hub,
};

/// May he sign in from there? That he may not is recorded.
///
/// # Errors
/// FORBIDDEN, UNAVAILABLE.
pub(super) async fn admit(hub: &Hub, who: (TenantId, UserId), trail: &Trail) -> Result<(), ApiError> {
    let admitted = admit_user(hub, who, trail.ip).await;
    if admitted.as_ref().is_err_and(|refusal| refusal.code == Code::Forbidden) {
        note(hub, who, Refused::Address, trail);
    }
    admitted
}

/// Beside the answer: the time it takes must not tell who is known. As many come as the limits let try.
pub(super) fn note(hub: &Hub, who: (TenantId, UserId), because: Refused, trail: &Trail) {
    let (sign_ins, trail) = (SignIns::new(hub.ports.clone()), trail.clone());
    hub.ports.store().io().spawn(async move {
        if let Err(error) = sign_ins.refuse(who, because, Some(&trail)).await {
            tracing::warn!(%error, tenant.id = %who.0, "a refused sign-in is not recorded");
        }
    });
}
