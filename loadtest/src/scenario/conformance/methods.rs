//! The methods of the contract with params that are good.

use serde_json::{Map, Value, json};

use super::ground::Ground;

/// What the members of its params are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    /// Ids, at least one of which may be there.
    Ids,
    Text,
    Texts,
    /// Short texts.
    Names,
    /// Of any length: an unknown one is not found.
    Topic,
    Number,
    /// A number that need not be the noun's.
    Rev,
    Flag,
    Word,
    /// An instant.
    Time,
}

pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) needed: bool,
    /// `null` has a meaning.
    pub(super) nullable: bool,
}

pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) members: Vec<Member>,
    /// Params that are carried out.
    pub(super) good: Value,
    /// Its effect is remembered under a `client_id`.
    pub(super) changes: bool,
}

const fn needed(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, needed: true, nullable: false }
}

const fn free(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, needed: false, nullable: false }
}

impl Method {
    fn new(name: &'static str, members: Vec<Member>, good: Value) -> Self {
        Self { name, members, good, changes: false }
    }

    fn changing(name: &'static str, mut members: Vec<Member>, good: Value) -> Self {
        members.push(free("client_id", Kind::Text));
        Self { name, members, good, changes: true }
    }

    /// Good params with `member` set to `value`.
    pub(super) fn with(&self, member: &str, value: Value) -> Value {
        let mut params = self.good.as_object().cloned().unwrap_or_else(Map::new);
        params.insert(member.to_owned(), value);
        Value::Object(params)
    }

    /// Good params without `member`.
    pub(super) fn without(&self, member: &str) -> Value {
        let mut params = self.good.as_object().cloned().unwrap_or_else(Map::new);
        params.remove(member);
        Value::Object(params)
    }
}

/// Every method whose params are judged, in an order in which all of them can be carried out.
pub(super) fn all(ground: &Ground) -> Vec<Method> {
    let mut all = reading(ground);
    all.extend(updating(ground));
    all.push(reading_on(ground));
    all.extend(owning(ground));
    all.extend(talking(ground));
    let topics = json!({ "topics": [format!("conversation:{}", ground.conversation_id)] });
    all.push(Method::new("unsubscribe", vec![needed("topics", Kind::Texts)], topics));
    all
}

fn reading(ground: &Ground) -> Vec<Method> {
    let topics = json!({ "topics": [format!("conversation:{}", ground.conversation_id)] });
    vec![
        Method::new("ping", vec![], json!({})),
        Method::new("subscribe", vec![needed("topics", Kind::Texts)], topics),
        Method::new(
            "history",
            vec![needed("topic", Kind::Topic), free("before", Kind::Number), free("limit", Kind::Number)],
            json!({ "topic": "inbox" }),
        ),
    ]
}

fn updating(ground: &Ground) -> Vec<Method> {
    let conversation = &ground.conversation_id;
    let until = Member { nullable: true, ..needed("until", Kind::Time) };
    let assignee = Member { nullable: true, ..needed("assignee_id", Kind::Id) };
    vec![
        Method::changing(
            "conversation.assign",
            vec![needed("conversation_id", Kind::Id), assignee],
            json!({ "conversation_id": conversation, "assignee_id": null }),
        ),
        Method::changing(
            "conversation.set_status",
            vec![needed("conversation_id", Kind::Id), needed("status", Kind::Word)],
            json!({ "conversation_id": conversation, "status": "pending" }),
        ),
        Method::changing(
            "conversation.snooze",
            vec![needed("conversation_id", Kind::Id), until],
            json!({ "conversation_id": conversation, "until": null }),
        ),
        Method::changing(
            "conversation.label",
            vec![needed("conversation_id", Kind::Id), free("add", Kind::Names), free("remove", Kind::Names)],
            json!({ "conversation_id": conversation, "add": ["VIP"] }),
        ),
        Method::changing(
            "conversation.set_priority",
            vec![needed("conversation_id", Kind::Id), needed("priority", Kind::Word)],
            json!({ "conversation_id": conversation, "priority": "high" }),
        ),
    ]
}

fn reading_on(ground: &Ground) -> Method {
    let members = vec![needed("conversation_id", Kind::Id), needed("message_id", Kind::Id)];
    let good = json!({ "conversation_id": ground.conversation_id, "message_id": ground.message_id });
    Method::changing("conversation.read", members, good)
}

fn owning(ground: &Ground) -> Vec<Method> {
    let conversation = &ground.conversation_id;
    vec![
        Method::changing(
            "conversation.participants",
            vec![needed("conversation_id", Kind::Id), free("add", Kind::Ids), free("remove", Kind::Ids)],
            json!({ "conversation_id": conversation, "add": [ground.user_id] }),
        ),
        Method::changing(
            "conversation.hand_back",
            vec![needed("conversation_id", Kind::Id)],
            json!({ "conversation_id": conversation }),
        ),
        Method::changing(
            "conversation.take_over",
            vec![needed("conversation_id", Kind::Id)],
            json!({ "conversation_id": conversation }),
        ),
    ]
}

fn talking(ground: &Ground) -> Vec<Method> {
    let conversation = &ground.conversation_id;
    vec![
        Method::changing(
            "message.send",
            vec![
                needed("conversation_id", Kind::Id),
                needed("body", Kind::Text),
                free("private", Kind::Flag),
                free("class", Kind::Word),
                free("attachments", Kind::Ids),
                free("mentions", Kind::Ids),
            ],
            json!({ "conversation_id": conversation, "body": "A word" }),
        ),
        Method::changing(
            "conversation.start",
            vec![
                needed("channel_id", Kind::Id),
                needed("contact_id", Kind::Id),
                free("body", Kind::Text),
                free("attachments", Kind::Ids),
            ],
            json!({ "channel_id": ground.channel_id, "contact_id": ground.contact_id }),
        ),
        Method::changing(
            "message.delete",
            vec![needed("message_id", Kind::Id), free("rev", Kind::Rev)],
            json!({ "message_id": ground.message_id }),
        ),
    ]
}
