//! `sss rules` and `sss explain`: the list of rules, the page of one, and the error codes of the platform.

use std::{fs, path::Path};

use serde_json::json;

use crate::support::Sss;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// `SSS_BLESS=1 cargo test rules` writes the list as it is.
#[test]
fn the_list_of_rules_is_fresh_and_its_links_lead_somewhere() {
    let path = Path::new(ROOT).join("docs/rules.md");
    let list = Sss::in_dir(ROOT).args(["rules", "--markdown"]).run().exits(0).stdout;
    if std::env::var_os("SSS_BLESS").is_some() {
        fs::write(&path, &list).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(written == list, "docs/rules.md is not what `sss rules --markdown` says; `just bless` rewrites it");

    let rules = Sss::in_dir(ROOT).args(["rules", "--json"]).run().exits(0).json();
    let rules = rules["rules"].as_array().unwrap();
    let rows: Vec<&str> = list.lines().filter(|line| line.starts_with("| [`")).collect();
    assert_eq!(rows.len(), rules.len());
    for rule in rules {
        let name = rule["name"].as_str().unwrap();
        let row = rows.iter().find(|row| row.starts_with(&format!("| [`{name}`]("))).unwrap();
        assert_eq!(row.split(" | ").nth(1).unwrap(), rule["level"]);
        let link = row.split(['(', ')']).nth(1).unwrap();
        assert!(Path::new(ROOT).join("docs").join(link).is_file(), "{link}");
    }
}

#[test]
fn a_code_of_the_platform_is_explained() {
    let ran = Sss::in_dir(ROOT).args(["explain", "1403-400"]).run().exits(0);
    for told in ["1403-400: the header `If-Match` is missing\n", "\n  likely cause: ", "\n  what to do: "] {
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
    }
    let explained = Sss::in_dir(ROOT).args(["explain", "INVALID_CLIENT", "--json"]).run().exits(0).json();
    assert_eq!((&explained["version"], &explained["code"]), (&json!(1), &json!("invalid_client")));
    for member in ["meaning", "cause", "advice"] {
        assert!(explained[member].as_str().unwrap().len() > 10, "{explained}");
    }
}

#[test]
fn a_name_that_is_neither_has_a_suggestion_or_a_list() {
    for (name, told, help) in [
        ("1403-401", "there is no error code `1403-401`", "did you mean `1403-400`?"),
        ("7", "there is no error code `7`", "known codes are 1100-400, "),
        ("invalid-scop", "there is no rule or error code", "did you mean `invalid_scope`?"),
        ("unknwon-key", "there is no rule or error code", "did you mean `unknown-key`?"),
        ("weather", "there is no rule or error code", "`sss rules` lists all rules"),
    ] {
        let ran = Sss::in_dir(ROOT).args(["explain", name]).run().exits(2).tells([told, help]);
        assert_eq!(ran.stdout, "");
    }
}
