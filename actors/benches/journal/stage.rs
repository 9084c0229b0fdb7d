//! What is measured on: houses with people, and how latencies are summed up.

use std::time::Duration;

use actors::{
    conversation::{Change, ChannelRef, ContactRef, Open, OpenRequest, SendMessage, What},
    journal::{Fence, Lasting},
    testing::{Node, People},
};
use entities::{ContactId, ConversationId, Digest, channel::ChannelType};

/// A new conversation, whose contact nobody has stored: no command asks for it.
pub(crate) async fn open(node: &Node, people: &People) -> ConversationId {
    let contact = ContactRef { id: ContactId::from_uuid(node.ports.draw()), name: "Grace".to_owned() };
    let channel = ChannelRef { id: people.founded.webchat, kind: ChannelType::Webchat };
    let id = ConversationId::from_uuid(uuid::Uuid::nil());
    let open = Open { id, channel, contact, board_id: None, number: None, first: None };
    let request = OpenRequest { open, client_id: None, fence: None };
    // A machine that has other things to do may be late; that is not what is measured here.
    for _ in 0..10 {
        match node.conversations.open(people.tenant, people.agent(), request.clone()).await {
            Ok(opened) => return opened.conversation.id,
            Err(error) => eprintln!("again, for {error}"),
        }
    }
    panic!("no conversation can be opened")
}

/// Says something as a client does: under a key of its own.
pub(crate) async fn say(node: &Node, people: &People, id: ConversationId) {
    let client_id = node.ports.draw().simple().to_string();
    let by = people.agent();
    let request = Digest::of(client_id.as_bytes());
    let fence =
        Fence { principal: by.principal, key: client_id.clone(), request, lasting: Lasting::AsTheMessage };
    let body = "The parcel is on its way and should be with you tomorrow before noon.".to_owned();
    let what = What::Send(SendMessage { body, ..SendMessage::default() });
    let change = Change { client_id: Some(client_id.into()), fence: Some(fence), ..Change::new(by, what) };
    node.conversations.change(people.tenant, id, change).await.unwrap();
}

/// The latency below which `share` of them lie, in milliseconds.
pub(crate) fn quantile(sorted: &[Duration], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share) as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
}
