//! The door to live tenants.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use actix::{Actor, Addr, Handler, Message, dev::ToEnvelope};
use entities::{BoardId, ConversationId, KeyId, TenantId, UserId, message::Author};

use crate::{
    bus::{Bus, BusMessage, Ear, NodeId},
    call::Calls,
    clock::Clock,
    conversation::Conversations,
    event::Recorded,
    journal::Outlet,
    store::Store,
    supervision::{Arbiters, Registry, RestartPolicy},
    topic::Topic,
};

use super::{
    actor::{Ports, TenantActor},
    audience::Person,
    heads,
    messages::{
        AddTopics, Announced, AskAttended, AskAvailable, AskCursor, AskPresent, Attach, CloseAll, CloseCode,
        ClosePerson, Heard, HeardTold, Hears, Joined, Known, Left, RemoveTopics, SessionKey, SetAvailability,
        Typing,
    },
    observer::{Observed, Observer},
    presence::{Availability, Present, WhoIsHere},
    signal::{Signal, SignalKind},
};

/// How long a live tenant may take to say who is here.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// Settings of the room.
#[derive(Clone, Copy, Debug)]
pub struct TenantsOptions {
    /// Sessions of one person; the oldest goes.
    pub sessions_per_person: usize,
    /// Who is away for less than this was never away.
    pub presence_debounce: Duration,
    /// A tenant without sessions leaves memory after this long.
    pub passivate_after: Duration,
    /// How often the ends of the logs are compared with what was heard.
    pub compare_every: Duration,
    pub restart: RestartPolicy,
}

impl Default for TenantsOptions {
    fn default() -> Self {
        Self {
            sessions_per_person: 20,
            presence_debounce: Duration::from_secs(5),
            passivate_after: Duration::from_secs(60),
            compare_every: Duration::from_secs(2),
            restart: RestartPolicy::default(),
        }
    }
}

/// All live tenants of this node. Cheap to clone.
#[derive(Clone)]
pub struct Tenants {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) registry: Registry<TenantId, TenantActor>,
    pub(super) store: Store,
    bus: Arc<dyn Bus>,
    node: NodeId,
    observed: Observed,
}

/// The tenant has more to do than fits its mailbox, or keeps dying: come back later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tenant is too busy")]
pub struct TenantBusy;

