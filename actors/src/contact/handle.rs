//! The door to contacts.

use entities::{Address, ContactId, JobId, TenantId, event::TopicKind};

use crate::{
    asked::{Asked, Earlier},
    event::{ContactData, Data},
    journal::Commit,
    ports::{Attempt, Ports},
};

use super::{
    Contact, ContactError, CreateContact, Profile, Reach, RemoveContact, UpdateContact,
    follow::following,
    models,
    state::{Decision, Given, decide_create, decide_remove, decide_update},
    store,
    typed::Parsed,
};

/// The contacts of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Contacts {
    ports: Ports,
}

pub(super) type Tried = Result<Contact, Attempt<ContactError>>;

impl Contacts {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a contact.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateContact,
    ) -> Result<Contact, ContactError> {
        let CreateContact { reach, profile, taken } = create;
        self.ports
            .until_written(|| async {
                let parsed = self.parse(tenant, reach).await?;
                let holders = self.holders(tenant, &parsed).await?;
                // After the holders: who finds the address taken by this very request finds its answer too.
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let given = self.given(tenant, asked, &holders);
                let decision = decide_create(profile, parsed, *taken, given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, decision, false).await
            })
            .await
    }

    /// Changes a contact.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        asked: &Asked,
        update: &UpdateContact,
    ) -> Result<Contact, ContactError> {
        let UpdateContact { id, reach, profile, taken, rev } = update;
        self.ports
            .until_written(|| async {
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let before = store::load(self.ports.store(), tenant, *id).await.map_err(refused)?;
                let called = before.as_ref().map(|known| known.row.name.clone());
                let parsed = self.parse(tenant, reach).await?;
                let holders = self.holders(tenant, &parsed).await?;
                let given = self.given(tenant, asked, &holders);
                let decision = decide_update(before, *rev, (profile, parsed, *taken), given);
                let decision = decision.map_err(Attempt::Refused)?;
                let renamed = called.is_some_and(|called| called != decision.after.row.name);
                self.commit(tenant, asked, decision, renamed).await
            })
            .await
    }

    /// Removes a contact; its addresses are free again. What was said with it stays.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn remove(
        &self,
        tenant: TenantId,
        asked: &Asked,
        remove: RemoveContact,
    ) -> Result<Contact, ContactError> {
        self.ports
            .until_written(|| async {
                let before =
                    store::load_exactly(self.ports.store(), tenant, remove.id).await.map_err(refused)?;
                let given = self.given(tenant, asked, &[]);
                let decision = decide_remove(before, remove.rev, given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, decision, true).await
            })
            .await
    }

    /// The contact that has this address, made when there is none. Whoever asks at the same time gets the same one.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn find_or_create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        address: &Address,
        profile: Profile,
    ) -> Result<ContactId, ContactError> {
        if let Some(found) = store::by_address(self.ports.store(), tenant, address).await? {
            return Ok(found);
        }
        let create = CreateContact { reach: Reach::of(address), profile, ..CreateContact::default() };
        match self.create(tenant, asked, &create).await {
            Ok(made) => Ok(made.id),
            Err(ContactError::AddressTaken { contact_id, .. }) => Ok(contact_id),
            Err(error) => Err(error),
        }
    }

    pub(super) fn ports(&self) -> &Ports {
        &self.ports
    }

    pub(super) async fn earlier(
        &self,
        tenant: TenantId,
        asked: &Asked,
    ) -> Result<Option<Contact>, Attempt<ContactError>> {
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => Ok(None),
            Earlier::Answered(contact) => Ok(Some(contact)),
            Earlier::Mismatch => Err(Attempt::Refused(ContactError::IdempotencyMismatch)),
        }
    }

    async fn parse(&self, tenant: TenantId, reach: &Reach) -> Result<Parsed, Attempt<ContactError>> {
        let country = match reach.names_phones() {
            true => store::default_country(self.ports.store(), tenant).await.map_err(refused)?,
            false => None,
        };
        reach.parse(country.as_deref()).map_err(|wrong| Attempt::Refused(ContactError::Invalid(wrong)))
    }

    async fn holders(
        &self,
        tenant: TenantId,
        parsed: &Parsed,
    ) -> Result<Vec<(Address, ContactId)>, Attempt<ContactError>> {
        store::holders(self.ports.store(), tenant, parsed.addresses()).await.map_err(refused)
    }

    pub(super) fn given<'a>(
        &'a self,
        tenant: TenantId,
        asked: &Asked,
        holders: &'a [(Address, ContactId)],
    ) -> Given<'a> {
        Given { tenant, by: asked.by, now: self.ports.now(), ids: &*self.ports.ids, holders }
    }

    async fn commit(&self, tenant: TenantId, asked: &Asked, decision: Decision, followed: bool) -> Tried {
        let now = decision.after.row.updated_at;
        let keys = self.ports.store().keys(tenant).await.map_err(refused)?;
        let rows = models::rows(&decision, &keys, now).map_err(|error| refused(error.into()))?;
        let contact = decision.after.shape();
        let data = Data { contact: Some(ContactData::Whole(Box::new(contact.clone()))), ..Data::default() };
        let about = (TopicKind::Contact, contact.id.as_uuid());
        let event = asked.event(&self.ports, decision.kind, about, data);
        let answer = asked.answer(&contact, Some(contact.id));
        let follow = followed.then(|| following(contact.id, JobId::from_uuid(self.ports.draw()), now));
        let jobs = follow.into_iter().collect();
        let commit = Commit::new(tenant, now, rows, vec![event]).answering(answer).owing(jobs);
        self.ports.journal.commit(commit).await?;
        Ok(contact)
    }
}

pub(super) fn refused(error: crate::store::StoreError) -> Attempt<ContactError> {
    Attempt::Refused(error.into())
}
