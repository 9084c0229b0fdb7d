//! The door to conversations.

use std::{sync::Arc, time::Duration};

use actix::Actor;
use entities::{ConversationId, MessageId, TenantId, channel::ChannelType, event::TopicKind};

use crate::{
    event::Recorded,
    ports::{Ports, TRIES},
    supervision::{Arbiters, Registry, RestartPolicy},
};

use super::{
    Carrier, Change, ConversationError, MarkProgress, Open, Opened, Progress, Reply, SendMessage, Sender,
    actor::{ConversationActor, Shared},
    carrier::Carriers,
    messages::{Key, Observed, What},
    say::check_load,
    store,
};

/// Settings of the room.
#[derive(Clone, Copy, Debug)]
pub struct ConversationsOptions {
    /// A conversation nobody commands for this long leaves memory.
    pub passivate_after: Duration,
    /// How long a caller waits for an answer.
    pub deadline: Duration,
    pub restart: RestartPolicy,
}

impl Default for ConversationsOptions {
    fn default() -> Self {
        Self {
            passivate_after: Duration::from_secs(60),
            deadline: Duration::from_secs(10),
            restart: RestartPolicy::default(),
        }
    }
}

/// All conversations of this node. Cheap to clone.
#[derive(Clone)]
pub struct Conversations {
    registry: Registry<Key, ConversationActor>,
    ports: Arc<Ports>,
    carriers: Carriers,
    deadline: Duration,
}

impl Conversations {
    /// The room, on the threads actors live on.
    #[must_use]
    pub fn new(ports: Ports, arbiters: Arc<Arbiters>, options: ConversationsOptions) -> Self {
        let ports = Arc::new(ports);
        let (shared, idle) = (ports.clone(), options.passivate_after);
        let all = Shared::default();
        let carriers = all.carriers.clone();
        let registry = Registry::new("conversation", options.restart, move |key: &Key, obituary| {
            let (key, ports) = (*key, (shared.clone(), all.clone()));
            let arbiter = arbiters.of(key.0);
            ConversationActor::start_in_arbiter(&arbiter, move |_| {
                ConversationActor::new(key, ports, idle, obituary)
            })
        });
        Self { registry, ports, carriers, deadline: options.deadline }
    }

    /// From now on `carrier` carries what is said on channels of this type.
    pub fn carried_by(&self, kind: ChannelType, carrier: Arc<dyn Carrier>) {
        self.carriers.add(kind, carrier);
    }

    /// The process ends: see [`Registry::close`].
    pub fn close(&self) {
        self.registry.close();
    }

    /// Carries out one command about one conversation.
    ///
    /// # Errors
    /// [`ConversationError`]; always by the deadline.
    pub async fn change(
        &self,
        tenant: TenantId,
        id: ConversationId,
        change: Change,
    ) -> Result<Reply, ConversationError> {
        self.registry.ask(&(tenant, id), change, self.deadline).await?
    }

    /// The contact's open conversation on the channel: the one that is there, or a new one. A first message goes
    /// into either. Whoever opens the same one at the same time gets the same one.
    ///
    /// # Errors
    /// [`ConversationError`].
    pub async fn open(
        &self,
        tenant: TenantId,
        by: Sender,
        open: OpenRequest,
    ) -> Result<Opened, ConversationError> {
        for _ in 0..TRIES {
            let (channel, contact) = (open.open.channel.id, open.open.contact.id);
            let current = store::current(self.ports.store(), tenant, channel, contact).await;
            let current = current.map_err(|_| ConversationError::Unavailable)?;
            let standing =
                current.filter(|it| it.status != entities::conversation::ConversationStatus::Resolved);
            let outcome = match standing {
                Some(standing) => self.join(tenant, &by, &open, standing).await,
                None => self.begin(tenant, &by, &open).await,
            };
            match outcome {
                // Somebody opened one at the same moment: it is the one.
                Err(ConversationError::AnotherOpen { .. } | ConversationError::Busy) => {}
                outcome => return outcome,
            }
        }
        Err(ConversationError::Busy)
    }

