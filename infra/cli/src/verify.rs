//! `registrar certificate verify`.
//!
//! The decision is [`registrar_credential::decide`]'s, here and now, whatever the source of keys and lists is: files, which
//! needs no connection, or what the API publishes.

use crate::{Failure, args::VerifyArgs, client::Api, exit, subject::Subject};
use registrar_credential::{
    CertificateId, EdgeRecord, Evidence, Forgery, KeySet, Limits, Purpose, SignedClaim, StatusList,
    Verdict, Verification, decide, list_number,
};
use std::{io::Write, path::Path, process::ExitCode};

/// Most bytes of a file that is read.
const LARGEST: u64 = 1024 * 1024;

/// What a decision needs.
struct Published {
    keys: KeySet,
    revocation: Option<StatusList>,
    suspension: Option<StatusList>,
}

/// Verifies and prints the verdict.
pub(crate) async fn verify(
    wanted: &VerifyArgs,
    now: u64,
    out: &mut impl Write,
) -> Result<ExitCode, Failure> {
    let limits = Limits {
        status_max_age_seconds: wanted.max_age,
    };
    let verification = match (Subject::parse(&wanted.what), &wanted.keys) {
        (Subject::Token(token), _) => {
            let published = published(wanted, &token, now).await?;
            let judged = published.decide(Evidence::Token(&token, None), now, limits);
            match published.stolen(&token, &judged) {
                Some(id) => vouched(wanted, &id, &token, judged).await?,
                None => judged,
            }
        }
        (Subject::Id(_), Some(_)) => {
            return Err(Failure::Input(
                "an id alone says nothing: without a connection, verify the token or the link of the QR code"
                    .to_owned(),
            ));
        }
        (Subject::Id(id), None) => match record(wanted, &id).await? {
            Some(record) => {
                let published = published(wanted, &record.token, now).await?;
                published.decide(Evidence::Record(&id, &record), now, limits)
            }
            None => Verification::bare(Verdict::Unknown, Some(id)),
        },
    };
    if wanted.json {
        let json = serde_json::to_string_pretty(&verification);
        writeln!(
            out,
            "{}",
            json.expect("a verification is texts and numbers")
        )?;
    } else {
        print(&verification, out)?;
    }
    Ok(ExitCode::from(exit::code(&verification.verdict)))
}

impl Published {
    fn decide(&self, evidence: Evidence<'_>, now: u64, limits: Limits) -> Verification {
        let (revocation, suspension) = (self.revocation.as_ref(), self.suspension.as_ref());
        decide(evidence, &self.keys, revocation, suspension, now, limits)
    }

    /// The id of a token that was found good, but whose key somebody else may have: who has it can date back.
    fn stolen(&self, token: &str, judged: &Verification) -> Option<CertificateId> {
        judged.issued?;
        let signed = SignedClaim::parse(token).ok()?;
        let claim = signed.claim();
        let stolen = self.keys.is_compromised(claim.key_id);
        stolen.then(|| claim.id.clone())
    }
}

/// The verdict on a token of a stolen key: it counts if the issuer's record has that very one, and without a connection
/// nobody can tell.
async fn vouched(
    wanted: &VerifyArgs,
    id: &CertificateId,
    token: &str,
    judged: Verification,
) -> Result<Verification, Failure> {
    let doubt = |verdict| Verification::bare(verdict, Some(id.clone()));
    if wanted.keys.is_some() {
        return Ok(doubt(Verdict::Stale { age_seconds: None }));
    }
    Ok(match record(wanted, id).await? {
        Some(record) if record.withdrawn => doubt(Verdict::Withdrawn),
        Some(record) if record.token.eq_ignore_ascii_case(token) => judged,
        Some(_) | None => doubt(Forgery::KeyCompromised.into()),
    })
}

/// Keys and the lists that speak for a token; a text that is no token needs no lists.
async fn published(wanted: &VerifyArgs, token: &str, now: u64) -> Result<Published, Failure> {
    let index = SignedClaim::parse(token)
        .ok()
        .map(|signed| signed.claim().status_index);
    if let Some(path) = &wanted.keys {
        let keys = keys(&read(path)?).map_err(|problem| file(path, problem))?;
        let list = |path: Option<&Path>, purpose| {
            path.map(|path| {
                let list = StatusList::verify(read(path)?.trim(), &keys, now);
                let list = list.map_err(|error| file(path, error.to_string()))?;
                speaks(list, purpose, index.map(list_number)).map_err(|problem| file(path, problem))
            })
            .transpose()
        };
        let revocation = list(wanted.status_list.as_deref(), Purpose::Revocation)?;
        let suspension = list(wanted.suspension_list.as_deref(), Purpose::Suspension)?;
        return Ok(Published {
            keys,
            revocation,
            suspension,
        });
    }
    let api = Api::new(&wanted.api)?;
    let answer = api.get("/certificate-keys").await?.success()?;
    let keys = keys(&answer.body).map_err(|problem| Failure::Unreachable {
        url: wanted.api.clone(),
        problem,
    })?;
    let (mut revocation, mut suspension) = (None, None);
    if let Some(index) = index {
        let number = list_number(index);
        revocation = list(&api, &keys, Purpose::Revocation, number, now).await?;
        suspension = list(&api, &keys, Purpose::Suspension, number, now).await?;
    }
    Ok(Published {
        keys,
        revocation,
        suspension,
    })
}

