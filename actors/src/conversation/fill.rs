//! How a template becomes what is said. Pure.

use std::borrow::Cow;

use crate::template::{Template, Text};

use super::{Conversation, ConversationError, Facts, SendMessage, UseTemplate, draft::Given, messages::BODY};

/// What is to be said, with the words of the template it names in the place of its body.
pub(super) fn filled<'s>(
    send: &'s SendMessage,
    to: &Conversation,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Cow<'s, SendMessage>, ConversationError> {
    let Some(used) = &send.template else { return Ok(Cow::Borrowed(send)) };
    let refused = |field, reason| Err(ConversationError::Invalid { field, reason });
    if !send.body.is_empty() {
        return refused("template", "must not come together with a body");
    }
    let found = facts.template.as_ref().filter(|found| found.id == used.id && sees(found, given));
    let Some(template) = found else { return refused("template.id", "does not exist") };
    if !template.channel_types.is_empty() && !template.channel_types.contains(&to.channel.kind) {
        return refused("template.id", "is not for channels of this type");
    }
    let body = worded(template, used, to, given)?;
    if body.chars().count() > BODY {
        return refused("template.variables", "make it longer than 10,000 characters");
    }
    let class = send.class.or(template.class);
    Ok(Cow::Owned(SendMessage { body, template: None, class, ..send.clone() }))
}

fn sees(template: &Template, given: Given<'_>) -> bool {
    template.board_id.is_none_or(|board| given.by.sight.sees_board(board))
}

/// The text. What is said of a variable goes before what everybody knows; a name nobody has is as good as not known.
fn worded(
    template: &Template,
    used: &UseTemplate,
    to: &Conversation,
    given: Given<'_>,
) -> Result<String, ConversationError> {
    let known = |name: &str| match name {
        "contact.name" => Some(to.contact.name.as_str()).filter(|name| !name.is_empty()),
        "agent.name" => Some(given.by.name.as_str()).filter(|name| !name.is_empty()),
        _ => None,
    };
    // It was read when it was written.
    let text = Text::read(&template.body).map_err(|_| ConversationError::Internal)?;
    text.filled(|name| used.variables.get(name).map(String::as_str).or_else(|| known(name)))
        .map_err(|missing| ConversationError::MissingVariable { name: missing.name })
}
