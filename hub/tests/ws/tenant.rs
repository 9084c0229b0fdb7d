//! A tenant and the people in it, made directly through the rooms.

use std::{sync::Arc, time::Duration};

use actors::{
    asked::Asked,
    board::{Boards, CreateBoard},
    conversation::{
        Change, ChannelRef, ContactRef, Conversation, Open, OpenRequest, SendMessage, Sender, Sight,
        UpdateConversation, What,
    },
    journal::{Commit, Record, Row},
};
use entities::{
    BoardId, ChannelId, ContactId, ConversationId, Json, Principal, TenantId, Timestamp, UserId,
    channel::ChannelType,
    contact,
    user::{self, Role, UserStatus},
};
use hub::{
    auth::{
        Bearer,
        token::{UserClaims, VisitorClaims},
    },
    hub::Hub,
};
use uuid::Uuid;

#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) hub: Arc<Hub>,
    pub(crate) id: TenantId,
    pub(crate) owner: UserId,
    pub(crate) webchat: ChannelId,
}

const HOUR: Duration = Duration::from_secs(3_600);

impl Tenant {
    /// A new user who sees all boards, or these.
    pub(crate) async fn user(&self, role: Role, boards: Option<Vec<BoardId>>) -> UserId {
        let (id, now) = (UserId::from_uuid(self.hub.ports.draw()), self.hub.ports.now());
        self.commit(vec![Row::Insert(Record::User(user_row(self.id, id, (role, boards), now)))]).await;
        id
    }

    /// Changes a user as the user room would.
    pub(crate) async fn change_user(&self, id: UserId, change: impl FnOnce(&mut user::Model)) {
        use entities::scope::SoftDeleted;
        let tenant = self.id;
        let found = self
            .hub
            .ports
            .store()
            .read(tenant, move |db| async move { user::Entity::live_by_id(tenant, id).one(&*db).await });
        let mut row = found.await.unwrap().unwrap();
        change(&mut row);
        row.rev += 1;
        self.commit(vec![Row::Update(Record::User(row))]).await;
    }

    /// Changes the tenant itself.
    pub(crate) async fn change(&self, change: impl FnOnce(&mut entities::tenant::Model)) {
        use entities::scope::SoftDeleted;
        let id = self.id;
        let found =
            self.hub.ports.store().read(id, move |db| async move {
                entities::tenant::Entity::live_by_id(id, id).one(&*db).await
            });
        let mut row = found.await.unwrap().unwrap();
        change(&mut row);
        row.rev += 1;
        self.commit(vec![Row::Update(Record::Tenant(row))]).await;
    }

    async fn commit(&self, rows: Vec<Row>) {
        let commit = Commit::new(self.id, self.hub.ports.now(), rows, Vec::new());
        self.hub.ports.journal.commit(commit).await.unwrap();
    }

    /// A new contact.
    pub(crate) async fn contact(&self) -> ContactRef {
        let (id, now) = (ContactId::from_uuid(self.hub.ports.draw()), self.hub.ports.now());
        let row = contact_row(self.id, id, now);
        let contact = ContactRef { id, name: row.name.clone() };
        self.commit(vec![Row::Insert(Record::Contact(row))]).await;
        contact
    }

    /// A conversation with a new contact.
    pub(crate) async fn conversation(&self) -> Conversation {
        self.conversation_on(None).await
    }

    /// The same on a board.
    pub(crate) async fn conversation_on(&self, board_id: Option<BoardId>) -> Conversation {
        let contact = self.contact().await;
        let channel = ChannelRef { id: self.webchat, kind: ChannelType::Webchat };
        let id = ConversationId::from_uuid(Uuid::nil());
        let open = Open { id, channel, contact, board_id, number: None, first: None };
        let request = OpenRequest { open, client_id: None, fence: None };
        self.hub.conversations.open(self.id, self.speaker(), request).await.unwrap().conversation
    }

