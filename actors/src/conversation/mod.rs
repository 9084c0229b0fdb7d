//! Conversations: the first and plainest of the rooms with an actor.
//!
//! [`Conversations`] is the door. Behind it each hot conversation is an actor that decides from
//! memory; whoever only wants to look asks [`store`] and disturbs nobody.

mod actor;
#[cfg(test)]
mod agreement;
mod attach;
mod blocks;
mod brought;
mod called;
mod carrier;
mod consent;
mod draft;
mod error;
mod facts;
mod fill;
mod follow;
mod following;
mod handle;
pub mod list;
mod load;
mod mention;
mod messages;
mod models;
mod opening;
mod progress;
mod route;
mod say;
mod scheduled;
mod shape;
pub mod sla;
mod snooze;
mod state;
pub mod store;
mod update;
mod visitor;
mod wake;

pub(crate) use called::called_at;
pub use carrier::{Carriage, Carried, Carrier, Followed, Freight};
pub use consent::confirmed;
pub(crate) use consent::confirming;
pub use error::ConversationError;
pub use following::FollowContact;
pub use handle::{Conversations, ConversationsOptions, OpenRequest};
pub(crate) use messages::BODY;
pub use messages::{
    Change, DeleteMessage, EditMessage, ListChange, MarkDelivered, MarkRead, Open, Opened, Reply, Route,
    Scanned, SendMessage, Sender, Sight, Snooze, UpdateConversation, UseTemplate, Wake, What,
};
pub use progress::{MarkProgress, Progress};
pub use scheduled::{CancelMessage, RescheduleMessage, SayInTime, SayScheduled};
pub use shape::{Brief, ChannelRef, ContactRef, Conversation, LastMessage, Message, MessageError};
pub use state::{ConversationState, Decision, Facts};
pub(crate) use update::is_label;
pub use visitor::{VisitorConversation, VisitorMessage};
pub use wake::WakeConversation;
