//! The shell around the tenant's pure states. It never waits.

use std::{sync::Arc, time::Duration};

use actix::{Actor, ActorContext, AsyncContext, Context, Handler};
use entities::{TenantId, Timestamp};
use tokio::time::Instant;

use crate::{
    bus::{Attending, Bus, BusMessage, NodeId},
    clock::Clock,
    event::{EventType, LiveEvent, log},
    store::Store,
    supervision::Obituary,
};

use super::{
    audience::Audience,
    delivery::Delivery,
    everywhere::Everywhere,
    messages::{
        AddTopics, Announced, AskCursor, Attach, CloseAll, CloseCode, ClosePerson, Deliver, Fetched, Head,
        Hears, Joined, Left, RemoveTopics,
    },
    observer::Observed,
    told::Life,
    typing::TypingState,
};

/// Messages of sessions and the journal that may wait. When it is full, events are found in the log again.
const MAILBOX: usize = 4096;
/// Events fetched at once to fill a gap.
const STRETCH: u64 = 500;
/// How often it is looked who is gone and who types no more, and a failed fetch tried again.
const TICK: Duration = Duration::from_secs(1);

pub(super) struct Ports {
    pub(super) store: Store,
    pub(super) bus: Arc<dyn Bus>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) node: NodeId,
    pub(super) sessions_per_person: usize,
    pub(super) presence_debounce: Duration,
    pub(super) passivate_after: Duration,
    pub(super) observed: Observed,
}

pub(super) struct TenantActor {
    tenant: TenantId,
    ports: Arc<Ports>,
    pub(super) audience: Audience,
    delivery: Delivery,
    pub(super) typing: TypingState,
    pub(super) everywhere: Everywhere,
    /// Other nodes told more than is kept, and that was logged.
    pub(super) was_full: bool,
    /// Those who look at everybody were told that not everybody is known.
    pub(super) was_uncertain: bool,
    /// When the others were first told something, and asked for theirs.
    pub(super) introduced: Option<Instant>,
    /// A stretch of the log is on its way.
    fetching: bool,
    empty_since: Instant,
    obituary: Obituary<TenantId>,
    _attending: Attending,
}

impl TenantActor {
    pub(super) fn new(tenant: TenantId, ports: Arc<Ports>, obituary: Obituary<TenantId>) -> Self {
        let delay = i64::try_from(ports.presence_debounce.as_micros()).unwrap_or(i64::MAX);
        let _attending = Attending::to(ports.bus.clone(), tenant);
        let life = Life { node: ports.node, born: ports.clock.now().as_micros() };
        Self {
            tenant,
            ports,
            audience: Audience::default(),
            delivery: Delivery::default(),
            typing: TypingState::default(),
            everywhere: Everywhere::new(life, delay),
            was_full: false,
            was_uncertain: false,
            introduced: None,
            fetching: false,
            empty_since: Instant::now(),
            obituary,
            _attending,
        }
    }

    /// A user can be asked for something, perhaps.
    pub(super) fn tell_of_user(&self) {
        self.ports.observed.tell(|observer| observer.can_be_asked(self.tenant));
    }

    pub(super) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    pub(super) fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(super) fn bus(&self) -> &dyn Bus {
        &*self.ports.bus
    }

    /// Tells the other nodes.
    pub(super) fn publish(&self, message: BusMessage) {
        self.ports.bus.publish(self.ports.node, self.tenant, message);
    }

    fn tell(&mut self, ready: &[Arc<LiveEvent>], ctx: &mut Context<Self>) {
        if let (false, Some(seq)) = (ready.is_empty(), self.delivery.delivered()) {
            self.audience.tell(ready, seq);
            self.wrote(ready);
            self.ports.observed.tell(|observer| observer.happened(self.tenant, ready));
            self.follow_settings(ready);
        }
        self.fill_gap(ctx);
    }

    /// Where admins may come from holds for those who are here, too.
    fn follow_settings(&mut self, ready: &[Arc<LiveEvent>]) {
        for live in ready.iter().filter(|live| live.event.head.kind == EventType::SettingsUpdated) {
            if let Some(settings) = live.event.parse().ok().and_then(|data| data.settings) {
                self.audience.keep_within(&settings.chosen.ip_allow_list);
            }
        }
    }

    /// Fetches what is missing, beside this actor; it comes back as a message.
    fn fill_gap(&mut self, ctx: &mut Context<Self>) {
        let Some(after) = self.delivery.gap().filter(|_| !self.fetching) else { return };
        self.fetching = true;
        let (store, tenant, address) = (self.ports.store.clone(), self.tenant, ctx.address());
        self.ports.store.io().spawn(async move {
            let stretch = log::after(&store, tenant, after, STRETCH).await;
            let stretch = stretch.inspect_err(|error| {
                tracing::warn!(tenant.id = %tenant, %error, "the log cannot be read to fill a gap");
            });
            // A dead tenant needs no log.
            let _ = address.send(Fetched(stretch.ok())).await;
        });
    }

    /// What comes next is gone from the log. The sessions come again, and this begins anew where the log ends.
    fn lose_place(&mut self) {
        tracing::warn!(tenant.id = %self.tenant, "the log was trimmed before it was delivered");
        self.audience.close_all(CloseCode::Resync);
        self.delivery = Delivery::default();
    }

