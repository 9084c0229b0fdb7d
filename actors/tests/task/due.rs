//! That a task is due is told in time, once, and not when it should not be.

use actors::{
    event::EventType,
    task::{CreateTask, RemoveTask, Task, UpdateTask},
    testing::{House, People, eventually},
    topic::Topic,
};
use entities::{JobId, Timestamp, job::JobStatus};

use super::{Desk, HOUR};

impl Desk<'_> {
    async fn rung(&self) -> Vec<Task> {
        let due = self.told().await.into_iter().filter(|event| event.head.kind == EventType::TaskDue);
        due.map(|event| *event.parse().unwrap().task.unwrap()).collect()
    }

    async fn rings(&self, count: usize) -> Vec<Task> {
        eventually("a task that is due", async || {
            let rung = self.rung().await;
            (rung.len() >= count).then_some(rung)
        })
        .await
    }

    /// Waits until the task's own timer is done.
    async fn timer_ran(&self, task: &Task) {
        eventually("the timer of a task", async || {
            let id = JobId::from_uuid(task.id.as_uuid());
            let job = actors::jobs::get(self.node.ports.store(), self.people.tenant, id).await.unwrap();
            job.filter(|job| job.status == JobStatus::Done).map(|_| ())
        })
        .await;
    }

    async fn put_off(&self, task: &Task, due_at: Option<Timestamp>) -> Task {
        self.change(UpdateTask { due_at: Some(due_at), ..UpdateTask::of(task.id) }).await.unwrap()
    }
}

#[actix::test]
async fn a_task_is_told_due_in_time_and_once_to_its_assignee_and_in_the_inbox() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let now = node.ports.now();
        let (own, nobodys) = (desk.due(now.plus(HOUR)).await, CreateTask::default());
        let nobodys = desk.make(CreateTask { due_at: Some(now.plus(2 * HOUR)), ..nobodys }).await;
        assert_eq!(desk.rung().await, []);
        node.clock.advance(HOUR);
        assert_eq!(desk.rings(1).await.iter().map(|task| task.id).collect::<Vec<_>>(), [own.id]);
        node.clock.advance(HOUR);
        let rung = desk.rings(2).await;
        assert_eq!((rung[1].id, rung[1].rev), (nobodys.id, 2));
        let due: Vec<_> =
            desk.told().await.into_iter().filter(|told| told.head.kind == EventType::TaskDue).collect();
        let topics = |at: usize| due[at].head.topics().collect::<Vec<_>>();
        assert_eq!(topics(0), [Topic::User(desk.people.owner), Topic::Inbox, Topic::Console]);
        assert_eq!(topics(1), [Topic::Inbox, Topic::Console]);
        desk.timer_ran(&own).await;
        desk.timer_ran(&nobodys).await;
        assert_eq!(desk.rung().await.len(), 2);
        node.close().await;
    }
}

#[actix::test]
async fn a_task_that_fell_due_while_the_house_was_closed_is_told_once_by_one_of_two_nodes() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let task = Desk::at(&node, people).due(node.ports.now().plus(HOUR)).await;
        node.close().await;
        let (node, other) = (house.node().await, house.node().await);
        let desk = Desk::at(&node, people);
        assert_eq!(desk.rung().await, []);
        node.clock.advance(2 * HOUR);
        other.clock.advance(2 * HOUR);
        assert_eq!(desk.rings(1).await[0].id, task.id);
        desk.timer_ran(&task).await;
        assert_eq!(desk.rung().await.len(), 1);
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_task_that_is_put_off_is_told_at_its_last_time_and_anew_after_it_was_told() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let now = node.ports.now();
        let (later, sooner) = (desk.due(now.plus(HOUR)).await, desk.due(now.plus(3 * HOUR)).await);
        desk.put_off(&later, Some(now.plus(3 * HOUR))).await;
        desk.put_off(&sooner, Some(now.plus(HOUR))).await;
        node.clock.advance(HOUR);
        assert_eq!(desk.rings(1).await[0].id, sooner.id);
        desk.timer_ran(&sooner).await;
        desk.put_off(&sooner, Some(now.plus(2 * HOUR))).await;
        node.clock.advance(2 * HOUR);
        let rung = desk.rings(3).await;
        assert_eq!(rung.iter().filter(|task| task.id == sooner.id).count(), 2);
        desk.timer_ran(&later).await;
        desk.timer_ran(&sooner).await;
        assert_eq!(desk.rung().await.len(), 3);
        node.close().await;
    }
}

#[actix::test]
async fn what_was_done_taken_away_or_freed_of_its_time_is_not_told_and_what_is_open_again_is() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let due = node.ports.now().plus(HOUR);
        let (done, gone, freed) = (desk.due(due).await, desk.due(due).await, desk.due(due).await);
        desk.finish(done.id).await;
        let remove = RemoveTask { id: gone.id, rev: None };
        desk.tasks.remove(desk.people.tenant, &desk.asked(), &desk.owner(), remove).await.unwrap();
        desk.put_off(&freed, None).await;
        node.clock.advance(2 * HOUR);
        for task in [&done, &gone, &freed] {
            desk.timer_ran(task).await;
        }
        assert_eq!(desk.rung().await, []);
        let open = UpdateTask { done: Some(false), ..UpdateTask::of(done.id) };
        desk.change(open.clone()).await.unwrap();
        assert_eq!(desk.rings(1).await[0].id, done.id);
        desk.timer_ran(&done).await;
        desk.finish(done.id).await;
        desk.change(open).await.unwrap();
        assert_eq!(desk.rung().await.len(), 1, "its time was told");
        node.close().await;
    }
}
