//! Finders find what they say, in the order they say, and nothing of another tenant.

use entities::conversation::{Assignee, ConversationStatus, Filter};
use entities::message::MessageStatus;
use entities::*;
use sea_orm::{DatabaseConnection, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::databases::Databases;
use crate::samples;

async fn insert_tenant(db: &DatabaseConnection) -> TenantId {
    let tenant = samples::tenant();
    let id = tenant.id;
    tenant::Entity::insert(tenant.into_active_model()).exec_without_returning(db).await.unwrap();
    id
}

/// Six conversations, each on one of `boards` or on none: minutes 0, 0, 1, 1, 2, 2; the newest of them first.
async fn conversations(
    db: &DatabaseConnection,
    tenant: TenantId,
    boards: &[BoardId],
) -> Vec<conversation::Model> {
    let mut rows = Vec::new();
    for (index, minute) in [0, 0, 1, 1, 2, 2].into_iter().enumerate() {
        let mut row = samples::conversation(tenant).remove(1);
        row.board_id = boards.get(index % 3).copied();
        row.activity_at = Timestamp::from_micros(minute * 60_000_000);
        conversation::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        rows.push(row);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.activity_at, row.id)));
    rows
}

#[tokio::test]
async fn pages_of_conversations_join_without_gap_or_double() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let (tenant, other) = (insert_tenant(db).await, insert_tenant(db).await);
        let boards = [BoardId::from_uuid(Uuid::now_v7()), BoardId::from_uuid(Uuid::now_v7())];
        let expected = conversations(db, tenant, &boards).await;
        conversations(db, other, &boards).await;
        // A walk over all boards finds what each of them gives.
        let apart = Filter { visible_boards: Some(boards.to_vec()), ..Filter::default() };
        for filter in [Filter::default(), apart] {
            let (mut found, mut below) = (Vec::new(), None);
            loop {
                let page = conversation::Entity::page(tenant, &filter, below, 2).all(db).await.unwrap();
                let Some(last) = page.last() else { break };
                below = Some(Place { at: last.activity_at, id: last.id.as_uuid() });
                found.extend(page);
            }
            assert_eq!(found, expected);
        }
    }
}

#[tokio::test]
async fn a_filter_lists_what_it_says() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = insert_tenant(db).await;
        conversations(db, tenant, &[]).await;
        let mut special = samples::conversation(tenant).remove(0);
        special.labels = Json(vec!["VIP".to_owned(), "50% \"off\"_".to_owned()]);
        conversation::Entity::insert(special.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let all = Filter::default();
        for (filter, count) in [
            (all.clone(), 7),
            (Filter { status: Some(ConversationStatus::Snoozed), ..all.clone() }, 1),
            (Filter { status: Some(ConversationStatus::Pending), ..all.clone() }, 0),
            (Filter { assignee: special.assignee_id.map(Assignee::User), ..all.clone() }, 1),
            (Filter { assignee: Some(Assignee::Nobody), ..all.clone() }, 6),
            (Filter { owner: Some(special.owner), ..all.clone() }, 7),
            (Filter { board_id: special.board_id, ..all.clone() }, 1),
            (Filter { channel_id: Some(special.channel_id), ..all.clone() }, 1),
            (Filter { contact_id: Some(special.contact_id), ..all.clone() }, 1),
            (Filter { visible_boards: Some(vec![]), ..all.clone() }, 6),
            (Filter { visible_boards: special.board_id.map(|board| vec![board]), ..all.clone() }, 7),
            (Filter { visible_boards: Some(vec![]), status: Some(special.status), ..all.clone() }, 0),
            (Filter { visible_boards: Some(vec![]), assignee: Some(Assignee::Nobody), ..all.clone() }, 6),
            (Filter { breached: true, ..all.clone() }, 1),
        ] {
            let found = conversation::Entity::page(tenant, &filter, None, 50).all(db).await.unwrap();
            assert_eq!(found.len(), count, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn a_contact_has_one_open_conversation_on_a_channel() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = insert_tenant(db).await;
        let row = samples::conversation(tenant).remove(1);
        let insert = |row: conversation::Model| conversation::Entity::insert(row.into_active_model());
        insert(row.clone()).exec_without_returning(db).await.unwrap();
        let second = conversation::Model { id: ConversationId::from_uuid(Uuid::now_v7()), ..row.clone() };
        assert!(insert(second.clone()).exec_without_returning(db).await.is_err());
        let over = conversation::Model { status: ConversationStatus::Resolved, ..second };
        insert(over).exec_without_returning(db).await.unwrap();
        let filter = conversation::Filter {
            status: Some(row.status),
            channel_id: Some(row.channel_id),
            contact_id: Some(row.contact_id),
            ..conversation::Filter::default()
        };
        let open = conversation::Entity::page(tenant, &filter, None, 10);
        assert_eq!(open.all(db).await.unwrap(), [row]);
    }
}

#[tokio::test]
async fn a_thread_is_read_from_both_ends_and_scheduled_messages_wait_outside() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = insert_tenant(db).await;
        let first = samples::message(tenant).remove(1);
        for seq in 1..=5 {
            let status = if seq == 4 { MessageStatus::Scheduled } else { MessageStatus::Sent };
            let id = MessageId::from_uuid(Uuid::now_v7());
            let row = message::Model { id, seq, status, external_id: None, ..first.clone() };
            message::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
        }
        let conversation = first.conversation_id;
        for (part, limit, expected) in [
            (Stretch::Last, 2, vec![5, 3]),
            (Stretch::Before(3), 9, vec![2, 1]),
            (Stretch::After(1), 2, vec![2, 3]),
            (Stretch::After(5), 2, vec![]),
        ] {
            let found = message::Entity::thread(tenant, conversation, part, limit).all(db).await.unwrap();
            assert_eq!(found.iter().map(|message| message.seq).collect::<Vec<_>>(), expected, "{part:?}");
        }
        let waiting = message::Entity::scheduled(tenant, conversation).all(db).await.unwrap();
        assert_eq!(waiting.iter().map(|message| message.seq).collect::<Vec<_>>(), [4]);
    }
}

