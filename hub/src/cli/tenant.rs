//! `switchboard tenant`: the companies that share a hub.

use actors::asked::Asked;
use actors::founding::{Founding, found};
use actors::settings::{TenantSettings, UpdateSettings};
use clap::{Args, Subcommand};
use data_encoding::BASE32_NOPAD;
use entities::{Networks, Principal, TenantId};
use rand::TryRngCore;
use serde_json::json;

use super::user::{email, link};
use super::{Exit, Failure, on_a_hub};
use crate::config::Settings;
use crate::error::ApiError;
use crate::hub::Hub;

/// Makes tenants, and lets their admins in again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Tenant {
    #[command(subcommand)]
    pub command: TenantCommand,
}

#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    Create(CreateTenant),
    Allow(AllowNetworks),
}

const EXAMPLES: &str = "\
Examples:
  switchboard tenant create --name \"Acme Clinic\" --owner ada@acme.example --json
  switchboard tenant allow --tenant 0193… --ip-list \"\"";

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

/// Sets the networks a tenant's owners and admins come from: the way back in for those whom the list keeps out.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AllowNetworks {
    /// The tenant's id.
    #[arg(long, value_name = "ID")]
    pub tenant: TenantId,
    /// Networks or addresses with commas between, like 10.0.0.0/8; empty: they come from anywhere.
    #[arg(long, value_name = "LIST")]
    pub ip_list: Networks,
}

impl Tenant {
    /// Makes the tenant, or changes it, in the store the settings name.
    ///
    /// # Errors
    /// When the store or the keys cannot be had, or there is no such tenant.
    pub fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        on_a_hub(settings, async move |hub| match self.command {
            TenantCommand::Create(create) => create.run(&hub).await,
            TenantCommand::Allow(allow) => allow.run(&hub).await,
        })
    }
}

impl AllowNetworks {
    async fn run(self, hub: &Hub) -> Result<Exit, Failure> {
        let Self { tenant, ip_list } = self;
        let chosen = [("ip_allow_list".to_owned(), json!(ip_list))].into_iter().collect();
        let update = UpdateSettings { chosen, ..UpdateSettings::default() };
        let room = TenantSettings::new(hub.ports.clone());
        room.update(tenant, &Asked::by(Principal::System), &update).await.map_err(ApiError::from)?;
        match ip_list.is_empty() {
            true => println!("The admins of {tenant} come from anywhere."),
            false => println!("The admins of {tenant} come from {} alone.", json!(ip_list)),
        }
        Ok(Exit::Done)
    }
}

impl CreateTenant {
    async fn run(self, hub: &Hub) -> Result<Exit, Failure> {
        let failed = |why: &dyn std::fmt::Display| Failure::new(Exit::Failed, why.to_string());
        let webchat_key = webchat_key().map_err(|why| failed(&why))?;
        let founding = Founding {
            name: self.name,
            owner_email: self.owner,
            webchat_key: webchat_key.clone(),
            default_country: self.country,
        };
        let founded = found(&hub.ports, founding).await.map_err(|why| failed(&why))?;
        if self.json {
            let shown = json!({
                "tenant_id": founded.tenant,
                "owner_id": founded.owner,
                "webchat_channel_id": founded.webchat,
                "webchat_key": webchat_key,
            });
            println!("{shown}");
            return Ok(Exit::Done);
        }
        println!("Tenant {} is ready.", founded.tenant);
        println!("  Sign in (once, within 15 minutes):  {}", link(hub, founded.tenant, founded.owner).await?);
        println!("  The chat widget:  {}/chat/{webchat_key}", hub.public_origin());
        Ok(Exit::Done)
    }
}

/// A key nobody can guess, and nobody drew before: 120 bits.
pub(super) fn webchat_key() -> Result<String, rand::rand_core::OsError> {
    let mut bytes = [0; 15];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    Ok(BASE32_NOPAD.encode(&bytes).to_lowercase())
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
