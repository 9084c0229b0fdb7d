//! Whoever knows the ids of some rows reads those, and not all a tenant has.

use actors::testing::{Crowd, House, People};
use entities::{
    AttachmentId, AuditId, BoardId, ContactId, ConversationId, MessageId, TenantId, UserId, attachment,
    audit_entry, board, contact, conversation, conversation::Filter, message, read_mark, user,
};
use sea_orm::{DbBackend, QueryFilter, QueryTrait, Statement};
use uuid::Uuid;

use crate::plan::explain;

/// Some ids, as few as make SQLite prefer all of a tenant when it is let, or as many as a page has.
fn ids<T>(from: impl Fn(Uuid) -> T, many: u128) -> Vec<T> {
    (1..=many).map(|number| from(Uuid::from_u128((0xc << 124) | number))).collect()
}

fn asked(tenant: TenantId, many: u128) -> Vec<Statement> {
    let backend = DbBackend::Sqlite;
    let conversations = || ids(ConversationId::from_uuid, many);
    let unread = Filter { unread_by: Some(UserId::from_uuid(Uuid::nil())), ..Filter::default() };
    let own = Some(ids(BoardId::from_uuid, 2));
    vec![
        message::Entity::these(tenant, ids(MessageId::from_uuid, many)).build(backend),
        contact::Entity::these(tenant, ids(ContactId::from_uuid, many)).build(backend),
        user::Entity::these(tenant, ids(UserId::from_uuid, many)).build(backend),
        board::Entity::these(tenant, ids(BoardId::from_uuid, many)).build(backend),
        attachment::Entity::these(tenant, ids(AttachmentId::from_uuid, many)).build(backend),
        audit_entry::Entity::these(tenant, ids(AuditId::from_uuid, many)).build(backend),
        conversation::Entity::these(tenant, conversations(), None).build(backend),
        conversation::Entity::these(tenant, conversations(), own).build(backend),
        conversation::Entity::these(tenant, conversations(), None).filter(unread.condition()).build(backend),
    ]
}

#[actix::test]
async fn what_is_known_by_its_id_is_looked_up() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let db = Crowd { conversations: 2_000, messages: 2_000 }.gather(&house, &people).await;
    for many in [1, 5, 50, 1_000] {
        for statement in asked(people.tenant, many) {
            let plan = explain(&db, statement.clone()).await;
            let first = plan.lines().next().unwrap();
            assert!(first.contains("sqlite_autoindex") && first.contains("(id=?)"), "{statement}: {plan}");
        }
    }
    let user = UserId::from_uuid(Uuid::nil());
    let marks = read_mark::Entity::of_user(people.tenant, user, ids(ConversationId::from_uuid, 50));
    let plan = explain(&db, marks.build(DbBackend::Sqlite)).await;
    assert!(plan.contains("conversation_id=?"), "{plan}");
    db.close().await.unwrap();
    node.close().await;
}
