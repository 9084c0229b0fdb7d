//! `switchboard asyncapi`: the description of the socket.

use clap::Args;

use super::Exit;
use crate::ws::asyncapi;

/// Prints the AsyncAPI 3 document that `/api/asyncapi.json` serves; it needs no database.
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "Example:\n  switchboard asyncapi > asyncapi.json")]
pub struct Asyncapi {}

impl Asyncapi {
    /// Prints the document.
    #[must_use]
    pub fn run(self) -> Exit {
        println!("{:#}", asyncapi::document());
        Exit::Done
    }
}
