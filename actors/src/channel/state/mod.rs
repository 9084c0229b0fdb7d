//! What the room of the channels decides. Pure.

use entities::{
    Address, AddressKind, ChannelId, Json, Principal, TenantId, Timestamp, channel,
    channel::{ChannelType, Registration},
};
use serde_json::{Map, Value};

use super::{ChannelError, CreateChannel, NumberSettings, UpdateChannel, webchat::WebchatSettings};

/// Everything a decision may use besides state and command.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    /// Of a channel that is made.
    pub(super) id: ChannelId,
    /// Names a channel that is made in public.
    pub(super) public_key: String,
}

/// Decides to make a channel.
pub(super) fn decide_create(
    create: &CreateChannel,
    address_taken: bool,
    given: &Given,
) -> Result<channel::Model, ChannelError> {
    let name = checked_name(&create.name)?;
    let address = checked_address(create.kind, create.address.as_deref())?;
    let settings = checked_settings(create.kind, &create.settings)?;
    if address_taken {
        return Err(ChannelError::AddressTaken);
    }
    Ok(channel::Model {
        id: given.id,
        tenant_id: given.tenant,
        channel_type: create.kind,
        name,
        address,
        board_id: create.board_id,
        public_key: Some(given.public_key.clone()),
        sealed_secret: None,
        key_id: None,
        settings: Json(settings),
        registration: None,
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    })
}

/// Decides to change a channel.
pub(super) fn decide_update(
    before: Option<channel::Model>,
    update: &UpdateChannel,
    given: &Given,
) -> Result<channel::Model, ChannelError> {
    let mut row = seen(before, update.rev)?;
    if let Some(name) = &update.name {
        row.name = checked_name(name)?;
    }
    if let Some(board) = update.board_id {
        row.board_id = board;
    }
    if let Some(settings) = &update.settings {
        row.settings = Json(checked_settings(row.channel_type, settings)?);
    }
    if update.new_secret && row.channel_type != ChannelType::Webchat {
        return Err(ChannelError::invalid("new_secret", "is for web chats"));
    }
    Ok(touched(row, given))
}

/// Decides that this is known of a number's registration; nothing when it is no news, or the number is gone.
pub(super) fn decide_registered(
    before: Option<channel::Model>,
    known: &Registration,
    given: &Given,
) -> Option<channel::Model> {
    let row = before?;
    let is_news = row
        .registration
        .as_ref()
        .is_none_or(|Json(before)| *before != Registration { since: before.since, ..known.clone() });
    let registration = Some(Json(Registration { since: given.now, ..known.clone() }));
    is_news.then(|| touched(channel::Model { registration, ..row }, given))
}

/// Decides to remove a channel.
pub(super) fn decide_remove(
    before: Option<channel::Model>,
    rev: Option<i64>,
    given: &Given,
) -> Result<channel::Model, ChannelError> {
    let mut row = touched(seen(before, rev)?, given);
    row.deleted_at = Some(given.now);
    Ok(row)
}

fn seen(before: Option<channel::Model>, rev: Option<i64>) -> Result<channel::Model, ChannelError> {
    let row = before.ok_or(ChannelError::NotFound)?;
    match rev {
        Some(seen) if seen != row.rev => Err(ChannelError::RevMismatch { rev: row.rev }),
        _ => Ok(row),
    }
}

fn touched(mut row: channel::Model, given: &Given) -> channel::Model {
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
    row
}

fn checked_name(name: &str) -> Result<String, ChannelError> {
    let name = name.trim();
    let good = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if good {
        Ok(name.to_owned())
    } else {
        Err(ChannelError::invalid("name", "must have 1 to 100 characters"))
    }
}

/// The address in the one form its type has.
pub(super) fn checked_address(
    kind: ChannelType,
    address: Option<&str>,
) -> Result<Option<String>, ChannelError> {
    let address_kind = match (kind.address_kind(), address) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(ChannelError::invalid("address", "is not for web chats")),
        (Some(_), None) => return Err(ChannelError::invalid("address", "is required")),
        (Some(address_kind), Some(_)) => address_kind,
    };
    let reason = match address_kind {
        AddressKind::Phone => "must be E.164",
        AddressKind::Email => "must be an e-mail address",
        _ => "must name an account",
    };
    let read = Address::of_kind(address_kind, address.unwrap_or_default());
    read.map(|address| Some(address.value().to_owned())).map_err(|_| ChannelError::invalid("address", reason))
}

fn checked_settings(
    kind: ChannelType,
    settings: &Map<String, Value>,
) -> Result<Map<String, Value>, ChannelError> {
    match kind {
        ChannelType::Webchat => Ok(WebchatSettings::parse(settings)?.to_map()),
        _ if kind.address_kind() == Some(AddressKind::Phone) => Ok(NumberSettings::parse(settings)?.to_map()),
        // Those of the others come with their providers.
        _ => match settings.keys().next() {
            Some(unknown) => Err(ChannelError::invalid(&format!("settings.{unknown}"), "is not known here")),
            None => Ok(Map::new()),
        },
    }
}

#[cfg(test)]
mod tests;
