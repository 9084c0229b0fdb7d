//! What an event carries: the whole noun after the change, under its name.

use entities::{CallId, ContactId, ConversationId, MessageId, Timestamp, message::Attachment};
use serde::{Deserialize, Serialize};

use crate::{
    board::Board,
    call::{Call, CallError, Control},
    channel::Channel,
    consent::Consent,
    contact::{self, Contact},
    conversation::{Brief, Conversation, Message},
    credential::Credential,
    jobs::Job,
    key::Key,
    label::Label,
    recording::{Recording, TranscriptNews},
    sending::Sending,
    settings::Settings,
    task::Task,
    template::Template,
};

/// The `data` of an event. A message is never given the seq of the commit it is written in: that number is
/// known only to the journal, and whoever encodes the event puts it in (see [`with_message_seq`]).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Data {
    // First, for `with_message_seq`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationData>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactData>,
    /// The contact that was merged into `contact`, or came back out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_id: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<Job>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board: Option<Board>,
    /// With the two below: how far a user has read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_message_id: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Box<Task>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Box<Template>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Box<Credential>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<Sending>,
    /// A file that was looked at; with the message and the conversation it hangs on, once it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Box<Consent>>,
    /// The code of what kept a message from being sent; why a call is no longer offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Box<Call>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// Until when a call may be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Box<str>>,
    /// What did not come about, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CallError>,
    /// The text that could be sent after a call that broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Box<Recording>>,
    /// What a caller left whom nobody could take: a recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voicemail: Option<Box<Recording>>,
    /// What was said is written down; the words themselves are in no event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<TranscriptNews>,
}

/// `conversation.*` carries the whole noun, everything else the few members a list needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ConversationData {
    Whole(Box<Conversation>),
    Brief(Box<Brief>),
}

/// `contact.*` carries the whole noun, a message when its contact was last active.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContactData {
    Whole(Box<Contact>),
    Brief(contact::Brief),
}

impl ContactData {
    /// Which contact it is.
    #[must_use]
    pub fn id(&self) -> ContactId {
        match self {
            Self::Whole(contact) => contact.id,
            Self::Brief(brief) => brief.id,
        }
    }
}

impl ConversationData {
    /// The rev of the conversation after the change.
    #[must_use]
    pub fn rev(&self) -> i64 {
        match self {
            Self::Whole(conversation) => conversation.rev,
            Self::Brief(brief) => brief.rev,
        }
    }
}

/// The text of `data` with `seq` as `message.seq`.
///
/// A splice, not a parse: this runs for each message on its way to every agent. It rests on `message` being
/// the first member of [`Data`], and on the stored message having no `seq`.
#[must_use]
pub fn with_message_seq(data: &str, seq: i64) -> String {
    const OPENING: &str = r#"{"message":{"#;
    match data.strip_prefix(OPENING) {
        Some(rest) => format!(r#"{OPENING}"seq":{seq},{rest}"#),
        None => data.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seq_is_spliced_in_as_the_first_member_of_the_message() {
        let spliced = with_message_seq(r#"{"message":{"id":"x"},"conversation":{}}"#, 42);
        assert_eq!(spliced, r#"{"message":{"seq":42,"id":"x"},"conversation":{}}"#);
    }

    #[test]
    fn data_without_a_message_stays_as_it_is() {
        assert_eq!(with_message_seq(r#"{"contact":{}}"#, 42), r#"{"contact":{}}"#);
    }
}
