//! The tenant among its like on other nodes: hears what they tell of their sessions, tells of its own, and answers who is here.

use std::{sync::Arc, time::Duration};

use actix::{Context, Handler, MessageResult};
use entities::Timestamp;
use tokio::time::Instant;

use crate::bus::BusMessage;

use super::{
    actor::TenantActor,
    messages::{AskAttended, AskAvailable, AskPresent, HeardTold, Known},
};

/// How long the others have to answer a tenant that has just become live, before it answers others by what it knows.
const SETTLING: Duration = Duration::from_millis(500);

impl TenantActor {
    /// Tells the other nodes what they were not told yet. Called after whatever may have changed who is here, and not before
    /// the first message: until then the registry does not know this actor, and no answer would find it.
    pub(super) fn tell_others(&mut self) {
        self.introduced.get_or_insert_with(Instant::now);
        for told in self.everywhere.take_outbox() {
            self.publish(BusMessage::Presence(Arc::new(told)));
        }
    }

    /// Whether the others can be reached is looked at whenever somebody wants to know of them, and with every tick.
    pub(super) fn look_at_bus(&mut self, now: Timestamp) {
        let healthy = self.bus().is_healthy();
        self.everywhere.bus_is(healthy, now);
    }

    /// Who is gone, who is silent, and what was lost.
    pub(super) fn look_around(&mut self, now: Timestamp) {
        self.look_at_bus(now);
        self.everywhere.ask_again();
        let news = self.everywhere.tick(now);
        self.tell_news(&news);
        self.tell_others();
        self.warn_when_full();
        self.tell_doubt();
    }

    /// Those who look at everybody see when not everybody is known any more, and when that is over.
    fn tell_doubt(&mut self) {
        let uncertain = self.everywhere.is_uncertain();
        if uncertain != self.was_uncertain {
            self.was_uncertain = uncertain;
            self.tell_of_everybody();
        }
    }

    fn warn_when_full(&mut self) {
        let full = self.everywhere.is_full();
        if full && !self.was_full {
            metrics::counter!("presence_overflows_total").increment(1);
            tracing::warn!(tenant.id = %self.tenant(), "more is here on other nodes than is kept");
        }
        self.was_full = full;
    }

    /// How long until the others have had time to answer; `None` when nobody else can, or they have had it.
    fn settles_in(&self) -> Option<Duration> {
        let left = SETTLING.checked_sub(self.introduced?.elapsed())?;
        let hears_nobody = self.everywhere.is_frozen() || self.bus().is_alone();
        Some(left).filter(|_| !hears_nobody)
    }

    fn known<T>(&mut self, answer: impl FnOnce(&Self) -> T) -> Known<T> {
        self.look_at_bus(self.now());
        self.settle();
        self.tell_others();
        Known { answer: answer(self), settles_in: self.settles_in() }
    }
}

impl Handler<HeardTold> for TenantActor {
    type Result = ();

    fn handle(&mut self, HeardTold(told): HeardTold, _: &mut Context<Self>) {
        let now = self.now();
        let news = self.everywhere.hear(Arc::unwrap_or_clone(told), now);
        self.tell_news(&news);
        self.tell_others();
        self.settle();
    }
}

impl Handler<AskPresent> for TenantActor {
    type Result = MessageResult<AskPresent>;

    fn handle(&mut self, _: AskPresent, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.known(|it| it.everywhere.present()))
    }
}

impl Handler<AskAvailable> for TenantActor {
    type Result = MessageResult<AskAvailable>;

    fn handle(&mut self, _: AskAvailable, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.known(|it| it.everywhere.available()))
    }
}

impl Handler<AskAttended> for TenantActor {
    type Result = MessageResult<AskAttended>;

    fn handle(&mut self, AskAttended(board): AskAttended, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.known(|it| it.everywhere.is_attended(board)))
    }
}
