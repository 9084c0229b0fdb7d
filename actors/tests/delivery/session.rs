//! A session as the door has it: it reads the log until it has caught up, and then listens.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix::{Actor, Addr, AsyncContext, Context, Handler, WrapFuture};
use actors::{
    event::{Head, log},
    tenant::{CloseCode, Deliver, Joined, SessionKey},
    testing::{Node, People, eventually},
    topic::Topic,
    view::Viewer,
};
use entities::{TenantId, user::Role};
use parking_lot::Mutex;
use tokio::sync::watch;

static NEXT: AtomicU64 = AtomicU64::new(1);

pub(crate) struct Session {
    pub(crate) key: SessionKey,
    tenant: TenantId,
    viewer: Viewer,
    /// Seqs it read in the log by itself.
    read: Vec<i64>,
    heard: Arc<Mutex<Vec<Deliver>>>,
    asleep: watch::Sender<bool>,
    _address: Addr<Listener>,
}

struct Listener {
    heard: Arc<Mutex<Vec<Deliver>>>,
    asleep: watch::Receiver<bool>,
}

impl Actor for Listener {
    type Context = Context<Self>;
}

impl Handler<Deliver> for Listener {
    type Result = ();

    fn handle(&mut self, message: Deliver, ctx: &mut Self::Context) {
        self.heard.lock().push(message);
        let mut asleep = self.asleep.clone();
        // A peer that does not read: its actor is not polled.
        let wake = async move {
            let _ = asleep.wait_for(|asleep| !asleep).await;
        };
        ctx.wait(wake.into_actor(self));
    }
}

impl Session {
    /// A session of the owner.
    pub(crate) fn join(node: &Node, people: &People) -> Self {
        let owner = Viewer::User { id: people.owner, role: Role::Owner, boards: None };
        Self::join_as(node, people, owner)
    }

    pub(crate) fn join_as(node: &Node, people: &People, viewer: Viewer) -> Self {
        let key = SessionKey(NEXT.fetch_add(1, Ordering::SeqCst));
        let (heard, asleep) = (Arc::default(), watch::Sender::new(false));
        let listener = Listener { heard: Arc::clone(&heard), asleep: asleep.subscribe() };
        let address = listener.start();
        let (name, recipient) = ("Ada".into(), address.clone().recipient());
        let joined = Joined {
            session: key,
            viewer: viewer.clone(),
            name,
            from: [127, 0, 0, 1].into(),
            address: recipient,
        };
        node.tenants.join(people.tenant, joined).unwrap();
        Self { key, tenant: people.tenant, viewer, read: Vec::new(), heard, asleep, _address: address }
    }

    /// From replay to live: reads on from `cursor` until the tenant takes it in.
    pub(crate) async fn attach(&mut self, node: &Node, topics: &[Topic], mut cursor: i64) {
        for request in 1.. {
            node.tenants.attach(self.tenant, (self.key, request), topics.to_vec(), cursor).unwrap();
            if self.is_attached(request).await {
                return;
            }
            let page = log::after(node.ports.store(), self.tenant, cursor, 20).await.unwrap();
            cursor = page.last().map_or(cursor, |event| event.seq);
            if page.is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let visible = page.iter().filter(|event| self.sees(topics, &event.head));
            let visible: Vec<i64> = visible.map(|event| event.seq).collect();
            self.read.extend(visible);
        }
    }

    async fn is_attached(&self, wanted: u64) -> bool {
        eventually("an answer to attach", async || {
            self.heard.lock().iter().find_map(|heard| match heard {
                Deliver::Attached { request, .. } if *request == wanted => Some(true),
                Deliver::Behind { request } if *request == wanted => Some(false),
                _ => None,
            })
        })
        .await
    }

    pub(crate) fn sees(&self, topics: &[Topic], head: &Head) -> bool {
        head.topics().any(|topic| topics.contains(&topic)) && self.viewer.may_see(head)
    }

    /// Stops reading, or goes on.
    pub(crate) fn sleep(&self, asleep: bool) {
        self.asleep.send_replace(asleep);
    }

    pub(crate) fn heard(&self) -> Vec<Deliver> {
        self.heard.lock().clone()
    }

    /// The seqs it has seen, in the order it saw them; and nothing live came before it was taken in.
    pub(crate) fn seen(&self) -> Vec<i64> {
        let (mut seen, mut attached, mut at) = (self.read.clone(), false, 0);
        for heard in self.heard.lock().iter() {
            if let Deliver::Events { events, seq } | Deliver::Attached { events, seq, .. } = heard {
                attached |= matches!(heard, Deliver::Attached { .. });
                assert!(attached, "nothing live comes before the session is taken in");
                assert!(*seq >= at, "its cursor never goes back");
                seen.extend(events.iter().map(|event| event.event.seq));
                assert!(seen.last().is_none_or(|last| last <= seq), "the cursor covers what came");
                at = *seq;
            }
        }
        seen
    }

    pub(crate) fn closed(&self) -> Option<CloseCode> {
        self.heard.lock().iter().find_map(|heard| match heard {
            Deliver::Close(code) => Some(*code),
            _ => None,
        })
    }

    /// Waits until it has seen `seq`.
    pub(crate) async fn sees_up_to(&self, seq: i64) {
        eventually("the last event arrives", async || self.seen().contains(&seq).then_some(())).await;
    }
}
