//! Who asks, as a type: what a handler names among its arguments is already identified, loaded and allowed.

use std::{
    future::{Ready, ready},
    ops::Deref,
    sync::Arc,
};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    middleware::Next,
    web,
};
use actors::{asked::Asked, user::Power, view::Viewer};
use entities::{api_key::Scope, user::Role};

use super::{
    Identity, identify,
    permission::{Action, require},
    scope,
};
use crate::{
    error::{ApiError, Code},
    hub::Hub,
    rest::{
        client,
        idempotency::{self, Repeatable},
    },
};

/// Somebody who asks, and what makes the request repeatable.
#[derive(Clone, Debug)]
pub struct Asking {
    identity: Arc<Identity>,
    repeatable: Option<Repeatable>,
}

impl Asking {
    /// For a room: who asks and under which key.
    #[must_use]
    pub fn asked(&self, client_id: Option<&str>) -> Asked {
        let by = self.identity.principal();
        let fence = self.repeatable.as_ref().and_then(|repeatable| repeatable.fence(by, client_id));
        Asked { client_id: client_id.map(Arc::from), fence, ..self.identity.asked() }
    }

    /// How far the caller's hand reaches among users.
    #[must_use]
    pub fn power(&self) -> Power {
        match &self.identity.viewer {
            Viewer::User { role, .. } => Power::Of(*role),
            viewer if viewer.has(Scope::Admin) => Power::Of(Role::Admin),
            Viewer::Key { .. } | Viewer::Visitor { .. } => Power::Own,
        }
    }
}

impl Deref for Asking {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

/// The token of a request. Only a header carries one, never a URL.
fn token(request: &HttpRequest) -> Result<String, ApiError> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|header| header.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim().to_owned()),
        _ => Err(Code::Unauthenticated.into()),
    }
}

/// What is known of the one who asks before any handler runs.
#[derive(Clone)]
struct Known(Result<Asking, ApiError>);

/// The middleware that finds out who asks. Extractors run side by side, and a body would be judged before its sender:
/// so this comes first, and the types below only look at what it found.
pub async fn beforehand(
    hub: web::Data<Hub>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Ok(token) = token(request.request()) {
        let known = known(&hub, request.request(), &token).await;
        request.extensions_mut().insert(Known(known));
    }
    next.call(request).await
}

/// Who asks, or why that cannot be known; `None` when no token came.
#[must_use]
pub fn identity(request: &ServiceRequest) -> Option<Result<Arc<Identity>, ApiError>> {
    let known = request.extensions().get::<Known>().cloned()?;
    Some(known.0.map(|asking| asking.identity))
}

async fn known(hub: &Hub, request: &HttpRequest, token: &str) -> Result<Asking, ApiError> {
    let identity = identify(hub, token, &client::trail(request)).await?;
    hub.limits.identified(&identity)?;
    idempotency::check(hub, request, identity.tenant, identity.principal()).await?;
    Ok(Asking { identity: Arc::new(identity), repeatable: idempotency::of(request) })
}

fn ask(request: &HttpRequest, allowed: fn(&Viewer) -> Result<(), ApiError>) -> Result<Asking, ApiError> {
    let known = request.extensions().get::<Known>().cloned();
    let asking = known.ok_or(Code::Unauthenticated)?.0?;
    match &asking.viewer {
        viewer @ Viewer::Key { .. } => scope::check_route(request, viewer)?,
        viewer => allowed(viewer)?,
    }
    Ok(asking)
}

fn user_who_may(viewer: &Viewer, action: Action) -> Result<(), ApiError> {
    match viewer {
        Viewer::User { role, .. } => require(*role, action),
        // Keys are judged by their scopes, before.
        Viewer::Key { .. } | Viewer::Visitor { .. } => Err(Code::Forbidden.into()),
    }
}

macro_rules! callers {
    ($($(#[$doc:meta])* $name:ident => $allowed:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Asking);

        impl Deref for $name {
            type Target = Asking;

            fn deref(&self) -> &Asking {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = Ready<Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(ask(request, $allowed).map(Self))
            }
        }
    )+};
}

callers! {
    /// Any user.
    Caller => |viewer| user_who_may(viewer, Action::See);
    /// A user who works: everybody but read_only.
    Agent => |viewer| user_who_may(viewer, Action::Work);
    /// A manager, admin or owner.
    Manager => |viewer| user_who_may(viewer, Action::Supervise);
    /// An admin or owner.
    Admin => |viewer| user_who_may(viewer, Action::Administer);
    /// An owner.
    Owner => |viewer| user_who_may(viewer, Action::Own);
    /// A visitor of a web chat.
    Visitor => |viewer| match viewer {
        Viewer::Visitor { .. } => Ok(()),
        Viewer::User { .. } | Viewer::Key { .. } => Err(Code::Forbidden.into()),
    };
    /// Anybody who is somebody.
    AnyViewer => |_| Ok(());
}
