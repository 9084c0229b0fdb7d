//! Why a conversation refuses.

use entities::{ConversationId, channel::ChannelType};

use crate::{consent::Block, supervision::AskError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConversationError {
    #[error("there is no such conversation")]
    NotFound,
    #[error("there is no such message in this conversation")]
    MessageNotFound,
    #[error("{field} {reason}")]
    Invalid { field: &'static str, reason: &'static str },
    #[error("{list}[{index}] {reason}")]
    InvalidMember { list: &'static str, index: usize, reason: &'static str },
    /// A gap of the template nobody says anything for.
    #[error("template.variables.{name} is missing")]
    MissingVariable { name: String },
    /// Everything is as it was asked for already.
    #[error("there is nothing to change")]
    NothingNew,
    /// Routing: the user has as much in hand as he may, or may not have it at all.
    #[error("the user has no room for it")]
    NoRoom,
    /// A key speaks for the bot, and a person owns the conversation.
    #[error("a person owns this conversation")]
    NotOwner,
    #[error("only its author may change this message")]
    NotTheAuthor,
    /// It was said already.
    #[error("the message is not scheduled")]
    NotScheduled,
    /// What is over does not come back by itself.
    #[error("it is resolved, and must be opened before it is snoozed")]
    Resolved,
    #[error("it changed meanwhile")]
    RevMismatch { rev: i64 },
    /// The contact already has another open conversation on this channel.
    #[error("the contact has another open conversation on this channel")]
    AnotherOpen { id: ConversationId },
    /// Nobody carries messages out on channels of this type.
    #[error("no provider is connected for this channel")]
    NotConnected { channel: ChannelType },
    /// What keeps it from being sent to this contact.
    #[error("{}", .0.sentence())]
    Blocked(Block),
    /// What it was told of has been dealt with by somebody else.
    #[error("the receipt was settled by somebody else")]
    ReceiptSettled,
    #[error("this key was used for another request")]
    IdempotencyMismatch,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<AskError> for ConversationError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Busy => Self::Busy,
            AskError::Unavailable => Self::Unavailable,
        }
    }
}
