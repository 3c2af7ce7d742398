//! An address that staff gave, judged.

use super::{Reach, address::is_public};
use reqwest::Url;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How long somebody who gives an address waits for its name to be looked up.
const LOOK_UP: Duration = Duration::from_secs(2);

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not an address.
    #[error("the address cannot be read")]
    Malformed,
    /// Letters beyond ASCII: what looks like one name may be another, and only one way of writing it is called.
    #[error("the host's name must be written in ASCII: in Punycode, such as xn--bcher-kva.example")]
    NotAscii,
    /// Not `https`.
    #[error("the address must begin with https://")]
    NotHttps,
    /// A name and a password stand in it: they would be sent to whoever answers.
    #[error("the address must hold no user name and no password")]
    Credentials,
    /// It is, or its name leads to, an address that is not everybody's.
    #[error("the address leads into a private network")]
    Private,
}

/// An address of the right form. What its name leads to is judged when it is resolved.
#[derive(Clone, Debug)]
pub struct Target(Url);

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// What [`Refused`] names; a name that leads into a private network is found by [`Target::resolves`] and by the call.
    pub fn read(text: &str, reach: Reach) -> Result<Self, Refused> {
        let url = Url::parse(text).map_err(|_| {
            if text.is_ascii() {
                Refused::Malformed
            } else {
                Refused::NotAscii
            }
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let literal = literal(&url)?;
        let local = match literal {
            Some(address) => address.is_loopback(),
            None => url.host_str().is_some_and(is_localhost),
        };
        let allowed_local = local && reach == Reach::PublicAndLoopback;
        match url.scheme() {
            "https" => {}
            "http" if allowed_local => {}
            _ => return Err(Refused::NotHttps),
        }
        if literal.is_some_and(|address| !allowed(address, reach)) || (local && !allowed_local) {
            return Err(Refused::Private);
        }
        Ok(Self(url))
    }

    /// Looks the name up once, so that whoever gives an address is told at once that it leads into a private network. A name
    /// that is not known now may be later.
    ///
    /// # Errors
    /// [`Refused::Private`].
    pub async fn resolves(&self, reach: Reach) -> Result<(), Refused> {
        let (Some(host), Some(port)) = (self.0.host_str(), self.0.port_or_known_default()) else {
            return Err(Refused::Malformed);
        };
        if literal(&self.0)?.is_some() {
            return Ok(());
        }
        let found = tokio::net::lookup_host((host, port));
        match tokio::time::timeout(LOOK_UP, found).await {
            Ok(Ok(found)) => judged(found.collect(), reach).map(drop),
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }

    pub(super) fn url(&self) -> Url {
        self.0.clone()
    }
}

/// The addresses of a name, when every one of them may be called. One that may not refuses all, for the name's owner decides
/// which of them answers.
pub(super) fn judged(found: Vec<SocketAddr>, reach: Reach) -> Result<Vec<SocketAddr>, Refused> {
    if found.iter().all(|address| allowed(address.ip(), reach)) {
        Ok(found)
    } else {
        Err(Refused::Private)
    }
}

fn allowed(address: IpAddr, reach: Reach) -> bool {
    is_public(address) || (reach == Reach::PublicAndLoopback && address.is_loopback())
}

/// The host, where it is an address and no name. The parser has made `0x7f.1` and its like plain before.
fn literal(url: &Url) -> Result<Option<IpAddr>, Refused> {
    let host = url.host_str().ok_or(Refused::Malformed)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    Ok(bare.parse().ok())
}

/// `localhost` and what lies below it are the machine itself wherever they are resolved (RFC 6761).
fn is_localhost(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_private_network_is_refused_in_every_way_to_write_it() {
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.0.0.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://10.0.0.8/hook",
            "https://169.254.169.254/latest/meta-data",
            "https://[fd00:ec2::254]/latest",
            "https://192.168.1.1:8443/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
        ] {
            let refused = Target::read(text, Reach::Public).unwrap_err();
            assert_eq!(refused, Refused::Private, "{text}");
        }
    }

    #[test]
    fn a_name_beyond_ascii_is_asked_for_in_punycode() {
        let of = |text| Target::read(text, Reach::Public).map(drop);
        for text in ["https://１２７.0.0.1/", "https://bücher.example/"] {
            assert_eq!(of(text), Err(Refused::NotAscii), "{text}");
        }
        assert_eq!(of("https://xn--bcher-kva.example/"), Ok(()));
    }

    #[test]
    fn only_https_goes_out_and_no_password_with_it() {
        let of = |text| Target::read(text, Reach::Public).map(drop);
        assert_eq!(of("https://hooks.example/in?x=1"), Ok(()));
        assert_eq!(of("http://hooks.example/in"), Err(Refused::NotHttps));
        assert_eq!(of("ftp://hooks.example/in"), Err(Refused::NotHttps));
        assert_eq!(
            of("https://me:secret@hooks.example/"),
            Err(Refused::Credentials)
        );
        assert_eq!(of("https://me@hooks.example/"), Err(Refused::Credentials));
        for text in [
            "",
            "https://",
            "hooks.example",
            "https://[::1",
            "https://a b/",
        ] {
            assert_eq!(of(text), Err(Refused::Malformed), "{text}");
        }
    }

    #[test]
    fn the_setting_for_one_machine_opens_loopback_and_nothing_else() {
        let of = |text| Target::read(text, Reach::PublicAndLoopback).map(drop);
        for text in [
            "http://127.0.0.1:8080/",
            "http://[::1]:1/",
            "http://localhost:1/",
            "https://127.0.0.1/",
        ] {
            assert_eq!(of(text), Ok(()), "{text}");
        }
        assert_eq!(of("http://10.0.0.1/"), Err(Refused::NotHttps));
        assert_eq!(of("https://169.254.169.254/"), Err(Refused::Private));
        assert_eq!(of("http://hooks.example/"), Err(Refused::NotHttps));
    }

    #[test]
    fn one_private_address_among_those_of_a_name_refuses_it() {
        let of = |texts: &[&str], reach| {
            let found = texts.iter().map(|text| text.parse().expect("an address"));
            judged(found.collect(), reach).map(drop)
        };
        assert_eq!(of(&["1.1.1.1:443"], Reach::Public), Ok(()));
        let mixed = ["1.1.1.1:443", "10.0.0.1:443"];
        assert_eq!(of(&mixed, Reach::Public), Err(Refused::Private));
        let local = ["127.0.0.1:443"];
        assert_eq!(of(&local, Reach::Public), Err(Refused::Private));
        assert_eq!(of(&local, Reach::PublicAndLoopback), Ok(()));
    }
}
