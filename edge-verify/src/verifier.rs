//! From a request to its response.

use std::sync::Arc;

use registrar_credential::{
    Authentic, CertificateId, EdgeRecord, Purpose, SignedClaim, Verdict, Verification, judge,
    list_number,
};

use crate::document;
use crate::edge::{Edge, Unreachable};
use crate::lists::{Newest, newest};
use crate::memory::Memory;
use crate::negotiate::Form;
use crate::page;
use crate::request::{Request, Route};
use crate::response::{Kind, Response};
use crate::settings::Settings;
use crate::signature::Signatures;

/// The verifier with its settings and its memory. One serves all requests of a process.
#[derive(Debug)]
pub struct Verifier {
    settings: Settings,
    memory: Memory,
    signatures: Signatures,
}

impl Verifier {
    /// A verifier that remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            memory: Memory::default(),
            signatures: Signatures::default(),
        }
    }

    /// Answers a request. Never fails: what goes wrong is a response too.
    pub async fn respond(&self, edge: &impl Edge, request: &Request) -> Response {
        let mut response = match request.method.as_str() {
            "GET" | "HEAD" => self.answer(edge, request).await,
            _ => document::method_not_allowed(request),
        };
        if request.method == "HEAD" {
            response.body.clear();
        }
        response
    }

    async fn answer(&self, edge: &impl Edge, request: &Request) -> Response {
        let judged = match request.route() {
            Route::Token(token) => Ok(self.token(edge, token).await),
            Route::Certificate(id) => self.certificate(edge, id).await,
            Route::StatusList(number, purpose) => {
                return self.status_list(edge, request, number, purpose).await;
            }
            Route::Keys => return document::keys(&self.settings.keys),
            Route::Health => return document::health(),
            Route::Nothing => return document::not_found(request),
        };
        match (judged, request.form()) {
            (Ok(verification), Form::Json) => document::verdict(&verification, edge.now()),
            (Ok(verification), Form::Page) => {
                page::verdict(&verification, edge.now(), request.language())
            }
            (Err(Unreachable), Form::Json) => document::origin_unreachable(request),
            (Err(Unreachable), Form::Page) => page::origin_unreachable(request.language()),
        }
    }

    /// A token speaks for itself. The record is looked up only where it can add something: the full text
    /// behind a digest, or that a revoked certificate was withdrawn.
    async fn token(&self, edge: &impl Edge, token: &str) -> Verification {
        let authentic = match self.authenticate(token) {
            Ok(authentic) => authentic,
            Err(verdict) => return Verification::bare(verdict, None),
        };
        let verification = self.judge(edge, &authentic, None, None).await;
        let claim = authentic.claim();
        let digested = claim.holder.plain().is_none() || claim.course.plain().is_none();
        if !digested && verification.verdict != Verdict::Revoked {
            return verification;
        }
        let record = match self.kept_record(edge, &claim.id).await {
            None if digested => self.origin_record(edge, &claim.id).await.ok().flatten(),
            kept => kept,
        };
        match record {
            Some(record) => self.judge(edge, &authentic, None, Some(&record)).await,
            None => verification,
        }
    }

    async fn certificate(&self, edge: &impl Edge, text: &str) -> Result<Verification, Unreachable> {
        let Ok(id) = text.parse::<CertificateId>() else {
            let verdict = Verdict::Malformed {
                reason: "not_an_id".to_owned(),
            };
            return Ok(Verification::bare(verdict, None));
        };
        let record = match self.kept_record(edge, &id).await {
            Some(record) => record,
            None => match self.origin_record(edge, &id).await? {
                Some(record) => record,
                None => return Ok(Verification::bare(Verdict::Unknown, Some(id))),
            },
        };
        if record.withdrawn {
            return Ok(Verification::bare(Verdict::Withdrawn, Some(id)));
        }
        match self.authenticate(&record.token) {
            Ok(authentic) => Ok(self.judge(edge, &authentic, Some(&id), Some(&record)).await),
            Err(verdict) => Ok(Verification::bare(verdict, Some(id))),
        }
    }

    /// The KV's record; none as well when the KV is silent or its record cannot be read, for the origin knows better.
    async fn kept_record(&self, edge: &impl Edge, id: &CertificateId) -> Option<EdgeRecord> {
        let text = edge.kv(&EdgeRecord::key(id)).await.ok().flatten()?;
        serde_json::from_str(&text).ok()
    }

    async fn origin_record(
        &self,
        edge: &impl Edge,
        id: &CertificateId,
    ) -> Result<Option<EdgeRecord>, Unreachable> {
        let answer = edge.origin(&format!("/api/certificates/{id}/edge")).await?;
        match answer.status {
            200 => serde_json::from_str(&answer.body)
                .map(Some)
                .map_err(|_| Unreachable),
            404 => Ok(None),
            _ => Err(Unreachable),
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
            Newest::List(held) => Response {
                status: 200,
                kind: Kind::StatusList,
                body: held.jws.clone(),
            },
            Newest::Absent => document::not_found(request),
            Newest::Unknown => document::origin_unreachable(request),
        }
    }
}

#[cfg(test)]
mod tests;
