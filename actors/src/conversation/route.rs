//! How a conversation that waits is given to an agent. Pure.

use entities::agent_turn;

use crate::{
    event::EventType,
    journal::{Record, Row},
};

use super::{
    Conversation, ConversationError, Decision, Facts, Route,
    draft::{Draft, Given},
};

/// Decides to give it to a user. A person who was faster wins: then it waits no more.
///
/// The row of the user's turn is the fence: whoever gives him another one at the same moment has counted as we have, and
/// one of the two counts again. What people assign by hand needs no room and touches no turn.
pub(super) fn decide_route(
    before: &Conversation,
    route: Route,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    if before.queued_at.is_none() {
        return Err(ConversationError::NothingNew);
    }
    if !facts.able.contains(&route.user) || facts.in_hand >= route.capacity {
        return Err(ConversationError::NoRoom);
    }
    let mut draft = Draft::of_change(given, before);
    draft.after.assignee_id = Some(route.user);
    draft.happened(EventType::ConversationAssigned);
    draft.also(match &facts.turn {
        Some(turn) => Row::Update(Record::AgentTurn(agent_turn::Model {
            at: given.now,
            rev: turn.rev + 1,
            ..turn.clone()
        })),
        None => Row::Insert(Record::AgentTurn(agent_turn::Model {
            tenant_id: given.tenant,
            user_id: route.user,
            at: given.now,
            rev: 1,
        })),
    });
    Ok(draft.finish(true))
}
