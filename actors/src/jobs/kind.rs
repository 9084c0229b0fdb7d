//! What a kind of job is: a name, its rules, and what to do.

use std::time::Duration;

use async_trait::async_trait;
use entities::{ContactId, JobId, TenantId, Timestamp};
use serde::de::DeserializeOwned;

/// A kind of job. Registered when the hub is built; a job of a kind that nobody registered waits.
#[async_trait]
pub trait JobKind: Send + Sync + 'static {
    /// The name in the database: never changes.
    fn name(&self) -> &'static str;

    /// How it is treated.
    fn rules(&self) -> Rules;

    /// Does it.
    async fn run(&self, job: &Due) -> Outcome;

    /// Was it done? Asked when whoever did it never came back or was unsure, and it must not be done twice: `Done` when it was, `Retry`
    /// when it certainly was not, `Unknown` when nobody can tell. A timer is never asked, it runs again.
    async fn ask(&self, _: &Due) -> Outcome {
        Outcome::Unknown("nobody can tell whether it was done".to_owned())
    }
}

/// A job in somebody's hands.
#[derive(Clone, Debug)]
pub struct Due {
    pub id: JobId,
    pub tenant: TenantId,
    pub kind: String,
    pub run_at: Timestamp,
    /// 1 for the first attempt.
    pub attempt: i64,
    /// There will be no further one, unless a person wants it.
    pub last: bool,
    /// When this attempt began; of one that is asked about, when the effect may first have been out.
    pub begun_at: Timestamp,
    /// It may have been done since then by a life of the house that nobody remembers: the store was restored from a backup. A timer
    /// runs all the same, and hands this on to what it has sent.
    pub in_doubt_since: Option<Timestamp>,
    /// Nobody knew whether it was done, and a person wants it done again: it is not asked about any more.
    pub insisted_on: bool,
    pub contact_id: Option<ContactId>,
    /// JSON, as the commit that owes it gave it.
    pub payload: String,
}

/// How an attempt ended. The texts are for people: no personal data, no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, or there was nothing to do any more.
    Done,
    /// It is done as far as its time has come, and comes again at this one, its attempts counted anew.
    Again(Timestamp),
    /// Its turn has not come: it keeps its place and comes back then, and this attempt counts for nothing.
    Wait(Timestamp),
    /// Nobody knows yet whether it was done. It keeps its place, and after so long its kind is asked ([`JobKind::ask`]) before
    /// anything else; when nobody knows at the last attempt either, it is `Unknown`.
    Unsure { why: String, after: Duration },
    /// Not this time. After `after`, when the other side said so, else after the usual wait.
    Retry { why: String, after: Option<Duration> },
    /// Trying again would not help.
    Refused(String),
    /// Nobody knows whether it was done. A person is told.
    Unknown(String),
}

/// Whether doing it twice is doing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Its effect is inside our store, and the `rev` there makes it happen once: it may run again.
    Timer,
    /// Its effect is outside. An attempt nobody saw the end of is never repeated, it is asked about.
    Send,
}

/// How a kind is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub nature: Nature,
    /// After so many attempts it is dead.
    pub attempts: i64,
    /// An attempt that takes longer is broken off.
    pub timeout: Duration,
    /// Before the second attempt; doubled with each further one.
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// So many of them one node has in hand, and leaves its other hands free.
    pub at_once: usize,
}

impl Rules {
    /// A timer: twenty attempts of ten seconds, from a second to five minutes apart.
    #[must_use]
    pub const fn timer() -> Self {
        Self {
            nature: Nature::Timer,
            attempts: 20,
            timeout: Duration::from_secs(10),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(300),
            at_once: usize::MAX,
        }
    }

    /// A send: eight attempts of half a minute, from two seconds to an hour apart.
    #[must_use]
    pub const fn send() -> Self {
        Self {
            nature: Nature::Send,
            attempts: 8,
            timeout: Duration::from_secs(30),
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(3600),
            at_once: usize::MAX,
        }
    }
}

impl Due {
    /// The payload as a type.
    ///
    /// # Errors
    /// The outcome to answer when another version wrote something else.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Outcome> {
        serde_json::from_str(&self.payload)
            .map_err(|error| Outcome::Refused(format!("the payload is not what it should be: {error}")))
    }
}

impl Outcome {
    /// Not this time, and nobody said when.
    #[must_use]
    pub fn retry(why: impl Into<String>) -> Self {
        Self::Retry { why: why.into(), after: None }
    }
}
