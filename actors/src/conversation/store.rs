//! What the store knows of conversations. Reading disturbs no actor.

use entities::{
    AddressKind, AttachmentId, BoardId, ChannelId, ContactId, ConversationId, MessageId, TenantId, Timestamp,
    UserId, agent_turn,
    channel::ChannelType,
    conversation,
    conversation::{ConversationStatus, Filter},
    message,
    message::{Direction, MessageStatus},
    scheduled_message,
    scope::{SoftDeleted, Stretch, TenantScope},
    user,
    user::{Role, UserStatus},
};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use crate::{
    attachment, board, consent, contact,
    journal::Fence,
    store::{Store, StoreError},
    template,
};

use super::{
    Change, Conversation, ConversationError, ConversationState, Facts, Message, Reply,
    carrier::spoken_on,
    messages::{Key, What},
    scheduled,
    update::named,
};

/// The state of a conversation as it is stored.
///
/// # Errors
/// [`StoreError`].
pub async fn load(store: &Store, (tenant, id): Key) -> Result<ConversationState, StoreError> {
    let found = get(store, tenant, id).await?;
    Ok(ConversationState(found.map(Box::new)))
}

/// One conversation.
///
/// # Errors
/// [`StoreError`].
pub async fn get(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let row = store
        .read(tenant, move |db| async move { conversation::Entity::live_by_id(tenant, id).one(&*db).await });
    Ok(row.await?.map(Conversation::from))
}

/// How many conversations of each status match `filter`, each counted up to `most`: a count of everything would read
/// everything.
///
/// # Errors
/// [`StoreError`].
pub async fn counts(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    most: u64,
) -> Result<Vec<(ConversationStatus, u64)>, StoreError> {
    let counted = store.read(tenant, move |db| async move {
        let mut counts = Vec::new();
        for status in ConversationStatus::ALL {
            let filter = Filter { status: Some(*status), ..filter.clone() };
            let ids = conversation::Entity::page(tenant, &filter, None, most).select_only();
            let ids = ids.column(conversation::Column::Id).into_tuple::<ConversationId>();
            counts.push((*status, u64::try_from(ids.all(&*db).await?.len()).unwrap_or(most)));
        }
        Ok(counts)
    });
    counted.await
}

/// A stretch of a conversation's thread, in the order it was asked for; without private notes for those who may not
/// see them.
///
/// # Errors
/// [`StoreError`].
pub async fn thread(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
    (part, limit, private): (Stretch, u64, bool),
) -> Result<Vec<Message>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        let thread = message::Entity::thread(tenant, id, part, limit);
        let thread = if private { thread } else { thread.filter(message::Column::Private.eq(false)) };
        thread.all(&*db).await
    });
    Ok(rows.await?.into_iter().map(Message::from).collect())
}

/// The contact's conversation on the channel that is not resolved, or else the latest one that is.
///
/// # Errors
/// [`StoreError`].
pub async fn current(
    store: &Store,
    tenant: TenantId,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Option<Conversation>, StoreError> {
    let rows = on_channel(store, tenant, channel, contact).await?;
    let open = rows.iter().position(|row| row.status != ConversationStatus::Resolved);
    Ok(rows.into_iter().nth(open.unwrap_or_default()).map(Conversation::from))
}

/// The contact's conversations on the channel, the latest first. Asked by the contact alone, who has few, so that there is
/// one index to take and the cost stays flat however many the channel has.
async fn on_channel(
    store: &Store,
    tenant: TenantId,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Vec<conversation::Model>, StoreError> {
    const LOOKED_AT: u64 = 200;
    let filter = Filter { contact_id: Some(contact), ..Filter::default() };
    let rows = store.read(tenant, move |db| async move {
        conversation::Entity::page(tenant, &filter, None, LOOKED_AT).all(&*db).await
    });
    Ok(rows.await?.into_iter().filter(|row| row.channel_id == channel).collect())
}

/// Those that wait for an agent on a board, or on none, the longest first, each with since when.
///
/// # Errors
/// [`StoreError`].
pub async fn queue(
    store: &Store,
    tenant: TenantId,
    board: Option<BoardId>,
    limit: u64,
) -> Result<Vec<(ConversationId, Timestamp)>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        let rows = conversation::Entity::queue(tenant, board, limit).select_only();
        let rows = rows.column(conversation::Column::Id).column(conversation::Column::QueuedAt);
        rows.into_tuple::<(ConversationId, Timestamp)>().all(&*db).await
    });
    rows.await
}

