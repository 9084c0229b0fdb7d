//! What a command needs to know and memory does not hold, read before it is decided.

use entities::{
    AddressKind, AttachmentId, BoardId, ChannelId, ContactId, ConversationId, MessageId, TenantId,
    conversation::ConversationStatus,
    message,
    message::{Direction, MessageStatus},
    scheduled_message,
    scope::Stretch,
};

use crate::{
    attachment, board, consent, contact,
    store::{Store, StoreError},
    template,
};

use super::{
    CancelMessage, Change, Conversation, ConversationState, DeleteMessage, EditMessage, Facts, MarkProgress,
    MarkRead, RescheduleMessage, SayScheduled, Scanned, SendMessage, UpdateConversation,
    carrier::spoken_on,
    messages::{Key, What},
    store::{able, carried, in_hand, on_channel, turns, waiting},
    update::named,
};

/// What a command needs to know and memory does not hold. Most need nothing, and ask nothing.
pub(super) async fn gathered(
    store: &Store,
    (tenant, id): Key,
    state: &ConversationState,
    what: &What,
) -> Result<Facts, StoreError> {
    let other_open = other_open(store, (tenant, id), state.0.as_deref(), what).await?;
    let mut facts = Facts { other_open, ..Facts::default() };
    if let Some(wanted) = about(what) {
        facts.message = carried(store, tenant, wanted).await?.filter(|row| row.conversation_id == id);
    }
    if facts.message.is_none() && may_be_about_what_waits(state.0.as_deref(), what) {
        facts.waiting = waiting(store, tenant, id).await?;
    }
    if let What::Update(UpdateConversation { board_id: Some(board), .. }) = what {
        facts.board_exists = board::store::are_there(store, tenant, &[*board]).await?;
    }
    let files = files(what, &facts);
    if !files.is_empty() {
        facts.attachments = attachment::store::these(store, tenant, files).await?;
    }
    if let What::Send(SendMessage { template: Some(used), .. }) = what {
        facts.template = template::store::get(store, tenant, used.id).await?;
    }
    let reached = match what {
        What::MarkRead(_) => facts.message.as_ref().map(|message| message.seq),
        What::MarkDelivered(delivered) => Some(delivered.seq),
        _ => None,
    };
    if let Some(seq) = reached {
        facts.unread = unread(store, (tenant, id), seq).await?;
    }
    if let What::Route(route) = what {
        // The turn before the count: whoever gives him one in between moves the turn, and this is decided again.
        facts.turn = turns(store, tenant, vec![route.user]).await?.pop();
        facts.in_hand = in_hand(store, tenant, route.user, route.capacity).await?;
    }
    let named = named(what);
    if !named.is_empty() {
        facts.able = able(store, tenant, named, board_after(state, what)).await?;
    }
    Ok(facts)
}

/// The last entry of the ledger about the address a message comes from, when it says something about that, or is carried to;
/// and what else is known of the one it is carried to.
pub(super) async fn consent(
    store: &Store,
    tenant: TenantId,
    (before, change): (Option<&Conversation>, &Change),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    if let Some(utterance) = change.consent() {
        facts.consent = consent::store::newest(store, tenant, utterance.about()).await?;
        return Ok(());
    }
    if spoken_on(before, change, facts).is_none() {
        return Ok(());
    }
    let (contact, reached_at) = match (&change.what, before) {
        (What::Open(open), _) => (open.contact.id, open.number),
        (What::Send(send), Some(before)) => (before.contact.id, send.number.or(before.reached_at)),
        (What::SayScheduled(_), Some(before)) => (before.contact.id, before.reached_at),
        _ => return Ok(()),
    };
    let Some(number) = contact::number(store, tenant, contact, reached_at).await? else { return Ok(()) };
    facts.consent = consent::store::newest(store, tenant, (AddressKind::Phone, number.index)).await?;
    facts.recipient = Some(consent::recipient(store, tenant, contact, &number.value).await?);
    Ok(())
}

/// The message a command is about.
fn about(what: &What) -> Option<MessageId> {
    match what {
        What::Edit(EditMessage { message_id, .. })
        | What::Delete(DeleteMessage { message_id, .. })
        | What::Reschedule(RescheduleMessage { message_id, .. })
        | What::Cancel(CancelMessage { message_id, .. })
        | What::SayScheduled(SayScheduled { message_id, .. })
        | What::MarkRead(MarkRead { message_id })
        | What::Scanned(Scanned { message_id, .. })
        | What::Progress(MarkProgress { message_id, .. }) => Some(*message_id),
        _ => None,
    }
}

