//! The job that sends a text: once, or with a person told that nobody knows.

use std::{sync::Arc, time::Duration};

use actors::{
    conversation::{Carried, Conversations, MessageError, Progress, store as conversations},
    credential::{Credentials, Purpose},
    jobs::{Due, JobKind, Outcome, Rules},
    ports::Ports,
    sending::{self, Brake},
};
use async_trait::async_trait;
use entities::{AttachmentId, MessageId, TenantId, Timestamp, channel::ChannelType};

use super::{
    KIND, is_reached,
    letter::{Found, Letter, look},
    throttle::{Throttle, Turn},
    verdict::{Verdict, verdict},
};
use crate::config;
use crate::files::{FileLinks, Linked};
use crate::origin::PublicOrigin;
use crate::providers::twilio::{NAME, Resource, TwilioClient, codes, connected, text, webhook};
use crate::providers::{Failure, used};

/// What the credentials are opened for.
const PURPOSE: Purpose = "send";
/// Before the first question about a request nobody answered; doubled with each further one.
const FIRST_QUESTION: Duration = Duration::from_secs(5);
/// Between two questions when it is late already.
const SOON: Duration = Duration::from_secs(1);
/// How long Twilio may take to fetch the files of a text, which may wait there for its turn.
const FETCHED_WITHIN: Duration = Duration::from_hours(4);
/// What an attempt takes longer than its request: the time to read and to write.
const MARGIN: Duration = Duration::from_secs(10);

/// What sending needs.
#[derive(Clone)]
pub struct Sending {
    pub ports: Ports,
    pub conversations: Conversations,
    pub credentials: Credentials,
    pub twilio: TwilioClient,
    pub origin: PublicOrigin,
    pub file_links: Arc<FileLinks>,
    pub brake: Brake,
    /// How often what is held looks whether it was released.
    pub held_check: Duration,
    pub settings: config::Twilio,
}

/// Sends texts.
pub struct SendTexts {
    pub(super) parts: Sending,
    throttle: Throttle,
}

impl SendTexts {
    /// The kind.
    #[must_use]
    pub fn new(parts: Sending) -> Self {
        let throttle = Throttle::new(parts.settings.messages_per_s);
        Self { parts, throttle }
    }

    async fn send(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Some(letter) = self.letter(job).await? else { return Ok(Outcome::Done) };
        let Some(account) = connected(&self.parts.credentials, job.tenant, PURPOSE).await? else {
            return Ok(self.not_connected(job, &letter).await);
        };
        if let Some(until) = self.waits(job, &letter).await? {
            return Ok(Outcome::Wait(until));
        }
        if let Some(outcome) = self.kept_back(job, &letter).await? {
            return Ok(outcome);
        }
        self.tell(job.tenant, letter.message_id, Progress::sending()).await?;
        let answer = self.parts.twilio.send(&account, &letter.text).await;
        self.parts.credentials.note_use(job.tenant, NAME, used(&answer));
        match answer {
            Ok(taken) => Ok(self.taken(job, &letter, taken).await),
            Err(failure) => Ok(self.not_taken(job, &letter, &failure).await),
        }
    }

    /// Until when it is not its turn: others of its number are before it, or far more is sent than usual, which the message says.
    async fn waits(&self, job: &Due, letter: &Letter) -> Result<Option<Timestamp>, Outcome> {
        let now = self.parts.ports.now();
        if let Turn::At(slot) = self.throttle.turn(job.id, letter.sender, now) {
            return Ok(Some(slot));
        }
        let turn = self.parts.brake.turn(job.tenant).await;
        match turn.map_err(|error| Outcome::retry(error.to_string()))? {
            sending::Turn::Go => Ok(None),
            sending::Turn::Held => {
                let message = "Far more is sent than usual: it waits until a person releases it".to_owned();
                let held = Progress::held(MessageError { code: "HELD".to_owned(), message });
                self.tell(job.tenant, letter.message_id, held).await?;
                Ok(Some(now.plus(self.parts.held_check)))
            }
        }
    }

