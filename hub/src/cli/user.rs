//! `switchboard user`: people who sign in.

use actors::journal::{Commit, Record, Row};
use clap::{Args, Subcommand};
use entities::sign_in_code::{self, CodePurpose};
use entities::user::Role;
use entities::{TenantId, UserId};

use super::{Exit, Failure};
use crate::auth::code::{self, OneTimeCode};
use crate::hub::Hub;

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

/// A new sign-in link of a user.
pub(super) async fn link(hub: &Hub, tenant: TenantId, user: UserId) -> Result<String, Failure> {
    let code = OneTimeCode::generate().map_err(|why| Failure::new(Exit::Failed, why.to_string()))?;
    let now = hub.ports.now();
    let row = sign_in_code::Model {
        code_hash: code.hash,
        tenant_id: tenant,
        user_id: user,
        purpose: CodePurpose::SignIn,
        created_at: now,
        expires_at: now.plus(code::ttl(CodePurpose::SignIn)),
        used_at: None,
        rev: 1,
    };
    let commit = Commit::new(tenant, now, vec![Row::Insert(Record::SignInCode(row))], Vec::new());
    let written = hub.ports.journal.commit(commit).await;
    written.map_err(|why| Failure::new(Exit::Database, why.to_string()))?;
    Ok(code::link(&hub.public_origin(), &code.text))
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
