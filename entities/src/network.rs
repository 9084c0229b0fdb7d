//! Networks people come from: a single address is one, too.

use std::{net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A list of networks, such as `10.0.0.0/8`. An empty one is the whole world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Networks(Vec<IpNet>);

/// Text that is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address or a network like 10.0.0.0/8")]
pub struct NotANetwork(String);

/// Reads one network, or one address.
///
/// # Errors
/// [`NotANetwork`].
pub fn network(text: &str) -> Result<IpNet, NotANetwork> {
    let read = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    read.map_err(|_| NotANetwork(text.to_owned()))
}

impl Networks {
    /// Does somebody come from here? An IPv4 address in the clothes of IPv6 is that IPv4 address.
    #[must_use]
    pub fn admit(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is it the whole world?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Networks {
    type Err = NotANetwork;

    /// Reads `10.0.0.0/8, 127.0.0.1`.
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| network(text)).collect::<Result<_, _>>().map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_from_one_of_them_is_admitted() {
        let networks: Networks = "10.0.0.0/8, 203.0.113.7, 2001:db8::/32".parse().unwrap();
        for inside in ["10.1.2.3", "203.0.113.7", "2001:db8::7", "::ffff:10.1.2.3"] {
            assert!(networks.admit(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "203.0.113.8", "2001:db9::7"] {
            assert!(!networks.admit(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn no_network_is_the_whole_world() {
        assert!(Networks::default().admit("203.0.113.7".parse().unwrap()));
        assert_eq!("".parse(), Ok(Networks::default()));
    }

    #[test]
    fn what_is_no_network_is_named() {
        assert_eq!("10.0.0.0/8, here".parse::<Networks>(), Err(NotANetwork("here".to_owned())));
        assert!(serde_json::from_str::<Networks>(r#"["10.0.0.0/33"]"#).is_err());
    }
}