    /// The owner says something; the answer is its seq.
    pub(crate) async fn say(&self, conversation: ConversationId, body: &str) -> i64 {
        self.change_conversation(
            conversation,
            What::Send(SendMessage { body: body.to_owned(), ..SendMessage::default() }),
        )
        .await
    }

    /// A board of the tenant.
    pub(crate) async fn board(&self, name: &str) -> BoardId {
        let create = CreateBoard { name: name.to_owned(), settings: serde_json::Map::new() };
        let asked = Asked::by(Principal::User(self.owner));
        Boards::new(self.hub.ports.clone()).create(self.id, &asked, &create).await.unwrap().id
    }

    /// The owner moves a conversation to another board.
    pub(crate) async fn move_to(&self, conversation: ConversationId, board: BoardId) {
        let what = What::Update(UpdateConversation { board_id: Some(board), ..Default::default() });
        self.change_conversation(conversation, what).await;
    }

    async fn change_conversation(&self, id: ConversationId, what: What) -> i64 {
        let change = Change::new(self.speaker(), what);
        self.hub.conversations.change(self.id, id, change).await.unwrap().seq
    }

    fn speaker(&self) -> Sender {
        Sender {
            principal: Principal::User(self.owner),
            name: "Ada".to_owned(),
            sight: Sight::All,
            overrides: false,
        }
    }

    /// An access token of the owner.
    pub(crate) fn owners_token(&self) -> String {
        self.token(self.owner)
    }

    /// An access token, good for an hour.
    pub(crate) fn token(&self, user_id: UserId) -> String {
        self.token_for(user_id, HOUR)
    }

    pub(crate) fn token_for(&self, user_id: UserId, ttl: Duration) -> String {
        let claims =
            UserClaims { user_id, tenant_id: self.id, role: Role::Agent, boards: None, sign_in_id: None };
        self.mint(Bearer::User(claims), self.hub.ports.now(), ttl)
    }

    /// A token that ended a second ago.
    pub(crate) fn expired_token(&self) -> String {
        let claims = UserClaims {
            user_id: self.owner,
            tenant_id: self.id,
            role: Role::Owner,
            boards: None,
            sign_in_id: None,
        };
        let issued = Timestamp::from_micros(self.hub.ports.now().as_micros() - 61_000_000);
        self.mint(Bearer::User(claims), issued, Duration::from_secs(60))
    }

    /// The token of the visitor whose conversation this is.
    pub(crate) fn visitor(&self, conversation: &Conversation) -> String {
        let claims = VisitorClaims {
            tenant_id: self.id,
            contact_id: conversation.contact.id,
            conversation_id: conversation.id,
            channel_id: self.webchat,
        };
        self.mint(Bearer::Visitor(claims), self.hub.ports.now(), HOUR)
    }

    fn mint(&self, bearer: Bearer, now: Timestamp, ttl: Duration) -> String {
        self.hub.tokens.mint(bearer, self.hub.ports.draw(), now, ttl).unwrap()
    }
}

fn user_row(
    tenant_id: TenantId,
    id: UserId,
    (role, boards): (Role, Option<Vec<BoardId>>),
    now: Timestamp,
) -> user::Model {
    user::Model {
        id,
        tenant_id,
        email: format!("{id}@example.com"),
        name: "Grace".to_owned(),
        role,
        boards: boards.map(Json),
        password_hash: None,
        status: UserStatus::Active,
        capacity: None,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: None,
    }
}

fn contact_row(tenant_id: TenantId, id: ContactId, now: Timestamp) -> contact::Model {
    contact::Model {
        id,
        tenant_id,
        name: "Visitor".to_owned(),
        temperature: None,
        stage: None,
        lead_score: None,
        time_zone: None,
        locale: None,
        tags: Json(Vec::new()),
        attributes: Json(serde_json::Map::new()),
        blocked: false,
        merged_into: None,
        activity_at: now,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: None,
    }
}
