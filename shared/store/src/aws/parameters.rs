//! Parameter Store: secrets, read once at start.
//!
//! ```text
//! POST https://ssm.<region>.amazonaws.com/    X-Amz-Target: AmazonSSM.GetParameters    (signed: SigV4)
//! {"Names": ["/registrar/settings/channel_secret"], "WithDecryption": true}
//! → {"Parameters": [{"Name", "Value", …}], "InvalidParameters": ["<names that there are none of>"]}
//! ```
//!
//! One call names at most ten. It is signed and sent here: the service's own client stands for 150 actions, of which this is
//! one. A throttled call is made again, since many processes of a function may start at once. Failures name the service's
//! code and nothing of what was answered.

use super::{Aws, http::Http};
use crate::StoreError;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_types::body::SdkBody;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, SystemTime};

const SERVICE: &str = "Parameter Store";
/// How often it is asked. Lambda ends a start after ten seconds.
const TRIES: u32 = 6;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// The first pause; each further one is twice as long, and up to twice that by chance.
const PAUSE: Duration = Duration::from_millis(40);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
}

/// Why a try gave nothing.
struct Failed {
    cause: String,
    again: bool,
}

impl Aws {
    /// The values of these parameters, at most ten, by name; what does not exist is left out. `chance` draws how long a
    /// throttled call waits.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the service does not answer, or refuses.
    pub async fn parameters(
        &self,
        names: &[String],
        now: impl Fn() -> Timestamp,
        chance: impl Fn() -> u8,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let body = serde_json::json!({"Names": names, "WithDecryption": true}).to_string();
        let http = Http::new();
        let mut pause = PAUSE;
        let mut tried = 1;
        loop {
            let failed = match self.try_once(&http, &body, now()).await {
                Ok(found) => return Ok(found),
                Err(failed) => failed,
            };
            if !failed.again || tried == TRIES {
                return Err(StoreError::Unavailable {
                    service: SERVICE,
                    cause: failed.cause,
                });
            }
            tokio::time::sleep(pause + pause * u32::from(chance()) / 256).await;
            (pause, tried) = (pause * 2, tried + 1);
        }
    }

    async fn try_once(
        &self,
        http: &Http,
        body: &str,
        now: Timestamp,
    ) -> Result<BTreeMap<String, String>, Failed> {
        let request = self.signed(body, now).map_err(|error| Failed {
            cause: error.to_string(),
            again: false,
        })?;
        let asked = async {
            let answer = http.send(request).await?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, Box<dyn Error + Send + Sync>>(Response::from_parts(head, body))
        };
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let lost = |error: Box<dyn Error + Send + Sync>| Failed {
            cause: error.to_string(),
            again: true,
        };
        let answer = answer.map_err(|late| lost(late.into()))?.map_err(lost)?;
        if answer.status() != StatusCode::OK {
            return Err(refused(answer.status(), answer.body()));
        }
        let unreadable = |_| Failed {
            cause: "the answer could not be read".to_owned(),
            again: false,
        };
        let read: Answer = serde_json::from_slice(answer.body()).map_err(unreadable)?;
        let found = read.parameters.into_iter().map(|p| (p.name, p.value));
        Ok(found.collect())
    }

    fn signed(
        &self,
        body: &str,
        now: Timestamp,
    ) -> Result<Request<SdkBody>, Box<dyn Error + Send + Sync>> {
        let region = self.region.as_ref();
        let domain = if region.starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        };
        let address = match &self.ssm {
            Some(address) => format!("{}/", address.trim_end_matches('/')),
            None => format!("https://ssm.{region}.{domain}/"),
        };
        let headers = [
            (header::CONTENT_TYPE.as_str(), "application/x-amz-json-1.1"),
            ("x-amz-target", "AmazonSSM.GetParameters"),
        ];
        let identity = self.credentials.clone().into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("ssm")
            .time(SystemTime::from(now))
            .settings(SigningSettings::default())
            .build()?
            .into();
        let signable = SignableRequest::new(
            "POST",
            address.as_str(),
            headers.into_iter(),
            SignableBody::Bytes(body.as_bytes()),
        )?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = Request::post(&address);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut request = request.body(SdkBody::from(body))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

fn refused(status: StatusCode, body: &[u8]) -> Failed {
    let kind = serde_json::from_slice(body).map_or_else(|_| String::new(), |r: Refusal| r.kind);
    let code = kind.rsplit('#').next().unwrap_or_default();
    Failed {
        again: status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || ["ThrottlingException", "RequestLimitExceeded"].contains(&code),
        cause: if code.is_empty() {
            status.to_string()
        } else {
            code.to_owned()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(endpoint: Option<&str>) -> Aws {
        let lookup = |name: &str| {
            let value = match name {
                "AWS_REGION" => "eu-central-1",
                "AWS_ACCESS_KEY_ID" => "id",
                "AWS_SECRET_ACCESS_KEY" => "secret",
                "AWS_SESSION_TOKEN" => "token",
                "AWS_ENDPOINT_URL_SSM" => endpoint?,
                _ => return None,
            };
            Some(value.to_owned())
        };
        Aws::from_settings(&lookup).unwrap()
    }

    #[test]
    fn a_call_is_signed_for_the_service_of_its_region_with_the_session() {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let request = aws(None).signed("{}", now).unwrap();
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!(request.uri(), "https://ssm.eu-central-1.amazonaws.com/");
        assert_eq!(header("x-amz-date"), "20261121T100000Z");
        assert_eq!(header("x-amz-security-token"), "token");
        let signed = header("authorization");
        assert!(
            signed.contains("Credential=id/20261121/eu-central-1/ssm/aws4_request")
                && signed
                    .contains("content-type;host;x-amz-date;x-amz-security-token;x-amz-target"),
            "{signed}"
        );
        let local = aws(Some("http://127.0.0.1:1")).signed("{}", now).unwrap();
        assert_eq!(local.uri(), "http://127.0.0.1:1/");
    }

    #[test]
    fn what_is_throttled_is_asked_again_and_what_is_refused_is_not() {
        let body =
            |kind: &str| format!(r#"{{"__type": "com.amazonaws.ssm#{kind}", "message": "x"}}"#);
        for (status, kind, again) in [
            (StatusCode::BAD_REQUEST, "ThrottlingException", true),
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                true,
            ),
            (StatusCode::BAD_REQUEST, "AccessDeniedException", false),
        ] {
            let failed = refused(status, body(kind).as_bytes());
            assert_eq!((failed.again, failed.cause.as_str()), (again, kind));
        }
    }
}
