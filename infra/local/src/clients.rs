//! Clients for the stand-ins, as the deployment's operator has them.

use crate::access::key_of;
use crate::platform::{Platform, Urls};
use crate::secrets::LocalSecrets;
use registrar_store::aws::Aws;

/// The region that everything is signed for.
const REGION: &str = "us-east-1";

/// Clients that sign with the credentials of the deployment.
///
/// # Panics
/// Never: all that clients need is given.
pub fn clients(urls: &Urls, secrets: &LocalSecrets) -> Aws {
    signing_as(&secrets.aws_access_key_id, urls, secrets)
}

fn signing_as(access_key: &str, urls: &Urls, secrets: &LocalSecrets) -> Aws {
    let lookup = |name: &str| {
        let value = match name {
            "AWS_REGION" => REGION,
            "AWS_ACCESS_KEY_ID" => access_key,
            "AWS_SECRET_ACCESS_KEY" => &secrets.aws_secret_access_key,
            "AWS_ENDPOINT_URL_DYNAMODB" => &urls.dynamodb,
            "AWS_ENDPOINT_URL_S3" => &urls.s3,
            "AWS_ENDPOINT_URL_SQS" => &urls.sqs,
            "AWS_ENDPOINT_URL_KMS" => &urls.kms,
            "AWS_ENDPOINT_URL_SSM" => &urls.ssm,
            _ => return None,
        };
        Some(value.to_owned())
    };
    Aws::from_settings(&lookup).expect("region and credentials are given")
}

impl Platform {
    /// Clients that sign with the credentials of the deployment.
    pub fn clients(&self) -> Aws {
        clients(self.urls(), self.secrets())
    }

    /// Clients that sign as a function, by logical id: what they may do its role says.
    pub fn clients_of(&self, function: &str) -> Aws {
        let key = key_of(&self.secrets().aws_access_key_id, function);
        signing_as(&key, self.urls(), self.secrets())
    }
}
