//! The types of events, and the one table that says what each is about and who may hear of it.

use std::{fmt, str::FromStr};

use entities::event::Audience;

/// What happened. Strings on the wire and in the log; an enum only here, so that versions can live together:
/// a type this binary does not know is carried as [`EventType::Unknown`] and reaches agents unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventType {
    ConversationCreated,
    ConversationAssigned,
    ConversationStatusChanged,
    ConversationSnoozed,
    ConversationLabelled,
    ConversationPriorityChanged,
    ConversationOwnerChanged,
    ConversationMoved,
    ConversationParticipantAdded,
    ConversationParticipantRemoved,
    MessageCreated,
    MessageEdited,
    MessageDeleted,
    MessageStatusChanged,
    MessageScheduled,
    MessageRescheduled,
    MessageCanceled,
    ContactCreated,
    ContactUpdated,
    ContactDeleted,
    ChannelCreated,
    ChannelUpdated,
    ChannelDeleted,
    BoardCreated,
    BoardUpdated,
    BoardDeleted,
    ConversationRead,
    KeyCreated,
    KeyRevoked,
    UserMentioned,
    JobDead,
    SettingsUpdated,
    SlaDue,
    SlaBreached,
    TaskCreated,
    TaskUpdated,
    TaskDone,
    TaskReopened,
    TaskDeleted,
    TaskDue,
    ContactMerged,
    ContactUnmerged,
    ConversationMerged,
    ConversationContactRenamed,
    LabelCreated,
    LabelUpdated,
    LabelDeleted,
    TemplateCreated,
    TemplateUpdated,
    TemplateDeleted,
    AttachmentScanned,
    CredentialUpdated,
    CredentialDeleted,
    SendingHeld,
    SendingReleased,
    ConsentChanged,
    MessageBlocked,
    CallCreated,
    CallInitiated,
    CallRinging,
    CallOffered,
    CallOfferEnded,
    CallAnswered,
    CallInProgress,
    CallHeld,
    CallResumed,
    CallMuted,
    CallUnmuted,
    CallControlFailed,
    CallDispositionSet,
    CallUpdated,
    CallTransferring,
    CallTransferred,
    CallEnded,
    CallFailed,
    RecordingCreated,
    RecordingStatusChanged,
    RecordingDeleted,
    VoicemailCreated,
    TranscriptCreated,
    Unknown(Box<str>),
}

/// The room an event belongs to, which decides the shared topics it travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Its conversation's topic, its contact's, the inbox and the boards, as far as it has them.
    Conversation,
    /// Its call's topic and that of all calls, and everything a conversation's travels on.
    Call,
    /// Its contact's topic and the inbox.
    Contact,
    /// The inbox, and the board it has, if it has one.
    Inbox,
    /// One user's own topic.
    User,
    /// Its board's topic.
    Board,
    /// Nothing but the console.
    Settings,
}

