//! A tenant with people in it, for tests that need somebody to talk.

use entities::{BoardId, ConversationId, Principal, TenantId, UserId, channel::ChannelType};

use crate::{
    asked::Asked,
    board::{Boards, CreateBoard},
    conversation::{ChannelRef, ContactRef, Open, OpenRequest, Opened, Sender, Sight},
    founding::{Founded, Founding, found},
    ports::Ports,
};

use super::Node;

/// A founded tenant.
#[derive(Clone, Copy, Debug)]
pub struct People {
    pub tenant: TenantId,
    pub owner: UserId,
    pub founded: Founded,
}

impl People {
    /// Founds a tenant on `node`.
    pub async fn arrive(node: &Node) -> Self {
        let ports = &node.ports;
        let founding = Founding {
            name: "Acme".to_owned(),
            owner_email: "owner@example.com".to_owned(),
            webchat_key: ports.draw().simple().to_string(),
            default_country: None,
        };
        let founded = found(ports, founding).await.expect("a tenant is founded");
        Self { tenant: founded.tenant, owner: founded.owner, founded }
    }

    /// The owner, ready to speak.
    #[must_use]
    pub fn agent(&self) -> Sender {
        Sender {
            principal: Principal::User(self.owner),
            name: "Ada".to_owned(),
            sight: Sight::All,
            overrides: false,
        }
    }

    /// A board that is new.
    pub async fn board(&self, ports: &Ports, name: &str) -> BoardId {
        let create = CreateBoard { name: name.to_owned(), settings: serde_json::Map::new() };
        let asked = Asked::by(Principal::User(self.owner));
        Boards::new(ports.clone()).create(self.tenant, &asked, &create).await.expect("a board is made").id
    }

    /// A contact that is new.
    pub async fn contact(&self, ports: &Ports) -> ContactRef {
        let contact = self.newcomer(ports);
        ports.journal.commit(self.making(ports, &contact, 0)).await.expect("a contact is made");
        ContactRef { id: contact.id, name: contact.name }
    }

    /// A conversation with a new contact, opened by the agent.
    pub async fn conversation(&self, node: &Node) -> ConversationId {
        let contact = self.contact(&node.ports).await;
        self.open(node, contact).await.conversation.id
    }

    /// The conversation with this contact.
    pub async fn open(&self, node: &Node, contact: ContactRef) -> Opened {
        let request = self.request(contact);
        node.conversations.open(self.tenant, self.agent(), request).await.expect("a conversation opens")
    }

    /// A request to open the conversation with this contact.
    #[must_use]
    pub fn request(&self, contact: ContactRef) -> OpenRequest {
        let channel = ChannelRef { id: self.founded.webchat, kind: ChannelType::Webchat };
        let id = ConversationId::from_uuid(uuid::Uuid::nil());
        let open = Open { id, channel, contact, board_id: None, number: None, first: None };
        OpenRequest { open, client_id: None, fence: None }
    }
}
