//! Routing as agents and customers meet it, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use actix::{Actor, Addr, Context, Handler};
use actors::{
    asked::Asked,
    board::{Boards, CreateBoard, UpdateBoard},
    conversation::{
        Change, Conversation, SendMessage, Sender, Sight, UpdateConversation, What, store as conversations,
    },
    event::EventType,
    settings::{TenantSettings, UpdateSettings},
    sign_in::NewCode,
    tenant::{Availability, Deliver, Joined, SessionKey},
    testing::{House, Node, People, eventually},
    user::{CreateUser, Power, UpdateUser, Users},
    view::Viewer,
};
use entities::{
    BoardId, ConversationId, Digest, Principal, UserId,
    conversation::{ConversationStatus, Owner},
    user::{Role, UserStatus},
};
use futures::future::join_all;
use serde_json::{Map, Value, json};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A tab that is open and shows nothing.
struct Tab;

impl Actor for Tab {
    type Context = Context<Self>;
}

impl Handler<Deliver> for Tab {
    type Result = ();

    fn handle(&mut self, _: Deliver, _: &mut Self::Context) {}
}

struct Floor {
    people: People,
    board: BoardId,
    tabs: Vec<Addr<Tab>>,
}

fn routing(mode: &str, capacity: i32) -> Map<String, Value> {
    let routing = json!({ "mode": mode, "capacity": capacity });
    Map::from_iter([("routing".to_owned(), routing)])
}

impl Floor {
    /// A tenant with one board that gives its conversations out.
    async fn of(node: &Node, mode: &str, capacity: i32) -> Self {
        let people = People::arrive(node).await;
        let create = CreateBoard { name: "Support".to_owned(), settings: routing(mode, capacity) };
        let asked = Asked::by(Principal::User(people.owner));
        let board = Boards::new(node.ports.clone()).create(people.tenant, &asked, &create).await.unwrap().id;
        Self { people, board, tabs: Vec::new() }
    }

    async fn agent(&self, node: &Node, role: Role, capacity: Option<i32>) -> UserId {
        let users = Users::new(node.ports.clone());
        let text = node.ports.draw().simple().to_string();
        let expires_at = node.ports.now().plus(Duration::from_secs(60));
        let invitation = NewCode { hash: Digest::of(text.as_bytes()), text, expires_at };
        let email = format!("{}@example.com", node.ports.draw());
        let create = CreateUser { email, name: "Grace".to_owned(), role, boards: None, invitation };
        let asked = Asked::by(Principal::User(self.people.owner));
        let id = users.create(self.people.tenant, &asked, &create, Power::All).await.unwrap().user.id;
        let status = Some(UserStatus::Active);
        let update = UpdateUser { status, capacity: Some(capacity), ..UpdateUser::default() };
        users
            .update((self.people.tenant, id), &Asked::by(Principal::System), &update, Power::All)
            .await
            .unwrap();
        id
    }

    fn comes(&mut self, node: &Node, id: UserId) {
        let viewer = Viewer::User { id, role: Role::Agent, boards: None };
        let (session, tab) = (SessionKey(NEXT.fetch_add(1, Ordering::SeqCst)), Tab.start());
        let joined = Joined {
            session,
            viewer,
            name: "Grace".into(),
            from: [127, 0, 0, 1].into(),
            address: tab.clone().recipient(),
        };
        node.tenants.join(self.people.tenant, joined).unwrap();
        self.tabs.push(tab);
    }

    /// Somebody new writes to the board.
    async fn customer(&self, node: &Node) -> ConversationId {
        self.customer_on(node, Some(self.board)).await
    }

    async fn customer_on(&self, node: &Node, board: Option<BoardId>) -> ConversationId {
        let contact = self.people.contact(&node.ports).await;
        let by = Sender {
            principal: Principal::Contact(contact.id),
            name: contact.name.clone(),
            sight: Sight::All,
            overrides: false,
        };
        let mut request = self.people.request(contact);
        request.open.board_id = board;
        request.open.first = Some(SendMessage { body: "Hello?".to_owned(), ..SendMessage::default() });
        node.conversations.open(self.people.tenant, by, request).await.unwrap().conversation.id
    }

    async fn change(&self, node: &Node, id: ConversationId, update: UpdateConversation) {
        let by = self.people.agent();
        let change = Change::new(by, What::Update(update));
        node.conversations.change(self.people.tenant, id, change).await.unwrap();
    }

