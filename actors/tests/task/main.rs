//! Tasks as users meet them, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod due;
mod life;
mod sight;

use std::time::Duration;

use actors::{
    asked::Asked,
    event::{EventType, Recorded, log},
    task::{CreateTask, Task, TaskError, Tasks, UpdateTask, store},
    testing::{Node, People},
    view::Viewer,
};
use entities::{
    Place, Principal, TaskId, Timestamp,
    task::{Filter, TaskStatus},
    user::Role,
};

const HOUR: Duration = Duration::from_secs(3600);

/// The owner at his tasks.
struct Desk<'a> {
    node: &'a Node,
    people: People,
    tasks: Tasks,
}

impl<'a> Desk<'a> {
    fn at(node: &'a Node, people: People) -> Self {
        Self { node, people, tasks: Tasks::new(node.ports.clone()) }
    }

    fn owner(&self) -> Viewer {
        Viewer::User { id: self.people.owner, role: Role::Owner, boards: None }
    }

    fn asked(&self) -> Asked {
        Asked::by(Principal::User(self.people.owner))
    }

    async fn try_make(&self, create: CreateTask) -> Result<Task, TaskError> {
        self.tasks.create(self.people.tenant, &self.asked(), &self.owner(), &create).await
    }

    async fn make(&self, create: CreateTask) -> Task {
        self.try_make(create).await.unwrap()
    }

    /// His own, due then.
    async fn due(&self, due_at: Timestamp) -> Task {
        let assignee_id = Some(self.people.owner);
        self.make(CreateTask { due_at: Some(due_at), assignee_id, ..CreateTask::default() }).await
    }

    async fn change(&self, update: UpdateTask) -> Result<Task, TaskError> {
        self.tasks.update(self.people.tenant, &self.asked(), &self.owner(), &update).await
    }

    async fn finish(&self, id: TaskId) -> Task {
        self.change(UpdateTask { done: Some(true), ..UpdateTask::of(id) }).await.unwrap()
    }

    async fn seen(&self, viewer: &Viewer, id: TaskId) -> Option<Task> {
        store::get(self.node.ports.store(), self.people.tenant, viewer, id).await.unwrap()
    }

    async fn page(&self, filter: Filter, behind: Option<Place>, limit: u64) -> Vec<Task> {
        store::page(self.node.ports.store(), self.people.tenant, filter, (behind, limit)).await.unwrap()
    }

    async fn listed(&self, filter: Filter) -> Vec<TaskId> {
        self.page(filter, None, 50).await.into_iter().map(|task| task.id).collect()
    }

    /// What was told of tasks, in its order.
    async fn told(&self) -> Vec<Recorded> {
        let log = log::after(self.node.ports.store(), self.people.tenant, 0, 200).await.unwrap();
        log.into_iter().filter(|event| event.head.kind.name().starts_with("task.")).collect()
    }

    async fn kinds(&self) -> Vec<EventType> {
        self.told().await.into_iter().map(|event| event.head.kind).collect()
    }
}

/// All of one list.
fn list(status: TaskStatus) -> Filter {
    Filter {
        visible_boards: None,
        status,
        assignee: None,
        contacts: None,
        conversation_id: None,
        due_before: None,
    }
}
