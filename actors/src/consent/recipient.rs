//! What is known of the one a text is for: what the tenant allows itself, where he may be, and what he got unasked of late.

use entities::{ContactId, Phone, TenantId, Timestamp, message};
use jiff::tz::TimeZone;

use crate::{
    contact, settings,
    store::{Reader, Store, StoreError},
};

use super::Compliance;

/// A recipient, as far as his day and his patience go.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    pub compliance: Compliance,
    /// Where he may be: his own time zone, or else those of his number; empty when nobody knows.
    pub zones: Vec<TimeZone>,
    /// When he got the last automatic texts, the newest first, as many as the cap at most.
    pub unasked: Vec<Timestamp>,
}

/// Looks up what is known of a contact that is reached at this number.
///
/// # Errors
/// [`StoreError`].
pub async fn recipient(
    store: &Store,
    tenant: TenantId,
    id: ContactId,
    number: &str,
) -> Result<Recipient, StoreError> {
    let settings = settings::store::get(store, tenant).await?;
    let compliance = Compliance::of(settings.and_then(|settings| settings.chosen.compliance).as_ref());
    let most = compliance.cap.texts;
    // Whoever took others over has got what they got: a message stays with the contact it was sent to.
    let whole = contact::store::all_of(store, tenant, id).await?;
    let unasked = store.read(tenant, move |db: Reader| async move {
        message::Entity::automatic(tenant, whole, most).all(&*db).await
    });
    let own = contact::store::get(store, tenant, id).await?.and_then(|contact| contact.time_zone);
    let zones = match &own {
        Some(zone) => vec![zone.as_str()],
        None => number.parse::<Phone>().map(|phone| phone.zones()).unwrap_or_default(),
    };
    let zones = zones.into_iter().filter_map(|zone| TimeZone::get(zone).ok()).collect();
    Ok(Recipient { compliance, zones, unasked: unasked.await? })
}
