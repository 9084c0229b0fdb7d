//! How the messages of a conversation that moves are found on its new board: the newest with the move itself, the others by
//! a job.

use async_trait::async_trait;
use entities::{BoardId, ConversationId, JobId, TenantId, Timestamp, conversation, message};

use crate::{
    jobs::{Due, JobKind, Outcome, Rules},
    journal::{Commit, MOVE_AT_ONCE, NewJob, Row},
    ports::Ports,
    store::StoreError,
};

/// The kind of the job.
const MOVE: &str = "search.move";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Moved {
    conversation_id: ConversationId,
}

/// What is written when a conversation moves to another board.
pub(crate) fn moves(conversation_id: ConversationId, board: Option<BoardId>) -> Row {
    Row::MessagesMoved(conversation_id, i64::MAX, board)
}

/// What is owed then, in the order in which it moves.
pub(crate) fn moved(conversation_id: ConversationId, id: JobId, now: Timestamp) -> NewJob {
    NewJob {
        id,
        kind: MOVE,
        key: Some(format!("{MOVE}:{conversation_id}")),
        run_at: now,
        payload: serde_json::json!(Moved { conversation_id }),
        contact_id: None,
    }
}

/// Takes messages along. It may run again: those that stand on the right board stay as they are.
pub struct TakeMessagesAlong {
    ports: Ports,
}

impl TakeMessagesAlong {
    /// The kind.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    async fn take_along(&self, tenant: TenantId, id: ConversationId) -> Result<(), String> {
        let board = match self.board(tenant, id).await.map_err(|error| error.to_string())? {
            Some(board) => board,
            None => return Ok(()),
        };
        let mut below = i64::MAX;
        loop {
            let next = self.next(tenant, id, below).await.map_err(|error| error.to_string())?;
            let (Some((newest, _)), Some((oldest, _))) = (next.first(), next.last()) else { return Ok(()) };
            if next.iter().any(|(_, on)| *on != board) {
                // What came meanwhile stands above, and on the right board.
                let rows = vec![Row::MessagesMoved(id, newest + 1, board)];
                let commit = Commit::new(tenant, self.ports.now(), rows, Vec::new());
                self.ports.journal.commit(commit).await.map_err(|error| error.to_string())?;
            }
            below = *oldest;
        }
    }

    /// Where the conversation stands; an outer `None` when there is none.
    async fn board(
        &self,
        tenant: TenantId,
        id: ConversationId,
    ) -> Result<Option<Option<BoardId>>, StoreError> {
        let row = self.ports.store().read(tenant, move |db| async move {
            conversation::Entity::these(tenant, [id], None).one(&*db).await
        });
        Ok(row.await?.map(|row| row.board_id))
    }

    async fn next(
        &self,
        tenant: TenantId,
        id: ConversationId,
        below: i64,
    ) -> Result<Vec<(i64, Option<BoardId>)>, StoreError> {
        let next = self.ports.store().read(tenant, move |db| async move {
            message::Entity::boards(tenant, id, below, MOVE_AT_ONCE).all(&*db).await
        });
        next.await
    }
}

#[async_trait]
impl JobKind for TakeMessagesAlong {
    fn name(&self) -> &'static str {
        MOVE
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Moved { conversation_id } = match job.parse() {
            Ok(moved) => moved,
            Err(refused) => return refused,
        };
        match self.take_along(job.tenant, conversation_id).await {
            Ok(()) => Outcome::Done,
            Err(why) => Outcome::retry(why),
        }
    }
}