/// How many conversations a user has in hand, open or pending, counted up to `most`.
///
/// # Errors
/// [`StoreError`].
pub async fn in_hand(store: &Store, tenant: TenantId, user: UserId, most: u64) -> Result<u64, StoreError> {
    let ids = store.read(tenant, move |db| async move {
        let ids = conversation::Entity::in_hand(tenant, user, most).select_only();
        ids.column(conversation::Column::Id).into_tuple::<ConversationId>().all(&*db).await
    });
    Ok(u64::try_from(ids.await?.len()).unwrap_or(most))
}

/// What each of these users has in hand; who has nothing is left out.
///
/// # Errors
/// [`StoreError`].
pub async fn loads(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
) -> Result<Vec<(UserId, i64)>, StoreError> {
    let counted = store.read(tenant, move |db| async move {
        conversation::Entity::loads(tenant, users).into_tuple::<(UserId, i64)>().all(&*db).await
    });
    counted.await
}

/// When these users were last given a conversation; who never was is left out.
///
/// # Errors
/// [`StoreError`].
pub async fn turns(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
) -> Result<Vec<agent_turn::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        agent_turn::Entity::of_users(tenant, users).all(&*db).await
    };
    store.read(tenant, find).await
}

/// One message, with the conversation it is in: one that was said, or waits for its time.
///
/// # Errors
/// [`StoreError`].
pub async fn message(store: &Store, tenant: TenantId, id: MessageId) -> Result<Option<Message>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        if let Some(row) = message::Entity::by_id(tenant, id).one(&*db).await? {
            return Ok(Some(Message::from(row)));
        }
        let waiting = scheduled_message::Entity::live_by_id(tenant, id).one(&*db).await?;
        Ok(waiting.map(Message::from))
    });
    found.await
}

/// A message that is to be carried, with what the provider calls it and whether it was taken back meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn carried(
    store: &Store,
    tenant: TenantId,
    id: MessageId,
) -> Result<Option<message::Model>, StoreError> {
    store.read(tenant, move |db| async move { message::Entity::by_id(tenant, id).one(&*db).await }).await
}

/// The message a provider calls so.
///
/// # Errors
/// [`StoreError`].
pub async fn called(
    store: &Store,
    tenant: TenantId,
    channel: ChannelType,
    external_id: String,
) -> Result<Option<message::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        message::Entity::called(tenant, channel, vec![external_id]).one(&*db).await
    };
    store.read(tenant, find).await
}

/// What waits in a conversation for its time, the next first, and what failed at it.
pub(super) async fn waiting(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Vec<scheduled_message::Model>, StoreError> {
    let most = u64::try_from(scheduled::MOST).unwrap_or(u64::MAX);
    let find = move |db: crate::store::Reader| async move {
        scheduled_message::Entity::waiting(tenant, id, most).all(&*db).await
    };
    store.read(tenant, find).await
}

/// The same, as agents see it.
///
/// # Errors
/// [`StoreError`].
pub async fn scheduled(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Vec<Message>, StoreError> {
    Ok(waiting(store, tenant, id).await?.into_iter().map(Message::from).collect())
}

/// Of these names of a provider, those that stand for messages of ours.
///
/// # Errors
/// [`StoreError`].
pub async fn claimed(
    store: &Store,
    tenant: TenantId,
    channel: ChannelType,
    external_ids: Vec<String>,
) -> Result<Vec<String>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        message::Entity::called(tenant, channel, external_ids).all(&*db).await
    });
    Ok(rows.await?.into_iter().filter_map(|row| row.external_id).collect())
}

