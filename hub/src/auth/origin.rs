//! Which pages may use the hub: our own, those of the settings, those a tenant lists, and those of its web chat. Both doors
//! ask here. Programs outside browsers name no page.

use actors::{channel::WebchatSettings, settings::Chosen};
use entities::{ChannelId, Origin, TenantId, channel, scope::SoftDeleted, tenant};

use crate::origin::is_own_origin;
use crate::{
    error::{ApiError, Code},
    hub::Hub,
};

/// Whose lists count beside that of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
    pub tenant: TenantId,
    /// The web chat a visitor comes through.
    pub channel: Option<ChannelId>,
}

/// May a page of this origin use the hub? Without a tenant only the pages of the settings may, beside our own.
///
/// # Errors
/// FORBIDDEN, UNAVAILABLE.
pub async fn admit(hub: &Hub, origin: &str, lists: Option<Lists>) -> Result<(), ApiError> {
    if is_own_origin(origin, &hub.public_origin()) {
        return Ok(());
    }
    let refused = || ApiError::new(Code::Forbidden, "This page is not among the allowed origins");
    let origin: Origin = origin.parse().map_err(|_| refused())?;
    if hub.settings.http.allowed_origins.contains(&origin) {
        return Ok(());
    }
    let listed = match lists {
        Some(lists) => listed(hub, lists).await?,
        None => Vec::new(),
    };
    match origin.is_among(listed.iter().map(String::as_str)) {
        true => Ok(()),
        false => Err(refused()),
    }
}

async fn listed(hub: &Hub, Lists { tenant: id, channel }: Lists) -> Result<Vec<String>, ApiError> {
    let found = hub.ports.store().read(id, move |db| async move {
        let tenant = tenant::Entity::live_by_id(id, id).one(&*db).await?;
        let channel = match channel {
            Some(channel) => channel::Entity::live_by_id(id, channel).one(&*db).await?,
            None => None,
        };
        Ok((tenant, channel))
    });
    let (tenant, channel) = found.await?;
    let of_tenant = tenant.map(|row| Chosen::stored(&row).allowed_origins);
    let of_channel = channel.map(|row| WebchatSettings::stored(&row.settings.0).allowed_origins);
    Ok(of_tenant.into_iter().chain(of_channel).flatten().collect())
}