    async fn get(&self, node: &Node, id: ConversationId) -> Conversation {
        conversations::get(node.ports.store(), self.people.tenant, id).await.unwrap().unwrap()
    }

    async fn in_hand(&self, node: &Node, user: UserId) -> u64 {
        conversations::in_hand(node.ports.store(), self.people.tenant, user, 100).await.unwrap()
    }

    async fn waiting(&self, node: &Node) -> Vec<ConversationId> {
        let store = node.ports.store();
        let queue = conversations::queue(store, self.people.tenant, Some(self.board), 100).await.unwrap();
        queue.into_iter().map(|(id, _)| id).collect()
    }

    /// The one who has it, once somebody does.
    async fn assignee(&self, node: &Node, id: ConversationId) -> UserId {
        eventually("somebody is given it", async || self.get(node, id).await.assignee_id).await
    }
}

#[actix::test]
async fn what_waits_is_given_to_an_agent_who_is_here_and_can_be_asked() {
    for house in House::both().await {
        let node = house.node().await;
        let mut floor = Floor::of(&node, "round_robin", 5).await;
        let [ann, bob] =
            [floor.agent(&node, Role::Agent, None).await, floor.agent(&node, Role::Agent, None).await];
        let reader = floor.agent(&node, Role::ReadOnly, None).await;
        let first = floor.customer(&node).await;
        for user in [reader, floor.people.owner, ann] {
            floor.comes(&node, user);
        }
        assert_eq!(floor.assignee(&node, first).await, ann, "neither who only reads nor who leads");
        let after = floor.get(&node, first).await;
        assert_eq!((after.queued_at, after.owner), (None, Owner::Nobody));
        let assigned = eventually("it is told", async || {
            let told = node.recorder.of(floor.people.tenant);
            told.into_iter().rev().find(|event| event.head.kind == EventType::ConversationAssigned)
        })
        .await;
        assert_eq!(assigned.head.actor, Principal::System);

        floor.comes(&node, bob);
        node.tenants.set_availability(floor.people.tenant, ann, Availability::Busy).unwrap();
        for _ in 0..3 {
            let id = floor.customer(&node).await;
            assert_eq!(floor.assignee(&node, id).await, bob);
        }
        node.tenants.set_availability(floor.people.tenant, ann, Availability::Online).unwrap();
        let id = floor.customer(&node).await;
        assert_eq!(floor.assignee(&node, id).await, ann, "her turn is longest ago");
        node.close().await;
    }
}

