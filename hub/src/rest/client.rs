//! Where a request comes from, when proxies stand in between.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::X_FORWARDED_FOR;
use actors::audit::Trail;
use ipnet::IpNet;

use super::RequestId;

/// The proxies we believe; put into the app's data.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

/// The address of the client. A test without a socket comes from 0.0.0.0.
pub fn address(request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let trusted = request.app_data::<TrustedProxies>().map_or(&[][..], |proxies| &proxies.0);
    let headers = request.headers().get_all(X_FORWARDED_FOR).filter_map(|header| header.to_str().ok());
    let hops: Vec<_> = headers.flat_map(|header| header.split(',')).map(str::trim).collect();
    judge(peer, &hops, trusted)
}

/// How the request is found again.
pub fn trail(request: &HttpRequest) -> Trail {
    Trail { ip: address(request), request_id: RequestId::given(request).as_str().into() }
}

/// Walks from the nearest hop outwards and stops at the first one nobody vouches for. What a client wrote into the
/// header itself stands further out and is never reached.
fn judge(peer: IpAddr, hops: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut nearest = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !is_trusted(nearest) {
            break;
        }
        let Ok(next) = hop.parse::<IpAddr>() else { break };
        nearest = next.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(peer: &str, hops: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        judge(peer.parse().unwrap(), hops, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(judged("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn the_first_address_no_trusted_proxy_vouches_for_is_the_client() {
        assert_eq!(judged("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(judged("10.0.0.1", &["6.6.6.6", "198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(judged("::1", &["6.6.6.6", "2001:db8::7"]), "2001:db8::7");
        assert_eq!(judged("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn what_is_no_address_ends_the_walk() {
        assert_eq!(judged("10.0.0.1", &["198.51.100.1", "unknown"]), "10.0.0.1");
        assert_eq!(judged("10.0.0.1", &[]), "10.0.0.1");
    }
}
