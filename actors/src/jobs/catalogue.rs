//! Every kind of job there is, in one list.

use std::sync::Arc;

use crate::{
    attachment::{Attachments, ScanAttachment},
    call::FollowUpCall,
    conversation::{Conversations, FollowContact, SayInTime, WakeConversation, sla::SlaTimer},
    inbound::AnswerKeyword,
    label::FollowLabel,
    ports::Ports,
    search::TakeMessagesAlong,
    task::DueTimer,
};

use super::JobKind;

/// What [`Jobs`](super::Jobs) carries out. A room that owes jobs adds its kinds here. Who has no `attachments` leaves files
/// to other nodes.
#[must_use]
pub fn catalogue(
    ports: &Ports,
    conversations: &Conversations,
    attachments: Option<&Attachments>,
) -> Vec<Arc<dyn JobKind>> {
    let mut kinds: Vec<Arc<dyn JobKind>> = vec![
        Arc::new(WakeConversation::new(conversations.clone())),
        Arc::new(SayInTime::new(conversations.clone())),
        Arc::new(FollowContact::new(ports.clone(), conversations.clone())),
        Arc::new(FollowLabel::new(ports.clone(), conversations.clone())),
        Arc::new(SlaTimer::new(ports.clone(), conversations.clone())),
        Arc::new(DueTimer::new(ports.clone())),
        Arc::new(TakeMessagesAlong::new(ports.clone())),
        Arc::new(AnswerKeyword::new(conversations.clone())),
        Arc::new(FollowUpCall::new(conversations.clone())),
    ];
    if let Some(attachments) = attachments {
        kinds.push(Arc::new(ScanAttachment::new(attachments.clone(), conversations.clone())));
    }
    kinds
}
