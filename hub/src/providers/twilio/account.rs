//! What a company is known by at Twilio.

use std::fmt;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::invalid::Fields;

/// Digits after the two letters of a SID.
const SID_DIGITS: usize = 32;
/// The longest secret.
const SECRET: usize = 128;
const SECRET_RULE: &str = "must have 1 to 128 characters without spaces";
/// A secret shorter than this is not shown at all, a longer one by its last four characters.
const SHOWABLE: usize = 16;

/// An account, and what proves that it is ours. With an API key requests are made in its name. Webhooks are signed with the
/// auth token, or with a key that is shared for them alone.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TwilioAccount {
    /// `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    pub auth_token: String,
    /// `SK` and 32 hexadecimal digits; comes with `api_key_secret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_secret: Option<String>,
    /// The token before or after this one, while it is changed at Twilio: webhooks may be signed with either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary_auth_token: Option<String>,
    /// What webhooks are signed with in place of the token when they name it; comes with `webhook_key_secret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_key_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_key_secret: Option<String>,
}

impl TwilioAccount {
    /// # Errors
    /// INVALID, with every member that cannot be right.
    pub fn check(&self) -> Result<(), ApiError> {
        let mut fields = Fields::default();
        fields.check(is_sid("AC", &self.account_sid), "account_sid", "must be AC and 32 hexadecimal digits");
        fields.check(is_secret(&self.auth_token), "auth_token", SECRET_RULE);
        if let Some(token) = &self.secondary_auth_token {
            fields.check(is_secret(token), "secondary_auth_token", SECRET_RULE);
        }
        let sid = |sid: &str| is_sid("SK", sid);
        let rule = "must be SK and 32 hexadecimal digits";
        let key = [("api_key_sid", &self.api_key_sid), ("api_key_secret", &self.api_key_secret)];
        check_key(&mut fields, key, (sid, rule));
        let key =
            [("webhook_key_id", &self.webhook_key_id), ("webhook_key_secret", &self.webhook_key_secret)];
        check_key(&mut fields, key, (is_secret, SECRET_RULE));
        fields.finish()
    }

    /// What may be shown of it.
    pub fn shown(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("account_sid".to_owned(), json!(self.account_sid));
        shown.insert("auth_token".to_owned(), json!(masked(&self.auth_token)));
        for (name, open) in [("api_key_sid", &self.api_key_sid), ("webhook_key_id", &self.webhook_key_id)] {
            shown.extend(open.iter().map(|open| (name.to_owned(), json!(open))));
        }
        for (name, secret) in [
            ("api_key_secret", &self.api_key_secret),
            ("secondary_auth_token", &self.secondary_auth_token),
            ("webhook_key_secret", &self.webhook_key_secret),
        ] {
            shown.extend(secret.iter().map(|secret| (name.to_owned(), json!(masked(secret)))));
        }
        shown
    }

    /// What webhooks are signed with that name no key.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.auth_token.as_str()).chain(self.secondary_auth_token.as_deref())
    }

    /// The secret of the key that webhooks are signed with which name it.
    pub(super) fn webhook_key(&self, id: &str) -> Option<&str> {
        let own = self.webhook_key_id.as_deref().filter(|own| *own == id);
        own.and(self.webhook_key_secret.as_deref())
    }

    /// The header a request is made with.
    pub(super) fn authorization(&self) -> String {
        match (&self.api_key_sid, &self.api_key_secret) {
            (Some(sid), Some(secret)) => basic(sid, secret),
            _ => self.proof(),
        }
    }

    /// The header the account itself is asked for with: Twilio shows it to no API key, and webhooks are signed with the token.
    pub(super) fn proof(&self) -> String {
        basic(&self.account_sid, &self.auth_token)
    }
}

