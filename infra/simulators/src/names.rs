//! Requests must name this machine: a page on the web that points its own name at 127.0.0.1 would otherwise be let in by the
//! browser as if it had been served from here ("DNS rebinding").

use axum::{
    extract::Request,
    http::{StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::IpAddr;

/// A layer that answers 421 to every `Host` but `localhost`, names below it, and loopback addresses.
pub async fn loopback_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|value| value.to_str().ok());
    // HTTP/2 and absolute targets name the host in the address.
    let named = host.or_else(|| request.uri().authority().map(Authority::as_str));
    if named.is_some_and(is_loopback) {
        return next.run(request).await;
    }
    let text = "this service answers to 'localhost' and loopback addresses only\n";
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else {
        return false;
    };
    let host = authority.host().to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn names_of_this_machine_are_let_in() {
        for host in [
            "localhost",
            "LOCALHOST:8787",
            "files.localhost:1",
            "127.0.0.1:80",
            "127.9.8.7",
            "[::1]:8787",
        ] {
            assert!(is_loopback(host), "{host}");
        }
    }

    #[test]
    fn every_other_name_is_refused() {
        for host in [
            "",
            "registrar.example",
            "localhost.registrar.example:8787",
            "notlocalhost",
            "127.0.0.1.registrar.example",
            "192.168.0.7:8787",
            "0.0.0.0",
            "[::]:8787",
            "localhost@registrar.example",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
