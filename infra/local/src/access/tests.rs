use super::*;
use crate::template::{World, load};
use serde_json::Value as Json;

const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/registrar-Table";

fn access() -> Access {
    let mut world = World {
        region: "us-east-1".into(),
        stack: "registrar".into(),
        ..World::default()
    };
    for (name, value) in [
        ("AppBaseUrl", "http://127.0.0.1:1"),
        ("VerifyBaseUrl", "http://127.0.0.1:3"),
        ("SimulatorsBaseUrl", "http://127.0.0.1:4"),
        ("AuthJwks", "{}"),
    ] {
        world.parameters.insert(name.into(), value.into());
    }
    let deployment = load(include_str!("../../../template.yaml"), &world).unwrap();
    Access::new("key", &deployment, "us-east-1")
}

fn asked(access: &Access, service: Service, target: &str, body: &Json) -> Vec<Asked> {
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-target", target.parse().unwrap());
    access
        .0
        .layout
        .of_json(service, &headers, body.to_string().as_bytes())
}

fn of_table(access: &Access, action: &str, body: &Json) -> Vec<Asked> {
    let target = format!("DynamoDB_20120810.{action}");
    asked(access, Service::DynamoDb, &target, body)
}

fn of_s3(access: &Access, method: &str, uri: &str) -> Vec<Asked> {
    let request = http::Request::builder().method(method).uri(uri);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    access.0.layout.of_s3(&parts, b"")
}

fn itself(key: &str) -> Caller {
    Caller {
        key: key.to_owned(),
        itself: true,
    }
}

fn refused(access: &Access, function: &str, asked: &[Asked]) -> bool {
    assert!(!asked.is_empty());
    access
        .refusal(&itself(&key_of("key", function)), asked)
        .is_some()
}

#[test]
fn rendering_cannot_write_what_says_that_something_is_revoked() {
    let access = access();
    let write = |partition: &str| {
        let item = json!({"PK": {"S": partition}, "SK": {"S": "x"}});
        let put = json!({"TableName": "registrar-Table", "Item": item});
        let whole = json!({"TransactItems": [{"Put": put}]});
        let transaction = of_table(&access, "TransactWriteItems", &whole);
        assert_eq!(transaction, of_table(&access, "PutItem", &put));
        transaction
    };
    assert!(refused(
        &access,
        "RenderingFunction",
        &write("STATUSLIST#0")
    ));
    assert!(refused(
        &access,
        "RenderingFunction",
        &write("CERTIFICATEFACT#ab")
    ));
    assert!(!refused(
        &access,
        "RenderingFunction",
        &write("CERTIFICATE#C")
    ));
    assert!(!refused(
        &access,
        "CertificatesFunction",
        &write("STATUSLIST#0")
    ));
    assert_eq!(access.denied().len(), 2);
    assert!(access.denied()[0].contains("dynamodb:PutItem on arn:aws:dynamodb"));
}

#[test]
fn what_names_no_partition_is_refused_although_its_condition_is_for_all_values() {
    let access = access();
    let describe = of_table(
        &access,
        "DescribeTable",
        &json!({"TableName": "registrar-Table"}),
    );
    assert_eq!(describe[0].resource, TABLE);
    assert!(refused(&access, "TicketsFunction", &describe));
    let bare = Asked {
        action: "dynamodb:GetItem".into(),
        resource: TABLE.into(),
        context: Vec::new(),
    };
    assert!(refused(&access, "TicketsFunction", &[bare]));
    let account = access.refusal(&itself("key"), &describe);
    assert_eq!(account, None, "whoever runs it may do everything");
}

#[test]
fn a_query_is_of_the_partition_that_its_condition_names() {
    let access = access();
    let body = json!({
        "TableName": "registrar-Table",
        "IndexName": "GSI1",
        "KeyConditionExpression": "#sk <= :to AND #pk = :pk",
        "ExpressionAttributeNames": {"#pk": "GSI1PK", "#sk": "GSI1SK"},
        "ExpressionAttributeValues": {":pk": {"S": "STAFF"}, ":to": {"S": "z"}},
    });
    let query = of_table(&access, "Query", &body);
    assert_eq!(query[0].resource, format!("{TABLE}/index/GSI1"));
    assert_eq!(
        query[0].context,
        [("dynamodb:LeadingKeys".into(), vec!["STAFF".into()])]
    );
    assert!(!refused(&access, "DeliveriesFunction", &query));
    assert!(refused(&access, "RelayFunction", &query));
}

#[test]
fn buckets_are_listed_by_prefix_and_files_reached_by_folder() {
    let access = access();
    let work = |method: &str, uri: &str| {
        refused(&access, "TicketWorkFunction", &of_s3(&access, method, uri))
    };
    let bucket = "/registrar-attachmentsbucket";
    assert!(!work(
        "GET",
        &format!("{bucket}/?list-type=2&prefix=ticket-attachments%2F")
    ));
    assert!(work("GET", &format!("{bucket}/?list-type=2")));
    assert!(work("GET", &format!("{bucket}/?list-type=2&prefix=")));
    assert!(!work(
        "DELETE",
        &format!("{bucket}/ticket-attachments/a%20b")
    ));
    assert!(work("GET", &format!("{bucket}/ticket-attachments/a")));
    let imports = |uri: &str| refused(&access, "BulkFunction", &of_s3(&access, "GET", uri));
    assert!(!imports(
        "/registrar-importsbucket/imports/certificates/a.csv"
    ));
    assert!(imports("/registrar-importsbucket/imports/incoming/a.csv"));
}

#[test]
fn a_function_reads_its_own_secrets_only() {
    let access = access();
    let read = |function: &str, names: &[&str]| {
        let body = json!({"Names": names, "WithDecryption": true});
        let asked = asked(&access, Service::Ssm, "AmazonSSM.GetParameters", &body);
        refused(&access, function, &asked)
    };
    let (own, foreign) = (
        "/registrar/settings/channel_secret",
        "/registrar/settings/token_signing_key",
    );
    assert!(!read("TicketsFunction", &[own]));
    assert!(read("TicketsFunction", &[own, foreign]));
    assert!(read("HookDeliveriesFunction", &[own]));
}

#[test]
fn keys_open_with_their_context_and_queues_take_batches() {
    let access = access();
    let deployment_key = |context: Json| {
        let body = json!({"KeyId": "none", "EncryptionContext": context});
        asked(&access, Service::Kms, "TrentService.Decrypt", &body)
    };
    let context = deployment_key(json!({"certificate-key": "1"}));
    assert_eq!(
        context[0].context[0].0,
        "kms:EncryptionContext:certificate-key"
    );
    assert!(
        refused(&access, "RenderingFunction", &context),
        "it is another key"
    );
    let queue = json!({"QueueUrl": "http://127.0.0.1:2/000000000000/registrar-DeliveriesQueue"});
    let send = asked(&access, Service::Sqs, "AmazonSQS.SendMessageBatch", &queue);
    assert_eq!(send[0].action, "sqs:SendMessage");
    assert!(!refused(&access, "RelayFunction", &send));
    assert!(refused(&access, "RenderingFunction", &send));
}

#[test]
fn a_star_stands_for_any_text() {
    for (pattern, text, fits) in [
        ("a", "a", true),
        ("a", "ab", false),
        ("a*", "ab", true),
        ("a*", "b", false),
        ("a*c", "abc", true),
        ("a*c", "ac", true),
        ("a*c", "a", false),
        ("a*b*c", "axxbyyc", true),
        ("a*b*c", "axxc", false),
        ("*", "", true),
    ] {
        assert_eq!(like(pattern, text), fits, "{pattern} {text}");
    }
}
