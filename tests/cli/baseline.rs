//! `sss lint --baseline`: findings that were there before, and that runs leave out.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    lint::{BATCH, STREAMING, artifact, edit, example},
    select::{commit, git, repository},
    support::{Ran, Sss},
};

const FILE: &str = ".sss/baseline.json";

fn lint(directory: &TempDir, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).args(["lint"]).args(arguments).run()
}

fn rules(directory: &TempDir, arguments: &[&str]) -> Vec<String> {
    let report = lint(directory, &[&["--json"], arguments].concat()).json();
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    report["findings"].as_array().unwrap().iter().map(rule).collect()
}

/// A repository with three findings: two errors and a warning.
fn damaged() -> TempDir {
    let directory = example();
    let path = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &path, "\"parameterName\": \"page[after]\"", "\"cursor\": \"page[after]\"");
    edit(&directory, &artifact(STREAMING, "connectionSpec.json"), "\"isSource\": true", "\"isSource\": \"yes\"");
    directory
}

#[test]
fn what_is_known_is_left_out_and_what_is_new_is_shown() {
    let directory = damaged();
    lint(&directory, &[]).exits(1);
    let ran = lint(&directory, &["--baseline", "write"]).exits(0);
    assert_eq!(ran.stdout, "2 sources, 10 files: no findings (3 in the baseline)\n");
    let ran = ran.tells(["`.sss/baseline.json` has 3 findings now, which later runs leave out"]);
    assert!(!ran.stderr.contains("error"));
    let written = fs::read_to_string(directory.path().join(FILE)).unwrap();

    // Lines move, and it is the same finding.
    let path = artifact(BATCH, "connectionSpec.json");
    let text = fs::read_to_string(directory.path().join(&path)).unwrap();
    fs::write(directory.path().join(&path), text.replacen('{', "{\n\n\n", 1)).unwrap();
    let ran = lint(&directory, &[]).exits(0);
    assert_eq!(ran.stdout, "2 sources, 10 files: no findings (3 in the baseline)\n");
    assert_eq!(ran.stderr, "");
    edit(&directory, &path, "\"GET\"", "\"get\"");
    assert_eq!(rules(&directory, &[]), ["unknown-value"]);
    lint(&directory, &[]).exits(1);
    // A part of the repository is held to the same.
    assert_eq!(rules(&directory, &[STREAMING]), <[&str; 0]>::default());
    assert_eq!(lint(&directory, &[STREAMING]).exits(0).stdout, "1 source, 5 files: no findings (1 in the baseline)\n");
    let report = lint(&directory, &["--json"]).json();
    assert_eq!((&report["summary"]["baselined"], &report["summary"]["errors"]), (&3.into(), &1.into()));
    let sarif = lint(&directory, &["--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["properties"]["baselined"], 3);

    // Written again, it is another list; taken back, the same bytes.
    lint(&directory, &["--baseline", "write"]).exits(0).tells(["has 4 findings now"]);
    edit(&directory, &path, "\"get\"", "\"GET\"");
    lint(&directory, &["--baseline", "write"]).exits(0);
    assert_eq!(fs::read_to_string(directory.path().join(FILE)).unwrap(), written);
}

#[test]
fn what_is_gone_is_told_and_taken_out() {
    let directory = damaged();
    lint(&directory, &["--baseline", "write"]).exits(0);
    edit(&directory, &artifact(STREAMING, "connectionSpec.json"), "\"isSource\": \"yes\"", "\"isSource\": true");
    let gone = "1 finding of `.sss/baseline.json` no longer found: `sss lint --baseline prune` takes that out";
    lint(&directory, &[]).exits(0).tells([gone]);
    // Who asks for less does not know.
    for arguments in [&["--only", "wrong-type"][..], &["--ignore", "wrong-type"], &[STREAMING]] {
        assert_eq!(lint(&directory, arguments).exits(0).stderr, "", "{arguments:?}");
    }
    let ran = lint(&directory, &["--baseline", "prune"]).exits(0);
    let ran = ran.tells(["1 finding taken out of `.sss/baseline.json`"]);
    assert_eq!(ran.stdout, "2 sources, 10 files: no findings (2 in the baseline)\n");
    assert_eq!(lint(&directory, &[]).exits(0).stderr, "");
    // What is pruned may come back, and is new then.
    edit(&directory, &artifact(STREAMING, "connectionSpec.json"), "\"isSource\": true", "\"isSource\": \"yes\"");
    lint(&directory, &["--baseline", "prune"]).exits(1);
    assert_eq!(rules(&directory, &[]), ["wrong-type"]);
}

#[test]
fn a_baseline_that_cannot_be_read_is_told_with_its_place() {
    let directory = damaged();
    lint(&directory, &["--baseline", "prune"]).exits(2).tells(["there is no `.sss/baseline.json`", "--baseline write"]);
    lint(&directory, &["--baseline", "write"]).exits(0);
    let path = directory.path().join(FILE);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("    {", "<<<<<<< HEAD\n    {", 1)).unwrap();
    let ran = lint(&directory, &[]).exits(2);
    let ran = ran.tells([".sss/baseline.json:4:1: ", "4 | <<<<<<< HEAD", "--baseline write"]);
    assert_eq!(ran.stdout, "");
    lint(&directory, &["--baseline", "prune"]).exits(2);
    lint(&directory, &["--baseline", "write"]).exits(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_baseline_is_of_a_whole_repository_and_of_all_rules() {
    let directory = damaged();
    for action in ["write", "prune"] {
        let run = |arguments: &[&str]| lint(&directory, &[&["--baseline", action], arguments].concat());
        run(&[BATCH]).exits(2).tells(["a baseline is of a whole repository"]);
        for arguments in
            [&["--only", "wrong-type"][..], &["--ignore", "wrong-type"], &["--staged"], &["--since", "x"], &["--watch"]]
        {
            run(arguments).exits(2).tells(["cannot be used with"]);
        }
        run(&["-"]).exits(2).tells(["a baseline is of a whole repository"]);
    }
    assert!(!directory.path().join(FILE).exists());
    lint(&directory, &["--baseline", "write", "."]).exits(0);
}

#[test]
fn no_secret_gets_into_it() {
    let directory = example();
    let token = ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat();
    let secret = format!("\"headerParams\": {{\"X-Api-Key\": \"{token}\",");
    edit(&directory, &artifact(BATCH, "connectionSpec.json"), "\"headerParams\": {", &secret);
    lint(&directory, &[]).exits(1);
    lint(&directory, &["--baseline", "write"]).exits(0);
    let text = fs::read_to_string(directory.path().join(FILE)).unwrap();
    assert!(text.contains("hardcoded-secret") && !text.contains("4f9Qz7Lm"), "{text}");
}

#[test]
fn what_is_staged_is_held_to_the_baseline_that_is_staged() {
    let directory = repository();
    let path = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &path, "\"GET\"", "\"get\"");
    commit(directory.path());
    lint(&directory, &["--baseline", "write"]).exits(0);
    edit(&directory, &path, "\"version\"", " \"version\"");
    git(directory.path(), &["add", "Sources"]);
    assert_eq!(rules(&directory, &["--staged"]), ["unknown-value"]);
    git(directory.path(), &["add", FILE]);
    assert_eq!(rules(&directory, &["--staged"]), <[&str; 0]>::default());
    assert_eq!(rules(&directory, &["--since", "main"]), <[&str; 0]>::default());
}
