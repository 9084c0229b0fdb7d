//! Params of the methods about messages.

use entities::{
    AttachmentId, ConversationId, MessageId, Timestamp, UserId,
    message::{IfQuiet, MessageClass},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_attachments, check_client_id, check_content};
use crate::{invalid::Fields, rest::messages::Filling, ws::frames::request::Params};

/// `message.send`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    /// At most 10,000 characters; may be empty when there are attachments, and is with a template.
    #[serde(default)]
    pub body: String,
    /// In the place of a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Filling>,
    /// At most 10.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub attachments: Vec<AttachmentId>,
    /// A note among agents.
    #[serde(default)]
    pub private: bool,
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub mentions: Vec<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub class: Option<MessageClass>,
    /// Said then: in the future, and at most a year away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_at: Option<Timestamp>,
    /// In quiet hours: `hold` (as without) schedules it for the morning, `refuse` is QUIET_HOURS.
    #[serde(default, skip_serializing_if = "is_held")]
    #[schema(value_type = Option<String>)]
    pub if_quiet: IfQuiet,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `message.edit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    #[schema(value_type = uuid::Uuid)]
    pub message_id: MessageId,
    pub body: String,
    /// The rev the author saw, when he minds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `message.delete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteMessage {
    #[schema(value_type = uuid::Uuid)]
    pub message_id: MessageId,
    /// The rev the author saw, when he minds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `message.cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelMessage {
    #[schema(value_type = uuid::Uuid)]
    pub message_id: MessageId,
    /// The rev the caller saw, when he minds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `message.reschedule`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RescheduleMessage {
    #[schema(value_type = uuid::Uuid)]
    pub message_id: MessageId,
    /// In the future, and at most a year away.
    #[schema(value_type = String, format = DateTime)]
    pub scheduled_at: Timestamp,
    /// The rev the caller saw, when he minds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

fn is_held(if_quiet: &IfQuiet) -> bool {
    *if_quiet == IfQuiet::Hold
}

impl Params for SendMessage {
    fn check(&self, fields: &mut Fields) {
        match self.template {
            // Whether there is a body too is the conversation's to say, when it says it.
            Some(_) => check_attachments(fields, self.attachments.len()),
            None => check_content(fields, &self.body, self.attachments.len()),
        }
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for EditMessage {
    fn check(&self, fields: &mut Fields) {
        check_content(fields, &self.body, 0);
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for CancelMessage {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for RescheduleMessage {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for DeleteMessage {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}
