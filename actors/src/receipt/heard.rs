//! What a webhook says in the words of the house, and the port to whoever understands its provider.

use crate::{
    inbound::{InboundCall, InboundMessage},
    recording::RecordingTold,
};

use super::{CallTold, Raw, Told};

/// What somebody told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A contact wrote.
    Message(InboundMessage),
    /// A message of ours came so far.
    Progress(Told),
    /// A contact calls.
    Call(InboundCall),
    /// A call came so far.
    CallNews(CallTold),
    /// A recording of a call came so far.
    Recording(RecordingTold),
    /// It tells of something that changes nothing here.
    Nothing,
}

/// Nothing can be made of it as it stands. For people, without personal data; it may be replayed when we know better.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Untranslatable(pub String);

/// Whoever understands a provider. Pure: the same webhook says the same whenever it is read.
pub trait Translate: Send + Sync + 'static {
    /// The provider, as receipts name it.
    fn provider(&self) -> &'static str;

    /// Reads a webhook.
    ///
    /// # Errors
    /// [`Untranslatable`].
    fn translate(&self, raw: &Raw) -> Result<Heard, Untranslatable>;
}
