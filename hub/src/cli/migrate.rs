//! `switchboard migrate`: the schema, and nothing else.

use clap::Args;
use serde_json::json;

use super::{Exit, Failure};
use crate::config::Settings;
use crate::store::Place;

/// Brings the database to the schema of this version; every command that needs it does the same.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  switchboard migrate\n  switchboard migrate --json")]
pub struct Migrate {
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Migrate {
    /// Prints what was applied. An existing SQLite file is copied beside itself before it is changed.
    pub async fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        let place = Place::of(settings);
        let applied = place.migrate().await?;
        if self.json {
            println!("{}", json!({ "applied": applied.migrations, "copy": applied.copy }));
            return Ok(Exit::Done);
        }
        if let Some(copy) = &applied.copy {
            println!("copied the store to {}", copy.display());
        }
        for name in &applied.migrations {
            println!("applied {name}");
        }
        println!("{} is up to date", place.shown());
        Ok(Exit::Done)
    }
}
