//! `switchboard serve`: the hub itself.

use clap::Args;

/// Runs the hub; what `switchboard` without a command does.
///
/// The first start with no configuration makes ./data with an SQLite store and keys, a tenant, an owner and a web chat
/// channel, and prints a one-time sign-in link. The first SIGTERM or SIGINT lets work finish, the second does not.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(
    after_help = "Examples:\n  switchboard serve\n  SWITCHBOARD__HTTP__BIND=0.0.0.0:8080 switchboard serve --config /etc/switchboard.toml"
)]
pub struct Serve {}
