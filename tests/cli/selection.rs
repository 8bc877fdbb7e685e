//! `sss lint`: which rules are asked, what a run fails for, and suppressions that suppress nothing.

use std::fs;

use tempfile::TempDir;

use crate::{
    lint::{BATCH, STREAMING, artifact, edit, example},
    support::{Ran, Sss},
};

/// A repository with a warning (`unknown-key`), an error (`missing-pagination-key`) and another error (`wrong-type`).
fn damaged() -> TempDir {
    let directory = example();
    let path = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &path, "\"parameterName\": \"page[after]\"", "\"cursor\": \"page[after]\"");
    edit(&directory, &artifact(STREAMING, "connectionSpec.json"), "\"isSource\": true", "\"isSource\": \"yes\"");
    directory
}

fn lint(directory: &TempDir, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).args(["lint", "--json"]).args(arguments).run()
}

/// The rules that found something.
fn rules(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let rules = report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap());
    rules.map(str::to_owned).collect()
}

#[test]
fn rules_are_asked_for_or_left_out() {
    let directory = damaged();
    for (arguments, found, code) in [
        (&[][..], &["missing-pagination-key", "unknown-key", "wrong-type"][..], 1),
        (&["--only", "unknown-key"], &["unknown-key"], 0),
        (&["--only", "unknown-key,wrong-type"], &["unknown-key", "wrong-type"], 1),
        (&["--only", "unknown-key", "--only", "wrong-type"], &["unknown-key", "wrong-type"], 1),
        (&["--only", "unknown-key, wrong-type", "--ignore", "wrong-type"], &["unknown-key"], 0),
        (&["--ignore", "wrong-type", "--ignore", "missing-pagination-key"], &["unknown-key"], 0),
        (&["--ignore", "wrong-type,missing-pagination-key,unknown-key"], &[], 0),
        (&["--only", "unknown-key", "--strict"], &["unknown-key"], 1),
        (&["--only", "stray-file", "--strict"], &[], 0),
    ] {
        let ran = lint(&directory, arguments);
        assert_eq!(rules(&ran), found, "{arguments:?}");
        ran.exits(code);
    }
}

#[test]
fn who_names_a_rule_means_it_whatever_the_configuration_says() {
    let directory = damaged();
    fs::write(directory.path().join("sss.toml"), "[lint.rules]\nunknown-key = \"allow\"\nwrong-type = \"note\"\n")
        .unwrap();
    assert_eq!(rules(&lint(&directory, &["--only", "unknown-key"]).exits(0)), ["unknown-key"]);
    let ran = lint(&directory, &["--only", "wrong-type", "--strict"]).exits(0);
    assert_eq!(ran.json()["findings"][0]["level"], "note");
}

#[test]
fn names_that_no_rule_has_are_errors() {
    let directory = damaged();
    for (arguments, told) in [
        (&["--only", "unknwon-key"][..], ["there is no rule `unknwon-key`", "did you mean `unknown-key`?"]),
        (&["--ignore", "unknown-key,weather"], ["there is no rule `weather`", "`sss rules` lists all rules"]),
        (&["--ignore", "unknown-key,"], ["there is no rule ``", "`sss rules` lists all rules"]),
        (&["--only", "unknown-key", "--ignore", "unknown-key"], ["no rule is left", "leave one of the two out"]),
    ] {
        let ran = lint(&directory, arguments).exits(2).tells(told);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn a_suppression_that_suppresses_nothing_is_shown_where_it_stands() {
    let directory = damaged();
    let config = "[[lint.suppress]]\nrule = \"wrong-type\"\nreason = \"agreed\"\n\n\
                  [[lint.suppress]]\nrule = \"unknown-key\"\npath = \"Sources/other\"\nreason = \"moved\"\n";
    fs::write(directory.path().join("sss.toml"), config).unwrap();
    let ran =
        Sss::in_dir(&directory).args(["lint", "--only", "wrong-type,unknown-key,unused-suppression"]).run().exits(0);
    let expected = "\
warning[unused-suppression]: nothing is suppressed here: `unknown-key` finds nothing
 --> sss.toml:6:8
  |
6 | rule = \"unknown-key\"
  |        ^^^^^^^^^^^^^
  |
  = help: take it out; or correct its `path` or `pointer`, if it was meant for another place
";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("2 sources, 10 files: 2 warnings (1 suppressed)\n"), "{}", ran.stdout);

    for arguments in [
        &["--ignore", "unknown-key"][..],
        &["--ignore", "unused-suppression"],
        &["--only", "unused-suppression"],
        &[&format!("Sources/{BATCH}")],
        &[&format!("Sources/{BATCH}"), &format!("Sources/{STREAMING}")],
    ] {
        let ran = lint(&directory, arguments);
        assert!(!rules(&ran).contains(&"unused-suppression".to_owned()), "{arguments:?}: {}", ran.stdout);
    }
    let ran = lint(&directory, &["."]);
    assert!(rules(&ran).contains(&"unused-suppression".to_owned()), "the whole repository may be named");
}