    /// Looks whether a request that nobody answered was carried out. It is certain that it was not when nothing of it shows
    /// after a while.
    async fn look_for_it(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Some(letter) = self.letter(job).await? else { return Ok(Outcome::Done) };
        let Some(account) = connected(&self.parts.credentials, job.tenant, PURPOSE).await? else {
            return Ok(self.unsure(job, &letter, "not connected").await);
        };
        let listed = self.parts.twilio.sent(&account, &letter.text).await;
        self.parts.credentials.note_use(job.tenant, NAME, used(&listed));
        let listed = match listed {
            Ok(listed) => listed,
            Err(failure) => return Ok(self.unsure(job, &letter, &failure.to_string()).await),
        };
        let mut candidates = self.unclaimed(job, &letter, listed).await?;
        match (candidates.len(), candidates.pop()) {
            (1, Some(ours)) => Ok(self.taken(job, &letter, ours).await),
            (0, _) if self.doubted_for(job) < self.parts.settings.settle() => {
                Ok(self.unsure(job, &letter, "it is not listed").await)
            }
            (0, _) => Ok(Outcome::retry("the request before was not carried out")),
            _ => {
                let why = "more than one message there may be this one";
                self.in_doubt(job, &letter, why).await;
                Ok(Outcome::Unknown(why.to_owned()))
            }
        }
    }

    async fn letter(&self, job: &Due) -> Result<Option<Letter>, Outcome> {
        let callback = |key: &str, message: MessageId| self.callback(key, message);
        match look(self.parts.ports.store(), job, callback).await? {
            Found::Letter(letter) => Ok(Some(self.with_links(job.tenant, *letter))),
            Found::Nothing => Ok(None),
            Found::TakenBack(id) => {
                self.tell(job.tenant, id, Progress::taken_back()).await?;
                Ok(None)
            }
            Found::Unaddressed(id, why) => {
                self.tell(job.tenant, id, Progress::given_up(why.clone())).await?;
                Err(Outcome::Refused(why.message))
            }
        }
    }

    /// The address of the channel's status callbacks, with our own name of the message. A provider out there cannot call an
    /// address of this machine, and refuses messages that name one.
    fn callback(&self, key: &str, message: MessageId) -> Option<String> {
        let (origin, there) = (self.parts.origin.get(), &self.parts.settings.base_url);
        is_reached(&origin, there).then(|| webhook::status_callback(&origin, key, message))
    }

    /// The letter with links to its files, which nobody keeps.
    fn with_links(&self, tenant: TenantId, mut letter: Letter) -> Letter {
        let (origin, end) = (self.parts.origin.get(), self.parts.ports.now().plus(FETCHED_WITHIN));
        let link = |attachment: &AttachmentId| {
            let linked = Linked { tenant, attachment: *attachment };
            format!("{origin}/files/{}", self.parts.file_links.mint_until(linked, end))
        };
        letter.text.media = letter.files.iter().map(link).collect();
        letter
    }

    async fn not_connected(&self, job: &Due, letter: &Letter) -> Outcome {
        let message = "Twilio is not connected".to_owned();
        self.give_up(job, letter, MessageError { code: "NOT_CONNECTED".to_owned(), message }).await
    }

    /// The provider has it. When that cannot be written down now, it is found again by asking.
    async fn taken(&self, job: &Due, letter: &Letter, taken: Resource) -> Outcome {
        let status = text::status(&taken.status).unwrap_or(entities::message::MessageStatus::Sending);
        let progress = Progress::told(taken.sid, status, taken.error_code.map(codes::explained));
        match self.tell(job.tenant, letter.message_id, progress).await {
            Ok(()) => Outcome::Done,
            Err(_) => Outcome::Unsure {
                why: "it was sent, and that cannot be noted".to_owned(),
                after: FIRST_QUESTION,
            },
        }
    }

    async fn not_taken(&self, job: &Due, letter: &Letter, failure: &Failure) -> Outcome {
        match verdict(failure) {
            Verdict::Unsure(why) => self.unsure(job, letter, &why).await,
            Verdict::Later { why, after } => {
                if job.last {
                    self.give_up(job, letter, why).await;
                }
                Outcome::Retry { why: failure.to_string(), after }
            }
            Verdict::Never(why) => self.refused(job, letter, why).await.unwrap_or_else(|later| later),
            Verdict::OptedOut(why) => self.opted_out(job, letter, why).await.unwrap_or_else(|later| later),
            Verdict::Mend(why) => self.give_up(job, letter, why).await,
            Verdict::Locked(why) => {
                let disabled = self.parts.credentials.disable(job.tenant, NAME, &why.message).await;
                if let Err(error) = disabled {
                    tracing::warn!(tenant.id = %job.tenant, %error, "credentials that are not taken stay in use");
                }
                self.give_up(job, letter, why).await
            }
        }
    }

