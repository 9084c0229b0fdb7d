//! `switchboard user`: people who sign in.

use actors::asked::Asked;
use actors::user::{self, Power, Users};
use clap::{Args, Subcommand};
use entities::sign_in_code::CodePurpose;
use entities::user::Role;
use entities::{Principal, TenantId, UserId};
use serde_json::json;

use super::{Exit, Failure, on_a_hub};
use crate::auth::code;
use crate::config::Settings;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::auth::{code_link, fresh_code};

const EXAMPLES: &str = "\
Examples:
  switchboard user create --tenant 0193… --email grace@acme.example --name Grace --role agent
  switchboard user link --tenant 0193… --email grace@acme.example";

/// Makes users, and lets those in who lost their way.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct User {
    #[command(subcommand)]
    pub command: UserCommand,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    Create(CreateUser),
    Link(LinkUser),
}

/// Makes a user and prints an invitation, good for seven days.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CreateUser {
    /// The tenant's id.
    #[arg(long, value_name = "ID")]
    pub tenant: TenantId,
    /// The user's e-mail address, known only once in a tenant.
    #[arg(long, value_parser = email)]
    pub email: String,
    /// What others see, 1 to 200 characters.
    #[arg(long, value_parser = name)]
    pub name: String,
    /// owner, admin, manager, agent or read_only.
    #[arg(long, default_value = "agent")]
    pub role: Role,
    /// Print `{"user_id","invite_url"}` and nothing else.
    #[arg(long)]
    pub json: bool,
}

/// Prints a new one-time sign-in link of a user, good for fifteen minutes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LinkUser {
    /// The tenant's id.
    #[arg(long, value_name = "ID")]
    pub tenant: TenantId,
    /// The user's e-mail address.
    #[arg(long, value_parser = email)]
    pub email: String,
}

impl User {
    /// Makes a user, or a link for one, in the store the settings name.
    ///
    /// # Errors
    /// When the store or the keys cannot be had, or the e-mail is known already or not at all.
    pub fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        on_a_hub(settings, async move |hub| match self.command {
            UserCommand::Create(create) => create.run(&hub).await,
            UserCommand::Link(wanted) => wanted.run(&hub).await,
        })
    }
}

impl CreateUser {
    async fn run(self, hub: &Hub) -> Result<Exit, Failure> {
        let invitation = fresh_code(hub, CodePurpose::Invitation)?;
        let Self { email, name, role, .. } = self;
        let create = user::CreateUser { email, name, role, boards: None, invitation };
        let asked = Asked::by(Principal::System);
        let users = Users::new(hub.ports.clone());
        let made = users.create(self.tenant, &asked, &create, Power::All).await.map_err(ApiError::from)?;
        let link = code::link(&hub.public_origin(), &made.code);
        if self.json {
            println!("{}", json!({ "user_id": made.user.id, "invite_url": link }));
        } else {
            println!("{} is invited. The link, good once and for seven days:\n  {link}", made.user.email);
        }
        Ok(Exit::Done)
    }
}

impl LinkUser {
    async fn run(self, hub: &Hub) -> Result<Exit, Failure> {
        let users = Users::new(hub.ports.clone());
        let known = users.by_email_across_tenants(&self.email).await.map_err(ApiError::from)?;
        let Some(user) = known.iter().find(|user| user.tenant_id == self.tenant) else {
            let message = format!("no user of this tenant has the address {}", self.email);
            return Err(Failure::new(Exit::Refused, message));
        };
        println!("{}", link(hub, self.tenant, user.id).await?);
        Ok(Exit::Done)
    }
}

/// A new sign-in link of a user.
pub(super) async fn link(hub: &Hub, tenant: TenantId, user: UserId) -> Result<String, Failure> {
    Ok(code_link(hub, (tenant, user), CodePurpose::SignIn).await?)
}

/// As users are looked up: trimmed and lower-case.
pub(super) fn email(text: &str) -> Result<String, String> {
    let email = text.trim().to_lowercase();
    let sound = email.len() <= 254 && !email.contains(char::is_whitespace);
    match email.split_once('@') {
        Some((local, domain))
            if sound && !local.is_empty() && !domain.is_empty() && !domain.contains('@') =>
        {
            Ok(email)
        }
        _ => Err("must be an e-mail address".to_owned()),
    }
}

pub(super) fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if (1..=200).contains(&name.chars().count()) {
        Ok(name.to_owned())
    } else {
        Err("must have 1 to 200 characters".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lower_case() {
        assert_eq!(email(" Ada@Acme.Example ").as_deref(), Ok("ada@acme.example"));
        for wrong in ["", "ada", "@acme", "ada@", "a@b@c", "a b@c"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_is_not_empty() {
        assert_eq!(name(" Ada ").as_deref(), Ok("Ada"));
        assert!(name("  ").is_err());
    }
}
