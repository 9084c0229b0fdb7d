//! The door to web chats.

use entities::{Address, ChannelId, ContactId, ConversationId, Principal, TenantId};
use serde_json::{Map, Value};

use crate::{
    asked::Asked,
    channel::Channel,
    contact::{
        self, Contact, ContactError, Contacts, CreateContact, Profile, Reach, Taken, TypedHandle,
        UpdateContact,
    },
    conversation::{self, ChannelRef, ContactRef, Conversations, Open, OpenRequest, Sender, Sight},
    ports::Ports,
};

use super::{
    Arrival, Entered, Myself, WebchatError,
    state::{Facts, Returning, Who, who},
};

/// The platform of addresses that were proven in a web chat.
const PROVEN: &str = "webchat";

/// The web chats of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Webchats {
    ports: Ports,
    contacts: Contacts,
    conversations: Conversations,
}

impl Webchats {
    /// The room, which asks those of the contacts and the conversations.
    #[must_use]
    pub fn new(ports: Ports, conversations: Conversations) -> Self {
        Self { contacts: Contacts::new(ports.clone()), ports, conversations }
    }

    /// Lets somebody in: finds out who he is, and his conversation on the channel, or makes them.
    ///
    /// # Errors
    /// [`WebchatError`].
    pub async fn enter(
        &self,
        tenant: TenantId,
        channel: &Channel,
        arrival: &Arrival,
    ) -> Result<Entered, WebchatError> {
        let facts = self.facts(tenant, channel.id, arrival).await?;
        let contact = match who(facts) {
            Who::Known(id) => self.known(tenant, id).await?,
            Who::Proven(id) => self.prove(tenant, id, arrival).await?,
            Who::New { proven: true } => self.make_proven(tenant, arrival).await?,
            Who::New { proven: false } => self.make(tenant, arrival).await?,
        };
        self.seat(tenant, channel, ContactRef { id: contact.id, name: contact.name }).await
    }

