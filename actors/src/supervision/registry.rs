//! The one who knows where each actor lives.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actix::{Actor, Addr, Handler, MailboxError, dev::ToEnvelope};
use parking_lot::Mutex;
use tokio::{sync::Semaphore, time::timeout_at};

use super::{Command, Envelope, Obituary, RestartPolicy, deaths::Deaths, obituary::Graveyard};

/// Commands that may wait for one actor, the one it works on included. One more is `Busy`.
const QUEUE: usize = 64;

/// Why an actor gave no answer. In neither case may the caller assume that the command will still happen,
/// unless it was already being carried out: then a repeat with the same key finds the stored answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("too many commands wait for this one")]
    Busy,
    #[error("no answer in time")]
    Unavailable,
}

type Factory<K, A> = Box<dyn Fn(&K, Obituary<K>) -> Addr<A> + Send + Sync>;

/// Actors by key: made on demand, rebuilt after death, forgotten when they leave.
pub struct Registry<K, A: Actor> {
    inner: Arc<Inner<K, A>>,
}

struct Inner<K, A: Actor> {
    name: &'static str,
    policy: RestartPolicy,
    factory: Factory<K, A>,
    /// Nobody is made any more, and whoever ends now ends with everything.
    closed: AtomicBool,
    places: Mutex<Places<K, A>>,
}

struct Places<K, A: Actor> {
    next_generation: u64,
    /// Removed by leave and death.
    living: HashMap<K, Place<A>>,
    /// Removed when forgotten, at the latest when somebody else dies.
    graves: HashMap<K, Deaths>,
}

struct Place<A: Actor> {
    generation: u64,
    address: Addr<A>,
    queue: Arc<Semaphore>,
}

impl<K, A> Registry<K, A>
where
    K: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static,
    A: Actor,
    Addr<A>: Send + Sync,
{
    /// A registry whose actors are started by `factory`, each with the obituary it must carry.
    pub fn new<F>(name: &'static str, policy: RestartPolicy, factory: F) -> Self
    where
        F: Fn(&K, Obituary<K>) -> Addr<A> + Send + Sync + 'static,
    {
        let places = Places { next_generation: 0, living: HashMap::new(), graves: HashMap::new() };
        let (factory, closed) = (Box::new(factory), AtomicBool::new(false));
        Self { inner: Arc::new(Inner { name, policy, factory, closed, places: Mutex::new(places) }) }
    }

    /// Makes nobody any more: the end of the process is near, and an actor that ends with it has not died. Commands
    /// to those who live are still carried out; the others get `Unavailable`.
    pub fn close(&self) {
        self.inner.closed.store(true, Ordering::Release);
    }

    /// Asks the actor of `key`, which is made when absent, and always answers by the deadline.
    ///
    /// # Errors
    /// [`AskError`].
    pub async fn ask<C>(&self, key: &K, command: C, within: Duration) -> Result<C::Reply, AskError>
    where
        C: Command,
        A: Handler<Envelope<C>>,
        A::Context: ToEnvelope<A, Envelope<C>>,
    {
        let deadline = Instant::now() + within;
        let (address, queue) = self.place(key, deadline).await?;
        let permit = queue.try_acquire_owned().map_err(|_| AskError::Busy)?;
        let envelope = Envelope::new(command, deadline, permit);
        match self.send(&address, &envelope, deadline).await {
            Err(MailboxError::Closed) if envelope.untaken() => {
                // It stopped before it came to us. Whoever bears the name now shall do it.
                let (address, _) = self.place(key, deadline).await?;
                self.send(&address, &envelope, deadline).await
            }
            outcome => outcome,
        }
        .ok()
        .flatten()
        .ok_or(AskError::Unavailable)
    }

    async fn send<C>(
        &self,
        address: &Addr<A>,
        envelope: &Envelope<C>,
        deadline: Instant,
    ) -> Result<Option<C::Reply>, MailboxError>
    where
        C: Command,
        A: Handler<Envelope<C>>,
        A::Context: ToEnvelope<A, Envelope<C>>,
    {
        timeout_at(deadline.into(), address.send(envelope.copy())).await.unwrap_or(Err(MailboxError::Timeout))
    }

    /// Hands the living actor of `key` to `deliver`; nothing happens when there is none.
    pub fn with_living<R>(&self, key: &K, deliver: impl FnOnce(&Addr<A>) -> R) -> Option<R> {
        self.inner.places.lock().living.get(key).map(|place| deliver(&place.address))
    }

    /// The living actor of `key`, made when absent.
    ///
    /// # Errors
    /// `Unavailable` while it may not be rebuilt.
    pub fn living_or_built(&self, key: &K) -> Result<Addr<A>, AskError> {
        self.inner.find_or_build(key).map(|(address, _)| address).map_err(|_| AskError::Unavailable)
    }

    /// How many actors live.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.places.lock().living.values().filter(|place| place.address.connected()).count()
    }

    /// Nobody lives.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys of all who live.
    #[must_use]
    pub fn keys(&self) -> Vec<K> {
        self.inner.places.lock().living.keys().cloned().collect()
    }

    async fn place(&self, key: &K, deadline: Instant) -> Result<(Addr<A>, Arc<Semaphore>), AskError> {
        loop {
            match self.inner.find_or_build(key) {
                Ok(place) => return Ok(place),
                Err(at) if at >= deadline => return Err(AskError::Unavailable),
                Err(at) => tokio::time::sleep_until(at.into()).await,
            }
        }
    }
}

