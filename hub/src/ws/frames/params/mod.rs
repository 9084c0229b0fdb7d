//! The params of the methods, one file per noun.

mod call;
mod conversation;
mod message;
mod presence;
mod session;
mod topics;
mod typing;

pub use call::{
    AnswerCall, CallOnly, ControlCall, PlaceCall, RecordCall, SendDigits, SetDisposition, TransferCall,
};
pub use conversation::{
    AssignConversation, ChangeParticipants, LabelConversation, OwnConversation, ReadConversation,
    SetConversationPriority, SetConversationStatus, SnoozeConversation, StartConversation,
};
pub use message::{CancelMessage, DeleteMessage, EditMessage, RescheduleMessage, SendMessage};
pub use presence::SetPresence;
pub use session::{Authenticate, Ping};
pub use topics::{ReadHistory, Subscribe, Unsubscribe};
pub use typing::Typing;

use crate::invalid::Fields;

/// The longest body of a message, in characters.
const LONGEST_BODY: usize = 10_000;

/// The most files one message brings.
const MOST_ATTACHMENTS: usize = 10;

/// A `client_id` is unique per sender and makes a repeat harmless.
fn check_client_id(fields: &mut Fields, client_id: Option<&str>) {
    if let Some(client_id) = client_id {
        fields.length("client_id", client_id, 1..=64);
    }
}

/// A message says something, or brings a file.
fn check_content(fields: &mut Fields, body: &str, attachments: usize) {
    fields.check(body.chars().count() <= LONGEST_BODY, "body", "must have at most 10000 characters");
    fields.check(attachments > 0 || !body.trim().is_empty(), "body", "must not be empty without attachments");
    check_attachments(fields, attachments);
}

fn check_attachments(fields: &mut Fields, attachments: usize) {
    fields.check(attachments <= MOST_ATTACHMENTS, "attachments", "must be at most 10");
}