/// One line of the table: type, name on the wire, room, audience.
type Line = (EventType, &'static str, Room, Audience);

const TABLE: &[Line] = &[
    (EventType::ConversationCreated, "conversation.created", Room::Conversation, Audience::Everyone),
    (EventType::ConversationAssigned, "conversation.assigned", Room::Conversation, Audience::Agents),
    (
        EventType::ConversationStatusChanged,
        "conversation.status_changed",
        Room::Conversation,
        Audience::Everyone,
    ),
    (EventType::ConversationSnoozed, "conversation.snoozed", Room::Conversation, Audience::Everyone),
    (EventType::ConversationLabelled, "conversation.labelled", Room::Conversation, Audience::Agents),
    (
        EventType::ConversationPriorityChanged,
        "conversation.priority_changed",
        Room::Conversation,
        Audience::Agents,
    ),
    (EventType::ConversationOwnerChanged, "conversation.owner_changed", Room::Conversation, Audience::Agents),
    (EventType::ConversationMoved, "conversation.moved", Room::Conversation, Audience::Agents),
    (
        EventType::ConversationParticipantAdded,
        "conversation.participant_added",
        Room::Conversation,
        Audience::Agents,
    ),
    (
        EventType::ConversationParticipantRemoved,
        "conversation.participant_removed",
        Room::Conversation,
        Audience::Agents,
    ),
    (EventType::MessageCreated, "message.created", Room::Conversation, Audience::Everyone),
    (EventType::MessageEdited, "message.edited", Room::Conversation, Audience::Everyone),
    (EventType::MessageDeleted, "message.deleted", Room::Conversation, Audience::Everyone),
    (EventType::MessageStatusChanged, "message.status_changed", Room::Conversation, Audience::Everyone),
    (EventType::MessageScheduled, "message.scheduled", Room::Conversation, Audience::Agents),
    (EventType::MessageRescheduled, "message.rescheduled", Room::Conversation, Audience::Agents),
    (EventType::MessageCanceled, "message.canceled", Room::Conversation, Audience::Agents),
    (EventType::ContactCreated, "contact.created", Room::Contact, Audience::Agents),
    (EventType::ContactUpdated, "contact.updated", Room::Contact, Audience::Agents),
    (EventType::ContactDeleted, "contact.deleted", Room::Contact, Audience::Agents),
    (EventType::ChannelCreated, "channel.created", Room::Settings, Audience::Agents),
    (EventType::ChannelUpdated, "channel.updated", Room::Settings, Audience::Agents),
    (EventType::ChannelDeleted, "channel.deleted", Room::Settings, Audience::Agents),
    (EventType::BoardCreated, "board.created", Room::Board, Audience::Agents),
    (EventType::BoardUpdated, "board.updated", Room::Board, Audience::Agents),
    (EventType::BoardDeleted, "board.deleted", Room::Board, Audience::Agents),
    (EventType::ConversationRead, "conversation.read", Room::User, Audience::User),
    (EventType::KeyCreated, "key.created", Room::Settings, Audience::Agents),
    (EventType::KeyRevoked, "key.revoked", Room::Settings, Audience::Agents),
    (EventType::UserMentioned, "user.mentioned", Room::User, Audience::User),
    (EventType::JobDead, "job.dead", Room::Settings, Audience::Agents),
    (EventType::SettingsUpdated, "settings.updated", Room::Settings, Audience::Agents),
    (EventType::SlaDue, "sla.due", Room::Conversation, Audience::Agents),
    (EventType::SlaBreached, "sla.breached", Room::Conversation, Audience::Agents),
    (EventType::TaskCreated, "task.created", Room::Conversation, Audience::Agents),
    (EventType::TaskUpdated, "task.updated", Room::Conversation, Audience::Agents),
    (EventType::TaskDone, "task.done", Room::Conversation, Audience::Agents),
    (EventType::TaskReopened, "task.reopened", Room::Conversation, Audience::Agents),
    (EventType::TaskDeleted, "task.deleted", Room::Conversation, Audience::Agents),
    (EventType::TaskDue, "task.due", Room::Conversation, Audience::Agents),
    (EventType::ContactMerged, "contact.merged", Room::Contact, Audience::Agents),
    (EventType::ContactUnmerged, "contact.unmerged", Room::Contact, Audience::Agents),
    (EventType::ConversationMerged, "conversation.merged", Room::Conversation, Audience::Agents),
    (EventType::LabelCreated, "label.created", Room::Inbox, Audience::Agents),
    (EventType::LabelUpdated, "label.updated", Room::Inbox, Audience::Agents),
    (EventType::LabelDeleted, "label.deleted", Room::Inbox, Audience::Agents),
    (EventType::TemplateCreated, "template.created", Room::Inbox, Audience::Agents),
    (EventType::TemplateUpdated, "template.updated", Room::Inbox, Audience::Agents),
    (EventType::TemplateDeleted, "template.deleted", Room::Inbox, Audience::Agents),
    (
        EventType::ConversationContactRenamed,
        "conversation.contact_renamed",
        Room::Conversation,
        Audience::Agents,
    ),
    (EventType::AttachmentScanned, "attachment.scanned", Room::Conversation, Audience::Everyone),
    (EventType::CredentialUpdated, "credential.updated", Room::Settings, Audience::Agents),
    (EventType::CredentialDeleted, "credential.deleted", Room::Settings, Audience::Agents),
    (EventType::SendingHeld, "sending.held", Room::Inbox, Audience::Agents),
    (EventType::SendingReleased, "sending.released", Room::Inbox, Audience::Agents),
    (EventType::ConsentChanged, "consent.changed", Room::Contact, Audience::Agents),
    (EventType::MessageBlocked, "message.blocked", Room::Conversation, Audience::Agents),
    (EventType::CallCreated, "call.created", Room::Call, Audience::Agents),
    (EventType::CallInitiated, "call.initiated", Room::Call, Audience::Agents),
    (EventType::CallRinging, "call.ringing", Room::Call, Audience::Agents),
    (EventType::CallOffered, "call.offered", Room::User, Audience::User),
    (EventType::CallOfferEnded, "call.offer_ended", Room::User, Audience::User),
    (EventType::CallAnswered, "call.answered", Room::Call, Audience::Agents),
    (EventType::CallInProgress, "call.in_progress", Room::Call, Audience::Agents),
    (EventType::CallHeld, "call.held", Room::Call, Audience::Agents),
    (EventType::CallResumed, "call.resumed", Room::Call, Audience::Agents),
    (EventType::CallMuted, "call.muted", Room::Call, Audience::Agents),
    (EventType::CallUnmuted, "call.unmuted", Room::Call, Audience::Agents),
    (EventType::CallControlFailed, "call.control_failed", Room::Call, Audience::Agents),
    (EventType::CallDispositionSet, "call.disposition_set", Room::Call, Audience::Agents),
    (EventType::CallUpdated, "call.updated", Room::Call, Audience::Agents),
    (EventType::CallTransferring, "call.transferring", Room::Call, Audience::Agents),
    (EventType::CallTransferred, "call.transferred", Room::Call, Audience::Agents),
    (EventType::CallEnded, "call.ended", Room::Call, Audience::Agents),
    (EventType::CallFailed, "call.failed", Room::Call, Audience::Agents),
    (EventType::RecordingCreated, "recording.created", Room::Call, Audience::Agents),
    (EventType::RecordingStatusChanged, "recording.status_changed", Room::Call, Audience::Agents),
    (EventType::RecordingDeleted, "recording.deleted", Room::Call, Audience::Agents),
    (EventType::VoicemailCreated, "voicemail.created", Room::Call, Audience::Agents),
    (EventType::TranscriptCreated, "transcript.created", Room::Call, Audience::Agents),
];

impl EventType {
    /// Every type this version knows, in the order of the table.
    pub fn known() -> impl Iterator<Item = &'static Self> {
        TABLE.iter().map(|line| &line.0)
    }

    fn line(&self) -> Option<&'static Line> {
        TABLE.iter().find(|line| line.0 == *self)
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Unknown(name) => name,
            known => known.line().map_or("", |line| line.1),
        }
    }

    /// The room; a type we do not know stays in the console.
    #[must_use]
    pub fn room(&self) -> Room {
        self.line().map_or(Room::Settings, |line| line.2)
    }

    /// Whoever has what it is about hears of it wherever he is: it travels on his own topic, too.
    #[must_use]
    pub fn is_for_the_assignee(&self) -> bool {
        let of_tasks = self.line().is_some_and(|line| line.1.starts_with("task."));
        of_tasks || matches!(self, Self::ConversationAssigned | Self::SlaDue | Self::SlaBreached)
    }

    /// Who may hear of it at most; one event can be narrower (a private note), never wider.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.line().map_or(Audience::Agents, |line| line.3)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EventType {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = TABLE.iter().find(|line| line.1 == name).map(|line| line.0.clone());
        Ok(known.unwrap_or_else(|| Self::Unknown(name.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_back_from_its_name() {
        for line in TABLE {
            assert_eq!(line.1.parse(), Ok(line.0.clone()));
            assert_eq!(line.0.name(), line.1);
        }
    }

    #[test]
    fn a_type_of_a_later_version_keeps_its_name_and_stays_in_the_console() {
        let Ok(later) = "call.teleported".parse::<EventType>();
        assert_eq!(later.name(), "call.teleported");
        assert_eq!(later.room(), Room::Settings);
        assert_eq!(later.audience(), Audience::Agents);
    }

    #[test]
    fn no_two_lines_share_a_name() {
        let mut names: Vec<_> = TABLE.iter().map(|line| line.1).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TABLE.len());
    }
}
