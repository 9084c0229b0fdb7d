//! One running hub: everything the doors share.

use std::{net::SocketAddr, sync::Arc};

use actors::{
    attachment::{Attachments, FetchAttachment, Scanning},
    audit::Reads,
    bus::{Bus, LocalBus, NodeId, RedisBus, RedisError},
    call::{Calls, CallsOptions},
    clock::{Clock, SystemClock, TimeOrderedIds},
    conversation::{Conversations, ConversationsOptions},
    credential::Credentials,
    jobs::{self, Jobs, JobsOptions, Sweeper, SweeperOptions},
    journal::Journal,
    ports::Ports,
    reading::Readings,
    receipt::{ApplyReceipt, Receipts},
    recording::{FetchRecording, Recordings},
    routing::Router,
    sending::Brake,
    store::{Store, StoreOptions},
    supervision::{Arbiters, Io},
    tenant::{CloseCode, Tenants, TenantsOptions},
};
use entities::{channel::ChannelType, sealed::MasterKey};
use uuid::Uuid;

use crate::{
    auth::{OutsideTokens, Passwords, RefreshTokens, Tokens, api_key::Uses},
    config::{self, Settings},
    departure::Departure,
    files::{DiskFiles, Downloads, FileLinks, ScanCommand},
    keys::Keyring,
    limits::Limits,
    origin::PublicOrigin,
    providers::{
        backfill::{BACKFILL, Backfill},
        calling::{
            Calling, ControlCalls, DialLegs, FindRecordings, ForgetRecordings, LookAtCalls, PriceCalls,
        },
        outbox::{AskForStatuses, SendTexts, Sending, TwilioCarrier},
        registration::CheckRegistrations,
        twilio::{self, Twilio, TwilioClient, TwilioMedia},
    },
    store::{Place, StoreError},
};

