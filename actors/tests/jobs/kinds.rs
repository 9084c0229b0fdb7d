//! Kinds of jobs that do as they are told.

use std::sync::Arc;

use actors::jobs::{Due, JobKind, Outcome, Rules};
use async_trait::async_trait;
use parking_lot::Mutex;

type Answer = Box<dyn Fn(&Due) -> Outcome + Send + Sync>;

/// Notes every job it is given, and ends it as it is told.
pub(crate) struct Told {
    name: &'static str,
    rules: Rules,
    run: Answer,
    ask: Answer,
    ran: Mutex<Vec<u64>>,
    asked: Mutex<Vec<u64>>,
}

impl Told {
    pub(crate) fn new(
        name: &'static str,
        rules: Rules,
        run: impl Fn(&Due) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            rules,
            run: Box::new(run),
            ask: Box::new(|_| Outcome::Unknown("who knows".to_owned())),
            ran: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    /// A timer whose every attempt succeeds.
    pub(crate) fn timer() -> Arc<Self> {
        Arc::new(Self::new("wake", Rules::timer(), |_| Outcome::Done))
    }

    /// And when it is asked, it answers this.
    pub(crate) fn answering(mut self, ask: impl Fn(&Due) -> Outcome + Send + Sync + 'static) -> Self {
        self.ask = Box::new(ask);
        self
    }

    /// The payloads it was given, in order.
    pub(crate) fn ran(&self) -> Vec<u64> {
        self.ran.lock().clone()
    }

    /// The payloads it was asked about.
    pub(crate) fn asked(&self) -> Vec<u64> {
        self.asked.lock().clone()
    }
}

#[async_trait]
impl JobKind for Told {
    fn name(&self) -> &'static str {
        self.name
    }

    fn rules(&self) -> Rules {
        self.rules
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.ran.lock().push(job.parse().unwrap());
        (self.run)(job)
    }

    async fn ask(&self, job: &Due) -> Outcome {
        self.asked.lock().push(job.parse().unwrap());
        (self.ask)(job)
    }
}
