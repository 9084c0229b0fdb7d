//! What the golden requests say, as types.

use std::collections::BTreeSet;

use actors::{
    call::{Digits, TransferKind},
    tenant::Availability,
};
use entities::{
    AttachmentId, BoardId, CallId, ChannelId, ContactId, ConversationId, LegId, MessageId, UserId,
    conversation::{ConversationStatus, Priority},
    message::{IfQuiet, MessageClass},
};
use serde_json::json;

use super::{golden, golden_text, id};
use crate::rest::calls::{act::Via, transfer::TransferTarget};
use crate::ws::frames::{
    Call, Request,
    params::{
        AnswerCall, AssignConversation, Authenticate, CallOnly, CancelMessage, ChangeParticipants,
        ControlCall, DeleteMessage, EditMessage, LabelConversation, OwnConversation, Ping, PlaceCall,
        ReadConversation, ReadHistory, RecordCall, RescheduleMessage, SendDigits, SendMessage,
        SetConversationPriority, SetConversationStatus, SetDisposition, SetPresence, SnoozeConversation,
        StartConversation, Subscribe, TransferCall, Typing, Unsubscribe,
    },
};

/// Every request with the id it has in its golden frame; notifications have none.
pub(super) fn expected() -> Vec<(Request, Option<&'static str>)> {
    let typing = Typing { conversation_id: conversation() };
    let mut all = about_messages_and_conversations();
    all.extend(about_calls());
    all.extend([
        (
            Request::Authenticate(Authenticate { token: "eyJhbGciOiJIUzI1NiJ9.e30.c2ln".into() }),
            Some("\"auth-1\""),
        ),
        (Request::Subscribe(subscribe()), Some("1")),
        (Request::Unsubscribe(Unsubscribe { topics: vec!["calls".into()] }), Some("2")),
        (Request::History(history()), Some("3")),
        (Request::Ping(Ping {}), Some("4")),
        (Request::SetPresence(SetPresence { availability: Availability::Busy }), Some("5")),
        (Request::StartTyping(typing.clone()), None),
        (Request::StopTyping(typing), None),
    ]);
    all
}

fn about_calls() -> Vec<(Request, Option<&'static str>)> {
    vec![
        (Request::PlaceCall(place()), Some("\"k-1\"")),
        (Request::AnswerCall(answer()), Some("\"k-2\"")),
        (Request::DeclineCall(only("web-7f3a-42")), Some("\"k-3\"")),
        (Request::HangUpCall(control(None, "web-7f3a-43")), Some("\"k-4\"")),
        (Request::MuteCall(control(None, "web-7f3a-44")), Some("\"k-5\"")),
        (Request::UnmuteCall(control(None, "web-7f3a-45")), Some("\"k-6\"")),
        (Request::HoldCall(control(Some(leg()), "web-7f3a-46")), Some("\"k-7\"")),
        (Request::ResumeCall(control(Some(leg()), "web-7f3a-47")), Some("\"k-8\"")),
        (Request::SetDisposition(set_disposition()), Some("\"k-9\"")),
        (Request::TransferCall(transfer()), Some("\"k-10\"")),
        (Request::CompleteTransfer(only("web-7f3a-50")), Some("\"k-11\"")),
        (Request::CancelTransfer(only("web-7f3a-51")), Some("\"k-12\"")),
        (Request::RecordCall(record()), Some("\"k-13\"")),
        (Request::SendDigits(send_digits()), Some("\"k-14\"")),
    ]
}

fn call() -> CallId {
    CallId::from_uuid(id(0x30))
}

fn leg() -> LegId {
    LegId::from_uuid(id(0x31))
}

fn place() -> PlaceCall {
    PlaceCall {
        to: "+12025550123".into(),
        channel_id: ChannelId::from_uuid(id(4)),
        contact_id: None,
        conversation_id: None,
        via: Via::Browser,
        phone: None,
        user_id: None,
        client_id: Some("web-7f3a-40".into()),
    }
}

fn answer() -> AnswerCall {
    let client_id = Some("web-7f3a-41".into());
    AnswerCall { call_id: call(), via: Via::Phone, phone: Some("+12025550177".into()), client_id }
}

fn only(client_id: &str) -> CallOnly {
    CallOnly { call_id: call(), client_id: Some(client_id.into()) }
}

fn transfer() -> TransferCall {
    let to = TransferTarget { user_id: Some(UserId::from_uuid(id(3))), ..TransferTarget::default() };
    TransferCall { call_id: call(), to, kind: TransferKind::Warm, client_id: Some("web-7f3a-49".into()) }
}

fn control(leg_id: Option<LegId>, client_id: &str) -> ControlCall {
    ControlCall { call_id: call(), leg_id, client_id: Some(client_id.into()) }
}

fn record() -> RecordCall {
    RecordCall { call_id: call(), on: true, client_id: Some("web-7f3a-52".into()) }
}

fn send_digits() -> SendDigits {
    SendDigits { call_id: call(), digits: Digits::typed("1w42#"), client_id: Some("web-7f3a-53".into()) }
}

fn set_disposition() -> SetDisposition {
    SetDisposition {
        call_id: call(),
        disposition: "sold".into(),
        note: Some("Calls back on Monday".into()),
        client_id: Some("web-7f3a-48".into()),
    }
}

