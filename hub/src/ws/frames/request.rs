//! What a client may ask: one variant per method.

use entities::Digest;
use serde::{Serialize, de::DeserializeOwned};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::params::{
    AnswerCall, AssignConversation, Authenticate, CallOnly, CancelMessage, ChangeParticipants, ControlCall,
    DeleteMessage, EditMessage, LabelConversation, OwnConversation, Ping, PlaceCall, ReadConversation,
    ReadHistory, RecordCall, RescheduleMessage, SendDigits, SendMessage, SetConversationPriority,
    SetConversationStatus, SetDisposition, SetPresence, SnoozeConversation, StartConversation, Subscribe,
    TransferCall, Typing, Unsubscribe,
};
use crate::{
    error::{ApiError, Code},
    invalid::{Fields, unreadable},
};

/// Params that know their own bounds, beyond what their types say.
pub(super) trait Params: DeserializeOwned {
    /// Refuses what is out of bounds, each member by its name.
    fn check(&self, fields: &mut Fields);
}

/// The variants with the names of their methods, once.
macro_rules! methods {
    ($($name:literal $variant:ident($params:ident),)+) => {
        /// A request that can be carried out: its params are complete and within their bounds.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "method", content = "params")]
        pub enum Request {
            $(#[serde(rename = $name)] $variant($params),)+
        }

        impl Request {
            /// The names of all methods.
            pub const METHODS: &'static [&'static str] = &[$($name),+];

            /// The name of the method: one of a closed set, so it also labels metrics and logs.
            pub fn method(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),+ }
            }

            /// Each method with the name of the shape of its params.
            pub fn params() -> Vec<(&'static str, String)> {
                vec![$(($name, $params::name().into_owned())),+]
            }

            /// The shapes of all params, by name.
            pub fn shapes() -> Vec<(String, RefOr<Schema>)> {
                let mut shapes = Vec::new();
                $(
                    shapes.push(($params::name().into_owned(), $params::schema()));
                    $params::schemas(&mut shapes);
                )+
                shapes
            }

            pub(super) fn read(method: &str, params: &str) -> Result<Self, ApiError> {
                match method {
                    $($name => read(params).map(Self::$variant),)+
                    _ => Err(ApiError::new(Code::UnknownMethod, format!("There is no method {}", shown(method)))),
                }
            }
        }
    };
}

methods! {
    "authenticate"            Authenticate(Authenticate),
    "subscribe"               Subscribe(Subscribe),
    "unsubscribe"             Unsubscribe(Unsubscribe),
    "history"                 History(ReadHistory),
    "ping"                    Ping(Ping),
    "presence.set"            SetPresence(SetPresence),
    "typing.start"            StartTyping(Typing),
    "typing.stop"             StopTyping(Typing),
    "message.send"            SendMessage(SendMessage),
    "message.edit"            EditMessage(EditMessage),
    "message.delete"          DeleteMessage(DeleteMessage),
    "message.cancel"          CancelMessage(CancelMessage),
    "message.reschedule"      RescheduleMessage(RescheduleMessage),
    "conversation.start"      StartConversation(StartConversation),
    "conversation.assign"     AssignConversation(AssignConversation),
    "conversation.set_status" SetConversationStatus(SetConversationStatus),
    "conversation.snooze"     SnoozeConversation(SnoozeConversation),
    "conversation.label"      LabelConversation(LabelConversation),
    "conversation.set_priority" SetConversationPriority(SetConversationPriority),
    "conversation.take_over"  TakeOverConversation(OwnConversation),
    "conversation.hand_back"  HandBackConversation(OwnConversation),
    "conversation.participants" ChangeParticipants(ChangeParticipants),
    "conversation.read"       ReadConversation(ReadConversation),
    "call.place"              PlaceCall(PlaceCall),
    "call.answer"             AnswerCall(AnswerCall),
    "call.decline"            DeclineCall(CallOnly),
    "call.hang_up"            HangUpCall(ControlCall),
    "call.mute"               MuteCall(ControlCall),
    "call.unmute"             UnmuteCall(ControlCall),
    "call.hold"               HoldCall(ControlCall),
    "call.resume"             ResumeCall(ControlCall),
    "call.transfer"           TransferCall(TransferCall),
    "call.complete_transfer"  CompleteTransfer(CallOnly),
    "call.cancel_transfer"    CancelTransfer(CallOnly),
    "call.record"             RecordCall(RecordCall),
    "call.send_digits"        SendDigits(SendDigits),
    "call.set_disposition"    SetDisposition(SetDisposition),
}

impl Request {
    /// Changes nothing that lasts, and is told to everybody else.
    pub(in crate::ws) fn is_signal(&self) -> bool {
        matches!(self, Self::StartTyping(_) | Self::StopTyping(_) | Self::SetPresence(_))
    }

    /// Tells a repeat of the same request from another one under the same `client_id`. The order of members and the
    /// space between them do not matter.
    pub fn digest(&self) -> Digest {
        Digest::of(super::server::json(self).as_bytes())
    }
}

