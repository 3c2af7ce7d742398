//! The table and the queues of a deployment, by their own clients: for what no HTTP route shows.

use registrar_store::{Table, aws::Aws};

/// Clients for the stand-ins at these addresses; they take any credentials but S3's.
pub(crate) fn aws(dynamodb_url: &str, sqs_url: &str) -> Aws {
    let lookup = |name: &str| {
        let value = match name {
            "AWS_REGION" => "us-east-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "local",
            "AWS_ENDPOINT_URL_DYNAMODB" => dynamodb_url,
            "AWS_ENDPOINT_URL_SQS" => sqs_url,
            _ => return None,
        };
        Some(value.to_owned())
    };
    Aws::from_settings(&lookup).expect("all settings are given")
}

/// The table of the stack `registrar`, as the template shards it.
pub(crate) fn table(aws: &Aws) -> Table {
    Table::new(aws, "registrar-Table", 10)
}
