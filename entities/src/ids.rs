//! Ids: a UUID that knows what it names. They are made by whoever owns the clock, never here.

use std::fmt;
use std::str::FromStr;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that is this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID that is this id.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// A company that shares the hub.
    TenantId,
    /// A person who signs in.
    UserId,
    /// An address a tenant is reached at.
    ChannelId,
    /// A person a tenant talks with.
    ContactId,
    /// One address of a contact.
    IdentityId,
    /// What was said about writing to an address.
    ConsentId,
    /// A thread with a contact on a channel.
    ConversationId,
    /// One message of a conversation.
    MessageId,
    /// One entry of the log, named before it has a seq.
    EventId,
    /// A group of users that shares conversations.
    BoardId,
    /// A word that conversations are marked with.
    LabelId,
    /// A text that is sent again and again.
    TemplateId,
    /// An API key. The data keys of a tenant are numbered, see [`crate::sealed::DataKeyId`].
    KeyId,
    /// A family of refresh tokens.
    SignInId,
    /// One entry of the audit log.
    AuditId,
    /// A telephone call.
    CallId,
    /// One party's part in a call.
    LegId,
    /// What was recorded of a call, or left by its caller.
    RecordingId,
    /// A file sent with a message.
    AttachmentId,
    /// What a tenant is known by at a provider.
    CredentialId,
    /// What a provider sent.
    ReceiptId,
    /// What somebody is to do.
    TaskId,
    /// Something that is owed and not done yet.
    JobId,
    /// One life of a tenant's log: restoring a backup begins another.
    LogIncarnation,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "01939f3e-5b5e-7c3a-9a59-0a0b0c0d0e0f";

    #[test]
    fn an_id_reads_and_writes_as_a_hyphenated_string() {
        let id: TenantId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{TEXT}\""));
        assert_eq!(serde_json::from_str::<TenantId>(&format!("\"{TEXT}\"")).unwrap(), id);
    }

    #[test]
    fn what_is_not_a_uuid_is_not_an_id() {
        assert!("tenant".parse::<TenantId>().is_err());
        assert!(serde_json::from_str::<UserId>("7").is_err());
    }
}
