//! Whether carriers know who sends from a number: asked of Twilio, and told in the words of the house.
//! Source: <https://www.twilio.com/docs/messaging/compliance>.

use entities::channel::{RegistrationKind, RegistrationStatus};
use serde::Deserialize;
use serde_json::{Map, Value};
use ureq::http::header::AUTHORIZATION;

use super::{TwilioAccount, TwilioClient};
use crate::providers::Failure;

/// Area codes of toll-free numbers in North America.
const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];
/// Pages that are looked through, and messaging services that are asked.
const PAGES: usize = 20;
const SERVICES: usize = 50;

/// What Twilio says of a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// Its word for the status; none when nobody applied.
    pub word: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// A page of a list; its name is told with it.
#[derive(Deserialize)]
struct Page {
    meta: Meta,
    #[serde(flatten)]
    lists: Map<String, Value>,
}

#[derive(Deserialize)]
struct Meta {
    key: String,
    #[serde(default)]
    next_page_url: Option<String>,
}

/// Where carriers want a number to be registered that texts are sent from.
#[must_use]
pub fn kind(number: &str) -> RegistrationKind {
    match number.strip_prefix("+1") {
        None => RegistrationKind::NotNeeded,
        Some(rest) if TOLL_FREE.iter().any(|code| rest.starts_with(code)) => RegistrationKind::TollFree,
        Some(_) => RegistrationKind::A2p10dlc,
    }
}

/// What Twilio's word means.
#[must_use]
pub fn status(word: Option<&str>) -> RegistrationStatus {
    match word {
        None => RegistrationStatus::Missing,
        Some("VERIFIED" | "TWILIO_APPROVED") => RegistrationStatus::Approved,
        Some("IN_PROGRESS" | "PENDING" | "PENDING_REVIEW" | "IN_REVIEW") => RegistrationStatus::Pending,
        Some("FAILED" | "SUSPENDED" | "TWILIO_REJECTED") => RegistrationStatus::Rejected,
        Some(_) => RegistrationStatus::Unknown,
    }
}

/// What helps, for a person; nothing where all is well, or nobody knows.
#[must_use]
pub fn hint(kind: RegistrationKind, status: RegistrationStatus) -> Option<&'static str> {
    use {RegistrationKind as Kind, RegistrationStatus as Status};
    match (kind, status) {
        (Kind::NotNeeded, _) | (_, Status::Approved | Status::Unknown) => None,
        (Kind::A2p10dlc, Status::Missing) => Some(
            "Carriers in the United States block texts from numbers that belong to no campaign: register a brand and a campaign \
             in Twilio's console (Messaging, Regulatory Compliance), and add the number to its messaging service",
        ),
        (Kind::A2p10dlc, Status::Pending) => Some(
            "The campaign waits to be approved; until then carriers in the United States may block texts from this number",
        ),
        (Kind::A2p10dlc, Status::Rejected) => Some(
            "The campaign was rejected or suspended: mend what the reason says in Twilio's console and submit it again",
        ),
        (Kind::TollFree, Status::Missing) => Some(
            "Carriers block texts from toll-free numbers that are not verified: submit a toll-free verification in Twilio's \
             console (Phone Numbers, Regulatory Compliance)",
        ),
        (Kind::TollFree, Status::Pending) => {
            Some("The verification waits to be approved; until then carriers block texts from this number")
        }
        (Kind::TollFree, Status::Rejected) => Some(
            "The verification was rejected: mend what the reason says in Twilio's console and submit it again",
        ),
    }
}

