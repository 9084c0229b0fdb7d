//! Who did it: the columns `created_by` and `updated_by`, and the actor of an event.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::ids::{ContactId, KeyId, UserId};
use crate::message::AuthorKind;

/// Somebody who can change something. Stored as `user:<uuid>`, `contact:<uuid>`, `key:<uuid>`, `flow:<uuid>` or `system`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
#[sea_orm(value_type = "String", column_type = "Text")]
pub enum Principal {
    /// A person who signed in.
    User(UserId),
    /// A contact, through web chat or a provider.
    Contact(ContactId),
    /// A customer's system with an API key.
    Key(KeyId),
    /// A flow that ran by itself.
    Flow(Uuid),
    /// The hub: timers, first start, the command line.
    System,
}

/// Text that names no principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a principal")]
pub struct NotAPrincipal;

impl Principal {
    /// The kind, as events and messages say it.
    pub const fn kind(self) -> AuthorKind {
        match self {
            Self::User(_) => AuthorKind::User,
            Self::Contact(_) => AuthorKind::Contact,
            Self::Key(_) => AuthorKind::Key,
            Self::Flow(_) => AuthorKind::Flow,
            Self::System => AuthorKind::System,
        }
    }

    /// The id, which the system has not.
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) => Some(id.as_uuid()),
            Self::Contact(id) => Some(id.as_uuid()),
            Self::Key(id) => Some(id.as_uuid()),
            Self::Flow(id) => Some(id),
            Self::System => None,
        }
    }

    /// The principal of a kind and an id, as an event stores them.
    pub const fn of(kind: AuthorKind, id: Option<Uuid>) -> Option<Self> {
        match (kind, id) {
            (AuthorKind::User, Some(id)) => Some(Self::User(UserId::from_uuid(id))),
            (AuthorKind::Contact, Some(id)) => Some(Self::Contact(ContactId::from_uuid(id))),
            (AuthorKind::Key, Some(id)) => Some(Self::Key(KeyId::from_uuid(id))),
            (AuthorKind::Flow, Some(id)) => Some(Self::Flow(id)),
            (AuthorKind::System, None) => Some(Self::System),
            _ => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => write!(f, "{}:{}", self.kind(), id.as_hyphenated()),
            None => write!(f, "{}", self.kind()),
        }
    }
}

impl FromStr for Principal {
    type Err = NotAPrincipal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = match text.split_once(':') {
            Some((kind, id)) => (kind, Some(Uuid::parse_str(id).map_err(|_| NotAPrincipal)?)),
            None => (text, None),
        };
        Self::of(kind.parse().map_err(|_| NotAPrincipal)?, id).ok_or(NotAPrincipal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_reads_back_as_it_was_written() {
        let id = Uuid::from_u128(7);
        for kind in AuthorKind::ALL {
            let id = (*kind != AuthorKind::System).then_some(id);
            let principal = Principal::of(*kind, id).unwrap();
            assert_eq!(principal.to_string().parse(), Ok(principal));
        }
        assert_eq!(Principal::System.to_string(), "system");
    }

    #[test]
    fn a_user_without_id_or_an_unknown_kind_is_no_principal() {
        for text in ["user", "system:00000000-0000-0000-0000-000000000007", "robot", "user:7", ""] {
            assert_eq!(text.parse::<Principal>(), Err(NotAPrincipal));
        }
    }
}
