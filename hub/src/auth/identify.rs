//! From a token to somebody: loaded, alive and allowed in. Both doors ask here.

use std::net::IpAddr;

use actors::{
    asked::Asked,
    audit::{Read, Trail},
    conversation::Sender,
    key,
    settings::Chosen,
    user::{Outsider, Users},
    view::Viewer,
};
use entities::{
    ChannelId, Principal, SignInId, TenantId, Timestamp, UserId, api_key::Scope, contact, conversation,
    scope::SoftDeleted, tenant, user, user::UserStatus,
};

use crate::{
    auth::{
        api_key,
        outside::Claims,
        token::{Bearer, UserClaims, VisitorClaims},
    },
    error::{ApiError, Code},
    hub::Hub,
    telemetry,
};

/// Somebody who may come in, as of now.
#[derive(Clone, Debug)]
pub struct Identity {
    pub tenant: TenantId,
    pub viewer: Viewer,
    /// Shown beside what he does.
    pub name: String,
    /// When the token ends; a key does not.
    pub expires_at: Option<Timestamp>,
    /// The web chat a visitor came through.
    pub channel_id: Option<ChannelId>,
    /// The sign-in a user's token came from; none made by the command line.
    pub sign_in_id: Option<SignInId>,
    /// Of the request that brought the token.
    pub trail: Trail,
}

impl Identity {
    /// Who acts, for the rooms.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender {
            principal: self.principal(),
            name: self.name.clone(),
            sight: self.viewer.sight(),
            overrides: self.viewer.has(Scope::MessagesOverride),
        }
    }

    /// Who acts, for the rooms without actors; and the record.
    #[must_use]
    pub fn asked(&self) -> Asked {
        Asked::by(self.principal()).along(Some(self.trail.clone()))
    }

    /// Who acts, for the log.
    #[must_use]
    pub fn principal(&self) -> Principal {
        match &self.viewer {
            Viewer::User { id, .. } => Principal::User(*id),
            Viewer::Key { id, .. } => Principal::Key(*id),
            Viewer::Visitor { contact_id, .. } => Principal::Contact(*contact_id),
        }
    }

    /// The user, when it is one.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match &self.viewer {
            Viewer::User { id, .. } => Some(*id),
            Viewer::Key { .. } | Viewer::Visitor { .. } => None,
        }
    }
}

impl Hub {
    /// Sees to it that what this one is about to be shown stands in the record.
    ///
    /// # Errors
    /// UNAVAILABLE: what cannot be recorded is not shown.
    pub async fn note_reads(&self, identity: &Identity, reads: &[Read]) -> Result<(), ApiError> {
        Ok(self.reads.note(identity.tenant, &identity.asked(), reads).await?)
    }
}

/// Verifies a token and loads whom it names. For local users the database decides, not the claims.
///
/// # Errors
/// UNAUTHENTICATED, TOKEN_EXPIRED, NOT_A_MEMBER, FORBIDDEN from an address admins do not come from, UNAVAILABLE.
pub async fn identify(hub: &Hub, token: &str, trail: &Trail) -> Result<Identity, ApiError> {
    let identity = if api_key::is_key(token) {
        api_key::identify(hub, token, trail).await?
    } else if let Some(claims) = hub.outside_tokens.verify(token, hub.ports.now()).await? {
        outsider(hub, claims, trail).await?
    } else {
        let verified = hub.tokens.verify(token, hub.ports.now())?;
        match verified.bearer {
            Bearer::User(claims) => user(hub, claims, verified.expires_at, trail).await?,
            Bearer::Visitor(claims) => visitor(hub, claims, verified.expires_at, trail).await?,
        }
    };
    telemetry::in_tenant(identity.tenant);
    Ok(identity)
}

async fn user(
    hub: &Hub,
    claims: UserClaims,
    expires_at: Timestamp,
    trail: &Trail,
) -> Result<Identity, ApiError> {
    let UserClaims { user_id, tenant_id, sign_in_id, .. } = claims;
    let (home, user) = active(hub, tenant_id, user_id).await?;
    let boards = user.boards.map(|boards| boards.0.into_boxed_slice());
    let viewer = Viewer::User { id: user_id, role: user.role, boards };
    admit(&home, &viewer, trail.ip)?;
    let (name, expires_at, trail) = (user.name, Some(expires_at), trail.clone());
    Ok(Identity { tenant: tenant_id, viewer, name, expires_at, channel_id: None, sign_in_id, trail })
}

/// Somebody an outside identity provider vouches for. What its token says of role and boards holds until it ends.
async fn outsider(hub: &Hub, claims: Claims, trail: &Trail) -> Result<Identity, ApiError> {
    let Claims { tenant, role, boards, expires_at, .. } = claims;
    let outsider = Outsider {
        issuer: claims.issuer,
        subject: claims.subject,
        email: claims.email,
        email_is_proven: claims.email_is_proven,
        name: claims.name,
        provision: hub.outside_tokens.provision,
    };
    let user = Users::new(hub.ports.clone()).outsider(tenant, &outsider, Some(trail)).await?;
    let user = user.ok_or(Code::NotAMember)?;
    let boards = boards.or(user.boards.map(|boards| boards.0)).map(Vec::into_boxed_slice);
    let viewer = Viewer::User { id: user.id, role: role.unwrap_or(user.role), boards };
    if viewer.administers() {
        admit(&active_tenant(hub, tenant).await?, &viewer, trail.ip)?;
    }
    let (name, expires_at, trail) = (user.name, Some(expires_at), trail.clone());
    Ok(Identity { tenant, viewer, name, expires_at, channel_id: None, sign_in_id: None, trail })
}

