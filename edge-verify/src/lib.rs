//! The public verifier: a certificate's id or token in, a verdict out, as a page or as JSON.
//!
//! It runs as a Cloudflare Worker in WebAssembly, and natively where the whole deployment runs on one machine;
//! both run [`Verifier::respond`]. What it needs from outside is [`Edge`]: a clock, the KV, the origin. It
//! writes nothing and trusts nobody: tokens and lists count only when a key of its own settings signed them.
//!
//! | path | answer |
//! |---|---|
//! | `/verify/{id}` | the verdict on a certificate's id |
//! | `/v/{token}` | the verdict on the token of a QR code, without the origin |
//! | `/status-lists/{n}`, `/status-lists/{n}/suspension` | the newest signed status list |
//! | `/certificate-keys` | the issuer's public keys |
//! | `/health` | whether it runs |
//!
//! A verdict is 200, except `malformed` 400, `unknown` 404 and `withdrawn` 410. What stops a verdict is no
//! verdict: 503 with `Retry-After`.
//!
//! In the Worker the code runs by [`drive`]: every call from JavaScript into WebAssembly returns at once, with the
//! response or with the one thing to be fetched next. So a panic hits only the request that caused it.

pub mod drive;
pub mod edge;
pub mod request;
pub mod response;
pub mod settings;

mod document;
mod lists;
mod memory;
mod negotiate;
mod page;
mod signature;
mod verifier;
#[cfg(target_arch = "wasm32")]
pub mod worker;

pub use edge::{Edge, OriginAnswer, Unreachable};
pub use request::Request;
pub use response::{Kind, Response};
pub use settings::Settings;
pub use verifier::Verifier;
