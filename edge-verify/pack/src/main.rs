//! Turns the verifier's WebAssembly into the modules that Cloudflare runs, without downloading a tool.
//!
//! `registrar-edge-pack [WASM [OUT]]`, from the workspace's root. `WASM` is what
//! `cargo build -p registrar-edge-verify --target wasm32-unknown-unknown --profile edge` wrote, `OUT` is
//! `edge-verify/dist`. Where npm's `binaryen` is installed (`tests/edge/node_modules`), `wasm-opt` makes it smaller.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

mod offline;

const ENTRY: &str = "edge-verify/worker";
const OPTIMISER: &str = "tests/edge/node_modules/binaryen/bin/wasm-opt";
/// What the compiler and wasm-bindgen use; the optimiser must not use more, for the runtime may lack it.
const FEATURES: [&str; 6] = [
    "bulk-memory",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let wasm = arguments.next().unwrap_or_else(built);
    let out = arguments
        .next()
        .unwrap_or_else(|| PathBuf::from("edge-verify/dist"));
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    Bindgen::new()
        .input_path(&wasm)
        .out_name("registrar")
        .typescript(false)
        .module(true)?
        .remove_name_section(true)
        .remove_producers_section(true)
        .reset_state_function(true)
        .generate(&out)?;
    let glue = fs::read_to_string(out.join("registrar.js"))?;
    fs::remove_file(out.join("registrar.js"))?;
    // A Worker imports a compiled module as it imports any other.
    fs::write(
        out.join("bindgen.js"),
        offline::bare(&glue.replace("import source ", "import "))?,
    )?;
    for file in ["index.js", "worker.js"] {
        let module = fs::read_to_string(Path::new(ENTRY).join(file))?;
        fs::write(out.join(file), offline::bare(&module)?)?;
    }
    let module = out.join("registrar_bg.wasm");
    let before = fs::metadata(&module)?.len();
    optimise(&module)?;
    offline::pack(&out, &module)?;
    eprintln!(
        "{}: {before} bytes, packed {}",
        out.display(),
        fs::metadata(&module)?.len()
    );
    Ok(())
}

fn built() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    PathBuf::from(target).join("wasm32-unknown-unknown/edge/registrar_edge_verify.wasm")
}

fn optimise(module: &Path) -> Result<(), Box<dyn Error>> {
    if !Path::new(OPTIMISER).exists() {
        eprintln!("{OPTIMISER} is not installed: the module stays as the compiler made it");
        return Ok(());
    }
    let status = Command::new("node")
        .args([OsStr::new(OPTIMISER), OsStr::new("-O3")])
        .args(FEATURES.map(|feature| format!("--enable-{feature}")))
        .args([module.as_os_str(), OsStr::new("-o"), module.as_os_str()])
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("wasm-opt ended with {status}").into())
    }
}
