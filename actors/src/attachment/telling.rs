//! Telling what a file turned out to be, wherever it hangs by then: somebody may just be sending it, or taking it back.

use entities::{
    AttachmentId, MessageId, Principal, TenantId, attachment,
    event::{Audience, TopicKind},
    message::AttachmentState,
};

use crate::{
    asked::Asked,
    conversation::{Change, ConversationError, Conversations, Scanned, Sender, What, store as conversations},
    event::{Data, Event, EventType},
    journal::{Commit, CommitError, Record, Row},
    ports::TRIES,
};

use super::{AttachmentError, Attachments, Found, shown, store};

/// Why nobody knows yet what was found.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotTold {
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    #[error("others change it all the time")]
    Busy,
}

impl Attachments {
    /// Writes what was found, and tells of it once. Answers what the file is now.
    pub(super) async fn tell(
        &self,
        conversations: &Conversations,
        (tenant, id): (TenantId, AttachmentId),
        found: &Found,
    ) -> Result<AttachmentState, NotTold> {
        for _ in 0..TRIES {
            let Some(row) = self.standing(tenant, id).await? else { return Ok(found.state) };
            if !found.is_news_of(&row) {
                return Ok(row.state);
            }
            match row.message_id {
                None => match self.tell_uploader(row, found).await {
                    Ok(()) => return Ok(found.state),
                    Err(CommitError::Conflict) => {}
                    Err(error) => return Err(AttachmentError::from(error).into()),
                },
                Some(message_id) => {
                    let what = Scanned { message_id, attachment_id: id, found: found.clone() };
                    self.tell_conversation(conversations, tenant, (message_id, what)).await?;
                }
            }
        }
        Err(NotTold::Busy)
    }

    /// The file as it stands, unless it was taken back.
    pub(super) async fn standing(
        &self,
        tenant: TenantId,
        id: AttachmentId,
    ) -> Result<Option<attachment::Model>, AttachmentError> {
        Ok(store::load(self.ports.store(), tenant, id).await?)
    }

    async fn tell_conversation(
        &self,
        conversations: &Conversations,
        tenant: TenantId,
        (message, what): (MessageId, Scanned),
    ) -> Result<(), NotTold> {
        let found = conversations::message(self.ports.store(), tenant, message).await;
        let message = found.map_err(AttachmentError::from)?.ok_or(AttachmentError::NotFound)?;
        let change = Change::new(Sender::system(), What::Scanned(what));
        match conversations.change(tenant, message.conversation_id, change).await {
            // It moved on meanwhile: whoever asked looks again how it stands.
            Ok(_) | Err(ConversationError::NothingNew) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes what was found of a file that hangs on no message, and tells the user who uploaded it. Others look by
    /// themselves.
    async fn tell_uploader(&self, row: attachment::Model, found: &Found) -> Result<(), CommitError> {
        let (tenant, now, by) = (row.tenant_id, self.ports.now(), Principal::System);
        let row = found.applied(row);
        let row = attachment::Model { rev: row.rev + 1, updated_at: now, updated_by: Some(by), ..row };
        let events = self.told(&row).into_iter().collect();
        let rows = vec![Row::Update(Record::Attachment(row))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, events)).await?;
        Ok(())
    }

    fn told(&self, row: &attachment::Model) -> Option<Event> {
        let Some(Principal::User(user)) = row.created_by else { return None };
        let data = Data { attachment: Some(shown(row)), ..Data::default() };
        let about = (TopicKind::User, user.as_uuid());
        let asked = Asked::by(Principal::System);
        let mut event = asked.event(&self.ports, EventType::AttachmentScanned, about, data);
        event.head.audience = Audience::User;
        event.head.user_id = Some(user);
        Some(event)
    }
}
