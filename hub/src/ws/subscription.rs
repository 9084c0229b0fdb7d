//! What a session listens to, and how it gets from the past to the present without a gap and without a double.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use actix::{ActorFutureExt, AsyncContext, WrapFuture};
use actors::{
    event::{LiveEvent, Recorded, log},
    store::StoreError,
    tenant::{CloseCode, Deliver, Signal, TenantBusy},
    topic::Topic,
};

use super::{
    close::Close,
    dispatch::{Plan, answer, may_see_topics, plan},
    frames::{Done, Pong, RequestId, ServerFrame, Subscribed, params},
    session::{Ctx, Session},
    signal,
};
use crate::invalid::invalid_field;

/// Events read from the log at once.
const PAGE: u64 = 500;
/// The wait before the tenant is asked again, when it is not as far as the log yet.
const PATIENCE: Duration = Duration::from_millis(20);

/// A request's ticket and the id it is answered under.
type Whose = (u64, Option<RequestId>);

/// The topics of a session and how far its client is.
#[derive(Default)]
pub(super) struct Subscription {
    topics: HashSet<Topic>,
    /// Everything of the topics up to here was sent.
    cursor: i64,
    stage: Stage,
}

#[derive(Default)]
enum Stage {
    /// No `subscribe` yet.
    #[default]
    Nothing,
    /// On the way from the log to the present.
    Replaying(Replay),
    /// Live.
    Attached,
}

struct Replay {
    whose: Whose,
    topics: Vec<Topic>,
    recovered: Option<bool>,
    replayed: u64,
}

/// What the tenant was asked, so that its answer finds the request.
pub(super) enum Asked {
    Attach,
    Topics(Whose),
    Ping(Whose),
    Heartbeat,
}

impl Session {
    fn ask(&mut self, asked: Asked) -> u64 {
        self.next_asked += 1;
        self.asked.insert(self.next_asked, asked);
        self.next_asked
    }

    /// Closes with 4009 when the tenant took nothing.
    fn taken(&mut self, sent: Result<(), TenantBusy>, ctx: &mut Ctx) {
        if sent.is_err() {
            self.lost_place(ctx);
        }
    }

    pub(super) fn subscribe(&mut self, whose: Whose, params: params::Subscribe, ctx: &mut Ctx) {
        let Some(identity) = self.identity.clone() else { return };
        let (most, first) =
            (self.hub.settings.limits.topics, matches!(self.subscription.stage, Stage::Nothing));
        if self.topics_with(&params.topics) > most {
            let error = invalid_field("topics", format!("a session may have {most} topics"));
            return self.finish((whose.0, whose.1.as_ref()), Err(error), ctx);
        }
        if !first && params.since.is_some() {
            let error = invalid_field("since", "is allowed in the first subscribe of a connection only");
            return self.finish((whose.0, whose.1.as_ref()), Err(error), ctx);
        }
        let hub = self.hub.clone();
        let planned = async move {
            match first {
                true => plan(&hub, &identity, &params).await,
                false => {
                    let topics = may_see_topics(&hub, &identity, &params.topics).await?;
                    Ok(Plan { topics, cursor: 0, recovered: None })
                }
            }
        };
        ctx.spawn(planned.into_actor(self).map(move |planned, session, ctx| match planned {
            Ok(plan) if first => session.replay(whose, plan, ctx),
            Ok(plan) => session.add_topics(whose, plan.topics, ctx),
            Err(error) => session.finish((whose.0, whose.1.as_ref()), Err(error), ctx),
        }));
    }

    /// How many topics there would be with these. A user's own comes by itself and does not count.
    fn topics_with(&self, names: &[String]) -> usize {
        let mut topics: HashSet<Topic> = names.iter().filter_map(|name| name.parse().ok()).collect();
        topics.extend(&self.subscription.topics);
        topics.iter().filter(|topic| !matches!(topic, Topic::User(_))).count()
    }

    fn replay(&mut self, whose: Whose, plan: Plan, ctx: &mut Ctx) {
        let Plan { topics, cursor, recovered } = plan;
        self.subscription.cursor = cursor;
        self.subscription.stage = Stage::Replaying(Replay { whose, topics, recovered, replayed: 0 });
        self.read_on(ctx);
    }

    /// One page of the log, then the tenant, or the next page. Without `since` there is nothing to read.
    fn read_on(&mut self, ctx: &mut Ctx) {
        let Stage::Replaying(replay) = &self.subscription.stage else { return };
        if replay.recovered != Some(true) {
            return self.attach(ctx);
        }
        let Some(identity) = self.identity.clone() else { return };
        let (store, after) = (self.hub.ports.store().clone(), self.subscription.cursor);
        let page = async move {
            let page = log::after(&store, identity.tenant, after, PAGE).await?;
            // The page counts only if nothing behind it was trimmed while it was read.
            let extent = log::extent(&store, identity.tenant).await?;
            let trimmed = extent.is_none_or(|extent| extent.trimmed_seq > after);
            Ok::<_, StoreError>((page, trimmed))
        };
        ctx.spawn(page.into_actor(self).map(|page, session, ctx| match page {
            Ok((page, false)) => session.replay_page(page, ctx),
            Ok((_, true)) | Err(_) => session.lost_place(ctx),
        }));
    }

