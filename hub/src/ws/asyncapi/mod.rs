//! The AsyncAPI 3 document of the socket: built from the methods, the table of events and the shapes of the frames.

#[expect(dead_code, reason = "of a shape only the types of its members are looked at")]
mod calls;
mod messages;
mod results;
#[expect(dead_code, reason = "of a shape only the types of its members are looked at")]
mod shapes;

use actix_web::{HttpResponse, Resource, http::header::ContentType, web};
use serde_json::{Map, Value, json};

use self::messages::{Messages, Way};

/// Serves the document.
pub fn serve() -> Resource {
    let json = web::Bytes::from(document().to_string());
    web::resource("/api/asyncapi.json").route(web::get().to(move || {
        let json = json.clone();
        async move { HttpResponse::Ok().insert_header(ContentType::json()).body(json) }
    }))
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let messages = Messages::all();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Switchboard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The realtime door: JSON-RPC 2.0 in text frames. A request has an `id` and is answered; \
                without one it is a notification.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": { "hub": server() },
        "channels": { "ws": {
            "address": "/ws",
            "messages": messages.names().map(|name| (name.to_owned(), pointer("components/messages", name))).collect::<Map<_, _>>(),
        } },
        "operations": operations(&messages),
        "components": {
            "messages": messages.objects(),
            "schemas": shapes::schemas(),
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token, a visitor's token or an `sk_` key; in a browser as the subprotocol `bearer.<token>`.",
            } },
        },
    })
}

fn server() -> Value {
    json!({
        "host": "{host}",
        "protocol": "wss",
        "protocolVersion": "13",
        "description": "The subprotocol is `switchboard.v1`. Without TLS, on loopback, the protocol is `ws`.",
        "variables": { "host": { "default": "127.0.0.1:8080" } },
        "security": [{ "$ref": "#/components/securitySchemes/bearer" }],
    })
}

/// What the hub receives, each with its answers, and what it sends by itself.
fn operations(messages: &Messages) -> Map<String, Value> {
    let channel = json!({ "$ref": "#/channels/ws" });
    let told = |name: &str| pointer("channels/ws/messages", name);
    let mut operations = Map::new();
    for (name, way) in messages.ways() {
        let operation = match way {
            Way::Asked { result } => json!({
                "action": "receive",
                "channel": channel,
                "messages": [told(name)],
                "reply": { "channel": channel, "messages": [told(result), told("error")] },
            }),
            Way::Told => json!({ "action": "send", "channel": channel, "messages": [told(name)] }),
            Way::Answered => continue,
        };
        operations.insert(name.to_owned(), operation);
    }
    operations
}

fn pointer(to: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/{to}/{name}") })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ws::frames::Request;

    fn fixture(path: &str) -> Value {
        let path = format!("{}/tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).unwrap()
    }

    /// What is wrong with a frame that says it is this message.
    fn wrong(document: &Value, message: &str, frame: &Value) -> Vec<String> {
        let schema = json!({
            "$ref": format!("#/components/messages/{message}/payload"),
            "components": document["components"],
        });
        let schema = jsonschema::draft202012::new(&schema).unwrap();
        schema
            .iter_errors(frame)
            .map(|error| format!("{message}{}: {error}", error.instance_path()))
            .collect()
    }

    #[test]
    fn the_document_is_asyncapi_3() {
        let official = jsonschema::draft7::new(&fixture("vendored/asyncapi-3.0.0.json")).unwrap();
        let document = document();
        let wrong: Vec<_> = official.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn every_method_is_asked_and_answered() {
        let document = document();
        for method in Request::METHODS {
            let reply = &document["operations"][method]["reply"]["messages"];
            assert_eq!(reply.as_array().map(Vec::len), Some(2), "{method}");
        }
    }

    #[test]
    fn whatever_is_referred_to_is_there() {
        fn look(document: &Value, value: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(to)) = members.get("$ref") {
                        let found = document.pointer(to.trim_start_matches('#'));
                        assert!(found.is_some(), "{to} is not there");
                    }
                    members.values().for_each(|value| look(document, value));
                }
                Value::Array(values) => values.iter().for_each(|value| look(document, value)),
                _ => {}
            }
        }
        let document = document();
        look(&document, &document);
    }

    #[test]
    fn the_golden_frames_are_what_it_says() {
        let document = document();
        for method in Request::METHODS {
            let frame = fixture(&format!("frames/{method}.json"));
            assert_eq!(wrong(&document, method, &frame), Vec::<String>::new());
        }
        let others = [
            ("welcome", "welcome"),
            ("welcome.visitor", "welcome"),
            ("welcome.key", "welcome"),
            ("heartbeat", "heartbeat"),
            ("session.expiring", "session.expiring"),
            ("error", "error"),
            ("error.invalid", "error"),
            ("error.malformed", "error"),
            ("result.authenticate", "result.Authenticated"),
            ("result.subscribe", "result.Subscribed"),
            ("result.unsubscribe", "result.Done"),
            ("result.ping", "result.Pong"),
            ("signal", "signal.typing.started"),
            ("signal.viewing", "signal.viewing.changed"),
            ("signal.presence", "signal.presence.changed"),
            ("signal.contact", "signal.presence.joined"),
            ("signal.presence.snapshot", "signal.presence.snapshot"),
            ("signal.presence.uncertain", "signal.presence.snapshot"),
            ("signal.conversation.snapshot", "signal.presence.snapshot"),
            ("signal.conversation.uncertain", "signal.presence.snapshot"),
            ("signal.visitor.snapshot", "signal.presence.snapshot"),
        ];
        for (golden, message) in others {
            let frame = fixture(&format!("frames/{golden}.json"));
            assert_eq!(wrong(&document, message, &frame), Vec::<String>::new(), "{golden}");
        }
    }

    #[test]
    fn a_frame_that_is_something_else_is_told_apart() {
        let document = document();
        let mut frame = fixture("frames/message.send.json");
        assert!(!wrong(&document, "message.edit", &frame).is_empty());
        frame["params"]["subject"] = json!("Hello");
        assert!(!wrong(&document, "message.send", &frame).is_empty());
        assert!(!wrong(&document, "event.message.created", &fixture("frames/heartbeat.json")).is_empty());
    }
}
