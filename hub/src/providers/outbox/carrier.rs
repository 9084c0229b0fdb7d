//! What the domain is told of who carries texts.

use std::time::Duration;

use actors::{
    conversation::{Carriage, Carrier, ConversationError},
    credential::{CredentialError, Credentials},
};
use async_trait::async_trait;
use entities::TenantId;

use super::{INQUIRY, KIND};
use crate::config;
use crate::providers::twilio::{LONGEST_BODY, NAME};

/// Twilio, for tenants that have an account there.
pub struct TwilioCarrier {
    credentials: Credentials,
    ask_after: Duration,
}

impl TwilioCarrier {
    #[must_use]
    pub fn new(credentials: Credentials, settings: &config::Twilio) -> Self {
        Self { credentials, ask_after: settings.status_after() }
    }
}

#[async_trait]
impl Carrier for TwilioCarrier {
    fn carriage(&self) -> Carriage {
        let too_long = "is longer than 1,600 characters";
        Carriage { job: KIND, longest: LONGEST_BODY, too_long, inquiry: (INQUIRY, self.ask_after) }
    }

    /// Credentials that are there and cannot be read are no reason to say that there are none.
    async fn is_connected(&self, tenant: TenantId) -> Result<bool, ConversationError> {
        match self.credentials.check(tenant, NAME).await {
            Ok(()) => Ok(true),
            Err(CredentialError::Missing | CredentialError::Disabled) => Ok(false),
            Err(CredentialError::Busy | CredentialError::Unavailable) => Err(ConversationError::Unavailable),
            Err(CredentialError::Corrupt | CredentialError::Unopened | CredentialError::Internal) => {
                Err(ConversationError::Internal)
            }
        }
    }
}
