//! `switchboard backup`: a copy of everything.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::progress::Progress;
use super::{Exit, Failure};
use crate::backup::{self, Manifest};
use crate::config::Settings;

/// Copies the database, the files of messages and the keys into a folder, while the hub runs or not.
///
/// The folder must not be there or be empty; a backup that is not finished never has its name. It holds secrets: whoever has it reads
/// everything and is everybody. `switchboard restore` brings it back, `switchboard restore --check` reads it. PostgreSQL is copied
/// by its own `pg_dump`, which must be installed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  switchboard backup /var/backups/switchboard/2026-11-22\n  switchboard backup --without-keys --json ./copy"
)]
pub struct Backup {
    /// Where to.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Leave the keys out, because they are kept elsewhere. Without them nothing sealed in the copy can be read by anybody.
    #[arg(long)]
    without_keys: bool,
    /// Print one JSON object: the manifest.
    #[arg(long)]
    json: bool,
}

impl Backup {
    /// Prints what was copied.
    pub async fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        let progress = Progress::new();
        let taken = backup::take(settings, (&self.folder, self.without_keys), &progress).await;
        drop(progress);
        let manifest = taken?;
        if self.json {
            println!("{}", json!(manifest));
            return Ok(Exit::Done);
        }
        println!("{} holds {}", self.folder.display(), held(&manifest));
        match manifest.keys.left_out() {
            left_out if left_out.is_empty() => {
                println!(
                    "The keys are in it: whoever has this folder reads everything. Keep it as you keep them."
                );
            }
            left_out => {
                println!(
                    "WITHOUT the {} key: keep it elsewhere as well as this copy.",
                    left_out.join(" and the ")
                );
                println!(
                    "Without the master key nobody reads contacts, credentials and logs in it, ever again."
                );
            }
        }
        Ok(Exit::Done)
    }
}

/// What a backup holds, as the end of a sentence.
pub(super) fn held(manifest: &Manifest) -> String {
    let Manifest { tenants, events, files, bytes, as_of, .. } = manifest;
    format!("{tenants} tenants with {events} events as of {as_of}: {files} files, {bytes} bytes")
}
