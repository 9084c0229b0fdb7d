//! What sessions of a live tenant hear: everything they may, in order, once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod presence;
mod recovery;
mod redis;
mod session;
mod slow;
mod storm;
mod typing;

use actors::{
    conversation::{Change, ConversationError, SendMessage, What},
    testing::{Node, People},
};
use entities::ConversationId;

/// Says it, again when others were too fast.
async fn say(node: &Node, people: &People, id: ConversationId, body: &str) -> i64 {
    let what = What::Send(SendMessage { body: body.to_owned(), ..SendMessage::default() });
    let change = Change::new(people.agent(), what);
    loop {
        match node.conversations.change(people.tenant, id, change.clone()).await {
            Ok(reply) => return reply.seq,
            Err(ConversationError::Busy) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
