//! `POST /api/webchat/{key}/sessions`.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, post, web};
use actors::channel::Channel;
use actors::webchat::{Arrival, Webchats};
use entities::{ContactId, ConversationId, TenantId, Timestamp, scope::SoftDeleted, tenant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{named, proof};
use crate::auth::token::{Bearer, VisitorClaims};
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::Fields;
use crate::rest::refuses::Open;
use crate::rest::{Body, client};

/// A token that is never used again is good for this long; whoever stays gets another with `visitor_token`.
const TTL: Duration = Duration::from_hours(24);

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSession {
    name: Option<String>,
    /// Typed, it never joins a contact we know; with `user_hash` it is believed.
    email: Option<String>,
    phone: Option<String>,
    /// ISO 3166 alpha-2, for a national phone.
    country: Option<String>,
    locale: Option<String>,
    page_url: Option<String>,
    /// A token of an earlier session, at most 90 days after it expired.
    visitor_token: Option<String>,
    /// HMAC-SHA256(secret of the channel, email), in hexadecimal.
    user_hash: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Session {
    /// For the header `Authorization: Bearer` and for the WebSocket.
    token: String,
    #[schema(value_type = Uuid)]
    contact_id: ContactId,
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The conversation was there before.
    resumed: bool,
}

/// Lets a visitor in.
#[utoipa::path(
    tag = "webchat",
    params(("key" = String, Path)),
    request_body = NewSession,
    responses((status = 201, body = Session), Open)
)]
#[post("/api/webchat/{key}/sessions")]
pub(super) async fn open_session(
    hub: web::Data<Hub>,
    request: HttpRequest,
    key: web::Path<String>,
    body: Body<NewSession>,
) -> Result<HttpResponse, ApiError> {
    hub.limits.visit(client::address(&request))?;
    let (tenant, channel) = named(&hub, &key).await?;
    is_served(&hub, tenant).await?;
    let arrival = arrival(&hub, (tenant, &channel), body.0).await?;
    let webchats = Webchats::new(hub.ports.clone(), hub.conversations.clone());
    let entered = webchats.enter(tenant, &channel, &arrival).await?;
    let claims = VisitorClaims {
        tenant_id: tenant,
        contact_id: entered.contact.id,
        conversation_id: entered.conversation_id,
        channel_id: channel.id,
    };
    let now = hub.ports.now();
    let token = hub.tokens.mint(Bearer::Visitor(claims), hub.ports.draw(), now, TTL);
    Ok(HttpResponse::Created().json(Session {
        token: token.map_err(ApiError::internal)?,
        contact_id: entered.contact.id,
        conversation_id: entered.conversation_id,
        expires_at: now.plus(TTL),
        resumed: entered.resumed,
    }))
}

async fn arrival(
    hub: &Hub,
    (tenant, channel): (TenantId, &Channel),
    new: NewSession,
) -> Result<Arrival, ApiError> {
    let mut fields = Fields::default();
    let url = new.page_url.as_deref().unwrap_or_default();
    fields.check(url.chars().count() <= 2_000, "page_url", "must have at most 2000 characters");
    fields.finish()?;
    let (email, user_hash) = (new.email.as_deref(), new.user_hash.as_deref());
    let proven = proof::is_good(hub, (tenant, channel), email, user_hash).await?;
    // A token that is not good any more makes him a stranger, who is let in too.
    let token = new.visitor_token.and_then(|token| hub.tokens.verify_returning(&token, hub.ports.now()).ok());
    let own = token.filter(|claims| claims.tenant_id == tenant && claims.channel_id == channel.id);
    Ok(Arrival {
        returning: own.map(|claims| claims.contact_id),
        proven,
        name: new.name,
        email: new.email,
        phone: new.phone,
        country: new.country,
        locale: new.locale,
        page_url: new.page_url,
    })
}

/// A tenant that is suspended has no visitors.
async fn is_served(hub: &Hub, id: TenantId) -> Result<(), ApiError> {
    let row = hub
        .ports
        .store()
        .read(id, move |db| async move { tenant::Entity::live_by_id(id, id).one(&*db).await });
    match row.await? {
        Some(row) if row.status == tenant::TenantStatus::Active => Ok(()),
        _ => Err(Code::NotFound.into()),
    }
}
