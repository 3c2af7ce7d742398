//! AWS clients from the environment, as small and as quick to start as they can be.
//!
//! `aws-config` is left out: on Lambda region and credentials stand in the environment, and its credential chain costs
//! start-up time and megabytes. TLS is rustls over ring, because the first handshake of the default (aws-lc) spends 30 ms
//! of CPU on entropy, which is most of a cold start at 128 MB. `AWS_ENDPOINT_URL_<SERVICE>` moves a client elsewhere.

mod http;
mod parameters;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::region::Region;
use http::Http;

/// Reads a setting; `std::env::var(..).ok()` in a function.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting that the clients cannot do without.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingSetting(&'static str);

/// What every client is made from.
#[derive(Clone, Debug)]
pub struct Aws {
    region: Region,
    credentials: Credentials,
    http: SharedHttpClient,
    dynamodb: Option<String>,
    #[cfg_attr(
        not(feature = "s3"),
        expect(dead_code, reason = "read by the S3 client only")
    )]
    s3: Option<String>,
    sqs: Option<String>,
    #[cfg_attr(
        not(feature = "kms"),
        expect(dead_code, reason = "read by the KMS client only")
    )]
    kms: Option<String>,
    ssm: Option<String>,
}

impl Aws {
    /// Reads region, credentials and endpoints.
    pub fn from_settings(lookup: Lookup<'_>) -> Result<Self, MissingSetting> {
        let need = |name: &'static str| {
            lookup(name)
                .filter(|v| !v.is_empty())
                .ok_or(MissingSetting(name))
        };
        let credentials = Credentials::new(
            need("AWS_ACCESS_KEY_ID")?,
            need("AWS_SECRET_ACCESS_KEY")?,
            lookup("AWS_SESSION_TOKEN").filter(|token| !token.is_empty()),
            None,
            "environment",
        );
        Ok(Self {
            region: Region::new(need("AWS_REGION")?),
            credentials,
            http: SharedHttpClient::new(Http::new()),
            dynamodb: lookup("AWS_ENDPOINT_URL_DYNAMODB"),
            s3: lookup("AWS_ENDPOINT_URL_S3"),
            sqs: lookup("AWS_ENDPOINT_URL_SQS"),
            kms: lookup("AWS_ENDPOINT_URL_KMS"),
            ssm: lookup("AWS_ENDPOINT_URL_SSM"),
        })
    }

    /// A DynamoDB client.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version_latest()
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone());
        config.set_endpoint_url(self.dynamodb.clone());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// An SQS client.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        let mut config = aws_sdk_sqs::Config::builder()
            .behavior_version_latest()
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone());
        config.set_endpoint_url(self.sqs.clone());
        aws_sdk_sqs::Client::from_conf(config.build())
    }

    /// A KMS client.
    #[cfg(feature = "kms")]
    pub fn kms(&self) -> aws_sdk_kms::Client {
        let mut config = aws_sdk_kms::Config::builder()
            .behavior_version_latest()
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone());
        config.set_endpoint_url(self.kms.clone());
        aws_sdk_kms::Client::from_conf(config.build())
    }

    /// An S3 client; path style where an endpoint is set, because stand-ins have no DNS of their own.
    #[cfg(feature = "s3")]
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version_latest()
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .force_path_style(self.s3.is_some());
        config.set_endpoint_url(self.s3.clone());
        aws_sdk_s3::Client::from_conf(config.build())
    }
}
