//! The door to labels.

use entities::{JobId, LabelId, TenantId, event::TopicKind, label};

use crate::{
    asked::{Asked, Earlier},
    event::{Data, EventType},
    journal::{Commit, CommitError, NewJob, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    CreateLabel, Label, LabelError, RemoveLabel, UpdateLabel,
    follow::following,
    state::{Given, checked_name, decide_create, decide_remove, decide_update},
    store,
};

/// The labels of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Labels {
    ports: Ports,
}

type Tried<T = Label> = Result<T, Attempt<LabelError>>;

/// A label as it is to be, and as it was called until now.
struct Changed {
    kind: EventType,
    row: label::Model,
    called: Option<String>,
}

impl Labels {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a label.
    ///
    /// # Errors
    /// [`LabelError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateLabel,
    ) -> Result<Label, LabelError> {
        self.ports
            .until_written(|| async {
                let taken = self.holder(tenant, Some(&create.name)).await?.is_some();
                // Afterwards: who finds the name taken by this very request finds its answer too.
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let row =
                    decide_create(create, taken, self.given(tenant, asked)).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, Changed { kind: EventType::LabelCreated, row, called: None }).await
            })
            .await
    }

    /// Changes a label. Conversations that have it follow.
    ///
    /// # Errors
    /// [`LabelError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        asked: &Asked,
        update: &UpdateLabel,
    ) -> Result<Label, LabelError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, update.id).await.map_err(refused)?;
                let called = before.as_ref().map(|row| row.name.clone());
                let holder = self.holder(tenant, update.name.as_deref()).await?;
                let taken = holder.is_some_and(|id| id != update.id);
                let given = self.given(tenant, asked);
                let row = decide_update(before, update, taken, given).map_err(Attempt::Refused)?;
                self.rename(tenant, asked, Changed { kind: EventType::LabelUpdated, row, called }).await
            })
            .await
    }

    /// The fence on names stands against updates too, where losing is no conflict but an error of the statement.
    async fn rename(&self, tenant: TenantId, asked: &Asked, changed: Changed) -> Tried {
        let (id, name) = (changed.row.id, changed.row.name.clone());
        match self.commit(tenant, asked, changed).await {
            Err(Attempt::Unwritten(CommitError::Poison)) => {
                let taken = self.holder(tenant, Some(&name)).await?.is_some_and(|holder| holder != id);
                let refusal = if taken { LabelError::NameTaken } else { LabelError::Internal };
                Err(Attempt::Refused(refusal))
            }
            tried => tried,
        }
    }

    /// Takes a label away. Conversations that have it lose it.
    ///
    /// # Errors
    /// [`LabelError`].
    pub async fn remove(
        &self,
        tenant: TenantId,
        asked: &Asked,
        remove: RemoveLabel,
    ) -> Result<Label, LabelError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, remove.id).await.map_err(refused)?;
                let called = before.as_ref().map(|row| row.name.clone());
                let given = self.given(tenant, asked);
                let row = decide_remove(before, remove.rev, given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, Changed { kind: EventType::LabelDeleted, row, called }).await
            })
            .await
    }

    async fn earlier(&self, tenant: TenantId, asked: &Asked) -> Tried<Option<Label>> {
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => Ok(None),
            Earlier::Answered(label) => Ok(Some(label)),
            Earlier::Mismatch => Err(Attempt::Refused(LabelError::IdempotencyMismatch)),
        }
    }

    /// The label that has the name a command wishes for.
    async fn holder(&self, tenant: TenantId, name: Option<&str>) -> Tried<Option<LabelId>> {
        let Some(name) = name else { return Ok(None) };
        let name = checked_name(name).map_err(Attempt::Refused)?;
        store::named(self.ports.store(), tenant, name).await.map_err(refused)
    }

    fn given(&self, tenant: TenantId, asked: &Asked) -> Given {
        Given { tenant, by: asked.by, now: self.ports.now(), id: LabelId::from_uuid(self.ports.draw()) }
    }

    async fn commit(&self, tenant: TenantId, asked: &Asked, changed: Changed) -> Tried {
        let jobs = self.owed(&changed);
        let Changed { kind, row, .. } = changed;
        let label = Label::from(row.clone());
        let data = Data { label: Some(label.clone()), ..Data::default() };
        let event = asked.event(&self.ports, kind, (TopicKind::Label, row.id.as_uuid()), data);
        let (at, fresh) = (row.updated_at, row.rev == 1);
        let record = Record::Label(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }];
        let commit = Commit::new(tenant, at, rows, vec![event]);
        self.ports.journal.commit(commit.answering(asked.answer(&label, None)).owing(jobs)).await?;
        Ok(label)
    }

    /// What the conversations that have it are owed.
    fn owed(&self, changed: &Changed) -> Vec<NewJob> {
        let Changed { row, called, .. } = changed;
        let to = row.deleted_at.is_none().then(|| row.name.clone());
        let from = called.clone().filter(|called| to.as_ref() != Some(called));
        let id = || JobId::from_uuid(self.ports.draw());
        from.map(|from| following(from, to, id(), row.updated_at)).into_iter().collect()
    }
}

fn refused(error: StoreError) -> Attempt<LabelError> {
    Attempt::Refused(error.into())
}
