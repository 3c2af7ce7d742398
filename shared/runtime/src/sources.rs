//! The only places of the product where time and randomness come in from the machine.

use jiff::Timestamp;
use registrar_domain::clock::{Clock, Ids};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn now(&self) -> Timestamp {
        // Milliseconds are what ids and keys are made of; finer digits would only make answers longer.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where randomness comes in"
    )]
    fn fill(&self, out: &mut [u8]) {
        getrandom::fill(out)
            .expect("an operating system without randomness cannot run anything safely");
    }
}
