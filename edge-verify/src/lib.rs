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
//! | `/` | to browsers, a form; `/verify?id=` sends what was typed there to one of the two |
//! | `/badges/{id}`, with `.jwt`, `.eddsa.jwt`, `.png` or `.svg` | the Open Badge |
//! | `/.well-known/openbadges/issuer`, `…/keys`, `…/keys/{name}` | who signs badges, and with which keys |
//! | `/status-lists/{n}`, `/status-lists/{n}/suspension` | the newest signed status list |
//! | `/certificate-keys` | the keys that this verifier believes |
//! | `/offline` | a page that verifies without a connection: [`Asset`] |
//! | `/health` | whether it runs |
//!
//! A verdict is 200, except `malformed` 400, `unknown` 404 and `withdrawn` 410. What stops a verdict is no
//! verdict: 503 with `Retry-After`. What stays the same for a while has an `ETag`. `OPTIONS` says what other sites may
//! ask; other methods than `GET` and `HEAD` are 405.
//!
//! A token costs no call to the origin, what is malformed no lookup at all. A token's page looks the record up in the
//! KV, for the holder's language and what the signature does not carry; its JSON only where the verdict needs it. Two
//! kinds of token do cost a lookup: one of a key that is known to be stolen, which must be the very one in the record, and
//! a revoked one, whose holder may have been erased.
//!
//! In the Worker the code runs by [`drive`]: every call from JavaScript into WebAssembly returns at once, with the
//! response or with the one thing to be fetched next. So a panic hits only the request that caused it.

pub mod drive;
pub mod edge;
pub mod request;
pub mod response;
pub mod settings;

mod badges;
mod document;
mod lists;
mod memory;
mod negotiate;
mod page;
mod records;
mod signature;
mod verifier;
#[cfg(target_arch = "wasm32")]
pub mod worker;

pub use edge::{Edge, OriginAnswer, Unreachable};
pub use request::Request;
pub use response::{Asset, Body, Extra, Kind, Response};
pub use settings::Settings;
pub use verifier::Verifier;
