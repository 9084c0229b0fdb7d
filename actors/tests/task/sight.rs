//! Boards narrow tasks: their own, or that of their conversation as it stands now.

use actors::{
    board::{BoardError, Boards, RemoveBoard},
    conversation::{Change, UpdateConversation, What},
    sign_in::NewCode,
    task::{CreateTask, TaskError, UpdateTask},
    testing::{House, Node, People},
    user::{CreateUser, Power, UpdateUser, Users},
    view::Viewer,
};
use entities::{
    BoardId, ConversationId, Digest, Principal, UserId,
    task::{Filter, TaskStatus},
    user::{Role, UserStatus},
};

use super::{Desk, HOUR, list};

async fn to_status(node: &Node, people: &People, id: UserId, status: UserStatus) {
    let update = UpdateUser { status: Some(status), ..UpdateUser::default() };
    let users = Users::new(node.ports.clone());
    users
        .update((people.tenant, id), &actors::asked::Asked::by(Principal::System), &update, Power::All)
        .await
        .unwrap();
}

/// An agent of this board alone.
async fn agent(node: &Node, people: &People, board: BoardId) -> (UserId, Viewer) {
    let text = node.ports.draw().simple().to_string();
    let expires_at = node.ports.now().plus(HOUR);
    let create = CreateUser {
        email: format!("{text}@example.com"),
        name: "Bob".to_owned(),
        role: Role::Agent,
        boards: Some(vec![board]),
        invitation: NewCode { hash: Digest::of(text.as_bytes()), text, expires_at },
    };
    let asked = actors::asked::Asked::by(Principal::User(people.owner));
    let users = Users::new(node.ports.clone());
    let id = users.create(people.tenant, &asked, &create, Power::All).await.unwrap().user.id;
    to_status(node, people, id, UserStatus::Active).await;
    (id, Viewer::User { id, role: Role::Agent, boards: Some([board].into()) })
}

async fn move_to(desk: &Desk<'_>, conversation: ConversationId, board: BoardId) {
    let what = What::Update(UpdateConversation { board_id: Some(board), ..Default::default() });
    let change = Change::new(desk.people.agent(), what);
    desk.node.conversations.change(desk.people.tenant, conversation, change).await.unwrap();
}

fn of(viewer: &Viewer) -> Filter {
    Filter { visible_boards: viewer.boards(), ..list(TaskStatus::Open) }
}

#[actix::test]
async fn a_task_stands_where_its_conversation_stands_now() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let desk = Desk::at(&node, people);
        let boards = [people.board(&node.ports, "Sales").await, people.board(&node.ports, "Shop").await];
        let ((_, sales), (_, shop)) =
            (agent(&node, &people, boards[0]).await, agent(&node, &people, boards[1]).await);
        let conversation = people.conversation(&node).await;
        let about = CreateTask { conversation_id: Some(conversation), ..CreateTask::default() };
        let task = desk.make(about.clone()).await;
        let everybodys = desk.make(CreateTask::default()).await;
        assert!(desk.seen(&sales, task.id).await.is_some() && desk.seen(&shop, task.id).await.is_some());
        for (board, (insider, outsider)) in boards.into_iter().zip([(&sales, &shop), (&shop, &sales)]) {
            move_to(&desk, conversation, board).await;
            assert_eq!(desk.seen(insider, task.id).await.unwrap().board_id, Some(board));
            assert_eq!(desk.seen(outsider, task.id).await, None);
            assert_eq!(desk.listed(of(insider)).await, [task.id, everybodys.id]);
            assert_eq!(desk.listed(of(outsider)).await, [everybodys.id]);
            let update = UpdateTask { done: Some(true), ..UpdateTask::of(task.id) };
            let refused = desk.tasks.update(people.tenant, &desk.asked(), outsider, &update).await;
            assert_eq!(refused, Err(TaskError::NotFound));
            let refused = desk.tasks.create(people.tenant, &desk.asked(), outsider, &about).await;
            assert_eq!(refused, Err(TaskError::NotFound));
        }
        let titled = UpdateTask { title: Some("Call".to_owned()), ..UpdateTask::of(task.id) };
        desk.change(titled).await.unwrap();
        let told = desk.told().await.pop().unwrap();
        assert_eq!(told.head.board_id, Some(boards[1]));
        assert!(shop.may_see(&told.head) && !sales.may_see(&told.head));
        node.close().await;
    }
}

