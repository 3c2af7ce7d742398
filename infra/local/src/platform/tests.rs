use super::Platform;
use crate::error::Error;
use crate::options::Options;
use crate::testing::client;
use std::path::Path;
use std::time::Duration;

fn options(data: &Path) -> Options {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixture.yaml");
    let mut options = Options::new(template, data);
    options.binaries = data.join("none");
    options.schedules = false;
    let seed = ("seed".to_owned(), "s".to_owned());
    options.secrets.any.extend([seed]);
    options
}

async fn api_status(platform: &Platform) -> Option<u16> {
    let sent = client().get(platform.api_url()).send().await;
    sent.ok().map(|response| response.status().as_u16())
}

#[tokio::test]
async fn one_platform_a_folder_and_the_next_one_finds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let first = Platform::start(options(folder.path())).await.unwrap();
    let again = Platform::start(options(folder.path())).await;
    assert!(matches!(again, Err(Error::Locked(_))));
    assert_eq!(first.table_name(), Some("registrar-Table"));
    let queue = first.queue_url("WorkQueue").unwrap();
    assert!(queue.starts_with(first.sqs_url()), "{queue}");
    first.quiesce().await;
    first.shutdown().await;
    let second = Platform::start(options(folder.path())).await.unwrap();
    second.settle().await;
    second.shutdown().await;
}

#[tokio::test]
async fn the_origin_can_be_taken_away_and_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start(options(folder.path())).await.unwrap();
    assert_eq!(
        api_status(&platform).await,
        Some(500),
        "its function has no binary"
    );
    platform.stop_origin().await;
    assert_eq!(api_status(&platform).await, None);
    platform.start_origin().await.unwrap();
    assert_eq!(api_status(&platform).await, Some(500));
    platform.shutdown().await;
}

#[tokio::test]
async fn a_schedule_that_cannot_run_says_so_when_it_is_fired() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start(options(folder.path())).await.unwrap();
    let failed = platform.fire_schedule("Tick").await;
    assert!(matches!(failed, Err(Error::Function { .. })));
    let unknown = platform.fire_schedule("Tock").await;
    assert!(matches!(
        unknown,
        Err(Error::Unknown {
            kind: "schedule",
            ..
        })
    ));
    platform.advance(Duration::from_mins(5));
    platform.quiesce().await;
    platform.shutdown().await;
}
