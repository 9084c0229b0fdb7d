//! A task from its making to its end.

use actors::{
    event::{EventType, log},
    task::{CreateTask, RemoveTask, TaskError, UpdateTask},
    testing::{House, People},
    topic::Topic,
};
use entities::{
    Place, Stretch, TaskId, Timestamp,
    conversation::Assignee,
    task::{Filter, TaskStatus},
};
use futures::future::join_all;

use super::{Desk, HOUR, list};

#[actix::test]
async fn a_task_is_made_changed_done_and_taken_away_and_each_is_told() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let conversation = desk.people.conversation(&node).await;
        let create = CreateTask { conversation_id: Some(conversation), ..CreateTask::default() };
        let made = desk.make(create).await;
        assert_eq!((made.title.as_str(), made.rev, made.due_at), ("Follow up", 1, None));
        let contact = made.contact_id.unwrap();
        let note = UpdateTask { note: Some(Some("twice".to_owned())), ..UpdateTask::of(made.id) };
        assert_eq!(desk.change(note).await.unwrap().note.as_deref(), Some("twice"));
        let done = desk.finish(made.id).await;
        assert_eq!((done.done_by, done.rev), (made.created_by, 3));
        assert_eq!(desk.finish(made.id).await, done, "it is done once");
        let open = UpdateTask { done: Some(false), ..UpdateTask::of(made.id) };
        let open = desk.change(open).await.unwrap();
        assert_eq!(desk.seen(&desk.owner(), made.id).await, Some(open.clone()));
        let remove = RemoveTask { id: made.id, rev: Some(open.rev) };
        desk.tasks.remove(desk.people.tenant, &desk.asked(), &desk.owner(), remove).await.unwrap();
        assert_eq!(desk.seen(&desk.owner(), made.id).await, None);
        let again = desk.tasks.remove(desk.people.tenant, &desk.asked(), &desk.owner(), remove).await;
        assert_eq!(again, Err(TaskError::NotFound));
        use EventType::{TaskCreated, TaskDeleted, TaskDone, TaskReopened, TaskUpdated};
        assert_eq!(desk.kinds().await, [TaskCreated, TaskUpdated, TaskDone, TaskReopened, TaskDeleted]);
        let told = desk.told().await;
        let topics: Vec<Topic> = told[0].head.topics().collect();
        let own = [Topic::Conversation(conversation), Topic::Contact(contact), Topic::Inbox, Topic::Console];
        assert_eq!((topics, told[0].head.topic()), (own.to_vec(), own[0]));
        assert_eq!(told[3].parse().unwrap().task.as_deref(), Some(&open));
        for topic in &own[..2] {
            let past = log::of_topic(node.ports.store(), desk.people.tenant, *topic, Stretch::Last, 50).await;
            let tasks = past.unwrap().into_iter().filter(|event| event.head.kind.name().starts_with("task."));
            assert_eq!(tasks.count(), 5, "{topic} remembers them");
        }
        node.close().await;
    }
}

#[actix::test]
async fn open_tasks_are_listed_by_their_time_and_done_ones_by_theirs() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let now = node.ports.now();
        let later = desk.due(now.plus(2 * HOUR)).await.id;
        let never = desk.make(CreateTask::default()).await.id;
        let sooner = desk.due(now.plus(HOUR)).await.id;
        assert_eq!(desk.listed(list(TaskStatus::Open)).await, [sooner, later, never]);
        let due_before = Some(now.plus(2 * HOUR).minus(HOUR / 2));
        assert_eq!(desk.listed(Filter { due_before, ..list(TaskStatus::Open) }).await, [sooner]);
        let own = Some(Assignee::User(desk.people.owner));
        assert_eq!(desk.listed(Filter { assignee: own, ..list(TaskStatus::Open) }).await, [sooner, later]);
        let nobodys = Filter { assignee: Some(Assignee::Nobody), ..list(TaskStatus::Open) };
        assert_eq!(desk.listed(nobodys).await, [never]);
        for id in [later, sooner] {
            node.clock.advance(HOUR / 60);
            desk.finish(id).await;
        }
        assert_eq!(desk.listed(list(TaskStatus::Open)).await, [never]);
        assert_eq!(desk.listed(list(TaskStatus::Done)).await, [sooner, later]);
        node.close().await;
    }
}

/// Pages of two, each behind the last of the one before.
async fn all_pages(desk: &Desk<'_>, status: TaskStatus) -> Vec<TaskId> {
    let (mut all, mut behind) = (Vec::new(), None);
    loop {
        let page = desk.page(list(status), behind, 2).await;
        let Some(last) = page.last() else { return all };
        behind = Some(Place { at: last.listed_at(), id: last.id.as_uuid() });
        all.extend(page.iter().map(|task| task.id));
    }
}

#[actix::test]
async fn pages_leave_nothing_out_and_show_nothing_twice() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let at = |hours| Some(Timestamp::from_micros(4_000_000_000_000_000).plus(HOUR * hours));
        for due_at in [at(3), None, at(1), at(1), None, at(2), None] {
            desk.make(CreateTask { due_at, ..CreateTask::default() }).await;
        }
        let all = desk.listed(list(TaskStatus::Open)).await;
        assert_eq!((all_pages(&desk, TaskStatus::Open).await, all.len()), (all.clone(), 7));
        for id in &all {
            node.clock.advance(HOUR);
            desk.finish(*id).await;
        }
        let mut done = all_pages(&desk, TaskStatus::Done).await;
        done.reverse();
        assert_eq!(done, all);
        node.close().await;
    }
}

#[actix::test]
async fn two_nodes_that_change_one_task_lose_no_change() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let people = People::arrive(&node).await;
        let (desk, second) = (Desk::at(&node, people), Desk::at(&other, people));
        let made = desk.make(CreateTask::default()).await;
        let titled = |desk: &Desk<'_>, title: &str| {
            let update = UpdateTask { title: Some(title.to_owned()), ..UpdateTask::of(made.id) };
            let (tasks, asked, owner) = (desk.tasks.clone(), desk.asked(), desk.owner());
            async move { tasks.update(people.tenant, &asked, &owner, &update).await }
        };
        let changes =
            join_all([titled(&desk, "a"), titled(&desk, "b"), titled(&second, "c"), titled(&second, "d")]);
        let carried_out = changes.await.into_iter().filter(Result::is_ok).count();
        let after = desk.seen(&desk.owner(), made.id).await.unwrap();
        assert_eq!(after.rev, 1 + carried_out as i64);
        assert_eq!(desk.kinds().await.len(), 1 + carried_out);
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_task_outlives_the_contact_it_is_about() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::at(&node, People::arrive(&node).await);
        let contact = desk.people.contact(&node.ports).await.id;
        let about = CreateTask { contact_id: Some(contact), ..CreateTask::default() };
        let made = desk.make(about.clone()).await;
        let contacts = actors::contact::Contacts::new(node.ports.clone());
        let remove = actors::contact::RemoveContact { id: contact, rev: None };
        contacts.remove(desk.people.tenant, &desk.asked(), remove).await.unwrap();
        assert_eq!(desk.seen(&desk.owner(), made.id).await, Some(made.clone()));
        let of_contact = Filter { contacts: Some(vec![contact]), ..list(TaskStatus::Open) };
        assert_eq!(desk.listed(of_contact).await, [made.id]);
        assert!(desk.finish(made.id).await.done_at.is_some());
        assert_eq!(desk.try_make(about).await, Err(TaskError::NotFound), "nobody is to do more about it");
        node.close().await;
    }
}
