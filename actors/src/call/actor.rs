//! The shell around a call: facts, decide, commit, reply; one command at a time.

use std::{sync::Arc, time::Duration};

use actix::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, AtomicResponse, Context, Handler, WrapFuture,
};
use tokio::time::Instant;

use crate::{
    journal::{Answer, CommitError},
    ports::{Ports, TRIES},
    receipt,
    store::StoreError,
    supervision::{Envelope, Obituary},
};

use super::{
    error::CallRefusal,
    follow_up,
    messages::{CallChange, CallReply, CallWhat, Key, Observed},
    outcome::Decision,
    standing::Standing,
    state::{Given, decide},
    store,
    telling::Telling,
};

/// One live call.
pub(super) struct CallActor {
    key: Key,
    ports: Arc<Ports>,
    passivate_after: Duration,
    /// An inner `None`: there is no such call. An outer one: stale, the next command reloads.
    state: Option<Known>,
    obituary: Obituary<Key>,
    used: Instant,
}

/// A call as memory has it; `None`: there is no such call.
type Known = Option<Box<Standing>>;

/// What a command leaves behind.
enum Aftermath {
    /// Memory and store agree.
    Keep(Known),
    /// They agree when memory is loaded anew.
    Reload,
    /// Nobody knows yet: this actor ends, and the next of its name loads what is true.
    End,
}

type Outcome = Result<CallReply, CallRefusal>;

impl CallActor {
    pub(super) fn new(
        key: Key,
        ports: Arc<Ports>,
        passivate_after: Duration,
        obituary: Obituary<Key>,
    ) -> Self {
        Self { key, ports, passivate_after, state: None, obituary, used: Instant::now() }
    }

    fn watch_idleness(&self, ctx: &mut Context<Self>) {
        let rest = self.passivate_after.saturating_sub(self.used.elapsed());
        ctx.run_later(rest.max(Duration::from_millis(1)), |actor, ctx| {
            let is_live = actor.state.iter().flatten().any(|standing| !standing.is_over());
            if actor.used.elapsed() >= actor.passivate_after && !is_live {
                actor.leave(ctx);
            } else {
                actor.used = if is_live { Instant::now() } else { actor.used };
                actor.watch_idleness(ctx);
            }
        });
    }

    fn leave(&mut self, ctx: &mut Context<Self>) {
        self.obituary.leave();
        ctx.stop();
    }
}

impl Actor for CallActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.watch_idleness(ctx);
    }
}

impl Handler<Envelope<CallChange>> for CallActor {
    type Result = AtomicResponse<Self, Option<Outcome>>;

    fn handle(&mut self, envelope: Envelope<CallChange>, _: &mut Self::Context) -> Self::Result {
        self.used = Instant::now();
        let work = Work { key: self.key, ports: self.ports.clone() };
        let state = self.state.take();
        let carried_out = async move {
            match envelope.take() {
                Some(change) => {
                    let (outcome, aftermath) = work.carry_out(&change, state).await;
                    (Some(outcome), aftermath)
                }
                None => (None, state.map_or(Aftermath::Reload, Aftermath::Keep)),
            }
        };
        AtomicResponse::new(Box::pin(carried_out.into_actor(self).map(|(outcome, aftermath), actor, ctx| {
            match aftermath {
                // An actor for a call that is not there has no reason to stay.
                Aftermath::Keep(None) | Aftermath::End => actor.leave(ctx),
                Aftermath::Keep(state) => actor.state = Some(state),
                Aftermath::Reload => {}
            }
            outcome
        })))
    }
}

impl Handler<Observed> for CallActor {
    type Result = ();

    /// Another copy of this call changed it. What it knows is more than it tells: this one reads it again.
    fn handle(&mut self, Observed(event): Observed, _: &mut Self::Context) {
        let rev = event.parse().ok().and_then(|data| data.call.map(|call| call.rev));
        let known = self.state.iter().flatten().map(|standing| standing.rev).next();
        if rev.is_none() || known.is_none() || rev > known {
            self.state = None;
        }
    }
}

/// One command on its way through, away from the actor's own fields.
struct Work {
    key: Key,
    ports: Arc<Ports>,
}

impl Work {
    async fn carry_out(&self, change: &CallChange, state: Option<Known>) -> (Outcome, Aftermath) {
        let mut known = state;
        for attempt in 0..TRIES {
            match self.attempt(change, known.take(), attempt > 0).await {
                Ok(Some(done)) => return done,
                Ok(None) => {}
                Err(CommitError::Conflict) => metrics::counter!("call_conflicts_total").increment(1),
                Err(CommitError::Poison) => return (Err(CallRefusal::Internal), Aftermath::Reload),
                Err(CommitError::Unavailable) => return (Err(CallRefusal::Unavailable), Aftermath::End),
            }
        }
        (Err(CallRefusal::Busy), Aftermath::Reload)
    }

