//! What runs on one machine is for this machine: its services answer to its own names, its stand-ins to its own
//! credentials, and its files are the owner's alone.

use crate::house::{Answer, Ask, House};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// A call of DynamoDB, SQS or KMS as a browser page could make it.
async fn unsigned(house: &House, url: &str, target: &str, authorization: &str) -> Answer {
    let request = house.http.post(url).header("x-amz-target", target);
    let request = request.header("x-amz-date", "20261121T100000Z");
    let request = request.header("content-type", "application/x-amz-json-1.0");
    request
        .header("authorization", authorization)
        .body("{}")
        .answer()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_service_answers_to_a_name_of_somebody_else() {
    let house = House::start().await;
    let urls = house.platform.urls();
    for url in [
        &urls.api,
        &urls.verify,
        &urls.s3,
        &urls.simulators,
        &urls.dynamodb,
        &urls.sqs,
        &urls.kms,
    ] {
        for host in ["attacker.example", "attacker.example:8787", "192.168.0.7"] {
            let asked = house.http.get(format!("{url}/")).header("host", host);
            assert_eq!(asked.answer().await.status, 421, "{url} as {host}");
        }
        let port = url.rsplit(':').next().expect("a port");
        let own = house.http.get(format!("{url}/"));
        let own = own
            .header("host", format!("localhost:{port}"))
            .answer()
            .await;
        assert_ne!(own.status, 421, "{url} as localhost");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_queues_and_keys_work_for_the_deployments_credentials_only() {
    let house = House::start().await;
    let urls = house.platform.urls();
    let key = &house.platform.secrets().aws_access_key_id;
    for (url, service, target) in [
        (&urls.dynamodb, "dynamodb", "DynamoDB_20120810.ListTables"),
        (&urls.sqs, "sqs", "AmazonSQS.ListQueues"),
        (&urls.kms, "kms", "TrentService.ListKeys"),
    ] {
        let forged = |key: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential={key}/20261121/us-east-1/{service}/aws4_request, \
                 SignedHeaders=host, Signature={}",
                "0".repeat(64)
            )
        };
        for (authorization, refusal) in [
            (String::new(), "IncompleteSignatureException"),
            (forged("somebody"), "UnrecognizedClientException"),
            (forged(key), "InvalidSignatureException"),
        ] {
            let answer = unsigned(&house, url, target, &authorization).await;
            assert_eq!(answer.status, 400, "{service}: {answer:?}");
            assert_eq!(answer.at("/__type"), refusal, "{service}: {answer:?}");
        }
    }
    house.finish().await;
}

/// Every file and folder below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_on_disk_is_the_owners_alone() {
    let house = House::start().await;
    let student = house.sign_in(crate::house::STUDENT).await;
    house.open_ticket(&student).await;
    house.platform.quiesce().await;
    let all = below(house.data.path());
    assert!(all.len() > 10, "{all:?}");
    for path in all {
        let mode = fs::metadata(&path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{} is {:o}", path.display(), mode & 0o777);
    }
    house.finish().await;
}
