//! What a request does: asks a room, and makes the result of its answer. Nothing here knows a socket.

mod call;
mod conversation;
mod history;
mod message;
mod presence;
mod reading;
mod subscribe;

use std::sync::Arc;

use actors::{
    call::CallWhat,
    conversation::{Change, Reply, What},
    journal::{Fence, Lasting},
    tenant::SessionKey,
    view::Viewer,
};
use entities::{ConversationId, conversation::Owner, user::Role};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    frames::{Request, json},
    order::Lane,
};
use crate::{
    auth::{Identity, scope},
    error::{ApiError, Code},
    hub::Hub,
};

pub(super) use subscribe::{Plan, may_see_topics, plan};

/// What a request answers with.
pub(super) type Answer = Result<Box<RawValue>, ApiError>;

/// Carries out a request about the domain.
///
/// # Errors
/// What the client is told instead of a result.
pub(super) async fn carry_out(
    hub: &Hub,
    identity: &Identity,
    session: SessionKey,
    request: Request,
) -> Answer {
    scope::check_method(&identity.viewer, request.method())?;
    let digest = request.digest();
    let asked = Asked { hub, identity, digest };
    match request {
        Request::SendMessage(params) => message::send(&asked, params).await,
        Request::EditMessage(params) => message::edit(&asked, params).await,
        Request::DeleteMessage(params) => message::delete(&asked, params).await,
        Request::CancelMessage(params) => message::cancel(&asked, params).await,
        Request::RescheduleMessage(params) => message::reschedule(&asked, params).await,
        Request::StartConversation(params) => conversation::start(&asked, params).await,
        Request::AssignConversation(params) => conversation::assign(&asked, params).await,
        Request::SetConversationStatus(params) => conversation::set_status(&asked, params).await,
        Request::SnoozeConversation(params) => conversation::snooze(&asked, params).await,
        Request::LabelConversation(params) => conversation::label(&asked, params).await,
        Request::SetConversationPriority(params) => conversation::set_priority(&asked, params).await,
        Request::TakeOverConversation(params) => conversation::own(&asked, params, Owner::Human).await,
        Request::HandBackConversation(params) => conversation::own(&asked, params, Owner::Bot).await,
        Request::ChangeParticipants(params) => conversation::change_participants(&asked, params).await,
        Request::ReadConversation(params) => reading::read(&asked, params).await,
        Request::PlaceCall(params) => call::place(&asked, params).await,
        Request::AnswerCall(params) => call::take(&asked, params).await,
        Request::DeclineCall(params) => call::decline(&asked, params).await,
        Request::HangUpCall(params) => call::hang_up(&asked, params).await,
        Request::MuteCall(params) => call::mute(&asked, params, true).await,
        Request::UnmuteCall(params) => call::mute(&asked, params, false).await,
        Request::HoldCall(params) => call::hold(&asked, params, true).await,
        Request::ResumeCall(params) => call::hold(&asked, params, false).await,
        Request::TransferCall(params) => call::transfer(&asked, params).await,
        Request::CompleteTransfer(params) => call::finish(&asked, params, CallWhat::CompleteTransfer).await,
        Request::CancelTransfer(params) => call::finish(&asked, params, CallWhat::CancelTransfer).await,
        Request::RecordCall(params) => call::record(&asked, params).await,
        Request::SendDigits(params) => call::send_digits(&asked, params).await,
        Request::SetDisposition(params) => call::set_disposition(&asked, params).await,
        Request::History(params) => history::read(&asked, &params).await,
        Request::SetPresence(params) => presence::set(&asked, &params),
        Request::StartTyping(params) => presence::typing(&asked, session, params.conversation_id, true).await,
        Request::StopTyping(params) => presence::typing(&asked, session, params.conversation_id, false).await,
        Request::Authenticate(_) | Request::Subscribe(_) | Request::Unsubscribe(_) | Request::Ping(_) => {
            Err(ApiError::internal("a request of the session itself went to the rooms"))
        }
    }
}

