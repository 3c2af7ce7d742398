//! From a request to its response.

use std::sync::Arc;

use registrar_credential::{
    Authentic, CertificateId, EdgeRecord, Forgery, Purpose, SignedClaim, Verdict, Verification,
    judge, list_number,
};

use crate::badges;
use crate::document::{self, Judged};
use crate::edge::{Edge, Unreachable};
use crate::lists::{Newest, newest};
use crate::memory::Memory;
use crate::negotiate::{Form, Language};
use crate::page;
use crate::records::Records;
use crate::request::{Face, Request, Route, typed};
use crate::response::{Body, Kind, Response};
use crate::settings::Settings;
use crate::signature::Signatures;

/// The verifier with its settings and its memory. One serves all requests of a process.
#[derive(Debug)]
pub struct Verifier {
    settings: Settings,
    memory: Memory,
    signatures: Signatures,
    /// What `/certificate-keys` serves.
    keys: String,
}

impl Verifier {
    /// A verifier that remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            keys: document::keys(&settings.keys),
            settings,
            memory: Memory::default(),
            signatures: Signatures::default(),
        }
    }

    /// Answers a request. Never fails: what goes wrong is a response too.
    pub async fn respond(&self, edge: &impl Edge, request: &Request) -> Response {
        let response = match request.method.as_str() {
            "GET" | "HEAD" => self.answer(edge, request).await,
            "OPTIONS" => Response::preflight(),
            _ => document::method_not_allowed(request),
        };
        let mut response = response.unless_matched(&request.if_none_match);
        if request.method == "HEAD" && matches!(response.body, Body::Text(_)) {
            response.body = Body::Text(String::new());
        }
        response
    }

    async fn answer(&self, edge: &impl Edge, request: &Request) -> Response {
        let form = request.form();
        match request.route() {
            Route::Token(token) => {
                let judged = self.token(edge, token, form).await;
                Self::show(edge, request, form, Ok(judged))
            }
            Route::Certificate(id) => {
                let judged = self.certificate(edge, id).await;
                Self::show(edge, request, form, judged)
            }
            Route::Ask(value) => Self::asked(edge, request, form, value),
            Route::StatusList(number, purpose) => {
                self.status_list(edge, request, number, purpose).await
            }
            Route::Badge(id, face) => self.badge(edge, request, id, face).await,
            Route::BadgeKeys => badges::keys(edge, &self.memory, request).await,
            Route::BadgeKey(name) => badges::key(edge, &self.memory, request, name).await,
            Route::Issuer => badges::issuer(edge, &self.memory, request).await,
            Route::Keys => {
                Response::tagged(Kind::Keys, self.keys.clone(), badges::tag_of(&self.keys))
            }
            Route::Offline(asset) => Response::asset(asset),
            Route::OfflineSettings => document::offline_settings(
                &self.settings.keys,
                self.settings.limits.status_max_age_seconds,
            ),
            Route::Health => document::health(),
            Route::Icon => Response::text(204, Kind::NoIcon, String::new()),
            Route::Home if form == Form::Page => page::home(request.language(None)),
            Route::Nothing if form == Form::Page => page::not_found(request.language(None)),
            Route::Home | Route::Nothing => document::not_found(request),
        }
    }

    fn show(
        edge: &impl Edge,
        request: &Request,
        form: Form,
        judged: Result<Judged, Unreachable>,
    ) -> Response {
        match (judged, form) {
            (Ok(judged), Form::Json) => document::verdict(&judged, edge.now()),
            (Ok(judged), Form::Page) => {
                page::verdict(&judged, edge.now(), request.language(judged.language()))
            }
            (Err(Unreachable), Form::Json) => document::origin_unreachable(request),
            (Err(Unreachable), Form::Page) => page::origin_unreachable(request.language(None)),
        }
    }

    /// Sends what somebody typed to the address of its verdict; what is neither a number nor a code gets it at once.
    fn asked(edge: &impl Edge, request: &Request, form: Form, value: &str) -> Response {
        let text = typed(value);
        let address = if let Ok(id) = text.parse::<CertificateId>() {
            format!("/verify/{id}")
        } else if SignedClaim::parse(&text).is_ok() {
            format!("/v/{}", text.to_ascii_uppercase())
        } else {
            let reason = "not_an_id".to_owned();
            let judged = Judged::bare(Verdict::Malformed { reason }, None);
            return Self::show(edge, request, form, Ok(judged));
        };
        Response::see_other(match request.language(None) {
            Language::English => format!("{address}?lang=en"),
            Language::French => format!("{address}?lang=fr"),
        })
    }

    /// A token speaks for itself. The record is looked up only where it can add something: to a page, the full text
    /// behind a digest, since when and why a certificate does not hold, or that it was withdrawn; and where the key is
    /// known to be stolen, since a thief can date a claim back, but not write the record.
    async fn token(&self, edge: &impl Edge, token: &str, form: Form) -> Judged {
        let authentic = match self.authenticate(token) {
            Ok(authentic) => authentic,
            Err(verdict) => return Judged::bare(verdict, None),
        };
        let verification = self.judge(edge, &authentic, None, None).await;
        let claim = authentic.claim();
        let records = self.records(edge);
        if self.settings.keys.is_compromised(claim.key_id) {
            let record = match records.kept(&claim.id).await {
                Some(record) => Ok(Some(record)),
                None => records.asked(&claim.id).await,
            };
            let known = match record {
                Ok(Some(record)) if record.withdrawn || is_of(&record, token) => record,
                Ok(_) => {
                    let id = Some(claim.id.clone());
                    return Judged::bare(Forgery::KeyCompromised.into(), id);
                }
                Err(Unreachable) => {
                    let verdict = Verdict::Stale { age_seconds: None };
                    return Judged::bare(verdict, Some(claim.id.clone()));
                }
            };
            return self
                .recorded(edge, &authentic, verification, Some(known))
                .await;
        }
        let digested = claim.holder.plain().is_none() || claim.course.plain().is_none();
        let halted = matches!(verification.verdict, Verdict::Revoked | Verdict::Suspended);
        if !digested && !halted && form == Form::Json {
            let record = None;
            return Judged {
                verification,
                record,
            };
        }
        let of_this = |record: &Arc<EdgeRecord>| record.withdrawn || is_of(record, token);
        let record = match records.kept(&claim.id).await.filter(of_this) {
            None if digested => records.asked(&claim.id).await.ok().flatten(),
            kept => kept,
        };
        let record = record.filter(of_this);
        self.recorded(edge, &authentic, verification, record).await
    }

    async fn certificate(&self, edge: &impl Edge, text: &str) -> Result<Judged, Unreachable> {
        let Ok(id) = text.parse::<CertificateId>() else {
            let verdict = Verdict::Malformed {
                reason: "not_an_id".to_owned(),
            };
            return Ok(Judged::bare(verdict, None));
        };
        let records = self.records(edge);
        let record = match records.kept(&id).await {
            Some(record) => record,
            None => match records.asked(&id).await? {
                Some(record) => record,
                None => return Ok(Judged::bare(Verdict::Unknown, Some(id))),
            },
        };
        self.of_record(edge, id, record).await
    }

    async fn of_record(
        &self,
        edge: &impl Edge,
        id: CertificateId,
        record: Arc<EdgeRecord>,
    ) -> Result<Judged, Unreachable> {
        if record.withdrawn {
            return Ok(Judged::bare(Verdict::Withdrawn, Some(id)));
        }
        match self.authenticate(&record.token) {
            Ok(authentic) => {
                let verification = self.judge(edge, &authentic, Some(&id), Some(&record)).await;
                if authentic.claim().id != id {
                    let record = None;
                    return Ok(Judged {
                        verification,
                        record,
                    });
                }
                let record = Some(record);
                Ok(self.recorded(edge, &authentic, verification, record).await)
            }
            // The origin's record is damaged, which says nothing of the certificate.
            Err(Verdict::Malformed { reason }) if reason != "unknown_version" => Err(Unreachable),
            Err(verdict) => Ok(Judged::bare(verdict, Some(id))),
        }
    }

    /// A badge, unless its holder may have been erased since the KV was last written, as the certificate's record and the
    /// list tell. Images always come from the origin.
    async fn badge(&self, edge: &impl Edge, request: &Request, text: &str, face: Face) -> Response {
        if let Ok(id) = text.parse::<CertificateId>()
            && !matches!(face, Face::Png | Face::Svg)
            && let Some(record) = self.records(edge).kept(&id).await
            && let Ok(judged) = self.of_record(edge, id, record).await
        {
            match judged.verification.verdict {
                Verdict::Withdrawn => return document::withdrawn(request),
                Verdict::Revoked if judged.record.is_none() => {
                    return document::origin_unreachable(request);
                }
                _ => {}
            }
        }
        badges::badge(edge, request, text, face).await
    }

    /// A verdict with the record that belongs to its token. Of what is revoked nothing personal is shown but what the
    /// origin, or a record that knows of the revocation, still shows: the holder may have been erased since.
    async fn recorded(
        &self,
        edge: &impl Edge,
        authentic: &Authentic,
        verification: Verification,
        kept: Option<Arc<EdgeRecord>>,
    ) -> Judged {
        let id = &authentic.claim().id;
        let record = if verification.verdict == Verdict::Revoked {
            let knows = |record: &Arc<EdgeRecord>| {
                let standing = record.standing.as_ref();
                record.withdrawn || standing.is_some_and(|known| known.state == "revoked")
            };
            let same = |record: &Arc<EdgeRecord>| {
                let token = self.authenticate(&record.token);
                record.withdrawn || token.is_ok_and(|known| known.claim() == authentic.claim())
            };
            match self.records(edge).confirmed(id).await {
                Ok(record) => record.filter(same),
                Err(Unreachable) => kept.filter(knows),
            }
        } else {
            kept
        };
        match record {
            Some(record) => Judged {
                verification: self.judge(edge, authentic, None, Some(&record)).await,
                record: Some(record),
            },
            None if verification.verdict == Verdict::Revoked => Judged {
                verification: Verification {
                    holder: None,
                    course: None,
                    grade: None,
                    ..verification
                },
                record: None,
            },
            None => Judged {
                verification,
                record: None,
            },
        }
    }

    fn records<'a, E: Edge>(
        &'a self,
        edge: &'a E,
    ) -> Records<'a, E, impl Fn(&str) -> Result<Arc<Authentic>, Verdict> + 'a> {
        Records {
            edge,
            memory: &self.memory,
            authenticate: |token: &str| self.authenticate(token),
        }
    }

    fn authenticate(&self, token: &str) -> Result<Arc<Authentic>, Verdict> {
        if let Some(known) = self.memory.token(token) {
            return Ok(known);
        }
        let signed = SignedClaim::parse(token)?;
        let check =
            |key: &_, message: &_, signature: &_| self.signatures.verify(key, message, signature);
        let authentic = Arc::new(self.settings.keys.authenticate_with(signed, check)?);
        self.memory
            .keep_token(token.to_owned(), Arc::clone(&authentic));
        Ok(authentic)
    }

    async fn judge(
        &self,
        edge: &impl Edge,
        authentic: &Authentic,
        asked: Option<&CertificateId>,
        record: Option<&EdgeRecord>,
    ) -> Verification {
        let number = list_number(authentic.claim().status_index);
        let revocation = self.newest(edge, number, Purpose::Revocation).await;
        let suspension = self.newest(edge, number, Purpose::Suspension).await;
        let limits = self.settings.limits;
        let (revoked, suspended) = (revocation.list(), suspension.list());
        let mut verification = judge(
            authentic,
            asked,
            record,
            revoked,
            suspended,
            edge.now(),
            limits,
        );
        // Without knowing whether there is a suspension list, nothing is valid.
        if verification.verdict == Verdict::Valid && matches!(suspension, Newest::Unknown) {
            verification.verdict = Verdict::Stale { age_seconds: None };
        }
        verification
    }

    async fn newest(&self, edge: &impl Edge, number: u32, purpose: Purpose) -> Newest {
        newest(edge, &self.memory, &self.settings, number, purpose).await
    }

    async fn status_list(
        &self,
        edge: &impl Edge,
        request: &Request,
        number: u32,
        purpose: Purpose,
    ) -> Response {
        match self.newest(edge, number, purpose).await {
            Newest::List(held) => {
                let tag = badges::tag_of_jws(&held.jws);
                Response::tagged(Kind::StatusList, held.jws.clone(), tag)
            }
            Newest::Absent => document::not_found(request),
            Newest::Unknown => document::origin_unreachable(request),
        }
    }
}

/// Whether a record belongs to a token, which may have been typed in lower case: one certificate has one token for ever.
fn is_of(record: &EdgeRecord, token: &str) -> bool {
    record.token.eq_ignore_ascii_case(token)
}

#[cfg(test)]
mod tests;
