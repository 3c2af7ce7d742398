//! The Worker's side in WebAssembly: what `worker/worker.js` calls. Every call returns at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::drive::{Running, Step, Want, begin};
use crate::edge::{OriginAnswer, Unreachable};
use crate::request::Request;
use crate::response::{Body, Kind, Response};
use crate::settings::Settings;
use crate::verifier::Verifier;

/// A client that went away leaves its request behind; what began so long ago is dropped. Seconds.
const ABANDONED_AFTER: u64 = 120;
/// Waiting requests that are kept before anybody looks for abandoned ones.
const CROWD: usize = 256;

#[wasm_bindgen(module = "/worker/host.js")]
extern "C" {
    /// The whole response in one call.
    fn respond(status: u16, kind: u8, body: &str) -> JsValue;
    /// As `respond`, with one more header, unless its name is empty; an empty body is none.
    #[wasm_bindgen(js_name = respondWith)]
    fn respond_with(status: u16, kind: u8, body: &str, name: &str, value: &str) -> JsValue;
    /// A response with the body that was relayed, or with the file of this name.
    fn complete(status: u16, kind: u8, file: &str) -> JsValue;
    /// What request number `ticket` waits for: a key of the KV (0), the origin's text (1), or its status (2).
    fn want(ticket: u32, from: u8, key: &str) -> JsValue;
    /// The headers of a kind of response, as a JSON array of pairs.
    fn headers(kind: u8, json: &str);
    /// A line of the Worker's log.
    fn log(text: &str);
}

#[derive(Default)]
struct Instance {
    verifier: Option<Arc<Verifier>>,
    waiting: BTreeMap<u32, (u64, Running)>,
    last_ticket: u32,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::default();
}

/// Tells where it panicked, and nothing of what it was about.
#[wasm_bindgen(start)]
pub fn instantiated() {
    std::panic::set_hook(Box::new(|panic| {
        log(&panic
            .location()
            .map_or_else(|| "panic".to_owned(), |place| format!("panic at {place}")));
    }));
}

/// Takes the settings over and tells the headers. The error names the setting that is wrong.
#[wasm_bindgen]
pub fn configure(issuer_keys: &str, status_max_age_seconds: &str) -> Result<(), JsValue> {
    let settings = Settings::read(issuer_keys, status_max_age_seconds);
    let settings = settings.map_err(|error| JsValue::from_str(&error.to_string()))?;
    tell_headers();
    INSTANCE
        .with_borrow_mut(|instance| instance.verifier = Some(Arc::new(Verifier::new(settings))));
    Ok(())
}

/// Starts on a request at `now` (Unix seconds): the response, or what it waits for.
///
/// # Panics
///
/// When the instance was not configured, which the entry module does first.
#[wasm_bindgen]
pub fn start(
    method: String,
    url: &str,
    accept: String,
    accept_language: String,
    if_none_match: String,
    request_id: String,
    now: u32,
) -> JsValue {
    let request = Request {
        method,
        target: Request::target_of(url).to_owned(),
        accept,
        accept_language,
        if_none_match,
        request_id,
    };
    let now = u64::from(now);
    let verifier = INSTANCE.with_borrow(|instance| instance.verifier.clone());
    let verifier =
        verifier.expect("the entry module configures an instance before it passes it a request");
    next(begin(verifier, request, now), now)
}

/// Goes on with what request `ticket` waited for; status 0 says that it cannot be had.
#[wasm_bindgen]
pub fn resume(ticket: u32, status: u16, body: String) -> JsValue {
    let running = INSTANCE.with_borrow_mut(|instance| instance.waiting.remove(&ticket));
    let Some((began, running)) = running else {
        return JsValue::NULL;
    };
    let given = if status == 0 {
        Err(Unreachable)
    } else {
        Ok(OriginAnswer { status, body })
    };
    next(running.resume(given), began)
}

fn tell_headers() {
    for kind in Kind::ALL {
        let json =
            serde_json::to_string(kind.headers()).expect("pairs of texts can be written as JSON");
        headers(kind.number(), &json);
    }
}

fn next(step: Step, began: u64) -> JsValue {
    match step {
        Step::Done(response) => done(&response),
        Step::Wants(wanted, running) => {
            let ticket = INSTANCE.with_borrow_mut(|instance| instance.wait(began, running));
            match wanted {
                Want::Kv(key) => want(ticket, 0, &key),
                Want::Origin(path) => want(ticket, 1, &path),
                Want::Relay(path) => want(ticket, 2, &path),
            }
        }
    }
}

fn done(response: &Response) -> JsValue {
    let (status, kind) = (response.status, response.kind.number());
    match (&response.body, &response.extra) {
        (Body::Text(body), None) if !body.is_empty() => respond(status, kind, body),
        (Body::Text(body), None) => respond_with(status, kind, body, "", ""),
        (Body::Text(body), Some(extra)) => {
            let (name, value) = extra.header();
            respond_with(status, kind, body, name, &value)
        }
        (Body::Relayed, _) => complete(status, kind, ""),
        (Body::Asset(asset), _) => complete(status, kind, asset.file()),
    }
}

impl Instance {
    fn wait(&mut self, began: u64, running: Running) -> u32 {
        if self.waiting.len() >= CROWD {
            self.waiting
                .retain(|_, (earlier, _)| *earlier + ABANDONED_AFTER > began);
        }
        self.last_ticket = self.last_ticket.wrapping_add(1);
        self.waiting.insert(self.last_ticket, (began, running));
        self.last_ticket
    }
}
