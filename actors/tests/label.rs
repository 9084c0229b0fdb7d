//! Labels, over SQLite and PostgreSQL: one word, and everything that is marked with it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use actors::{
    asked::Asked,
    conversation::{
        self, Change, ListChange, UpdateConversation, What,
        list::{self, Inbox},
    },
    label::{CreateLabel, Label, LabelError, Labels, RemoveLabel, UpdateLabel, store},
    testing::{House, Node, People, eventually},
};
use entities::{ConversationId, Principal};

fn asked(people: &People) -> Asked {
    Asked::by(Principal::User(people.owner))
}

fn vip() -> CreateLabel {
    CreateLabel { name: "VIP".to_owned(), color: Some("#ff8800".to_owned()), description: None }
}

fn called(label: &Label, name: &str) -> UpdateLabel {
    UpdateLabel { id: label.id, name: Some(name.to_owned()), color: None, description: None, rev: None }
}

/// A conversation with these labels.
async fn marked(node: &Node, people: &People, labels: &[&str]) -> ConversationId {
    let id = people.conversation(node).await;
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    let update =
        UpdateConversation { labels: Some(ListChange::Whole(labels)), ..UpdateConversation::default() };
    let change = Change::new(people.agent(), What::Update(update));
    node.conversations.change(people.tenant, id, change).await.unwrap();
    id
}

async fn labels_of(node: &Node, people: &People, id: ConversationId) -> Vec<String> {
    conversation::store::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap().labels
}

async fn listed(node: &Node, people: &People, label: &str) -> Vec<ConversationId> {
    let inbox = Inbox { label: Some(label.to_owned()), ..Inbox::default() };
    let page = list::page(node.ports.store(), people.tenant, inbox, (None, 9)).await.unwrap();
    page.0.into_iter().map(|conversation| conversation.id).collect()
}

#[actix::test]
async fn conversations_are_listed_by_a_label_and_follow_when_it_changes() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
        let labels = Labels::new(node.ports.clone());
        let label = labels.create(people.tenant, &asked(&people), &vip()).await.unwrap();
        let (both, other) =
            (marked(&node, &people, &["VIP", "lead"]).await, marked(&node, &people, &["lead"]).await);
        let theirs = marked(&node, &strangers, &["VIP"]).await;
        assert_eq!(listed(&node, &people, "VIP").await, [both]);
        assert_eq!(listed(&node, &people, "lead").await, [other, both]);
        assert!(listed(&node, &people, "vip").await.is_empty());
        labels.update(people.tenant, &asked(&people), &called(&label, "Gold")).await.unwrap();
        eventually("the conversation has the new name", async || {
            (labels_of(&node, &people, both).await == ["lead", "Gold"]).then_some(())
        })
        .await;
        assert_eq!(listed(&node, &people, "Gold").await, [both]);
        assert!(listed(&node, &people, "VIP").await.is_empty());
        let remove = RemoveLabel { id: label.id, rev: Some(2) };
        labels.remove(people.tenant, &asked(&people), remove).await.unwrap();
        eventually("the conversation has lost the label", async || {
            (labels_of(&node, &people, both).await == ["lead"]).then_some(())
        })
        .await;
        assert_eq!(labels_of(&node, &strangers, theirs).await, ["VIP"]);
        node.close().await;
    }
}

#[actix::test]
async fn a_name_is_of_one_label_of_a_tenant_also_for_two_who_want_it_at_once() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
        let (here, there) = (Labels::new(node.ports.clone()), Labels::new(other.ports.clone()));
        let (by, create) = (asked(&people), vip());
        let (one, two) = futures::join!(
            here.create(people.tenant, &by, &create),
            there.create(people.tenant, &by, &create)
        );
        let refusals: Vec<_> = [&one, &two].into_iter().filter_map(|made| made.as_ref().err()).collect();
        assert_eq!(refusals, [&LabelError::NameTaken]);
        let lead = CreateLabel { name: "lead".to_owned(), ..vip() };
        let lead = here.create(people.tenant, &by, &lead).await.unwrap();
        let taken = here.update(people.tenant, &by, &called(&lead, "VIP")).await;
        assert_eq!(taken, Err(LabelError::NameTaken));
        let unknown = here.update(strangers.tenant, &by, &called(&lead, "x")).await;
        assert_eq!(unknown, Err(LabelError::NotFound));
        assert!(here.create(strangers.tenant, &asked(&strangers), &vip()).await.is_ok());
        let page = store::page(node.ports.store(), people.tenant, (None, 9)).await.unwrap();
        assert_eq!(page.len(), 2);
        node.close().await;
        other.close().await;
    }
}
