//! Which addresses a webhook may be sent to.
//!
//! Public ones only: an address that staff typed must not reach what only this network can reach, such as a neighbour, the
//! machine itself or the cloud's metadata. An IPv6 address that carries an IPv4 one is judged by that.
//!
//! The blocks are those of IANA's special-purpose registries (RFC 6890 and its updates) that are not globally reachable, and
//! what no registry hands out to anybody. A test compares them with the copy of the registries that Python keeps.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks that are not public, each with what it is for.
const SPECIAL_V4: [(Ipv4Net, &str); 14] = [
    (v4([0, 0, 0, 0], 8), "this network, RFC 791"),
    (v4([10, 0, 0, 0], 8), "private, RFC 1918"),
    (
        v4([100, 64, 0, 0], 10),
        "shared between carriers and customers, RFC 6598",
    ),
    (v4([127, 0, 0, 0], 8), "loopback, RFC 1122"),
    (
        v4([169, 254, 0, 0], 16),
        "link-local, the clouds' metadata among it, RFC 3927",
    ),
    (v4([172, 16, 0, 0], 12), "private, RFC 1918"),
    (v4([192, 0, 0, 0], 24), "protocol assignments, RFC 6890"),
    (v4([192, 0, 2, 0], 24), "documentation, RFC 5737"),
    (v4([192, 88, 99, 0], 24), "6to4 relays, RFC 7526"),
    (v4([192, 168, 0, 0], 16), "private, RFC 1918"),
    (v4([198, 18, 0, 0], 15), "benchmarks, RFC 2544"),
    (v4([198, 51, 100, 0], 24), "documentation, RFC 5737"),
    (v4([203, 0, 113, 0], 24), "documentation, RFC 5737"),
    (
        v4([224, 0, 0, 0], 3),
        "multicast, reserved, broadcast, RFC 1112",
    ),
];

/// Global unicast: all else of IPv6 is loopback, local, multicast or not assigned.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// Blocks of it that are not public.
const SPECIAL_V6: [(Ipv6Net, &str); 3] = [
    (v6([0x2001, 0, 0], 23), "protocol assignments, RFC 2928"),
    (v6([0x2001, 0xdb8, 0], 32), "documentation, RFC 3849"),
    (v6([0x3fff, 0, 0], 20), "documentation, RFC 9637"),
];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c]: [u16; 3], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// Whether an address can be reached by everybody.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|(block, _)| block.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match carried(address.segments()) {
        Some(inner) => is_public_v4(inner),
        None => {
            GLOBAL_V6.contains(&address)
                && !SPECIAL_V6.iter().any(|(block, _)| block.contains(&address))
        }
    }
}

/// The IPv4 address that an IPv6 one stands for: mapped, compatible, translated (NAT64), 6to4.
fn carried(segments: [u16; 8]) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Write,
        process::{Command, Stdio},
    };

    #[test]
    fn nothing_that_only_this_network_reaches_is_public() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "::ffff:0:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = text.parse().expect("an address");
            assert!(!is_public(address), "{text}");
        }
    }

    #[test]
    fn what_everybody_reaches_is_public() {
        for text in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
        ] {
            let address: IpAddr = text.parse().expect("an address");
            assert!(is_public(address), "{text}");
        }
    }

    /// First and last address of each block, and their neighbours outside of it.
    fn edges() -> Vec<IpAddr> {
        let v4 = SPECIAL_V4.iter().flat_map(|(block, _)| {
            let (first, last) = (u32::from(block.network()), u32::from(block.broadcast()));
            [
                Some(first),
                Some(last),
                first.checked_sub(1),
                last.checked_add(1),
            ]
        });
        let v6 = SPECIAL_V6
            .iter()
            .map(|(block, _)| block)
            .chain([&GLOBAL_V6])
            .flat_map(|block| {
                let (first, last) = (u128::from(block.network()), u128::from(block.broadcast()));
                [
                    Some(first),
                    Some(last),
                    first.checked_sub(1),
                    last.checked_add(1),
                ]
            });
        let v4 = v4.flatten().map(|bits| IpAddr::V4(bits.into()));
        v4.chain(v6.flatten().map(|bits| IpAddr::V6(bits.into())))
            .collect()
    }

    #[test]
    fn what_the_registries_say_is_not_global_is_not_public() {
        const PROGRAM: &str = "import ipaddress, sys\n\
            for line in sys.stdin:\n    \
            print(ipaddress.ip_address(line.strip()).is_global)";
        let edges = edges();
        let lines: Vec<_> = edges.iter().map(ToString::to_string).collect();
        let asked = lines.join("\n");
        let mut python = Command::new("python3")
            .args(["-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let mut input = python.stdin.take().expect("its input is piped");
        input.write_all(asked.as_bytes()).expect("it reads");
        drop(input);
        let output = python.wait_with_output().expect("it ends");
        let text = String::from_utf8(output.stdout).expect("ASCII");
        let global: Vec<_> = text.lines().map(|line| line == "True").collect();
        assert_eq!(global.len(), edges.len(), "{text}");
        assert!(global.iter().any(|global| *global), "some are global");
        for (address, global) in edges.iter().zip(global) {
            assert!(global || !is_public(*address), "{address} is not global");
        }
    }
}
