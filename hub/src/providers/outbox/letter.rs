//! What is to be sent, gathered when its time has come: it may have been taken back, or changed its recipient, since.

use actors::{
    channel,
    contact::{self, Number},
    conversation::{Carried, Message, MessageError, confirmed, store as conversations},
    jobs::{Due, Outcome},
    store::{Store, StoreError},
};
use entities::{
    AttachmentId, ChannelId, ConsentId, ContactId, message,
    message::{MessageClass, MessageStatus},
    sealed::BlindIndex,
};

use crate::providers::twilio::Text;

/// A message on its way.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) message_id: entities::MessageId,
    /// Whose turn it takes.
    pub(super) sender: ChannelId,
    pub(super) contact_id: ContactId,
    /// The number it goes to, as it is found.
    pub(super) recipient: BlindIndex,
    /// The opt-out that it confirms.
    pub(super) confirms: Option<ConsentId>,
    /// Decided when it was said.
    pub(super) class: MessageClass,
    pub(super) text: Text,
    /// What goes with it.
    pub(super) files: Vec<AttachmentId>,
}

/// What there is to do about a message.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Letter(Box<Letter>),
    /// It was sent, is gone, or came to its end in another way.
    Nothing,
    /// It was taken back before anybody sent it.
    TakenBack(entities::MessageId),
    /// It cannot be sent as things are.
    Unaddressed(entities::MessageId, MessageError),
}

/// Looks up what the job is about. `callback` makes the address Twilio calls, out of the key of the channel.
pub(super) async fn look(
    store: &Store,
    job: &Due,
    callback: impl Fn(&str, entities::MessageId) -> Option<String>,
) -> Result<Found, Outcome> {
    let Carried { message_id, .. } = job.parse()?;
    let unread = |error: StoreError| Outcome::retry(format!("the message cannot be read: {error}"));
    let row = conversations::carried(store, job.tenant, message_id).await.map_err(unread)?;
    let Some(row) = row.filter(waits) else { return Ok(Found::Nothing) };
    if row.deleted_at.is_some() {
        return Ok(Found::TakenBack(row.id));
    }
    let found = conversations::get(store, job.tenant, row.conversation_id).await.map_err(unread)?;
    let Some(conversation) = found else { return Ok(Found::Nothing) };
    let channel = channel::store::get(store, job.tenant, conversation.channel.id).await.map_err(unread)?;
    let Some((channel, from)) = channel.and_then(|channel| Some((channel.clone(), channel.address?))) else {
        return Ok(unaddressed(&row, "CHANNEL_REMOVED", "The channel it was written on was removed"));
    };
    let (contact_id, reached_at) = (conversation.contact.id, conversation.reached_at);
    let number = contact::number(store, job.tenant, contact_id, reached_at).await.map_err(unread)?;
    let Some(Number { value: to, index: recipient }) = number else {
        return Ok(unaddressed(&row, "NO_PHONE", "The contact has no phone number"));
    };
    let status_callback = channel.key.as_deref().and_then(|key| callback(key, row.id));
    let (message_id, sender, confirms) = (row.id, channel.id, confirmed(&row));
    let class = row.class.unwrap_or(MessageClass::Transactional);
    let Message { body, attachments, .. } = Message::from(row);
    let files = attachments.iter().map(|file| file.id).collect();
    let text = Text { from, to, body, media: Vec::new(), status_callback };
    let letter = Letter { message_id, sender, contact_id, recipient, confirms, class, text, files };
    Ok(Found::Letter(Box::new(letter)))
}

/// Nobody has it yet. One that was given up comes back when a person wants it.
fn waits(row: &message::Model) -> bool {
    let open = matches!(row.status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::Failed);
    open && row.external_id.is_none()
}

fn unaddressed(row: &message::Model, code: &str, why: &str) -> Found {
    Found::Unaddressed(row.id, MessageError { code: code.to_owned(), message: why.to_owned() })
}
