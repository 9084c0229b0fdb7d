//! The member `template` of a message that is to be said: which one, and what fills its gaps. The same at both doors.

use std::collections::BTreeMap;

use actors::conversation::UseTemplate;
use entities::TemplateId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A template in the place of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filling {
    #[schema(value_type = uuid::Uuid)]
    pub id: TemplateId,
    /// What fills its gaps, by their names. `contact.name` and `agent.name` need not be said.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

impl From<Filling> for UseTemplate {
    fn from(filling: Filling) -> Self {
        Self { id: filling.id, variables: filling.variables }
    }
}
