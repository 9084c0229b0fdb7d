//! In which order the requests of one socket are carried out: those about one conversation as they were sent, the
//! others side by side. Pure.

use std::collections::VecDeque;

use entities::{CallId, ConversationId};

/// What a request must not overtake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Other requests about this conversation.
    Conversation(ConversationId),
    /// Other requests about this call.
    Call(CallId),
    /// Any request: what it is about is not known before it is looked up.
    All,
    /// Other requests about topics.
    Topics,
    /// Nothing.
    Free,
}

impl Lane {
    fn blocks(self, later: Self) -> bool {
        match (self, later) {
            (Self::Free, _) | (_, Self::Free) => false,
            (Self::Topics, later) => later == Self::Topics,
            (_, Self::Topics) => false,
            (Self::All, _) | (_, Self::All) => true,
            (Self::Conversation(one), Self::Conversation(other)) => one == other,
            (Self::Call(one), Self::Call(other)) => one == other,
            (Self::Conversation(_), Self::Call(_)) | (Self::Call(_), Self::Conversation(_)) => false,
        }
    }
}

/// Requests that wait for their turn or are being carried out, oldest first. As many as may be unanswered.
#[derive(Debug)]
pub(super) struct Order<T> {
    entries: VecDeque<Entry<T>>,
    next: u64,
}

#[derive(Debug)]
struct Entry<T> {
    ticket: u64,
    lane: Lane,
    /// Gone once it is being carried out.
    waiting: Option<T>,
}

impl<T> Default for Order<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), next: 0 }
    }
}

impl<T> Order<T> {
    /// One more request, behind all others.
    pub(super) fn push(&mut self, lane: Lane, request: T) {
        self.next += 1;
        self.entries.push_back(Entry { ticket: self.next, lane, waiting: Some(request) });
    }

    /// Those whose turn it is, each once. Their tickets are given back by [`Order::done`].
    pub(super) fn ready(&mut self) -> Vec<(u64, T)> {
        let mut ready = Vec::new();
        for index in 0..self.entries.len() {
            let lane = self.entries[index].lane;
            let blocked = self.entries.iter().take(index).any(|earlier| earlier.lane.blocks(lane));
            let entry = &mut self.entries[index];
            if let Some(request) = entry.waiting.take_if(|_| !blocked) {
                ready.push((entry.ticket, request));
            }
        }
        ready
    }

    /// A request was carried out.
    pub(super) fn done(&mut self, ticket: u64) {
        self.entries.retain(|entry| entry.ticket != ticket);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn lane(id: u128) -> Lane {
        Lane::Conversation(ConversationId::from_uuid(Uuid::from_u128(id)))
    }

    fn names(ready: &[(u64, &'static str)]) -> Vec<&'static str> {
        ready.iter().map(|(_, name)| *name).collect()
    }

    #[test]
    fn one_conversation_keeps_its_order_and_others_go_on() {
        let mut order = Order::default();
        order.push(lane(1), "first");
        order.push(lane(1), "second");
        order.push(lane(2), "elsewhere");
        let ready = order.ready();
        assert_eq!(names(&ready), ["first", "elsewhere"]);
        assert!(order.ready().is_empty());
        order.done(ready[0].0);
        assert_eq!(names(&order.ready()), ["second"]);
    }

    #[test]
    fn what_is_about_something_unknown_neither_overtakes_nor_is_overtaken() {
        let mut order = Order::default();
        order.push(lane(1), "send");
        order.push(Lane::All, "edit");
        order.push(lane(2), "later");
        order.push(Lane::Free, "ping");
        let ready = order.ready();
        assert_eq!(names(&ready), ["send", "ping"]);
        order.done(ready[0].0);
        let edit = order.ready();
        assert_eq!(names(&edit), ["edit"]);
        order.done(edit[0].0);
        assert_eq!(names(&order.ready()), ["later"]);
    }
}
