//! `X-Twilio-Signature`: HMAC-SHA1 over the URL and the form, as <https://www.twilio.com/docs/usage/security> has it.

use data_encoding::BASE64;
use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Signs a webhook to `url` (as it is called, without a fragment) with these form fields, in any order.
///
/// Names are sorted by bytes and followed by their values; of equal pairs one counts.
#[must_use]
pub fn sign<N: AsRef<str>, V: AsRef<str>>(token: &str, url: &str, form: &[(N, V)]) -> String {
    let mut pairs: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut mac = match Hmac::<Sha1>::new_from_slice(token.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(url.as_bytes());
    for (name, value) in pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    BASE64.encode(&mac.finalize().into_bytes())
}
