//! Params of the methods about calls.

use actors::call::{Digits, TransferKind};
use entities::{CallId, ChannelId, ContactId, ConversationId, LegId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_client_id;
use crate::{
    invalid::Fields,
    rest::calls::{act::Via, transfer::TransferTarget},
    ws::frames::request::Params,
};

/// `call.place`: you are called first, and the other one once you are on the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceCall {
    pub to: String,
    #[schema(value_type = uuid::Uuid)]
    pub channel_id: ChannelId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub contact_id: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub conversation_id: Option<ConversationId>,
    #[serde(default)]
    pub via: Via,
    /// Yours, with `via` phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Of a key: the user who is called first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub user_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.answer`: the first wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerCall {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    #[serde(default)]
    pub via: Via,
    /// Yours, with `via` phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.decline`, `call.complete_transfer` and `call.cancel_transfer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallOnly {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.hang_up`, `call.mute`, `call.unmute`, `call.hold` and `call.resume`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlCall {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub leg_id: Option<LegId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.transfer`: to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferCall {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    pub to: TransferTarget,
    #[schema(value_type = String)]
    pub kind: TransferKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.record`: whether it is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordCall {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    pub on: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.send_digits`: what the contact's side is to hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendDigits {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    /// 1 to 32 of `0` to `9`, `*`, `#`, and `w` and `W` for half a second and a whole one of silence.
    #[schema(value_type = String)]
    pub digits: Digits,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// `call.set_disposition`: what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDisposition {
    #[schema(value_type = uuid::Uuid)]
    pub call_id: CallId,
    /// 1 to 100 characters.
    pub disposition: String,
    /// At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

macro_rules! checked {
    ($($params:ty),+) => {$(
        impl Params for $params {
            fn check(&self, fields: &mut Fields) {
                check_client_id(fields, self.client_id.as_deref());
            }
        }
    )+};
}

checked!(PlaceCall, AnswerCall, CallOnly, ControlCall, TransferCall, RecordCall, SendDigits, SetDisposition);
