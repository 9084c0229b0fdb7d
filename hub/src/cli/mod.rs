//! The command line: what can be asked, and what it answers to the shell.

pub mod asyncapi;
pub mod backup;
pub mod doctor;
pub mod exit;
pub mod migrate;
pub mod openapi;
mod progress;
pub mod restore;
pub mod serve;
pub mod tenant;
pub mod token;
pub mod user;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

pub use self::exit::{Exit, Failure};
use crate::config::{self, Settings};
use crate::hub::{Hub, Running};
use crate::keys::Keyring;
use crate::store::Place;
use crate::telemetry;

/// A realtime hub for customer conversations and calls.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, after_help = exit::HELP)]
pub struct Cli {
    /// The settings file; without it `switchboard.toml` in the working directory is read when it is there.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Without one the hub serves.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Tenant(tenant::Tenant),
    User(user::User),
    Token(token::Token),
    Openapi(openapi::Openapi),
    Asyncapi(asyncapi::Asyncapi),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Restore(restore::Restore),
}

impl Cli {
    /// Carries the command out and says how it went; the only place that prints a failure.
    pub fn run(self) -> ExitCode {
        match self.carry_out() {
            Ok(exit) => exit.into(),
            Err(failure) => {
                eprintln!("switchboard: {}", failure.message);
                failure.exit.into()
            }
        }
    }

    fn carry_out(self) -> Result<Exit, Failure> {
        let settings = config::load(self.config.as_deref());
        let command = self.command.unwrap_or(Command::Serve(serve::Serve {}));
        if let Command::Doctor(command) = command {
            // It is the doctor's to say what is wrong with the settings.
            return on_a_runtime(command.run(settings));
        }
        let settings = settings?;
        telemetry::start(&settings.log);
        command.run(&settings)
    }
}

impl Command {
    fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        match self {
            Self::Serve(command) => command.run(settings),
            Self::Migrate(command) => on_a_runtime(command.run(settings)),
            Self::Tenant(command) => command.run(settings),
            Self::User(command) => command.run(settings),
            Self::Token(command) => command.run(settings),
            Self::Openapi(command) => command.run(settings),
            Self::Asyncapi(command) => Ok(command.run()),
            Self::Doctor(command) => on_a_runtime(command.run(Ok(settings.clone()))),
            Self::Backup(command) => on_a_runtime(command.run(settings)),
            Self::Restore(command) => on_a_runtime(command.run(settings)),
        }
    }
}

/// For commands that change something: a hub without doors, on the store the settings name.
pub fn on_a_hub(
    settings: &Settings,
    work: impl AsyncFnOnce(Arc<Hub>) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    actix::System::new().block_on(async move {
        Place::of(settings).refuse_unfinished().await?;
        let keys = Keyring::open(&settings.keys, &settings.data.keys())?;
        let running = Running::build(settings.clone(), keys).await;
        let running = running.map_err(|why| Failure::new(Exit::Database, why.to_string()))?;
        let outcome = work(running.hub.clone()).await;
        running.stop();
        outcome
    })
}

/// For commands that ask a database: a runtime of their own, gone with its connections when they are done.
pub fn on_a_runtime<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|why| Failure::new(Exit::Failed, format!("no runtime: {why}")))?.block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("switchboard "), "{} has no example", command.get_name());
        }
    }
}