fn about_messages_and_conversations() -> Vec<(Request, Option<&'static str>)> {
    vec![
        (Request::SendMessage(send()), Some("\"m-17\"")),
        (Request::EditMessage(edit()), Some("\"m-18\"")),
        (Request::DeleteMessage(delete()), Some("\"m-19\"")),
        (Request::CancelMessage(cancel()), Some("\"m-20\"")),
        (Request::RescheduleMessage(reschedule()), Some("\"m-21\"")),
        (Request::StartConversation(start()), Some("\"c-1\"")),
        (Request::AssignConversation(assign()), Some("\"c-2\"")),
        (Request::SetConversationStatus(set_status()), Some("\"c-3\"")),
        (Request::LabelConversation(label()), Some("\"c-4\"")),
        (Request::SetConversationPriority(set_priority()), Some("\"c-5\"")),
        (Request::TakeOverConversation(own("web-7f3a-25")), Some("\"c-6\"")),
        (Request::HandBackConversation(own("web-7f3a-26")), Some("\"c-7\"")),
        (Request::ChangeParticipants(participants()), Some("\"c-8\"")),
        (Request::ReadConversation(read()), Some("\"c-9\"")),
        (Request::SnoozeConversation(snooze()), Some("\"c-10\"")),
    ]
}

fn conversation() -> ConversationId {
    ConversationId::from_uuid(id(1))
}

fn message() -> MessageId {
    MessageId::from_uuid(id(2))
}

fn subscribe() -> Subscribe {
    let topics = vec!["inbox".into(), "presence".into(), format!("conversation:{}", conversation())];
    Subscribe { topics, since: Some(18_231), epoch: Some("01JD4Z8K3Q".into()) }
}

fn history() -> ReadHistory {
    ReadHistory {
        topic: format!("conversation:{}", conversation()),
        before: Some(18_231),
        after: None,
        limit: 200,
    }
}

fn send() -> SendMessage {
    SendMessage {
        conversation_id: conversation(),
        body: "Your order left the house this morning.".into(),
        template: None,
        attachments: vec![AttachmentId::from_uuid(id(5))],
        private: true,
        mentions: vec![UserId::from_uuid(id(3))],
        class: Some(MessageClass::Transactional),
        scheduled_at: None,
        if_quiet: IfQuiet::Hold,
        client_id: Some("web-7f3a-17".into()),
    }
}

fn edit() -> EditMessage {
    let body = "Your order leaves the house tomorrow.".into();
    EditMessage { message_id: message(), body, rev: Some(1), client_id: Some("web-7f3a-18".into()) }
}

fn delete() -> DeleteMessage {
    DeleteMessage { message_id: message(), rev: Some(2), client_id: Some("web-7f3a-19".into()) }
}

fn cancel() -> CancelMessage {
    CancelMessage { message_id: message(), rev: Some(1), client_id: Some("web-7f3a-30".into()) }
}

fn reschedule() -> RescheduleMessage {
    RescheduleMessage {
        message_id: message(),
        scheduled_at: "2026-03-02T08:00:00.000Z".parse().unwrap(),
        rev: Some(1),
        client_id: Some("web-7f3a-31".into()),
    }
}

fn start() -> StartConversation {
    StartConversation {
        channel_id: ChannelId::from_uuid(id(6)),
        contact_id: Some(ContactId::from_uuid(id(4))),
        to: None,
        body: Some("Hello, this is Ana from the shop.".into()),
        attachments: Vec::new(),
        client_id: Some("web-7f3a-20".into()),
    }
}

fn assign() -> AssignConversation {
    AssignConversation {
        conversation_id: conversation(),
        assignee_id: None,
        board_id: Some(BoardId::from_uuid(id(7))),
        client_id: Some("web-7f3a-21".into()),
    }
}

fn set_status() -> SetConversationStatus {
    let client_id = Some("web-7f3a-22".into());
    SetConversationStatus { conversation_id: conversation(), status: ConversationStatus::Resolved, client_id }
}

fn snooze() -> SnoozeConversation {
    SnoozeConversation {
        conversation_id: conversation(),
        until: Some("2026-03-02T08:00:00.000Z".parse().unwrap()),
        client_id: Some("web-7f3a-29".into()),
    }
}

fn label() -> LabelConversation {
    LabelConversation {
        conversation_id: conversation(),
        add: vec!["VIP".into()],
        remove: vec!["no-show".into()],
        client_id: Some("web-7f3a-23".into()),
    }
}

fn set_priority() -> SetConversationPriority {
    let client_id = Some("web-7f3a-24".into());
    SetConversationPriority { conversation_id: conversation(), priority: Priority::Urgent, client_id }
}

fn own(client_id: &str) -> OwnConversation {
    OwnConversation { conversation_id: conversation(), client_id: Some(client_id.into()) }
}

fn read() -> ReadConversation {
    let client_id = Some("web-7f3a-28".into());
    ReadConversation { conversation_id: conversation(), message_id: message(), client_id }
}

fn participants() -> ChangeParticipants {
    ChangeParticipants {
        conversation_id: conversation(),
        add: vec![UserId::from_uuid(id(3))],
        remove: Vec::new(),
        client_id: Some("web-7f3a-27".into()),
    }
}

#[test]
fn every_golden_request_reads_as_what_it_says() {
    for (expected, id) in expected() {
        let text = golden_text(expected.method());
        let call = Call::read(&text).unwrap();
        assert_eq!(call.id.as_ref().map(|id| serde_json::to_string(id).unwrap()).as_deref(), id);
        assert_eq!(call.request().unwrap(), expected);
    }
}

#[test]
fn no_golden_request_has_a_member_that_is_not_written_back() {
    for (request, _) in expected() {
        let frame = golden(request.method());
        let written = serde_json::to_value(&request).unwrap();
        assert_eq!(written, json!({ "method": frame["method"], "params": frame["params"] }));
    }
}

#[test]
fn every_method_has_a_golden_request() {
    let shown: BTreeSet<_> = expected().into_iter().map(|(request, _)| request.method()).collect();
    assert_eq!(shown, Request::METHODS.iter().copied().collect());
}
