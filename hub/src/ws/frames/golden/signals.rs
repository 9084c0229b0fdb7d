//! The golden signals, as the tenant tells them and as each reader sees them.

use actors::{
    tenant::{
        Availability, ContactPresence, ConversationSnapshot, PresenceChange, PresenceChangeKind, Signal,
        SignalKind, UserPresence, UsersSnapshot, Watcher,
    },
    topic::Topic,
    view::Viewer,
};
use entities::{
    ContactId, ConversationId, UserId,
    message::{Author, AuthorKind},
    user::Role,
};

use super::{at, id};
use crate::ws::signal;

/// The name of every golden signal, and the text the hub writes for it.
pub(super) fn encoded() -> Vec<(&'static str, String)> {
    let user = UserPresence {
        user_id: UserId::from_uuid(id(3)),
        online: true,
        availability: Availability::Busy,
        since: at("2026-11-20T10:31:07.120Z"),
    };
    let contact = ContactPresence {
        contact_id: ContactId::from_uuid(id(4)),
        online: true,
        since: at("2026-11-20T10:31:07.120Z"),
    };
    let changed = PresenceChange { kind: PresenceChangeKind::Changed, user };
    let users = |uncertain| UsersSnapshot { users: vec![user], more: false, uncertain };
    let here = Topic::Conversation(ConversationId::from_uuid(id(1)));
    let watchers = vec![Watcher { user_id: user.user_id, name: "Ana".into() }];
    let (viewing, typing) = (watchers.clone(), vec![author()]);
    let snapshot = ConversationSnapshot { contact_online: true, viewing, typing, uncertain: false };
    let unsure = ConversationSnapshot { uncertain: true, ..snapshot.clone() };
    let (agent, visitor) = (agent(), visitor());
    vec![
        ("signal", text(here, SignalKind::TypingStarted { author: author() }, &agent)),
        ("signal.viewing", text(here, SignalKind::ViewingChanged { viewing: watchers }, &agent)),
        ("signal.contact", text(here, SignalKind::ContactJoined(contact), &agent)),
        ("signal.conversation.snapshot", text(here, SignalKind::Conversation(snapshot.clone()), &agent)),
        ("signal.conversation.uncertain", text(here, SignalKind::Conversation(unsure), &agent)),
        ("signal.visitor.snapshot", text(here, SignalKind::Conversation(snapshot), &visitor)),
        ("signal.presence", text(Topic::Presence, SignalKind::User(changed), &agent)),
        ("signal.presence.snapshot", text(Topic::Presence, SignalKind::Users(users(false)), &agent)),
        ("signal.presence.uncertain", text(Topic::Presence, SignalKind::Users(users(true)), &agent)),
    ]
}

fn author() -> Author {
    Author { kind: AuthorKind::User, id: Some(id(3)), name: "Ana".to_owned() }
}

fn agent() -> Viewer {
    Viewer::User { id: UserId::from_uuid(id(3)), role: Role::Agent, boards: None }
}

fn visitor() -> Viewer {
    let (contact_id, conversation_id) = (ContactId::from_uuid(id(4)), ConversationId::from_uuid(id(1)));
    Viewer::Visitor { contact_id, conversation_id }
}

fn text(topic: Topic, kind: SignalKind, viewer: &Viewer) -> String {
    String::from_utf8(signal::frame(&Signal::new(topic, kind), viewer).to_vec()).unwrap()
}
