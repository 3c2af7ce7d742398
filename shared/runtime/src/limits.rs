//! How often somebody may ask: 429 with `Retry-After` beyond that. The figures are the profile's.
//!
//! | what | of whom | how it is counted |
//! |---|---|---|
//! | tickets, messages, uploads | a person | each, before it is done ([`registrar_store::limits`]) |
//! | any other change, pages of lists | a person | by this process, and in the table a step at a time (`measure`) |
//! | what is public and costs | a network | as above ([`of_network`]) |
//! | wrong passwords | an address and a network | each, by `identity` |
//!
//! Who asks a few times costs no write: a process tells the table only of every full step. So many processes at once may let
//! through a step each, and whoever goes on is met by what all of them counted.

use crate::{Shell, gateway::Gateway, http::Names, problem::Problem};
use axum::{
    extract::{MatchedPath, Request},
    http::{Extensions, Method, StatusCode},
};
use data_encoding::HEXLOWER;
use registrar_domain::id::AccountId;
use registrar_store::{
    StoreError,
    limits::{HOUR, Limit, TooOften},
};
use ring::hmac;
use serde_json::json;
use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
};

/// Seconds of a minute.
const MINUTE: i64 = 60;
/// The largest step that a process counts by itself.
const STEP: u32 = 10;
/// Of how many a process remembers at most what it counted.
const REMEMBERED: usize = 10_000;

/// What this process counted and the table does not know yet.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<HashMap<(&'static str, String), Counted>>);

#[derive(Clone, Copy, Debug)]
struct Counted {
    window: i64,
    untold: u32,
    over: bool,
}

enum Next {
    Go,
    Tell(u32),
    Over,
}

impl Meter {
    fn count(&self, limit: &Limit<'_>, window: i64) -> Next {
        let step = (limit.most / 20).clamp(1, STEP);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.retain(|_, counted| counted.window >= window);
            if all.len() >= REMEMBERED {
                all.clear();
            }
        }
        let fresh = Counted {
            window,
            untold: 0,
            over: false,
        };
        let entry = all
            .entry((limit.what, limit.whose.to_owned()))
            .or_insert(fresh);
        if entry.window != window {
            *entry = fresh;
        }
        if entry.over {
            return Next::Over;
        }
        entry.untold += 1;
        if entry.untold < step {
            return Next::Go;
        }
        entry.untold = 0;
        Next::Tell(step)
    }

    fn over(&self, limit: &Limit<'_>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counted) = all.get_mut(&(limit.what, limit.whose.to_owned())) {
            counted.over = true;
        }
    }
}

/// Counts in steps. What cannot be counted is let through: a limit is no reason to be out of order.
async fn metered(shell: &Shell, limit: Limit<'_>) -> Result<(), TooOften> {
    let now = shell.now();
    let too_often = TooOften::until_the_next(limit.window, now);
    match shell
        .meter
        .count(&limit, now.as_second().div_euclid(limit.window))
    {
        Next::Go => Ok(()),
        Next::Over => Err(too_often),
        Next::Tell(step) => match shell.table.count_step(limit, step, now).await {
            Ok(total) if total > limit.most.into() => {
                shell.meter.over(&limit);
                Err(too_often)
            }
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, "a limit was not counted");
                Ok(())
            }
        },
    }
}

/// What a request of somebody who signed in is counted as, and whose it is.
pub(crate) fn measured(
    shell: &Shell,
    names: Names,
    request: &Request,
) -> Option<(AccountId, &'static str, NonZeroU32, i64)> {
    let resolved = request.extensions().get::<crate::extract::Resolved>()?;
    let (actor, route) = (resolved.0?, request.extensions().get::<MatchedPath>()?);
    let limits = shell.profile.limits.of(actor.role);
    match *request.method() {
        Method::GET | Method::HEAD if route.as_str().ends_with('}') => None,
        Method::POST if names.counted.contains(&route.as_str()) => None,
        Method::GET | Method::HEAD => Some((actor.id, "lists", limits.lists_a_minute, MINUTE)),
        _ => Some((actor.id, "writes", limits.writes, HOUR)),
    }
}

