//! Roles: with a function's own credentials nobody gets further than the function's work goes.

use crate::house::{ADMIN, Ask, House, STUDENT};
use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    types::AttributeValue,
};
use registrar_store::aws::Aws;
use std::fmt::Debug;

const TABLE: &str = "registrar-Table";

/// The code of a refusal.
fn code<T: Debug, E: ProvideErrorMetadata, R>(answer: Result<T, SdkError<E, R>>) -> String {
    let Err(error) = answer else {
        return format!("{answer:?}", answer = answer.ok());
    };
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    code.unwrap_or("no answer").to_owned()
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_credentials_of_rendering_cannot_undo_a_revocation() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    house.revoke(&admin, &issued.id).await;
    house.platform.quiesce().await;

    // Not even the function that revokes may take a revocation back.
    for function in ["RenderingFunction", "BulkFunction", "CertificatesFunction"] {
        let client = house.platform.clients_of(function).dynamodb();
        let deleted = client
            .delete_item()
            .table_name(TABLE)
            .key("PK", text("STATUSLIST#000000"))
            .key("SK", text("REVOKED#000000"));
        let code = code(deleted.send().await);
        assert_eq!(code, "AccessDeniedException", "{function}");
    }
    let rendering = house.platform.clients_of("RenderingFunction").dynamodb();
    let put = rendering
        .put_item()
        .table_name(TABLE)
        .item("PK", text("CERTIFICATEFACT#ab"))
        .item("SK", text("CERTIFICATEFACT"));
    assert_eq!(code(put.send().await), "AccessDeniedException");
    let scanned = rendering.scan().table_name(TABLE).send().await;
    assert_eq!(code(scanned), "AccessDeniedException");

    house
        .platform
        .fire_schedule("RefreshStatusLists")
        .await
        .expect("it runs");
    house.platform.quiesce().await;
    assert_eq!(
        house.verify(&issued.by_token()).await.at("/verdict"),
        "revoked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_reads_no_files_and_no_secrets_but_its_own() {
    let house = House::start().await;
    let listed = |aws: Aws, prefix: Option<&'static str>| async move {
        let list = aws
            .s3()
            .list_objects_v2()
            .bucket("registrar-attachmentsbucket");
        code(list.set_prefix(prefix.map(ToOwned::to_owned)).send().await)
    };
    let work = || house.platform.clients_of("TicketWorkFunction");
    assert_eq!(listed(work(), None).await, "AccessDenied");
    assert_eq!(listed(work(), Some("")).await, "AccessDenied");
    let own = listed(work(), Some("ticket-attachments/")).await;
    assert!(own.starts_with("Some("), "{own}");
    let bulk = house.platform.clients_of("BulkFunction").s3();
    let incoming = bulk.get_object().bucket("registrar-importsbucket");
    let incoming = incoming.key("imports/incoming/a.csv").send().await;
    assert_eq!(code(incoming), "AccessDenied");

    let name = |secret: &str| vec![format!("/registrar/settings/{secret}")];
    let (clock, chance) = (jiff::Timestamp::now, || 0);
    let webhooks = house.platform.clients_of("WebhooksFunction");
    let own = webhooks
        .parameters(&name("whatsapp_app_secret"), clock, chance)
        .await;
    assert_eq!(own.expect("its own").len(), 1);
    for foreign in ["token_signing_key", "certificate_keys", "channel_secret"] {
        let read = webhooks.parameters(&name(foreign), clock, chance).await;
        let refused = read.expect_err("another one's").to_string();
        assert!(refused.contains("AccessDeniedException"), "{refused}");
    }
    // And what the functions themselves do is allowed.
    house
        .request(reqwest::Method::GET, "/health")
        .answer()
        .await;
    let denied = house.platform.denied();
    assert!(
        denied.iter().all(|line| !line.starts_with("Identity")),
        "{denied:?}"
    );
}