#[actix::test]
async fn nobody_is_given_more_than_he_may_whoever_gives_it_out_and_the_oldest_is_next() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let mut floor = Floor::of(&node, "least_loaded", 2).await;
        let mut agents = Vec::new();
        for capacity in [None, Some(3), Some(0)] {
            let agent = floor.agent(&node, Role::Agent, capacity).await;
            floor.comes(&node, agent);
            floor.comes(&other, agent);
            agents.push(agent);
        }
        let come = (0..12).map(|number| floor.customer(if number % 2 == 0 { &node } else { &other }));
        let all = join_all(come).await;
        eventually("all places are taken", async || (floor.waiting(&node).await.len() == 7).then_some(()))
            .await;
        let mut in_hand = Vec::new();
        for agent in &agents {
            in_hand.push(floor.in_hand(&node, *agent).await);
        }
        assert_eq!(in_hand, [2, 3, 0]);

        let next = floor.waiting(&node).await[0];
        let mut had = None;
        for id in all {
            if floor.get(&node, id).await.assignee_id == Some(agents[0]) {
                had = Some(id);
            }
        }
        let status = Some(ConversationStatus::Resolved);
        floor.change(&node, had.unwrap(), UpdateConversation { status, ..Default::default() }).await;
        assert_eq!(floor.assignee(&node, next).await, agents[0]);
        assert_eq!(floor.waiting(&node).await.len(), 6);
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_node_gives_work_to_an_agent_who_sits_on_another_one() {
    for house in House::both().await {
        let (node, mut other) = (house.node().await, house.node().await);
        // The agent's own node gives nothing out.
        other.router = node.router.clone();
        let mut floor = Floor::of(&node, "round_robin", 5).await;
        let ann = floor.agent(&node, Role::Agent, None).await;
        floor.comes(&node, floor.people.owner);
        floor.comes(&other, ann);
        eventually("she is seen from here", async || {
            let available = node.tenants.available(floor.people.tenant).await.unwrap();
            available.iter().any(|present| present.user.user_id == ann).then_some(())
        })
        .await;
        let id = floor.customer(&node).await;
        assert_eq!(floor.assignee(&node, id).await, ann);
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn whoever_assigns_by_hand_wins_and_needs_no_room() {
    for house in House::both().await {
        let node = house.node().await;
        let mut floor = Floor::of(&node, "round_robin", 100).await;
        let (here, wanted) =
            (floor.agent(&node, Role::Agent, None).await, floor.agent(&node, Role::Agent, Some(0)).await);
        floor.comes(&node, here);
        let by_hand = async || {
            let id = floor.customer(&node).await;
            let assignee_id = Some(Some(wanted));
            floor.change(&node, id, UpdateConversation { assignee_id, ..Default::default() }).await;
            id
        };
        let all = join_all((0..20).map(|_| by_hand())).await;
        // Whatever routing does comes before this.
        let last = floor.customer(&node).await;
        assert_eq!(floor.assignee(&node, last).await, here);
        for id in all {
            assert_eq!(floor.get(&node, id).await.assignee_id, Some(wanted));
        }
        node.close().await;
    }
}

#[actix::test]
async fn what_a_bot_answers_or_nobody_wrote_in_waits_for_nobody() {
    for house in House::both().await {
        let node = house.node().await;
        let floor = Floor::of(&node, "round_robin", 5).await;
        let id = floor.customer(&node).await;
        let since = floor.get(&node, id).await.queued_at;
        assert!(since.is_some());
        node.clock.advance(Duration::from_secs(60));
        let change = async |update| {
            floor.change(&node, id, update).await;
            floor.get(&node, id).await.queued_at
        };
        let labels = Some(actors::conversation::ListChange::Whole(vec!["VIP".to_owned()]));
        let kept = change(UpdateConversation { labels, ..Default::default() }).await;
        assert_eq!(kept, since, "a change of something else leaves it its place");
        for (status, waits) in [("pending", false), ("open", true), ("resolved", false)] {
            let status = Some(status.parse().unwrap());
            let queued = change(UpdateConversation { status, ..Default::default() }).await;
            assert_eq!(queued.is_some(), waits);
            assert!(queued != since, "who waits again waits anew");
        }
        let status = Some(ConversationStatus::Open);
        change(UpdateConversation { status, owner: Some(Owner::Bot), ..Default::default() }).await;
        assert_eq!(floor.waiting(&node).await, []);
        let silent = floor.people.conversation(&node).await;
        assert_eq!(floor.get(&node, silent).await.queued_at, None, "nobody has written yet");
        node.close().await;
    }
}

#[actix::test]
async fn a_board_that_begins_to_give_out_gives_out_what_waits_already() {
    for house in House::both().await {
        let node = house.node().await;
        let mut floor = Floor::of(&node, "off", 5).await;
        let ann = floor.agent(&node, Role::Agent, None).await;
        floor.comes(&node, ann);
        let waits = floor.customer(&node).await;
        let settings = Some(routing("least_loaded", 1));
        let update = UpdateBoard { id: floor.board, name: None, settings, rev: None };
        let asked = Asked::by(Principal::User(floor.people.owner));
        Boards::new(node.ports.clone()).update(floor.people.tenant, &asked, &update).await.unwrap();
        assert_eq!(floor.assignee(&node, waits).await, ann);
        node.close().await;
    }
}

#[actix::test]
async fn what_stands_on_no_board_is_given_out_as_the_tenant_says() {
    for house in House::both().await {
        let node = house.node().await;
        let mut floor = Floor::of(&node, "off", 5).await;
        let ann = floor.agent(&node, Role::Agent, None).await;
        floor.comes(&node, ann);
        let (on_a_board, on_none) = (floor.customer(&node).await, floor.customer_on(&node, None).await);
        let asked = Asked::by(Principal::User(floor.people.owner));
        let update = UpdateSettings { chosen: routing("round_robin", 2), ..UpdateSettings::default() };
        TenantSettings::new(node.ports.clone()).update(floor.people.tenant, &asked, &update).await.unwrap();
        assert_eq!(floor.assignee(&node, on_none).await, ann);
        assert_eq!(floor.waiting(&node).await, [on_a_board], "the board gives nothing out");
        node.close().await;
    }
}
