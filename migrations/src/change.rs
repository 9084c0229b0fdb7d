//! A change of the schema, and what it means for hubs of an older version.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Whether a hub that does not know a change can run with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Adds what older hubs do not look at: they run on.
    Expand,
    /// Takes away or alters what older hubs need: they must not run.
    Contract,
}

impl Kind {
    /// The word stored beside the change.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Contract => "contract",
        }
    }

    /// The kind a stored word means. What is not "expand" is taken as a reason to stop.
    pub(crate) fn from_stored(word: Option<&str>) -> Self {
        if word == Some("expand") { Self::Expand } else { Self::Contract }
    }
}

/// One migration and its kind.
pub struct Change {
    /// What it means for older hubs.
    pub kind: Kind,
    /// Up and down.
    pub migration: Box<dyn MigrationTrait>,
}

/// The list of changes. Use [`crate::migrate`] to apply it: that one locks, copies and remembers kinds.
pub struct Migrator;

impl Migrator {
    /// Every change, oldest first.
    pub fn changes() -> Vec<Change> {
        crate::changes()
    }
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Self::changes().into_iter().map(|change| change.migration).collect()
    }
}
