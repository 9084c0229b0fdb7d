//! What a room without an actor is told beside the command: who asks, and what makes a repeat harmless.

use std::sync::Arc;

use entities::{
    BoardId, EventId, Principal, TenantId,
    event::{Audience, TopicKind},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    audit::Trail,
    event::{ContactData, Data, Event, EventType, Head},
    journal::{Answer, Fence, answered},
    ports::Ports,
    store::StoreError,
};

/// Who asks.
#[derive(Clone, Debug)]
pub struct Asked {
    pub by: Principal,
    /// Travels in the event.
    pub client_id: Option<Arc<str>>,
    pub fence: Option<Fence>,
    /// For the record.
    pub trail: Option<Trail>,
}

/// What is known of an earlier request under the same key.
#[derive(Debug)]
pub(crate) enum Earlier<T> {
    /// There was none, or there is no key.
    None,
    /// The same request: this is what it was answered.
    Answered(T),
    /// Another request.
    Mismatch,
}

impl Asked {
    /// By somebody, without a key.
    #[must_use]
    pub fn by(by: Principal) -> Self {
        Self { by, client_id: None, fence: None, trail: None }
    }

    /// The same, who left a trail.
    #[must_use]
    pub fn along(self, trail: Option<Trail>) -> Self {
        Self { trail, ..self }
    }

    /// Where it came from, for the record.
    pub(crate) fn ip(&self) -> Option<String> {
        self.trail.as_ref().map(|trail| trail.ip.to_string())
    }

    /// What the logs call the request, for the record.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.trail.as_ref().map(|trail| trail.request_id.to_string())
    }

    /// Was this asked before?
    pub(crate) async fn earlier<T: DeserializeOwned>(
        &self,
        ports: &Ports,
        tenant: TenantId,
    ) -> Result<Earlier<T>, StoreError> {
        Ok(match self.earlier_at(ports, tenant).await? {
            Earlier::None => Earlier::None,
            Earlier::Answered((answer, _)) => Earlier::Answered(answer),
            Earlier::Mismatch => Earlier::Mismatch,
        })
    }

    /// The same, with the seq of the event it made; 0 when it made none.
    pub(crate) async fn earlier_at<T: DeserializeOwned>(
        &self,
        ports: &Ports,
        tenant: TenantId,
    ) -> Result<Earlier<(T, i64)>, StoreError> {
        let Some(fence) = &self.fence else { return Ok(Earlier::None) };
        let Some(stored) = answered(ports.store(), tenant, fence).await? else { return Ok(Earlier::None) };
        if stored.request != fence.request {
            return Ok(Earlier::Mismatch);
        }
        // What was stored under the same request is of the same kind; what is not, is of another version.
        let seq = stored.seq.unwrap_or_default();
        let answer = serde_json::from_str(&stored.body).map(|answer| (answer, seq));
        Ok(answer.map_or(Earlier::Mismatch, Earlier::Answered))
    }

    /// The answer a repeat will get: `body`, with the seq of the first event.
    pub(crate) fn answer(&self, body: &impl Serialize, about: Option<entities::ContactId>) -> Option<Answer> {
        let body = serde_json::to_string(body).unwrap_or_default();
        self.fence.clone().map(|fence| Answer { fence, body, seq_of: Some(0), contact_id: about })
    }

    /// The same for a commit that tells nobody: there is no seq to name.
    pub(crate) fn answer_untold(&self, body: &impl Serialize) -> Option<Answer> {
        self.answer(body, None).map(|answer| Answer { seq_of: None, ..answer })
    }

    /// An event about a noun that has its own topic and no conversation.
    pub(crate) fn event(
        &self,
        ports: &Ports,
        kind: EventType,
        (topic_kind, topic_id): (TopicKind, Uuid),
        data: Data,
    ) -> Event {
        let contact_id = data.contact.as_ref().map(ContactData::id);
        let audience = match kind.audience() {
            // Nothing told here is for visitors.
            Audience::Everyone | Audience::Agents => Audience::Agents,
            Audience::User => Audience::User,
        };
        let head = Head {
            id: EventId::from_uuid(ports.draw()),
            kind,
            topic_kind,
            topic_id,
            contact_id,
            conversation_id: None,
            board_id: board_of(&data),
            left_board_id: None,
            audience,
            user_id: None,
            left_user_id: None,
            actor: self.by,
            client_id: self.client_id.clone(),
            at: ports.now(),
        };
        Event { head, data }
    }
}

/// The board that narrows who sees it.
fn board_of(data: &Data) -> Option<BoardId> {
    let channels = data.channel.as_ref().and_then(|channel| channel.board_id);
    let templates = data.template.as_ref().and_then(|template| template.board_id);
    data.board.as_ref().map(|board| board.id).or(channels).or(templates)
}
