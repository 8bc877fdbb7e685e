//! `sss lint --fix` and `--diff`: what is mended and what is not, and that a diff is what `git apply` makes of it.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    lint::{BATCH, STREAMING, artifact, edit, example},
    support::{Sss, tree},
};

/// A repository with much that can be mended without a doubt, one guess, and one thing that only a person can mend.
fn damaged() -> TempDir {
    let directory = example();
    let batch = artifact(BATCH, "connectionSpec.json");
    edit(
        &directory,
        &batch,
        "\"version\": \"1.0\",",
        "\"version\": 1,\n  \"id\": \"1\",\n  // left\n  \"etag\": \"2\",",
    );
    edit(&directory, &batch, "\"method\": \"GET\",", "\"method\": \"get\",");
    edit(&directory, &batch, "\"parameterName\"", "\"parametername\"");
    fs::write(directory.path().join(artifact(BATCH, "label.txt")), "\u{feff}Harbor Helpdesk Tickets  \r\n\r\n")
        .unwrap();
    let streaming = directory.path().join(artifact(STREAMING, "connectionSpec.json"));
    let text = fs::read_to_string(&streaming).unwrap();
    let text = text.replacen("\"isSource\": true", "\"isSource\": \"true\"", 1).replace('\n', "\r\n");
    fs::write(&streaming, text.trim_end()).unwrap();
    fs::write(directory.path().join(artifact(STREAMING, "category.txt")), "Streaming").unwrap();
    directory
}

fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = tree(directory).into_iter().filter(|path| !path.ends_with('/'));
    files.map(|path| (path.clone(), fs::read(directory.join(&path)).unwrap())).collect()
}

fn read(directory: &TempDir, path: &str) -> String {
    fs::read_to_string(directory.path().join(path)).unwrap()
}

#[test]
fn what_is_clear_is_mended_and_guesses_wait_to_be_asked_for() {
    let directory = damaged();
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise"]).run().exits(1);
    assert!(
        ran.stdout.contains("\n10 can be mended with `--fix`, 1 more with `--unsafe-fixes`\n2 sources, "),
        "{}",
        ran.stdout
    );
    let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--format", "concise"]).run().exits(1);
    assert!(
        ran.stdout.contains("mended; 2 more can be mended with `--fix --unsafe-fixes`\n2 sources, ")
            && ran.stdout.contains("unknown-key"),
        "{}",
        ran.stdout
    );
    let batch = artifact(BATCH, "connectionSpec.json");
    let spec = read(&directory, &batch);
    assert!(
        spec.contains("\"version\": \"1\",\n  \"attributes\": {") && spec.contains("\"method\": \"GET\","),
        "{spec}"
    );
    assert_eq!(read(&directory, &artifact(BATCH, "label.txt")), "Harbor Helpdesk Tickets\n");
    let spec = read(&directory, &artifact(STREAMING, "connectionSpec.json"));
    assert!(spec.contains("\"isSource\": true") && spec.ends_with('}'), "{spec}");
    assert!(!spec.replace("\r\n", "").contains(['\r', '\n']), "lines end as they did");
    assert_eq!(read(&directory, &artifact(STREAMING, "category.txt")), "streaming");

    let before = contents(directory.path());
    let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--format", "concise"]).run().exits(1);
    assert!(ran.stdout.contains("\n0 mended; 2 more can"), "{}", ran.stdout);
    assert_eq!(contents(directory.path()), before, "a second time changes nothing");

    let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--unsafe-fixes", "--format", "concise"]).run().exits(0);
    assert!(ran.stdout.ends_with("2 mended\n2 sources, 10 files: no findings\n"), "{}", ran.stdout);
    assert!(read(&directory, &batch).contains("\"parameterName\""));
}

