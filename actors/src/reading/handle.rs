//! The door to read marks.

use entities::{
    ConversationId, MessageId, TenantId, UserId, event::TopicKind, message, read_mark, scope::TenantScope,
};

use crate::{
    asked::{Asked, Earlier},
    conversation::{self, Conversation, Sight},
    event::{Data, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{Horizon, ReadingError, Seen, state::decide_read, store};

/// The read marks of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Readings {
    ports: Ports,
}

/// Who reads what, up to and with which message.
#[derive(Clone, Debug)]
pub struct Marked {
    pub user: UserId,
    pub sight: Sight,
    pub conversation: ConversationId,
    pub message: MessageId,
}

type Tried = Result<(Horizon, i64), Attempt<ReadingError>>;

impl Readings {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Moves a user's mark to a message, never back. Answers how far he has read now, with the seq of the event that
    /// told it: 0 when he had read that far before.
    ///
    /// # Errors
    /// [`ReadingError`].
    pub async fn read(
        &self,
        tenant: TenantId,
        asked: &Asked,
        marked: &Marked,
    ) -> Result<(Horizon, i64), ReadingError> {
        self.ports.until_written(|| self.attempt(tenant, asked, marked)).await
    }

    async fn attempt(&self, tenant: TenantId, asked: &Asked, marked: &Marked) -> Tried {
        match asked.earlier_at::<Horizon>(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => {}
            Earlier::Answered(earlier) => return Ok(earlier),
            Earlier::Mismatch => return Err(Attempt::Refused(ReadingError::IdempotencyMismatch)),
        }
        let (conversation, message) = self.look(tenant, marked).await?;
        let who = (tenant, marked.user);
        let mut marks =
            store::marks(self.ports.store(), who, vec![conversation.id]).await.map_err(refused)?;
        let before = marks.remove(&conversation.id);
        match decide_read(before.clone(), &message, who, self.ports.now()) {
            Some(mark) => self.commit(asked, conversation, mark).await,
            None => Ok((horizon(conversation, before.as_ref()), 0)),
        }
    }

    /// The conversation and the message, for who may see them.
    async fn look(
        &self,
        tenant: TenantId,
        marked: &Marked,
    ) -> Result<(Conversation, message::Model), Attempt<ReadingError>> {
        let store = self.ports.store();
        let found = conversation::store::get(store, tenant, marked.conversation).await.map_err(refused)?;
        let conversation = found.filter(|conversation| marked.sight.sees(conversation));
        let conversation = conversation.ok_or(Attempt::Refused(ReadingError::NotFound))?;
        let id = marked.message;
        let find =
            move |db: crate::store::Reader| async move { message::Entity::by_id(tenant, id).one(&*db).await };
        let row = store.read(tenant, find).await.map_err(refused)?;
        let message = row.filter(|row| row.conversation_id == conversation.id);
        Ok((conversation, message.ok_or(Attempt::Refused(ReadingError::MessageNotFound))?))
    }

    async fn commit(&self, asked: &Asked, conversation: Conversation, mark: read_mark::Model) -> Tried {
        let horizon = horizon(conversation, Some(&mark));
        let data = Data {
            conversation_id: Some(horizon.conversation_id),
            read_message_id: horizon.read_message_id,
            unread: Some(horizon.unread),
            ..Data::default()
        };
        let topic = (TopicKind::User, mark.user_id.as_uuid());
        let mut event = asked.event(&self.ports, EventType::ConversationRead, topic, data);
        event.head.user_id = Some(mark.user_id);
        let (tenant, at, fresh) = (mark.tenant_id, mark.read_at, mark.rev == 1);
        let record = Record::ReadMark(mark);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }];
        let commit = Commit::new(tenant, at, rows, vec![event]).answering(asked.answer(&horizon, None));
        let committed = self.ports.journal.commit(commit).await?;
        Ok((horizon, committed.seqs.first().copied().unwrap_or_default()))
    }
}

fn horizon(conversation: Conversation, mark: Option<&read_mark::Model>) -> Horizon {
    let seen = Seen::with(conversation, mark);
    Horizon {
        conversation_id: seen.conversation.id,
        read_message_id: seen.read_message_id,
        unread: seen.unread,
    }
}

fn refused(error: StoreError) -> Attempt<ReadingError> {
    Attempt::Refused(error.into())
}
