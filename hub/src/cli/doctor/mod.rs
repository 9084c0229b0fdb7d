//! `switchboard doctor`: what is wrong with an installation, and what to do about it.

mod checks;
mod credentials;
mod descriptors;
mod finding;
mod scan;
#[cfg(test)]
mod tests;

use clap::Args;

use self::finding::{Finding, State};
use super::{Exit, Failure};
use crate::config::{Settings, SettingsError};

/// Checks settings, data folder, keys, TLS, database, Redis, credentials, the scan of files and descriptors; it changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  switchboard doctor\n  switchboard doctor --json")]
pub struct Doctor {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Prints one line per check. Warnings alone are [`Exit::Done`].
    pub async fn run(self, settings: Result<Settings, SettingsError>) -> Result<Exit, Failure> {
        let findings = match settings {
            Ok(settings) => examine(&settings).await,
            Err(error) => {
                vec![Finding::bad("settings", error, "correct them; default.toml explains every one")]
            }
        };
        if self.json {
            println!("{}", serde_json::json!(findings));
        } else {
            findings.iter().for_each(|finding| println!("{finding}"));
        }
        let bad = findings.iter().any(|finding| finding.state == State::Bad);
        Ok(if bad { Exit::Findings } else { Exit::Done })
    }
}

async fn examine(settings: &Settings) -> Vec<Finding> {
    vec![
        checks::settings(settings),
        checks::data_folder(&settings.data.dir),
        checks::keys(settings),
        checks::tls(&settings.http),
        checks::database(settings).await,
        checks::redis(settings).await,
        credentials::check(settings).await,
        scan::command(&settings.attachments).await,
        scan::waiting(settings).await,
        descriptors::check(),
    ]
}
