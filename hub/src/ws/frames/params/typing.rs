//! Params of the notifications about typing.

use entities::ConversationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{invalid::Fields, ws::frames::request::Params};

/// `typing.start`, repeated every 4 s while it lasts, and `typing.stop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    #[schema(value_type = uuid::Uuid)]
    pub conversation_id: ConversationId,
}

impl Params for Typing {
    fn check(&self, _: &mut Fields) {}
}
