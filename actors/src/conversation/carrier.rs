//! Who carries messages to contacts: a port the doors fill, one for each type of channel that is not its own messenger.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use entities::{JobId, MessageId, Principal, TenantId, Timestamp, channel::ChannelType};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::{clock::IdSource, journal::NewJob};

use super::{Change, Conversation, ConversationError, Facts, What, draft::Given};

/// Carries messages on channels of one type.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// What it takes.
    fn carriage(&self) -> Carriage;

    /// Can it carry for this tenant now?
    ///
    /// # Errors
    /// `Unavailable`, when that cannot be told.
    async fn is_connected(&self, tenant: TenantId) -> Result<bool, ConversationError>;
}

/// What a carrier takes, and the job that has it carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carriage {
    /// The kind of the job.
    pub job: &'static str,
    /// The longest body, in characters, and the refusal of a longer one.
    pub longest: usize,
    pub too_long: &'static str,
    /// The kind of the job that asks how far a message came of which nobody tells, and when it asks first.
    pub inquiry: (&'static str, Duration),
    /// Which files go with it, or why none do: the end of a refusal.
    pub freight: Result<Freight, &'static str>,
}

/// Which files a carrier takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freight {
    /// Their types, each with the largest it may be, in bytes; and the refusal of a larger one.
    pub types: &'static [(&'static str, u64)],
    pub too_large: &'static str,
    /// Of all files of a message together, in bytes, and the refusal of more.
    pub most: u64,
    pub too_much: &'static str,
}

/// What the job that carries a message knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    pub message_id: MessageId,
    /// It may have been carried since then already: whoever carries it looks first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_doubt_since: Option<Timestamp>,
}

/// What the job knows that asks how far a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    pub message_id: MessageId,
    /// When it was known that the provider has it.
    pub since: Timestamp,
}

/// All carriers, by the type of channel.
#[derive(Clone, Default)]
pub(super) struct Carriers(Arc<RwLock<HashMap<ChannelType, Arc<dyn Carrier>>>>);

impl Carriers {
    pub(super) fn add(&self, kind: ChannelType, carrier: Arc<dyn Carrier>) {
        self.0.write().insert(kind, carrier);
    }

    /// What whoever carries on a channel like this takes, connected or not.
    pub(super) fn known(&self, kind: ChannelType) -> Option<Carriage> {
        self.0.read().get(&kind).map(|carrier| carrier.carriage())
    }

    /// What a command that says something to the contact of a channel like this may count on; `None` where nobody can carry it.
    pub(super) async fn carriage(
        &self,
        tenant: TenantId,
        kind: ChannelType,
    ) -> Result<Option<Carriage>, ConversationError> {
        let carrier = self.0.read().get(&kind).cloned();
        let Some(carrier) = carrier else { return Ok(None) };
        Ok(carrier.is_connected(tenant).await?.then(|| carrier.carriage()))
    }
}

/// The channel on which a message goes whose progress is told.
pub(super) fn carried_on(before: Option<&Conversation>, change: &Change) -> Option<ChannelType> {
    let kind = before.map(|conversation| conversation.channel.kind);
    kind.filter(|_| matches!(change.what, What::Progress(_)))
}

/// The channel on which a command says something to the contact, now or later.
pub(super) fn spoken_on(
    before: Option<&Conversation>,
    change: &Change,
    facts: &Facts,
) -> Option<ChannelType> {
    if matches!(change.by.principal, Principal::Contact(_)) {
        return None;
    }
    let kind = match (&change.what, before) {
        (What::Open(open), _) => open.first.as_ref().map(|_| open.channel.kind),
        (What::Send(send), Some(conversation)) if !send.private => Some(conversation.channel.kind),
        (What::SayScheduled(_) | What::Reschedule(_) | What::Edit(_), Some(conversation)) => {
            // What was said already is not carried once more.
            (!facts.waiting.is_empty()).then_some(conversation.channel.kind)
        }
        _ => None,
    };
    kind.filter(|kind| kind.address_kind().is_some())
}

/// The job that carries a message: behind those of its conversation that were said before.
pub(super) fn errand(
    carriage: Carriage,
    message: &super::Message,
    to: &Conversation,
    given: Given<'_>,
) -> NewJob {
    let carried = Carried { message_id: message.id, in_doubt_since: given.in_doubt_since };
    NewJob {
        id: JobId::from_uuid(given.ids.draw()),
        kind: carriage.job,
        key: Some(format!("messages:{}", to.id)),
        run_at: message.created_at,
        payload: serde_json::json!(carried),
        contact_id: Some(to.contact.id),
    }
}

/// The job that asks how far a message came which the provider has from now on. It is in no line: nothing waits for it.
pub(super) fn inquiry(
    carriage: Carriage,
    message_id: MessageId,
    to: &Conversation,
    (now, ids): (Timestamp, &dyn IdSource),
) -> NewJob {
    let (kind, after) = carriage.inquiry;
    NewJob {
        id: JobId::from_uuid(ids.draw()),
        kind,
        key: None,
        run_at: now.plus(after),
        payload: serde_json::json!(Followed { message_id, since: now }),
        contact_id: Some(to.contact.id),
    }
}
