//! Packs the page that verifies without a connection, from `edge-verify/offline` and what the Worker is made of.
//!
//! In `dist/offline` there come to be, named as the verifier's `Asset` names them: the page, whole with its style and
//! script; the Worker's own WebAssembly, compressed; the service worker. Beside them `assets.js`, which the Worker imports,
//! and `headers.json` with the headers that depend on the contents, for others who serve the files.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

const SOURCES: &str = "edge-verify/offline";
const STYLE: &str = "edge-verify/src/page/style.css";
/// Characters of a digest in an `ETag`: 96 bits.
const TAG_CHARS: usize = 16;

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Headers = BTreeMap<&'static str, String>;

/// Packs the page beside the Worker in `out`, whose WebAssembly is `module`.
pub(crate) fn pack(out: &Path, module: &Path) -> Result<()> {
    let style = fs::read_to_string(STYLE)?;
    let script = script(out)?;
    let page = page(&style, &script)?.into_bytes();
    let (encoding, packed) = compressed(module)?;
    let version = tag(&Sha256::digest([page.as_slice(), &packed].concat()));
    let service_worker = source("service-worker.js")?.replace("{{version}}", &version);
    let policy = Headers::from([("content-security-policy", policy(&style, &script))]);
    let encoding = Headers::from([("content-encoding", encoding.to_owned())]);
    let files = [
        ("page.html", page, policy),
        ("registrar.packed", packed, encoding),
        (
            "service-worker.txt",
            service_worker.into_bytes(),
            Headers::new(),
        ),
    ];
    let folder = out.join("offline");
    fs::create_dir(&folder)?;
    let mut all = BTreeMap::new();
    for (name, contents, mut headers) in files {
        let etag = format!("\"{}\"", tag(&Sha256::digest(&contents)));
        headers.insert("etag", etag);
        fs::write(folder.join(name), contents)?;
        all.insert(name, headers);
    }
    fs::write(folder.join("headers.json"), serde_json::to_string(&all)?)?;
    fs::write(folder.join("assets.js"), assets(&all)?)?;
    Ok(())
}

fn source(name: &str) -> Result<String> {
    Ok(fs::read_to_string(Path::new(SOURCES).join(name))?)
}

/// The file compressed for `Content-Encoding`, by brotli where there is Node, a fifth smaller than by gzip.
fn compressed(file: &Path) -> Result<(&'static str, Vec<u8>)> {
    let brotli = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(process.argv[1])))";
    let node = Command::new("node")
        .args([OsStr::new("-e"), OsStr::new(brotli), file.as_os_str()])
        .output();
    if let Ok(output) = node
        && output.status.success()
    {
        return Ok(("br", output.stdout));
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&fs::read(file)?)?;
    Ok(("gzip", gzip.finish()?))
}

/// The page's script: the engine's modules put together, then the page's own.
fn script(out: &Path) -> Result<String> {
    let host = fs::read_to_string("edge-verify/worker/host.js")?;
    let worker = fs::read_to_string("edge-verify/worker/worker.js")?;
    let glue = fs::read_to_string(out.join("bindgen.js"))?;
    let page = alone(&source("page.js")?)?;
    let script = format!(
        "function instantiate(wasmModule) {{\n{}{}return {{ configure, start, resume, reset: __wbg_reset_state }};\n}}\n{}{page}",
        alone(&host)?,
        alone(&glue)?,
        alone(&worker)?,
    );
    if script.contains("</script") || script.contains("<!--") {
        return Err("the page's script would end its element".into());
    }
    Ok(script)
}

/// A module's text as part of another: bare, without imports and exports.
fn alone(module: &str) -> Result<String> {
    let mut text = String::with_capacity(module.len());
    for line in bare(module)?.lines() {
        if !line.starts_with("import ") {
            text.push_str(line.strip_prefix("export ").unwrap_or(line));
            text.push('\n');
        }
    }
    Ok(text)
}

/// A module without its comments and indentation, which are for its readers here.
pub(crate) fn bare(module: &str) -> Result<String> {
    let mut text = String::with_capacity(module.len());
    let mut documents = false;
    for line in module.lines() {
        let line = line.trim();
        documents |= line.starts_with("/**");
        if !documents && !line.is_empty() && !line.starts_with("//") {
            text.push_str(line);
            text.push('\n');
        }
        documents &= !line.ends_with("*/");
    }
    if documents {
        return Err("a comment of a module has no end".into());
    }
    Ok(text)
}

/// The page, whole. Its markup is in English; the script puts it into the reader's language.
fn page(style: &str, script: &str) -> Result<String> {
    let words = source("words.json")?;
    let languages: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&words)?;
    let (english, french) = (&languages["en"], &languages["fr"]);
    if !english.keys().eq(french.keys()) {
        return Err("words.json does not say the same in each language".into());
    }
    let mut page = source("page.html")?;
    for (name, text) in english {
        page = page.replace(&format!("{{{{{name}}}}}"), &escaped(text));
    }
    // In a script element nothing is escaped; what could end it must not be in it.
    let words = serde_json::to_string(&languages)?.replace('<', "\\u003c");
    let page = page
        .replace("{{no_script_fr}}", &escaped(&french["no_script"]))
        .replace("{{words}}", &words)
        .replace("{{style}}", style);
    if page.replace("{{script}}", "").contains("{{") {
        return Err("page.html asks for a text that words.json does not have".into());
    }
    Ok(page.replace("{{script}}", script))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// Its own script and style, by their digests, the WebAssembly, and this site; nothing else.
fn policy(style: &str, script: &str) -> String {
    let digest = |text: &str| BASE64.encode(&Sha256::digest(text));
    let (style, script) = (digest(style), digest(script));
    format!(
        "default-src 'none'; script-src 'sha256-{script}' 'wasm-unsafe-eval'; style-src 'sha256-{style}'; connect-src 'self'; worker-src 'self'; media-src 'self' blob: mediastream:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn tag(digest: &[u8]) -> String {
    let mut tag = BASE64URL_NOPAD.encode(digest);
    tag.truncate(TAG_CHARS);
    tag
}

/// The module that gives the Worker its files.
fn assets(headers: &BTreeMap<&str, Headers>) -> Result<String> {
    let mut imports = Vec::new();
    let mut entries = Vec::new();
    for (at, (name, headers)) in headers.iter().enumerate() {
        imports.push(format!("import file{at} from \"./{name}\";\n"));
        let (name, headers) = (
            serde_json::to_string(name)?,
            serde_json::to_string(headers)?,
        );
        entries.push(format!(
            "  {name}: {{ contents: file{at}, headers: {headers} }},\n"
        ));
    }
    let (imports, entries) = (imports.concat(), entries.concat());
    Ok(format!(
        "{imports}\nexport const assets = {{\n{entries}}};\n"
    ))
}
