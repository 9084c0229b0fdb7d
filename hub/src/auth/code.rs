//! One-time codes of sign-in links and invitations: shown once, kept as a hash.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use entities::Digest;
use entities::sign_in_code::CodePurpose;
use rand::TryRngCore;

/// A fresh code: what goes into the link, and what goes into the database.
pub struct OneTimeCode {
    /// 43 characters of base64url; for the link alone, never for a log.
    pub text: String,
    pub hash: Digest,
}

impl OneTimeCode {
    /// Thirty-two bytes of the operating system's randomness.
    pub fn generate() -> Result<Self, rand::rand_core::OsError> {
        let mut bytes = [0; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
        let text = BASE64URL_NOPAD.encode(&bytes);
        Ok(Self { hash: hash(&text), text })
    }
}

/// What a presented code is looked up by. With 256 bits of randomness a plain hash is enough.
pub fn hash(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// How long a code of this purpose is good.
pub fn ttl(purpose: CodePurpose) -> Duration {
    match purpose {
        CodePurpose::SignIn => Duration::from_mins(15),
        CodePurpose::Invitation => Duration::from_hours(7 * 24),
    }
}

/// Where a link with the code leads. The fragment never reaches a server's log.
pub fn link(public_origin: &str, text: &str) -> String {
    format!("{public_origin}/sign-in#{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_long_fresh_and_found_by_their_hash() {
        let (one, other) = (OneTimeCode::generate().unwrap(), OneTimeCode::generate().unwrap());
        assert_eq!(one.text.len(), 43);
        assert_ne!(one.text, other.text);
        assert_eq!(one.hash, hash(&one.text));
    }

    #[test]
    fn a_link_carries_the_code_in_its_fragment() {
        assert_eq!(link("https://chat.example.com", "abc"), "https://chat.example.com/sign-in#abc");
    }
}
