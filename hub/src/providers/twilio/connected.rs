//! As whom a job goes to Twilio.

use actors::{
    credential::{CredentialError, Credentials, Purpose},
    jobs::Outcome,
};
use entities::TenantId;

use super::{NAME, TwilioAccount};

/// What the tenant is known by; `None` when it has to be given, or given anew.
///
/// # Errors
/// Another try: nobody can tell just now.
pub async fn connected(
    credentials: &Credentials,
    tenant: TenantId,
    purpose: Purpose,
) -> Result<Option<TwilioAccount>, Outcome> {
    let opened = credentials.open(tenant, NAME, purpose).await;
    match opened.and_then(|opened| opened.parse()) {
        Ok(account) => Ok(Some(account)),
        Err(CredentialError::Missing | CredentialError::Disabled | CredentialError::Corrupt) => Ok(None),
        Err(error) => Err(Outcome::retry(error.to_string())),
    }
}
