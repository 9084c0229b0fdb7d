//! An actor that does as it is told: work, wait, leave, or panic.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix::{Actor, ActorContext, ActorFutureExt, AtomicResponse, Context, Handler, WrapFuture};
use actors::supervision::{Arbiters, AskError, Command, Envelope, Obituary, Registry, RestartPolicy};
use entities::TenantId;
use tokio::sync::Semaphore;

pub(crate) type Name = u32;

/// What a worker can be told.
pub(crate) enum Order {
    Work,
    /// Do nothing until the gate of the workshop is opened once, then `and_then`.
    Wait {
        and_then: End,
    },
    Panic,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Stay,
    Leave,
    Panic,
}

impl Command for Order {
    /// Which life of the worker did it.
    type Reply = usize;
}

/// What workers share.
#[derive(Default)]
pub(crate) struct Workshop {
    /// How often each kind of work was done.
    pub(crate) worked: AtomicUsize,
    pub(crate) waiting: AtomicUsize,
    pub(crate) lives: AtomicUsize,
    pub(crate) gate: Gate,
}

pub(crate) struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Gate {
    pub(crate) fn open_once(&self) {
        self.0.add_permits(1);
    }
}

pub(crate) struct Worker {
    life: usize,
    shop: Arc<Workshop>,
    obituary: Obituary<Name>,
}

impl Actor for Worker {
    type Context = Context<Self>;
}

impl Handler<Envelope<Order>> for Worker {
    type Result = AtomicResponse<Self, Option<usize>>;

    fn handle(&mut self, envelope: Envelope<Order>, _: &mut Self::Context) -> Self::Result {
        let shop = self.shop.clone();
        let work = async move {
            match envelope.take()? {
                Order::Work => {
                    shop.worked.fetch_add(1, Ordering::SeqCst);
                    Some(End::Stay)
                }
                Order::Wait { and_then } => {
                    shop.waiting.fetch_add(1, Ordering::SeqCst);
                    shop.gate.0.acquire().await.unwrap().forget();
                    Some(and_then)
                }
                Order::Panic => panic!("as it was told"),
            }
        };
        AtomicResponse::new(Box::pin(work.into_actor(self).map(|end, worker, ctx| {
            match end? {
                End::Stay => {}
                End::Leave => {
                    worker.obituary.leave();
                    ctx.stop();
                }
                End::Panic => panic!("as it was told"),
            }
            Some(worker.life)
        })))
    }
}

/// A registry of workers on one arbiter.
#[derive(Clone)]
pub(crate) struct Workers {
    pub(crate) registry: Registry<Name, Worker>,
    pub(crate) shop: Arc<Workshop>,
    pub(crate) arbiters: Arc<Arbiters>,
}

impl Workers {
    pub(crate) fn new(policy: RestartPolicy) -> Self {
        let (shop, arbiters) = (Arc::new(Workshop::default()), Arc::new(Arbiters::start(1)));
        let (of_shop, of_arbiters) = (shop.clone(), arbiters.clone());
        let registry = Registry::new("worker", policy, move |_: &Name, obituary| {
            let shop = of_shop.clone();
            let life = shop.lives.fetch_add(1, Ordering::SeqCst) + 1;
            let arbiter = of_arbiters.of(TenantId::from_uuid(uuid::Uuid::nil()));
            Worker::start_in_arbiter(&arbiter, move |_| Worker { life, shop, obituary })
        });
        Self { registry, shop, arbiters }
    }

    pub(crate) async fn ask(&self, name: Name, order: Order) -> Result<usize, AskError> {
        self.registry.ask(&name, order, Duration::from_secs(20)).await
    }

    pub(crate) fn worked(&self) -> usize {
        self.shop.worked.load(Ordering::SeqCst)
    }
}
