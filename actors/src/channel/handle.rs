//! The door to channels.

use std::time::Duration;

use entities::{
    BoardId, ChannelId, JobId, Principal, TenantId, channel,
    channel::{ChannelType, Registration},
    event::TopicKind,
};
use rand::TryRngCore;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    asked::{Asked, Earlier},
    audit::{Deed, recorded},
    board,
    event::{Data, EventType},
    journal::{Commit, NewJob, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    Channel, ChannelError, CreateChannel, RemoveChannel, UpdateChannel,
    state::{Given, checked_address, decide_create, decide_registered, decide_remove, decide_update},
    store,
};

/// The channels of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Channels {
    ports: Ports,
}

/// A channel as it is kept now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub channel: Channel,
    /// What identities are proven with, when it was drawn just now; it is never shown again.
    pub secret: Option<String>,
}

type Tried = Result<Kept, Attempt<ChannelError>>;

impl Channels {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a channel. A web chat gets a public key and a secret.
    ///
    /// # Errors
    /// [`ChannelError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateChannel,
    ) -> Result<Kept, ChannelError> {
        self.ports
            .until_written(|| async {
                let taken = self.is_taken(tenant, create).await?;
                // Afterwards: who finds the address taken by this very request finds its answer too.
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let given = self.given(tenant, asked)?;
                let row = decide_create(create, taken, &given).map_err(Attempt::Refused)?;
                self.check_board(tenant, row.board_id).await?;
                let secret = (row.channel_type == ChannelType::Webchat).then(draw).transpose()?;
                let jobs = create.then.map(|then| asking(then, &row)).into_iter().collect();
                self.commit(tenant, asked, (EventType::ChannelCreated, row, jobs), secret).await
            })
            .await
    }

    /// Changes a channel.
    ///
    /// # Errors
    /// [`ChannelError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        asked: &Asked,
        update: &UpdateChannel,
    ) -> Result<Kept, ChannelError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, update.id).await.map_err(refused)?;
                let given = self.given(tenant, asked)?;
                let row = decide_update(before, update, &given).map_err(Attempt::Refused)?;
                self.check_board(tenant, update.board_id.flatten()).await?;
                let secret = update.new_secret.then(draw).transpose()?;
                self.commit(tenant, asked, (EventType::ChannelUpdated, row, Vec::new()), secret).await
            })
            .await
    }

    /// Removes a channel.
    ///
    /// # Errors
    /// [`ChannelError`].
    pub async fn remove(
        &self,
        tenant: TenantId,
        asked: &Asked,
        remove: RemoveChannel,
    ) -> Result<Kept, ChannelError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, remove.id).await.map_err(refused)?;
                let given = self.given(tenant, asked)?;
                let row = decide_remove(before, remove.rev, &given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, (EventType::ChannelDeleted, row, Vec::new()), None).await
            })
            .await
    }

    /// Notes what is known of a number's registration with its carriers. What is no news changes nothing.
    ///
    /// # Errors
    /// [`ChannelError`].
    pub async fn note_registration(
        &self,
        tenant: TenantId,
        id: ChannelId,
        known: &Registration,
    ) -> Result<(), ChannelError> {
        let asked = Asked::by(Principal::System);
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
                let row = decide_registered(before, known, &self.given(tenant, &asked)?);
                let Some(row) = row else { return Ok(()) };
                self.commit(tenant, &asked, (EventType::ChannelUpdated, row, Vec::new()), None)
                    .await
                    .map(drop)
            })
            .await
    }

    async fn earlier(&self, tenant: TenantId, asked: &Asked) -> Result<Option<Kept>, Attempt<ChannelError>> {
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => Ok(None),
            Earlier::Answered(kept) => Ok(Some(kept)),
            Earlier::Mismatch => Err(Attempt::Refused(ChannelError::IdempotencyMismatch)),
        }
    }

    async fn check_board(&self, tenant: TenantId, id: Option<BoardId>) -> Result<(), Attempt<ChannelError>> {
        if board::store::are_there(self.ports.store(), tenant, id.as_slice()).await.map_err(refused)? {
            return Ok(());
        }
        Err(Attempt::Refused(ChannelError::invalid("board_id", "does not exist")))
    }

    async fn is_taken(
        &self,
        tenant: TenantId,
        create: &CreateChannel,
    ) -> Result<bool, Attempt<ChannelError>> {
        match checked_address(create.kind, create.address.as_deref()).map_err(Attempt::Refused)? {
            Some(address) => {
                store::is_taken(self.ports.store(), tenant, create.kind, address).await.map_err(refused)
            }
            None => Ok(false),
        }
    }

    fn given(&self, tenant: TenantId, asked: &Asked) -> Result<Given, Attempt<ChannelError>> {
        let id = ChannelId::from_uuid(self.ports.draw());
        Ok(Given { tenant, by: asked.by, now: self.ports.now(), id, public_key: draw()? })
    }

    async fn commit(
        &self,
        tenant: TenantId,
        asked: &Asked,
        (kind, mut row, jobs): (EventType, channel::Model, Vec<NewJob>),
        secret: Option<String>,
    ) -> Tried {
        if let Some(secret) = &secret {
            let keys = self.ports.store().keys(tenant).await.map_err(refused)?;
            let sealed = keys.seal(&channel::secret_aad(tenant, row.id), secret.as_bytes());
            row.sealed_secret = Some(sealed.map_err(|error| refused(error.into()))?);
            row.key_id = Some(keys.current());
        }
        let kept = Kept { channel: Channel::from(row.clone()), secret };
        let data = Data { channel: Some(kept.channel.clone()), ..Data::default() };
        let about = (TopicKind::Channel, row.id.as_uuid());
        let deed = Deed { action: deed_of(&kind), noun: "channel", id: row.id.as_uuid() };
        let audit = recorded(
            &self.ports,
            tenant,
            asked,
            deed,
            json!({ "name": kept.channel.name, "board_id": kept.channel.board_id }),
        );
        let event = asked.event(&self.ports, kind, about, data);
        let (at, fresh) = (row.updated_at, row.rev == 1);
        let record = Record::Channel(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }, audit];
        let commit = Commit::new(tenant, at, rows, vec![event]).owing(jobs);
        let commit = commit.answering(asked.answer(&kept, None));
        self.ports.journal.commit(commit).await?;
        Ok(kept)
    }
}

/// What asks the provider about a channel, and again now and then. It goes by the channel's id, so there is one of it.
fn asking((kind, after): (&'static str, Duration), row: &channel::Model) -> NewJob {
    NewJob {
        id: JobId::from_uuid(row.id.as_uuid()),
        kind,
        key: None,
        run_at: row.created_at.plus(after),
        payload: json!({ "channel_id": row.id }),
        contact_id: None,
    }
}

/// 32 hexadecimal digits nobody can guess.
fn draw() -> Result<String, Attempt<ChannelError>> {
    let mut bytes = [0; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the machine has no randomness");
        Attempt::Refused(ChannelError::Internal)
    })?;
    Ok(uuid::Uuid::from_bytes(bytes).simple().to_string())
}

/// What the record calls a change that is told as `kind`.
fn deed_of(kind: &EventType) -> &'static str {
    match kind {
        EventType::ChannelCreated => "channel.create",
        EventType::ChannelDeleted => "channel.remove",
        _ => "channel.update",
    }
}

fn refused(error: StoreError) -> Attempt<ChannelError> {
    Attempt::Refused(error.into())
}
