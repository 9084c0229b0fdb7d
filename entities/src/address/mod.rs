//! Addresses: what kind of place a party is reached at, and where. E.164 is the only form of a phone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Phone;
use crate::sealed::{BlindIndex, DataKeys};

words! {
    /// What kind of address it is.
    pub enum AddressKind {
        /// E.164.
        Phone = "phone",
        /// A short number of a carrier, such as 72727.
        ShortCode = "short_code",
        /// An alphanumeric sender of texts, such as ACME. It can not be answered.
        SenderName = "sender_name",
        /// A caller who hides.
        Anonymous = "anonymous",
        /// A SIP URI.
        Sip = "sip",
        /// A browser or app that calls, by its identity.
        Client = "client",
        /// An e-mail address.
        Email = "email",
        /// A name on some other platform.
        Handle = "handle",
    }
}

/// Where a party is reached: a kind, and a value in the one form of that kind. Two are the same when they are equal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Address {
    kind: AddressKind,
    /// The platform of a handle; the same name on two platforms is two people.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    value: String,
}

/// An address as it is written in JSON, before anybody looked at it.
#[derive(Deserialize)]
struct Parts {
    kind: AddressKind,
    label: Option<String>,
    value: String,
}

/// Why a value is no address of its kind. It never repeats the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an address of kind {0}")]
pub struct AddressError(pub AddressKind);

/// Nothing that names a party is longer (an e-mail address has at most 254 characters, RFC 5321).
const LONGEST: usize = 254;

/// How providers write a caller who hides: words, and the digits those words have on a keypad.
const HIDDEN: [&str; 10] = [
    "anonymous",
    "blocked",
    "restricted",
    "unavailable",
    "unknown",
    "+266696687",
    "+2562533",
    "+7378742833",
    "+86282452253",
    "+8656696",
];

impl Address {
    /// A phone.
    pub fn phone(phone: &Phone) -> Self {
        Self { kind: AddressKind::Phone, label: None, value: phone.as_str().to_owned() }
    }

    /// A caller who hides. All of them are equal and none is the same person.
    pub fn anonymous() -> Self {
        Self { kind: AddressKind::Anonymous, label: None, value: String::new() }
    }

    /// An e-mail address, trimmed and in lower case: mail servers may tell `Ann@` from `ann@`, people do not.
    ///
    /// # Errors
    /// Without exactly one `@` between two parts, with white space, or too long.
    pub fn email(raw: &str) -> Result<Self, AddressError> {
        let value = raw.trim().to_lowercase();
        let is_email = value.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !domain.starts_with('.')
        });
        Self::plain(AddressKind::Email, value, is_email)
    }

    /// A name on another platform, such as `instagram`. Platforms are the same in any case, names are exact.
    ///
    /// # Errors
    /// When one of them is empty, too long, or has control characters.
    pub fn handle(platform: &str, raw: &str) -> Result<Self, AddressError> {
        let platform = Self::plain(AddressKind::Handle, platform.trim().to_lowercase(), true)?.value;
        let name = Self::plain(AddressKind::Handle, raw.trim().to_owned(), true)?;
        Ok(Self { label: Some(platform), ..name })
    }

    /// The address of `kind` that `raw` says. A phone must be E.164 here: what people type goes through
    /// [`Phone::parse`]. A handle needs its platform: [`Self::handle`].
    ///
    /// # Errors
    /// When `raw` is no value of that kind.
    pub fn of_kind(kind: AddressKind, raw: &str) -> Result<Self, AddressError> {
        let value = raw.trim();
        match kind {
            AddressKind::Phone => {
                value.parse().map(|phone| Self::phone(&phone)).map_err(|_| AddressError(kind))
            }
            AddressKind::Anonymous => Ok(Self::anonymous()),
            AddressKind::Email => Self::email(value),
            AddressKind::ShortCode => Self::plain(kind, value.to_owned(), is_short_code(value)),
            AddressKind::Sip => Self::plain(kind, sip(value), is_sip(value)),
            AddressKind::SenderName | AddressKind::Client => Self::plain(kind, value.to_owned(), true),
            AddressKind::Handle => Err(AddressError(kind)),
        }
    }

    /// What a provider said a message or call came from. Nothing inbound is refused for its sender: what is nothing
    /// else is a sender's name, cut where it is too long, and nothing at all is a caller who hides.
    pub fn from_provider(raw: &str) -> Self {
        let raw = raw.trim();
        let (kind, value) = match raw.split_once(':') {
            _ if raw.is_empty() || HIDDEN.contains(&raw.to_ascii_lowercase().as_str()) => {
                return Self::anonymous();
            }
            Some(("client", identity)) => (AddressKind::Client, identity),
            Some(("sip" | "sips", _)) => (AddressKind::Sip, raw),
            _ if raw.starts_with('+') => (AddressKind::Phone, raw),
            _ if is_short_code(raw) => (AddressKind::ShortCode, raw),
            _ => (AddressKind::SenderName, raw),
        };
        Self::of_kind(kind, value).unwrap_or_else(|_| {
            let value = raw.chars().filter(|char| !char.is_control()).take(LONGEST / 4).collect();
            Self { kind: AddressKind::SenderName, label: None, value }
        })
    }

    /// The kind.
    pub const fn kind(&self) -> AddressKind {
        self.kind
    }

    /// The value; empty for a caller who hides.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The platform of a handle.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// What the blind index is computed from: the value, below its platform where it has one.
    pub fn blind_input(&self) -> Vec<u8> {
        let platform = self.label.iter().flat_map(|label| [label.as_bytes(), b"\0"]);
        platform.chain([self.value.as_bytes()]).flatten().copied().collect()
    }

    /// What this address is found by; `None` for callers who hide, who must never be found to be each other.
    pub fn blind_index(&self, keys: &DataKeys) -> Option<BlindIndex> {
        (self.kind != AddressKind::Anonymous).then(|| keys.blind_index(self.kind, &self.blind_input()))
    }

    fn plain(kind: AddressKind, value: String, is_one: bool) -> Result<Self, AddressError> {
        let spaces = matches!(kind, AddressKind::SenderName | AddressKind::Handle | AddressKind::Client);
        let fits = !value.is_empty() && value.len() <= LONGEST;
        let is_clean = !value.chars().any(|char| char.is_control() || (!spaces && char.is_whitespace()));
        if is_one && fits && is_clean {
            Ok(Self { kind, label: None, value })
        } else {
            Err(AddressError(kind))
        }
    }
}

/// Three to eight digits, as carriers give them out.
fn is_short_code(value: &str) -> bool {
    (3..=8).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_sip(value: &str) -> bool {
    value.split_once(':').is_some_and(|(scheme, rest)| {
        (scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips")) && !rest.is_empty()
    })
}

/// Scheme and host do not depend on case, the user part does (RFC 3261, 19.1.4). Parameters say how, not who.
fn sip(value: &str) -> String {
    let uri = value.split([';', '?']).next().unwrap_or(value);
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let scheme = scheme.to_ascii_lowercase();
    match rest.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}:{user}@{}", host.to_ascii_lowercase()),
        None => format!("{scheme}:{}", rest.to_ascii_lowercase()),
    }
}

impl TryFrom<Parts> for Address {
    type Error = AddressError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        match (parts.kind, parts.label) {
            (AddressKind::Handle, Some(platform)) => Self::handle(&platform, &parts.value),
            (kind, _) => Self::of_kind(kind, &parts.value),
        }
    }
}

/// Addresses do not belong in logs.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}, ..)", self.kind)
    }
}

#[cfg(test)]
mod tests;
