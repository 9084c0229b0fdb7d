//! The job that asks the provider, once a day, whether carriers take texts from a number, and notes it on the channel.

use std::time::Duration;

use actors::{
    channel::{self, Channels},
    credential::Credentials,
    jobs::{Due, JobKind, Outcome, Rules},
    ports::Ports,
};
use async_trait::async_trait;
use entities::{
    ChannelId,
    channel::{Registration, RegistrationKind, RegistrationStatus},
};
use serde::Deserialize;

use super::{
    Failure,
    twilio::{NAME, Registered, TwilioClient, connected, registered},
    used,
};

/// The name of the job in the database.
pub const REGISTRATION: &str = "channel.registration";

/// What is known is asked again, and what could not be asked.
const KNOWN: Duration = Duration::from_hours(24);
const NOT_KNOWN: Duration = Duration::from_hours(1);
const PATIENCE: Duration = Duration::from_mins(5);

/// Asks about the registrations of numbers.
pub struct CheckRegistrations {
    ports: Ports,
    channels: Channels,
    credentials: Credentials,
    twilio: TwilioClient,
}

/// Which channel it is about.
#[derive(Deserialize)]
struct About {
    channel_id: ChannelId,
}

impl CheckRegistrations {
    /// The kind, which asks through the same client as everybody.
    #[must_use]
    pub fn new(ports: Ports, credentials: Credentials, twilio: TwilioClient) -> Self {
        Self { channels: Channels::new(ports.clone()), ports, credentials, twilio }
    }

    async fn check(&self, job: &Due) -> Result<Outcome, Outcome> {
        let About { channel_id } = job.parse()?;
        let found = channel::store::get(self.ports.store(), job.tenant, channel_id).await.map_err(later)?;
        let Some(number) = found.and_then(|channel| channel.address) else { return Ok(Outcome::Done) };
        if registered::kind(&number) == RegistrationKind::NotNeeded {
            return Ok(Outcome::Done);
        }
        let account = connected(&self.credentials, job.tenant, "registration").await?;
        let Some(account) = account else { return Ok(self.again(NOT_KNOWN)) };
        let answer = self.twilio.registered(&account, &number).await;
        self.credentials.note_use(job.tenant, NAME, used(&answer));
        let known = match answer {
            Ok(said) => known(&number, registered::status(said.word.as_deref()), said, job),
            // An account that may not ask is told so, and texts go on as they went.
            Err(Failure::Refused(told)) if told.status < 500 && told.status != 429 => {
                known(&number, RegistrationStatus::Unknown, Registered::default(), job)
            }
            Err(failure) => return Err(later(failure)),
        };
        self.channels.note_registration(job.tenant, channel_id, &known).await.map_err(later)?;
        Ok(self.again(KNOWN))
    }

    fn again(&self, after: Duration) -> Outcome {
        Outcome::Again(self.ports.now().plus(after))
    }
}

fn known(number: &str, status: RegistrationStatus, said: Registered, job: &Due) -> Registration {
    let kind = registered::kind(number);
    Registration {
        kind,
        status,
        hint: registered::hint(kind, status).map(str::to_owned),
        provider_status: said.word,
        reason: said.reason.filter(|_| status == RegistrationStatus::Rejected),
        since: job.begun_at,
    }
}

fn later(why: impl std::fmt::Display) -> Outcome {
    Outcome::retry(why.to_string())
}

#[async_trait]
impl JobKind for CheckRegistrations {
    fn name(&self) -> &'static str {
        REGISTRATION
    }

    fn rules(&self) -> Rules {
        Rules { timeout: PATIENCE, at_once: 2, ..Rules::timer() }
    }

    /// It is never given up: a provider that is away for long is asked again later.
    async fn run(&self, job: &Due) -> Outcome {
        match self.check(job).await {
            Err(Outcome::Retry { why, .. }) if job.last => {
                tracing::warn!(tenant.id = %job.tenant, %why, "nobody knows whether carriers take texts from a number");
                self.again(NOT_KNOWN)
            }
            Ok(outcome) | Err(outcome) => outcome,
        }
    }
}