#[actix::test]
async fn an_assignee_is_active_and_sees_the_board_when_he_is_given_the_task_and_keeps_it_then() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
        let desk = Desk::at(&node, people);
        let boards = [people.board(&node.ports, "Sales").await, people.board(&node.ports, "Shop").await];
        let ((insider, sees), (outsider, _)) =
            (agent(&node, &people, boards[0]).await, agent(&node, &people, boards[1]).await);
        let on_board = |assignee_id| CreateTask {
            assignee_id: Some(assignee_id),
            board_id: Some(boards[0]),
            ..CreateTask::default()
        };
        for unable in [outsider, strangers.owner] {
            let refused = desk.try_make(on_board(unable)).await;
            assert!(matches!(refused, Err(TaskError::Invalid { field: "assignee_id", .. })), "{refused:?}");
        }
        let task = desk.make(on_board(insider)).await;
        let give = |to| UpdateTask { assignee_id: Some(to), ..UpdateTask::of(task.id) };
        let refused = desk.change(give(Some(outsider))).await;
        assert!(matches!(refused, Err(TaskError::Invalid { field: "assignee_id", .. })));
        to_status(&node, &people, insider, UserStatus::Disabled).await;
        assert_eq!(desk.listed(of(&sees)).await, [task.id]);
        let kept = UpdateTask { title: Some("Call".to_owned()), ..give(Some(insider)) };
        assert_eq!(desk.change(kept).await.unwrap().assignee_id, Some(insider), "he keeps what he has");
        assert_eq!(desk.change(give(None)).await.unwrap().assignee_id, None);
        let refused = desk.change(give(Some(insider))).await;
        assert!(matches!(refused, Err(TaskError::Invalid { field: "assignee_id", .. })));
        node.close().await;
    }
}

#[actix::test]
async fn a_board_stays_while_a_task_stands_on_it() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let desk = Desk::at(&node, people);
        let board = people.board(&node.ports, "Sales").await;
        let task = desk.make(CreateTask { board_id: Some(board), ..CreateTask::default() }).await;
        let boards = Boards::new(node.ports.clone());
        let remove = RemoveBoard { id: board, rev: None };
        let refused = boards.remove(people.tenant, &desk.asked(), remove).await;
        assert_eq!(refused, Err(BoardError::InUse { by: vec!["tasks"] }));
        let gone = actors::task::RemoveTask { id: task.id, rev: None };
        desk.tasks.remove(people.tenant, &desk.asked(), &desk.owner(), gone).await.unwrap();
        assert!(boards.remove(people.tenant, &desk.asked(), remove).await.is_ok());
        node.close().await;
    }
}

#[actix::test]
async fn another_tenant_finds_nothing() {
    for house in House::both().await {
        let node = house.node().await;
        let (ours, theirs) =
            (Desk::at(&node, People::arrive(&node).await), Desk::at(&node, People::arrive(&node).await));
        let task = ours.make(CreateTask::default()).await;
        assert_eq!(theirs.seen(&theirs.owner(), task.id).await, None);
        assert_eq!(theirs.listed(list(TaskStatus::Open)).await, []);
        let update = UpdateTask { done: Some(true), ..UpdateTask::of(task.id) };
        assert_eq!(theirs.change(update).await, Err(TaskError::NotFound));
        let contact_id = Some(ours.people.contact(&node.ports).await.id);
        let about = CreateTask { contact_id, ..CreateTask::default() };
        assert_eq!(theirs.try_make(about).await, Err(TaskError::NotFound));
        let conversation_id = Some(ours.people.conversation(&node).await);
        let about = CreateTask { conversation_id, ..CreateTask::default() };
        assert_eq!(theirs.try_make(about).await, Err(TaskError::NotFound));
        node.close().await;
    }
}
