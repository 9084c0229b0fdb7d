//! Every kind of job there is, in one list.

use std::sync::Arc;

use crate::{
    conversation::{Conversations, FollowContact, WakeConversation, sla::SlaTimer},
    label::FollowLabel,
    ports::Ports,
    task::DueTimer,
};

use super::JobKind;

/// What [`Jobs`](super::Jobs) carries out. A room that owes jobs adds its kinds here.
#[must_use]
pub fn catalogue(ports: &Ports, conversations: &Conversations) -> Vec<Arc<dyn JobKind>> {
    vec![
        Arc::new(WakeConversation::new(conversations.clone())),
        Arc::new(FollowContact::new(ports.clone(), conversations.clone())),
        Arc::new(FollowLabel::new(ports.clone(), conversations.clone())),
        Arc::new(SlaTimer::new(ports.clone(), conversations.clone())),
        Arc::new(DueTimer::new(ports.clone())),
    ]
}