    async fn join(
        &self,
        tenant: TenantId,
        by: &Sender,
        open: &OpenRequest,
        standing: super::Conversation,
    ) -> Result<Opened, ConversationError> {
        if !by.sight.sees(&standing) {
            return Err(ConversationError::NotFound);
        }
        let Some(first) = open.open.first.clone() else {
            return Ok(Opened { conversation: standing, message: None, seq: 0, created: false });
        };
        let reply = self.change(tenant, standing.id, open.change(by, What::Send(first))).await?;
        let conversation = store::get(self.ports.store(), tenant, standing.id).await;
        let conversation = conversation.map_err(|_| ConversationError::Unavailable)?.unwrap_or(standing);
        Ok(Opened {
            conversation,
            message: reply.message.map(|message| *message),
            seq: reply.seq,
            created: false,
        })
    }

    async fn begin(
        &self,
        tenant: TenantId,
        by: &Sender,
        open: &OpenRequest,
    ) -> Result<Opened, ConversationError> {
        let id = ConversationId::from_uuid(self.ports.draw());
        let what = What::Open(Open { id, ..open.open.clone() });
        let reply = self.change(tenant, id, open.change(by, what)).await?;
        let conversation = reply.conversation.ok_or(ConversationError::Internal)?;
        let message = reply.message.map(|message| *message);
        Ok(Opened { conversation: *conversation, message, seq: reply.seq, created: true })
    }

    /// Would this be carried to a contact on a channel of this type? Asked before anything is made for it.
    ///
    /// # Errors
    /// [`ConversationError`]: the refusal it would meet.
    pub async fn check_carried(
        &self,
        tenant: TenantId,
        channel: ChannelType,
        send: &SendMessage,
    ) -> Result<(), ConversationError> {
        if channel.address_kind().is_none() {
            return Ok(());
        }
        let carriage = self.carriers.carriage(tenant, channel).await?;
        let carriage = carriage.ok_or(ConversationError::NotConnected { channel })?;
        check_load(carriage, &send.body, send.attachments.len())
    }

    /// A message of ours came this far, says whoever carries it. What is no news, or comes too late, changes nothing; whatever
    /// the order, the end is the same. False when nothing changed.
    ///
    /// # Errors
    /// [`ConversationError`]; `MessageNotFound` when there is no such message.
    pub async fn progress(
        &self,
        tenant: TenantId,
        message_id: MessageId,
        progress: Progress,
    ) -> Result<bool, ConversationError> {
        let found = store::message(self.ports.store(), tenant, message_id).await;
        let found = found.map_err(|_| ConversationError::Unavailable)?;
        let message = found.ok_or(ConversationError::MessageNotFound)?;
        let what = What::Progress(MarkProgress { message_id, progress });
        let change = Change::new(Sender::system(), what);
        match self.change(tenant, message.conversation_id, change).await {
            Ok(_) => Ok(true),
            Err(ConversationError::NothingNew) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Tells a live copy of a conversation what another copy did. Nothing waits and nothing is lost: a copy that
    /// misses it finds out when it commits. A task of the conversation is not part of it.
    pub fn observe(&self, tenant: TenantId, event: &Arc<Recorded>) {
        let about_it = event.head.topic_kind != TopicKind::Task;
        if let Some(id) = event.head.conversation_id.filter(|_| about_it) {
            self.registry.with_living(&(tenant, id), |actor| {
                let _ = actor.try_send(Observed(event.clone()));
            });
        }
    }

    /// How many conversations live in memory.
    #[must_use]
    pub fn living(&self) -> usize {
        self.registry.len()
    }

    /// The present moment, as this room sees it.
    #[must_use]
    pub fn now(&self) -> entities::Timestamp {
        self.ports.now()
    }
}

/// What [`Conversations::open`] needs beside who asks.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// Its `id` is drawn anew.
    pub open: Open,
    pub client_id: Option<Arc<str>>,
    pub fence: Option<crate::journal::Fence>,
}

impl OpenRequest {
    fn change(&self, by: &Sender, what: What) -> Change {
        Change {
            client_id: self.client_id.clone(),
            fence: self.fence.clone(),
            ..Change::new(by.clone(), what)
        }
    }
}
