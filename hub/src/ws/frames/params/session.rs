//! Params of the methods about the session itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{invalid::Fields, ws::frames::request::Params};

/// `authenticate`: the first request without a token in the handshake, and later the way to a longer session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticate {
    /// An access token, a visitor's token or a key.
    pub token: String,
}

/// `ping`: asks for the cursor and the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {}

impl Params for Authenticate {
    fn check(&self, fields: &mut Fields) {
        fields.check(!self.token.is_empty(), "token", "must not be empty");
    }
}

impl Params for Ping {
    fn check(&self, _: &mut Fields) {}
}

/// Tokens never reach a log.
impl fmt::Debug for Authenticate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticate { token: .. }")
    }
}
