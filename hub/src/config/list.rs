//! Lists of networks: an array in a file, one text with commas in the environment.

use std::fmt;

use entities::network::network;
use ipnet::IpNet;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

/// Reads `["10.0.0.0/8", "127.0.0.1"]` or `10.0.0.0/8, 127.0.0.1`.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    deserializer.deserialize_any(Networks)
}

struct Networks;

impl<'de> Visitor<'de> for Networks {
    type Value = Vec<IpNet>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("addresses or networks like 10.0.0.0/8")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| network(part).map_err(E::custom))
            .collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let mut networks = Vec::new();
        while let Some(part) = parts.next_element::<String>()? {
            networks.push(network(&part).map_err(A::Error::custom)?);
        }
        Ok(networks)
    }
}