    fn ask_head(&self, ctx: &mut Context<Self>) {
        let (store, tenant, address) = (self.ports.store.clone(), self.tenant, ctx.address());
        self.ports.store.io().spawn(async move {
            if let Ok(Some(extent)) = log::extent(&store, tenant).await {
                let head = Head { last_seq: extent.last_seq, trimmed_seq: extent.trimmed_seq };
                let _ = address.send(head).await;
            }
        });
    }

    fn tick(&mut self, ctx: &mut Context<Self>) {
        self.expire();
        self.settle();
        if self.delivery.delivered().is_none() {
            self.ask_head(ctx);
        }
        self.fill_gap(ctx);
        let in_use =
            !self.audience.is_empty() || !self.typing.is_empty() || self.everywhere.is_somebody_here();
        if in_use {
            self.empty_since = Instant::now();
        } else if self.empty_since.elapsed() >= self.ports.passivate_after {
            self.obituary.leave();
            ctx.stop();
        }
    }
}

impl Actor for TenantActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.ask_head(ctx);
        ctx.run_interval(TICK, Self::tick);
    }
}

impl Handler<Joined> for TenantActor {
    type Result = ();

    fn handle(&mut self, joined: Joined, _: &mut Self::Context) {
        let limit = self.ports.sessions_per_person;
        let viewer = joined.viewer.clone();
        self.audience.join(joined, limit);
        self.arrived(&viewer);
        self.settle();
    }
}

impl Handler<Left> for TenantActor {
    type Result = ();

    fn handle(&mut self, Left(session): Left, _: &mut Self::Context) {
        self.audience.leave(session);
        self.settle();
    }
}

impl Handler<Attach> for TenantActor {
    type Result = ();

    fn handle(&mut self, attach: Attach, _: &mut Self::Context) {
        let Attach { session, request, topics, cursor } = attach;
        let answer = match (self.delivery.since(cursor), self.delivery.delivered()) {
            (Some(events), Some(delivered)) => {
                let events = self.audience.filter(session, &topics, events);
                let seq = cursor.max(delivered);
                let fresh = self.audience.attach(session, &topics, seq);
                let snapshots = self.opened(session, &topics, &fresh);
                Deliver::Attached { request, events, seq, snapshots }
            }
            _ => Deliver::Behind { request },
        };
        self.audience.send(session, answer);
    }
}

impl Handler<AddTopics> for TenantActor {
    type Result = ();

    fn handle(&mut self, add: AddTopics, _: &mut Self::Context) {
        let fresh = self.audience.attach(add.session, &add.topics, 0);
        let snapshots = self.opened(add.session, &add.topics, &fresh);
        let seq = self.delivery.delivered().unwrap_or_default();
        self.audience.send(add.session, Deliver::Cursor { request: add.request, seq, snapshots });
    }
}

impl Handler<RemoveTopics> for TenantActor {
    type Result = ();

    fn handle(&mut self, remove: RemoveTopics, _: &mut Self::Context) {
        let had = self.audience.detach(remove.session, &remove.topics);
        if let Some(viewer) = self.audience.person(remove.session).map(|(viewer, _)| viewer.clone()) {
            self.closed(&viewer, had);
        }
    }
}

impl Handler<AskCursor> for TenantActor {
    type Result = ();

    fn handle(&mut self, ask: AskCursor, _: &mut Self::Context) {
        let seq = self.delivery.delivered().unwrap_or_default();
        self.audience.send(ask.session, Deliver::Cursor { request: ask.request, seq, snapshots: Vec::new() });
    }
}

impl Handler<Announced> for TenantActor {
    type Result = ();

    fn handle(&mut self, Announced(events): Announced, ctx: &mut Self::Context) {
        let ready = self.delivery.accept(events.iter().cloned());
        self.tell(&ready, ctx);
    }
}

impl Handler<Head> for TenantActor {
    type Result = ();

    fn handle(&mut self, head: Head, ctx: &mut Self::Context) {
        if self.delivery.is_cut_off(head.trimmed_seq) {
            self.lose_place();
        }
        let ready = self.delivery.head(head.last_seq);
        self.tell(&ready, ctx);
    }
}

impl Handler<Fetched> for TenantActor {
    type Result = ();

    fn handle(&mut self, Fetched(stretch): Fetched, ctx: &mut Self::Context) {
        self.fetching = false;
        // When the store did not answer, or knows nothing of what we heard, the next tick asks again.
        if let Some(stretch) = stretch.filter(|stretch| !stretch.is_empty()) {
            // The log is dense: what is missing before the first one is gone.
            if stretch.first().is_some_and(|first| self.delivery.is_cut_off(first.seq - 1)) {
                self.lose_place();
                return self.ask_head(ctx);
            }
            let ready = self.delivery.accept(stretch.into_iter().map(Arc::new));
            self.tell(&ready, ctx);
        }
    }
}

impl Handler<Hears> for TenantActor {
    type Result = ();

    /// What was told before went by.
    fn handle(&mut self, _: Hears, ctx: &mut Self::Context) {
        self.ask_head(ctx);
        self.everywhere.ask_everybody();
        self.tell_others();
    }
}

impl Handler<ClosePerson> for TenantActor {
    type Result = ();

    fn handle(&mut self, close: ClosePerson, _: &mut Self::Context) {
        self.audience.close_person(close.who, close.code);
    }
}

impl Handler<CloseAll> for TenantActor {
    type Result = ();

    fn handle(&mut self, CloseAll(code): CloseAll, _: &mut Self::Context) {
        self.audience.close_all(code);
    }
}
