//! The one who gives out work: woken by what may have changed something, one pass per tenant at a time.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Weak},
    time::Duration,
};

use entities::{BoardId, ConversationId, Principal, TenantId, Timestamp};
use parking_lot::Mutex;

use crate::{
    conversation::{self, Change, ConversationError, Conversations, Route, Sender, What},
    event::{EventType, LiveEvent},
    ports::Ports,
    store::StoreError,
    tenant::{Observer, TenantBusy, Tenants},
};

use super::{
    rules::Routing,
    state::{Agent, next},
    store,
};

/// Conversations of one board that are looked at in one pass.
const PAGE: u64 = 100;
/// Tenants whose rules are remembered; beyond it all are read anew.
const REMEMBERED: usize = 10_000;
/// How long is waited after a pass that could not be finished.
const REST: Duration = Duration::from_secs(1);

type Rules = Arc<[(Option<BoardId>, Routing)]>;

/// Gives out what waits on this node. It lives as long as somebody holds it.
pub struct Router {
    me: Weak<Router>,
    ports: Ports,
    conversations: Conversations,
    tenants: Tenants,
    /// Dropped when a board or the settings of the tenant change, and when there are [`REMEMBERED`].
    rules: Mutex<HashMap<TenantId, Rules>>,
    /// Tenants with a pass under way, and whether something happened since it began. Removed when the pass is over.
    under_way: Mutex<HashMap<TenantId, bool>>,
}

/// One conversation that waits.
struct Waiting {
    since: Timestamp,
    id: ConversationId,
    board: Option<BoardId>,
    routing: Routing,
}

/// How a pass ended.
enum Passed {
    /// Whatever could be given out was.
    Done,
    /// There is more.
    More,
    /// Somebody was too busy: later.
    Later,
}

impl Router {
    /// One that follows these tenants.
    #[must_use]
    pub fn start(ports: Ports, conversations: Conversations, tenants: Tenants) -> Arc<Self> {
        let router = Arc::new_cyclic(|me| Self {
            me: me.clone(),
            ports,
            conversations,
            tenants: tenants.clone(),
            rules: Mutex::default(),
            under_way: Mutex::default(),
        });
        let observer: Arc<dyn Observer> = router.clone();
        tenants.observed_by(Arc::downgrade(&observer));
        router
    }

    /// Something may be given out now. Never waits.
    pub fn nudge(&self, tenant: TenantId) {
        if self.rules.lock().get(&tenant).is_some_and(|rules| rules.is_empty()) {
            return;
        }
        match self.under_way.lock().entry(tenant) {
            Entry::Occupied(mut again) => {
                again.insert(true);
                return;
            }
            Entry::Vacant(place) => place.insert(false),
        };
        let Some(router) = self.me.upgrade() else { return };
        self.ports.store().io().spawn(async move { router.work(tenant).await });
    }

    /// Passes until nothing has happened since the last one began.
    async fn work(&self, tenant: TenantId) {
        loop {
            match self.pass(tenant).await {
                Ok(Passed::Done) => {
                    let mut under_way = self.under_way.lock();
                    if under_way.insert(tenant, false) != Some(true) {
                        under_way.remove(&tenant);
                        return;
                    }
                }
                Ok(Passed::More) => {}
                Ok(Passed::Later) => tokio::time::sleep(REST).await,
                Err(error) => {
                    tracing::warn!(tenant.id = %tenant, %error, "conversations cannot be given out now");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    async fn pass(&self, tenant: TenantId) -> Result<Passed, StoreError> {
        let rules = self.rules(tenant).await?;
        let (waiting, more) = self.waiting(tenant, &rules).await?;
        if waiting.is_empty() {
            return Ok(Passed::Done);
        }
        let Ok(present) = self.tenants.available(tenant).await else { return Ok(Passed::Later) };
        let users = present.iter().map(|present| present.user.user_id).collect();
        let mut agents = store::agents(self.ports.store(), tenant, users).await?;
        let mut given = false;
        for one in waiting {
            match self.give(tenant, &one, &mut agents).await {
                Ok(done) => given |= done,
                Err(TenantBusy) => return Ok(Passed::Later),
            }
        }
        Ok(if more && given { Passed::More } else { Passed::Done })
    }

    async fn rules(&self, tenant: TenantId) -> Result<Rules, StoreError> {
        if let Some(known) = self.rules.lock().get(&tenant) {
            return Ok(known.clone());
        }
        let read: Rules = store::rules(self.ports.store(), tenant).await?.into();
        let mut rules = self.rules.lock();
        if rules.len() >= REMEMBERED {
            rules.clear();
        }
        rules.insert(tenant, read.clone());
        Ok(read)
    }

    /// What waits, the longest first, and whether there is more than was looked at.
    async fn waiting(&self, tenant: TenantId, rules: &Rules) -> Result<(Vec<Waiting>, bool), StoreError> {
        let (mut waiting, mut more) = (Vec::new(), false);
        for &(board, routing) in rules.iter() {
            let queue = conversation::store::queue(self.ports.store(), tenant, board, PAGE).await?;
            more |= queue.len() as u64 == PAGE;
            waiting.extend(queue.into_iter().map(|(id, since)| Waiting { since, id, board, routing }));
        }
        waiting.sort_unstable_by_key(|one| (one.since, one.id));
        Ok((waiting, more))
    }

    /// Gives one away, if anybody has room; true when it was.
    async fn give(&self, tenant: TenantId, one: &Waiting, agents: &mut [Agent]) -> Result<bool, TenantBusy> {
        while let Some(index) = next(agents, one.board, one.routing) {
            let agent = &mut agents[index];
            let capacity = agent.capacity_on(one.board, one.routing);
            let route = Route { user: agent.id, capacity };
            match self.conversations.change(tenant, one.id, by_the_hub(route)).await {
                Ok(_) => {
                    agent.in_hand += 1;
                    agent.turn = Some(self.ports.now());
                    return Ok(true);
                }
                // He has got something by hand meanwhile, or lost his place here.
                Err(ConversationError::NoRoom) => agent.in_hand = agent.in_hand.max(capacity),
                Err(ConversationError::Busy | ConversationError::Unavailable) => return Err(TenantBusy),
                // A person was faster.
                Err(_) => return Ok(false),
            }
        }
        Ok(false)
    }
}

impl Observer for Router {
    fn happened(&self, tenant: TenantId, events: &[Arc<LiveEvent>]) {
        let mut wakes = false;
        for event in events {
            let head = &event.event.head;
            match head.kind {
                EventType::BoardCreated
                | EventType::BoardUpdated
                | EventType::BoardDeleted
                | EventType::SettingsUpdated => {
                    self.rules.lock().remove(&tenant);
                    wakes = true;
                }
                EventType::MessageCreated => wakes |= matches!(head.actor, Principal::Contact(_)),
                EventType::ConversationAssigned => wakes |= head.actor != Principal::System,
                EventType::ConversationStatusChanged
                | EventType::ConversationOwnerChanged
                | EventType::ConversationMoved => wakes = true,
                _ => {}
            }
        }
        if wakes {
            self.nudge(tenant);
        }
    }

    fn can_be_asked(&self, tenant: TenantId) {
        self.nudge(tenant);
    }
}

fn by_the_hub(route: Route) -> Change {
    Change::new(Sender::system(), What::Route(route))
}