/// What a request must not overtake.
#[must_use]
pub(super) fn lane(request: &Request) -> Lane {
    match request {
        Request::SendMessage(params) => Lane::Conversation(params.conversation_id),
        Request::AssignConversation(params) => Lane::Conversation(params.conversation_id),
        Request::SetConversationStatus(params) => Lane::Conversation(params.conversation_id),
        Request::SnoozeConversation(params) => Lane::Conversation(params.conversation_id),
        Request::LabelConversation(params) => Lane::Conversation(params.conversation_id),
        Request::SetConversationPriority(params) => Lane::Conversation(params.conversation_id),
        Request::TakeOverConversation(params) | Request::HandBackConversation(params) => {
            Lane::Conversation(params.conversation_id)
        }
        Request::ChangeParticipants(params) => Lane::Conversation(params.conversation_id),
        Request::ReadConversation(params) => Lane::Conversation(params.conversation_id),
        Request::StartTyping(params) | Request::StopTyping(params) => {
            Lane::Conversation(params.conversation_id)
        }
        Request::AnswerCall(params) => Lane::Call(params.call_id),
        Request::DeclineCall(params)
        | Request::CompleteTransfer(params)
        | Request::CancelTransfer(params) => Lane::Call(params.call_id),
        Request::TransferCall(params) => Lane::Call(params.call_id),
        Request::HangUpCall(params)
        | Request::MuteCall(params)
        | Request::UnmuteCall(params)
        | Request::HoldCall(params)
        | Request::ResumeCall(params) => Lane::Call(params.call_id),
        Request::RecordCall(params) => Lane::Call(params.call_id),
        Request::SendDigits(params) => Lane::Call(params.call_id),
        Request::SetDisposition(params) => Lane::Call(params.call_id),
        Request::PlaceCall(_) => Lane::All,
        Request::EditMessage(_) | Request::DeleteMessage(_) => Lane::All,
        Request::CancelMessage(_) | Request::RescheduleMessage(_) => Lane::All,
        Request::StartConversation(_) => Lane::All,
        Request::Subscribe(_) | Request::Unsubscribe(_) | Request::SetPresence(_) => Lane::Topics,
        Request::Authenticate(_) | Request::Ping(_) | Request::History(_) => Lane::Free,
    }
}

/// A request, who made it, and what tells it from others under the same `client_id`.
struct Asked<'a> {
    hub: &'a Hub,
    identity: &'a Identity,
    digest: entities::Digest,
}

impl Asked<'_> {
    /// What makes a repeat harmless; only the client can say what is a repeat.
    fn fence(&self, client_id: Option<&str>, lasting: Lasting) -> Option<Fence> {
        let key = format!("client:{}", client_id?);
        Some(Fence { principal: self.identity.principal(), key, request: self.digest, lasting })
    }

    async fn change(
        &self,
        conversation: ConversationId,
        what: What,
        client_id: Option<&str>,
    ) -> Result<Reply, ApiError> {
        self.only_own(conversation)?;
        let lasting = if matches!(what, What::Send(_)) { Lasting::AsTheMessage } else { Lasting::Day };
        let change = Change {
            client_id: client_id.map(Arc::from),
            fence: self.fence(client_id, lasting),
            ..Change::new(self.identity.sender(), what)
        };
        Ok(self.hub.conversations.change(self.identity.tenant, conversation, change).await?)
    }

    /// A visitor's token is for one conversation, though his contact may have others.
    fn only_own(&self, conversation: ConversationId) -> Result<(), ApiError> {
        match &self.identity.viewer {
            Viewer::Visitor { conversation_id, .. } if *conversation_id != conversation => {
                Err(Code::NotFound.into())
            }
            _ => Ok(()),
        }
    }

    /// Those who may say something: visitors, and users whose role lets them do more than look.
    fn only_speakers(&self) -> Result<(), ApiError> {
        match &self.identity.viewer {
            Viewer::Visitor { .. } => Ok(()),
            Viewer::User { .. } | Viewer::Key { .. } => self.only_working_users(),
        }
    }

    /// Users whose role lets them do more than look.
    fn only_working_users(&self) -> Result<(), ApiError> {
        match &self.identity.viewer {
            Viewer::User { role, .. } if *role != Role::ReadOnly => Ok(()),
            // Its scopes were looked at before.
            Viewer::Key { .. } => Ok(()),
            _ => Err(Code::Forbidden.into()),
        }
    }
}

/// The result of a request, as JSON.
///
/// # Errors
/// Never for our own types.
pub(super) fn answer(result: &impl Serialize) -> Answer {
    RawValue::from_string(json(result)).map_err(ApiError::internal)
}
