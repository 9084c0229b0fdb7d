//! The shell around the state: facts, decide, commit, apply, reply; one command at a time.

use std::{sync::Arc, time::Duration};

use actix::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, AtomicResponse, Context, Handler, WrapFuture,
};
use tokio::time::Instant;

use crate::{
    journal::{Answer, Commit, CommitError},
    ports::{Ports, TRIES},
    receipt,
    search::{Vocabulary, taught},
    store::StoreError,
    supervision::{Envelope, Obituary},
};

use super::{
    Change, ConversationError, ConversationState, Decision, Facts, Reply,
    blocks::Blocks,
    carrier::{Carriers, carried_on, spoken_on},
    draft::{Given, blocked},
    facts,
    messages::{Key, Observed},
    sla::Levels,
    store,
};

/// One live conversation.
pub(super) struct ConversationActor {
    key: Key,
    ports: Arc<Ports>,
    shared: Shared,
    /// An actor nobody asks for this long leaves.
    passivate_after: Duration,
    /// `None`: stale. The next command reloads.
    state: Option<ConversationState>,
    obituary: Obituary<Key>,
    used: Instant,
}

/// What all conversations of a node know together.
#[derive(Clone, Default)]
pub(super) struct Shared {
    pub(super) levels: Arc<Levels>,
    pub(super) blocks: Arc<Blocks>,
    pub(super) carriers: Carriers,
    pub(super) vocabulary: Arc<Vocabulary>,
}

/// What a command leaves behind.
enum Aftermath {
    /// Memory and store agree.
    Keep(ConversationState),
    /// They agree when memory is loaded anew.
    Reload,
    /// Nobody knows yet: this actor ends, and the next of its name loads what is true.
    End,
}

impl Aftermath {
    /// Nothing changed. An actor for a conversation that is not there has no reason to stay.
    fn refused(state: ConversationState) -> Self {
        if state.0.is_some() { Self::Keep(state) } else { Self::End }
    }
}

type Outcome = Result<Reply, ConversationError>;

impl ConversationActor {
    pub(super) fn new(
        key: Key,
        (ports, shared): (Arc<Ports>, Shared),
        passivate_after: Duration,
        obituary: Obituary<Key>,
    ) -> Self {
        Self { key, ports, shared, passivate_after, state: None, obituary, used: Instant::now() }
    }

    fn watch_idleness(&self, ctx: &mut Context<Self>) {
        let rest = self.passivate_after.saturating_sub(self.used.elapsed());
        ctx.run_later(rest.max(Duration::from_millis(1)), |actor, ctx| {
            if actor.used.elapsed() >= actor.passivate_after {
                actor.leave(ctx);
            } else {
                actor.watch_idleness(ctx);
            }
        });
    }

    fn leave(&mut self, ctx: &mut Context<Self>) {
        self.obituary.leave();
        ctx.stop();
    }
}

impl Actor for ConversationActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.watch_idleness(ctx);
    }
}

impl Handler<Envelope<Change>> for ConversationActor {
    type Result = AtomicResponse<Self, Option<Outcome>>;

    fn handle(&mut self, envelope: Envelope<Change>, _: &mut Self::Context) -> Self::Result {
        self.used = Instant::now();
        let work = Work { key: self.key, ports: self.ports.clone(), shared: self.shared.clone() };
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
                Aftermath::Keep(state) => actor.state = Some(state),
                Aftermath::Reload => {}
                Aftermath::End => actor.leave(ctx),
            }
            outcome
        })))
    }
}

impl Handler<Observed> for ConversationActor {
    type Result = ();

    /// Another copy of this conversation changed it: follow, or know that we do not know.
    fn handle(&mut self, Observed(event): Observed, _: &mut Self::Context) {
        let Some(state) = &mut self.state else { return };
        let Ok(data) = event.parse() else {
            self.state = None;
            return;
        };
        match data.conversation.as_ref().map(crate::event::ConversationData::rev) {
            Some(rev) if rev <= state.rev() => {}
            Some(rev) if rev == state.rev() + 1 => state.apply(&data),
            _ => self.state = None,
        }
    }
}

/// One command on its way through, away from the actor's own fields.
struct Work {
    key: Key,
    ports: Arc<Ports>,
    shared: Shared,
}

impl Work {
    async fn carry_out(&self, change: &Change, state: Option<ConversationState>) -> (Outcome, Aftermath) {
        let mut known = state;
        for attempt in 0..TRIES {
            match self.attempt(change, known.take(), attempt > 0).await {
                Ok(Some(done)) => return done,
                Ok(None) => {}
                Err(CommitError::Conflict) => metrics::counter!("conversation_conflicts_total").increment(1),
                Err(CommitError::Poison) => return (Err(ConversationError::Internal), Aftermath::Reload),
                Err(CommitError::Unavailable) => {
                    return (Err(ConversationError::Unavailable), Aftermath::End);
                }
            }
        }
        (Err(ConversationError::Busy), Aftermath::Reload)
    }

