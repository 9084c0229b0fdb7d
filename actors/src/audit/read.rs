//! What somebody looked at, and the entry it leaves: one an hour, so that its id can be told beforehand.

use std::fmt::Write as _;

use entities::{
    AuditId, BoardId, ContactId, ConversationId, CredentialId, Digest, Json, Principal, TenantId, Timestamp,
    audit_entry,
};
use uuid::{Builder, Uuid};

use crate::{asked::Asked, credential::Purpose, topic::Topic};

const HOUR: i64 = 3_600_000_000;

/// What somebody looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Read {
    /// The messages of a conversation, or a file on one of them.
    Messages(ConversationId),
    /// All a contact wrote and was written, on whichever channel.
    Contact(ContactId),
    Board(BoardId),
    Inbox,
    /// The log of the tenant, or the console, which shows all of it.
    Log,
    /// What a search found.
    Search,
    /// Credentials, opened for a purpose.
    Credential(CredentialId, Purpose),
}

impl Read {
    /// What somebody who listens to a topic reads; nothing where no messages travel, or only what calls himself.
    #[must_use]
    pub fn of(topic: &Topic) -> Option<Self> {
        match topic {
            Topic::Conversation(id) => Some(Self::Messages(*id)),
            Topic::Contact(id) => Some(Self::Contact(*id)),
            Topic::Board(id) => Some(Self::Board(*id)),
            Topic::Inbox => Some(Self::Inbox),
            Topic::Console => Some(Self::Log),
            Topic::Calls | Topic::Call(_) | Topic::Presence | Topic::User(_) => None,
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Messages(_) => "messages.read",
            Self::Contact(_) | Self::Board(_) | Self::Inbox | Self::Log => "events.read",
            Self::Search => "search.read",
            Self::Credential(..) => "credential.read",
        }
    }

    /// What was looked at; the tenant where it has no id of its own.
    fn target(self, tenant: TenantId) -> (&'static str, Uuid) {
        match self {
            Self::Messages(id) => ("conversation", id.as_uuid()),
            Self::Contact(id) => ("contact", id.as_uuid()),
            Self::Board(id) => ("board", id.as_uuid()),
            Self::Inbox => ("inbox", tenant.as_uuid()),
            Self::Log | Self::Search => ("tenant", tenant.as_uuid()),
            Self::Credential(id, _) => ("credential", id.as_uuid()),
        }
    }

    /// What it was read for, where there may be more than one reason.
    fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Credential(_, purpose) => Some(purpose),
            _ => None,
        }
    }

    /// The id of the entry of this hour: two nodes that are read at once mean the same row, and its key is the fence.
    pub(super) fn entry_id(self, tenant: TenantId, by: Principal, at: Timestamp) -> AuditId {
        let (kind, id) = self.target(tenant);
        let (action, hour) = (self.action(), at.as_micros().div_euclid(HOUR));
        let mut said = String::new();
        // Writing into a string does not fail.
        let _ = write!(said, "{tenant} {by} {action} {kind} {id} {hour}");
        if let Some(purpose) = self.purpose() {
            let _ = write!(said, " {purpose}");
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Digest::of(said.as_bytes()).as_bytes()[..16]);
        AuditId::from_uuid(Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The entry; `contact` is the one whose messages they are, where there is one.
    pub(super) fn entry(
        self,
        (tenant, at): (TenantId, Timestamp),
        asked: &Asked,
        contact: Option<ContactId>,
    ) -> audit_entry::Model {
        let (kind, id) = self.target(tenant);
        audit_entry::Model {
            id: self.entry_id(tenant, asked.by, at),
            tenant_id: tenant,
            at,
            actor_kind: asked.by.kind(),
            actor_id: asked.by.id(),
            action: self.action().to_owned(),
            target_kind: kind.to_owned(),
            target_id: Some(id),
            contact_id: contact,
            ip: asked.ip(),
            request_id: asked.request_id(),
            details: Json(
                self.purpose().map(|purpose| ("purpose".to_owned(), purpose.into())).into_iter().collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use entities::UserId;

    use super::*;

    const TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(1));

    fn id(read: Read, user: u128, at: i64) -> AuditId {
        let by = Principal::User(UserId::from_uuid(Uuid::from_u128(user)));
        read.entry_id(TENANT, by, Timestamp::from_micros(at))
    }

    #[test]
    fn an_hour_has_one_entry_of_a_reader_and_what_he_reads() {
        let conversation = |id| Read::Messages(ConversationId::from_uuid(Uuid::from_u128(id)));
        let first = id(conversation(5), 7, 0);
        assert_eq!(id(conversation(5), 7, HOUR - 1), first);
        let others = [
            id(conversation(5), 7, HOUR),
            id(conversation(5), 8, 0),
            id(conversation(6), 7, 0),
            id(Read::Contact(ContactId::from_uuid(Uuid::from_u128(5))), 7, 0),
            id(Read::Log, 7, 0),
            id(Read::Search, 7, 0),
            id(Read::Credential(CredentialId::from_uuid(Uuid::from_u128(5)), "send"), 7, 0),
            id(Read::Credential(CredentialId::from_uuid(Uuid::from_u128(5)), "webhook"), 7, 0),
        ];
        assert!(!others.contains(&first));
        let distinct: std::collections::HashSet<_> = others.iter().collect();
        assert_eq!(distinct.len(), others.len());
    }
}