/// The list, if it is of this purpose and of this number: any other would say nothing, which looks like good news.
fn speaks(list: StatusList, purpose: Purpose, number: Option<u32>) -> Result<StatusList, String> {
    if list.purpose() != purpose {
        return Err(format!(
            "this is the list of the {}s, not of the {}s",
            list.purpose().as_str(),
            purpose.as_str()
        ));
    }
    match number.filter(|number| *number != list.number()) {
        Some(number) => Err(format!(
            "this is status list {}, and list {number} speaks for the certificate",
            list.number()
        )),
        None => Ok(list),
    }
}

/// A published list; none when the issuer says that there is no such list. Any other failure leaves it in doubt, and nothing
/// is decided.
async fn list(
    api: &Api,
    keys: &KeySet,
    purpose: Purpose,
    number: u32,
    now: u64,
) -> Result<Option<StatusList>, Failure> {
    let path = format!("/status-lists/{}", purpose.path(number));
    let answer = api.get(&path).await?;
    if answer.is_missing() {
        return Ok(None);
    }
    let answer = answer.success()?;
    let list = StatusList::verify(answer.body.trim(), keys, now);
    let list = list.map_err(|error| error.to_string());
    let list = list.and_then(|list| speaks(list, purpose, Some(number)));
    list.map(Some)
        .map_err(|problem| Failure::Unreachable { url: path, problem })
}

/// What is published of an id.
async fn record(wanted: &VerifyArgs, id: &CertificateId) -> Result<Option<EdgeRecord>, Failure> {
    let api = Api::new(&wanted.api)?;
    let answer = api.get(&format!("/api/certificates/{id}/edge")).await?;
    if answer.is_missing() {
        return Ok(None);
    }
    answer.success()?.json().map(Some)
}

fn keys(text: &str) -> Result<KeySet, String> {
    serde_json::from_str(text).map_err(|error| format!("not a set of keys: {error}"))
}

fn file(path: &Path, problem: String) -> Failure {
    Failure::File {
        path: path.display().to_string(),
        problem,
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let problem = |error: std::io::Error| file(path, error.to_string());
    let size = std::fs::metadata(path).map_err(problem)?.len();
    if size > LARGEST {
        return Err(file(path, format!("more than {LARGEST} bytes")));
    }
    std::fs::read_to_string(path).map_err(problem)
}

fn print(verification: &Verification, out: &mut impl Write) -> Result<(), Failure> {
    let verdict = &verification.verdict;
    let said = match verdict {
        Verdict::Forged { reason } | Verdict::Malformed { reason } => {
            format!("{} ({reason})", verdict.code())
        }
        Verdict::Stale { age_seconds: None } if verification.issued.is_none() => {
            "stale (signed by a key that was stolen; only the issuer can tell)".to_owned()
        }
        Verdict::Stale { age_seconds: None } => {
            "stale (signed by the issuer; no status list says whether it still holds)".to_owned()
        }
        Verdict::Stale {
            age_seconds: Some(age),
        } => format!("stale (the status list is {age} seconds old)"),
        Verdict::Valid
        | Verdict::Revoked
        | Verdict::Suspended
        | Verdict::Expired
        | Verdict::Unknown
        | Verdict::Withdrawn => verdict.code().to_owned(),
    };
    writeln!(out, "{said}")?;
    let id = verification.certificate_id.as_ref();
    let days = [verification.issued, verification.expires];
    let [issued, expires] = days.map(|day| day.map(|day| day.to_string()));
    for (label, value) in [
        ("Certificate", id.map(ToString::to_string)),
        ("Holder", verification.holder.clone()),
        ("Course", verification.course.clone()),
        ("Grade", verification.grade.clone()),
        ("Issued", issued),
        ("Expires", expires),
    ] {
        if let Some(value) = value {
            // What was signed is shown; what would move the cursor is not.
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            writeln!(out, "{label:<12}{value}")?;
        }
    }
    Ok(())
}
