//! The door for what contacts send, and for those who call.

use std::sync::Arc;

use entities::{Address, AddressKind, ContactId, ConversationId, Digest, Principal, TenantId};

use crate::{
    asked::Asked,
    call::{CallRefusal, Calls},
    channel::Channel,
    consent::Consents,
    contact::{self, ContactError, Contacts, Profile},
    conversation::{
        self, BODY, Change, ChannelRef, ContactRef, Conversation, ConversationError, Conversations, Open,
        SendMessage, Sender, Sight, What,
    },
    journal::{Fence, Lasting},
    ports::{Ports, TRIES},
    receipt::Settling,
    store::StoreError,
};

use super::InboundMessage;

/// The longest name of a contact, in characters.
const NAME: usize = 200;

/// Why a message did not come in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotReceived {
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    #[error(transparent)]
    Call(#[from] CallRefusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The messages and calls from outside, of all tenants. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Inbound {
    pub(super) ports: Ports,
    contacts: Contacts,
    pub(super) consents: Consents,
    pub(super) conversations: Conversations,
    pub(super) calls: Calls,
}

/// Who wrote or called, and in what news.
pub(super) struct Caller<'a> {
    pub(super) from: &'a Address,
    pub(super) name: Option<&'a str>,
    pub(super) settling: &'a Settling,
}

/// A message on its way in.
pub(super) struct Entering<'a> {
    pub(super) tenant: TenantId,
    pub(super) channel: &'a Channel,
    pub(super) message: InboundMessage,
    pub(super) settling: &'a Settling,
}

impl Inbound {
    /// The room, which asks those of the contacts and the conversations.
    pub(crate) fn new(ports: Ports, conversations: Conversations, calls: Calls) -> Self {
        let (contacts, consents) = (Contacts::new(ports.clone()), Consents::new(ports.clone()));
        Self { ports, contacts, consents, conversations, calls }
    }

    /// Puts the message where it belongs: into the sender's conversation on the channel, a resolved one too, which it
    /// opens again; into a new one of a new contact when there is none. Its receipt is settled with it.
    pub(crate) async fn receive(
        &self,
        tenant: TenantId,
        channel: &Channel,
        message: InboundMessage,
        settling: &Settling,
    ) -> Result<(), NotReceived> {
        let entering = Entering { tenant, channel, message, settling };
        let InboundMessage { from, name, .. } = &entering.message;
        let caller = Caller { from, name: name.as_deref(), settling };
        let contact = self.sender(tenant, &caller).await?;
        for _ in 0..TRIES {
            match self.enter(&entering, contact).await {
                // Another message of the same contact opened one at the same moment: it is the one.
                Err(NotReceived::Conversation(ConversationError::AnotherOpen { .. })) => {}
                outcome => return outcome,
            }
        }
        Err(ConversationError::Busy.into())
    }

    /// The contact that has the address; a new one when nobody has it, and whenever somebody hides. The same delivery
    /// finds the contact it made before.
    pub(super) async fn sender(
        &self,
        tenant: TenantId,
        caller: &Caller<'_>,
    ) -> Result<ContactId, ContactError> {
        let key = caller.settling.news();
        let request = Digest::of(key.as_bytes());
        let fence = Fence { principal: Principal::System, key, request, lasting: Lasting::Day };
        let asked = Asked { fence: Some(fence), ..Asked::by(Principal::System) };
        let profile = Profile { name: called(caller.from, caller.name), ..Profile::default() };
        self.contacts.find_or_create(tenant, &asked, caller.from, profile).await
    }

    async fn enter(&self, entering: &Entering<'_>, contact: ContactId) -> Result<(), NotReceived> {
        let (tenant, channel) = (entering.tenant, entering.channel);
        let store = self.ports.store();
        let said = self.said(entering).await?;
        let (id, name, what) = match conversation::store::current(store, tenant, channel.id, contact).await? {
            Some(Conversation { id, contact, .. }) => {
                (id, contact.name, What::Send(self.answering(entering, id, said)))
            }
            None => {
                let known = contact::store::get(store, tenant, contact).await?;
                let name = known.ok_or(ContactError::NotFound)?.name;
                let id = ConversationId::from_uuid(self.ports.draw());
                let contact = ContactRef { id: contact, name: name.clone() };
                let said = self.answering(entering, id, said);
                (id, name, What::Open(beginning(id, channel, contact, said)))
            }
        };
        let principal = Principal::Contact(contact);
        let by = Sender { principal, name, sight: Sight::All, overrides: false };
        let change = Change { receipt: Some(entering.settling.clone()), ..Change::new(by, what) };
        self.conversations.change(tenant, id, change).await?;
        Ok(())
    }

    /// Cut where it is too long, and without what PostgreSQL cannot keep in a text.
    async fn said(&self, entering: &Entering<'_>) -> Result<SendMessage, StoreError> {
        let InboundMessage { from, body, provider_id, media, .. } = &entering.message;
        let body = body.chars().filter(|char| *char != '\0').take(BODY).collect();
        let keys = self.ports.store().keys(entering.tenant).await?;
        let number = from.blind_index(&keys).filter(|_| from.kind() == AddressKind::Phone);
        let consent = self.consent(entering).await?.map(Arc::new);
        let (external_id, media) = (Some(provider_id.clone()), media.clone());
        Ok(SendMessage { body, external_id, media, number, consent, ..SendMessage::default() })
    }
}

fn beginning(id: ConversationId, channel: &Channel, contact: ContactRef, said: SendMessage) -> Open {
    Open {
        id,
        channel: ChannelRef { id: channel.id, kind: channel.kind },
        contact,
        board_id: channel.board_id,
        number: said.number,
        first: Some(said),
    }
}

/// What a new contact is called. A phone names nobody, also one that cannot be read; short codes and senders' names are names.
fn called(from: &Address, name: Option<&str>) -> Option<String> {
    let clean = |name: &str| {
        let name: String = name.chars().filter(|char| !char.is_control()).take(NAME).collect();
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    };
    name.and_then(clean).or_else(|| match from.kind() {
        AddressKind::ShortCode | AddressKind::SenderName if !from.value().starts_with('+') => {
            clean(from.value())
        }
        AddressKind::Anonymous => Some("Anonymous".to_owned()),
        _ => None,
    })
}
