//! What agents and other systems record: consent that was given or withdrawn elsewhere.

use entities::{
    Address, Principal, TenantId,
    consent::{ConsentSource, ConsentState},
    message::MessageClass,
};
use serde_json::json;

use crate::{
    asked::{Asked, Earlier},
    audit::{Deed, recorded},
    contact::{self, to_address},
    ports::Attempt,
};

use super::{
    Consent, ConsentError, Consents, RecordConsent, Utterance,
    blank::up_to,
    handle::{Tried, refused},
    store,
};

/// The longest note, in characters.
const NOTE: usize = 1_000;

impl Consents {
    /// Records what a contact said elsewhere. It is entered also when it changes nothing.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn record(
        &self,
        tenant: TenantId,
        asked: &Asked,
        record: &RecordConsent,
    ) -> Result<Consent, ConsentError> {
        self.ports
            .until_written(|| async {
                match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
                    Earlier::Answered(consent) => return Ok(consent),
                    Earlier::Mismatch => return Err(Attempt::Refused(ConsentError::IdempotencyMismatch)),
                    Earlier::None => {}
                }
                let address = self.address(tenant, record).await?;
                let utterance = self.recorded(tenant, asked.by, (record, &address)).await?;
                let id = record.contact_id;
                let deed = Deed { action: "consent.record", noun: "contact", id: id.as_uuid() };
                let about = json!({ "state": record.state, "scope": utterance.scope });
                let entry = recorded(&self.ports, tenant, asked, deed, about);
                let occasion = self.occasion(tenant, asked, (id, None));
                let entered = self.commit(&utterance, (occasion, asked), vec![entry]).await?;
                entered.ok_or(Attempt::Refused(ConsentError::Internal))
            })
            .await
    }

    /// The number it is about.
    async fn address(&self, tenant: TenantId, record: &RecordConsent) -> Tried<Address> {
        let (ports, field) = (self.ports.store(), "phone");
        let invalid = |reason| Attempt::Refused(ConsentError::Invalid { field, reason });
        let contact = contact::store::get(ports, tenant, record.contact_id).await.map_err(refused)?;
        let phones = contact.ok_or(Attempt::Refused(ConsentError::NotFound))?.phones;
        let wanted = match (&record.phone, &phones[..]) {
            (Some(typed), _) => {
                let country = contact::store::default_country(ports, tenant).await.map_err(refused)?;
                to_address(typed, country.as_deref()).map_err(|_| invalid("is not a phone number"))?
            }
            (None, [only]) => to_address(only, None).map_err(|_| Attempt::Refused(ConsentError::Internal))?,
            (None, []) => return Err(invalid("is required: the contact has no number")),
            (None, _) => return Err(invalid("is required: the contact has several numbers")),
        };
        let is_his = phones.iter().any(|phone| phone == wanted.value());
        if is_his { Ok(wanted) } else { Err(invalid("is no number of this contact")) }
    }

    async fn recorded(
        &self,
        tenant: TenantId,
        by: Principal,
        (record, address): (&RecordConsent, &Address),
    ) -> Tried<Utterance> {
        let source = match by {
            Principal::Key(_) => ConsentSource::Import,
            _ => ConsentSource::Agent,
        };
        let said = self.utterance(tenant, address, (record.state, source)).await.map_err(refused)?;
        let mut utterance = said.ok_or(Attempt::Refused(ConsentError::Internal))?;
        let newest = store::newest(self.ports.store(), tenant, utterance.about()).await.map_err(refused)?;
        let opted_out = newest.is_some_and(|entry| entry.state == ConsentState::Revoked);
        check(record, opted_out).map_err(Attempt::Refused)?;
        if record.state == ConsentState::Granted {
            utterance.scope = up_to(record.class.unwrap_or(MessageClass::Transactional));
        }
        utterance.note.clone_from(&record.note);
        Ok(utterance)
    }
}

fn check(record: &RecordConsent, opted_out: bool) -> Result<(), ConsentError> {
    let invalid = |field, reason| Err(ConsentError::Invalid { field, reason });
    let note = record.note.as_deref().unwrap_or_default();
    match record.state {
        ConsentState::Reinstated => return invalid("state", "must be granted or revoked"),
        ConsentState::Revoked if record.class.is_some() => {
            return invalid(
                "class",
                "is for consent that is granted: what is revoked is revoked for everything",
            );
        }
        ConsentState::Granted if opted_out && note.trim().is_empty() => {
            return invalid("note", "is required: say how the contact consented after opting out");
        }
        ConsentState::Granted | ConsentState::Revoked => {}
    }
    let is_text = note.chars().count() <= NOTE && !note.contains('\0');
    if is_text { Ok(()) } else { invalid("note", "must have at most 1,000 characters") }
}