    /// Facts, decision, commit. A read that fails has changed nothing and is a reply. `None`: memory would refuse, which may be as
    /// it was before another node changed it, and the store has the last word.
    async fn attempt(
        &self,
        change: &CallChange,
        known: Option<Known>,
        again: bool,
    ) -> Result<Option<(Outcome, Aftermath)>, CommitError> {
        let is_remembered = known.is_some();
        let standing = match known {
            Some(standing) => standing,
            None => match store::load(self.ports.store(), self.key).await {
                Ok(standing) => standing.map(Box::new),
                Err(error) => return Ok(Some((Err(error.into()), Aftermath::Reload))),
            },
        };
        // Somebody was faster: perhaps this very request, the first time it was sent.
        if again
            && let Some(outcome) = self.answered(change).await.unwrap_or_else(|error| Some(Err(error.into())))
        {
            return Ok(Some((outcome, Aftermath::Reload)));
        }
        let elsewhere = match self.is_elsewhere(change).await {
            Ok(elsewhere) => elsewhere,
            Err(error) => return Ok(Some((Err(error.into()), Aftermath::Keep(standing)))),
        };
        let (client_id, now) = (change.client_id.as_ref(), self.ports.now().in_milliseconds());
        let given = Given { by: &change.by, client_id, now, elsewhere };
        match decide(standing.as_deref(), &change.what, given) {
            Ok(decision) => self.commit(change, decision).await.map(Some),
            Err(_) if is_remembered => Ok(None),
            // What was done before is not refused when it is asked again, though it could not be done now.
            Err(refusal) => {
                let earlier = self.answered(change).await.unwrap_or_else(|error| Some(Err(error.into())));
                Ok(Some((
                    earlier.unwrap_or_else(|| settled(change, standing.as_deref(), refusal)),
                    Aftermath::Keep(standing),
                )))
            }
        }
    }

    async fn commit(
        &self,
        change: &CallChange,
        decision: Decision,
    ) -> Result<(Outcome, Aftermath), CommitError> {
        let (tenant, store) = (self.key.0, self.ports.store());
        let read = async {
            let conversation = store::conversation(store, tenant, decision.after.conversation_id).await?;
            let follow_up = match decision.breaks_off() {
                true => follow_up::after(store, tenant, &decision.after).await?,
                false => None,
            };
            Ok::<_, StoreError>((conversation, store.keys(tenant).await?, follow_up))
        };
        let (conversation, keys, follow_up) = match read.await {
            Ok(read) => read,
            Err(error) => return Ok((Err(error.into()), Aftermath::Reload)),
        };
        let now = self.ports.now().in_milliseconds();
        let ids = &*self.ports.ids;
        let telling = Telling { tenant, change, now, ids, keys: &keys, follow_up };
        let Ok(commit) = telling.commit(&decision, conversation) else {
            return Ok((Err(CallRefusal::Internal), Aftermath::Reload));
        };
        let mut reply = CallReply { call: Box::new(decision.after.shape()), seq: 0 };
        let answer = change.fence.clone().map(|fence| Answer {
            fence,
            body: serde_json::to_string(&reply).unwrap_or_default(),
            seq_of: (!commit.events.is_empty()).then_some(0),
            contact_id: Some(decision.after.contact_id),
        });
        let committed = self.ports.journal.commit(commit.answering(answer)).await?;
        reply.seq = committed.seqs.first().copied().unwrap_or_default();
        Ok((Ok(reply), Aftermath::Keep(Some(Box::new(decision.after)))))
    }

    /// Is who is to be on it on another call?
    async fn is_elsewhere(&self, change: &CallChange) -> Result<bool, StoreError> {
        match change.what.taken_by() {
            Some(user) => {
                store::is_on_the_line(self.ports.store(), self.key.0, (user, Some(self.key.1))).await
            }
            None => Ok(false),
        }
    }

    async fn answered(&self, change: &CallChange) -> Result<Option<Outcome>, StoreError> {
        let store = self.ports.store();
        if let Some(settling) = &change.receipt
            && receipt::store::is_overtaken(store, settling).await?
        {
            return Ok(Some(Err(CallRefusal::ReceiptSettled)));
        }
        if let CallWhat::Begin(begin) = &change.what
            && let Some(name) = &begin.external_id
            && store::called(store, self.key.0, &begin.provider, name).await?.is_some()
        {
            return Ok(Some(Err(CallRefusal::NothingNew)));
        }
        match &change.fence {
            Some(fence) => store::answer(store, self.key.0, fence).await,
            None => Ok(None),
        }
    }
}

/// A user who asks for what is so already has what he asked for. A webhook that tells nothing new is settled alone.
fn settled(change: &CallChange, standing: Option<&Standing>, refusal: CallRefusal) -> Outcome {
    match (standing, refusal) {
        (Some(standing), CallRefusal::NothingNew)
            if change.receipt.is_none() && is_asked_for(&change.what) =>
        {
            Ok(CallReply { call: Box::new(standing.shape()), seq: 0 })
        }
        (_, refusal) => Err(refusal),
    }
}

fn is_asked_for(what: &CallWhat) -> bool {
    matches!(
        what,
        CallWhat::Mute(..)
            | CallWhat::Hold(..)
            | CallWhat::Record(..)
            | CallWhat::HangUp(..)
            | CallWhat::Decline(..)
    )
}