#[tokio::test]
async fn a_log_is_read_in_stretches_whole_or_of_one_topic_or_contact() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let (tenant, other) = (insert_tenant(db).await, insert_tenant(db).await);
        for row in samples::event(tenant).into_iter().chain(samples::event(other)) {
            event::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
        }
        let whole = event::Entity::stretch(tenant, Stretch::After(0), 9).all(db).await.unwrap();
        assert_eq!(whole.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
        assert!(whole.iter().all(|event| event.tenant_id == tenant));
        let topic =
            event::Entity::of_topic(tenant, whole[0].topic_id, Stretch::Last, 1).all(db).await.unwrap();
        assert_eq!(topic, whole[1..]);
        let contact = whole[0].contact_id.unwrap();
        let contact =
            event::Entity::of_contact(tenant, contact, Stretch::Before(9), 9).all(db).await.unwrap();
        assert_eq!(contact, whole[..1]);
        assert_eq!(
            event::Entity::of_topic(other, whole[0].topic_id, Stretch::Last, 9).all(db).await.unwrap(),
            []
        );
    }
}

#[tokio::test]
async fn an_address_finds_its_contact_and_only_while_it_is_there() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = insert_tenant(db).await;
        let rows = samples::contact_identity(tenant);
        for row in &rows {
            let insert = contact_identity::Entity::insert(row.clone().into_active_model());
            insert.exec_without_returning(db).await.unwrap();
        }
        let live = &rows[1];
        let found = contact_identity::Entity::by_address(tenant, live.kind, live.blind_index);
        assert_eq!(found.all(db).await.unwrap(), rows[1..]);
        let of_contact = contact_identity::Entity::of_contacts(tenant, [live.contact_id]);
        assert_eq!(of_contact.all(db).await.unwrap(), rows[1..]);
        let again = contact_identity::Model { id: IdentityId::from_uuid(Uuid::now_v7()), ..live.clone() };
        let again = contact_identity::Entity::insert(again.into_active_model());
        assert!(again.exec_without_returning(db).await.is_err());
    }
}

#[tokio::test]
async fn another_tenants_id_and_a_deleted_one_find_nothing() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let (tenant, other) = (insert_tenant(db).await, insert_tenant(db).await);
        let [deleted, live] = <[user::Model; 2]>::try_from(samples::user(tenant)).unwrap();
        for row in [&deleted, &live] {
            user::Entity::insert(row.clone().into_active_model()).exec_without_returning(db).await.unwrap();
        }
        assert_eq!(user::Entity::by_id(tenant, live.id).one(db).await.unwrap(), Some(live.clone()));
        assert_eq!(user::Entity::by_id(other, live.id).one(db).await.unwrap(), None);
        assert_eq!(user::Entity::live_by_id(tenant, deleted.id).one(db).await.unwrap(), None);
        let by_email = user::Entity::by_email_across_tenants(&live.email);
        assert_eq!(by_email.all(db).await.unwrap(), std::slice::from_ref(&live));
        assert_eq!(user::Entity::page(tenant, None, 9).all(db).await.unwrap(), [live]);
        assert_eq!(user::Entity::page(other, None, 9).all(db).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_public_key_finds_its_channel_across_tenants() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = insert_tenant(db).await;
        let row = samples::channel(tenant).remove(0);
        channel::Entity::insert(row.clone().into_active_model()).exec_without_returning(db).await.unwrap();
        let key = row.public_key.clone().unwrap();
        let found = channel::Entity::by_public_key_across_tenants(&key).one(db).await.unwrap();
        assert_eq!(found, Some(row));
    }
}

#[tokio::test]
async fn merged_contacts_are_not_listed() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = insert_tenant(db).await;
        let rows = samples::contact(tenant);
        for row in &rows {
            contact::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        assert_eq!(
            contact::Entity::page(tenant, &contact::Filter::default(), None, 9).all(db).await.unwrap(),
            rows[1..]
        );
    }
}
