//! `switchboard tenant`: the companies that share a hub.

use clap::{Args, Subcommand};

use super::user::email;

/// Makes tenants.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Tenant {
    #[command(subcommand)]
    pub command: TenantCommand,
}

#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    Create(CreateTenant),
}

const EXAMPLES: &str =
    "Example:\n  switchboard tenant create --name \"Acme Clinic\" --owner ada@acme.example --json";

/// Makes a tenant with an owner and a web chat channel, and prints a one-time sign-in link for the owner.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CreateTenant {
    /// What the tenant is called, 1 to 200 characters.
    #[arg(long, value_parser = super::user::name)]
    pub name: String,
    /// The owner's e-mail address.
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub owner: String,
    /// The country national phone numbers are read in: two letters, like GB.
    #[arg(long, value_name = "CODE", value_parser = country)]
    pub country: Option<String>,
    /// Print `{"tenant_id","owner_id","webchat_channel_id","webchat_key"}` and nothing else.
    #[arg(long)]
    pub json: bool,
}

fn country(text: &str) -> Result<String, String> {
    let code = text.to_ascii_uppercase();
    if code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        Ok(code)
    } else {
        Err("must be two letters, like GB".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_letters() {
        assert_eq!(country("gb").as_deref(), Ok("GB"));
        assert!(country("GBR").is_err() && country("ÄÖ").is_err());
    }
}
