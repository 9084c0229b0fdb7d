//! Channels: a room without an actor.

mod error;
mod handle;
mod hours;
mod messages;
mod number;
mod shape;
mod state;
pub mod store;
mod voice;
mod webchat;

pub use error::ChannelError;
pub use handle::{Channels, Kept};
pub use hours::{Open, OpeningHours};
pub use messages::{CreateChannel, RemoveChannel, UpdateChannel};
pub use number::{KeywordReplies, NumberSettings};
pub use shape::Channel;
pub use voice::{DropFollowUp, Record, RecordingRules, Ring, ScreeningRules, VoiceSettings};
pub use webchat::{Field, Theme, WebchatSettings};
