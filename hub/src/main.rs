//! The binary `switchboard`: reads the command line and hands over to the library.

use std::process::ExitCode;

use clap::Parser;
use hub::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
