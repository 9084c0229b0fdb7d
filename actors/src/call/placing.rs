//! Somebody of us calls a contact.

use std::sync::Arc;

use entities::{
    Address, AddressKind, CallId, ContactId, ConversationId, JobId, LegId, TenantId, UserId,
    message::Direction,
};

use crate::{
    asked::Asked,
    channel::{Channel, NumberSettings},
    contact::{self, Contacts, Profile},
    conversation::{self, ChannelRef, ContactRef, Conversations, Open, OpenRequest, Sender},
    journal::Fence,
};

use super::{Answer, Begin, CallChange, CallRefusal, CallReply, CallWhat, Calls, ringing};

/// Whom to call, on which number, and where the caller is.
#[derive(Clone, Debug)]
pub struct PlaceCall {
    pub channel: Channel,
    /// A contact's number, or a new one's.
    pub to: Address,
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    /// The user who calls, and where he is called first.
    pub user_id: UserId,
    pub address: Address,
}

/// Who places calls, with the rooms it takes.
#[derive(Clone)]
pub struct Placing {
    calls: Calls,
    contacts: Contacts,
    conversations: Conversations,
}

impl Placing {
    /// The rooms.
    #[must_use]
    pub fn new(calls: Calls, conversations: Conversations) -> Self {
        Self { contacts: Contacts::new(calls.ports().clone()), calls, conversations }
    }

    /// Places a call: the user is called first, and the contact once he is on the line.
    ///
    /// # Errors
    /// [`CallRefusal`].
    pub async fn place(
        &self,
        tenant: TenantId,
        by: Sender,
        place: PlaceCall,
        (client_id, fence): (Option<Arc<str>>, Option<Fence>),
    ) -> Result<CallReply, CallRefusal> {
        if place.channel.kind.address_kind() != Some(AddressKind::Phone) {
            return Err(CallRefusal::Invalid { field: "channel_id", reason: "must be a number" });
        }
        let store = self.calls.ports().store();
        if let Some(fence) = &fence
            && let Some(earlier) = super::store::answer(store, tenant, fence).await?
        {
            return earlier;
        }
        if !ringing::is_able(store, tenant, place.user_id, place.channel.board_id).await? {
            let reason = "must be an active user who may see the channel";
            return Err(CallRefusal::Invalid { field: "user_id", reason });
        }
        if super::store::is_on_the_line(store, tenant, (place.user_id, None)).await? {
            return Err(CallRefusal::OnTheLine);
        }
        let (contact_id, conversation_id) = self.with_whom(tenant, &by, &place).await?;
        let begin = self.begin(&place, contact_id, conversation_id)?;
        let (id, what) = (begin.id, CallWhat::Begin(Box::new(begin)));
        let change = CallChange { client_id, fence, ..CallChange::new(by, what) };
        self.calls.change(tenant, id, change).await
    }

    fn begin(
        &self,
        place: &PlaceCall,
        contact_id: ContactId,
        conversation_id: ConversationId,
    ) -> Result<Begin, CallRefusal> {
        let ports = self.calls.ports();
        let number = place.channel.address.as_deref().map(Address::from_provider);
        let (address, user_id) = (place.address.clone(), place.user_id);
        let voice = NumberSettings::stored(&place.channel.settings).voice;
        Ok(Begin {
            id: CallId::from_uuid(ports.draw()),
            channel_id: place.channel.id,
            conversation_id,
            contact_id,
            board_id: place.channel.board_id,
            direction: Direction::Outbound,
            contact: place.to.clone(),
            number: number.ok_or(CallRefusal::Internal)?,
            provider: place.channel.kind.to_string(),
            room: None,
            contact_leg: LegId::from_uuid(ports.draw()),
            look_id: JobId::from_uuid(ports.draw()),
            external_id: None,
            at: ports.now().in_milliseconds(),
            recording: voice.recording(),
            screening: voice.screened(),
            ended_at: None,
            barred: None,
            verification: None,
            rings_until: None,
            agent: Some(Answer { user_id, leg_id: LegId::from_uuid(ports.draw()), address }),
        })
    }

    /// The contact that has the number, and the open conversation with it on the channel; made when there is none.
    async fn with_whom(
        &self,
        tenant: TenantId,
        by: &Sender,
        place: &PlaceCall,
    ) -> Result<(ContactId, ConversationId), CallRefusal> {
        let store = self.calls.ports().store();
        if let Some(id) = place.conversation_id {
            let found = conversation::store::get(store, tenant, id).await?;
            let seen = found.filter(|it| by.sight.sees(it) && it.channel.id == place.channel.id);
            let it = seen.ok_or(CallRefusal::Invalid {
                field: "conversation_id",
                reason: "must be a conversation on this channel",
            })?;
            return Ok((it.contact.id, it.id));
        }
        let id = match place.contact_id {
            Some(id) => id,
            None => {
                let asked = Asked::by(by.principal);
                let found = self.contacts.find_or_create(tenant, &asked, &place.to, Profile::default()).await;
                found.map_err(|error| CallRefusal::Contact(error.to_string()))?
            }
        };
        let contact = contact::store::get(store, tenant, id).await?;
        let contact =
            contact.ok_or(CallRefusal::Invalid { field: "contact_id", reason: "does not exist" })?;
        let open = Open {
            id: ConversationId::from_uuid(self.calls.ports().draw()),
            channel: ChannelRef { id: place.channel.id, kind: place.channel.kind },
            contact: ContactRef { id: contact.id, name: contact.name },
            board_id: place.channel.board_id,
            number: None,
            first: None,
        };
        let request = OpenRequest { open, client_id: None, fence: None };
        let opened = self.conversations.open(tenant, by.clone(), request).await?;
        Ok((contact.id, opened.conversation.id))
    }
}