impl Tenants {
    /// The room, over the store and the bus.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        arbiters: Arc<Arbiters>,
        (bus, node): (Arc<dyn Bus>, NodeId),
        options: TenantsOptions,
    ) -> Self {
        let observed = Observed::default();
        let ports = Arc::new(Ports {
            store: store.clone(),
            bus: bus.clone(),
            clock,
            node,
            sessions_per_person: options.sessions_per_person,
            presence_debounce: options.presence_debounce,
            passivate_after: options.passivate_after,
            observed: observed.clone(),
        });
        let registry = Registry::new("tenant", options.restart, move |tenant: &TenantId, obituary| {
            let (tenant, ports) = (*tenant, ports.clone());
            let arbiter = arbiters.of(tenant);
            TenantActor::start_in_arbiter(&arbiter, move |_| TenantActor::new(tenant, ports, obituary))
        });
        let inner = Arc::new(Inner { registry, store, bus, node, observed });
        inner.store.io().spawn(heads::watch(Arc::downgrade(&inner), options.compare_every));
        Self { inner }
    }

    /// From now on this node hears what others tell, and passes it to `conversations` and `calls` too.
    pub fn listen(&self, conversations: Conversations, calls: Calls) {
        let ear = NodeEar { tenants: self.clone(), conversations, calls };
        self.inner.bus.listen(self.inner.node, Arc::new(ear));
    }

    /// From now on `observer` is told what the tenants of this node see.
    pub fn observed_by(&self, observer: Weak<dyn Observer>) {
        self.inner.observed.by(observer);
    }

    /// A new session, which has no topics yet.
    ///
    /// # Errors
    /// [`TenantBusy`].
    pub fn join(&self, tenant: TenantId, joined: Joined) -> Result<(), TenantBusy> {
        let actor = self.inner.registry.living_or_built(&tenant).map_err(|_| TenantBusy)?;
        actor.try_send(joined).map_err(|_| TenantBusy)
    }

    /// The first topics of a session that has seen everything of them up to `cursor`. The answer comes through its
    /// mailbox: `Attached` or `Behind`.
    ///
    /// # Errors
    /// [`TenantBusy`].
    pub fn attach(
        &self,
        tenant: TenantId,
        (session, request): (SessionKey, u64),
        topics: Vec<Topic>,
        cursor: i64,
    ) -> Result<(), TenantBusy> {
        self.send(tenant, Attach { session, request, topics, cursor })
    }

    /// More topics, from now on. Answered by `Cursor`.
    ///
    /// # Errors
    /// [`TenantBusy`].
    pub fn add_topics(
        &self,
        tenant: TenantId,
        (session, request): (SessionKey, u64),
        topics: Vec<Topic>,
    ) -> Result<(), TenantBusy> {
        self.send(tenant, AddTopics { session, request, topics })
    }

    /// Fewer topics, from now on.
    ///
    /// # Errors
    /// [`TenantBusy`].
    pub fn remove_topics(
        &self,
        tenant: TenantId,
        session: SessionKey,
        topics: Vec<Topic>,
    ) -> Result<(), TenantBusy> {
        self.send(tenant, RemoveTopics { session, topics })
    }

    /// How far the session is. Answered by `Cursor`, behind the events.
    ///
    /// # Errors
    /// [`TenantBusy`].
    pub fn ask_cursor(&self, tenant: TenantId, session: SessionKey, request: u64) -> Result<(), TenantBusy> {
        self.send(tenant, AskCursor { session, request })
    }

    /// The session ended.
    pub fn leave(&self, tenant: TenantId, session: SessionKey) {
        // `do_send` passes a full mailbox: this is said once per session, and must arrive.
        self.inner.registry.with_living(&tenant, |actor| actor.do_send(Left(session)));
    }

    /// Somebody types in a conversation, or stopped. Lost when the tenant is busy.
    pub fn typing(&self, tenant: TenantId, conversation: ConversationId, who: Typist) {
        let Typist { author, typing, session } = who;
        let told = Typing { conversation, author: author.clone(), typing, session };
        let _ = self.send(tenant, told);
        let told = BusMessage::Typing { conversation, author, typing };
        self.inner.bus.publish(self.inner.node, tenant, told);
    }

    /// What a user says of himself, in all his sessions. Nothing happens when he has none here.
    ///
    /// # Errors
    /// [`TenantBusy`].
    pub fn set_availability(
        &self,
        tenant: TenantId,
        user: UserId,
        availability: Availability,
    ) -> Result<(), TenantBusy> {
        self.send(tenant, SetAvailability { user, availability })
    }

    /// The users who are here, on whatever node, also those who left a moment ago.
    ///
    /// A tenant nobody is in on this node is made live for it, and asks the others, which takes half a second when there may be
    /// others.
    ///
    /// # Errors
    /// [`TenantBusy`] when the tenant does not answer within two seconds.
    pub async fn present(&self, tenant: TenantId) -> Result<WhoIsHere, TenantBusy> {
        self.ask(tenant, AskPresent).await
    }

    /// The users who are here and say that they can be asked, each with his sessions: for those who give out work. On this
    /// node alone while the others cannot be heard: they give out to theirs.
    ///
    /// # Errors
    /// As [`Tenants::present`].
    pub async fn available(&self, tenant: TenantId) -> Result<Vec<Present>, TenantBusy> {
        self.ask(tenant, AskAvailable).await
    }

    /// Is somebody here who works, can be asked, and sees this board? On which nodes as in [`Tenants::available`].
    ///
    /// # Errors
    /// As [`Tenants::present`].
    pub async fn is_attended(&self, tenant: TenantId, board: Option<BoardId>) -> Result<bool, TenantBusy> {
        self.ask(tenant, AskAttended(board)).await
    }

    /// Closes everything this user has open, on every node.
    pub fn close_user(&self, tenant: TenantId, user: UserId, code: CloseCode) {
        self.close_person(tenant, Person::User(user), code);
    }

    /// Closes everything that was opened with this key, on every node.
    pub fn close_key(&self, tenant: TenantId, key: KeyId, code: CloseCode) {
        self.close_person(tenant, Person::Key(key), code);
    }

    fn close_person(&self, tenant: TenantId, who: Person, code: CloseCode) {
        let told = |actor: &Addr<TenantActor>| actor.do_send(ClosePerson { who, code });
        self.inner.registry.with_living(&tenant, told);
        self.inner.bus.publish(self.inner.node, tenant, BusMessage::Close { who, code });
    }

    /// Closes every session of this node.
    pub fn close_all(&self, code: CloseCode) {
        for tenant in self.inner.registry.keys() {
            self.inner.registry.with_living(&tenant, |actor| actor.do_send(CloseAll(code)));
        }
    }

    /// The process ends: see [`Registry::close`]. The other nodes are not told: the users come to them within seconds, and
    /// saying before that they left would make everybody leave and join. Whoever does not come is gone by our silence.
    pub fn close(&self) {
        self.inner.registry.close();
    }

    /// How many tenants live in memory.
    #[must_use]
    pub fn living(&self) -> usize {
        self.inner.registry.len()
    }

    fn send<M>(&self, tenant: TenantId, message: M) -> Result<(), TenantBusy>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        TenantActor: Handler<M>,
        <TenantActor as Actor>::Context: ToEnvelope<TenantActor, M>,
    {
        let sent = self.inner.registry.with_living(&tenant, |actor| actor.try_send(message).is_ok());
        if sent == Some(true) { Ok(()) } else { Err(TenantBusy) }
    }

    /// The answer of a tenant, once it knows of the others what they tell within its first moment.
    async fn ask<M, T>(&self, tenant: TenantId, question: M) -> Result<T, TenantBusy>
    where
        M: Message<Result = Known<T>> + Copy + Send + 'static,
        T: Send + 'static,
        TenantActor: Handler<M>,
        <TenantActor as Actor>::Context: ToEnvelope<TenantActor, M>,
    {
        let known = self.answer(tenant, question).await?;
        let Some(settles_in) = known.settles_in else { return Ok(known.answer) };
        tokio::time::sleep(settles_in).await;
        Ok(self.answer(tenant, question).await?.answer)
    }

    async fn answer<M>(&self, tenant: TenantId, question: M) -> Result<M::Result, TenantBusy>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        TenantActor: Handler<M>,
        <TenantActor as Actor>::Context: ToEnvelope<TenantActor, M>,
    {
        let registry = &self.inner.registry;
        registry.living_or_built(&tenant).map_err(|_| TenantBusy)?;
        let asked = registry.with_living(&tenant, |actor| actor.send(question)).ok_or(TenantBusy)?;
        let answer = tokio::time::timeout(ANSWERS_WITHIN, asked).await;
        answer.map_err(|_| TenantBusy)?.map_err(|_| TenantBusy)
    }

    fn deliver(&self, tenant: TenantId, events: Arc<[Arc<Recorded>]>) {
        // Too full or dead: the comparison with the log brings what is missed here.
        let _ = self.send(tenant, Announced(events));
    }
}

