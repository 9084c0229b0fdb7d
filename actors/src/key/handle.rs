//! The door to keys.

use entities::{KeyId, Principal, TenantId, api_key, event::TopicKind};
use serde_json::json;

use crate::{
    asked::Asked,
    audit::{Deed, recorded},
    board,
    event::{Data, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    CreateKey, Key, KeyError,
    state::{Given, decide_create, decide_revoke, used},
    store,
};

/// The keys of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    ports: Ports,
}

type Tried<T = Key> = Result<T, Attempt<KeyError>>;

impl Keys {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a key. No answer is kept: a secret is shown once, and not to a repeat.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn create(&self, tenant: TenantId, asked: &Asked, create: &CreateKey) -> Result<Key, KeyError> {
        self.ports
            .until_written(|| async {
                let row = decide_create(create, self.given(tenant, asked.by)).map_err(Attempt::Refused)?;
                let boards = create.board_id.as_slice();
                if !board::store::are_there(self.ports.store(), tenant, boards).await.map_err(refused)? {
                    let refusal = KeyError::Invalid { field: "board_id", reason: "does not exist" };
                    return Err(Attempt::Refused(refusal));
                }
                self.commit(asked, ("key.create", EventType::KeyCreated), row).await
            })
            .await
    }

    /// Revokes a key: from now on it opens nothing.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn revoke(&self, tenant: TenantId, asked: &Asked, id: KeyId) -> Result<Key, KeyError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
                let row = decide_revoke(before, self.given(tenant, asked.by)).map_err(Attempt::Refused)?;
                self.commit(asked, ("key.revoke", EventType::KeyRevoked), row).await
            })
            .await
    }

    /// Notes that a key was used, once a minute. Somebody who was faster has noted it, or revoked it.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn note_use(&self, tenant: TenantId, id: KeyId) -> Result<(), KeyError> {
        let now = self.ports.now();
        let row = store::load(self.ports.store(), tenant, id).await?;
        let Some(row) = row.and_then(|row| used(row, now)) else { return Ok(()) };
        let rows = vec![Row::Update(Record::ApiKey(row))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(())
    }

    fn given(&self, tenant: TenantId, by: Principal) -> Given {
        Given { tenant, by, now: self.ports.now(), id: KeyId::from_uuid(self.ports.draw()) }
    }

    async fn commit(
        &self,
        asked: &Asked,
        (action, kind): (&'static str, EventType),
        row: api_key::Model,
    ) -> Tried {
        let (tenant, at, fresh) = (row.tenant_id, row.updated_at, row.rev == 1);
        let key = Key::from(row.clone());
        let deed = Deed { action, noun: "key", id: row.id.as_uuid() };
        let details = json!({ "name": key.name, "scopes": key.scopes, "board_id": key.board_id });
        let audit = recorded(&self.ports, tenant, asked, deed, details);
        let about = (TopicKind::Key, row.id.as_uuid());
        let data = Data { key: Some(key.clone()), ..Data::default() };
        let event = asked.event(&self.ports, kind, about, data);
        let record = Record::ApiKey(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }, audit];
        self.ports.journal.commit(Commit::new(tenant, at, rows, vec![event])).await?;
        Ok(key)
    }
}

fn refused(error: StoreError) -> Attempt<KeyError> {
    Attempt::Refused(error.into())
}