    /// Changes what is known of a visitor by what he says. An address he types is added, never put in the place of
    /// another, and left out without a word when another contact has it.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn introduce(
        &self,
        tenant: TenantId,
        id: ContactId,
        myself: &Myself,
    ) -> Result<Contact, ContactError> {
        let before =
            contact::store::get(self.ports.store(), tenant, id).await?.ok_or(ContactError::NotFound)?;
        let add = |had: Vec<String>, typed: &Option<String>| {
            typed.as_ref().map(|typed| had.into_iter().chain([typed.clone()]).collect())
        };
        let reach = Reach {
            emails: add(before.emails, &myself.email),
            phones: add(before.phones, &myself.phone),
            country: myself.country.clone(),
            ..Reach::default()
        };
        let profile = Profile {
            name: myself.name.clone(),
            locale: myself.locale.clone().map(Some),
            ..Profile::default()
        };
        let update = UpdateContact { id, reach, profile, taken: Taken::LeaveOut, rev: None };
        self.contacts.update(tenant, &Asked::by(Principal::Contact(id)), &update).await
    }

    async fn facts(
        &self,
        tenant: TenantId,
        channel: ChannelId,
        arrival: &Arrival,
    ) -> Result<Facts, WebchatError> {
        let store = self.ports.store();
        let returning = match arrival.returning {
            Some(id) => contact::store::get(store, tenant, id).await?,
            None => None,
        };
        let is_somebody = |contact: &Contact| contact.handles.iter().any(|handle| handle.kind == PROVEN);
        let returning =
            returning.map(|contact| Returning { contact: contact.id, is_somebody: is_somebody(&contact) });
        let mut facts = Facts { returning, proven: arrival.proven, ..Facts::default() };
        if let (true, Some(email)) = (arrival.proven, &arrival.email) {
            facts.proven_before = contact::store::by_address(store, tenant, &proven(email)?).await?;
            let addressed = contact::store::by_address(store, tenant, &plain(email)?).await?;
            if let Some(id) = addressed {
                let chatted = conversation::store::current(store, tenant, channel, id).await?;
                facts.addressed = chatted.is_none().then_some(id);
            }
        }
        Ok(facts)
    }

    async fn known(&self, tenant: TenantId, id: ContactId) -> Result<Contact, WebchatError> {
        let known = contact::store::get(self.ports.store(), tenant, id).await?;
        Ok(known.ok_or(ContactError::NotFound)?)
    }

    /// Notes that a contact we have is the proven address.
    async fn prove(
        &self,
        tenant: TenantId,
        id: ContactId,
        arrival: &Arrival,
    ) -> Result<Contact, WebchatError> {
        let before = self.known(tenant, id).await?;
        let email = arrival.email.clone().unwrap_or_default();
        let typed = |handle: contact::Handle| TypedHandle { kind: handle.kind, value: handle.value };
        let handles = before.handles.into_iter().map(typed);
        let proof = TypedHandle { kind: PROVEN.to_owned(), value: plain(&email)?.value().to_owned() };
        let reach = Reach {
            emails: Some(before.emails.into_iter().chain([email]).collect()),
            handles: Some(handles.chain([proof]).collect()),
            ..Reach::default()
        };
        let update =
            UpdateContact { id, reach, profile: Profile::default(), taken: Taken::LeaveOut, rev: None };
        Ok(self.contacts.update(tenant, &Asked::by(Principal::Contact(id)), &update).await?)
    }

    /// A new contact that is the proven address: of two tabs that arrive at once both get the same one.
    async fn make_proven(&self, tenant: TenantId, arrival: &Arrival) -> Result<Contact, WebchatError> {
        let address = proven(arrival.email.as_deref().unwrap_or_default())?;
        let asked = Asked::by(Principal::System);
        let id = self.contacts.find_or_create(tenant, &asked, &address, profile(arrival)).await?;
        let myself = Myself {
            email: arrival.email.clone(),
            phone: arrival.phone.clone(),
            country: arrival.country.clone(),
            ..Myself::default()
        };
        Ok(self.introduce(tenant, id, &myself).await?)
    }

    async fn make(&self, tenant: TenantId, arrival: &Arrival) -> Result<Contact, WebchatError> {
        let reach = Reach {
            email: arrival.email.clone(),
            phone: arrival.phone.clone(),
            country: arrival.country.clone(),
            ..Reach::default()
        };
        let create = CreateContact { reach, profile: profile(arrival), taken: Taken::LeaveOut };
        Ok(self.contacts.create(tenant, &Asked::by(Principal::System), &create).await?)
    }

    /// His conversation on the channel. One that is resolved is his still: his next message opens it again.
    async fn seat(
        &self,
        tenant: TenantId,
        channel: &Channel,
        contact: ContactRef,
    ) -> Result<Entered, WebchatError> {
        let current =
            conversation::store::current(self.ports.store(), tenant, channel.id, contact.id).await?;
        if let Some(current) = current {
            return Ok(Entered { contact, conversation_id: current.id, resumed: true });
        }
        let by = Sender {
            principal: Principal::Contact(contact.id),
            name: contact.name.clone(),
            sight: Sight::All,
            overrides: false,
        };
        let open = Open {
            id: ConversationId::from_uuid(self.ports.draw()),
            channel: ChannelRef { id: channel.id, kind: channel.kind },
            contact: contact.clone(),
            board_id: channel.board_id,
            number: None,
            first: None,
        };
        let opened =
            self.conversations.open(tenant, by, OpenRequest { open, client_id: None, fence: None }).await?;
        Ok(Entered { contact, conversation_id: opened.conversation.id, resumed: !opened.created })
    }
}

fn profile(arrival: &Arrival) -> Profile {
    let page = arrival.page_url.clone().map(|url| ("page_url".to_owned(), Value::String(url)));
    Profile {
        name: Some(arrival.name.clone().unwrap_or_else(|| "Visitor".to_owned())),
        locale: arrival.locale.clone().map(Some),
        attributes: Some(page.into_iter().collect::<Map<_, _>>()),
        ..Profile::default()
    }
}

fn plain(email: &str) -> Result<Address, ContactError> {
    Address::email(email).map_err(|_| not_an_email())
}

fn proven(email: &str) -> Result<Address, ContactError> {
    Address::handle(PROVEN, plain(email)?.value()).map_err(|_| not_an_email())
}

fn not_an_email() -> ContactError {
    let wrong = contact::Wrong { field: "email".to_owned(), reason: "is not an e-mail address".to_owned() };
    ContactError::Invalid(vec![wrong])
}
