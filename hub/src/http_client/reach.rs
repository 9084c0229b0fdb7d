//! Who may be asked at an address that somebody else has chosen: nobody in our own networks. It is decided where names are
//! looked up, so that what was looked at is what is called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How far a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To public addresses, over TLS.
    Public,
    /// To this machine too, and there in clear: whoever chose the address is on it, as a simulator is.
    Here,
}

/// The address lies where requests do not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address is none of the public internet")]
pub(crate) struct Inside;

impl Inside {
    /// Is this why a request failed?
    pub(crate) fn is_why(error: &Error) -> bool {
        matches!(error, Error::Other(why) if why.is::<Self>())
    }
}

impl Reach {
    fn goes(self, scheme: Option<&str>, to: IpAddr) -> bool {
        match (self, scheme) {
            (_, Some("https")) if is_public(to) => true,
            (Self::Here, Some("http" | "https")) => to.to_canonical().is_loopback(),
            _ => false,
        }
    }
}

/// Looks up names as usual, and forgets every address that may not be asked.
#[derive(Debug)]
pub(super) struct OnlyReachable {
    reach: Reach,
    names: DefaultResolver,
}

impl OnlyReachable {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, names: DefaultResolver::default() }
    }
}

impl Resolver for OnlyReachable {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        let mut reachable = self.empty();
        for address in found.iter().filter(|found| self.reach.goes(uri.scheme_str(), found.ip())) {
            reachable.push(*address);
        }
        if reachable.is_empty() { Err(Error::Other(Box::new(Inside))) } else { Ok(reachable) }
    }
}

/// Does the address belong to the internet everybody sees? Source: the registries of special-purpose addresses of the IANA.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127 | 224.., ..] => true,
        [100, second, ..] => (64..=127).contains(&second),
        [169, 254, ..] | [192, 168, ..] => true,
        [172, second, ..] => (16..=31).contains(&second),
        [192, 0, 0 | 2, _] | [192, 88, 99, _] => true,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    match address.segments() {
        // A gateway to IPv4: it counts where it leads.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        // Protocols, Teredo, benchmarks, 6to4, documents.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x2002, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: [&str; 29] = [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "64:ff9b::a00:1",
        "2001::1",
    ];

    fn goes(reach: Reach, scheme: &str, to: &str) -> bool {
        reach.goes(Some(scheme), to.parse().unwrap())
    }

    #[test]
    fn nothing_inside_is_reached() {
        for address in INSIDE {
            assert!(!goes(Reach::Public, "https", address), "{address}");
        }
        for address in
            ["1.1.1.1", "54.172.60.0", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101"]
        {
            assert!(goes(Reach::Public, "https", address), "{address}");
            assert!(!goes(Reach::Public, "http", address), "in clear: {address}");
        }
    }

    #[test]
    fn from_this_machine_this_machine_is_reached_and_nobody_else_inside() {
        for address in INSIDE {
            let here = ["127.0.0.1", "127.9.9.9", "::1"].contains(&address);
            assert_eq!(goes(Reach::Here, "http", address), here, "{address}");
        }
        assert!(!goes(Reach::Here, "http", "1.1.1.1") && goes(Reach::Here, "https", "1.1.1.1"));
        assert!(!goes(Reach::Here, "ftp", "127.0.0.1"));
    }

    #[test]
    fn a_request_to_an_address_inside_is_never_made() {
        let patience = crate::http_client::Patience {
            connect: std::time::Duration::from_secs(5),
            whole: std::time::Duration::from_secs(5),
        };
        let agent = super::super::agent_for(Reach::Public, patience);
        for url in
            ["https://127.0.0.1:9/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/"]
        {
            let error = agent.get(url).call().unwrap_err();
            assert!(Inside::is_why(&error), "{url}: {error}");
        }
    }
}
