//! Exit codes, and the failures that lead to them.

use std::process::ExitCode;

use crate::backup::BackupError;
use crate::config::SettingsError;
use crate::error::{ApiError, Code};
use crate::keys::KeysError;
use crate::store::StoreError;

/// The table as `--help` shows it.
pub const HELP: &str = "\
Exit codes:
  0  done
  1  failed for a reason of its own; the message says which
  2  the command line cannot be understood
  3  settings or keys cannot be used
  4  the database does not answer or cannot be migrated
  5  refused: it exists already, does not exist, or is not allowed
  6  the doctor found something to do";

/// What the shell is told. Scripts rely on the numbers; `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    Settings = 3,
    Database = 4,
    Refused = 5,
    Findings = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    /// For the person at the terminal.
    pub message: String,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::new(Exit::Settings, error.to_string())
    }
}

impl From<KeysError> for Failure {
    fn from(error: KeysError) -> Self {
        Self::new(Exit::Settings, error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(Exit::Database, error.to_string())
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error.into(),
            BackupError::Keys(error) => error.into(),
            BackupError::Refused(message) => Self::new(Exit::Refused, message),
            error @ (BackupError::Io { .. } | BackupError::Broken(_) | BackupError::Tool(_)) => {
                Self::new(Exit::Failed, error.to_string())
            }
        }
    }
}

/// A refusal of the domain; what is not a refusal is a failure.
impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let exit = match error.code {
            Code::Unavailable => Exit::Database,
            Code::Internal => Exit::Failed,
            _ => Exit::Refused,
        };
        Self::new(exit, error.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_lists_every_exit_code() {
        for exit in [Exit::Done, Exit::Failed, Exit::Settings, Exit::Database, Exit::Refused, Exit::Findings]
        {
            assert!(HELP.contains(&format!("\n  {}  ", exit as u8)), "{exit:?}");
        }
    }

    #[test]
    fn a_refusal_of_the_domain_is_told_from_a_failure() {
        assert_eq!(Failure::from(ApiError::from(Code::Conflict)).exit, Exit::Refused);
        assert_eq!(Failure::from(ApiError::from(Code::Unavailable)).exit, Exit::Database);
    }
}
