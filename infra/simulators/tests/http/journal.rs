use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use registrar_simulators::Options;
use serde_json::json;

use crate::kit::{Kit, mail};

#[tokio::test]
async fn pages_follow_one_another_without_gaps() {
    let kit = Kit::start().await;
    for n in 0..5 {
        kit.mail(&mail("a@school.example", &format!("e/{n}")))
            .await
            .unwrap();
    }
    let first = kit.get("/journal?limit=2").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = kit.get(&format!("/journal?cursor={cursor}")).await;
    assert_eq!(first["entries"][1]["custom_args"]["effect_key"], "e/1");
    assert_eq!(rest["entries"][0]["custom_args"]["effect_key"], "e/2");
    assert_eq!(rest["entries"].as_array().unwrap().len(), 3);
    assert!(rest["next_cursor"].is_null());
    kit.http.delete(kit.at("/journal")).send().await.unwrap();
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn waiting_ends_when_enough_arrived() {
    let kit = Kit::start().await;
    let waiting = kit.get("/journal/wait?to=a@school.example&at_least=2&timeout_ms=20000");
    let sending = async {
        kit.mail(&mail("b@school.example", "x")).await.unwrap();
        kit.mail(&mail("a@school.example", "x")).await.unwrap();
        kit.mail(&mail("a@school.example", "y")).await.unwrap();
    };
    let (answer, ()) = tokio::join!(waiting, sending);
    assert_eq!(answer["reached"], true);
    assert_eq!(answer["entries"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn waiting_in_vain_ends_at_the_time_out() {
    let kit = Kit::start().await;
    let answer = kit
        .get("/journal/wait?provider=sendgrid&timeout_ms=20")
        .await;
    assert_eq!(answer["reached"], false);
    assert_eq!(answer["count"], 0);
}

#[tokio::test]
async fn an_unknown_filter_is_refused_rather_than_ignored() {
    let kit = Kit::start().await;
    for query in ["recipient=x", "limit=0", "limit=x", "cursor=x"] {
        let answer = kit
            .http
            .get(kit.at(&format!("/journal?{query}")))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{query}");
    }
    let wait = kit
        .http
        .get(kit.at("/journal/wait?at_least=many"))
        .send()
        .await
        .unwrap();
    assert_eq!(wait.status(), 400);
}

#[tokio::test]
async fn stopping_ends_a_held_answer_and_the_server() {
    let kit = Kit::start().await;
    kit.faults(json!([{ "kind": "timeout", "hold_ms": 120_000 }]))
        .await;
    let message = mail("a@school.example", "x");
    let (url, http) = (kit.at("/sendgrid/v3/mail/send"), kit.http.clone());
    let held = tokio::spawn(async move { http.post(url).json(&message).send().await });
    while kit.get("/faults").await[0]["hits"] == 0 {
        tokio::task::yield_now().await;
    }

    kit.running.stop().await;

    assert!(held.await.unwrap().is_err());
}

#[tokio::test]
async fn a_killed_process_keeps_every_mail_that_it_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_registrar-simulators"))
        .env("SIMULATORS_LISTEN", "127.0.0.1:0")
        .env("SIMULATORS_DATA", folder.path())
        .env("RUST_LOG", "info")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    lines.read_line(&mut said).unwrap();
    let address = said
        .split("http://")
        .nth(1)
        .unwrap()
        .trim_end()
        .trim_end_matches('"');
    let mut kit = Kit::start().await;
    kit.url = format!("http://{address}");
    for n in 0..20 {
        assert_eq!(
            kit.mail(&mail("a@school.example", &format!("e/{n}")))
                .await
                .unwrap()
                .status(),
            202
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let again = Kit::with(Options {
        data: Some(folder.path().to_owned()),
        ..Options::default()
    })
    .await;

    assert_eq!(again.count("to=a@school.example").await, 20);
}