    /// Facts, decision, commit. A read that fails has changed nothing and is a reply. `None`: memory would refuse, which may be as
    /// it was before another node changed it, and the store has the last word.
    async fn attempt(
        &self,
        change: &Change,
        known: Option<ConversationState>,
        again: bool,
    ) -> Result<Option<(Outcome, Aftermath)>, CommitError> {
        let is_remembered = known.is_some();
        let reading = |error: StoreError| {
            tracing::warn!(conversation.id = %self.key.1, %error, "a conversation cannot read");
            Some((Err(ConversationError::Unavailable), Aftermath::Reload))
        };
        let state = match known {
            Some(state) => state,
            None => match store::load(self.ports.store(), self.key).await {
                Ok(state) => state,
                Err(error) => return Ok(reading(error)),
            },
        };
        if again {
            // Somebody was faster: perhaps this very request, the first time it was sent.
            match self.answered(change).await {
                Ok(Some(outcome)) => return Ok(Some((outcome, Aftermath::Keep(state)))),
                Ok(None) => {}
                Err(error) => return Ok(reading(error)),
            }
        }
        let mut facts = match self.facts(&state, change).await {
            Ok(facts) => facts,
            Err(error) => return Ok(reading(error)),
        };
        if let Some(kind) = spoken_on(state.0.as_deref(), change, &facts) {
            match self.shared.carriers.carriage(self.key.0, kind).await {
                Ok(carriage) => facts.carriage = carriage,
                Err(refusal) => return Ok(Some((Err(refusal), Aftermath::refused(state)))),
            }
        }
        if let Some(kind) = carried_on(state.0.as_deref(), change) {
            facts.carriage = self.shared.carriers.known(kind);
        }
        match state.decide(&change.what, &facts, self.given(change, &facts)) {
            Ok(decision) => self.commit(change, state, decision).await.map(Some),
            Err(_) if is_remembered => Ok(None),
            // What was done before is not refused when it is asked again, though it could not be done now.
            Err(refusal) => match self.answered(change).await {
                Ok(Some(answer)) => Ok(Some((answer, Aftermath::refused(state)))),
                Ok(None) => {
                    self.tell_blocked(&state, change, &refusal).await;
                    Ok(Some((Err(refusal), Aftermath::refused(state))))
                }
                Err(error) => Ok(reading(error)),
            },
        }
    }

    /// Agents hear of a message that was kept back. The refusal stands whether they do or not.
    async fn tell_blocked(&self, state: &ConversationState, change: &Change, refusal: &ConversationError) {
        let (ConversationError::Blocked(block), Some(conversation)) = (refusal, &state.0) else { return };
        let (tenant, now) = (self.key.0, self.ports.now());
        tracing::info!(tenant.id = %tenant, conversation.id = %self.key.1, code = block.code(), "a message is kept back");
        if !self.shared.blocks.is_news(self.key.1, *block, now) {
            return;
        }
        let event = blocked(conversation, *block, self.given(change, &Facts::default()));
        let told = self.ports.journal.commit(Commit::new(tenant, now, Vec::new(), vec![event])).await;
        if let Err(error) = told {
            tracing::warn!(tenant.id = %tenant, %error, "nobody was told of a message that was kept back");
        }
    }

    async fn facts(&self, state: &ConversationState, change: &Change) -> Result<Facts, StoreError> {
        let what = &change.what;
        let mut facts = facts::gathered(self.ports.store(), self.key, state, what).await?;
        let asked = (state.0.as_deref(), change);
        facts::consent(self.ports.store(), self.key.0, asked, &mut facts).await?;
        let place = (self.key.0, facts::board_after(state, what));
        facts.limits = self.shared.levels.on(self.ports.store(), place, self.ports.now()).await?;
        Ok(facts)
    }

    async fn commit(
        &self,
        change: &Change,
        mut state: ConversationState,
        decision: Decision,
    ) -> Result<(Outcome, Aftermath), CommitError> {
        let Decision { after, mut rows, events, jobs, mut reply, seq_of, message_at } = decision;
        let told: Vec<_> = events.iter().map(|event| event.data.clone()).collect();
        let answer = change.fence.clone().map(|fence| Answer {
            fence,
            body: serde_json::to_string(&reply).unwrap_or_default(),
            seq_of: Some(seq_of),
            contact_id: Some(after.contact.id),
        });
        let now = self.ports.now();
        rows.extend(change.receipt.as_ref().map(|receipt| receipt.settled(Some(after.contact.id), now)));
        let words = self.shared.vocabulary.news(self.key.0, &rows);
        rows.extend(taught(self.key.0, &words));
        let commit = Commit::new(self.key.0, now, rows, events).answering(answer).owing(jobs);
        let committed = self.ports.journal.commit(commit).await?;
        self.shared.vocabulary.learned(self.key.0, &words);
        for data in &told {
            state.apply(data);
        }
        reply.seq = committed.seqs.get(seq_of).copied().unwrap_or_default();
        if let Some(seq) = committed.seqs.get(message_at) {
            reply.name_seq(*seq);
        }
        Ok((Ok(reply), Aftermath::Keep(state)))
    }

    async fn answered(&self, change: &Change) -> Result<Option<Outcome>, StoreError> {
        if let Some(settling) = &change.receipt
            && receipt::store::is_overtaken(self.ports.store(), settling).await?
        {
            return Ok(Some(Err(ConversationError::ReceiptSettled)));
        }
        match &change.fence {
            Some(fence) => store::answer(self.ports.store(), self.key.0, fence).await,
            None => Ok(None),
        }
    }

    fn given<'a>(&'a self, change: &'a Change, facts: &Facts) -> Given<'a> {
        Given {
            tenant: self.key.0,
            by: &change.by,
            client_id: change.client_id.as_ref(),
            now: self.ports.now(),
            in_doubt_since: change.in_doubt_since,
            limits: facts.limits,
            ids: &*self.ports.ids,
        }
    }
}
