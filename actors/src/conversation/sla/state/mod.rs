//! What becomes of the clock of a conversation. Pure.

use entities::{
    BoardId, Timestamp,
    conversation::{ConversationStatus, Sla, SlaKind},
    message::AuthorKind,
};

use crate::{
    conversation::{
        Conversation, ConversationError, Decision,
        draft::{Draft, Given},
    },
    event::EventType,
};

use super::Limits;

/// How the conversation stood before a commit, as far as the clock minds.
#[derive(Clone, Copy, Debug)]
pub(in crate::conversation) struct Before {
    pub(in crate::conversation) status: ConversationStatus,
    pub(in crate::conversation) board_id: Option<BoardId>,
    pub(in crate::conversation) sla: Option<Sla>,
}

impl Before {
    pub(in crate::conversation) fn of(conversation: &Conversation) -> Self {
        let Conversation { status, board_id, sla, .. } = *conversation;
        Self { status, board_id, sla }
    }
}

/// Sets the clock of a conversation that is otherwise as it will be; `said` names who spoke, unless it was a note.
pub(in crate::conversation) fn follow(
    after: &mut Conversation,
    before: Before,
    said: Option<AuthorKind>,
    (limits, now): (&Limits, Timestamp),
) {
    if said == Some(AuthorKind::User) && after.inbound_count > 0 {
        after.first_answer_at.get_or_insert(now);
    }
    let owed = after.sla.filter(|sla| sla.kind != SlaKind::WaitingOnCustomer);
    let waiting = || limits.start(SlaKind::WaitingOnCustomer, now);
    after.sla = match said {
        Some(AuthorKind::Contact) => owed.or_else(|| limits.start(answer(after), now)),
        Some(AuthorKind::User) => waiting(),
        // A bot reminds the contact, but answers for nobody.
        Some(AuthorKind::Key | AuthorKind::Flow | AuthorKind::System) => owed.or_else(waiting),
        None if after.board_id != before.board_id => after.sla.and_then(|sla| moved(sla, limits)),
        None => after.sla,
    };
    after.sla = match after.status {
        ConversationStatus::Resolved => None,
        // It comes back by itself: that time counts, and not how long the contact is silent.
        ConversationStatus::Snoozed => after.sla.filter(|sla| sla.kind != SlaKind::WaitingOnCustomer),
        ConversationStatus::Open | ConversationStatus::Pending => {
            let woken = before.status == ConversationStatus::Snoozed && is_silent(after);
            after.sla.or_else(|| if woken { waiting() } else { None })
        }
    };
}

/// Tells agents what time has brought, if it has.
pub(in crate::conversation) fn decide_check(
    before: &Conversation,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let rung = before.sla.and_then(|sla| ring(sla, given.now)).ok_or(ConversationError::NothingNew)?;
    let mut draft = Draft::of_change(given, before);
    draft.after.sla = Some(rung);
    draft.happened(if rung.breached { EventType::SlaBreached } else { EventType::SlaDue });
    let mut decision = draft.finish(true);
    // The job that asks puts itself off until the rest of the time is over.
    decision.jobs.clear();
    Ok(decision)
}

fn answer(conversation: &Conversation) -> SlaKind {
    if conversation.first_answer_at.is_some() { SlaKind::NextAnswer } else { SlaKind::FirstAnswer }
}

/// The newest word is ours.
fn is_silent(conversation: &Conversation) -> bool {
    conversation.last_message.as_ref().is_some_and(|last| last.author.kind != AuthorKind::Contact)
}

/// On another board the same waiting is measured by that board's limit.
fn moved(sla: Sla, limits: &Limits) -> Option<Sla> {
    let there = limits.start(sla.kind, sla.since)?;
    Some(if there.due_at == sla.due_at { sla } else { there })
}

/// The clock after it rang; `None` when it is too early, or all was told. Whoever comes late is not warned first.
fn ring(sla: Sla, now: Timestamp) -> Option<Sla> {
    sla.rings_at().filter(|at| *at <= now)?;
    Some(Sla { warned: true, breached: now >= sla.due_at, ..sla })
}

#[cfg(test)]
mod tests;