/// Both parts of a key are there, and can be right; or neither is.
fn check_key(
    fields: &mut Fields,
    [(name, open), (secret_name, secret)]: [(&str, &Option<String>); 2],
    (is_right, rule): (impl Fn(&str) -> bool, &'static str),
) {
    match (open, secret) {
        (None, None) => {}
        (Some(open), Some(secret)) => {
            fields.check(is_right(open), name, rule);
            fields.check(is_secret(secret), secret_name, SECRET_RULE);
        }
        (Some(_), None) => {
            fields.check(false, secret_name, format!("must come together with {name}"));
        }
        (None, Some(_)) => {
            fields.check(false, name, format!("must come together with {secret_name}"));
        }
    }
}

fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{name}:{secret}").as_bytes()))
}

impl fmt::Debug for TwilioAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TwilioAccount({})", self.account_sid)
    }
}

fn is_sid(kind: &str, text: &str) -> bool {
    let digits = text.strip_prefix(kind).unwrap_or_default();
    digits.len() == SID_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_secret(text: &str) -> bool {
    (1..=SECRET).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Its end, for who wants to know which one it is.
fn masked(secret: &str) -> String {
    let end = secret.len().saturating_sub(4);
    let shown = secret.get(end..).filter(|_| secret.len() >= SHOWABLE).unwrap_or_default();
    format!("…{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> TwilioAccount {
        TwilioAccount {
            account_sid: format!("AC{}1", "0".repeat(31)),
            auth_token: "0123456789abcdef0123456789abcdef".to_owned(),
            api_key_sid: None,
            api_key_secret: None,
            secondary_auth_token: None,
            webhook_key_id: None,
            webhook_key_secret: None,
        }
    }

    fn wrong(change: impl Fn(&mut TwilioAccount)) -> Vec<String> {
        let mut account = account();
        change(&mut account);
        let refusal = account.check().unwrap_err();
        let fields = refusal.details["fields"].as_array().unwrap().clone();
        fields.iter().map(|field| field["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_member_that_cannot_be_right_is_named() {
        assert!(account().check().is_ok());
        assert_eq!(wrong(|account| account.account_sid = format!("SK{}", "0".repeat(32))), ["account_sid"]);
        assert_eq!(wrong(|account| account.account_sid.push('0')), ["account_sid"]);
        assert_eq!(wrong(|account| account.auth_token.clear()), ["auth_token"]);
        assert_eq!(wrong(|account| account.auth_token.push(' ')), ["auth_token"]);
        assert_eq!(wrong(|account| account.api_key_sid = Some("SK1".to_owned())), ["api_key_secret"]);
        let key = |account: &mut TwilioAccount| {
            (account.api_key_sid, account.api_key_secret) = (Some("SK1".to_owned()), Some("ü".to_owned()));
        };
        assert_eq!(wrong(key), ["api_key_sid", "api_key_secret"]);
        let shared = |account: &mut TwilioAccount| {
            account.webhook_key_id = Some("k 1".to_owned());
            account.secondary_auth_token = Some(String::new());
        };
        assert_eq!(wrong(shared), ["secondary_auth_token", "webhook_key_secret"]);
    }

    #[test]
    fn of_a_secret_its_end_is_shown_when_enough_is_left() {
        let shown = account().shown();
        assert_eq!(shown["auth_token"], "…cdef");
        assert_eq!(masked("short"), "…");
        assert!(!format!("{:?}", account()).contains("0123456789"), "nor in a log");
    }

    #[test]
    fn requests_are_made_in_the_name_of_the_key_when_there_is_one() {
        let mut account = account();
        account.auth_token = "t".to_owned();
        let said = |header: String| {
            String::from_utf8(BASE64.decode(header.strip_prefix("Basic ").unwrap().as_bytes()).unwrap())
                .unwrap()
        };
        assert_eq!(said(account.authorization()), format!("{}:t", account.account_sid));
        (account.api_key_sid, account.api_key_secret) = (Some("SK1".to_owned()), Some("s".to_owned()));
        assert_eq!(said(account.authorization()), "SK1:s");
        assert_eq!(said(account.proof()), format!("{}:t", account.account_sid));
    }
}
