//! What both making and changing a contact read.

use actors::contact::TypedHandle;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name on another platform.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HandleInput)]
pub(super) struct Handle {
    /// The platform.
    pub(super) kind: String,
    pub(super) value: String,
}

impl From<Handle> for TypedHandle {
    fn from(handle: Handle) -> Self {
        Self { kind: handle.kind, value: handle.value }
    }
}
