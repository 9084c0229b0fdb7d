//! The page a browser speaks from: scheme, host and port, as browsers compare them (RFC 6454).

use std::str::FromStr;

/// An origin. Case and the port its scheme has anyway make no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: &'static str,
    authority: String,
}

/// Text that is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an origin")]
pub struct NotAnOrigin;

/// No host is longer, whatever its port.
const LONGEST: usize = 255;

impl FromStr for Origin {
    type Err = NotAnOrigin;

    /// Reads `https://shop.example` or `http://localhost:3000`: what browsers send, without a path.
    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let (scheme, authority) = text.split_once("://").ok_or(NotAnOrigin)?;
        let (scheme, port) = match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", ":443"),
            "http" => ("http", ":80"),
            _ => return Err(NotAnOrigin),
        };
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(port).unwrap_or(&authority).to_owned();
        let good = |char: char| char.is_ascii_alphanumeric() || "-.:[]".contains(char);
        match !authority.is_empty() && authority.len() <= LONGEST && authority.chars().all(good) {
            true => Ok(Self { scheme, authority }),
            false => Err(NotAnOrigin),
        }
    }
}

impl Origin {
    /// Is this one of those `listed`? What is no origin among them names nobody.
    pub fn is_among<'a>(&self, listed: impl IntoIterator<Item = &'a str>) -> bool {
        listed.into_iter().any(|one| one.parse().as_ref() == Ok(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_one_whatever_their_case_and_their_schemes_own_port() {
        let origin: Origin = "HTTPS://Shop.Example:443".parse().unwrap();
        assert!(origin.is_among(["nonsense", "https://shop.example"]));
        for other in ["http://shop.example", "https://shop.example:8443", "https://example"] {
            assert!(!origin.is_among([other]), "{other}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_no_origin() {
        for text in
            ["", "null", "*", "shop.example", "https://", "https://:443", "https://shop.example/", "ftp://x"]
        {
            assert_eq!(text.parse::<Origin>(), Err(NotAnOrigin), "{text}");
        }
        assert_eq!(format!("https://{}", "x".repeat(256)).parse::<Origin>(), Err(NotAnOrigin));
    }
}