#[test]
fn a_diff_is_what_git_makes_of_it() {
    for guesses in [&[][..], &["--unsafe-fixes"]] {
        let directory = damaged();
        let before = contents(directory.path());
        let told = ["would be mended"];
        let ran = Sss::in_dir(&directory).args(["lint", "--diff"]).args(guesses).run().exits(1).tells(told);
        assert_eq!(contents(directory.path()), before, "nothing is written");
        let applied = damaged();
        let patch = tempfile::tempdir().unwrap();
        fs::write(patch.path().join("mended.diff"), &ran.stdout).unwrap();
        let git = Command::new("git")
            .args(["apply", "--whitespace=nowarn"])
            .arg(patch.path().join("mended.diff"))
            .current_dir(applied.path())
            .env("GIT_CEILING_DIRECTORIES", applied.path().parent().unwrap())
            .output()
            .unwrap();
        assert!(git.status.success(), "{}\n{}", String::from_utf8_lossy(&git.stderr), ran.stdout);
        Sss::in_dir(&directory).args(["lint", "--fix"]).args(guesses).run();
        assert_ne!(contents(directory.path()), before);
        assert_eq!(contents(applied.path()), contents(directory.path()));
    }
    let directory = example();
    let ran = Sss::in_dir(&directory).args(["lint", "--diff"]).run().exits(0).tells(["nothing would be mended"]);
    assert_eq!(ran.stdout, "");
    edit(&directory, &artifact(BATCH, "connectionSpec.json"), "\"continuationTokenPath\"", "\"x\"");
    let ran = Sss::in_dir(&directory).args(["lint", "--diff"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "what is wrong and cannot be mended");
}

#[test]
fn a_diff_as_json_is_one_object() {
    let directory = damaged();
    let ran = Sss::in_dir(&directory).args(["lint", "--diff", "--json"]).run().exits(1);
    let told = ran.json();
    assert_eq!((&told["version"], &told["held_back"]), (&Value::from(1), &Value::from(2)));
    assert_eq!(told["files"].as_array().unwrap().len(), 4);
    assert!(told["diff"].as_str().unwrap().starts_with("--- a/Sources/"));
}

#[test]
fn what_is_not_reported_is_not_mended() {
    let directory = damaged();
    let all = contents(directory.path());
    let batch = artifact(BATCH, "connectionSpec.json");
    Sss::in_dir(&directory).args(["lint", "--fix", "--only", "server-managed-key"]).run();
    let spec = read(&directory, &batch);
    assert!(spec.contains("\"version\": 1,\n  // left\n  \"attributes\""), "{spec}");
    let changed: Vec<_> = contents(directory.path()).into_iter().filter(|(path, text)| all[path] != *text).collect();
    assert_eq!(changed.len(), 1, "one rule, one file");

    let directory = damaged();
    Sss::in_dir(&directory).args(["lint", "--fix", "--ignore", "server-managed-key,byte-order-mark"]).run();
    let spec = read(&directory, &batch);
    assert!(spec.contains("\"id\": \"1\"") && spec.contains("\"etag\"") && spec.contains("\"GET\""), "{spec}");
    assert!(read(&directory, &artifact(BATCH, "label.txt")).starts_with('\u{feff}'));

    let directory = damaged();
    let config = "[lint.rules]\ncomment-in-json = \"allow\"\n\
        [[lint.suppress]]\nrule = \"server-managed-key\"\npointer = \"/etag\"\nreason = \"kept\"\n";
    fs::write(directory.path().join("sss.toml"), config).unwrap();
    Sss::in_dir(&directory).args(["lint", "--fix"]).run();
    let spec = read(&directory, &batch);
    assert!(spec.contains("  // left\n  \"etag\": \"2\",") && !spec.contains("\"id\": \"1\""), "{spec}");

    let directory = damaged();
    let label = artifact(BATCH, "label.txt");
    Sss::in_dir(&directory).args(["lint", "--fix", label.as_str()]).run().exits(0);
    assert_eq!(read(&directory, &label), "Harbor Helpdesk Tickets\n");
    let after = contents(directory.path());
    assert!(all.iter().all(|(path, text)| *path == label || after[path] == *text), "the other files were not named");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_said_and_the_others_are_mended() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = damaged();
    let at = |path: &str| directory.path().join(path);
    let (label, category) = (artifact(BATCH, "label.txt"), artifact(STREAMING, "category.txt"));
    fs::set_permissions(at(&label), fs::Permissions::from_mode(0o444)).unwrap();
    fs::rename(at(&category), at("category.txt")).unwrap();
    symlink("../../../category.txt", at(&category)).unwrap();
    let spec = artifact(BATCH, "connectionSpec.json");
    fs::set_permissions(at(&spec), fs::Permissions::from_mode(0o754)).unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--diff"]).run().exits(1);
    let left = format!("left as it is: {category}: it is a link");
    assert!(!ran.tells([left]).stdout.contains(&category), "what is not mended is not shown");
    let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--format", "json"]).run().exits(2);
    let ran = ran.tells(["could not mend", "it is a link", "may not be written to", label.as_str(), category.as_str()]);
    assert!(ran.json()["summary"]["mended"].as_u64().unwrap() >= 6, "{}", ran.stdout);
    assert!(read(&directory, &label).starts_with('\u{feff}') && at(&category).is_symlink());
    assert_eq!(read(&directory, "category.txt"), "Streaming");
    assert!(read(&directory, &spec).contains("\"GET\""));
    assert_eq!(fs::metadata(at(&spec)).unwrap().permissions().mode() & 0o777, 0o754);
}

#[test]
fn reports_carry_the_fixes() {
    let directory = damaged();
    let report = Sss::in_dir(&directory).args(["lint", "--json"]).run().exits(1).json();
    assert_eq!(report["summary"]["fixable"], serde_json::json!({ "safe": 10, "unsafe": 1 }));
    assert_eq!(report["summary"]["mended"], Value::Null);
    let findings = report["findings"].as_array().unwrap();
    let fix = |rule: &str| findings.iter().find(|finding| finding["rule"] == rule).unwrap()["fix"].clone();
    assert_eq!((&fix("unknown-key")["safety"], &fix("wrong-type")["safety"]), (&"unsafe".into(), &"safe".into()));
    // Made by hand, the edits come to what `--fix` does.
    let path = artifact(BATCH, "label.txt");
    let mut text = read(&directory, &path);
    let mut edits: Vec<&Value> = findings
        .iter()
        .filter(|finding| finding["path"] == *path && finding["rule"] != "carriage-return")
        .flat_map(|finding| finding["fix"]["edits"].as_array().unwrap())
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit["range"]["start"]["offset"].as_u64()));
    for edit in edits {
        let offset = |end: &str| usize::try_from(edit["range"][end]["offset"].as_u64().unwrap()).unwrap();
        text.replace_range(offset("start")..offset("end"), edit["text"].as_str().unwrap());
    }
    assert_eq!(text, "Harbor Helpdesk Tickets\r\n");

    let log = Sss::in_dir(&directory).args(["lint", "--format", "sarif"]).run().exits(1).json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fixed = results.iter().filter(|result| result.get("fixes").is_some()).count();
    assert_eq!(fixed, 10, "all but the byte-order mark, which is no character");
    for change in results.iter().filter_map(|result| result.pointer("/fixes/0/artifactChanges/0")) {
        assert_eq!(change["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        for replacement in change["replacements"].as_array().unwrap() {
            assert!(replacement["deletedRegion"]["startLine"].as_u64().unwrap() > 0);
            assert!(replacement["insertedContent"]["text"].is_string());
        }
    }
    for format in ["json", "sarif", "junit", "github", "full"] {
        let directory = damaged();
        let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--format", format]).run().exits(1);
        match format {
            "json" | "sarif" => assert!(ran.json().is_object()),
            "junit" => assert!(roxmltree::Document::parse(&ran.stdout).is_ok()),
            "full" => assert!(ran.stdout.contains("mended; 2 more"), "{}", ran.stdout),
            _ => assert!(ran.stdout.starts_with("::"), "{}", ran.stdout),
        }
    }
}