impl TwilioClient {
    /// What Twilio says of a number's registration.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn registered(&self, account: &TwilioAccount, number: &str) -> Result<Registered, Failure> {
        match kind(number) {
            RegistrationKind::NotNeeded => Ok(Registered::default()),
            RegistrationKind::TollFree => self.verification(account, number).await,
            RegistrationKind::A2p10dlc => self.campaign(account, number).await,
        }
    }

    /// The newest verification of a toll-free number, or the one that was approved.
    async fn verification(&self, account: &TwilioAccount, number: &str) -> Result<Registered, Failure> {
        let all = self.all(account, "/v1/Tollfree/Verifications").await?;
        let own: Vec<_> = all.iter().filter(|it| it["tollfree_phone_number"] == number).collect();
        let best = own.iter().find(|it| it["status"] == "TWILIO_APPROVED").or(own.first());
        Ok(best.map(|it| said(it, "status", "rejection_reason")).unwrap_or_default())
    }

    /// The campaign of the messaging service the number belongs to.
    async fn campaign(&self, account: &TwilioAccount, number: &str) -> Result<Registered, Failure> {
        for service in self.all(account, "/v1/Services").await?.iter().take(SERVICES) {
            let Some(sid) = service["sid"].as_str() else { continue };
            let numbers = self.all(account, &format!("/v1/Services/{sid}/PhoneNumbers")).await?;
            if !numbers.iter().any(|it| it["phone_number"] == number) {
                continue;
            }
            let campaigns = self.all(account, &format!("/v1/Services/{sid}/Compliance/Usa2p")).await?;
            let best = campaigns.iter().find(|it| it["campaign_status"] == "VERIFIED").or(campaigns.first());
            return Ok(best.map(|it| said(it, "campaign_status", "errors")).unwrap_or_default());
        }
        Ok(Registered::default())
    }

    /// Everything in a list of the part of Twilio that is about messaging.
    async fn all(&self, account: &TwilioAccount, path: &str) -> Result<Vec<Value>, Failure> {
        let base = messaging(&self.base);
        let (mut url, mut all) = (format!("{base}{path}?PageSize=100"), Vec::new());
        for _ in 0..PAGES {
            let (asked, authorization) = (url, account.authorization());
            let mut page: Page =
                self.ask(move |agent| agent.get(&asked).header(AUTHORIZATION, authorization).call()).await?;
            if let Some(Value::Array(rows)) = page.lists.remove(&page.meta.key) {
                all.extend(rows);
            }
            // Nowhere else: whoever answers does not choose who gets our credentials.
            match page.meta.next_page_url {
                Some(next) if next.starts_with(&format!("{base}/")) => url = next,
                _ => break,
            }
        }
        Ok(all)
    }
}

/// Twilio has a host of its own for it; a simulator has one for everything.
fn messaging(base: &str) -> String {
    base.replacen("://api.", "://messaging.", 1)
}

fn said(row: &Value, status: &str, reason: &str) -> Registered {
    let reason = match &row[reason] {
        Value::String(reason) => Some(reason.clone()),
        Value::Array(errors) if !errors.is_empty() => errors[0]["description"].as_str().map(str::to_owned),
        _ => None,
    };
    Registered { word: row[status].as_str().map(str::to_owned), reason }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_tells_where_it_is_registered() {
        for (number, expected) in [
            ("+12025550100", RegistrationKind::A2p10dlc),
            ("+18335550100", RegistrationKind::TollFree),
            ("+18325550100", RegistrationKind::A2p10dlc),
            ("+493012345678", RegistrationKind::NotNeeded),
        ] {
            assert_eq!(kind(number), expected, "{number}");
        }
    }

    #[test]
    fn every_state_that_keeps_texts_back_says_what_helps() {
        for kind in [RegistrationKind::A2p10dlc, RegistrationKind::TollFree] {
            for status in RegistrationStatus::ALL {
                let is_fine = matches!(status, RegistrationStatus::Approved | RegistrationStatus::Unknown);
                assert_eq!(hint(kind, *status).is_none(), is_fine, "{kind} {status}");
            }
        }
    }

    #[test]
    fn a_word_nobody_knows_is_not_guessed() {
        assert_eq!(status(Some("TELEPORTED")), RegistrationStatus::Unknown);
        assert_eq!(status(None), RegistrationStatus::Missing);
    }

    #[test]
    fn why_it_was_rejected_is_read_from_either_form() {
        let verification = json!({"status": "TWILIO_REJECTED", "rejection_reason": "no opt-in"});
        assert_eq!(said(&verification, "status", "rejection_reason").reason.as_deref(), Some("no opt-in"));
        let campaign = json!({"campaign_status": "FAILED", "errors": [{"description": "bad sample"}]});
        assert_eq!(said(&campaign, "campaign_status", "errors").reason.as_deref(), Some("bad sample"));
        assert_eq!(messaging("https://api.twilio.com"), "https://messaging.twilio.com");
        assert_eq!(messaging("http://127.0.0.1:4010"), "http://127.0.0.1:4010");
    }
}
