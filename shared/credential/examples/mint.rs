//! Signs claims and status lists for tests, with keys of fixed seeds: a JSON order on standard input, JSON out.
//!
//! ```json
//! {"claims": [{"id": "CERT-20260307-ABCDEF", "status_index": 0, "holder": "A", "course": "B", "expires": null, "seed": 7}],
//!  "keys": [{"kid": 1, "seed": 7, "compromised_at": null}],
//!  "lists": [{"number": 0, "purpose": "revocation", "set": [5], "issued_at": 1772884800, "lifetime": 900, "seed": 7}]}
//! ```
//!
//! gives `{"keys": <JWK set>, "tokens": […], "lists": […]}`. A seed or number that is left out is 7 or 1, and so are all keys.

use std::error::Error;
use std::io::{self, Write as _};

use registrar_credential::{
    CertificateId, Claim, Day, KeySet, Purpose, SigningKey, StatusBits, Text,
};
use serde::Deserialize;
use serde_json::json;

const TRUSTED: u8 = 7;

#[derive(Deserialize)]
struct Order {
    #[serde(default = "trusted_keys")]
    keys: Vec<KeyOrder>,
    #[serde(default)]
    claims: Vec<ClaimOrder>,
    #[serde(default)]
    lists: Vec<ListOrder>,
}

#[derive(Deserialize)]
struct KeyOrder {
    kid: u16,
    seed: u8,
    compromised_at: Option<Day>,
}

#[derive(Deserialize)]
struct ClaimOrder {
    id: CertificateId,
    status_index: u32,
    holder: String,
    course: String,
    expires: Option<Day>,
    #[serde(default = "trusted")]
    seed: u8,
    #[serde(default = "first")]
    kid: u16,
}

#[derive(Deserialize)]
struct ListOrder {
    number: u32,
    purpose: String,
    set: Vec<u32>,
    issued_at: u64,
    #[serde(default = "quarter_of_an_hour")]
    lifetime: u64,
    #[serde(default = "trusted")]
    seed: u8,
    #[serde(default = "first")]
    kid: u16,
}

fn trusted() -> u8 {
    TRUSTED
}

fn first() -> u16 {
    1
}

fn trusted_keys() -> Vec<KeyOrder> {
    let (kid, seed) = (first(), trusted());
    vec![KeyOrder {
        kid,
        seed,
        compromised_at: None,
    }]
}

fn quarter_of_an_hour() -> u64 {
    900
}

fn key(kid: u16, seed: u8, compromised_at: Option<Day>) -> SigningKey {
    SigningKey::new(kid, &[seed; 32], Day::from_days(0), None, compromised_at)
}

impl ClaimOrder {
    fn token(self) -> Result<String, Box<dyn Error>> {
        let (holder, course) = Text::pair(&self.holder, &self.course)?;
        let claim = Claim {
            key_id: self.kid,
            expires: self.expires,
            id: self.id,
            status_index: self.status_index,
            holder,
            course,
        };
        Ok(claim.sign(&key(self.kid, self.seed, None))?.token())
    }
}

impl ListOrder {
    fn jws(&self) -> Result<String, Box<dyn Error>> {
        let purpose = match self.purpose.as_str() {
            "revocation" => Purpose::Revocation,
            "suspension" => Purpose::Suspension,
            other => return Err(format!("there is no purpose {other}").into()),
        };
        let bits = StatusBits::build(self.number, purpose, self.set.iter().copied())?;
        Ok(bits.sign(
            &key(self.kid, self.seed, None),
            "https://registrar.example",
            self.issued_at,
            self.lifetime,
        ))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let order: Order = serde_json::from_reader(io::stdin().lock())?;
    let tokens = order
        .claims
        .into_iter()
        .map(ClaimOrder::token)
        .collect::<Result<Vec<_>, _>>()?;
    let lists = order
        .lists
        .iter()
        .map(ListOrder::jws)
        .collect::<Result<Vec<_>, _>>()?;
    let public = |of: &KeyOrder| key(of.kid, of.seed, of.compromised_at).issuer_key().clone();
    let keys = KeySet::new(order.keys.iter().map(public).collect())?;
    writeln!(
        io::stdout(),
        "{}",
        json!({"keys": keys, "tokens": tokens, "lists": lists})
    )?;
    Ok(())
}
