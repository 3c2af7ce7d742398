//! How often passwords may be tried (checklist I-05).
//!
//! An attempt is counted before the password is looked at, so that many at once are not more than one after another, and
//! taken back when the password was right: what stays counted are wrong ones.
//!
//! | network | counted | in |
//! |---|---|---|
//! | any | attempts for this address from this network | a quarter of an hour |
//! | one that the address never signed in from | attempts for this address from all of those | an hour |
//! | the same | attempts from this network for addresses that never signed in from it | an hour |
//!
//! So a stranger who guesses from elsewhere shuts nobody out: where somebody signed in from within the last 90 days, only what
//! is tried for them there counts. Addresses are counted whether or not there is an account. The table holds keyed digests of
//! addresses and networks; logs hold neither.

use crate::Deps;
use axum::http::Extensions;
use jiff::{SignedDuration, Timestamp};
use registrar_domain::value::Email;
use registrar_runtime::{
    limits::{Network, too_many},
    problem::Problem,
};
use registrar_store::limits::{HOUR, Limit, TooOften};

/// Seconds of a quarter of an hour.
const QUARTER: i64 = 900;
/// For how long a network stays known.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 90);
/// When it is noted anew.
const RENEWED: SignedDuration = SignedDuration::from_hours(24 * 60);

/// An attempt that was counted.
pub(crate) struct Attempt {
    address: String,
    both: String,
    network: Network,
    known_until: Option<Timestamp>,
    at: Timestamp,
}

impl Attempt {
    /// Counts an attempt.
    ///
    /// # Errors
    /// 429 `too_many_sign_ins`; then nothing is counted.
    pub(crate) async fn begin(
        deps: &Deps,
        email: &Email,
        extensions: &Extensions,
    ) -> Result<Self, Problem> {
        let (digests, at) = (deps.signer.digests(), deps.shell.now());
        let network = digests.network(extensions);
        let address = digests.of("address", email.lookup_form().as_bytes());
        let both = digests.of("both", format!("{address}{}", network.as_str()).as_bytes());
        let table = &deps.shell.table;
        let known_until = table.known_network(&address, network.as_str()).await?;
        let attempt = Self {
            address,
            both,
            network,
            known_until: known_until.filter(|until| *until > at),
            at,
        };
        let mut counted: Vec<Limit<'_>> = Vec::new();
        for limit in attempt.limits(deps) {
            if let Err(often) = table.count_limited(limit, at).await? {
                for limit in counted {
                    table.uncount_limited(limit, at).await?;
                }
                return Err(refused(often));
            }
            counted.push(limit);
        }
        Ok(attempt)
    }

    fn limits(&self, deps: &Deps) -> Vec<Limit<'_>> {
        let most = &deps.shell.profile.limits.sign_in;
        let mut limits = vec![Limit {
            what: "sign-in",
            whose: &self.both,
            most: most.from_one_network.get(),
            window: QUARTER,
        }];
        if self.known_until.is_none() {
            limits.push(Limit {
                what: "sign-in-address",
                whose: &self.address,
                most: most.from_strange_networks.get(),
                window: HOUR,
            });
            limits.push(Limit {
                what: "sign-in-network",
                whose: self.network.as_str(),
                most: most.of_one_network.get(),
                window: HOUR,
            });
        }
        limits
    }

    /// The password was right: forgets what was tried before from this network, and knows it from now on.
    pub(crate) async fn succeeded(&self, deps: &Deps) -> Result<(), Problem> {
        let table = &deps.shell.table;
        let mut limits = self.limits(deps).into_iter();
        if let Some(own) = limits.next() {
            table.forget_limited(own, self.at).await?;
        }
        for shared in limits {
            table.uncount_limited(shared, self.at).await?;
        }
        let fresh = self
            .known_until
            .is_some_and(|until| until > self.at + RENEWED);
        if !fresh {
            let until = self.at + KNOWN;
            table
                .know_network(&self.address, self.network.as_str(), until)
                .await?;
        }
        Ok(())
    }
}

fn refused(often: TooOften) -> Problem {
    // The alarm counts these lines.
    tracing::warn!("sign_in_limited");
    too_many("too_many_sign_ins", often)
}