    /// Nobody tries again before a person has looked into it.
    async fn give_up(&self, job: &Due, letter: &Letter, why: MessageError) -> Outcome {
        let outcome = Outcome::Refused(format!("{}: {}", why.code, why.message));
        match self.tell(job.tenant, letter.message_id, Progress::given_up(why)).await {
            Ok(()) => outcome,
            Err(later) => later,
        }
    }

    async fn unsure(&self, job: &Due, letter: &Letter, why: &str) -> Outcome {
        if job.last {
            self.in_doubt(job, letter, why).await;
        }
        let (doubted, settle) = (self.doubted_for(job), self.parts.settings.settle());
        let after = doubted.max(FIRST_QUESTION).min(settle.saturating_sub(doubted).max(SOON));
        Outcome::Unsure { why: format!("nobody knows whether it was sent: {why}"), after }
    }

    async fn in_doubt(&self, job: &Due, letter: &Letter, why: &str) {
        let message = format!("Nobody knows whether this was sent: {why}");
        let doubt = MessageError { code: "UNKNOWN_OUTCOME".to_owned(), message };
        if self.tell(job.tenant, letter.message_id, Progress::in_doubt(doubt)).await.is_err() {
            tracing::warn!(tenant.id = %job.tenant, job.id = %job.id, "a message does not show that it is in doubt");
        }
    }

    /// Those of the messages Twilio lists that may be this one and are none of ours yet.
    async fn unclaimed(
        &self,
        job: &Due,
        letter: &Letter,
        listed: Vec<Resource>,
    ) -> Result<Vec<Resource>, Outcome> {
        let may_be = |it: &Resource| it.may_be(&letter.text, job.begun_at);
        let mut candidates: Vec<Resource> = listed.into_iter().filter(may_be).collect();
        let names = candidates.iter().map(|it| it.sid.clone()).collect();
        let store = self.parts.ports.store();
        let claimed = conversations::claimed(store, job.tenant, ChannelType::Twilio, names).await;
        let claimed =
            claimed.map_err(|error| Outcome::Unsure { why: error.to_string(), after: FIRST_QUESTION })?;
        candidates.retain(|it| !claimed.contains(&it.sid));
        Ok(candidates)
    }

    fn doubted_for(&self, job: &Due) -> Duration {
        self.parts.ports.now().since(job.begun_at)
    }

    pub(super) async fn tell(
        &self,
        tenant: TenantId,
        message: MessageId,
        progress: Progress,
    ) -> Result<(), Outcome> {
        let told = self.parts.conversations.progress(tenant, message, progress).await;
        told.map(drop).map_err(|error| Outcome::retry(format!("the message cannot be changed: {error}")))
    }
}

/// Since when the message may be out already, though this job never sent it.
fn said_in_doubt(job: &Due) -> Option<Timestamp> {
    job.parse::<Carried>().ok()?.in_doubt_since.filter(|_| !job.insisted_on)
}

#[async_trait]
impl JobKind for SendTexts {
    fn name(&self) -> &'static str {
        KIND
    }

    fn rules(&self) -> Rules {
        Rules { attempts: 20, timeout: self.parts.settings.timeout() + MARGIN, at_once: 32, ..Rules::send() }
    }

    /// What may have been sent by a life of the hub that nobody remembers is sent once it is certain that it was not.
    async fn run(&self, job: &Due) -> Outcome {
        if said_in_doubt(job).is_some() {
            match self.ask(job).await {
                Outcome::Retry { .. } => {}
                known => return known,
            }
        }
        self.send(job).await.unwrap_or_else(|outcome| outcome)
    }

    /// What keeps us from asking leaves it as unsure as it was.
    async fn ask(&self, job: &Due) -> Outcome {
        let since = said_in_doubt(job).map_or(job.begun_at, |since| since.min(job.begun_at));
        match self.look_for_it(&Due { begun_at: since, ..job.clone() }).await {
            Err(Outcome::Retry { why, .. }) => Outcome::Unsure { why, after: FIRST_QUESTION },
            Ok(outcome) | Err(outcome) => outcome,
        }
    }
}
