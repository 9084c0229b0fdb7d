//! The filter `assignee` of a list: whom something is assigned to.

use entities::conversation::Assignee;

use crate::auth::Identity;
use crate::error::ApiError;
use crate::invalid::invalid_field;

/// Reads `me`, `none` or the id of a user.
///
/// # Errors
/// INVALID on `assignee`.
pub(in crate::rest) fn assignee(word: &str, caller: &Identity) -> Result<Assignee, ApiError> {
    let user = match word {
        "none" => return Ok(Assignee::Nobody),
        "me" => caller.user(),
        id => id.parse().ok(),
    };
    user.map(Assignee::User).ok_or_else(|| invalid_field("assignee", "must be me, none or the id of a user"))
}
