//! `switchboard restore`: a backup brought back, read, or finished that was brought back in another way.

use std::path::PathBuf;

use actors::journal::Renewed;
use clap::Args;
use entities::Timestamp;
use serde_json::json;

use super::backup::held;
use super::progress::Progress;
use super::{Exit, Failure};
use crate::backup;
use crate::config::Settings;

const EXAMPLES: &str = "\
Examples:
  switchboard restore /var/backups/switchboard/2026-11-22
  switchboard restore --check /var/backups/switchboard/2026-11-22
  switchboard restore --in-place --as-of 2026-11-22T08:30:00Z";

/// Brings a backup back into a place where nothing is yet, compares it, and makes it a store that goes on.
///
/// It refuses to write over anything. Every file is compared with its hash, and every tenant's log; a database of an older version
/// is migrated. Then clients load anew, everybody signs in again, and what was owed is asked about before it is done: it may have been
/// done since the backup. When a step fails, nothing is left behind. Stop every hub first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Restore {
    /// The backup.
    #[arg(value_name = "FOLDER", required_unless_present = "in_place", conflicts_with = "in_place")]
    folder: Option<PathBuf>,
    /// Read it whole, compare every hash, and change nothing.
    #[arg(long)]
    check: bool,
    /// Do only the last step, to a store that was restored in another way: by point-in-time recovery, or from a snapshot of the disk.
    #[arg(long, requires = "as_of", conflicts_with = "check")]
    in_place: bool,
    /// What happened later is not in that store: an instant like 2026-11-22T08:30:00Z, rather too early than too late.
    #[arg(long, value_name = "TIME", requires = "in_place", conflicts_with = "folder")]
    as_of: Option<Timestamp>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Restore {
    /// Prints what was brought back.
    pub async fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        match (&self.folder, self.as_of) {
            (Some(folder), _) if self.check => {
                let progress = Progress::new();
                let checked = backup::check(folder, &progress).await;
                drop(progress);
                let manifest = checked?;
                match self.json {
                    true => println!("{}", json!(manifest)),
                    false => println!("{} is whole: {}", folder.display(), held(&manifest)),
                }
            }
            (Some(folder), _) => {
                let progress = Progress::new();
                let restored = backup::restore(settings, folder, &progress).await;
                drop(progress);
                let (manifest, renewed) = restored?;
                if !self.json {
                    println!("restored {}", held(&manifest));
                }
                self.tell(renewed, manifest.as_of);
            }
            (None, Some(as_of)) => self.tell(backup::begin_anew(settings, as_of).await?, as_of),
            (None, None) => return Err(Failure::new(Exit::Failed, "nothing to restore was named")),
        }
        Ok(Exit::Done)
    }

    fn tell(&self, renewed: Renewed, as_of: Timestamp) {
        let Renewed { logs, jobs, sign_ins } = renewed;
        if self.json {
            println!(
                "{}",
                json!({ "as_of": as_of, "logs": logs, "jobs_in_doubt": jobs, "sign_ins_ended": sign_ins })
            );
            return;
        }
        println!("{logs} logs go on as others: clients load anew");
        println!("{jobs} jobs may have been done since {as_of}: they are asked about before they are done");
        println!(
            "{sign_ins} sign-ins are over, and all links and invitations: `switchboard user link` lets somebody in"
        );
        println!(
            "What was revoked, disabled or changed since then is as it was: see operations.md, \"Backup and restore\""
        );
    }
}
