//! What the contract promises, checked from outside by a stranger: exact counts and exact codes.

mod checks;
mod delivery;
mod frames;
mod ground;
mod handshake;
mod limits;
mod methods;
mod nonsense;
mod params;
mod repeats;
mod requests;
mod socket;
mod tenancy;

use anyhow::Result;
use clap::Args;

use self::checks::Checks;
use self::ground::Ground;
use super::target::{HubArguments, Target};
use crate::report::Report;

/// Check what the contract promises from outside, with exact counts and codes: handshakes, frames, params,
/// nonsense, repeats, delivery with cuts, other tenants' ids, limits. Exit code 2 when one promise is not held.
#[derive(Debug, Args)]
pub struct Conformance {
    #[command(flatten)]
    hub: HubArguments,
    /// Frames of nonsense, each of which must be answered or end its socket as documented.
    #[arg(long, default_value_t = 1_500)]
    nonsense: usize,
    /// Messages whose delivery is counted; each is sent up to three times.
    #[arg(long, default_value_t = 400)]
    messages: usize,
}

/// What a started hub is to keep, so that its limits are reached quickly.
const SETTINGS: [(&str, &str); 5] = [
    ("SWITCHBOARD__LIMITS__REQUESTS_PER_S", "500"),
    ("SWITCHBOARD__LIMITS__BURST", "1000"),
    ("SWITCHBOARD__LIMITS__SESSIONS_PER_USER", "20"),
    ("SWITCHBOARD__LIMITS__TOPICS", "100"),
    ("SWITCHBOARD__REALTIME__AUTHENTICATE_WITHIN_S", "1"),
];

impl Conformance {
    /// # Errors
    /// When the hub is away, or something could not be tried at all.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let settings = SETTINGS.map(|(name, value)| (name, value.to_owned()));
        self.hub
            .run("conformance", &settings, async |target, report| self.check(target, report, seed).await)
            .await
    }

    async fn check(&self, target: &mut Target, report: &mut Report, seed: u64) -> Result<()> {
        let ground = Ground::prepare(target).await?;
        let mut checks = Checks::default();
        handshake::check(&ground, checks.group("handshake")).await?;
        frames::check(&ground, checks.group("frames")).await?;
        params::check(&ground, checks.group("params")).await?;
        requests::check(&ground, checks.group("rest")).await?;
        repeats::check(&ground, checks.group("repeats")).await?;
        nonsense::check(&ground, checks.group("nonsense"), seed, self.nonsense).await?;
        delivery::check(&ground, checks.group("delivery"), seed, self.messages).await?;
        tenancy::check(&ground, checks.group("other tenants")).await?;
        limits::check(&ground, checks.group("limits")).await?;
        checks.tell(report);
        Ok(())
    }
}
