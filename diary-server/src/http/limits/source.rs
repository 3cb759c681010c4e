//! Source of a request: the address at the other end of the connection or, behind a declared proxy, the last address
//! in the header that this proxy writes. A header is ignored unless the configuration declares it. Pure.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;

/// An IPv4 address, or the network prefix of an IPv6 address: a host with IPv6 has very many addresses. Without
/// `Debug` or `Display`, since the place of a participant must not appear in logs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(u128);

impl Source {
    /// The source of an address.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        const NETWORK: u128 = !0 << 64;
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_ipv6_mapped().to_bits()),
            IpAddr::V6(address) => Self(Ipv6Addr::to_bits(address) & NETWORK),
        }
    }

    /// Source of a request from `peer`. Behind a proxy whose header is missing or unreadable it is the proxy.
    #[must_use]
    pub fn of(peer: Option<IpAddr>, headers: &HeaderMap, proxy_header: Option<&str>) -> Option<Self> {
        let named =
            proxy_header.and_then(|name| headers.get_all(name).iter().next_back()).and_then(|value| {
                // The proxy appends the address that it has seen; anything before that is set by the client.
                value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
            });
        named.or(peer).map(Self::at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(header: Option<&str>, declared: Option<&str>) -> Option<Source> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert("x-forwarded-for", header.parse().unwrap());
        }
        Source::of(Some("192.0.2.1".parse().unwrap()), &headers, declared)
    }

    fn at(address: &str) -> Option<Source> {
        Some(Source::at(address.parse().unwrap()))
    }

    #[test]
    fn a_header_counts_only_where_a_proxy_is_declared_and_only_what_the_proxy_wrote() {
        let proxy = Some("x-forwarded-for");
        assert!(seen(Some("203.0.113.9"), None) == at("192.0.2.1"));
        assert!(seen(Some("203.0.113.9"), proxy) == at("203.0.113.9"));
        assert!(seen(Some("198.51.100.7, 203.0.113.9"), proxy) == at("203.0.113.9"));
        assert!(seen(Some("nonsense"), proxy) == at("192.0.2.1"));
        assert!(seen(None, proxy) == at("192.0.2.1"));
    }

    #[test]
    fn the_addresses_of_one_network_of_the_newer_kind_are_one_source() {
        assert!(at("2001:db8::1") == at("2001:db8::ffff:2"));
        assert!(at("2001:db8::1") != at("2001:db8:0:1::1"));
        assert!(at("::ffff:192.0.2.1") == at("192.0.2.1"));
    }
}
