//! How a session becomes somebody: by the token of its upgrade, or by its first request.

use std::sync::Arc;

use actix::{ActorFutureExt, AsyncContext, WrapFuture};
use actors::{event::log, tenant::Joined, view::Viewer};

use super::{
    close::Close,
    dispatch::answer,
    frames::{Authenticated, Identity as Named, RequestId, ServerFrame, Welcome},
    session::{Ctx, Session},
};
use crate::{
    auth::{
        Identity, identify,
        identify::still_admit,
        origin::{Lists, admit},
    },
    epoch::epoch,
    error::{ApiError, Code},
    hub::Hub,
};

/// How a session begins.
pub(super) enum Arrival {
    /// The upgrade named somebody, who was let in.
    Known(Box<Identity>),
    /// The token in the subprotocol is not good. A browser cannot read a refused upgrade, so it is told here.
    Refused(ApiError),
    /// The first request will tell.
    Unknown,
}

/// The code that ends a session whose token is refused.
pub(super) fn close_for(error: &ApiError) -> Close {
    match error.code {
        Code::TokenExpired => Close::TokenExpired,
        Code::NotAMember | Code::Forbidden => Close::Revoked,
        Code::RateLimited => Close::RateLimited { retry_after_s: error.retry_after_s().unwrap_or(1) },
        Code::Unavailable | Code::Internal => Close::GoingAway,
        _ => Close::Unauthorised,
    }
}

/// May the client's page, when it is one, hold a session of this identity?
///
/// # Errors
/// FORBIDDEN, UNAVAILABLE.
pub(super) async fn admit_origin(
    hub: &Hub,
    handshake: &super::handshake::Handshake,
    identity: &Identity,
) -> Result<(), ApiError> {
    let Some(origin) = &handshake.origin else { return Ok(()) };
    let lists = Lists { tenant: identity.tenant, channel: identity.channel_id };
    admit(hub, origin, Some(lists)).await
}

impl Session {
    /// Called once, when the session starts.
    pub(super) fn arrive(&mut self, ctx: &mut Ctx) {
        match self.arrival.take() {
            Some(Arrival::Known(identity)) => self.enter(*identity, None, ctx),
            Some(Arrival::Refused(error)) => self.close(close_for(&error), ctx),
            Some(Arrival::Unknown) | None => {}
        }
    }

    /// `authenticate`: the first time it tells who this is, later it prolongs the session of the same.
    pub(super) fn authenticate(&mut self, id: Option<RequestId>, token: String, ctx: &mut Ctx) {
        let (hub, handshake, trail) = (self.hub.clone(), self.handshake.clone(), self.trail.clone());
        let identified = async move {
            let identity = identify(&hub, &token, &trail).await?;
            admit_origin(&hub, &handshake, &identity).await?;
            Ok::<_, ApiError>(identity)
        };
        // Nothing else of this socket happens before it is known who asks.
        ctx.wait(identified.into_actor(self).map(move |outcome, session, ctx| match outcome {
            Ok(identity) if session.identity.is_none() => session.enter(identity, id, ctx),
            Ok(identity) => session.prolong(identity, id.as_ref(), ctx),
            Err(error) => {
                session.refuse(id.as_ref(), &error, ctx);
                session.close(close_for(&error), ctx);
            }
        }));
    }

    fn prolong(&mut self, identity: Identity, id: Option<&RequestId>, ctx: &mut Ctx) {
        let same = self.identity.as_ref().is_some_and(|known| {
            known.tenant == identity.tenant && known.principal() == identity.principal()
        });
        if !same {
            return self.close(Close::Unauthorised, ctx);
        }
        if self.identity.as_ref().is_some_and(|known| known.viewer != identity.viewer) {
            return self.close(Close::Resync, ctx);
        }
        self.warned = false;
        self.authenticated(&identity, id, ctx);
        self.identity = Some(Arc::new(identity));
    }

    fn authenticated(&mut self, identity: &Identity, id: Option<&RequestId>, ctx: &mut Ctx) {
        let result = answer(&Authenticated { expires_at: identity.expires_at });
        if let (Some(id), Ok(result)) = (id, result) {
            self.send_frame(&ServerFrame::Result { id, result: &result }, ctx);
        }
    }

    /// Joins the tenant and welcomes the client.
    fn enter(&mut self, identity: Identity, id: Option<RequestId>, ctx: &mut Ctx) {
        let (store, tenant) = (self.hub.ports.store().clone(), identity.tenant);
        let extent = async move { log::extent(&store, tenant).await };
        ctx.wait(extent.into_actor(self).map(move |extent, session, ctx| {
            let Ok(Some(extent)) = extent else { return session.close(Close::GoingAway, ctx) };
            session.authenticated(&identity, id.as_ref(), ctx);
            let welcome = session.welcome(&identity, extent);
            session.send_frame(&ServerFrame::Welcome(&welcome), ctx);
            session.join(identity, ctx);
        }));
    }

    fn join(&mut self, identity: Identity, ctx: &mut Ctx) {
        let Some(address) = self.address.take() else { return };
        let (viewer, name) = (identity.viewer.clone(), identity.name.as_str().into());
        let joined = Joined { session: self.key, viewer, name, from: self.trail.ip, address };
        let tenant = identity.tenant;
        self.identity = Some(Arc::new(identity));
        self.joined = self.hub.tenants.join(tenant, joined).is_ok();
        if !self.joined {
            self.close(Close::Resync, ctx);
        }
        self.still_good(ctx);
    }

    /// What was taken back after it was looked up and before the session was counted in is noticed here.
    fn still_good(&self, ctx: &mut Ctx) {
        let Some(identity) = self.identity.clone() else { return };
        let (hub, from) = (self.hub.clone(), self.trail.ip);
        let judged = async move { still_admit(&hub, &identity, from).await };
        ctx.spawn(judged.into_actor(self).map(|judged, session, ctx| {
            if let Err(error) = judged {
                session.close(close_for(&error), ctx);
            }
        }));
    }

    fn welcome(&self, identity: &Identity, extent: log::Extent) -> Welcome {
        let (named, role, boards) = match &identity.viewer {
            Viewer::User { id, role, boards } => {
                (Named::User { user_id: *id }, Some(*role), boards.as_ref().map(|boards| boards.to_vec()))
            }
            Viewer::Key { id, board_id, .. } => {
                (Named::Key { key_id: *id }, None, board_id.map(|board| vec![board]))
            }
            Viewer::Visitor { contact_id, conversation_id } => {
                let named = Named::Visitor { contact_id: *contact_id, conversation_id: *conversation_id };
                (named, None, None)
            }
        };
        Welcome {
            session_id: self.id,
            tenant_id: identity.tenant,
            identity: named,
            role,
            boards,
            seq: extent.last_seq,
            epoch: epoch(extent.incarnation, &identity.viewer),
            heartbeat_s: self.hub.settings.realtime.heartbeat_s,
            expires_at: identity.expires_at,
            node: self.hub.node.0.to_string(),
        }
    }
}
