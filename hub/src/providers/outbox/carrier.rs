//! What the domain is told of who carries texts.

use actors::{
    conversation::{Carriage, Carrier, ConversationError, Freight},
    credential::{CredentialError, Credentials},
};
use async_trait::async_trait;
use entities::TenantId;

use super::{INQUIRY, KIND, is_reached};
use crate::config;
use crate::origin::PublicOrigin;
use crate::providers::twilio::{FILE_TYPES, LONGEST_BODY, MOST_BYTES, NAME};

/// Twilio, for tenants that have an account there.
pub struct TwilioCarrier {
    credentials: Credentials,
    origin: PublicOrigin,
    settings: config::Twilio,
}

impl TwilioCarrier {
    #[must_use]
    pub fn new(credentials: Credentials, origin: PublicOrigin, settings: config::Twilio) -> Self {
        Self { credentials, origin, settings }
    }

    /// Twilio fetches files from us.
    fn freight(&self) -> Result<Freight, &'static str> {
        let (too_large, too_much) = ("is larger than 500 KB", "are more than 5 MB in all");
        match is_reached(&self.origin.get(), &self.settings.base_url) {
            true => Ok(Freight { types: FILE_TYPES, too_large, most: MOST_BYTES, too_much }),
            false => Err("cannot be sent: http.public_url is no address Twilio could fetch them from"),
        }
    }
}

#[async_trait]
impl Carrier for TwilioCarrier {
    fn carriage(&self) -> Carriage {
        let too_long = "is longer than 1,600 characters";
        let (inquiry, freight) = ((INQUIRY, self.settings.status_after()), self.freight());
        Carriage { job: KIND, longest: LONGEST_BODY, too_long, inquiry, freight }
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