/// Who types.
#[derive(Clone, Debug)]
pub struct Typist {
    pub author: Author,
    pub typing: bool,
    /// Is not told what it said itself.
    pub session: Option<SessionKey>,
}

impl Outlet for Tenants {
    fn announce(&self, tenant: TenantId, events: Vec<Recorded>) {
        let events: Arc<[Arc<Recorded>]> = events.into_iter().map(Arc::new).collect();
        self.deliver(tenant, events.clone());
        self.inner.bus.publish(self.inner.node, tenant, BusMessage::Events(events));
    }
}

struct NodeEar {
    tenants: Tenants,
    conversations: Conversations,
    calls: Calls,
}

impl Ear for NodeEar {
    fn hear(&self, tenant: TenantId, message: BusMessage) {
        match message {
            BusMessage::Events(events) => {
                for event in events.iter() {
                    self.conversations.observe(tenant, event);
                    self.calls.observe(tenant, event);
                }
                self.tenants.deliver(tenant, events);
            }
            BusMessage::Typing { conversation, author, typing } => {
                let kind = match typing {
                    true => SignalKind::TypingStarted { author },
                    false => SignalKind::TypingStopped { author },
                };
                let signal = Signal::shared(Topic::Conversation(conversation), kind);
                let _ = self.tenants.send(tenant, Heard(signal));
            }
            BusMessage::Presence(told) => {
                let _ = self.tenants.send(tenant, HeardTold(told));
            }
            BusMessage::Close { who, code } => {
                let told = |actor: &Addr<TenantActor>| actor.do_send(ClosePerson { who, code });
                self.tenants.inner.registry.with_living(&tenant, told);
            }
        }
    }

    fn hears(&self, tenant: TenantId) {
        let _ = self.tenants.send(tenant, Hears);
    }
}
