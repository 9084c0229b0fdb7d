//! Taking a contact over, and giving it back.

use entities::{ContactId, JobId, TenantId, event::TopicKind};

use crate::{
    asked::Asked,
    event::{ContactData, Data, Event},
    journal::{Commit, Record, Row},
    ports::Attempt,
};

use super::{
    Contact, ContactError, Contacts, Wrong,
    follow::following,
    handle::{Tried, refused},
    models,
    state::{Decision, Known, Merge, Unmerge, decide_merge, decide_unmerge},
    store,
};

impl Contacts {
    /// `survivor` takes `duplicate` over: its addresses, its conversations, and of its profile what the survivor lacks.
    /// Once it has, nothing happens.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn merge(
        &self,
        tenant: TenantId,
        asked: &Asked,
        (survivor, duplicate): (ContactId, ContactId),
    ) -> Result<Contact, ContactError> {
        self.ports()
            .until_written(|| async {
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let stays =
                    self.known(tenant, survivor).await?.ok_or(Attempt::Refused(ContactError::NotFound))?;
                let goes = self.exactly(tenant, duplicate).await?.ok_or_else(no_such_duplicate)?;
                match goes.row.merged_into {
                    Some(into) if into == stays.row.id => return Ok(stays.shape()),
                    Some(contact_id) => {
                        return Err(Attempt::Refused(ContactError::MergedInto { contact_id }));
                    }
                    None => {}
                }
                let before = store::merged(self.ports().store(), tenant, duplicate).await.map_err(refused)?;
                let given = self.given(tenant, asked, &[]);
                let merge = decide_merge(stays, goes, before, given).map_err(Attempt::Refused)?;
                self.commit_merge(tenant, asked, merge).await
            })
            .await
    }

    /// A contact that was merged into another comes back, with its addresses and conversations.
    ///
    /// # Errors
    /// [`ContactError`].
    pub async fn unmerge(
        &self,
        tenant: TenantId,
        asked: &Asked,
        merged: ContactId,
    ) -> Result<Contact, ContactError> {
        self.ports()
            .until_written(|| async {
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let found = self.exactly(tenant, merged).await?;
                let comes = found.ok_or(Attempt::Refused(ContactError::NotFound))?;
                let into = comes.row.merged_into.ok_or(Attempt::Refused(ContactError::NotMerged))?;
                let left = self.known(tenant, into).await?;
                let unmerge = decide_unmerge(comes, left, self.given(tenant, asked, &[]));
                self.commit_unmerge(tenant, asked, unmerge).await
            })
            .await
    }

    async fn known(&self, tenant: TenantId, id: ContactId) -> Result<Option<Known>, Attempt<ContactError>> {
        store::load(self.ports().store(), tenant, id).await.map_err(refused)
    }

    async fn exactly(&self, tenant: TenantId, id: ContactId) -> Result<Option<Known>, Attempt<ContactError>> {
        store::load_exactly(self.ports().store(), tenant, id).await.map_err(refused)
    }

    async fn commit_merge(&self, tenant: TenantId, asked: &Asked, merge: Merge) -> Tried {
        let Merge { decision, taken_over } = merge;
        let now = decision.after.row.updated_at;
        let (id, activity_at) = (decision.after.row.id, decision.after.row.activity_at);
        let mut rows = self.rows(tenant, &decision).await?;
        rows.push(Row::ContactActive(id, activity_at));
        let (mut events, mut jobs) = (Vec::new(), Vec::new());
        for row in taken_over {
            let merged = row.id;
            // Who watches either of them is told; in the inbox the second is no news.
            if events.is_empty() {
                events.extend([id, merged].map(|about| self.told(asked, &decision, (about, Some(merged)))));
            }
            jobs.push(following(merged, JobId::from_uuid(self.ports().draw()), now));
            rows.push(Row::Lookups(merged.as_uuid(), Vec::new()));
            rows.push(Row::Update(Record::Contact(row)));
        }
        let contact = decision.after.shape();
        let answer = asked.answer(&contact, Some(contact.id));
        let commit = Commit::new(tenant, now, rows, events).answering(answer).owing(jobs);
        self.ports().journal.commit(commit).await?;
        Ok(contact)
    }

    async fn commit_unmerge(&self, tenant: TenantId, asked: &Asked, unmerge: Unmerge) -> Tried {
        let Unmerge { decision, left } = unmerge;
        let (id, now) = (decision.after.row.id, decision.after.row.updated_at);
        let mut rows = self.rows(tenant, &decision).await?;
        let mut events = vec![self.told(asked, &decision, (id, None))];
        if let Some(left) = &left {
            rows.extend(self.rows(tenant, left).await?);
            events.push(self.told(asked, left, (left.after.row.id, None)));
        }
        let contact = decision.after.shape();
        let answer = asked.answer(&contact, Some(contact.id));
        let jobs = vec![following(id, JobId::from_uuid(self.ports().draw()), now)];
        let commit = Commit::new(tenant, now, rows, events).answering(answer).owing(jobs);
        self.ports().journal.commit(commit).await?;
        Ok(contact)
    }

    async fn rows(&self, tenant: TenantId, decision: &Decision) -> Result<Vec<Row>, Attempt<ContactError>> {
        let keys = self.ports().store().keys(tenant).await.map_err(refused)?;
        models::rows(decision, &keys, decision.after.row.updated_at).map_err(|error| refused(error.into()))
    }

    /// What those hear who watch the contact `about`.
    fn told(
        &self,
        asked: &Asked,
        decision: &Decision,
        (about, merged_id): (ContactId, Option<ContactId>),
    ) -> Event {
        let contact = Some(ContactData::Whole(Box::new(decision.after.shape())));
        let data = Data { contact, merged_id, ..Data::default() };
        let topic = (TopicKind::Contact, about.as_uuid());
        let mut event = asked.event(self.ports(), decision.kind.clone(), topic, data);
        event.head.contact_id = Some(about);
        event
    }
}

fn no_such_duplicate() -> Attempt<ContactError> {
    let wrong = Wrong { field: "duplicate_id".to_owned(), reason: "is no contact".to_owned() };
    Attempt::Refused(ContactError::Invalid(vec![wrong]))
}