/// Why a hub cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the database does not answer: {0}")]
    Database(sea_orm::DbErr),
    #[error(transparent)]
    Passwords(#[from] crate::auth::password::PasswordError),
    #[error(transparent)]
    Providers(#[from] crate::auth::outside::ProviderError),
    #[error("redis.url cannot be used: {0}")]
    Redis(#[from] RedisError),
    #[error("the folder of the attachments cannot be made: {0}")]
    Files(std::io::Error),
    #[error("no threads: {0}")]
    Threads(std::io::Error),
}

/// The parts of a hub. Handlers and sessions reach them through `web::Data<Hub>`.
pub struct Hub {
    pub settings: Settings,
    pub ports: Ports,
    pub conversations: Conversations,
    pub calls: Calls,
    /// What carries them.
    pub calling: Calling,
    pub readings: Readings,
    /// The record of who read what.
    pub reads: Reads,
    /// What tenants are known by at their providers.
    pub credentials: Credentials,
    pub twilio: TwilioClient,
    /// Stops tenants that suddenly send far more than usual.
    pub brake: Brake,
    /// What providers sent.
    pub receipts: Receipts,
    pub attachments: Attachments,
    pub recordings: Recordings,
    /// Where uploads arrive and lie.
    pub files: DiskFiles,
    pub file_links: Arc<FileLinks>,
    pub tenants: Tenants,
    /// What other nodes tell, when there are others.
    pub bus: Arc<dyn Bus>,
    pub router: Arc<Router>,
    pub jobs: Jobs,
    pub sweeper: Sweeper,
    pub tokens: Tokens,
    pub refresh_tokens: RefreshTokens,
    pub outside_tokens: OutsideTokens,
    pub passwords: Passwords,
    /// Which keys were noted as used of late.
    pub key_uses: Uses,
    pub limits: Limits,
    pub node: NodeId,
    pub departure: Departure,
    origin: PublicOrigin,
}

impl Hub {
    /// The origin under which browsers reach the hub: the setting, or the address it listens on.
    #[must_use]
    pub fn public_origin(&self) -> String {
        self.origin.get()
    }

    /// The server listens. Said once.
    pub(crate) fn listens_on(&self, address: SocketAddr) {
        self.origin.listens_on(address);
    }

    /// From now on nobody should be sent here; those who are here are told to go elsewhere, one after the other. Ends when they
    /// are gone, or have had their time.
    pub async fn leave(&self) {
        self.departure.over().await;
        self.tenants.close_all(CloseCode::GoingAway);
    }
}

/// A hub and the threads it runs on, in the order in which they end.
pub struct Running {
    pub hub: Arc<Hub>,
    arbiters: Arc<Arbiters>,
    io: Io,
}

impl Running {
    /// Migrates the store, opens it and starts the actors' threads. Must be called inside an actix `System`.
    ///
    /// # Errors
    /// [`BuildError`].
    pub async fn build(settings: Settings, keys: Keyring) -> Result<Self, BuildError> {
        let files = DiskFiles::at(settings.data.attachments()).map_err(BuildError::Files)?;
        let io = Io::start(threads(0)).map_err(BuildError::Threads)?;
        let node = NodeId(Uuid::now_v7());
        let arbiters = Arc::new(Arbiters::start(threads(settings.actors.arbiters)));
        let bus = bus(&io, &settings, node, &keys.master)?;
        let store = open_store(&io, &settings, keys.master).await?;
        let (tenants, ports) = tenants(store, &arbiters, (bus.clone(), node), &settings);
        let (conversations, calls) = talks(&ports, &arbiters, &settings);
        tenants.listen(conversations.clone(), calls.clone());
        let attachments = attachments(&ports, &files, &settings);
        let sending = sending((&ports, &conversations), &settings, FileLinks::new(&keys.signing), &io);
        let Sending { credentials, twilio, origin, file_links, brake, .. } = sending.clone();
        let receipts = receipts(&ports, (&conversations, &calls)).counted_by(credentials.clone());
        let calling = calling(&sending, &calls, &tenants);
        let jobs = begin_jobs((sending, &calling), (&attachments, &files, &settings), &receipts, node);
        let hub = Hub {
            readings: Readings::new(ports.clone()),
            router: Router::start(ports.clone(), conversations.clone(), tenants.clone()),
            sweeper: Sweeper::start(ports.clone(), Some(attachments.clone()), sweeper_options(&settings)),
            reads: Reads::new(ports.clone()),
            recordings: Recordings::new(ports.clone()),
            credentials,
            twilio,
            brake,
            receipts,
            attachments,
            files,
            file_links,
            ports,
            conversations,
            calls,
            calling,
            tenants,
            bus,
            jobs,
            tokens: Tokens::new(&keys.signing),
            refresh_tokens: RefreshTokens::new(&keys.signing),
            outside_tokens: OutsideTokens::new(&settings.auth)?,
            passwords: Passwords::new()?,
            key_uses: Uses::default(),
            limits: Limits::new(&settings.limits),
            node,
            departure: Departure::lasting(settings.realtime.drain()),
            origin,
            settings,
        };
        catch_up(&hub.credentials, &io);
        Ok(Self { hub: Arc::new(hub), arbiters, io })
    }

    /// Ends the actors; whatever they were told is already on disk.
    pub fn stop(self) {
        self.hub.conversations.close();
        self.hub.calls.close();
        self.hub.tenants.close();
        self.arbiters.stop();
        drop(self.io);
    }
}

/// Where nodes meet: in Redis, or this one is alone.
fn bus(io: &Io, settings: &Settings, node: NodeId, master: &MasterKey) -> Result<Arc<dyn Bus>, RedisError> {
    Ok(match settings.redis.options() {
        Some(options) => Arc::new(RedisBus::start(&io.handle(), options, node, master.wire_key())?),
        None => Arc::new(LocalBus::default()),
    })
}

/// The live tenants of this node, and the journal that tells them what is written.
fn tenants(
    store: Store,
    arbiters: &Arc<Arbiters>,
    wire: (Arc<dyn Bus>, NodeId),
    settings: &Settings,
) -> (Tenants, Ports) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (options, threads) = (tenant_options(settings), arbiters.clone());
    let tenants = Tenants::new(store.clone(), clock.clone(), threads, wire, options);
    let journal = Journal::open(store, Arc::new(tenants.clone()));
    let journal = journal.with_deadline(settings.actors.command_deadline());
    (tenants, Ports { journal, clock, ids: Arc::new(TimeOrderedIds) })
}

/// What is said here, in writing and on the phone.
fn talks(ports: &Ports, arbiters: &Arc<Arbiters>, settings: &Settings) -> (Conversations, Calls) {
    let conversations = Conversations::new(ports.clone(), arbiters.clone(), conversations_options(settings));
    (conversations, Calls::new(ports.clone(), arbiters.clone(), calls_options(settings)))
}

/// Migrates the store and opens it.
async fn open_store(io: &Io, settings: &Settings, master: MasterKey) -> Result<Store, BuildError> {
    let place = Place::of(settings);
    let migrated = place.clone();
    if let Some(migrated) = io.handle().run(async move { migrated.migrate().await }).await {
        let migrations = migrated?.migrations;
        if let Some(newest) = migrations.last() {
            tracing::info!(migrations = migrations.len(), newest, "the schema was brought up to date");
        }
    }
    let options = StoreOptions { url: place.url, readers: settings.database.read_connections };
    Store::open(io.handle(), options, master).await.map_err(BuildError::Database)
}

/// What providers send, and who understands them.
fn receipts(ports: &Ports, (conversations, calls): (&Conversations, &Calls)) -> Receipts {
    Receipts::new(ports.clone(), (conversations.clone(), calls.clone()), vec![Arc::new(Twilio)])
}

/// What goes out needs. From now on texts are carried.
fn sending(
    (ports, conversations): (&Ports, &Conversations),
    settings: &Settings,
    file_links: FileLinks,
    io: &Io,
) -> Sending {
    let (twilio, origin) = (settings.providers.twilio.clone(), PublicOrigin::new(&settings.http));
    let credentials = Credentials::start(ports.clone(), Reads::new(ports.clone()));
    let carrier = TwilioCarrier::new(credentials.clone(), origin.clone(), twilio.clone());
    conversations.carried_by(ChannelType::Twilio, Arc::new(carrier));
    Sending {
        ports: ports.clone(),
        conversations: conversations.clone(),
        credentials,
        twilio: TwilioClient::new(&twilio, io.handle()),
        brake: Brake::start(ports.clone(), settings.sending.rule()),
        held_check: settings.sending.held_check(),
        origin,
        file_links: Arc::new(file_links),
        settings: twilio,
    }
}

/// What carrying calls needs, over the same account.
fn calling(sending: &Sending, calls: &Calls, tenants: &Tenants) -> Calling {
    Calling {
        ports: sending.ports.clone(),
        calls: calls.clone(),
        credentials: sending.credentials.clone(),
        tenants: tenants.clone(),
        twilio: sending.twilio.clone(),
        origin: sending.origin.clone(),
        settings: sending.settings.clone(),
    }
}

/// Who fetches the files that come with texts.
fn media(settings: &Settings, credentials: &Credentials, files: &DiskFiles) -> TwilioMedia {
    let downloads = Downloads::new(files.clone(), settings.attachments.clone());
    let within = settings.attachments.fetch_timeout();
    TwilioMedia::new(&settings.providers.twilio, credentials.clone(), (downloads, within))
}

/// Who fetches what was recorded of calls.
fn recordings(settings: &Settings, credentials: &Credentials, files: &DiskFiles) -> TwilioMedia {
    let downloads = Downloads::of_recordings(files.clone(), &settings.recordings);
    let within = settings.recordings.fetch_timeout();
    TwilioMedia::new(&settings.providers.twilio, credentials.clone(), (downloads, within))
}

/// Begins to carry out what is owed, with every kind of job of this hub.
fn begin_jobs(
    (sending, calling): (Sending, &Calling),
    (attachments, files, settings): (&Attachments, &DiskFiles, &Settings),
    receipts: &Receipts,
    node: NodeId,
) -> Jobs {
    let (ports, conversations) = (sending.ports.clone(), sending.conversations.clone());
    let media = media(settings, &sending.credentials, files);
    let mut kinds = jobs::catalogue(&ports, &conversations, Some(attachments));
    kinds.push(Arc::new(FetchAttachment::new(attachments.clone(), conversations, Arc::new(media))));
    let fetcher = Arc::new(recordings(settings, &sending.credentials, files));
    let recordings = Recordings::new(ports.clone());
    kinds.push(Arc::new(FindRecordings::new(calling.clone(), recordings.clone())));
    kinds.push(Arc::new(FetchRecording::new(recordings, attachments.clone(), fetcher)));
    kinds.push(Arc::new(ForgetRecordings::new(calling.clone())));
    kinds.push(Arc::new(ApplyReceipt::new(receipts.clone())));
    let asking = (sending.twilio.clone(), sending.settings.clone());
    let rooms = (sending.credentials.clone(), receipts.clone());
    kinds.push(Arc::new(Backfill::new(ports.clone(), rooms, asking)));
    let (credentials, twilio) = (sending.credentials.clone(), sending.twilio.clone());
    kinds.push(Arc::new(CheckRegistrations::new(ports.clone(), credentials, twilio)));
    kinds.push(Arc::new(DialLegs::new(calling.clone())));
    kinds.push(Arc::new(ControlCalls::new(calling.clone())));
    kinds.push(Arc::new(LookAtCalls::new(calling.clone())));
    kinds.push(Arc::new(PriceCalls::new(calling.clone())));
    kinds.push(Arc::new(AskForStatuses::new(sending.clone())));
    kinds.push(Arc::new(SendTexts::new(sending)));
    Jobs::start(ports, node.0, kinds, JobsOptions::default())
}

/// Has every tenant's provider asked what we were not told while we were not there.
fn catch_up(credentials: &Credentials, io: &Io) {
    let credentials = credentials.clone();
    io.handle().spawn(async move {
        if let Err(error) = credentials.owe_everywhere(twilio::NAME, BACKFILL).await {
            tracing::warn!(%error, "nobody asks yet what came while the hub was not there");
        }
    });
}

fn sweeper_options(settings: &Settings) -> SweeperOptions {
    let retention = &settings.retention;
    let (events, receipts) = (retention.events(), Some(retention.receipts()));
    SweeperOptions { events, receipts, ..SweeperOptions::default() }
}

/// Where files are kept, and looked at when somebody does.
fn attachments(ports: &Ports, files: &DiskFiles, settings: &Settings) -> Attachments {
    let attachments = Attachments::new(ports.clone(), Arc::new(files.clone()));
    attachments.scanned(scanning(&settings.attachments))
}

/// Who looks at files, when somebody does.
fn scanning(settings: &config::Attachments) -> Option<Scanning> {
    let timeout = settings.scan_timeout();
    let command = ScanCommand::new(&settings.scan_command, timeout)?;
    Some(Scanning { scanner: Arc::new(command), timeout, at_once: settings.scans_at_once })
}

fn tenant_options(settings: &Settings) -> TenantsOptions {
    TenantsOptions {
        sessions_per_person: settings.limits.sessions_per_user,
        presence_debounce: settings.realtime.presence_debounce(),
        ..TenantsOptions::default()
    }
}

fn conversations_options(settings: &Settings) -> ConversationsOptions {
    ConversationsOptions {
        passivate_after: settings.actors.passivate_after(),
        deadline: settings.actors.command_deadline(),
        ..ConversationsOptions::default()
    }
}

fn calls_options(settings: &Settings) -> CallsOptions {
    CallsOptions {
        passivate_after: settings.actors.passivate_after(),
        deadline: settings.actors.command_deadline(),
        ..CallsOptions::default()
    }
}

/// As many as asked for, or as many as there are cores.
fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get),
        asked => asked,
    }
}
