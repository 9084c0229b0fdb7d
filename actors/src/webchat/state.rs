//! Who a visitor is. Pure.

use entities::ContactId;

/// What the store knows of somebody who arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The contact of his token, if it still is.
    pub(super) returning: Option<Returning>,
    /// His e-mail address is vouched for.
    pub(super) proven: bool,
    /// The contact this address was proven to be before.
    pub(super) proven_before: Option<ContactId>,
    /// The contact that has the address, and has never chatted here.
    pub(super) addressed: Option<ContactId>,
}

/// A contact somebody has a token of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Returning {
    pub(super) contact: ContactId,
    /// It was proven to be somebody once, with whatever address.
    pub(super) is_somebody: bool,
}

/// Who the visitor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// This contact.
    Known(ContactId),
    /// This contact, which is proven to be the address from now on.
    Proven(ContactId),
    /// Somebody new; proven to be the address, or not.
    New { proven: bool },
}

/// Decides who a visitor is. What he only typed never makes him somebody we know: whoever types another's address would
/// read what that one wrote. So a proof leads to the contact that was proven before, and to a contact that merely has
/// the address only while nobody has chatted as that contact: that one may have been a stranger who typed it.
pub(super) fn who(facts: Facts) -> Who {
    let Facts { returning, proven, proven_before, addressed } = facts;
    match (proven, proven_before, returning, addressed) {
        (false, _, Some(returning), _) => Who::Known(returning.contact),
        (false, _, None, _) => Who::New { proven: false },
        (true, Some(contact), _, _) => Who::Known(contact),
        (true, None, Some(returning), _) if !returning.is_somebody => Who::Proven(returning.contact),
        (true, None, _, Some(contact)) => Who::Proven(contact),
        (true, None, _, None) => Who::New { proven: true },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn contact(number: u128) -> ContactId {
        ContactId::from_uuid(Uuid::from_u128(number))
    }

    fn facts() -> impl Strategy<Value = Facts> {
        let id = || proptest::option::of((1_u128..4).prop_map(contact));
        let returning = (1_u128..4, any::<bool>())
            .prop_map(|(number, is_somebody)| Returning { contact: contact(number), is_somebody });
        (proptest::option::of(returning), any::<bool>(), id(), id()).prop_map(
            |(returning, proven, proven_before, addressed)| Facts {
                returning,
                proven,
                proven_before,
                addressed,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_only_typed_leads_to_nobody_but_the_one_of_the_token(facts in facts()) {
            let typed = Facts { proven: false, ..facts };
            let expected = match typed.returning {
                Some(returning) => Who::Known(returning.contact),
                None => Who::New { proven: false },
            };
            prop_assert_eq!(who(typed), expected);
        }

        #[test]
        fn a_proof_never_leads_to_a_contact_that_is_somebody_else(facts in facts()) {
            let facts = Facts { proven: true, ..facts };
            let Some(somebody) = facts.returning.filter(|it| it.is_somebody) else { return Ok(()) };
            let own = [facts.proven_before, facts.addressed].contains(&Some(somebody.contact));
            if !own {
                prop_assert_ne!(who(facts), Who::Known(somebody.contact));
                prop_assert_ne!(who(facts), Who::Proven(somebody.contact));
            }
        }

        #[test]
        fn the_same_proof_leads_to_the_same_contact_always(facts in facts(), before in 1_u128..4) {
            let facts = Facts { proven: true, proven_before: Some(contact(before)), ..facts };
            prop_assert_eq!(who(facts), Who::Known(contact(before)));
        }
    }
}
