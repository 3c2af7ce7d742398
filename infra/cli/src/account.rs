//! `registrar account …`.

use crate::{
    Failure,
    args::{AccountArgs, AccountCommand, BootstrapArgs},
    client::{Answer, Api},
    plain::line,
    send,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{io::Write, path::Path};

const ACCOUNTS: &str = "/api/admin/accounts";
/// Most bytes of a file: what the API takes.
const LARGEST: u64 = 256 * 1024;
/// What a row of a list shows.
const SHOWN: [&str; 5] = ["id", "role", "status", "email", "name"];

/// A change, as it is sent.
struct Change<'a> {
    method: Method,
    path: String,
    body: Option<Value>,
    file: Option<String>,
    query: Vec<(&'a str, &'a str)>,
}

impl Change<'_> {
    fn post(path: String, body: Option<Value>) -> Self {
        Self {
            method: Method::POST,
            path,
            body,
            file: None,
            query: Vec::new(),
        }
    }
}

/// Carries a command out, and prints what came of it.
pub(crate) async fn account(
    command: AccountCommand,
    drawn: String,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let one = |id| format!("{ACCOUNTS}/{id}");
    let (change, how) = match &command {
        AccountCommand::Bootstrap(wanted) => return bootstrap(wanted, drawn, out).await,
        AccountCommand::List(wanted) => {
            let role = wanted.role.map(|role| format!("&role={}", role.code()));
            let path = format!("{ACCOUNTS}?limit=100{}", role.unwrap_or_default());
            return pages(&wanted.how, &path, "accounts", &SHOWN, out).await;
        }
        AccountCommand::History(wanted) => {
            let path = format!("{}/history?limit=100", one(wanted.id));
            let shown = ["at", "by", "change", "role", "from", "to", "reason"];
            return pages(&wanted.how, &path, "history", &shown, out).await;
        }
        AccountCommand::Show(wanted) => {
            let (api, token) = send::open(&wanted.how.access).await?;
            let request = api.request(Method::GET, &one(wanted.id)).bearer_auth(token);
            let answer = api.send(request).await?.success()?;
            return show(&answer, wanted.how.json, out);
        }
        AccountCommand::Create(wanted) => {
            let mut body = json!({"email": wanted.address, "name": wanted.name,
                "role": wanted.role.code(), "locale": wanted.locale.code()});
            if let Some(phone) = &wanted.phone {
                body["phone"] = json!(phone);
            }
            (Change::post(ACCOUNTS.to_owned(), Some(body)), &wanted.how)
        }
        AccountCommand::Import(wanted) => {
            let change = Change::post(format!("{ACCOUNTS}/import"), None);
            let file = Some(read(&wanted.file)?);
            (Change { file, ..change }, &wanted.how)
        }
        AccountCommand::Role(wanted) => {
            let body = json!({"role": wanted.role.code(), "reason": wanted.reason});
            let path = format!("{}/role", one(wanted.id));
            (Change::post(path, Some(body)), &wanted.how)
        }
        AccountCommand::Disable(wanted) => {
            let path = format!("{}/disable", one(wanted.id));
            let body = json!({"reason": wanted.reason});
            (Change::post(path, Some(body)), &wanted.how)
        }
        AccountCommand::Enable(wanted) => {
            let path = format!("{}/enable", one(wanted.id));
            let body = json!({"reason": wanted.reason});
            (Change::post(path, Some(body)), &wanted.how)
        }
        AccountCommand::Invite(wanted) => {
            let path = format!("{}/invitation", one(wanted.id));
            (Change::post(path, None), &wanted.how)
        }
        AccountCommand::Delete(wanted) => {
            let change = Change {
                method: Method::DELETE,
                query: vec![("reason", wanted.reason.as_str())],
                ..Change::post(one(wanted.id), None)
            };
            (change, &wanted.how)
        }
    };
    let (api, token) = send::open(&how.access).await?;
    let key = how.idempotency_key.clone().unwrap_or(drawn);
    let request = || {
        let request = api.request(change.method.clone(), &change.path);
        let request = request.bearer_auth(&token).query(&change.query);
        match (&change.body, &change.file) {
            (Some(body), _) => request.json(body),
            (None, Some(file)) => request
                .header("content-type", "text/csv")
                .body(file.clone()),
            (None, None) => request,
        }
    };
    let answer = send::settled(&api, &key, request).await?;
    if matches!(command, AccountCommand::Import(_)) && !how.json {
        return rows(&answer, out);
    }
    show(&answer, how.json, out)
}

