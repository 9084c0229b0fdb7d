//! `switchboard token`: one access token, for scripts.

use std::time::Duration;

use actors::clock::{Clock, SystemClock};
use clap::Args;
use entities::user::Role;
use entities::{TenantId, UserId};
use uuid::Uuid;

use super::{Exit, Failure};
use crate::auth::token::UserClaims;
use crate::auth::{Bearer, Tokens};
use crate::config::Settings;
use crate::keys;

/// A month: a token in a script should not outlive the memory of who put it there.
const MAX_TTL: Duration = Duration::from_hours(31 * 24);

/// Prints an access token of a user and nothing else. The database still decides what the user may do.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  TOKEN=$(switchboard token --tenant 0193… --user 0193… --role agent --ttl 1h)"
)]
pub struct Token {
    /// The tenant's id.
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// The user's id.
    #[arg(long, value_name = "ID")]
    user: UserId,
    /// owner, admin, manager, agent or read_only.
    #[arg(long)]
    role: Role,
    /// How long it is good: 90s, 15m, 1h, up to 31 days.
    #[arg(long, default_value = "15m", value_parser = ttl)]
    ttl: Duration,
}

impl Token {
    pub fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        let signing = keys::signing(&settings.keys, &settings.data.keys())?;
        let bearer = Bearer::User(UserClaims {
            user_id: self.user,
            tenant_id: self.tenant,
            role: self.role,
            boards: None,
            sign_in_id: None,
        });
        let token = Tokens::new(&signing).mint(bearer, Uuid::now_v7(), SystemClock.now(), self.ttl);
        let token = token.map_err(|why| Failure::new(Exit::Failed, format!("no token: {why}")))?;
        println!("{token}");
        Ok(Exit::Done)
    }
}

fn ttl(text: &str) -> Result<Duration, String> {
    let length: jiff::SignedDuration = text.parse().map_err(|_| "must be like 90s, 15m or 1h".to_owned())?;
    let length = Duration::try_from(length).map_err(|_| "must not be negative".to_owned())?;
    if (Duration::from_secs(1)..=MAX_TTL).contains(&length) {
        Ok(length)
    } else {
        Err("must be between one second and 31 days".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_number_and_a_unit() {
        assert_eq!(ttl("1h"), Ok(Duration::from_hours(1)));
        assert_eq!(ttl("1h 30m"), Ok(Duration::from_mins(90)));
        for wrong in ["", "1", "soon", "0s", "-1h", "800h"] {
            assert!(ttl(wrong).is_err(), "{wrong}");
        }
    }
}