/// What was said is looked for first: most messages were.
fn may_be_about_what_waits(before: Option<&Conversation>, what: &What) -> bool {
    // What is carried may have to wait for the morning.
    let is_carried = before.is_some_and(|before| before.channel.kind.address_kind().is_some());
    match what {
        What::Send(send) => send.scheduled_at.is_some() || (is_carried && !send.private),
        What::Edit(_) | What::Delete(_) | What::Reschedule(_) | What::Cancel(_) => true,
        What::SayScheduled(_) | What::Abandon | What::Scanned(_) => true,
        _ => false,
    }
}

/// Another conversation of the contact on the channel that is not resolved, where it would stand in the way.
async fn other_open(
    store: &Store,
    (tenant, id): Key,
    conversation: Option<&Conversation>,
    what: &What,
) -> Result<Option<ConversationId>, StoreError> {
    let is_resolved = |it: &&Conversation| it.status == ConversationStatus::Resolved;
    let whose = match (what, conversation) {
        (What::Open(open), _) => Some((open.channel.id, open.contact.id)),
        (What::Follow(contact), Some(it)) => Some((it.channel.id, contact.id)),
        (What::Send(_) | What::SayScheduled(_) | What::Update(_), it) => {
            it.filter(is_resolved).map(|it| (it.channel.id, it.contact.id))
        }
        _ => None,
    };
    let Some((channel, contact)) = whose else { return Ok(None) };
    Ok(open_of(store, tenant, channel, contact).await?.filter(|open| *open != id))
}

/// The board on which the conversation will stand.
pub(super) fn board_after(state: &ConversationState, what: &What) -> Option<BoardId> {
    let stands_on = || state.0.as_ref().and_then(|conversation| conversation.board_id);
    match what {
        What::Open(open) => open.board_id,
        What::Update(update) => update.board_id.or_else(stands_on),
        _ => stands_on(),
    }
}

/// The files a command is about.
fn files(what: &What, facts: &Facts) -> Vec<AttachmentId> {
    let hung =
        |row: &scheduled_message::Model| row.attachments.0.iter().map(|file| file.id).collect::<Vec<_>>();
    match what {
        What::Send(send) => send.attachments.clone(),
        What::Open(open) => open.first.as_ref().map(|first| first.attachments.clone()).unwrap_or_default(),
        What::Scanned(scanned) => vec![scanned.attachment_id],
        What::Delete(_) if facts.message.is_some() => {
            facts.message.iter().flat_map(|row| &row.attachments.0).map(|file| file.id).collect()
        }
        What::Delete(DeleteMessage { message_id, .. }) | What::Cancel(CancelMessage { message_id, .. }) => {
            facts.waiting.iter().filter(|row| row.id == *message_id).flat_map(hung).collect()
        }
        What::Abandon => facts.waiting.iter().flat_map(hung).collect(),
        _ => Vec::new(),
    }
}

async fn open_of(
    store: &Store,
    tenant: TenantId,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Option<ConversationId>, StoreError> {
    let rows = on_channel(store, tenant, channel, contact).await?;
    Ok(rows.iter().find(|row| row.status != ConversationStatus::Resolved).map(|row| row.id))
}

/// What the contact has not read of our messages up to `seq`; it is looked for among the newest of the thread.
async fn unread(store: &Store, (tenant, id): Key, seq: i64) -> Result<Vec<message::Model>, StoreError> {
    const LOOKED_AT: u64 = 200;
    let find = move |db: crate::store::Reader| async move {
        message::Entity::thread(tenant, id, Stretch::Before(seq + 1), LOOKED_AT).all(&*db).await
    };
    let is_unread = |row: &message::Model| {
        let on_its_way = matches!(row.status, MessageStatus::Sent | MessageStatus::Delivered);
        row.direction == Direction::Outbound && !row.private && on_its_way
    };
    let mut rows: Vec<message::Model> =
        store.read(tenant, find).await?.into_iter().filter(is_unread).collect();
    rows.reverse();
    Ok(rows)
}
