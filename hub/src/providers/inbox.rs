//! Webhooks on their way in, whoever's they are: found, read, kept and answered; and what becomes of those nobody vouches
//! for. A provider proves itself in its own room.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ContentType, HeaderMap},
    web::{self, Bytes},
};
use actors::{
    channel::{self, Channel},
    receipt::{Arrived, How, Taken},
};
use entities::{TenantId, channel::ChannelType};

use crate::{
    error::{ApiError, Code},
    hub::Hub,
    rest::client,
};

/// The largest webhook, in bytes.
pub const LARGEST: usize = 1_048_576;

/// A webhook as it was called.
pub struct Called {
    /// Where the provider believes to have called: our public address, never what the request says of itself.
    pub url: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why a webhook is not taken. Each is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No channel has this name.
    UnknownChannel,
    /// Its tenant has no account there that anything could be proved for.
    NotConnected,
    /// It is about another account than the tenant's.
    WrongAccount,
    BadSignature,
    TooLarge,
    /// It broke off.
    Cut,
    /// Ours: the provider should come again.
    Unavailable,
}

impl Called {
    /// Reads a webhook, bounded.
    ///
    /// # Errors
    /// TooLarge, Cut.
    pub async fn read(hub: &Hub, request: &HttpRequest, payload: web::Payload) -> Result<Self, Refused> {
        let uri = request.uri();
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let read = payload.to_bytes_limited(LARGEST).await.map_err(|_| Refused::TooLarge)?;
        Ok(Self {
            url: format!("{}{path}", hub.public_origin()),
            query: uri.query().unwrap_or_default().to_owned(),
            headers: request.headers().clone(),
            body: read.map_err(|_| Refused::Cut)?,
        })
    }

    /// A header, empty when it is not there or no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The channel a webhook is for, of this type.
///
/// # Errors
/// UnknownChannel, Unavailable.
pub async fn channel(hub: &Hub, token: &str, kind: ChannelType) -> Result<(TenantId, Channel), Refused> {
    let found = channel::store::by_public_key_across_tenants(hub.ports.store(), token).await;
    let found = found.map_err(|error| unavailable(&error))?;
    found.filter(|(_, channel)| channel.kind == kind).ok_or(Refused::UnknownChannel)
}

/// Keeps a webhook that was proven. Afterwards it is on disk, whatever else.
///
/// # Errors
/// Unavailable.
pub async fn keep(
    hub: &Hub,
    (tenant, channel): (TenantId, &Channel),
    arrived: Arrived,
) -> Result<Taken, Refused> {
    let (provider, kind) = (arrived.provider, arrived.kind);
    let taken = hub.receipts.take(tenant, channel, arrived).await.map_err(|error| unavailable(&error))?;
    count(provider, kind, word_of(taken.how));
    Ok(taken)
}

/// What a provider is answered whose webhook is on disk.
pub fn answer(taken: Taken, content: ContentType) -> HttpResponse {
    match taken.answer {
        Some(answer) => HttpResponse::Ok().content_type(content).body(answer),
        None => HttpResponse::NoContent().finish(),
    }
}

/// What is answered to whoever is refused. Who fails to prove himself too often waits; who proves himself never does.
pub fn refuse(
    hub: &Hub,
    request: &HttpRequest,
    (provider, kind): (&'static str, &'static str),
    refused: Refused,
) -> ApiError {
    count(provider, kind, refused.word());
    let told = refused.told();
    match refused {
        Refused::Unavailable => told,
        _ => hub.limits.unproven(client::address(request), told),
    }
}

/// One more webhook ended so.
pub fn count(provider: &'static str, kind: &'static str, outcome: &'static str) {
    let labels = [("provider", provider), ("kind", kind), ("outcome", outcome)];
    metrics::counter!("webhooks_total", &labels).increment(1);
}

/// What is ours to mend, and why.
pub fn unavailable(error: &impl std::fmt::Display) -> Refused {
    tracing::warn!(%error, "a webhook cannot be taken");
    Refused::Unavailable
}

fn word_of(how: How) -> &'static str {
    match how {
        How::Applied => "applied",
        How::Pending => "pending",
        How::Again(_) => "again",
    }
}

impl Refused {
    fn word(self) -> &'static str {
        match self {
            Self::UnknownChannel => "unknown_channel",
            Self::NotConnected => "not_connected",
            Self::WrongAccount => "wrong_account",
            Self::BadSignature => "bad_signature",
            Self::TooLarge => "too_large",
            Self::Cut => "cut",
            Self::Unavailable => "unavailable",
        }
    }

    fn told(self) -> ApiError {
        let forbidden = |message| ApiError::new(Code::Forbidden, message);
        match self {
            Self::UnknownChannel => Code::NotFound.into(),
            Self::NotConnected => forbidden("Nobody can prove anything here: no account is connected"),
            Self::WrongAccount => forbidden("This is about another account"),
            Self::BadSignature => forbidden("The signature does not hold"),
            Self::TooLarge => ApiError::from(Code::TooLarge).with("limit", LARGEST),
            Self::Cut => Code::BadRequest.into(),
            Self::Unavailable => Code::Unavailable.into(),
        }
    }
}
