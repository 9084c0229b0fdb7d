//! The door to tasks.

use entities::{ConversationId, Principal, TaskId, TenantId, Timestamp, UserId, event::TopicKind};

use crate::{
    asked::{Asked, Earlier},
    event::{Data, Event, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
    view::Viewer,
};

use super::{
    CreateTask, RemoveTask, Task, TaskError, UpdateTask, due,
    state::{
        Decision, Facts, Given, Ring, Standing, decide_create, decide_remove, decide_ring, decide_update,
    },
    store,
};

/// The tasks of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    ports: Ports,
}

type Tried<T = Task> = Result<T, Attempt<TaskError>>;

impl Tasks {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a task.
    ///
    /// # Errors
    /// [`TaskError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        viewer: &Viewer,
        create: &CreateTask,
    ) -> Result<Task, TaskError> {
        self.ports
            .until_written(|| async {
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let facts =
                    store::facts(self.ports.store(), tenant, viewer, create).await.map_err(refused)?;
                let decided = decide_create(create, &facts, self.given(tenant, asked));
                self.commit(tenant, asked, decided.map_err(Attempt::Refused)?).await
            })
            .await
    }

    /// Changes a task the caller sees.
    ///
    /// # Errors
    /// [`TaskError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        asked: &Asked,
        viewer: &Viewer,
        update: &UpdateTask,
    ) -> Result<Task, TaskError> {
        self.ports
            .until_written(|| async {
                let before = self.seen(tenant, viewer, update.id).await?;
                let mut facts = Facts::default();
                if let Some(user) = update.assignee_id.flatten() {
                    let able = store::is_able(self.ports.store(), tenant, user, before.board).await;
                    facts.assignee_is_able = able.map_err(refused)?;
                }
                let decided = decide_update(&before, update, &facts, self.given(tenant, asked));
                self.commit(tenant, asked, decided.map_err(Attempt::Refused)?).await
            })
            .await
    }

    /// Removes a task the caller sees.
    ///
    /// # Errors
    /// [`TaskError`].
    pub async fn remove(
        &self,
        tenant: TenantId,
        asked: &Asked,
        viewer: &Viewer,
        remove: RemoveTask,
    ) -> Result<Task, TaskError> {
        self.ports
            .until_written(|| async {
                let before = self.seen(tenant, viewer, remove.id).await?;
                let decided = decide_remove(&before, remove.rev, self.given(tenant, asked));
                self.commit(tenant, asked, decided.map_err(Attempt::Refused)?).await
            })
            .await
    }

    /// Tells that the task is due, if a timer that was set for `due` is to tell it; the answer is when to look again.
    pub(super) async fn ring(
        &self,
        tenant: TenantId,
        id: TaskId,
        due: Timestamp,
    ) -> Result<Option<Timestamp>, TaskError> {
        let asked = Asked::by(Principal::System);
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
                match decide_ring(before, due, self.given(tenant, &asked)) {
                    Ring::Nothing => Ok(None),
                    Ring::Later(at) => Ok(Some(at)),
                    Ring::Tell(decision) => self.commit(tenant, &asked, *decision).await.map(|_| None),
                }
            })
            .await
    }

    async fn seen(&self, tenant: TenantId, viewer: &Viewer, id: TaskId) -> Tried<Standing> {
        let found = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
        let seen = found.filter(|standing| viewer.sees_board(standing.board));
        seen.ok_or(Attempt::Refused(TaskError::NotFound))
    }

    async fn earlier(&self, tenant: TenantId, asked: &Asked) -> Tried<Option<Task>> {
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => Ok(None),
            Earlier::Answered(task) => Ok(Some(task)),
            Earlier::Mismatch => Err(Attempt::Refused(TaskError::IdempotencyMismatch)),
        }
    }

    fn given(&self, tenant: TenantId, asked: &Asked) -> Given {
        let (now, id) = (self.ports.now().in_milliseconds(), TaskId::from_uuid(self.ports.draw()));
        Given { tenant, by: asked.by, now, id }
    }

    async fn commit(&self, tenant: TenantId, asked: &Asked, decision: Decision) -> Tried {
        let Decision { after: Standing { row, board }, told, rings_at, had } = decision;
        let task = Task::on(board, &row);
        if told.is_empty() {
            return Ok(task);
        }
        let events = told.into_iter().map(|kind| self.event(asked, kind, (&task, had))).collect();
        let jobs = rings_at.map(|at| due::timer(&row, at)).into_iter().collect();
        let (at, fresh, about) = (row.updated_at, row.rev == 1, row.contact_id);
        let record = Record::Task(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }];
        let commit = Commit::new(tenant, at, rows, events).owing(jobs);
        self.ports.journal.commit(commit.answering(asked.answer(&task, about))).await?;
        Ok(task)
    }

    /// What is told of a task. Who has it hears of it wherever he is, and so does who had it before.
    fn event(&self, asked: &Asked, kind: EventType, (task, had): (&Task, Option<UserId>)) -> Event {
        let assignee = task.assignee_id.filter(|_| kind.is_for_the_assignee());
        let stands_with = task.conversation_id.map_or(task.id.as_uuid(), ConversationId::as_uuid);
        let data = Data { task: Some(Box::new(task.clone())), ..Data::default() };
        let mut event = asked.event(&self.ports, kind, (TopicKind::Task, stands_with), data);
        event.head.contact_id = task.contact_id;
        event.head.conversation_id = task.conversation_id;
        event.head.board_id = task.board_id;
        event.head.user_id = assignee;
        event.head.left_user_id = had.filter(|had| Some(*had) != assignee);
        event
    }
}

fn refused(error: StoreError) -> Attempt<TaskError> {
    Attempt::Refused(error.into())
}
