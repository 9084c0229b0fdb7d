//! The walk: every route, method and topic, with the ids of another tenant and of another board.

use std::collections::BTreeSet;

use actors::{
    asked::Asked,
    call::{Begin, CallChange, CallWhat},
    conversation::Conversation,
    credential::KeepCredential,
    topic::Topic,
};
use entities::{Address, BoardId, CallId, JobId, LegId, Principal, message::Direction, user::Role};
use hub::{cli::openapi, config, ws::frames::Request};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking, answered},
    client::Client,
    house::{House, over_both},
    tenant::Tenant,
    voicemail::recording,
};

/// What the walker must meet.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meets {
    /// NOT_FOUND, or an answer in which nothing of the others stands.
    Nothing,
    /// NOT_FOUND.
    NotFound,
    /// The member that names something of the others is INVALID.
    Invalid(&'static str),
    /// What is for another role.
    Forbidden,
    /// Boards do not narrow it.
    Free,
}

use Meets::{Forbidden, Free, Invalid, NotFound, Nothing};

/// A route, the path asked, the body sent, and what an owner of another tenant and a user of another board meet.
type Step = (&'static str, &'static str, &'static str, [Meets; 2]);

const ROUTES: &[Step] = &[
    ("GET /api/me", "", "", [Nothing, Free]),
    ("POST /api/auth/password", "", r#"{"current": "x", "password": "xxxxxxxx"}"#, [Free, Free]),
    ("PATCH /api/webchat/me", "", r#"{"name": "X"}"#, [Forbidden, Forbidden]),
    ("GET /api/users", "", "", [Nothing, Free]),
    ("POST /api/users", "", NEW_USER, [Invalid("boards"), Forbidden]),
    ("GET /api/users/{id}", "/api/users/$user", "", [NotFound, Free]),
    ("PATCH /api/users/{id}", "/api/users/$user", r#"{"name": "X"}"#, [NotFound, Forbidden]),
    ("DELETE /api/users/{id}", "/api/users/$user", "", [NotFound, Forbidden]),
    ("GET /api/api-keys", "", "", [Nothing, Forbidden]),
    ("POST /api/api-keys", "", NEW_KEY, [Invalid("board_id"), Forbidden]),
    ("DELETE /api/api-keys/{id}", "/api/api-keys/$key", "", [NotFound, Forbidden]),
    ("GET /api/audit", "", "", [Nothing, Forbidden]),
    ("GET /api/audit", "/api/audit?actor_id=$user", "", [Nothing, Forbidden]),
    ("GET /api/audit", "/api/audit?target_id=$conversation", "", [Nothing, Forbidden]),
    ("GET /api/audit", "/api/audit?contact_id=$contact", "", [Nothing, Forbidden]),
    ("GET /api/settings", "", "", [Nothing, Nothing]),
    ("PATCH /api/settings", "", r#"{"name": "X"}"#, [Free, Forbidden]),
    ("GET /api/boards", "", "", [Nothing, Nothing]),
    ("POST /api/boards", "", r#"{"name": "Sales"}"#, [Free, Forbidden]),
    ("GET /api/boards/{id}", "/api/boards/$board", "", [NotFound, NotFound]),
    ("PATCH /api/boards/{id}", "/api/boards/$board", r#"{"name": "X"}"#, [NotFound, Forbidden]),
    ("DELETE /api/boards/{id}", "/api/boards/$board", "", [NotFound, Forbidden]),
    ("GET /api/labels", "", "", [Nothing, Free]),
    ("POST /api/labels", "", r#"{"name": "X"}"#, [Free, Free]),
    ("PATCH /api/labels/{id}", "/api/labels/$message", r#"{"name": "X"}"#, [NotFound, NotFound]),
    ("DELETE /api/labels/{id}", "/api/labels/$message", "", [NotFound, NotFound]),
    ("GET /api/templates", "", "", [Nothing, Nothing]),
    ("POST /api/templates", "", NEW_TEMPLATE, [Invalid("board_id"), Invalid("board_id")]),
    ("GET /api/templates/{id}", "/api/templates/$template", "", [NotFound, NotFound]),
    ("PATCH /api/templates/{id}", "/api/templates/$template", r#"{"name": "X"}"#, [NotFound, NotFound]),
    ("DELETE /api/templates/{id}", "/api/templates/$template", "", [NotFound, NotFound]),
    ("GET /api/channels", "", "", [Nothing, Nothing]),
    ("POST /api/channels", "", NEW_CHANNEL, [Invalid("board_id"), Forbidden]),
    ("GET /api/channels/{id}", "/api/channels/$channel", "", [NotFound, NotFound]),
    ("PATCH /api/channels/{id}", "/api/channels/$channel", r#"{"name": "X"}"#, [NotFound, Forbidden]),
    ("DELETE /api/channels/{id}", "/api/channels/$channel", "", [NotFound, Forbidden]),
    ("PUT /api/credentials/twilio", "", ACCOUNT, [Free, Forbidden]),
    ("GET /api/credentials/{provider}", "/api/credentials/twilio", "", [NotFound, Forbidden]),
    ("DELETE /api/credentials/{provider}", "/api/credentials/twilio", "", [NotFound, Forbidden]),
    ("GET /api/integrations", "", "", [Nothing, Forbidden]),
    ("GET /api/contacts", "", "", [Nothing, Free]),
    ("POST /api/contacts", "", r#"{"name": "X"}"#, [Free, Free]),
    ("GET /api/contacts/{id}", "/api/contacts/$contact", "", [NotFound, Free]),
    ("GET /api/contacts/{id}/timeline", "/api/contacts/$contact/timeline", "", [NotFound, Nothing]),
    ("GET /api/contacts/{id}/consents", "/api/contacts/$contact/consents", "", [NotFound, Free]),
    ("POST /api/contacts/{id}/consents", "/api/contacts/$contact/consents", CONSENT, [NotFound, Free]),
    ("PATCH /api/contacts/{id}", "/api/contacts/$contact", r#"{"name": "X"}"#, [NotFound, Free]),
    ("DELETE /api/contacts/{id}", "/api/contacts/$contact", "", [NotFound, Free]),
    ("POST /api/contacts/{id}/merge", "/api/contacts/$contact/merge", MERGE, [NotFound, Free]),
    ("POST /api/contacts/{id}/unmerge", "/api/contacts/$contact/unmerge", "{}", [NotFound, Free]),
    ("GET /api/contacts", "/api/contacts?q=others", "", [Nothing, Free]),
    ("GET /api/conversations", "", "", [Nothing, Nothing]),
    ("GET /api/conversations", "/api/conversations?q=others", "", [Nothing, Nothing]),
    ("GET /api/conversations", "/api/conversations?label=vip", "", [Nothing, Nothing]),
    ("GET /api/conversations", "/api/conversations?board_id=$board", "", [Nothing, Nothing]),
    ("GET /api/conversations", "/api/conversations?channel_id=$channel", "", [Nothing, Nothing]),
    ("GET /api/conversations", "/api/conversations?contact_id=$contact", "", [Nothing, Nothing]),
    ("GET /api/conversations", "/api/conversations?assignee=$user", "", [Nothing, Nothing]),
    ("POST /api/conversations", "", NEW_CONVERSATION, [NotFound, NotFound]),
    ("GET /api/conversations/counts", "", "", [Nothing, Nothing]),
    ("GET /api/conversations/{id}", "/api/conversations/$conversation", "", [NotFound, NotFound]),
    ("PATCH /api/conversations/{id}", "/api/conversations/$conversation", RESOLVE, [NotFound, NotFound]),
    ("GET /api/conversations/{id}/messages", THREAD, "", [NotFound, NotFound]),
    ("GET /api/conversations/{id}/messages", WAITING, "", [NotFound, NotFound]),
    ("POST /api/conversations/{id}/messages", THREAD, r#"{"body": "x"}"#, [NotFound, NotFound]),
    ("POST /api/conversations/{id}/read", READ, r#"{"message_id": "$message"}"#, [NotFound, NotFound]),
    ("POST /api/attachments", "", "{}", [Free, Free]),
    ("GET /api/attachments/{id}", "/api/attachments/$attachment", "", [NotFound, NotFound]),
    ("PATCH /api/messages/{id}", "/api/messages/$message", r#"{"body": "x"}"#, [NotFound, NotFound]),
    ("PATCH /api/messages/{id}", "/api/messages/$scheduled", r#"{"body": "x"}"#, [NotFound, NotFound]),
    ("DELETE /api/messages/{id}", "/api/messages/$message", "", [NotFound, NotFound]),
    ("DELETE /api/messages/{id}", "/api/messages/$scheduled", "", [NotFound, NotFound]),
    ("GET /api/tasks", "", "", [Nothing, Nothing]),
    ("GET /api/tasks", "/api/tasks?assignee=$user", "", [Nothing, Nothing]),
    ("GET /api/tasks", "/api/tasks?contact_id=$contact", "", [Nothing, Nothing]),
    ("GET /api/tasks", "/api/tasks?conversation_id=$conversation", "", [Nothing, Nothing]),
    ("POST /api/tasks", "", ABOUT, [NotFound, NotFound]),
    ("POST /api/tasks", "", r#"{"contact_id": "$contact"}"#, [NotFound, Free]),
    ("POST /api/tasks", "", r#"{"board_id": "$board"}"#, [Invalid("board_id"), Invalid("board_id")]),
    ("POST /api/tasks", "", r#"{"assignee_id": "$user"}"#, [Invalid("assignee_id"), Free]),
    ("GET /api/tasks/{id}", "/api/tasks/$task", "", [NotFound, NotFound]),
    ("PATCH /api/tasks/{id}", "/api/tasks/$task", r#"{"done": true}"#, [NotFound, NotFound]),
    ("DELETE /api/tasks/{id}", "/api/tasks/$task", "", [NotFound, NotFound]),
    ("GET /api/jobs", "", "", [Nothing, Nothing]),
    ("GET /api/jobs/{id}/attempts", "/api/jobs/$message/attempts", "", [NotFound, NotFound]),
    ("POST /api/jobs/{id}/redrive", "/api/jobs/$message/redrive", "{}", [NotFound, NotFound]),
    ("GET /api/sending", "", "", [Free, Free]),
    ("POST /api/sending/release", "", "{}", [Free, Free]),
    ("GET /api/webhook-receipts", "", "", [Nothing, Nothing]),
    (
        "POST /api/webhook-receipts/{id}/replay",
        "/api/webhook-receipts/$message/replay",
        "{}",
        [NotFound, NotFound],
    ),
    ("GET /api/calls", "", "", [Nothing, Nothing]),
    ("GET /api/calls", "/api/calls?contact_id=$contact", "", [Nothing, Nothing]),
    ("GET /api/calls", "/api/calls?conversation_id=$conversation", "", [Nothing, Nothing]),
    ("GET /api/calls", "/api/calls?agent_id=$user", "", [Nothing, Nothing]),
    ("POST /api/calls/initiate", "", NEW_CALL, [NotFound, NotFound]),
    ("GET /api/calls/{id}", "/api/calls/$call", "", [NotFound, NotFound]),
    ("POST /api/calls/{id}/answer", "/api/calls/$call/answer", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/decline", "/api/calls/$call/decline", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/hang_up", "/api/calls/$call/hang_up", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/mute", "/api/calls/$call/mute", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/unmute", "/api/calls/$call/unmute", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/hold", "/api/calls/$call/hold", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/resume", "/api/calls/$call/resume", "{}", [NotFound, NotFound]),
    ("POST /api/calls/{id}/record", "/api/calls/$call/record", r#"{"on": true}"#, [NotFound, NotFound]),
    (
        "POST /api/calls/{id}/send_digits",
        "/api/calls/$call/send_digits",
        r#"{"digits": "1"}"#,
        [NotFound, NotFound],
    ),
    ("POST /api/calls/{id}/transfer", "/api/calls/$call/transfer", TRANSFER, [NotFound, NotFound]),
    (
        "POST /api/calls/{id}/complete_transfer",
        "/api/calls/$call/complete_transfer",
        "{}",
        [NotFound, NotFound],
    ),
    ("POST /api/calls/{id}/cancel_transfer", "/api/calls/$call/cancel_transfer", "{}", [NotFound, NotFound]),
    (
        "POST /api/calls/{id}/disposition",
        "/api/calls/$call/disposition",
        r#"{"disposition": "sold"}"#,
        [NotFound, NotFound],
    ),
    ("GET /api/recordings", "", "", [Nothing, Nothing]),
    ("GET /api/recordings", "/api/recordings?call_id=$call", "", [Nothing, Nothing]),
    ("GET /api/recordings/{id}", "/api/recordings/$recording", "", [NotFound, NotFound]),
    ("DELETE /api/recordings/{id}", "/api/recordings/$recording", "", [NotFound, NotFound]),
    ("GET /api/voicemails", "", "", [Nothing, Nothing]),
    ("GET /api/voicemails", "/api/voicemails?contact_id=$contact", "", [Nothing, Nothing]),
    ("GET /api/voicemails", "/api/voicemails?q=secret", "", [Nothing, Nothing]),
    ("POST /api/voice/token", "", "", [Free, Free]),
    ("GET /api/presence", "", "", [Nothing, Nothing]),
    ("GET /api/search", "/api/search?q=others", "", [Nothing, Nothing]),
    ("GET /api/events", "", "", [Nothing, Nothing]),
    ("GET /api/events", "/api/events?topic=conversation:$conversation", "", [Nothing, Nothing]),
    ("GET /api/events", "/api/events?topic=contact:$contact", "", [Nothing, Nothing]),
    ("GET /api/events", "/api/events?topic=board:$board", "", [Nothing, Nothing]),
    ("GET /api/events", "/api/events?topic=user:$user", "", [Nothing, Nothing]),
];

const NEW_USER: &str = r#"{"email": "g@example.com", "name": "G", "role": "agent", "boards": ["$board"]}"#;
const NEW_KEY: &str = r#"{"name": "X", "scopes": ["events:read"], "board_id": "$board"}"#;
const NEW_CHANNEL: &str = r#"{"type": "webchat", "name": "X", "board_id": "$board"}"#;
const NEW_TEMPLATE: &str = r#"{"name": "X", "body": "x", "board_id": "$board"}"#;
const TRANSFER: &str = r#"{"kind": "blind", "to": {"number": "+12025550123"}}"#;
const NEW_CALL: &str = r#"{"channel_id": "$channel", "to": "+12025550123"}"#;
const NEW_CONVERSATION: &str = r#"{"channel_id": "$channel", "contact_id": "$contact"}"#;
const ACCOUNT: &str = r#"{"account_sid": "AC00000000000000000000000000000001", "auth_token": "x"}"#;
const CONSENT: &str = r#"{"state": "revoked"}"#;
const MERGE: &str = r#"{"duplicate_id": "$contact"}"#;
const RESOLVE: &str = r#"{"status": "resolved"}"#;
const READ: &str = "/api/conversations/$conversation/read";
const THREAD: &str = "/api/conversations/$conversation/messages";
const WAITING: &str = "/api/conversations/$conversation/messages?status=scheduled";

/// Every method and its params; none of those that name nothing.
const METHODS: &[(&str, Option<&str>)] = &[
    ("authenticate", None),
    ("ping", None),
    ("unsubscribe", None),
    ("subscribe", Some(r#"{"topics": ["conversation:$conversation"]}"#)),
    ("history", Some(r#"{"topic": "conversation:$conversation"}"#)),
    ("message.send", Some(r#"{"conversation_id": "$conversation", "body": "x"}"#)),
    ("message.edit", Some(r#"{"message_id": "$message", "body": "x"}"#)),
    ("message.delete", Some(r#"{"message_id": "$message"}"#)),
    ("message.cancel", Some(r#"{"message_id": "$scheduled"}"#)),
    ("message.reschedule", Some(r#"{"message_id": "$scheduled", "scheduled_at": "2999-01-01T00:00:00Z"}"#)),
    ("typing.start", Some(ABOUT)),
    ("typing.stop", Some(ABOUT)),
    ("conversation.start", Some(NEW_CONVERSATION)),
    ("conversation.assign", Some(r#"{"conversation_id": "$conversation", "assignee_id": null}"#)),
    ("conversation.set_status", Some(r#"{"conversation_id": "$conversation", "status": "resolved"}"#)),
    ("conversation.snooze", Some(r#"{"conversation_id": "$conversation", "until": null}"#)),
    ("conversation.label", Some(r#"{"conversation_id": "$conversation", "add": ["vip"]}"#)),
    ("conversation.set_priority", Some(r#"{"conversation_id": "$conversation", "priority": "high"}"#)),
    ("conversation.take_over", Some(ABOUT)),
    ("conversation.hand_back", Some(ABOUT)),
    ("call.place", Some(NEW_CALL)),
    ("call.answer", Some(ABOUT_CALL)),
    ("call.decline", Some(ABOUT_CALL)),
    ("call.hang_up", Some(ABOUT_CALL)),
    ("call.mute", Some(ABOUT_CALL)),
    ("call.unmute", Some(ABOUT_CALL)),
    ("call.hold", Some(ABOUT_CALL)),
    ("call.resume", Some(ABOUT_CALL)),
    ("call.transfer", Some(r#"{"call_id": "$call", "kind": "blind", "to": {"number": "+12025550123"}}"#)),
    ("call.complete_transfer", Some(ABOUT_CALL)),
    ("call.cancel_transfer", Some(ABOUT_CALL)),
    ("call.record", Some(r#"{"call_id": "$call", "on": true}"#)),
    ("call.send_digits", Some(r#"{"call_id": "$call", "digits": "1"}"#)),
    ("call.set_disposition", Some(r#"{"call_id": "$call", "disposition": "sold"}"#)),
    ("presence.set", None),
    ("conversation.read", Some(r#"{"conversation_id": "$conversation", "message_id": "$message"}"#)),
    ("conversation.participants", Some(r#"{"conversation_id": "$conversation", "remove": ["$user"]}"#)),
];
const ABOUT: &str = r#"{"conversation_id": "$conversation"}"#;
const ABOUT_CALL: &str = r#"{"call_id": "$call"}"#;

/// The topics that name something, and who of the two is kept from them.
const TOPICS: &[(&str, bool)] = &[
    ("conversation:$conversation", true),
    ("board:$board", true),
    ("user:$user", true),
    ("call:$call", true),
    // Boards do not narrow contacts: only the other tenant does not find it.
    ("contact:$contact", false),
];

/// One of everything, on a board.
struct Things(Vec<(&'static str, String)>);

impl Things {
    async fn of(house: &House, tenant: &Tenant, board: BoardId) -> Self {
        let owner = Asking::with(house, tenant.owners_token());
        let conversation = tenant.conversation_on(Some(board)).await;
        tenant.say(conversation.id, "not for others").await;
        let said = owner.get(&format!("/api/conversations/{}/messages", conversation.id)).await;
        let later = json!({"body": "not for others", "scheduled_at": in_an_hour(house)});
        let thread = format!("/api/conversations/{}/messages", conversation.id);
        let channel = json!({"type": "webchat", "name": "Shop", "board_id": board});
        let task = json!({"conversation_id": conversation.id, "title": "not for others"});
        let template = json!({"name": "Shop", "body": "not for others", "board_id": board});
        let call = call(house, tenant, &conversation).await;
        let key = json!({"name": "Shop", "scopes": ["events:read"], "board_id": board});
        Self(vec![
            ("$recording", recording(house, tenant, (&call, conversation.channel.id)).await),
            ("$call", call),
            ("$conversation", conversation.id.to_string()),
            ("$message", said.ids()[0].clone()),
            ("$scheduled", owner.post(&thread, later).await.id()),
            ("$board", board.to_string()),
            ("$channel", owner.post("/api/channels", channel).await.id()),
            ("$attachment", owner.upload("a.txt", b"not for others").await.id()),
            ("$task", owner.post("/api/tasks", task).await.id()),
            ("$template", owner.post("/api/templates", template).await.id()),
            ("$key", owner.post("/api/api-keys", key).await.id()),
            ("$contact", conversation.contact.id.to_string()),
            ("$credential", credential(house, tenant).await),
            ("$user", tenant.user(Role::Agent, Some(vec![board])).await.to_string()),
        ])
    }

    fn named_in(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// Does an answer tell of them? Contacts and users are no secret within a tenant.
    fn stand_in(&self, answer: &Value, secret: usize) -> bool {
        let text = answer.to_string();
        self.0[..secret].iter().any(|(_, id)| text.contains(id))
    }
}

fn in_an_hour(house: &House) -> String {
    house.hub.ports.now().plus(std::time::Duration::from_secs(3_600)).to_string()
}

/// Of nobody, on the conversation's board.
async fn call(house: &House, tenant: &Tenant, conversation: &Conversation) -> String {
    let (id, leg) = (CallId::from_uuid(house.hub.ports.draw()), LegId::from_uuid(house.hub.ports.draw()));
    let begin = Begin {
        id,
        channel_id: conversation.channel.id,
        conversation_id: conversation.id,
        contact_id: conversation.contact.id,
        board_id: conversation.board_id,
        direction: Direction::Inbound,
        contact: Address::anonymous(),
        number: Address::anonymous(),
        provider: "carrier".to_owned(),
        room: None,
        contact_leg: leg,
        look_id: JobId::from_uuid(house.hub.ports.draw()),
        external_id: None,
        at: house.hub.ports.now(),
        recording: actors::channel::RecordingRules::default(),
        screening: actors::channel::ScreeningRules::default(),
        ended_at: None,
        barred: None,
        verification: None,
        rings_until: None,
        agent: None,
    };
    let change = CallChange::system(CallWhat::Begin(Box::new(begin)));
    house.hub.calls.change(tenant.id, id, change).await.unwrap();
    id.to_string()
}

/// Of a provider that nobody asks.
async fn credential(house: &House, tenant: &Tenant) -> String {
    let keep =
        KeepCredential { provider: "twilio", config: json!({}), shown: Default::default(), then: None };
    let by = Asked::by(Principal::User(tenant.owner));
    house.hub.credentials.keep(tenant.id, &by, &keep).await.unwrap().id.to_string()
}

/// Of the first so many things even a colleague of another board knows nothing.
const NARROWED: usize = 11;

async fn take(asking: &Asking, step: &Step, things: &Things) -> Answer {
    let (verb, pattern) = step.0.split_once(' ').unwrap();
    let path = things.named_in(if step.1.is_empty() { pattern } else { step.1 });
    let body = || serde_json::from_str(&things.named_in(step.2)).unwrap();
    match verb {
        "GET" => asking.get(&path).await,
        "POST" => asking.post(&path, body()).await,
        "PATCH" => asking.patch(&path, body()).await,
        "PUT" => answered(asking.request(Method::PUT, &path).json(&body())).await,
        _ => asking.delete(&path).await,
    }
}

fn judge(answer: &Answer, meets: Meets, hides: bool) -> bool {
    match meets {
        Nothing => hides && (answer.status == 200 || answer.refusal() == (404, "NOT_FOUND")),
        NotFound => answer.refusal() == (404, "NOT_FOUND"),
        Invalid(field) => answer.refusal() == (422, "INVALID") && answer.field() == field,
        Forbidden => answer.refusal() == (403, "FORBIDDEN"),
        Free => true,
    }
}

#[actix_web::test]
async fn no_route_shows_or_changes_what_is_of_another_tenant_or_board() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let things = Things::of(house, &tenant, tenant.board("Theirs").await).await;
        let own = tenant.board("Own").await;
        let colleague = tenant.user(Role::Manager, Some(vec![own])).await;
        let walkers = [others.owners_token(), tenant.token(colleague)];
        let before =
            Asking::with(house, tenant.owners_token()).get("/api/events").await.body["last_seq"].take();
        for (at, token) in walkers.into_iter().enumerate() {
            let walker = Asking::with(house, token);
            let secret = if at == 0 { things.0.len() } else { NARROWED };
            for step in ROUTES.iter().filter(|step| step.3[at] != Free) {
                let answer = take(&walker, step, &things).await;
                let hides = !things.stand_in(&answer.body, secret);
                assert!(judge(&answer, step.3[at], hides), "{at} {step:?}: {answer:?}");
            }
        }
        let after =
            Asking::with(house, tenant.owners_token()).get("/api/events").await.body["last_seq"].take();
        assert_eq!(after, before, "nothing happened here");
    })
    .await;
}

#[actix_web::test]
async fn no_method_and_no_topic_reaches_what_is_of_another_tenant_or_board() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let things = Things::of(house, &tenant, tenant.board("Theirs").await).await;
        let colleague = tenant.user(Role::Manager, Some(vec![tenant.board("Own").await])).await;
        for (at, token) in [others.owners_token(), tenant.token(colleague)].into_iter().enumerate() {
            let mut client = house.client(&token).await;
            for (method, params) in METHODS {
                let Some(params) = params else { continue };
                let params = serde_json::from_str(&things.named_in(params)).unwrap();
                assert_eq!(client.refusal(method, params).await.0, "NOT_FOUND", "{at} {method}");
            }
            for (topic, _) in TOPICS.iter().filter(|(_, narrowed)| at == 0 || *narrowed) {
                not_found(&mut client, &things.named_in(topic)).await;
            }
            client.call("subscribe", json!({"topics": ["inbox", "calls"]})).await;
            let conversation = things.named_in("$conversation").parse().unwrap();
            tenant.say(conversation, "not for others either").await;
            assert_eq!(client.all("event").await, Vec::<Value>::new(), "{at}");
        }
    })
    .await;
}

async fn not_found(client: &mut Client, topic: &str) {
    for (method, params) in [("subscribe", json!({"topics": [topic]})), ("history", json!({"topic": topic}))]
    {
        assert_eq!(client.refusal(method, params).await.0, "NOT_FOUND", "{method} {topic}");
    }
}

#[test]
fn the_walk_leaves_out_no_route_no_method_and_no_topic() {
    let api = openapi::document(&config::load(None).unwrap()).unwrap();
    let api: Value = serde_json::from_str(&api).unwrap();
    let mut routes = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        let verbs = item.as_object().unwrap().iter();
        let secured = verbs.filter(|(_, operation)| !operation["security"].is_null());
        routes.extend(secured.map(|(verb, _)| format!("{} {path}", verb.to_uppercase())));
    }
    let walked: BTreeSet<String> = ROUTES.iter().map(|step| step.0.to_owned()).collect();
    assert_eq!(walked, routes);
    let methods: BTreeSet<&str> = METHODS.iter().map(|(method, _)| *method).collect();
    assert_eq!(methods, Request::METHODS.iter().copied().collect());
    for name in
        ["inbox", "calls", "console", "presence"].into_iter().chain(TOPICS.iter().map(|(name, _)| *name))
    {
        let id = uuid::Uuid::nil().to_string();
        let name = name.split_once('$').map_or(name.to_owned(), |(noun, _)| format!("{noun}{id}"));
        assert!(is_walked(name.parse().unwrap()), "{name}");
    }
}

/// Exhaustive, so that a new topic cannot be forgotten here.
fn is_walked(topic: Topic) -> bool {
    match topic {
        Topic::Conversation(_) | Topic::Board(_) | Topic::User(_) | Topic::Call(_) | Topic::Contact(_) => {
            true
        }
        Topic::Inbox | Topic::Calls | Topic::Console | Topic::Presence => true,
    }
}