fn read<P: Params>(params: &str) -> Result<P, ApiError> {
    let mut reader = serde_json::Deserializer::from_str(params);
    let read: P = serde_path_to_error::deserialize(&mut reader).map_err(|error| unreadable(&error))?;
    let mut fields = Fields::default();
    read.check(&mut fields);
    fields.finish()?;
    Ok(read)
}

/// A client's word in our sentence: not longer than any method's name needs to be.
fn shown(method: &str) -> String {
    method.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "01939f3e-5b5e-7c3a-9a59-0a0b0c0d0e0f";

    fn read(method: &str, params: Value) -> Result<Request, ApiError> {
        Request::read(method, &params.to_string())
    }

    fn wrong_field(method: &str, params: Value) -> String {
        let refusal = read(method, params).unwrap_err();
        assert_eq!(refusal.code, Code::Invalid);
        refusal.details["fields"][0]["field"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_method_that_does_not_exist_is_unknown() {
        for method in ["", "PING", "call.teleport", "message"] {
            assert_eq!(read(method, json!({})).unwrap_err().code, Code::UnknownMethod);
        }
    }

    #[test]
    fn unknown_members_are_refused_by_name() {
        assert_eq!(wrong_field("ping", json!({"now": true})), "now");
        assert_eq!(
            wrong_field("message.send", json!({"conversation_id": ID, "body": "a", "text": "b"})),
            "text"
        );
    }

    #[test]
    fn missing_members_are_named() {
        assert_eq!(wrong_field("authenticate", json!({})), "token");
        assert_eq!(wrong_field("message.send", json!({"body": "a"})), "conversation_id");
        assert_eq!(wrong_field("conversation.assign", json!({"conversation_id": ID})), "assignee_id");
    }

    #[test]
    fn members_of_another_type_are_named() {
        assert_eq!(wrong_field("message.edit", json!({"message_id": "7", "body": "a"})), "message_id");
        assert_eq!(wrong_field("subscribe", json!({"topics": ["inbox", 7]})), "topics[1]");
        assert_eq!(
            wrong_field("conversation.set_status", json!({"conversation_id": ID, "status": "gone"})),
            "status"
        );
    }

    #[test]
    fn bounds_are_kept() {
        let send = |body: &str, client_id: &str| json!({"conversation_id": ID, "body": body, "client_id": client_id});
        assert!(read("message.send", send(&"ü".repeat(10_000), &"ü".repeat(64))).is_ok());
        assert_eq!(wrong_field("message.send", send(&"a".repeat(10_001), "c")), "body");
        assert_eq!(wrong_field("message.send", send("a", &"a".repeat(65))), "client_id");
        assert_eq!(wrong_field("message.send", send("a", "")), "client_id");
        let attachments = vec![ID; 11];
        assert_eq!(
            wrong_field("message.send", json!({"conversation_id": ID, "attachments": attachments})),
            "attachments"
        );
        assert_eq!(wrong_field("subscribe", json!({"topics": [], "since": -1})), "since");
        assert_eq!(wrong_field("history", json!({"topic": "inbox", "limit": 201})), "limit");
    }

    #[test]
    fn all_wrong_members_are_told_at_once() {
        let params = json!({"conversation_id": ID, "body": "a".repeat(10_001), "client_id": ""});
        let refusal = read("message.send", params).unwrap_err();
        assert_eq!(refusal.details["fields"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_message_says_something_or_brings_a_file() {
        assert_eq!(wrong_field("message.send", json!({"conversation_id": ID})), "body");
        assert_eq!(wrong_field("message.send", json!({"conversation_id": ID, "body": " \n"})), "body");
        assert_eq!(wrong_field("message.edit", json!({"message_id": ID, "body": ""})), "body");
        assert!(read("message.send", json!({"conversation_id": ID, "attachments": [ID]})).is_ok());
    }

    #[test]
    fn a_conversation_starts_with_a_contact_or_an_address() {
        assert!(read("conversation.start", json!({"channel_id": ID, "contact_id": ID})).is_ok());
        assert!(read("conversation.start", json!({"channel_id": ID, "to": "+14155550123"})).is_ok());
        assert_eq!(wrong_field("conversation.start", json!({"channel_id": ID})), "contact_id");
        let both = json!({"channel_id": ID, "contact_id": ID, "to": "+14155550123"});
        assert_eq!(wrong_field("conversation.start", both), "to");
    }

    #[test]
    fn nobody_is_an_assignee() {
        let request =
            read("conversation.assign", json!({"conversation_id": ID, "assignee_id": null})).unwrap();
        let Request::AssignConversation(params) = request else { panic!("{request:?}") };
        assert_eq!(params.assignee_id, None);
    }

    #[test]
    fn history_looks_one_way() {
        assert_eq!(wrong_field("history", json!({"topic": "inbox", "before": 7, "after": 3})), "after");
    }

    #[test]
    fn a_digest_knows_a_repeat_from_another_request() {
        let digest = |method, text: &str| Request::read(method, text).unwrap().digest();
        let (start, stop) = ("typing.start", "typing.stop");
        let params = format!(r#"{{"conversation_id":"{ID}"}}"#);
        assert_eq!(digest(start, &params), digest(start, &format!(r#"{{ "conversation_id" : "{ID}" }}"#)));
        assert_ne!(digest(start, &params), digest(stop, &params));
    }
}
