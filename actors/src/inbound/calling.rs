//! Somebody calls: the one contact, the one conversation and the one call, however many deliveries race.

use entities::{
    Address, CallId, ContactId, ConversationId, JobId, LegId, TenantId, Timestamp, message::Direction,
};

use crate::{
    call::{Begin, CallChange, CallRefusal, CallWhat, Verification},
    channel::{Channel, NumberSettings},
    contact::{self, ContactError},
    conversation::{
        self, Change, ChannelRef, ContactRef, ConversationError, Open, Sender, UpdateConversation, What,
    },
    ports::TRIES,
    receipt::Settling,
};

use super::{Inbound, NotReceived, barring::barred, handle::Caller};

/// A call from outside. Nothing of it is refused for its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundCall {
    pub from: Address,
    /// The number that was called, as the provider says it.
    pub to: Address,
    /// What the provider says the caller is called.
    pub name: Option<String>,
    /// What the provider calls the call.
    pub provider_id: String,
    /// When the provider says that it began; without, when it told us.
    pub at: Option<Timestamp>,
    /// When it ended, of one that was found afterwards.
    pub ended_at: Option<Timestamp>,
    pub verification: Option<Verification>,
}

impl Inbound {
    /// Begins the call in the caller's conversation on the channel. Its receipt is settled with it. False when it began before.
    pub(crate) async fn ring(
        &self,
        tenant: TenantId,
        channel: &Channel,
        call: InboundCall,
        settling: &Settling,
    ) -> Result<bool, NotReceived> {
        let caller = Caller { from: &call.from, name: call.name.as_deref(), settling };
        let contact = self.sender(tenant, &caller).await?;
        let voice = NumberSettings::stored(&channel.settings).voice;
        let barred = barred(self.ports.store(), tenant, &voice, (&call.from, call.verification)).await?;
        let wakes = barred.is_none();
        let conversation = self.place_to_talk((tenant, channel), contact, wakes).await?;
        let began_at = call.at.unwrap_or(settling.before().received_at);
        let begin = Begin {
            id: CallId::from_uuid(self.ports.draw()),
            channel_id: channel.id,
            conversation_id: conversation,
            contact_id: contact,
            board_id: channel.board_id,
            direction: Direction::Inbound,
            contact: call.from.clone(),
            number: call.to.clone(),
            provider: settling.provider(),
            room: Some(call.provider_id.clone()),
            contact_leg: LegId::from_uuid(self.ports.draw()),
            look_id: JobId::from_uuid(self.ports.draw()),
            external_id: Some(call.provider_id.clone()),
            at: began_at,
            recording: voice.recording(),
            screening: voice.screened(),
            ended_at: call.ended_at,
            barred,
            verification: call.verification,
            // Outside of the hours nobody is asked: the caller was told so already.
            rings_until: voice
                .is_open(settling.before().received_at)
                .then(|| self.ports.now().plus(voice.rings_for())),
            agent: None,
        };
        let (id, what) = (begin.id, CallWhat::Begin(Box::new(begin)));
        let change = CallChange { receipt: Some(settling.clone()), ..CallChange::system(what) };
        match self.calls.change(tenant, id, change).await {
            Ok(_) => Ok(true),
            Err(CallRefusal::NothingNew) => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// The caller's conversation on the channel; a new one when there is none. A resolved one is opened again when the call `wakes` it.
    async fn place_to_talk(
        &self,
        (tenant, channel): (TenantId, &Channel),
        contact: ContactId,
        wakes: bool,
    ) -> Result<ConversationId, NotReceived> {
        for _ in 0..TRIES {
            let store = self.ports.store();
            let standing = conversation::store::current(store, tenant, channel.id, contact).await?;
            let (id, what) = match standing {
                Some(standing) if !wakes || !standing.is_resolved() => return Ok(standing.id),
                Some(standing) => (standing.id, What::Update(UpdateConversation::reopened())),
                None => {
                    let known = contact::store::get(store, tenant, contact).await?;
                    let name = known.ok_or(ContactError::NotFound)?.name;
                    let id = ConversationId::from_uuid(self.ports.draw());
                    (id, What::Open(opening(id, channel, ContactRef { id: contact, name })))
                }
            };
            match self.conversations.change(tenant, id, Change::new(Sender::system(), what)).await {
                // Another delivery opened it at the same moment: it is the one.
                Err(ConversationError::AnotherOpen { .. } | ConversationError::NothingNew) => {}
                Ok(_) => return Ok(id),
                Err(error) => return Err(error.into()),
            }
        }
        Err(ConversationError::Busy.into())
    }
}

fn opening(id: ConversationId, channel: &Channel, contact: ContactRef) -> Open {
    Open {
        id,
        channel: ChannelRef { id: channel.id, kind: channel.kind },
        contact,
        board_id: channel.board_id,
        number: None,
        first: None,
    }
}