#[test]
fn a_secret_is_in_no_fix_and_in_no_diff() {
    let directory = example();
    // Put together here, so that no file holds one.
    let token = ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat();
    let spec = artifact(BATCH, "connectionSpec.json");
    let note =
        format!("\"id\": \"{token}\", \"etag\": \"Bearer {token}\",\n \"updatedBy\": \"x\",\n  \"sourceSpec\": {{");
    edit(&directory, &spec, "\"sourceSpec\": {", &note);
    for more in [&[][..], &["--json"], &["--ignore", "hardcoded-secret"]] {
        let ran = Sss::in_dir(&directory).args(["lint", "--diff", "--unsafe-fixes"]).args(more).run().exits(1);
        assert!(ran.stdout.contains("updatedBy") && ran.stdout.contains("****"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("4f9Qz7Lm") && !ran.stderr.contains("4f9Qz7Lm"), "{}", ran.stdout);
        ran.tells(["hides a secret"]);
    }
    for format in ["json", "sarif", "full"] {
        let ran = Sss::in_dir(&directory).args(["lint", "--format", format]).run().exits(1);
        assert!(!ran.stdout.contains("4f9Qz7Lm"), "{}", ran.stdout);
    }
    let ran = Sss::in_dir(&directory).args(["lint", "--fix"]).run().exits(1);
    assert!(!ran.stdout.contains("4f9Qz7Lm"), "{}", ran.stdout);
    let text = read(&directory, &spec);
    assert!(text.contains(&token) && !text.contains("updatedBy"), "what holds a secret is left to a person");
}

#[test]
fn a_file_of_no_repository_is_mended_too() {
    let directory = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example().path().join(artifact(STREAMING, "connectionSpec.json"))).unwrap();
    fs::write(directory.path().join("spec.json"), text.replacen("true", "True", 1)).unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--diff", "spec.json"]).run().exits(1);
    assert!(ran.stdout.starts_with("--- a/spec.json\n+++ b/spec.json\n"), "{}", ran.stdout);
    Sss::in_dir(&directory).args(["lint", "--fix", "spec.json"]).run().exits(0);
    assert_eq!(read(&directory, "spec.json"), text);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let directory = example();
    for arguments in [
        &["--unsafe-fixes"][..],
        &["--diff", "--format", "json"],
        &["--diff", "--output", "json=x"],
        &["--fix", "--staged"],
        &["--fix", "--watch"],
        &["--diff", "--baseline", "prune"],
    ] {
        let ran = Sss::in_dir(&directory).args(["lint"]).args(arguments).run().exits(2);
        assert_eq!(ran.stdout, "");
    }
    Sss::in_dir(&directory).args(["lint", "--fix", "--diff"]).run().exits(0);
}