/// A user who may come in now.
///
/// # Errors
/// NOT_A_MEMBER, also of a tenant that is suspended; UNAVAILABLE.
pub async fn active_user(hub: &Hub, tenant: TenantId, id: UserId) -> Result<user::Model, ApiError> {
    Ok(active(hub, tenant, id).await?.1)
}

/// The same, with his tenant.
async fn active(hub: &Hub, tenant: TenantId, id: UserId) -> Result<(tenant::Model, user::Model), ApiError> {
    let (home, user) = at_home(hub, tenant, id).await?;
    let user = user.filter(|user| user.status == UserStatus::Active);
    Ok((only_active(home)?, user.ok_or(Code::NotAMember)?))
}

async fn at_home(
    hub: &Hub,
    tenant: TenantId,
    id: UserId,
) -> Result<(Option<tenant::Model>, Option<user::Model>), ApiError> {
    let found = hub.ports.store().read(tenant, move |db| async move {
        let home = tenant::Entity::live_by_id(tenant, tenant).one(&*db).await?;
        Ok((home, user::Entity::live_by_id(tenant, id).one(&*db).await?))
    });
    found.await.map_err(unavailable)
}

/// May this user sign in from here? Asked before a password's sign-in is opened or a code or token used up; whether he may
/// come in at all is judged then.
///
/// # Errors
/// FORBIDDEN, UNAVAILABLE.
pub async fn admit_user(hub: &Hub, who: (TenantId, UserId), from: IpAddr) -> Result<(), ApiError> {
    let (Some(home), Some(user)) = at_home(hub, who.0, who.1).await? else { return Ok(()) };
    admit(&home, &Viewer::User { id: user.id, role: user.role, boards: None }, from)
}

/// Whether what let somebody in still does, when it may have changed while he came: the key, and the list of addresses.
///
/// # Errors
/// NOT_A_MEMBER, FORBIDDEN, UNAVAILABLE.
pub async fn still_admit(hub: &Hub, identity: &Identity, from: IpAddr) -> Result<(), ApiError> {
    if let Viewer::Key { id, .. } = identity.viewer {
        key::store::get(hub.ports.store(), identity.tenant, id).await?.ok_or(Code::NotAMember)?;
    }
    if identity.viewer.administers() {
        admit(&active_tenant(hub, identity.tenant).await?, &identity.viewer, from)?;
    }
    Ok(())
}

/// Whoever has an admin's power over a tenant comes from its networks, if it has named any.
pub(super) fn admit(home: &tenant::Model, viewer: &Viewer, from: IpAddr) -> Result<(), ApiError> {
    match !viewer.administers() || Chosen::admit(home, from) {
        true => Ok(()),
        false => Err(ApiError::new(Code::Forbidden, "Admins may not come from this address")),
    }
}

async fn visitor(
    hub: &Hub,
    claims: VisitorClaims,
    expires_at: Timestamp,
    trail: &Trail,
) -> Result<Identity, ApiError> {
    let VisitorClaims { tenant_id, contact_id, conversation_id, channel_id } = claims;
    let found = hub.ports.store().read(tenant_id, move |db| async move {
        let tenant = tenant::Entity::live_by_id(tenant_id, tenant_id).one(&*db).await?;
        let own = conversation::Entity::live_by_id(tenant_id, conversation_id).one(&*db).await?;
        Ok((tenant, own, contact::Entity::live_by_id(tenant_id, contact_id).one(&*db).await?))
    });
    let (tenant, own, contact) = found.await.map_err(unavailable)?;
    only_active(tenant)?;
    let (Some(own), Some(contact)) = (own, contact) else { return Err(Code::Unauthenticated.into()) };
    if own.contact_id != contact.id {
        return Err(Code::Unauthenticated.into());
    }
    let viewer = Viewer::Visitor { contact_id, conversation_id };
    let (tenant, name, channel_id, expires_at) =
        (tenant_id, contact.name, Some(channel_id), Some(expires_at));
    Ok(Identity { tenant, viewer, name, expires_at, channel_id, sign_in_id: None, trail: trail.clone() })
}

/// The tenant is one that lets people in.
///
/// # Errors
/// NOT_A_MEMBER, UNAVAILABLE.
pub(super) async fn active_tenant(hub: &Hub, id: TenantId) -> Result<tenant::Model, ApiError> {
    let found = hub
        .ports
        .store()
        .read(id, move |db| async move { tenant::Entity::live_by_id(id, id).one(&*db).await });
    only_active(found.await.map_err(unavailable)?)
}

/// A tenant that is suspended or gone lets nobody in, its visitors neither.
fn only_active(tenant: Option<tenant::Model>) -> Result<tenant::Model, ApiError> {
    let served = tenant.filter(|tenant| tenant.status == tenant::TenantStatus::Active);
    Ok(served.ok_or(Code::NotAMember)?)
}

fn unavailable(error: actors::store::StoreError) -> ApiError {
    tracing::warn!(%error, "nobody can be identified");
    Code::Unavailable.into()
}
