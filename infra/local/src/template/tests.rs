use super::*;
use std::collections::BTreeMap;
use std::time::Duration;

const FIXTURE: &str = include_str!("../../tests/fixture.yaml");

fn world() -> World {
    World {
        region: "us-east-1".into(),
        stack: "registrar".into(),
        api_url: "http://127.0.0.1:1".into(),
        sqs_url: "http://127.0.0.1:2".into(),
        parameters: BTreeMap::new(),
        secrets: Secrets {
            named: BTreeMap::new(),
            any: BTreeMap::from([("seed".to_owned(), "c2VlZA==".to_owned())]),
        },
    }
}

fn loaded() -> Deployment {
    load(FIXTURE, &world()).unwrap()
}

#[test]
fn functions_get_their_variables_time_outs_and_binaries() {
    let deployment = loaded();
    let echo = &deployment.functions["EchoFunction"];
    assert_eq!(
        (echo.binary.as_str(), echo.timeout, echo.memory_mb),
        ("registrar-echo", Duration::from_secs(2), 512)
    );
    let expected = [
        ("TABLE_NAME", "registrar-Table"),
        (
            "QUEUE_URL",
            "http://127.0.0.1:2/000000000000/registrar-WorkQueue",
        ),
        (
            "QUEUE_ARN",
            "arn:aws:sqs:us-east-1:000000000000:registrar-WorkQueue",
        ),
        ("SEED", "c2VlZA=="),
        ("PUBLIC_URL", "http://127.0.0.1:1/x"),
        ("MODE", "quiet"),
        ("JOINED", "a-us-east-1-b"),
        ("MAPPED", "EU"),
        ("OWN", "hello world"),
        ("LIMIT", "7"),
    ];
    for (name, value) in expected {
        assert_eq!(
            echo.environment.get(name).map(String::as_str),
            Some(value),
            "{name}"
        );
    }
    assert!(
        !echo.environment.contains_key("ABSENT"),
        "AWS::NoValue leaves nothing"
    );
}

#[test]
fn events_become_routes_sources_and_schedules() {
    let deployment = loaded();
    let routes: Vec<_> = deployment
        .routes
        .iter()
        .map(|r| (r.method.as_str(), r.path.as_str()))
        .collect();
    assert_eq!(
        routes,
        [
            ("ANY", "/echo/{proxy+}"),
            ("GET", "/echo"),
            ("ANY", "$default")
        ]
    );
    let queue = &deployment.queue_sources[0];
    assert_eq!(
        (queue.queue.as_str(), queue.batch_size, queue.partial),
        ("registrar-WorkQueue", 5, true)
    );
    let stream = &deployment.stream_sources[0];
    assert_eq!(
        (stream.table.as_str(), stream.bisect, stream.retry.attempts),
        ("registrar-Table", true, Some(1))
    );
    assert_eq!(
        stream.retry.failure_queue.as_deref(),
        Some("registrar-DeadQueue")
    );
    assert_eq!(stream.filter.patterns.len(), 1);
    let schedule = &deployment.schedules[0];
    assert_eq!(
        (schedule.id.as_str(), schedule.scheduler),
        ("WorkFunction/Tick", true)
    );
    assert_eq!(schedule.input.as_deref(), Some(r#"{"task": "tick"}"#));
}

#[test]
fn stores_are_read_with_their_names() {
    let deployment = loaded();
    let work = &deployment.queues["WorkQueue"];
    let redrive = work.redrive.as_ref().unwrap();
    assert_eq!(
        (redrive.queue.as_str(), redrive.max_receives),
        ("registrar-DeadQueue", 3)
    );
    assert_eq!(
        deployment.tables[0].create["StreamSpecification"]["StreamEnabled"],
        true
    );
    assert_eq!(
        deployment.tables[0].ttl_attribute.as_deref(),
        Some("expires_at")
    );
    assert_eq!(deployment.buckets[0].name, "registrar-files");
    assert_eq!(deployment.buckets[0].cors.len(), 1);
    assert!(
        !deployment.queues.contains_key("LoudQueue"),
        "its condition does not hold"
    );
}

#[test]
fn a_parameter_changes_what_conditions_depend_on() {
    let mut world = world();
    world.parameters.insert("Mode".into(), "loud".into());
    let deployment = load(FIXTURE, &world).unwrap();
    assert!(deployment.queues.contains_key("LoudQueue"));
    assert_eq!(
        deployment.functions["EchoFunction"].environment["MODE"],
        "LOUD"
    );
}

#[test]
fn what_is_not_understood_is_an_error_that_names_the_place() {
    let cases = [
        (
            "      Timeout: 2",
            "      Timeouts: 2",
            "Resources.EchoFunction.Properties.Timeouts",
        ),
        (
            "Type: AWS::S3::Bucket",
            "Type: AWS::EFS::FileSystem",
            "AWS::EFS::FileSystem",
        ),
        (
            "Type: ScheduleV2",
            "Type: Kinesis",
            "WorkFunction.Properties.Events.Tick",
        ),
        ("!Ref Table\n", "!Ref Tabel\n", "Tabel"),
        (
            "SecretString:seed",
            "SecretString:other",
            "SecretString:other",
        ),
        ("VisibilityTimeout: 30", "FifoQueue: true", "FifoQueue"),
    ];
    for (from, to, expected) in cases {
        assert!(FIXTURE.contains(from), "{from}");
        let error = load(&FIXTURE.replace(from, to), &world())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{from} -> {to}: {error}");
    }
}

#[test]
fn parameters_are_checked_against_their_declaration_and_the_rules() {
    for (name, value, expected) in [
        ("Mode", "other", "allowed values"),
        ("Limit", "x", "not a number"),
        ("Limit", "99", "MinValue and MaxValue"),
        ("Unknown", "1", "no such parameter"),
        ("Limit", "8", "Eight is not a limit."),
    ] {
        let mut world = world();
        world.parameters.insert(name.into(), value.into());
        let error = load(FIXTURE, &world).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}={value}: {error}");
    }
}

#[test]
fn the_products_own_template_is_understood() {
    let text = include_str!("../../../template.yaml");
    let mut world = world();
    for (name, value) in [
        ("AppBaseUrl", "http://127.0.0.1:1"),
        ("VerifyBaseUrl", "http://127.0.0.1:3"),
        ("SimulatorsBaseUrl", "http://127.0.0.1:4"),
        ("AuthJwks", "{}"),
    ] {
        world.parameters.insert(name.into(), value.into());
    }
    for key in [
        "token_signing_key",
        "certificate_keys",
        "download_link_secret",
        "channel_secret",
        "invitation_secret",
        "bootstrap_secret",
        "sendgrid_api_key",
        "aisensy_api_key",
        "anthropic_api_key",
        "cloudflare_api_token",
        "whatsapp_access_token",
        "whatsapp_app_secret",
        "whatsapp_verify_token",
    ] {
        world.secrets.any.insert(key.into(), format!("local {key}"));
    }
    let deployment = load(text, &world).unwrap();
    assert_eq!(deployment.functions.len(), 16);
    let without: Vec<_> = deployment
        .functions
        .values()
        .filter(|function| function.allowed.as_ref().is_none_or(Vec::is_empty))
        .collect();
    assert!(
        without.is_empty(),
        "each has a role of its own: {without:?}"
    );
    let badges = &deployment.kms["CertificateBadgeKey"].id;
    assert_eq!(deployment.aliases[badges], ["alias/registrar-badges-1"]);
    assert!(
        deployment
            .routes
            .iter()
            .any(|route| route.path == "$default")
    );
}
