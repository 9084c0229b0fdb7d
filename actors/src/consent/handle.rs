//! The door to consent.

use entities::{
    Address, AddressKind, ConsentId, ContactId, MessageId, Principal, TenantId,
    consent::{ConsentSource, ConsentState},
    event::TopicKind,
    message::MessageClass,
    sealed::BlindIndex,
};

use crate::{
    asked::Asked,
    contact::Number,
    event::{Data, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    Consent, ConsentError, Occasion, Question, Sending, Utterance, Verdict, blank::Blank, enter, judge,
    recipient, store,
};

/// The consent of all tenants' contacts. Cheap to clone.
#[derive(Clone)]
pub struct Consents {
    pub(super) ports: Ports,
}

pub(super) type Tried<T> = Result<T, Attempt<ConsentError>>;

impl Consents {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// May something be sent to this number now? Asked again when it is handed over, however long it has waited.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn may_send(
        &self,
        tenant: TenantId,
        to: BlindIndex,
        confirms: Option<ConsentId>,
    ) -> Result<Verdict, StoreError> {
        let newest = store::newest(self.ports.store(), tenant, (AddressKind::Phone, to)).await?;
        Ok(judge(Question { newest: newest.as_ref(), confirms, now: self.ports.now(), sending: None }))
    }

    /// May a text of this class be handed over to this number now, however long it has waited? It was counted when it was said.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn may_hand_over(
        &self,
        tenant: TenantId,
        (contact, number): (ContactId, &Number),
        (class, confirms): (MessageClass, Option<ConsentId>),
    ) -> Result<Verdict, StoreError> {
        let store = self.ports.store();
        let newest = store::newest(store, tenant, (AddressKind::Phone, number.index)).await?;
        let to = recipient(store, tenant, contact, &number.value).await?;
        let sending = Some(Sending { class, automatic: false, to: &to });
        Ok(judge(Question { newest: newest.as_ref(), confirms, now: self.ports.now(), sending }))
    }

    /// The provider has refused this message because its recipient opted out there. What is known already is not entered again.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn revoke_at_provider(
        &self,
        tenant: TenantId,
        recipient: &Address,
        (contact, message): (ContactId, MessageId),
    ) -> Result<(), ConsentError> {
        let said = (ConsentState::Revoked, ConsentSource::Provider);
        let Some(utterance) = self.utterance(tenant, recipient, said).await? else { return Ok(()) };
        let asked = Asked::by(Principal::System);
        self.ports
            .until_written(|| async {
                let occasion = self.occasion(tenant, &asked, (contact, Some(message)));
                self.commit(&utterance, (occasion, &asked), Vec::new()).await
            })
            .await?;
        Ok(())
    }

    /// What is said about an address, ready to be entered by the commit it comes with; `None` for a caller who hides.
    pub(crate) async fn utterance(
        &self,
        tenant: TenantId,
        address: &Address,
        (state, source): (ConsentState, ConsentSource),
    ) -> Result<Option<Utterance>, StoreError> {
        let keys = self.ports.store().keys(tenant).await?;
        let id = ConsentId::from_uuid(self.ports.draw());
        Ok(Blank::of(tenant, address, id, &keys)?.map(|blank| blank.saying(state, source)))
    }

    pub(super) fn occasion(
        &self,
        tenant: TenantId,
        asked: &Asked,
        (contact, message): (ContactId, Option<MessageId>),
    ) -> Occasion {
        Occasion { tenant, contact, message, now: self.ports.now(), by: asked.by }
    }

    /// Enters it with `beside`; `None` when it is no news.
    pub(super) async fn commit(
        &self,
        utterance: &Utterance,
        (occasion, asked): (Occasion, &Asked),
        beside: Vec<Row>,
    ) -> Tried<Option<Consent>> {
        let tenant = occasion.tenant;
        let newest = store::newest(self.ports.store(), tenant, utterance.about()).await.map_err(refused)?;
        let Some((row, consent)) = enter(newest.as_ref(), utterance, occasion) else { return Ok(None) };
        let data = Data { consent: Some(Box::new(consent.clone())), ..Data::default() };
        let topic = (TopicKind::Contact, occasion.contact.as_uuid());
        let mut event = asked.event(&self.ports, EventType::ConsentChanged, topic, data);
        event.head.contact_id = Some(occasion.contact);
        let mut rows = vec![Row::Insert(Record::Consent(row))];
        rows.extend(beside);
        let answer = asked.answer(&consent, Some(occasion.contact));
        let commit = Commit::new(tenant, occasion.now, rows, vec![event]).answering(answer);
        self.ports.journal.commit(commit).await?;
        Ok(Some(consent))
    }
}

pub(super) fn refused(error: StoreError) -> Attempt<ConsentError> {
    Attempt::Refused(error.into())
}