    fn replay_page(&mut self, page: Vec<Recorded>, ctx: &mut Ctx) {
        let (Some(last), Some(identity)) = (page.last().map(|event| event.seq), self.identity.clone()) else {
            return self.attach(ctx);
        };
        let whole = page.len() as u64 == PAGE;
        let Stage::Replaying(replay) = &self.subscription.stage else { return };
        let topics: HashSet<Topic> = replay.topics.iter().copied().collect();
        let shown = |event: &Recorded| {
            event.head.topics().any(|topic| topics.contains(&topic)) && identity.viewer.may_see(&event.head)
        };
        let events: VecDeque<_> =
            page.into_iter().filter(shown).map(|event| Arc::new(LiveEvent::new(event))).collect();
        self.replayed(&events);
        self.show(events, ctx, move |session, ctx| {
            session.subscription.cursor = last;
            if whole { session.read_on(ctx) } else { session.attach(ctx) }
        });
    }

    fn replayed(&mut self, events: &VecDeque<Arc<LiveEvent>>) {
        if let Stage::Replaying(replay) = &mut self.subscription.stage {
            replay.replayed += events.len() as u64;
        }
    }

    fn attach(&mut self, ctx: &mut Ctx) {
        let Stage::Replaying(replay) = &self.subscription.stage else { return };
        let Some(identity) = self.identity.clone() else { return };
        let topics = replay.topics.clone();
        let request = self.ask(Asked::Attach);
        let cursor = self.subscription.cursor;
        let sent = self.hub.tenants.attach(identity.tenant, (self.key, request), topics, cursor);
        self.taken(sent, ctx);
    }

    /// The tenant counts this session in. What lies between its cursor and now belongs to the replay, if there is one.
    fn attached(
        &mut self,
        mut events: VecDeque<Arc<LiveEvent>>,
        seq: i64,
        snapshots: Vec<Arc<Signal>>,
        ctx: &mut Ctx,
    ) {
        let Stage::Replaying(replay) = &self.subscription.stage else { return };
        if replay.recovered != Some(true) {
            events.clear();
        }
        self.replayed(&events);
        self.show(events, ctx, move |session, ctx| session.go_live(seq, &snapshots, ctx));
    }

    fn go_live(&mut self, seq: i64, snapshots: &[Arc<Signal>], ctx: &mut Ctx) {
        let Stage::Replaying(replay) = std::mem::replace(&mut self.subscription.stage, Stage::Attached)
        else {
            return;
        };
        self.subscription.topics.extend(replay.topics);
        self.subscription.cursor = seq;
        let result = Subscribed { seq, recovered: replay.recovered, replayed: replay.replayed };
        self.subscribed(&replay.whose, &result, snapshots, ctx);
    }

    /// The answer to a `subscribe`, and right behind it who is here.
    fn subscribed(
        &mut self,
        (ticket, id): &Whose,
        result: &Subscribed,
        snapshots: &[Arc<Signal>],
        ctx: &mut Ctx,
    ) {
        let Some(identity) = self.identity.clone() else { return };
        let frames: Vec<_> =
            snapshots.iter().map(|snapshot| signal::frame(snapshot, &identity.viewer)).collect();
        self.finish_with((*ticket, id.as_ref()), answer(result), &frames, ctx);
    }

    /// The tenant's ring does not reach back to our cursor, or the tenant is not as far as the log yet.
    fn behind(&mut self, ctx: &mut Ctx) {
        let Stage::Replaying(replay) = &self.subscription.stage else { return };
        if replay.recovered == Some(true) {
            ctx.run_later(PATIENCE, |session, ctx| session.read_on(ctx));
            return;
        }
        // Nothing is to be replayed, so the session may begin wherever the log ends now.
        let Some(identity) = self.identity.clone() else { return };
        let store = self.hub.ports.store().clone();
        let head = async move {
            tokio::time::sleep(PATIENCE).await;
            log::extent(&store, identity.tenant).await
        };
        ctx.spawn(head.into_actor(self).map(|extent, session, ctx| match extent {
            Ok(Some(extent)) => {
                session.subscription.cursor = extent.last_seq;
                session.attach(ctx);
            }
            Ok(None) | Err(_) => session.lost_place(ctx),
        }));
    }

