//! The credential, as it is written.

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Addresses, Profile, jwt};
use crate::day::Day;
use crate::id::CertificateId;
use crate::rfc3339;
use crate::status::{LIST_BITS, Purpose, list_number};

/// The data model, and what Open Badges adds to it.
pub(super) const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// What a badge says. Texts are plain and in one language.
#[derive(Clone, Copy, Debug)]
pub struct Badge<'a> {
    /// Where everything that it names is served.
    pub addresses: Addresses<'a>,
    /// The certificate.
    pub id: &'a CertificateId,
    /// Who issues it.
    pub issuer: &'a str,
    /// The holder, as the certificate shows them.
    pub holder: &'a str,
    /// The course; the name of credential and achievement.
    pub course: &'a str,
    /// The grade, if the certificate has one.
    pub grade: Option<&'a str>,
    /// What the achievement is, in a sentence.
    pub description: &'a str,
    /// What had to be done for it, in a sentence.
    pub criteria: &'a str,
    /// BCP 47 tag of the language of the texts.
    pub language: &'a str,
    /// The day of completion, `YYYY-MM-DD`.
    pub completed: &'a str,
    /// When the certificate was issued, in Unix seconds.
    pub issued_at: u64,
    /// The last day on which it holds; without it, for ever.
    pub expires: Option<Day>,
    /// Its place in the status lists, counted over all of them.
    pub status_index: u32,
}

impl<'a> Badge<'a> {
    /// The payload.
    pub fn credential(&self) -> Credential<'a> {
        let id = self.addresses.badge(self.id);
        let subject = format!("{id}#holder");
        let issuer = Profile::new(self.addresses, self.issuer);
        Credential {
            context: CONTEXTS,
            claims: jwt::Claims {
                iss: issuer.id().to_owned(),
                jti: id.clone(),
                sub: subject.clone(),
                nbf: self.issued_at,
                exp: self.expires.map(Day::last_second),
            },
            kind: ["VerifiableCredential", "OpenBadgeCredential"],
            name: self.course,
            description: self.description,
            image: Image {
                id: self.addresses.image(self.id),
                kind: "Image",
            },
            issuer,
            valid_from: rfc3339(self.issued_at),
            valid_until: self.expires.map(|day| rfc3339(day.last_second())),
            subject: self.subject(subject),
            status: [Purpose::Revocation, Purpose::Suspension].map(|purpose| self.status(purpose)),
            id,
        }
    }

    fn subject(&self, id: String) -> Subject<'a> {
        Subject {
            id,
            kind: ["AchievementSubject"],
            identifier: [Identity {
                kind: "IdentityObject",
                hashed: false,
                value: self.holder,
                of: "name",
            }],
            ended: format!("{}T00:00:00Z", self.completed),
            achievement: Achievement {
                id: self.achievement(),
                kind: ["Achievement"],
                sort: "CertificateOfCompletion",
                name: self.course,
                description: self.description,
                criteria: Criteria {
                    narrative: self.criteria,
                },
                language: self.language,
            },
            result: self.grade.map(|value| {
                [Outcome {
                    kind: ["Result"],
                    value,
                }]
            }),
        }
    }

    /// The same course of the same issuer is the same achievement: a `UUIDv8` of both.
    fn achievement(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"registrar-achievement-v1\0")
            .chain_update(self.addresses.issuer())
            .chain_update(b"\0")
            .chain_update(self.course)
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes[6] = bytes[6] & 0x0F | 0x80;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        let hex = HEXLOWER.encode(&bytes);
        let groups = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        format!("urn:uuid:{}", groups.join("-"))
    }

    fn status(&self, purpose: Purpose) -> Status {
        let list = self.addresses.list(purpose, list_number(self.status_index));
        let index = (self.status_index % LIST_BITS).to_string();
        Status {
            id: format!("{list}#{index}"),
            kind: "BitstringStatusListEntry",
            purpose: purpose.as_str(),
            index,
            list,
        }
    }
}

/// A badge's payload: the credential with the claims beside its members.
#[derive(Clone, Debug, Serialize)]
pub struct Credential<'a> {
    #[serde(rename = "@context")]
    context: [&'static str; 2],
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 2],
    #[serde(flatten)]
    claims: jwt::Claims,
    name: &'a str,
    description: &'a str,
    image: Image,
    issuer: Profile<'a>,
    #[serde(rename = "validFrom")]
    valid_from: String,
    #[serde(rename = "validUntil", skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(rename = "credentialSubject")]
    subject: Subject<'a>,
    #[serde(rename = "credentialStatus")]
    status: [Status; 2],
}

#[derive(Clone, Debug, Serialize)]
struct Image {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Subject<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 1],
    identifier: [Identity<'a>; 1],
    #[serde(rename = "activityEndDate")]
    ended: String,
    achievement: Achievement<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<[Outcome<'a>; 1]>,
}

#[derive(Clone, Debug, Serialize)]
struct Identity<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    hashed: bool,
    #[serde(rename = "identityHash")]
    value: &'a str,
    #[serde(rename = "identityType")]
    of: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Achievement<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 1],
    #[serde(rename = "achievementType")]
    sort: &'static str,
    name: &'a str,
    description: &'a str,
    criteria: Criteria<'a>,
    #[serde(rename = "inLanguage")]
    language: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct Criteria<'a> {
    narrative: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct Outcome<'a> {
    #[serde(rename = "type")]
    kind: [&'static str; 1],
    value: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct Status {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "statusPurpose")]
    purpose: &'static str,
    #[serde(rename = "statusListIndex")]
    index: String,
    #[serde(rename = "statusListCredential")]
    list: String,
}
