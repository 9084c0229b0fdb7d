//! An entry before anybody knows whether it is news: its address is sealed, the rest is decided.

use entities::{
    Address, ConsentId, ContactId, Json, MessageId, Principal, TenantId, Timestamp, consent,
    consent::{ConsentSource, ConsentState},
    message::MessageClass,
    sealed::{BlindIndex, DataKeyId, DataKeys, SealError, Sealed},
};

use crate::audit::Actor;

use super::Consent;

/// What is said about an address, ready to be entered.
#[derive(Clone, Debug)]
pub struct Utterance {
    pub(super) state: ConsentState,
    pub(super) scope: Vec<MessageClass>,
    pub(super) source: ConsentSource,
    pub(super) note: Option<String>,
    /// When it reached us, which may have been long ago.
    pub(super) heard_at: Option<Timestamp>,
    blank: Blank,
}

/// An address sealed for one entry.
#[derive(Clone, Debug)]
pub(super) struct Blank {
    id: ConsentId,
    address: Address,
    sealed_value: Sealed,
    key_id: DataKeyId,
    blind_index: BlindIndex,
}

/// Beside what was said: about whom, in which message, when and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion {
    pub(crate) tenant: TenantId,
    pub(crate) contact: ContactId,
    pub(crate) message: Option<MessageId>,
    pub(crate) now: Timestamp,
    pub(crate) by: Principal,
}

impl Blank {
    /// `None` for a caller who hides: there is no address to remember.
    pub(super) fn of(
        tenant: TenantId,
        address: &Address,
        id: ConsentId,
        keys: &DataKeys,
    ) -> Result<Option<Self>, SealError> {
        let Some(blind_index) = address.blind_index(keys) else { return Ok(None) };
        let sealed_value = keys.seal(&consent::aad(tenant, id), address.value().as_bytes())?;
        let (address, key_id) = (address.clone(), keys.current());
        Ok(Some(Self { id, address, sealed_value, key_id, blind_index }))
    }

    /// What is revoked is revoked for everything; what is taken back counts for all but marketing.
    pub(super) fn saying(self, state: ConsentState, source: ConsentSource) -> Utterance {
        let most = match state {
            ConsentState::Reinstated => MessageClass::Transactional,
            ConsentState::Granted | ConsentState::Revoked => MessageClass::Marketing,
        };
        Utterance { state, scope: up_to(most), source, note: None, heard_at: None, blank: self }
    }
}

impl Utterance {
    /// The entry it makes.
    pub(crate) fn id(&self) -> ConsentId {
        self.blank.id
    }

    /// It reached us then.
    pub(crate) fn heard(self, at: Timestamp) -> Self {
        Self { heard_at: Some(at), ..self }
    }

    /// The address it is about, as it is found.
    pub(crate) fn about(&self) -> (entities::AddressKind, BlindIndex) {
        (self.blank.address.kind(), self.blank.blind_index)
    }

    /// It was not heard before that was entered.
    pub(super) fn is_behind(&self, entry: &consent::Model) -> bool {
        self.heard_at.is_none_or(|heard_at| heard_at >= entry.at)
    }

    /// The entry behind `before`, never earlier than it.
    pub(super) fn entered(&self, before: Option<&consent::Model>, occasion: Occasion) -> consent::Model {
        let Self { state, scope, source, note, heard_at: _, blank } = self.clone();
        let after = before.map(|entry| entry.at.plus(std::time::Duration::from_micros(1)));
        consent::Model {
            id: blank.id,
            tenant_id: occasion.tenant,
            contact_id: Some(occasion.contact),
            kind: blank.address.kind(),
            label: blank.address.label().map(str::to_owned),
            sealed_value: blank.sealed_value,
            key_id: blank.key_id,
            blind_index: blank.blind_index,
            number: before.map_or(1, |entry| entry.number + 1),
            state,
            scope: Json(scope),
            source,
            message_id: occasion.message,
            note,
            at: after.map_or(occasion.now, |after| after.max(occasion.now)),
            actor: occasion.by,
        }
    }

    /// The same as agents read it.
    pub(super) fn shape(&self, row: &consent::Model) -> Consent {
        shape(row, self.blank.address.clone())
    }
}

/// This class and those that ask less of the recipient.
pub(super) fn up_to(most: MessageClass) -> Vec<MessageClass> {
    MessageClass::ALL.iter().copied().filter(|class| *class <= most).collect()
}

/// An entry with its address, opened.
pub(super) fn shape(row: &consent::Model, address: Address) -> Consent {
    Consent {
        id: row.id,
        contact_id: row.contact_id,
        address,
        state: row.state,
        scope: row.scope.0.clone(),
        source: row.source,
        message_id: row.message_id,
        note: row.note.clone(),
        at: row.at,
        by: Actor { kind: row.actor.kind(), id: row.actor.id() },
    }
}
