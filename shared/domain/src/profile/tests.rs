use super::*;

fn refused(preset: &str, file: &str) -> String {
    Profile::with_file(preset, file).unwrap_err().to_string()
}

#[test]
fn every_preset_holds_together() {
    for name in Profile::presets() {
        assert_eq!(Profile::preset(name).unwrap().name, name);
    }
    let unknown = Profile::preset("nobody").unwrap_err().to_string();
    assert!(unknown.contains("edu, chat, portal, tutoring"), "{unknown}");
}

#[test]
fn a_number_has_a_least_width_and_no_greatest() {
    let day = jiff::civil::date(2026, 11, 21);
    let edu = Profile::preset("edu").unwrap().ticket_number;
    assert_eq!(edu.number(day, 1), "TKT-20261121-0001");
    assert_eq!(edu.number(day, 123_456), "TKT-20261121-123456");
    assert!(edu.matches("tkt-20261121-0001") && edu.matches("TKT-20261121-123456"));
    for bad in [
        "TKT-20261121-1",
        "TKT-2026112-0001",
        "CERT-20261121-0001",
        "TKT-20261121-00x1",
        "TKT-20261121-0001-1",
        "TKT",
        "",
    ] {
        assert!(!edu.matches(bad), "{bad}");
    }
    let portal = Profile::preset("portal").unwrap().ticket_number;
    assert_eq!(portal.number(day, 7), "TKT-20261121-00007");
    assert!(!portal.matches("TKT-20261121-0007"));
}

#[test]
fn a_plain_number_is_an_integer_from_one_on() {
    let chat = Profile::preset("chat").unwrap().ticket_number;
    assert_eq!(chat.number(jiff::civil::date(2026, 11, 21), 1), "1");
    assert!(chat.matches("1") && chat.matches("999999999999"));
    for bad in ["", "0", "01", "-1", "1.0", "1234567890123", "one"] {
        assert!(!chat.matches(bad), "{bad}");
    }
}

#[test]
fn a_category_goes_by_code_label_and_alias() {
    let edu = Profile::preset("edu").unwrap();
    for name in ["technical", "Technical Support", "SOUTIEN TECHNIQUE"] {
        assert_eq!(edu.category(name).unwrap().as_str(), "technical");
    }
    assert!(edu.category("weather").is_none());
    let tutoring = Profile::preset("tutoring").unwrap();
    for (name, code) in [
        ("réservations", "bookings"),
        (" Re\u{301}servations ", "bookings"),
        ("soutient technique", "technical"),
        ("demande de cours", "course_request"),
        ("changement de cours/tuteur", "course_change"),
        ("paiement", "payment"),
        ("autre", "other"),
    ] {
        assert_eq!(tutoring.category(name).unwrap().as_str(), code);
    }
}

#[test]
fn a_file_writes_over_a_preset() {
    let file = r#"{"page_size": 50, "priority": {"requester_may_set": false}}"#;
    let edu = Profile::with_file("edu", file).unwrap();
    assert_eq!(edu.page_size.get(), 50);
    assert!(!edu.priority.requester_may_set && edu.priority.shown_to_requester);
}

#[test]
fn a_status_that_cannot_be_left_refuses_to_start_and_names_the_line() {
    let said = refused(
        "edu",
        "{\n  \"transitions\": {\n    \"staff\": {\n      \"closed\": []\n    }\n  }\n}",
    );
    assert!(
        said.contains("the file of profile 'edu', line 4: 'closed' can be entered"),
        "{said}"
    );
    // Taken away altogether, the line is the one that leads there.
    let said = refused("edu", r#"{"transitions": {"staff": {"closed": null}}}"#);
    assert!(
        said.contains("'closed' can be entered and never left"),
        "{said}"
    );
}

#[test]
fn a_dead_end_refuses_to_start_and_names_the_line() {
    let said = refused(
        "edu",
        "{\"transitions\": {\"staff\": {\n\"open\": [\"waiting_ai\"],\n\"waiting_ai\": [\"open\"],\n\
         \"in_progress\": [\"open\"],\n\"waiting_customer\": [\"open\"]}}}",
    );
    assert!(said.contains("line 2: 'open' is a dead end"), "{said}");
}

#[test]
fn an_ambiguous_alias_refuses_to_start_and_names_the_line() {
    let words = r#"{"en": "A", "fr": "A"}"#;
    let other = r#"{"en": "B", "fr": "B"}"#;
    let file = format!(
        "{{\n\"default_category\": \"a\",\n\"categories\": [\n\
         {{\"code\": \"a\", \"aliases\": [\"Fees\"], \"label\": {words}, \"description\": {words}}},\n\
         {{\"code\": \"b\",\n\"aliases\": [\"x\",\n\"FEES\"], \"label\": {other}, \"description\": {other}}}\n]}}"
    );
    let said = refused("edu", &file);
    assert!(
        said.contains("line 7: the category alias 'fees' means both 'a' and 'b'"),
        "{said}"
    );
}

#[test]
fn a_label_that_cannot_be_read_refuses_to_start_and_names_the_line() {
    for label in ["\u{200b}", "", "a\u{202e}b", "a\\nb"] {
        let file = format!(
            "{{\n\"default_category\": \"a\",\n\"categories\": [\n\
             {{\"code\": \"a\", \"aliases\": [],\n\"label\": {{\"en\": \"A\", \"fr\": \"{label}\"}},\n\
             \"description\": {{\"en\": \"A\", \"fr\": \"A\"}}}}]}}"
        );
        let said = refused("edu", &file);
        assert!(said.contains("line 5: must be a line of text"), "{said}");
    }
}

#[test]
fn a_limit_above_its_ceiling_refuses_to_start_and_names_the_line() {
    let said = refused("edu", "{\n\"attachments\": {\n\"max_bytes\": 33554433}}");
    assert!(
        said.contains("line 3: an attachment has at most 33554432 bytes"),
        "{said}"
    );
    let said = refused("edu", "{\n\"page_size\": 101}");
    assert!(
        said.contains("line 2: page_size: must be a number from 1 to 100"),
        "{said}"
    );
    let said = refused("edu", "{\"ticket_number\": {\"width\": 13}}");
    assert!(said.contains("width is 1 to 12"), "{said}");
    let said = refused(
        "edu",
        "{\"replies\": {\"on_resolved\": {\"within_days\": 366}}}",
    );
    assert!(said.contains("within 1 to 365 days"), "{said}");
}

#[test]
fn a_file_that_is_no_profile_names_the_line() {
    assert!(refused("edu", "{\n\"page_size\": 20,\n}").contains("line 3"));
    let said = refused("edu", "{\n\"pagesize\": 20}");
    assert!(said.contains("unknown field"), "{said}");
    assert!(refused("edu", "[]").contains("must be an object"));
    assert!(refused("edu", "{\"attachments\": {\n\"types\": [\"image\"]}}").contains("media type"));
    assert!(refused("edu", "{\"default_category\": \"weather\"}").contains("'weather'"));
}

#[test]
fn attachments_are_taken_by_kind_or_by_type() {
    let edu = Profile::preset("edu").unwrap().attachments;
    assert!(edu.takes("image/png") && edu.takes("text/plain; charset=utf-8"));
    assert!(!edu.takes("application/zip") && !edu.takes("image") && !edu.takes("image/"));
    let tutoring = Profile::preset("tutoring").unwrap().attachments;
    assert!(tutoring.takes("application/msword") && !tutoring.takes("text/plain"));
    assert_eq!((edu.max_bytes, tutoring.max_bytes), (10 << 20, 32 << 20));
}
