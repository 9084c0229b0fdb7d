//! What a visitor's socket took of our messages: those who wrote learn that it was delivered.
//!
//! It is gathered, so that a conversation costs one commit a second at most, however fast messages follow each other.

use std::time::Duration;

use actix::AsyncContext;
use actors::{
    conversation::{Change, MarkDelivered, What},
    event::{EventType, LiveEvent},
    view::Viewer,
};
use entities::{ConversationId, Principal};

use super::session::{Ctx, Session};

/// How long is gathered.
const GATHER: Duration = Duration::from_secs(1);

/// How far the socket took the thread, and how far that was told.
#[derive(Debug, Default)]
pub(super) struct Taken {
    up_to: i64,
    told: i64,
    gathering: bool,
}

impl Taken {
    /// The socket took a message of ours; true when gathering begins with it.
    fn note(&mut self, seq: i64) -> bool {
        self.up_to = self.up_to.max(seq);
        let begins = self.up_to > self.told && !self.gathering;
        self.gathering |= begins;
        begins
    }

    /// The newest that was taken and not told, which is told now.
    fn tell(&mut self) -> Option<i64> {
        self.gathering = false;
        let news = (self.up_to > self.told).then_some(self.up_to);
        self.told = self.up_to;
        news
    }
}

impl Session {
    /// An event went into the socket.
    pub(super) fn took(&mut self, event: &LiveEvent, ctx: &mut Ctx) {
        let head = &event.event.head;
        let ours = head.kind == EventType::MessageCreated && !matches!(head.actor, Principal::Contact(_));
        if ours && self.visits().is_some() && self.taken.note(event.event.seq) {
            ctx.run_later(GATHER, |session, _| session.tell_taken());
        }
    }

    /// Tells what was taken. A refusal means that there was nothing to tell any more; what cannot be told now is told with
    /// the next message, or by his reading.
    pub(super) fn tell_taken(&mut self) {
        let (Some(conversation), Some(identity)) = (self.visits(), self.identity.clone()) else { return };
        let Some(seq) = self.taken.tell() else { return };
        let hub = self.hub.clone();
        actix::spawn(async move {
            let what = What::MarkDelivered(MarkDelivered { seq });
            let change = Change::new(identity.sender(), what);
            let told = hub.conversations.change(identity.tenant, conversation, change).await;
            if let Err(refusal) = told {
                tracing::debug!(conversation.id = %conversation, %refusal, "nothing was told as delivered");
            }
        });
    }

    /// The conversation of a visitor.
    fn visits(&self) -> Option<ConversationId> {
        match self.identity.as_ref()?.viewer {
            Viewer::Visitor { conversation_id, .. } => Some(conversation_id),
            Viewer::User { .. } | Viewer::Key { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_while_it_is_gathered_is_told_with_it() {
        let mut taken = Taken::default();
        assert!(taken.note(5));
        assert!(!taken.note(7));
        assert_eq!((taken.tell(), taken.tell()), (Some(7), None));
        assert!(!taken.note(6), "an older one, shown again");
        assert!(taken.note(8));
    }
}
