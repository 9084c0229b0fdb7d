//! People who come in as people do: invited through the door, by a link, with a password.

use std::time::Duration;

use actors::founding::{Founding, found};
use entities::{ChannelId, ContactId, ConversationId, TenantId, UserId, user::Role};
use hub::auth::{
    Bearer,
    token::{UserClaims, VisitorClaims},
};
use serde_json::{Value, json};

use super::house::House;

/// The password of everybody here.
pub(crate) const PASSWORD: &str = "correct horse battery";

const HOUR: Duration = Duration::from_secs(3_600);

/// A founded tenant with its owner, who has a token and no password.
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) owner: UserId,
    pub(crate) owners_token: String,
    pub(crate) webchat: ChannelId,
}

/// Somebody who was invited, came, and set the password.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl House {
    /// A tenant nobody else has anything to do with.
    pub(crate) async fn tenant(&self) -> Tenant {
        let founding = Founding {
            name: "Acme".to_owned(),
            owner_email: "owner@example.com".to_owned(),
            webchat_key: self.hub.ports.draw().simple().to_string(),
            default_country: None,
        };
        let founded = found(&self.hub.ports, founding).await.unwrap();
        let owners_token = self.token(founded.tenant, founded.owner);
        Tenant { id: founded.tenant, owner: founded.owner, owners_token, webchat: founded.webchat }
    }

    /// An access token as the command line makes them: it claims a role, which nobody believes.
    pub(crate) fn token(&self, tenant: TenantId, user: UserId) -> String {
        self.mint(Bearer::User(claims(tenant, user)))
    }

    pub(crate) fn mint(&self, bearer: Bearer) -> String {
        self.hub.tokens.mint(bearer, self.hub.ports.draw(), self.hub.ports.now(), HOUR).unwrap()
    }

    /// A token of a visitor whose contact and conversation nobody knows.
    pub(crate) fn strange_visitor(&self, tenant: &Tenant) -> String {
        let draw = || self.hub.ports.draw();
        self.mint(Bearer::Visitor(VisitorClaims {
            tenant_id: tenant.id,
            contact_id: ContactId::from_uuid(draw()),
            conversation_id: ConversationId::from_uuid(draw()),
            channel_id: tenant.webchat,
        }))
    }

    /// A board of the tenant.
    pub(crate) async fn board(&self, tenant: &Tenant) -> Value {
        self.post(&tenant.owners_token, "/api/boards", json!({"name": "Sales"})).await.with(201)["id"].take()
    }

    /// Invites somebody; the answer has the user and the link.
    pub(crate) async fn invite(&self, tenant: &Tenant, email: &str, role: &str) -> Value {
        let body = json!({"email": email, "name": "Grace", "role": role});
        self.post(&tenant.owners_token, "/api/users", body).await.with(201)
    }

    /// Invites somebody, who comes and sets the password.
    pub(crate) async fn person(&self, tenant: &Tenant, email: &str, role: &str) -> Person {
        let invited = self.invite(tenant, email, role).await;
        let body = json!({"code": code(&invited), "password": PASSWORD});
        let signed_in = self.knock("/api/auth/exchange", body).await.with(200);
        Person {
            id: invited["id"].as_str().unwrap().to_owned(),
            email: email.to_owned(),
            access: signed_in["access_token"].as_str().unwrap().to_owned(),
            refresh: signed_in["refresh_token"].as_str().unwrap().to_owned(),
        }
    }
}

/// Claims that boast: an owner of all boards.
pub(crate) fn claims(tenant_id: TenantId, user_id: UserId) -> UserClaims {
    UserClaims { user_id, tenant_id, role: Role::Owner, boards: None, sign_in_id: None }
}

/// The code in an invitation's link.
pub(crate) fn code(invited: &Value) -> &str {
    invited["invite_url"].as_str().unwrap().split_once("/sign-in#").unwrap().1
}
