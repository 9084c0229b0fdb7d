//! `switchboard openapi`: the description of the REST door.

use clap::Args;

/// Prints the OpenAPI 3.1 document that `/api/openapi.json` serves; it needs no database.
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "Example:\n  switchboard openapi > openapi.json")]
pub struct Openapi {}
