//! Params of `presence.set`.

use actors::tenant::Availability;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{invalid::Fields, ws::frames::request::Params};

/// `presence.set`: what a user says of himself, in all his sessions, while he is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    #[schema(value_type = String)]
    pub availability: Availability,
}

impl Params for SetPresence {
    fn check(&self, _: &mut Fields) {}
}
