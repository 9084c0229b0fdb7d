//! Params of the methods about conversations.

use entities::{
    AttachmentId, BoardId, ChannelId, ContactId, ConversationId, MessageId, Timestamp, UserId,
    conversation::{ConversationStatus, Priority},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_client_id, check_content};
use crate::{invalid::Fields, ws::frames::request::Params};

/// `conversation.start`: with a contact we know, or with an address; with a first message or without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartConversation {
    #[schema(value_type = uuid::Uuid)]
    pub channel_id: ChannelId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub contact_id: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub attachments: Vec<AttachmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.assign`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignConversation {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    /// `null` is nobody; leaving it out is a mistake, not nobody.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<uuid::Uuid>, required = true)]
    pub assignee_id: Option<UserId>,
    /// The conversation moves there; without it, it stays where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub board_id: Option<BoardId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.set_status`. Which status can be set like this is the conversation's to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetConversationStatus {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    #[schema(value_type = String)]
    pub status: ConversationStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.snooze`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeConversation {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    /// `null` wakes it; leaving it out is a mistake.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.label`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelConversation {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    #[serde(default)]
    pub add: Vec<String>,
    #[serde(default)]
    pub remove: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.set_priority`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetConversationPriority {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    #[schema(value_type = String)]
    pub priority: Priority,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.take_over` and `conversation.hand_back`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnConversation {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.participants`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeParticipants {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub add: Vec<UserId>,
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub remove: Vec<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `conversation.read`: up to and with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadConversation {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
    #[schema(value_type = uuid::Uuid)]
    pub message_id: MessageId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

impl Params for ReadConversation {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

/// The most members one request adds or removes.
const MOST_AT_ONCE: usize = 50;

impl Params for StartConversation {
    fn check(&self, fields: &mut Fields) {
        fields.check(self.contact_id.is_some() || self.to.is_some(), "contact_id", "is required without to");
        fields.check(
            self.contact_id.is_none() || self.to.is_none(),
            "to",
            "must not come together with contact_id",
        );
        if let Some(to) = &self.to {
            fields.length("to", to, 1..=320);
        }
        if self.body.is_some() || !self.attachments.is_empty() {
            check_content(fields, self.body.as_deref().unwrap_or_default(), self.attachments.len());
        }
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for AssignConversation {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for SetConversationStatus {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for SnoozeConversation {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for LabelConversation {
    fn check(&self, fields: &mut Fields) {
        check_lists(fields, (self.add.len(), self.remove.len()));
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for SetConversationPriority {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for OwnConversation {
    fn check(&self, fields: &mut Fields) {
        check_client_id(fields, self.client_id.as_deref());
    }
}

impl Params for ChangeParticipants {
    fn check(&self, fields: &mut Fields) {
        check_lists(fields, (self.add.len(), self.remove.len()));
        check_client_id(fields, self.client_id.as_deref());
    }
}

fn check_lists(fields: &mut Fields, (added, removed): (usize, usize)) {
    fields.check(added + removed > 0, "add", "must name something, or remove must");
    fields.check(added <= MOST_AT_ONCE, "add", "must be at most 50");
    fields.check(removed <= MOST_AT_ONCE, "remove", "must be at most 50");
}