/// Counts what was [`measured`].
pub(crate) async fn measure(
    shell: &Shell,
    measured: Option<(AccountId, &'static str, NonZeroU32, i64)>,
) -> Result<(), Problem> {
    let Some((person, what, most, window)) = measured else {
        return Ok(());
    };
    let whose = person.to_string();
    let limit = Limit {
        what,
        whose: &whose,
        most: most.get(),
        window,
    };
    metered(shell, limit)
        .await
        .map_err(|often| too_many("too_many_requests", often))
}

/// Counts that a person does something once more in this hour.
///
/// # Errors
/// [`TooOften`] inside, where they did it as often as they may.
pub async fn an_hour(
    shell: &Shell,
    what: &'static str,
    person: AccountId,
    most: NonZeroU32,
) -> Result<Result<(), TooOften>, StoreError> {
    let limit = Limit {
        what,
        whose: &person.to_string(),
        most: most.get(),
        window: HOUR,
    };
    shell.table.count_limited(limit, shell.now()).await
}

/// Counts a request of a network to something public.
pub async fn of_network(shell: &Shell, network: &Network) -> Result<(), Problem> {
    let limit = Limit {
        what: "public",
        whose: &network.0,
        most: shell.profile.limits.public_a_minute.get(),
        window: MINUTE,
    };
    metered(shell, limit)
        .await
        .map_err(|often| too_many("too_many_requests", often))
}

/// 429 with when to come back.
pub fn too_many(code: &'static str, often: TooOften) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code)
        .detail("this was done too often: the header Retry-After says in how many seconds it may be done again")
        .retry_after(often.retry_after)
}

/// 429 for what a person may do so many times an hour.
pub fn too_many_an_hour(code: &'static str, often: TooOften, most: NonZeroU32) -> Problem {
    too_many(code, often).with("most_an_hour", json!(most))
}

/// Makes digests that nobody makes who has not the key: of what is counted by and not to be known.
#[derive(Clone)]
pub struct Digests(hmac::Key);

impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digests(…)")
    }
}

/// Where a request comes from: a keyed digest of an IPv4 address or of an IPv6 network of 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network(String);

impl Digests {
    /// With a key of their own that follows from a secret of the function's.
    pub fn from_secret(secret: &[u8]) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let own = hmac::sign(&secret, b"registrar-limits-v1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()))
    }

    /// The digest of a text of a kind.
    pub fn of(&self, kind: &str, text: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(kind.as_bytes());
        context.update(&[0]);
        context.update(text);
        HEXLOWER.encode(&context.sign().as_ref()[..16])
    }

    /// Where a request comes from, as the gateway saw it: no header has a say. Requests whose address it did not tell come
    /// from one network.
    pub fn network(&self, extensions: &Extensions) -> Network {
        let gateway = extensions.get::<Gateway>();
        let address = gateway
            .and_then(|gateway| gateway.source_ip.as_deref())
            .and_then(|address| address.parse::<IpAddr>().ok())
            .map(|address| address.to_canonical());
        Network(match address {
            None => self.of("network", b""),
            Some(IpAddr::V4(address)) => self.of("network", &address.octets()),
            Some(IpAddr::V6(address)) => self.of("network", &address.octets()[..8]),
        })
    }
}

impl Network {
    /// The digest.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Network {
        let mut extensions = Extensions::new();
        extensions.insert(Gateway {
            request_id: None,
            source_ip: Some(address.to_owned()),
        });
        Digests::from_secret(&[7; 32]).network(&extensions)
    }

    #[test]
    fn a_network_is_an_ipv4_address_or_64_bits_of_an_ipv6_one() {
        assert_eq!(from("192.0.2.1"), from("::ffff:192.0.2.1"));
        assert_ne!(from("192.0.2.1"), from("192.0.2.2"));
        assert_eq!(from("2001:db8:1:2::1"), from("2001:db8:1:2:ffff::9"));
        assert_ne!(from("2001:db8:1:2::1"), from("2001:db8:1:3::1"));
        assert_eq!(from("nonsense"), from(""));
        assert!(!from("192.0.2.1").as_str().contains("192"));
        let other = Digests::from_secret(&[8; 32]).network(&Extensions::new());
        assert_ne!(other, from(""), "another secret, another digest");
    }

    #[test]
    fn a_process_tells_of_full_steps_and_remembers_who_is_over() {
        let meter = Meter::default();
        let limit = Limit {
            what: "lists",
            whose: "a",
            most: 60,
            window: MINUTE,
        };
        let told = |window| matches!(meter.count(&limit, window), Next::Tell(3));
        assert_eq!(
            [told(1), told(1), told(1), told(1)],
            [false, false, true, false]
        );
        meter.over(&limit);
        assert!(matches!(meter.count(&limit, 1), Next::Over));
        assert!(
            matches!(meter.count(&limit, 2), Next::Go),
            "the next window is another"
        );
    }
}
