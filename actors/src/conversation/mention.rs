//! Who is called to a private note. Pure.

use entities::UserId;

use super::{ConversationError, Facts, SendMessage};

/// The most users one note calls.
const MOST: usize = 20;

/// The users a message calls, each once, in the order they were named.
pub(super) fn mentioned(send: &SendMessage, facts: &Facts) -> Result<Vec<UserId>, ConversationError> {
    let field = "mentions";
    if !send.private && !send.mentions.is_empty() {
        return Err(ConversationError::Invalid { field, reason: "are for private notes alone" });
    }
    if send.mentions.len() > MOST {
        return Err(ConversationError::Invalid { field, reason: "must be at most 20" });
    }
    if let Some(index) = send.mentions.iter().position(|user| !facts.able.contains(user)) {
        let reason = "is not an active user who may see this conversation";
        return Err(ConversationError::InvalidMember { list: field, index, reason });
    }
    let mut once = Vec::with_capacity(send.mentions.len());
    for user in &send.mentions {
        if !once.contains(user) {
            once.push(*user);
        }
    }
    Ok(once)
}