impl<K, A> Inner<K, A>
where
    K: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static,
    A: Actor,
    Addr<A>: Send + Sync,
{
    /// The place of `key`, or when it may be rebuilt.
    fn find_or_build(self: &Arc<Self>, key: &K) -> Result<(Addr<A>, Arc<Semaphore>), Instant> {
        let generation = {
            let mut places = self.places.lock();
            if let Some(place) = places.living.get(key).filter(|place| place.address.connected()) {
                return Ok((place.address.clone(), place.queue.clone()));
            }
            if self.closed.load(Ordering::Acquire) {
                return Err(Instant::now() + self.policy.first_wait);
            }
            places.may_rebuild(key, &self.policy)?;
            places.next_generation += 1;
            places.next_generation
        };
        // Outside the lock: an actor whose arbiter is gone writes its obituary at once, and that needs the lock.
        let graveyard: Weak<dyn Graveyard<K>> = Arc::downgrade(&(self.clone() as Arc<dyn Graveyard<K>>));
        let address = (self.factory)(key, Obituary::new(graveyard, key.clone(), generation));
        if !address.connected() {
            // Its arbiter is gone. Whoever asks is told so in time.
            return Err(Instant::now() + self.policy.first_wait);
        }
        let mut places = self.places.lock();
        if let Some(place) = places.living.get(key).filter(|place| place.address.connected()) {
            return Ok((place.address.clone(), place.queue.clone()));
        }
        let queue = Arc::new(Semaphore::new(QUEUE));
        let place = Place { generation, address: address.clone(), queue: queue.clone() };
        places.living.insert(key.clone(), place);
        Ok((address, queue))
    }
}

impl<K: Eq + Hash, A: Actor> Places<K, A> {
    /// Or the moment when it may.
    fn may_rebuild(&mut self, key: &K, policy: &RestartPolicy) -> Result<(), Instant> {
        let now = Instant::now();
        let Some(deaths) = self.graves.get(key) else { return Ok(()) };
        if deaths.forgotten(now, policy) {
            self.graves.remove(key);
            return Ok(());
        }
        match deaths.rebuild_at(policy) {
            Some(at) if at > now => Err(at),
            _ => Ok(()),
        }
    }
}

impl<K, A> Graveyard<K> for Inner<K, A>
where
    K: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static,
    A: Actor,
    Addr<A>: Send + Sync,
{
    fn leave(&self, key: &K, generation: u64) {
        let mut places = self.places.lock();
        if places.living.get(key).is_some_and(|place| place.generation == generation) {
            places.living.remove(key);
        }
    }

    fn died(&self, key: &K, generation: u64) {
        // Counted also when another was built already because this one's mailbox closed first.
        self.leave(key, generation);
        if self.closed.load(Ordering::Acquire) {
            return;
        }
        let now = Instant::now();
        let mut places = self.places.lock();
        places.graves.retain(|_, deaths| !deaths.forgotten(now, &self.policy));
        let deaths = places.graves.entry(key.clone()).or_default();
        deaths.note(now, &self.policy);
        metrics::counter!("actor_deaths_total", "actor" => self.name).increment(1);
        if deaths.given_up(&self.policy) {
            tracing::error!(actor = self.name, ?key, "actor keeps dying and is left to rest");
        } else {
            tracing::warn!(actor = self.name, ?key, "actor died and will be rebuilt");
        }
    }
}

impl<K, A: Actor> Clone for Registry<K, A> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}
