//! Users as callers meet them, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use actors::{
    asked::Asked,
    sign_in::{NewCode, SignIns},
    tenant::CloseCode,
    testing::{House, Node, People},
    user::{CreateUser, Power, UpdateUser, UserError, Users},
};
use entities::{
    Digest, Principal, TenantScope, UserId, audit_entry,
    user::{Role, UserStatus},
};

fn create(node: &Node, email: &str, role: Role) -> CreateUser {
    let text = node.ports.draw().simple().to_string();
    let expires_at = node.ports.now().plus(std::time::Duration::from_secs(60));
    let invitation = NewCode { hash: Digest::of(text.as_bytes()), text, expires_at };
    CreateUser { email: email.to_owned(), name: "Grace".to_owned(), role, boards: None, invitation }
}

async fn invited(node: &Node, people: &People, role: Role) -> UserId {
    let email = format!("{}@example.com", node.ports.draw());
    let asked = Asked::by(Principal::User(people.owner));
    let users = Users::new(node.ports.clone());
    let invited = users.create(people.tenant, &asked, &create(node, &email, role), Power::All).await.unwrap();
    invited.user.id
}

fn to_role(role: Role) -> UpdateUser {
    UpdateUser { role: Some(role), ..UpdateUser::default() }
}

fn to_status(status: UserStatus) -> UpdateUser {
    UpdateUser { status: Some(status), ..UpdateUser::default() }
}

#[actix::test]
async fn of_two_owners_who_demote_each_other_one_stays() {
    for house in House::both().await {
        let node = house.node().await;
        let users = Users::new(node.ports.clone());
        for _ in 0..5 {
            let people = People::arrive(&node).await;
            let other = invited(&node, &people, Role::Owner).await;
            let who = |id| (people.tenant, id);
            let active = to_status(UserStatus::Active);
            users.update(who(other), &Asked::by(Principal::System), &active, Power::All).await.unwrap();
            let (demote, by) = (to_role(Role::Admin), |user| Asked::by(Principal::User(user)));
            let (other_asks, owner_asks) = (by(other), by(people.owner));
            let (one, two) = futures::join!(
                users.update(who(people.owner), &other_asks, &demote, Power::Of(Role::Owner)),
                users.update(who(other), &owner_asks, &demote, Power::Of(Role::Owner)),
            );
            let refusals = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
            assert!(matches!(refusals[..], [UserError::LastOwner]), "{refusals:?}");
        }
        node.close().await;
    }
}

#[actix::test]
async fn who_is_disabled_is_signed_out_in_the_same_commit() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (users, sign_ins) = (Users::new(node.ports.clone()), SignIns::new(node.ports.clone()));
        let who = (people.tenant, invited(&node, &people, Role::Agent).await);
        let later = node.ports.now().plus(std::time::Duration::from_secs(3_600));
        let opened = sign_ins.open(who, later, None).await.unwrap();
        let disable = to_status(UserStatus::Disabled);
        let changed = users.update(who, &Asked::by(Principal::System), &disable, Power::All).await.unwrap();
        assert_eq!(changed.closes, Some(CloseCode::Revoked));
        assert!(sign_ins.rotate((opened.family, 0), later, None).await.is_err());
        node.close().await;
    }
}

#[actix::test]
async fn every_change_of_power_is_recorded() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let users = Users::new(node.ports.clone());
        let who = (people.tenant, invited(&node, &people, Role::Agent).await);
        let by = Asked::by(Principal::User(people.owner));
        users.update(who, &by, &to_role(Role::Manager), Power::All).await.unwrap();
        users.set_password(who, &by, "$argon2id$secret", None).await.unwrap();
        users.remove(who, &by, None, Power::All).await.unwrap();
        let tenant = people.tenant;
        let entries = node.ports.store().read(tenant, move |db| async move {
            audit_entry::Entity::page(tenant, audit_entry::Filter::default(), None, 10).all(&*db).await
        });
        let mut entries = entries.await.unwrap();
        entries.reverse();
        let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["user.create", "user.update", "user.set_password", "user.remove"]);
        assert_eq!(entries[1].details["role"], "manager");
        assert!(entries.iter().all(|entry| entry.target_id == Some(who.1.as_uuid())));
        assert!(!format!("{entries:?}").contains("argon2"), "no entry holds a secret");
        node.close().await;
    }
}

#[actix::test]
async fn another_tenant_has_its_own_users() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, others) = (People::arrive(&node).await, People::arrive(&node).await);
        let users = Users::new(node.ports.clone());
        let theirs = (people.tenant, others.owner);
        assert_eq!(users.row(theirs.0, theirs.1).await.unwrap(), None);
        let page = users.page(people.tenant, None, 10).await.unwrap();
        assert_eq!(page.iter().map(|user| user.id).collect::<Vec<_>>(), [people.owner]);
        let update =
            users.update(theirs, &Asked::by(Principal::System), &to_role(Role::Agent), Power::All).await;
        assert!(matches!(update, Err(UserError::NotFound)), "{update:?}");
        let removed = users.remove(theirs, &Asked::by(Principal::System), None, Power::All).await;
        assert!(matches!(removed, Err(UserError::NotFound)), "{removed:?}");
        let password = users.set_password(theirs, &Asked::by(Principal::System), "x", None).await;
        assert!(matches!(password, Err(UserError::NotFound)), "{password:?}");
        let here = recorded(&node, people.tenant).await;
        assert_eq!(here, 0, "nothing of it is recorded");
        node.close().await;
    }
}

async fn recorded(node: &Node, tenant: entities::TenantId) -> usize {
    let entries = node
        .ports
        .store()
        .read(tenant, move |db| async move { audit_entry::Entity::of(tenant).all(&*db).await });
    entries.await.unwrap().len()
}
