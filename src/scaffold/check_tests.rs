//! Tests of `check`.

use proptest::prelude::*;

use super::*;

/// Each text is refused, for the reason given.
#[track_caller]
fn refuses<T: std::fmt::Debug>(check: fn(&str) -> Result<T, String>, cases: &[(&str, &str)]) {
    for (text, why) in cases {
        let told = check(text).expect_err(text);
        assert!(told.contains(why), "{text:?}: {told}");
    }
}

/// Each text is accepted, trimmed.
#[track_caller]
fn accepts(check: fn(&str) -> Result<String, String>, texts: &[&str]) {
    for text in texts {
        assert_eq!(check(&format!(" {text} ")).as_deref(), Ok(*text));
    }
}

#[test]
fn sources_are_words_joined_by_hyphens() {
    for name in ["abc", "acme-crm", "3com", "a-1-b", "console", "com10", &"a".repeat(63)] {
        assert_eq!(source(name), Ok(()), "{name}");
    }
    for device in ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"] {
        assert!(source(device).unwrap_err().0.contains("Windows"), "{device}");
        assert!(source(&device.to_uppercase()).is_err(), "{device}");
    }
}

#[test]
fn labels_come_from_names() {
    assert_eq!(default_label("acme-crm2-x"), "Acme Crm2 X");
    assert_eq!(default_label("3com"), "3com");
}

#[test]
fn lines() {
    accepts(line, &["Acme", "Listen & \"Reden\" <b>", "é 日本"]);
    refuses(
        line,
        &[
            ("", "is empty"),
            (" \t ", "is empty"),
            ("TODO: say what it is", "the placeholder `TODO`"),
            ("The name of your source", "placeholder"),
            ("a\nb", "line break"),
            ("a\u{2028}b", "line break"),
            ("a\u{7}b", "U+0007"),
            ("a\u{feff}b", "U+FEFF"),
            ("The {LABEL} source", "placeholder `{LABEL}`"),
            ("${x}", "placeholder `{x}`"),
        ],
    );
}

#[test]
fn categories_by_key_or_by_name() {
    assert_eq!(category("Consent and Preferences"), Ok("consentAndPreferences"));
    for (key, shown) in crate::spec::category::CATEGORIES {
        assert_eq!(category(key), Ok(key));
        assert_eq!(category(&shown.to_uppercase()), Ok(key));
    }
    assert_eq!(category("marketing automation"), Ok("marketingAutomation"));
    assert_eq!(category("E-Commerce"), Ok("ecommerce"));
    refuses(
        category,
        &[
            ("paymants", "did you mean `payments`?"),
            ("", "`streaming`"),
            ("zzz", "is no category of the catalog; the known keys are `advertising`"),
        ],
    );
}

#[test]
fn hosts() {
    accepts(host, &["https://api.example.com", "https://${dc}.api.example.com:8443", "https://${host}"]);
    assert_eq!(host("https://api.example.com/").as_deref(), Ok("https://api.example.com"));
    refuses(
        host,
        &[
            ("", "is empty"),
            ("api.example.com", "write `https://api.example.com`"),
            ("http://api.example.com", "write `https://api.example.com`"),
            ("HTTPS://api.example.com", "must start with `https://`"),
            ("https://", "is no address"),
            ("https://api.example.com/v1", "`--path`"),
            ("https://api.example.com?x=1", "`--path`"),
            ("https://api.example.com#x", "`--path`"),
            ("https://me:secret@api.example.com", "user name or password"),
            ("https://api example.com", "white space"),
            ("https://{dc}.example.com", "write `${dc}`"),
            ("https://{{dc}}.example.com", "write `${dc}`"),
            ("https://${d c}.example.com", "holds a space"),
            ("https://${}.example.com", "is empty"),
            ("https://${dc.example.com", "not closed"),
            ("https://dc}.example.com", "closes nothing"),
            ("https://@{pipeline()}.example.com", "only a path"),
        ],
    );
    // A password never comes back in a message.
    for text in ["https://me:hunter2@example.com", "http://me:hunter2@example.com", "me:hunter2@example.com"] {
        assert!(!host(text).unwrap_err().contains("hunter2"));
    }
}

#[test]
fn paths() {
    accepts(path, &["/", "/v1/lists/${listId}/members", "/a@{if(empty(x),'?q=1 {y}','')}/b", "/a%20b/"]);
    refuses(
        path,
        &[
            ("", "is empty"),
            ("v1/members", "write `/v1/members`"),
            ("https://example.com/v1", "must start with `/`"),
            ("/v1/a b", "holds a space"),
            ("/v1?x=1", "queryParams"),
            ("/v1#x", "`#`"),
            ("//example.com", "empty segment"),
            ("/a/../b", "`..`"),
            ("/{id}", "write `${id}`"),
            ("/{SCHEDULE_QUERY}", "`--schedule-query-name`"),
            ("/@{if(", "not closed"),
        ],
    );
}

#[test]
fn placeholders_come_once_and_in_order() {
    assert_eq!(placeholders("/${b}/${a}/${b}@{x(${c})}", Expressions::Allowed), Ok(vec!["b", "a"]));
}

#[test]
fn documentation_pages() {
    accepts(documentation_url, &["https://docs.example.com/a?b=c#d"]);
    refuses(
        documentation_url,
        &[
            ("{DOCUMENTATION_LINK}", "placeholder"),
            ("http://example.com", "write `https://example.com`"),
            ("https://me@example.com", "user name"),
        ],
    );
}

