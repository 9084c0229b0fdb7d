//! `call.*`.

use actors::{
    call::{CallReply, CallWhat, Disposition},
    journal::Lasting,
};
use entities::CallId;
use serde_json::json;

use super::{Answer, Asked, answer};
use crate::{
    error::ApiError,
    rest::calls::{
        act::act,
        answer::{answering, user_of},
        place::{self, Place},
        transfer::transferring,
    },
    ws::frames::params,
};

pub(super) async fn place(asked: &Asked<'_>, params: params::PlaceCall) -> Answer {
    asked.only_working_users()?;
    let fence = asked.fence(params.client_id.as_deref(), Lasting::Day);
    let place = Place {
        to: params.to,
        channel_id: params.channel_id,
        contact_id: params.contact_id,
        conversation_id: params.conversation_id,
        via: params.via,
        phone: params.phone,
        user_id: params.user_id,
        client_id: params.client_id,
    };
    told(&place::place(asked.hub, asked.identity, place, fence).await?)
}

pub(super) async fn take(asked: &Asked<'_>, params: params::AnswerCall) -> Answer {
    asked.only_working_users()?;
    let at = (params.via, params.phone.as_deref());
    let what = answering(asked.hub, asked.identity, at).await?;
    change(asked, (params.call_id, what), params.client_id.as_deref()).await
}

pub(super) async fn decline(asked: &Asked<'_>, params: params::CallOnly) -> Answer {
    asked.only_working_users()?;
    let what = CallWhat::Decline(user_of(asked.identity)?);
    change(asked, (params.call_id, what), params.client_id.as_deref()).await
}

pub(super) async fn hang_up(asked: &Asked<'_>, params: params::ControlCall) -> Answer {
    control(asked, &params, CallWhat::HangUp(params.leg_id)).await
}

pub(super) async fn mute(asked: &Asked<'_>, params: params::ControlCall, on: bool) -> Answer {
    control(asked, &params, CallWhat::Mute(on, params.leg_id)).await
}

pub(super) async fn hold(asked: &Asked<'_>, params: params::ControlCall, on: bool) -> Answer {
    control(asked, &params, CallWhat::Hold(on, params.leg_id)).await
}

pub(super) async fn transfer(asked: &Asked<'_>, params: params::TransferCall) -> Answer {
    asked.only_working_users()?;
    let to = (&params.to, params.kind);
    let what = transferring(asked.hub, asked.identity, params.call_id, to).await?;
    change(asked, (params.call_id, what), params.client_id.as_deref()).await
}

pub(super) async fn finish(asked: &Asked<'_>, params: params::CallOnly, what: CallWhat) -> Answer {
    asked.only_working_users()?;
    change(asked, (params.call_id, what), params.client_id.as_deref()).await
}

pub(super) async fn record(asked: &Asked<'_>, params: params::RecordCall) -> Answer {
    asked.only_working_users()?;
    change(asked, (params.call_id, CallWhat::Record(params.on)), params.client_id.as_deref()).await
}

pub(super) async fn send_digits(asked: &Asked<'_>, params: params::SendDigits) -> Answer {
    asked.only_working_users()?;
    let what = CallWhat::SendDigits(params.digits);
    change(asked, (params.call_id, what), params.client_id.as_deref()).await
}

pub(super) async fn set_disposition(asked: &Asked<'_>, params: params::SetDisposition) -> Answer {
    asked.only_working_users()?;
    let params::SetDisposition { call_id, disposition, note, client_id } = params;
    let what = CallWhat::SetDisposition(Disposition { disposition, note });
    change(asked, (call_id, what), client_id.as_deref()).await
}

async fn control(asked: &Asked<'_>, params: &params::ControlCall, what: CallWhat) -> Answer {
    asked.only_working_users()?;
    change(asked, (params.call_id, what), params.client_id.as_deref()).await
}

async fn change(asked: &Asked<'_>, about: (CallId, CallWhat), client_id: Option<&str>) -> Answer {
    let fence = asked.fence(client_id, Lasting::Day);
    told(&act(asked.hub, asked.identity, about, (client_id, fence)).await?)
}

fn told(reply: &CallReply) -> Result<Box<serde_json::value::RawValue>, ApiError> {
    answer(&json!({ "call": reply.call, "seq": reply.seq }))
}
