//! The environment of a function's process: what Lambda sets, what the template sets, and where the stand-ins are.

use crate::access::key_of;
use crate::template::Function;
use std::collections::BTreeMap;

/// Addresses and credentials that every function gets.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) region: String,
    pub(crate) dynamodb_url: String,
    pub(crate) s3_url: String,
    pub(crate) sqs_url: String,
    pub(crate) kms_url: String,
    pub(crate) ssm_url: String,
    /// The deployment's; each function has one of its own, made of it.
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
}

impl Surroundings {
    /// Template variables win over nothing but the stand-ins' addresses: on AWS the latter are not set at all.
    pub(super) fn environment(&self, function: &Function) -> BTreeMap<String, String> {
        let mut out = function.environment.clone();
        let mut set = |name: &str, value: &str| {
            out.insert(name.to_owned(), value.to_owned());
        };
        set("AWS_ENDPOINT_URL_DYNAMODB", &self.dynamodb_url);
        set("AWS_ENDPOINT_URL_S3", &self.s3_url);
        set("AWS_ENDPOINT_URL_SQS", &self.sqs_url);
        set("AWS_ENDPOINT_URL_KMS", &self.kms_url);
        set("AWS_ENDPOINT_URL_SSM", &self.ssm_url);
        set(
            "AWS_ACCESS_KEY_ID",
            &key_of(&self.access_key, &function.logical_id),
        );
        set("AWS_SECRET_ACCESS_KEY", &self.secret_key);
        set("AWS_EC2_METADATA_DISABLED", "true");
        set("AWS_REGION", &self.region);
        set("AWS_DEFAULT_REGION", &self.region);
        set("AWS_EXECUTION_ENV", "AWS_Lambda_rust");
        set("AWS_LAMBDA_FUNCTION_NAME", &function.name);
        set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        set(
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            &function.memory_mb.to_string(),
        );
        set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        set(
            "AWS_LAMBDA_LOG_GROUP_NAME",
            &format!("/aws/lambda/{}", function.name),
        );
        set("AWS_LAMBDA_LOG_STREAM_NAME", "local");
        set("_HANDLER", "bootstrap");
        set("TZ", ":UTC");
        set("LANG", "en_US.UTF-8");
        set("PATH", "/usr/local/bin:/usr/bin:/bin");
        out
    }
}