    fn add_topics(&mut self, whose: Whose, topics: Vec<Topic>, ctx: &mut Ctx) {
        let Some(identity) = self.identity.clone() else { return };
        self.subscription.topics.extend(topics.iter().copied());
        let request = self.ask(Asked::Topics(whose));
        let sent = self.hub.tenants.add_topics(identity.tenant, (self.key, request), topics);
        self.taken(sent, ctx);
    }

    pub(super) fn unsubscribe(&mut self, whose: Whose, params: params::Unsubscribe, ctx: &mut Ctx) {
        let Some(identity) = self.identity.clone() else { return };
        // A user's own topic is automatic: it stays.
        let gone: Vec<Topic> = params
            .topics
            .iter()
            .filter_map(|name| name.parse().ok())
            .filter(|topic| !matches!(topic, Topic::User(_)))
            .collect();
        for topic in &gone {
            self.subscription.topics.remove(topic);
        }
        let sent = self.hub.tenants.remove_topics(identity.tenant, self.key, gone);
        self.taken(sent, ctx);
        self.finish((whose.0, whose.1.as_ref()), answer(&Done {}), ctx);
    }

    /// `ping`: answered behind everything that was sent before.
    pub(super) fn ask_cursor(&mut self, whose: Whose, ctx: &mut Ctx) {
        if !matches!(self.subscription.stage, Stage::Attached) {
            return self.pong(&whose, ctx);
        }
        let Some(identity) = self.identity.clone() else { return };
        let request = self.ask(Asked::Ping(whose));
        let sent = self.hub.tenants.ask_cursor(identity.tenant, self.key, request);
        self.taken(sent, ctx);
    }

    fn pong(&mut self, (ticket, id): &Whose, ctx: &mut Ctx) {
        let result = Pong { seq: self.subscription.cursor, at: self.hub.ports.now() };
        self.finish((*ticket, id.as_ref()), answer(&result), ctx);
    }

    /// Asks how far we are, for a heartbeat; a session without topics is nowhere.
    pub(super) fn begin_heartbeat(&mut self, ctx: &mut Ctx) {
        let waiting = self.asked.values().any(|asked| matches!(asked, Asked::Heartbeat));
        let Some(identity) = self.identity.clone().filter(|_| !waiting) else { return };
        if !matches!(self.subscription.stage, Stage::Attached) {
            return self.heartbeat(ctx);
        }
        let request = self.ask(Asked::Heartbeat);
        let sent = self.hub.tenants.ask_cursor(identity.tenant, self.key, request);
        self.taken(sent, ctx);
    }

    fn heartbeat(&mut self, ctx: &mut Ctx) {
        let (seq, at) = (self.subscription.cursor, self.hub.ports.now());
        self.send_frame(&ServerFrame::Heartbeat { seq, at }, ctx);
        self.ping(ctx);
    }

    /// A message of the tenant. Its seq moves the cursor, behind the events it came with.
    pub(super) fn deliver(&mut self, message: Deliver, ctx: &mut Ctx) {
        if self.is_closing() {
            return;
        }
        match message {
            Deliver::Events { events, seq } => {
                self.show(events.into(), ctx, move |session, _| {
                    session.subscription.cursor = session.subscription.cursor.max(seq);
                });
            }
            Deliver::Signal(signal) => {
                if let Some(identity) = self.identity.clone() {
                    self.send(signal::frame(&signal, &identity.viewer), ctx);
                }
            }
            Deliver::Attached { request, events, seq, snapshots } => {
                self.asked.remove(&request);
                self.attached(events.into(), seq, snapshots, ctx);
            }
            Deliver::Behind { request } => {
                self.asked.remove(&request);
                self.behind(ctx);
            }
            Deliver::Cursor { request, seq, snapshots } => self.at(request, seq, &snapshots, ctx),
            Deliver::Close(code) => self.close(close_of(code), ctx),
        }
    }

    fn at(&mut self, request: u64, seq: i64, snapshots: &[Arc<Signal>], ctx: &mut Ctx) {
        self.subscription.cursor = self.subscription.cursor.max(seq);
        match self.asked.remove(&request) {
            Some(Asked::Topics(whose)) => {
                let result = Subscribed { seq: self.subscription.cursor, recovered: None, replayed: 0 };
                self.subscribed(&whose, &result, snapshots, ctx);
            }
            Some(Asked::Ping(whose)) => self.pong(&whose, ctx),
            Some(Asked::Heartbeat) => self.heartbeat(ctx),
            Some(Asked::Attach) | None => {}
        }
    }
}

fn close_of(code: CloseCode) -> Close {
    match code {
        CloseCode::GoingAway => Close::GoingAway,
        CloseCode::TooSlow => Close::TooSlow,
        CloseCode::Resync => Close::Resync,
        CloseCode::Revoked => Close::Revoked,
        CloseCode::Replaced => Close::Replaced,
    }
}
