//! Accounts from a terminal.

use super::PASSWORD;
use crate::house::{House, SUPER_ADMIN, binaries};
use registrar_local::seed;
use std::process::Output;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    process::Command,
};

async fn run(api: &str, env: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(binaries().join("registrar"));
    command
        .env_clear()
        .env("REGISTRAR_API", api)
        .envs(env.iter().copied());
    let output: Output = command.args(arguments).output().await.expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("it ended by itself");
    (code, text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_is_peopled_from_a_terminal() {
    let house = House::start_empty(&[super::AT_ONCE]).await;
    let api = house.platform.api_url();
    let secret = house.platform.secrets().bootstrap_secret.clone();
    let with_secret = [("REGISTRAR_BOOTSTRAP_SECRET", secret.as_str())];
    let first = ["account", "bootstrap", SUPER_ADMIN, "Sade Okafor"];
    let (code, _, err) = run(api, &[], &first).await;
    assert!(
        code == 1 && err.contains("REGISTRAR_BOOTSTRAP_SECRET"),
        "{err}"
    );
    let (code, out, err) = run(api, &with_secret, &first).await;
    assert_eq!((code, out.trim().len()), (0, 36), "{out}{err}");
    let link = house.link(SUPER_ADMIN, 1).await;
    assert_eq!(house.choose(&link, PASSWORD).await.status, 303);
    let (code, _, err) = run(api, &with_secret, &first).await;
    assert!(code == 1 && err.contains("already_bootstrapped"), "{err}");

    let staff = [
        ("REGISTRAR_EMAIL", SUPER_ADMIN),
        ("REGISTRAR_PASSWORD", PASSWORD),
    ];
    let create = [
        "account",
        "create",
        "meera@example.net",
        "Meera Iyer",
        "--role",
        "admin",
    ];
    let (code, out, err) = run(api, &staff, &create).await;
    assert_eq!(code, 0, "{err}");
    let id = out.split('\t').next().expect("an id").to_owned();
    assert!(
        out.contains("\tadmin\tinvited\tmeera@example.net\tMeera Iyer"),
        "{out}"
    );

    let file = house.data.path().join("people.csv");
    let rows = "email,name,role\na@example.net,Ana,student\nnone,Ben,student\n";
    std::fs::write(&file, rows).expect("it is written");
    let file = file.to_str().expect("an ASCII path");
    let (code, out, err) = run(api, &staff, &["account", "import", file]).await;
    assert!(
        code == 0 && out.contains("1 created, 0 existing, 1 failed"),
        "{out}{err}"
    );
    assert!(out.contains("email: must be an e-mail address"), "{out}");

    let why = ["--reason", "left us"];
    let role = ["account", "role", &id, "tutor", why[0], why[1]];
    let (code, out, err) = run(api, &staff, &role).await;
    assert!(code == 0 && out.contains("\ttutor\t"), "{out}{err}");
    for verb in ["disable", "enable", "delete"] {
        let (code, _, err) = run(api, &staff, &["account", verb, &id, why[0], why[1]]).await;
        assert_eq!(code, 0, "{verb} {err}");
    }
    let (code, out, err) = run(api, &staff, &["account", "history", &id]).await;
    assert!(code == 0 && out.lines().count() == 5, "{out}{err}");
    assert!(
        out.contains("role_changed\t\tadmin\ttutor\tleft us"),
        "{out}"
    );
    let (code, out, err) = run(api, &staff, &["account", "list"]).await;
    assert!(code == 0 && out.lines().count() == 2, "{out}{err}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_controls_no_terminal_and_no_password_goes_out_in_the_clear() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let api = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 8192];
            let _ = stream.read(&mut asked).await;
            let body = "{\"code\":\"a\u{9b}31m\",\"detail\":\"\\u001b]0;owned\\u0007\\nregistrar: all is well \u{202e}\"}";
            let answer = format!(
                "HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let id = "00000000-0000-7000-8000-000000000001";
    let token = [("REGISTRAR_TOKEN", "x")];
    for arguments in [
        vec!["account", "list"],
        vec!["account", "show", id],
        vec!["certificate", "issue", id, "Rust"],
        vec!["certificate", "verify", "CERT-20260115-ABCDEFGHJK"],
    ] {
        let (code, out, err) = run(&api, &token, &arguments).await;
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (1, "", 1),
            "{err:?}"
        );
        let controls = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(
            !err.contains(controls) && err.contains("\\u001b]0;owned"),
            "{err:?}"
        );
    }
    let secrets = [
        ("REGISTRAR_EMAIL", SUPER_ADMIN),
        ("REGISTRAR_PASSWORD", seed::PASSWORD),
        ("REGISTRAR_BOOTSTRAP_SECRET", "x"),
        // Nor to a proxy, where the address is this machine's own.
        ("HTTP_PROXY", api.as_str()),
        ("http_proxy", api.as_str()),
    ];
    for host in [
        "http://registrar.example",
        "http://127.0.0.1.registrar.example",
    ] {
        for arguments in [
            vec!["account", "list"],
            vec!["certificate", "issue", id, "Rust"],
            vec!["account", "bootstrap", SUPER_ADMIN, "S"],
        ] {
            let (code, _, err) = run(host, &secrets, &arguments).await;
            assert!(code == 1 && err.contains("go over https"), "{err}");
        }
    }
    let (_, _, err) = run("http://127.0.0.1:9", &secrets, &["account", "list"]).await;
    assert!(!err.contains("owned"), "the proxy was asked: {err}");
}
