//! Who is let through to nobody when he calls. His call is kept all the same.

use entities::{Address, AddressKind, TenantId};

use crate::{
    call::{Barred, Verification},
    channel::VoiceSettings,
    contact,
    store::{Store, StoreError},
};

/// Why this caller is let through to nobody, if he is not.
///
/// # Errors
/// [`StoreError`].
pub async fn barred(
    store: &Store,
    tenant: TenantId,
    voice: &VoiceSettings,
    (from, verification): (&Address, Option<Verification>),
) -> Result<Option<Barred>, StoreError> {
    let is_blocked = contact::store::is_blocked(store, tenant, from).await?;
    Ok(bar(voice, (from, is_blocked), verification))
}

fn bar(
    voice: &VoiceSettings,
    (from, is_blocked): (&Address, bool),
    verification: Option<Verification>,
) -> Option<Barred> {
    if is_blocked {
        return Some(Barred::Blocked);
    }
    if voice.refuse_anonymous && from.kind() == AddressKind::Anonymous {
        return Some(Barred::Anonymous);
    }
    (voice.refuse_unverified && verification == Some(Verification::Failed)).then_some(Barred::Unverified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocked_contact_is_barred_and_the_others_as_the_number_is_set() {
        let (shown, hidden) = (Address::from_provider("+12025550123"), Address::from_provider("anonymous"));
        let (open, failed) = (VoiceSettings::default(), Some(Verification::Failed));
        assert_eq!(bar(&open, (&shown, true), Some(Verification::Passed)), Some(Barred::Blocked));
        assert_eq!(bar(&open, (&hidden, false), failed), None);
        let strict = VoiceSettings { refuse_anonymous: true, refuse_unverified: true, ..open };
        assert_eq!(bar(&strict, (&hidden, false), None), Some(Barred::Anonymous));
        assert_eq!(bar(&strict, (&shown, false), failed), Some(Barred::Unverified));
        for unproven in [None, Some(Verification::None), Some(Verification::Passed)] {
            assert_eq!(bar(&strict, (&shown, false), unproven), None);
        }
    }
}