/// What a command needs to know and memory does not hold. Most need nothing, and ask nothing.
pub(super) async fn facts(
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
    if facts.message.is_none() && may_be_about_what_waits(what) {
        facts.waiting = waiting(store, tenant, id).await?;
    }
    if let What::Update(super::UpdateConversation { board_id: Some(board), .. }) = what {
        facts.board_exists = board::store::are_there(store, tenant, &[*board]).await?;
    }
    let files = files(what, &facts);
    if !files.is_empty() {
        facts.attachments = attachment::store::these(store, tenant, files).await?;
    }
    if let What::Send(super::SendMessage { template: Some(used), .. }) = what {
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

/// The message a command is about.
fn about(what: &What) -> Option<MessageId> {
    match what {
        What::Edit(super::EditMessage { message_id, .. })
        | What::Delete(super::DeleteMessage { message_id, .. })
        | What::Reschedule(super::RescheduleMessage { message_id, .. })
        | What::Cancel(super::CancelMessage { message_id, .. })
        | What::SayScheduled(super::SayScheduled { message_id, .. })
        | What::MarkRead(super::MarkRead { message_id })
        | What::Scanned(super::Scanned { message_id, .. })
        | What::Progress(super::MarkProgress { message_id, .. }) => Some(*message_id),
        _ => None,
    }
}

/// What was said is looked for first: most messages were.
fn may_be_about_what_waits(what: &What) -> bool {
    match what {
        What::Send(send) => send.scheduled_at.is_some(),
        What::Edit(_) | What::Delete(_) | What::Reschedule(_) | What::Cancel(_) => true,
        What::SayScheduled(_) | What::Abandon | What::Scanned(_) => true,
        _ => false,
    }
}

/// The last entry of the ledger about the address a message comes from, when it says something about that, or is carried to.
pub(super) async fn consent(
    store: &Store,
    tenant: TenantId,
    (before, change): (Option<&Conversation>, &Change),
    facts: &Facts,
) -> Result<Option<entities::consent::Model>, StoreError> {
    if let Some(utterance) = change.consent() {
        return consent::store::newest(store, tenant, utterance.about()).await;
    }
    if spoken_on(before, change, facts).is_none() {
        return Ok(None);
    }
    let (contact, reached_at) = match (&change.what, before) {
        (What::Open(open), _) => (open.contact.id, open.number),
        (What::Send(send), Some(before)) => (before.contact.id, send.number.or(before.reached_at)),
        (What::SayScheduled(_), Some(before)) => (before.contact.id, before.reached_at),
        _ => return Ok(None),
    };
    let Some(number) = contact::number(store, tenant, contact, reached_at).await? else { return Ok(None) };
    consent::store::newest(store, tenant, (AddressKind::Phone, number.index)).await
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
        What::Delete(super::DeleteMessage { message_id, .. })
        | What::Cancel(super::CancelMessage { message_id, .. }) => {
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

/// Of `users`, those who are active and may see what stands on `board`.
pub(crate) async fn able(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
    board: Option<BoardId>,
) -> Result<Vec<UserId>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        user::Entity::live_keyed(tenant, user::Column::Id, users).all(&*db).await
    };
    let able = |user: &user::Model| {
        let everywhere = matches!(user.role, Role::Owner | Role::Admin);
        let sees = match (&user.boards, board) {
            (Some(own), Some(board)) => own.contains(&board),
            _ => true,
        };
        user.status == UserStatus::Active && (everywhere || sees)
    };
    Ok(store.read(tenant, find).await?.iter().filter(|user| able(user)).map(|user| user.id).collect())
}

/// The answer an earlier request got under this key.
pub(super) async fn answer(
    store: &Store,
    tenant: TenantId,
    fence: &Fence,
) -> Result<Option<Result<Reply, ConversationError>>, StoreError> {
    let stored = crate::journal::answered(store, tenant, fence).await?;
    Ok(stored.map(|stored| {
        if stored.request != fence.request {
            return Err(ConversationError::IdempotencyMismatch);
        }
        let mut reply: Reply = serde_json::from_str(&stored.body).map_err(|_| ConversationError::Internal)?;
        reply.seq = stored.seq.unwrap_or_default();
        reply.name_seq(reply.seq);
        Ok(reply)
    }))
}
