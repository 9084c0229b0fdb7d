//! How a conversation decides to stand otherwise: one command, one commit, an event for each thing that changed. Pure.

use entities::{
    JobId, Principal, UserId,
    conversation::{ConversationStatus, Owner},
};

use crate::{event::EventType, search};

use super::{
    Conversation, ConversationError, Decision, Facts, ListChange, UpdateConversation,
    draft::{Draft, Given},
    messages::What,
    models,
    snooze::snooze,
};

/// The most labels, and the most participants, of one conversation.
const MOST: usize = 50;
/// The longest label, in characters.
const LABEL: usize = 50;

/// Decides an update.
pub(super) fn decide_update(
    before: &Conversation,
    update: &UpdateConversation,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    match update.rev {
        Some(seen) if seen != before.rev => return Err(ConversationError::RevMismatch { rev: before.rev }),
        _ => {}
    }
    let mut draft = Draft::of_change(given, before);
    if update.board_id.is_some_and(|board| !facts.board_exists || !given.by.sight.sees_board(board)) {
        return Err(ConversationError::Invalid { field: "board_id", reason: "does not exist" });
    }
    place(&mut draft, update, (facts, given))?;
    own(&mut draft, update, given)?;
    stand(&mut draft, update, facts)?;
    if let Some(asked) = update.snooze {
        if update.status.is_some() {
            let reason = "must not come together with status";
            return Err(ConversationError::Invalid { field: asked.field, reason });
        }
        snooze(&mut draft, asked, given)?;
    }
    if let Some(priority) = update.priority {
        draft.after.priority = priority;
        draft.happened(EventType::ConversationPriorityChanged);
    }
    label(&mut draft, update)?;
    take_part(&mut draft, update, facts)?;
    if !draft.has_news() {
        return Err(ConversationError::Invalid { field: "body", reason: "names nothing to change" });
    }
    Ok(draft.finish(true))
}

/// Who has it, and on which board.
fn place(
    draft: &mut Draft<'_>,
    update: &UpdateConversation,
    (facts, given): (&Facts, Given<'_>),
) -> Result<(), ConversationError> {
    if let Some(Some(user)) = update.assignee_id
        && !facts.able.contains(&user)
    {
        let reason = "is not an active user who may see this conversation";
        return Err(ConversationError::Invalid { field: "assignee_id", reason });
    }
    if let Some(board) = update.board_id
        && draft.after.board_id != Some(board)
    {
        let left = draft.after.board_id.replace(board);
        draft.moved_from(left);
        draft.also(search::moves(draft.after.id, Some(board)));
        draft.owe(search::moved(draft.after.id, JobId::from_uuid(given.ids.draw()), given.now));
    }
    if let Some(assignee) = update.assignee_id {
        draft.after.assignee_id = assignee;
    }
    if update.assignee_id.is_some() || update.board_id.is_some() {
        draft.happened(EventType::ConversationAssigned);
    }
    Ok(())
}

/// Who answers. A person who takes over what nobody has, has it; what is handed back to the bot no person has.
fn own(
    draft: &mut Draft<'_>,
    update: &UpdateConversation,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    let assignee = match (update.owner, given.by.principal) {
        (None, _) => return Ok(()),
        (Some(Owner::Nobody), _) => {
            return Err(ConversationError::Invalid { field: "owner", reason: "must be human or bot" });
        }
        (Some(Owner::Human), Principal::User(user)) => draft.after.assignee_id.or(Some(user)),
        (Some(Owner::Human), _) => draft.after.assignee_id,
        (Some(Owner::Bot), _) => None,
    };
    draft.after.owner = update.owner.unwrap_or(draft.after.owner);
    draft.happened(EventType::ConversationOwnerChanged);
    if update.assignee_id.is_none() && draft.after.assignee_id != assignee {
        draft.after.assignee_id = assignee;
        draft.happened(EventType::ConversationAssigned);
    }
    Ok(())
}

/// Open, set aside, resolved.
fn stand(draft: &mut Draft<'_>, update: &UpdateConversation, facts: &Facts) -> Result<(), ConversationError> {
    let Some(status) = update.status else { return Ok(()) };
    if status == ConversationStatus::Snoozed {
        let reason = "must be open, pending or resolved; to snooze, say until when";
        return Err(ConversationError::Invalid { field: "status", reason });
    }
    let leaves_resolved =
        draft.after.status == ConversationStatus::Resolved && status != ConversationStatus::Resolved;
    if let (true, Some(id)) = (leaves_resolved, facts.other_open) {
        return Err(ConversationError::AnotherOpen { id });
    }
    draft.after.status = status;
    draft.after.snoozed_until = None;
    draft.happened(EventType::ConversationStatusChanged);
    Ok(())
}

fn label(draft: &mut Draft<'_>, update: &UpdateConversation) -> Result<(), ConversationError> {
    let Some(change) = &update.labels else { return Ok(()) };
    let field = change.field("labels");
    if !change.wanted().iter().all(|label| is_label(label)) {
        let reason = "must have 1 to 50 characters each, no control characters, and not punctuation alone";
        return Err(ConversationError::Invalid { field, reason });
    }
    draft.after.labels = change.applied_to(&draft.after.labels);
    bounded(&draft.after.labels, field)?;
    draft.also(models::labels(&draft.after));
    draft.happened(EventType::ConversationLabelled);
    Ok(())
}

/// What is nothing but punctuation says nothing.
pub(crate) fn is_label(label: &str) -> bool {
    let says_something = label.chars().any(|char| !char.is_whitespace() && !char.is_ascii_punctuation());
    says_something && label.chars().count() <= LABEL && !label.chars().any(char::is_control)
}

fn take_part(
    draft: &mut Draft<'_>,
    update: &UpdateConversation,
    facts: &Facts,
) -> Result<(), ConversationError> {
    let Some(change) = &update.participants else { return Ok(()) };
    let field = change.field("participants");
    if !change.wanted().iter().all(|user| facts.able.contains(user)) {
        let reason = "must be active users who may see this conversation";
        return Err(ConversationError::Invalid { field, reason });
    }
    let before = std::mem::take(&mut draft.after.participants);
    draft.after.participants = change.applied_to(&before);
    bounded(&draft.after.participants, field)?;
    let after = draft.after.participants.clone();
    let left = before.iter().any(|user| !after.contains(user));
    let came = after.iter().any(|user| !before.contains(user));
    if left {
        draft.happened(EventType::ConversationParticipantRemoved);
    }
    // Asked for what was so already: the caller is told how it stands all the same.
    if came || !left {
        draft.happened(EventType::ConversationParticipantAdded);
    }
    Ok(())
}

fn bounded<T>(list: &[T], field: &'static str) -> Result<(), ConversationError> {
    if list.len() <= MOST {
        return Ok(());
    }
    Err(ConversationError::Invalid { field, reason: "would be more than 50 in all" })
}

/// The users a command names, who must be looked up before it is decided.
pub(super) fn named(what: &What) -> Vec<UserId> {
    let update = match what {
        What::Update(update) => update,
        What::Send(send) => return send.mentions.clone(),
        What::Route(route) => return vec![route.user],
        _ => return Vec::new(),
    };
    let participants = update.participants.as_ref().map(ListChange::wanted).unwrap_or_default();
    update.assignee_id.flatten().into_iter().chain(participants.iter().copied()).collect()
}
