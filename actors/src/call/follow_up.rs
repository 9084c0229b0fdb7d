//! The text after a call that broke off: shown to agents, or sent, as the number's settings say.

use async_trait::async_trait;
use entities::{
    CallId, ConversationId, Digest, JobId, Principal, TenantId, Timestamp, message::MessageClass,
};
use serde::{Deserialize, Serialize};

use crate::{
    channel::{self, DropFollowUp, NumberSettings},
    conversation::{Change, ConversationError, Conversations, SendMessage, Sender, What},
    jobs::{Due, JobKind, Outcome, Rules},
    journal::{Fence, Lasting, NewJob},
    store::{Store, StoreError},
};

use super::standing::Standing;

const KIND: &str = "call.follow_up";

/// What is to be written, and whether it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FollowUp {
    pub(super) body: String,
    pub(super) sends: bool,
}

/// What the job knows.
#[derive(Debug, Serialize, Deserialize)]
struct Owed {
    call_id: CallId,
    conversation_id: ConversationId,
    body: String,
}

/// What follows when this call broke off.
pub(super) async fn after(
    store: &Store,
    tenant: TenantId,
    standing: &Standing,
) -> Result<Option<FollowUp>, StoreError> {
    let channel = channel::store::get(store, tenant, standing.channel_id).await?;
    let voice = channel.map(|channel| NumberSettings::stored(&channel.settings).voice).unwrap_or_default();
    let follow_up = voice.follow_up();
    Ok(follow_up.map(|(mode, body)| FollowUp { body: body.to_owned(), sends: mode == DropFollowUp::Send }))
}

/// The job that sends it.
pub(super) fn job(standing: &Standing, body: &str, (id, now): (JobId, Timestamp)) -> NewJob {
    let (call_id, conversation_id) = (standing.id, standing.conversation_id);
    let owed = Owed { call_id, conversation_id, body: body.to_owned() };
    let contact_id = Some(standing.contact_id);
    NewJob { id, kind: KIND, key: None, run_at: now, payload: serde_json::json!(owed), contact_id }
}

/// Writes to contacts whose call broke off: as an automatic text, through consent, quiet hours and the cap.
pub struct FollowUpCall {
    conversations: Conversations,
}

impl FollowUpCall {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(conversations: Conversations) -> Self {
        Self { conversations }
    }
}

#[async_trait]
impl JobKind for FollowUpCall {
    fn name(&self) -> &'static str {
        KIND
    }

    /// The call is the fence: it is said once however often this runs.
    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Owed { call_id, conversation_id, body } = match job.parse() {
            Ok(owed) => owed,
            Err(refused) => return refused,
        };
        let key = format!("follow_up:{call_id}");
        let request = Digest::of(job.payload.as_bytes());
        let fence = Fence { principal: Principal::System, key, request, lasting: Lasting::Day };
        let class = Some(MessageClass::Transactional);
        let what = What::Send(SendMessage { body, class, ..SendMessage::default() });
        let in_doubt_since = job.in_doubt_since;
        let change = Change { fence: Some(fence), in_doubt_since, ..Change::new(Sender::system(), what) };
        match self.conversations.change(job.tenant, conversation_id, change).await {
            Ok(_) | Err(ConversationError::Blocked(_) | ConversationError::NotFound) => Outcome::Done,
            Err(error @ ConversationError::NotConnected { .. }) => Outcome::Refused(error.to_string()),
            Err(error) => Outcome::retry(error.to_string()),
        }
    }
}