#[test]
fn json_paths() {
    accepts(json_path, &["$", "$.members", "$['a b'][*]", "$..x"]);
    refuses(
        json_path,
        &[
            ("", "is empty"),
            ("members", "write `$.members`"),
            ("$members", "write `$.members`"),
            ("paging.next", "write `$.paging.next`"),
            ("$.a b.c", "is no JSONPath"),
            ("$[", "is no JSONPath"),
            ("$[?f(f(f(f(f(f(1))))))]", "too deeply nested"),
        ],
    );
}

#[test]
fn inputs() {
    let told = input(" listId : integer : Id: of the list ").unwrap();
    assert_eq!((told.name.as_str(), told.kind, told.description.as_str()), ("listId", "integer", "Id: of the list"));
    refuses(
        input,
        &[
            ("listId", "NAME:TYPE:DESCRIPTION"),
            ("listId:string", "NAME:TYPE:DESCRIPTION"),
            (":string:x", "the name is empty"),
            ("1st:string:x", "must start with a letter"),
            ("list-id:string:x", "holds `-`"),
            ("listId:text:x", "none of the types"),
            ("listId:int:x", "did you mean `integer`?"),
            ("listId:string:", "the description is empty"),
            ("listId:string:{X}", "placeholder"),
        ],
    );
}

#[test]
fn names_of_parameters_and_headers() {
    accepts(parameter, &["limit", "page[after]", "$top", "filter.x"]);
    refuses(
        parameter,
        &[("", "empty"), ("a&b", "`&`"), ("a b", "a space"), ("{x}", "`{`"), ("a,b", "`,`"), ("é", "`é`")],
    );
    accepts(header, &["X-Next"]);
    refuses(header, &[("X Next", "a space"), ("X:", "`:`"), ("", "empty")]);
    assert_eq!(schedule("since, before"), Ok(("since".to_owned(), "before".to_owned())));
    refuses(schedule, &[("since", "START,END"), ("a,b,c", "`,`"), ("a,", "empty"), ("a,a", "both")]);
}

#[test]
fn ends_of_paging() {
    accepts(end_condition_value, &["Const:false"]);
    refuses(end_condition_value, &[("false", "write `Const:false`"), ("Const:", "no value")]);
    accepts(end_page_index, &["12", "headers.x-pagecount", "$.pages"]);
    refuses(end_page_index, &[("", "neither"), ("headers.", "empty"), ("last", "neither")]);
}

#[test]
fn expressions() {
    accepts(incremental, &["type:user updated > {START_TIME} updated < {END_TIME}", "T<{END_TIME} AND T>{START_TIME}"]);
    accepts(backfill, &["type:user updated < {END_TIME}"]);
    refuses(
        incremental,
        &[
            ("x", "must hold `{START_TIME}`"),
            ("{START_TIME} {END_TIME} {NOW}", "holds `{NOW}`"),
            ("a\nb", "line break"),
        ],
    );
    refuses(
        backfill,
        &[
            ("a<{START_TIME}", "must hold `{END_TIME}`"),
            ("{START_TIME} {END_TIME}", "`{START_TIME}`"),
            ("{END_TIME}{", "brace"),
        ],
    );
}

#[test]
fn date_formats() {
    accepts(
        date_format,
        &[
            DATE_FORMAT,
            "yyyy-MM-ddTHH:mm:ssK",
            "yyyy-MM-ddTHH:mm:ss:fffffffK",
            "yyyy-MM-dd",
            "MM/dd/yyyy hh:mm:ss tt",
            "yyyy-MM-dd'at'HH",
            "yyyy\\yMMdd",
            "ddd, dd MMM yyyy HH:mm:ss zzz",
            "o",
            "s",
        ],
    );
    refuses(
        date_format,
        &[
            ("", "is empty"),
            ("YYYY-MM-DD", "years are `yyyy`"),
            ("yyyy-MM-DD", "days are `dd`"),
            ("yyyy-mm-dd", "`mm` are minutes"),
            ("yyyy-mm-dd HH:MM", "stand where the month does"),
            ("HH:mm:ss", "tells no year"),
            ("yyyy-MM-dd hh:mm", "`HH` counts them to 24"),
            ("yyyy-MM-ddTHH:mm:SS", "seconds are `ss`"),
            ("yyyyyy-MM-dd", "5 is the most"),
            ("yyyy-MM-dd'x", "not closed"),
            ("yyyy-MM-dd\\", "backslash"),
            ("%Y-%m-%d", "years are `yyyy`"),
            ("{x}", "`{`"),
            ("epoch", "means nothing"),
        ],
    );
}

proptest! {
    #[test]
    fn a_suggested_name_is_always_a_good_one(name in ".{0,80}") {
        if let Err((_, Some(better))) = source(&name) {
            prop_assert_eq!(source(&better), Ok(()));
            prop_assert_ne!(better, name);
        }
    }

    #[test]
    fn no_text_makes_a_check_panic(text in "[\\\\${}@:,a/.'\"\\[é\u{202e} ]{0,24}") {
        let _ = (line(&text), category(&text), documentation_url(&text), host(&text), path(&text), input(&text));
        let _ = (json_path(&text), parameter(&text), header(&text), end_condition_value(&text), end_page_index(&text));
        let _ = (schedule(&text), incremental(&text), backfill(&text), date_format(&text));
        if let Ok(host) = host(&format!("https://{text}")) {
            prop_assert_eq!(host_faults(&host), []);
        }
        if let Ok(path) = path(&format!("/{text}")) {
            prop_assert_eq!(path_faults(&path), []);
        }
        if let Ok(path) = path(&text) {
            prop_assert!(placeholders(&path, Expressions::Allowed).is_ok());
        }
    }
}
