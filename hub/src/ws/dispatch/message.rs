//! `message.*`.

use actors::{
    conversation::{
        CancelMessage, DeleteMessage, EditMessage, Message, RescheduleMessage, SendMessage, VisitorMessage,
        What, store,
    },
    event::Form,
    view::Viewer,
};
use entities::{MessageId, user::Role};
use serde_json::json;

use super::{Answer, Asked, answer};
use crate::{
    error::{ApiError, Code},
    ws::frames::params,
};

pub(super) async fn send(asked: &Asked<'_>, params: params::SendMessage) -> Answer {
    asked.only_speakers()?;
    if params.private || params.template.is_some() || params.scheduled_at.is_some() {
        asked.only_working_users()?;
    }
    let params::SendMessage {
        body,
        template,
        private,
        mentions,
        attachments,
        class,
        scheduled_at,
        if_quiet,
        ..
    } = params;
    let template = template.map(Into::into);
    let said = SendMessage { body, template, private, mentions, ..SendMessage::default() };
    let send = SendMessage { attachments, class, scheduled_at, if_quiet, ..said };
    let what = What::Send(send);
    let reply = asked.change(params.conversation_id, what, params.client_id.as_deref()).await?;
    answer_with(asked, reply.message.as_deref(), reply.seq)
}

pub(super) async fn edit(asked: &Asked<'_>, params: params::EditMessage) -> Answer {
    asked.only_working_users()?;
    let message = find(asked, params.message_id).await?;
    let what =
        What::Edit(EditMessage { message_id: message.id, body: params.body, rev: params.rev, others: false });
    let reply = asked.change(message.conversation_id, what, params.client_id.as_deref()).await?;
    answer_with(asked, reply.message.as_deref(), reply.seq)
}

pub(super) async fn delete(asked: &Asked<'_>, params: params::DeleteMessage) -> Answer {
    asked.only_working_users()?;
    let message = find(asked, params.message_id).await?;
    let others = may_change_others(asked);
    let what = What::Delete(DeleteMessage { message_id: message.id, rev: params.rev, others });
    let reply = asked.change(message.conversation_id, what, params.client_id.as_deref()).await?;
    answer_with(asked, reply.message.as_deref(), reply.seq)
}

pub(super) async fn cancel(asked: &Asked<'_>, params: params::CancelMessage) -> Answer {
    asked.only_working_users()?;
    let message = find(asked, params.message_id).await?;
    let others = may_change_others(asked);
    let what = What::Cancel(CancelMessage { message_id: message.id, rev: params.rev, others });
    let reply = asked.change(message.conversation_id, what, params.client_id.as_deref()).await?;
    answer_with(asked, reply.message.as_deref(), reply.seq)
}

pub(super) async fn reschedule(asked: &Asked<'_>, params: params::RescheduleMessage) -> Answer {
    asked.only_working_users()?;
    let message = find(asked, params.message_id).await?;
    let what = What::Reschedule(RescheduleMessage {
        message_id: message.id,
        scheduled_at: params.scheduled_at,
        body: None,
        rev: params.rev,
        others: may_change_others(asked),
    });
    let reply = asked.change(message.conversation_id, what, params.client_id.as_deref()).await?;
    answer_with(asked, reply.message.as_deref(), reply.seq)
}

/// May take back, and say at another time, what others wrote.
fn may_change_others(asked: &Asked<'_>) -> bool {
    matches!(&asked.identity.viewer, Viewer::User { role, .. } if *role <= Role::Manager)
}

/// Which conversation a message is in; whether the caller may see that is the conversation's to say.
async fn find(asked: &Asked<'_>, id: MessageId) -> Result<Message, ApiError> {
    let found = store::message(asked.hub.ports.store(), asked.identity.tenant, id).await?;
    found.ok_or_else(|| Code::NotFound.into())
}

fn answer_with(asked: &Asked<'_>, message: Option<&Message>, seq: i64) -> Answer {
    match asked.identity.viewer.form() {
        Form::Agent => answer(&json!({ "message": message, "seq": seq })),
        Form::Visitor => answer(&json!({ "message": message.and_then(VisitorMessage::of), "seq": seq })),
    }
}
