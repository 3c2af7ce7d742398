use super::*;

fn at(target: &str) -> Request {
    Request {
        target: target.to_owned(),
        ..Request::default()
    }
}

#[test]
fn every_path_has_its_route() {
    for (target, route) in [
        ("/verify/CERT-1?lang=fr", Route::Certificate("CERT-1")),
        ("/verify/", Route::Certificate("")),
        ("/verify?lang=fr&id=CERT-1", Route::Ask("CERT-1")),
        ("/verify", Route::Ask("")),
        ("/v/ABC", Route::Token("ABC")),
        ("/V/ABC", Route::Token("ABC")),
        ("/status-lists/0", Route::StatusList(0, Purpose::Revocation)),
        (
            "/status-lists/7/suspension",
            Route::StatusList(7, Purpose::Suspension),
        ),
        ("/status-lists/07", Route::Nothing),
        ("/status-lists/32768", Route::Nothing),
        ("/status-lists/-1", Route::Nothing),
        ("/status-lists/", Route::Nothing),
        ("/badges/CERT-1", Route::Badge("CERT-1", Face::Negotiated)),
        ("/badges/CERT-1.jwt", Route::Badge("CERT-1", Face::Rs256)),
        (
            "/badges/CERT-1.eddsa.jwt",
            Route::Badge("CERT-1", Face::EdDsa),
        ),
        ("/badges/CERT-1.png", Route::Badge("CERT-1", Face::Png)),
        ("/badges/CERT-1.svg", Route::Badge("CERT-1", Face::Svg)),
        ("/certificate-keys", Route::Keys),
        ("/.well-known/openbadges/keys", Route::BadgeKeys),
        ("/.well-known/openbadges/keys/1", Route::BadgeKey("1")),
        (
            "/.well-known/openbadges/keys/65535-rs256",
            Route::BadgeKey("65535-rs256"),
        ),
        ("/.well-known/openbadges/keys/01", Route::Nothing),
        ("/.well-known/openbadges/keys/65536", Route::Nothing),
        ("/.well-known/openbadges/keys/1-es256", Route::Nothing),
        ("/.well-known/openbadges/issuer", Route::Issuer),
        ("/offline?lang=fr", Route::Offline(Asset::Page)),
        ("/offline/registrar.wasm", Route::Offline(Asset::Module)),
        ("/offline/settings", Route::OfflineSettings),
        ("/service-worker.js", Route::Offline(Asset::ServiceWorker)),
        ("/health?x", Route::Health),
        ("/favicon.ico", Route::Icon),
        ("/health/", Route::Nothing),
        ("/", Route::Home),
        ("/?lang=fr", Route::Home),
        ("", Route::Nothing),
    ] {
        assert_eq!(at(target).route(), route, "{target}");
    }
}

#[test]
fn the_target_is_what_follows_the_host() {
    assert_eq!(
        Request::target_of("https://verify.example/v/ABC?x=/y#z"),
        "/v/ABC?x=/y"
    );
    assert_eq!(Request::target_of("https://verify.example"), "/");
    assert_eq!(Request::target_of(""), "/");
}

#[test]
fn the_page_is_in_the_language_that_is_chosen_else_the_holders_else_the_browsers() {
    let asked = |target: &str, accept_language: &str, holders: Option<&str>| {
        Request {
            accept_language: accept_language.to_owned(),
            ..at(target)
        }
        .language(holders)
    };
    for (target, header, holders, spoken) in [
        (
            "/v/A?x=1&lang=en",
            "fr-CA",
            Some("fr-CA"),
            Language::English,
        ),
        ("/v/A?lang=xx", "fr-CA", None, Language::French),
        ("/v/A", "en-GB", Some("fr-CA"), Language::French),
        ("/v/A", "fr", Some("hi"), Language::French),
        ("/v/A", "fr", None, Language::French),
        ("/v/A", "hi, *;q=0.5", Some("fr-CA"), Language::French),
        ("/v/A", "", Some("fr-CA"), Language::French),
        ("/v/A", "", Some("hi"), Language::English),
        ("/v/A", "", None, Language::English),
    ] {
        assert_eq!(asked(target, header, holders), spoken, "{target} {header}");
    }
}

#[test]
fn what_is_pasted_is_read_whether_number_code_or_address() {
    for (value, read) in [
        ("CERT-20260307-ABCDEF", "CERT-20260307-ABCDEF"),
        ("+cert-20260307-abcdef%0A", "cert-20260307-abcdef"),
        ("https%3A%2F%2Fverify.example%2FV%2FAEBA%3Fx%3D1", "AEBA"),
        ("AEBA+AEBA", "AEBAAEBA"),
        ("%", "%"),
        ("%zz%4", "%zz%4"),
        ("%FF", "\u{fffd}"),
        ("", ""),
    ] {
        assert_eq!(typed(value), read, "{value}");
    }
}
