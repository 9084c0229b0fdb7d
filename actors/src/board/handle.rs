//! The door to boards.

use entities::{BoardId, TenantId, board, event::TopicKind};
use serde_json::json;

use crate::{
    asked::{Asked, Earlier},
    audit::{Deed, recorded},
    event::{Data, EventType},
    journal::{Commit, CommitError, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    Board, BoardError, CreateBoard, RemoveBoard, UpdateBoard,
    state::{Given, checked_name, decide_create, decide_remove, decide_update},
    store,
};

/// The boards of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Boards {
    ports: Ports,
}

type Tried<T = Board> = Result<T, Attempt<BoardError>>;

impl Boards {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a board.
    ///
    /// # Errors
    /// [`BoardError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateBoard,
    ) -> Result<Board, BoardError> {
        self.ports
            .until_written(|| async {
                let taken = self.holder(tenant, Some(&create.name)).await?.is_some();
                // Afterwards: who finds the name taken by this very request finds its answer too.
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let row =
                    decide_create(create, taken, self.given(tenant, asked)).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, (EventType::BoardCreated, row)).await
            })
            .await
    }

    /// Changes a board.
    ///
    /// # Errors
    /// [`BoardError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        asked: &Asked,
        update: &UpdateBoard,
    ) -> Result<Board, BoardError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, update.id).await.map_err(refused)?;
                let holder = self.holder(tenant, update.name.as_deref()).await?;
                let taken = holder.is_some_and(|id| id != update.id);
                let given = self.given(tenant, asked);
                let row = decide_update(before, update, taken, given).map_err(Attempt::Refused)?;
                self.rename(tenant, asked, row).await
            })
            .await
    }

    /// The fence on names stands against updates too, where losing is no conflict but an error of the statement.
    async fn rename(&self, tenant: TenantId, asked: &Asked, row: board::Model) -> Tried {
        let (id, name) = (row.id, row.name.clone());
        match self.commit(tenant, asked, (EventType::BoardUpdated, row)).await {
            Err(Attempt::Unwritten(CommitError::Poison)) => {
                let taken = self.holder(tenant, Some(&name)).await?.is_some_and(|holder| holder != id);
                let refusal = if taken { BoardError::NameTaken } else { BoardError::Internal };
                Err(Attempt::Refused(refusal))
            }
            tried => tried,
        }
    }

    /// Removes a board that nothing uses: what stands on a board that is gone would be seen by everybody, or nobody.
    ///
    /// # Errors
    /// [`BoardError`].
    pub async fn remove(
        &self,
        tenant: TenantId,
        asked: &Asked,
        remove: RemoveBoard,
    ) -> Result<Board, BoardError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, remove.id).await.map_err(refused)?;
                let used = store::used_by(self.ports.store(), tenant, remove.id).await.map_err(refused)?;
                let given = self.given(tenant, asked);
                let row = decide_remove(before, remove.rev, used, given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, (EventType::BoardDeleted, row)).await
            })
            .await
    }

    async fn earlier(&self, tenant: TenantId, asked: &Asked) -> Tried<Option<Board>> {
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => Ok(None),
            Earlier::Answered(board) => Ok(Some(board)),
            Earlier::Mismatch => Err(Attempt::Refused(BoardError::IdempotencyMismatch)),
        }
    }

    /// The board that has the name a command wishes for.
    async fn holder(&self, tenant: TenantId, name: Option<&str>) -> Tried<Option<BoardId>> {
        let Some(name) = name else { return Ok(None) };
        let name = checked_name(name).map_err(Attempt::Refused)?;
        store::named(self.ports.store(), tenant, name).await.map_err(refused)
    }

    fn given(&self, tenant: TenantId, asked: &Asked) -> Given {
        Given { tenant, by: asked.by, now: self.ports.now(), id: BoardId::from_uuid(self.ports.draw()) }
    }

    async fn commit(&self, tenant: TenantId, asked: &Asked, (kind, row): (EventType, board::Model)) -> Tried {
        let board = Board::from(row.clone());
        let data = Data { board: Some(board.clone()), ..Data::default() };
        let about = (TopicKind::Board, row.id.as_uuid());
        let deed = Deed { action: deed_of(&kind), noun: "board", id: row.id.as_uuid() };
        let audit = recorded(&self.ports, tenant, asked, deed, json!({ "name": board.name }));
        let event = asked.event(&self.ports, kind, about, data);
        let (at, fresh) = (row.updated_at, row.rev == 1);
        let record = Record::Board(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }, audit];
        let commit = Commit::new(tenant, at, rows, vec![event]).answering(asked.answer(&board, None));
        self.ports.journal.commit(commit).await?;
        Ok(board)
    }
}

/// What the record calls a change that is told as `kind`.
fn deed_of(kind: &EventType) -> &'static str {
    match kind {
        EventType::BoardCreated => "board.create",
        EventType::BoardDeleted => "board.remove",
        _ => "board.update",
    }
}

fn refused(error: StoreError) -> Attempt<BoardError> {
    Attempt::Refused(error.into())
}