#[test]
fn standard_input_comes_back_mended() {
    let directory = damaged();
    let before = contents(directory.path());
    let label = artifact(BATCH, "label.txt");
    let run = |text: &[u8], more: &[&str]| {
        Sss::in_dir(&directory).args(["lint", "-", "--fix", "--stdin-path", &label]).args(more).stdin(text).run()
    };
    let ran = run("Harbor Helpdesk Tickets \r\n".as_bytes(), &[]).exits(0).tells(["2 mended"]);
    assert_eq!(ran.stdout, "Harbor Helpdesk Tickets\n");
    let ran = run(b"Harbor\n", &[]).exits(0);
    assert_eq!(ran.stdout, "Harbor\n", "what is clean comes back as it is");
    let ran = run(b"<b>Harbor</b>\n", &["--unsafe-fixes"]).exits(0);
    assert_eq!(ran.stdout, "Harbor\n");
    assert_eq!(contents(directory.path()), before, "nothing is written");
    let spec = "{\"version\": \"1.0\",}";
    let ran = Sss::in_dir(&directory).args(["lint", "-", "--fix"]).stdin(spec).run().exits(1);
    assert_eq!(ran.stdout, "{\"version\": \"1.0\"}");
    ran.tells(["1 mended", "error[unknown-provider]", "<stdin>:1:1"]);
    assert_eq!(run(b"x", &["--json"]).exits(2).stdout, "");
}

#[test]
fn what_the_baseline_knows_is_left_alone() {
    let directory = damaged();
    Sss::in_dir(&directory).args(["lint", "--baseline", "write"]).run().exits(0);
    let label = artifact(STREAMING, "label.txt");
    fs::write(directory.path().join(&label), "Lumen Loyalty Events \n").unwrap();
    let before = contents(directory.path());
    Sss::in_dir(&directory).args(["lint", "--fix"]).run().exits(0);
    let after = contents(directory.path());
    let changed: Vec<&String> = before.keys().filter(|path| after[*path] != before[*path]).collect();
    assert_eq!(changed, [&label]);
}

#[test]
fn fixes_that_wait_for_each_other_are_all_made() {
    let directory = example();
    let spec = artifact(BATCH, "connectionSpec.json");
    let text = read(&directory, &spec);
    let (before, after) = text.split_once("\"required\": [").unwrap();
    // Each of them becomes the one that is meant, and all but one of those are taken out.
    let names: String = ('a'..='z')
        .flat_map(|one| ["s", "su", "sub", "subd", "subdo"].map(|start| (start, one)))
        .map(|(start, one)| format!("\"{start}{one}{}\", ", &"subdomain"[start.len() + 1..]))
        .filter(|name| name != "\"subdomain\", ")
        .collect();
    fs::write(directory.path().join(&spec), format!("{before}\"required\": [{names}{after}")).unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--unsafe-fixes", "--format", "concise"]).run().exits(0);
    assert!(ran.stdout.starts_with("125 mended\n"), "{}", ran.stdout);
}

#[test]
fn what_is_more_than_the_baseline_knows_is_mended() {
    let directory = example();
    let spec = artifact(BATCH, "connectionSpec.json");
    let text = read(&directory, &spec);
    let with = |first: &str, second: &str| text.replacen('\n', &format!("{first}\n"), 1).replacen(",\n", second, 1);
    fs::write(directory.path().join(&spec), with(" // a", ",\n")).unwrap();
    Sss::in_dir(&directory).args(["lint", "--baseline", "write"]).run().exits(0);
    fs::write(directory.path().join(&spec), with(" // a", ", // b\n")).unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise"]).run().exits(1);
    assert!(ran.stdout.contains("1 can be mended with `--fix`"), "{}", ran.stdout);
    let ran = Sss::in_dir(&directory).args(["lint", "--fix", "--format", "concise"]).run().exits(0);
    assert!(ran.stdout.starts_with("1 mended\n"), "{}", ran.stdout);
    assert_eq!(read(&directory, &spec), with(" // a", ",\n"));
}