async fn bootstrap(
    wanted: &BootstrapArgs,
    drawn: String,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let api = Api::with_secrets(&wanted.api)?;
    let secret = wanted.secret.as_ref().ok_or_else(|| {
        Failure::Input(
            "put the deployment's bootstrap_secret into REGISTRAR_BOOTSTRAP_SECRET".to_owned(),
        )
    })?;
    let body =
        json!({"email": wanted.address, "name": wanted.name, "locale": wanted.locale.code()});
    let key = wanted.idempotency_key.clone().unwrap_or(drawn);
    let request = || {
        let request = api.post("/auth/bootstrap");
        request
            .header("x-bootstrap-secret", secret.trim())
            .json(&body)
    };
    let answer: Value = send::settled(&api, &key, request).await?.json()?;
    writeln!(out, "{}", text(&answer["account_id"]))?;
    Ok(())
}

/// All pages of a list.
async fn pages(
    how: &AccountArgs,
    path: &str,
    member: &str,
    shown: &[&str],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let (api, token) = send::open(&how.access).await?;
    let mut cursor: Option<String> = None;
    loop {
        let request = api.request(Method::GET, path).bearer_auth(&token);
        let request = request.query(&cursor.as_ref().map(|cursor| [("cursor", cursor)]));
        let page: Value = api.send(request).await?.success()?.json()?;
        for row in page[member].as_array().into_iter().flatten() {
            if how.json {
                writeln!(out, "{row}")?;
            } else {
                writeln!(out, "{}", columns(row, shown))?;
            }
        }
        cursor = page["next_cursor"].as_str().map(ToOwned::to_owned);
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn show(answer: &Answer, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    if answer.body.is_empty() {
        return Ok(());
    }
    let account: Value = answer.json()?;
    if json {
        writeln!(out, "{account:#}")?;
    } else {
        writeln!(out, "{}", columns(&account, &SHOWN))?;
    }
    Ok(())
}

/// What became of each row of a file.
fn rows(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let import: Value = answer.json()?;
    for row in import["rows"].as_array().into_iter().flatten() {
        let (line, result) = (&row["line"], text(&row["result"]));
        write!(out, "line {line}\t{result}\t{}", text(&row["account_id"]))?;
        for error in row["errors"].as_array().into_iter().flatten() {
            write!(
                out,
                "{}: {}; ",
                text(&error["column"]),
                text(&error["detail"])
            )?;
        }
        writeln!(out)?;
    }
    let counted = ["created", "existing", "failed"].map(|name| format!("{} {name}", import[name]));
    writeln!(out, "{}", counted.join(", "))?;
    Ok(())
}

fn columns(row: &Value, shown: &[&str]) -> String {
    let cells: Vec<String> = shown.iter().map(|name| text(&row[*name])).collect();
    cells.join("\t")
}

/// A text of an answer, as part of a line.
fn text(value: &Value) -> String {
    line(value.as_str().unwrap_or_default()).replace('\t', " ")
}

fn read(path: &Path) -> Result<String, Failure> {
    let problem = |problem: String| Failure::File {
        path: path.display().to_string(),
        problem,
    };
    let size = std::fs::metadata(path).map_err(|e| problem(e.to_string()))?;
    if size.len() > LARGEST {
        return Err(problem(format!("more than {LARGEST} bytes")));
    }
    std::fs::read_to_string(path).map_err(|e| problem(e.to_string()))
}
