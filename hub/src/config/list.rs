//! Lists: an array in a file, one text with commas in the environment.

use std::fmt;

use entities::{Origin, network::network};
use ipnet::IpNet;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

/// Reads `["10.0.0.0/8", "127.0.0.1"]` or `10.0.0.0/8, 127.0.0.1`.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let read = |text: &str| network(text).map_err(|wrong| wrong.to_string());
    deserializer.deserialize_any(List { read, of: "addresses or networks like 10.0.0.0/8" })
}

/// Reads `["https://crm.example"]` or `https://crm.example, https://shop.example`.
pub(super) fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Origin>, D::Error> {
    let read = |text: &str| text.parse().map_err(|_| format!("`{text}` is not like https://crm.example"));
    deserializer.deserialize_any(List { read, of: "origins like https://crm.example" })
}

/// Reads `["image/png", "image/gif"]` or `image/png, image/gif`.
pub(super) fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(List { read: |text| Ok(text.to_owned()), of: "words" })
}

/// A list of what `read` makes of each part.
struct List<T> {
    read: fn(&str) -> Result<T, String>,
    of: &'static str,
}

impl<'de, T> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.of)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| (self.read)(part).map_err(E::custom)).collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let mut read = Vec::new();
        while let Some(part) = parts.next_element::<String>()? {
            read.push((self.read)(&part).map_err(A::Error::custom)?);
        }
        Ok(read)
    }
}
