//! Providers as a hub meets them: what they serve, what they send, how they fail. On loopback alone.

pub mod twilio;

use anyhow::Result;
use clap::{Args, Subcommand};

use self::twilio::Twilio;
use crate::report::Report;

/// Stand in for a provider: its API, its webhooks and, if asked, its faults.
#[derive(Debug, Args)]
pub struct Provider {
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, Subcommand)]
enum Which {
    Twilio(Twilio),
}

impl Provider {
    /// Serves until it is told to end; what was accepted, by outcome.
    ///
    /// # Errors
    /// When the address is taken or a setting makes no sense.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        match &self.which {
            Which::Twilio(twilio) => twilio.run(seed).await,
        }
    }
}
