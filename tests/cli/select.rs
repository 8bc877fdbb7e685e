//! `sss lint`: what it looks at — what changed, what is staged, standard input — and what it leaves out.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    lint::{BATCH, STREAMING, artifact, edit, example},
    support::{Ran, Sss},
};

/// Runs `git` without the developer's own configuration.
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", directory.join("no-such-home"));
    command.args(["-c", "user.name=ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgsign=false"]);
    let output = command.args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn commit(directory: &Path) {
    git(directory, &["add", "--all"]);
    git(directory, &["commit", "-q", "-m", "x"]);
}

/// The example in a repository of git, on the branch `topic`, which left `main` after the one commit of both.
pub(crate) fn repository() -> TempDir {
    let directory = example();
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path());
    git(directory.path(), &["checkout", "-q", "-b", "topic"]);
    directory
}

fn lint(directory: impl AsRef<Path>, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).args(["lint", "--json"]).args(arguments).run()
}

/// The findings as `rule path`, and how many sources and files were looked at.
fn found(ran: &Ran) -> (Vec<String>, u64, u64) {
    let report = ran.json();
    let told = |finding: &Value| format!("{} {}", finding["rule"].as_str().unwrap(), finding["path"].as_str().unwrap());
    let findings = report["findings"].as_array().unwrap().iter().map(told).collect();
    let count = |name: &str| report["summary"][name].as_u64().unwrap();
    (findings, count("sources"), count("files"))
}

fn nothing(sources: u64, files: u64) -> (Vec<String>, u64, u64) {
    (Vec::new(), sources, files)
}

/// A text in the form of a secret, put together here so that no file holds one.
fn token() -> String {
    ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat()
}

#[test]
fn since_looks_at_the_sources_that_changed_and_shows_all_of_them() {
    let directory = repository();
    assert_eq!(found(&lint(&directory, &["--since", "main"]).exits(0)), nothing(0, 0));
    let label = artifact(BATCH, "label.txt");
    edit(&directory, &label, "Harbor", " Harbor");
    fs::write(directory.path().join(artifact(STREAMING, "label.txt")), "").unwrap();
    commit(directory.path());
    git(directory.path(), &["checkout", "-q", "main", "--", &format!("Sources/{STREAMING}")]);
    // What stands in another file of the source is shown as well; what stands in another source is not.
    edit(&directory, &artifact(BATCH, "connectionSpec.json"), "\"GET\"", "\"get\"");
    git(directory.path(), &["checkout", "-q", "--", &label]);
    let spec = artifact(BATCH, "connectionSpec.json");
    let expected = (vec![format!("unknown-value {spec}"), format!("surrounding-blanks {label}")], 1, 5);
    assert_eq!(found(&lint(&directory, &["--since", "main"]).exits(1)), expected);
    assert_eq!(found(&lint(directory.path().join("Sources"), &["--since", "main"]).exits(1)), expected);
    // Paths narrow it.
    let narrowed = (vec![format!("surrounding-blanks {label}")], 1, 1);
    assert_eq!(found(&lint(&directory, &["--since", "main", &label]).exits(0)), narrowed);
    assert_eq!(found(&lint(&directory, &["--since", "main", &label, &label]).exits(0)), narrowed);
    assert_eq!(found(&lint(&directory, &["--since", "main", BATCH]).exits(1)), expected);
    assert_eq!(found(&lint(&directory, &["--since", "main", STREAMING]).exits(0)), nothing(0, 0));
    let report = lint(&directory, &["--since", "main", STREAMING, "."]).exits(1);
    assert_eq!(found(&report), expected, "the whole repository may be named");
}

#[test]
fn since_knows_what_is_not_tracked_and_what_is_gone() {
    let directory = repository();
    fs::write(directory.path().join("Sources/list.csv"), "x").unwrap();
    fs::remove_dir_all(directory.path().join(format!("Sources/{STREAMING}"))).unwrap();
    fs::remove_file(directory.path().join(artifact(BATCH, "icon.svg"))).unwrap();
    let (findings, sources, files) = found(&lint(&directory, &["--since", "main"]).exits(1));
    let icon = artifact(BATCH, "icon.svg");
    assert_eq!(findings, [format!("missing-artifact {icon}"), "stray-file Sources/list.csv".to_owned()]);
    assert_eq!((sources, files), (1, 4));
}

#[test]
fn a_commit_that_is_not_there_is_told_with_what_may_have_been_meant() {
    let directory = repository();
    let ran = lint(&directory, &["--since", "mian"]).exits(2);
    ran.tells(["git knows no commit `mian`", "did you mean `main`?"]);
    lint(&directory, &["--since", "0123456"]).exits(2).tells(["git knows no commit `0123456`", "git branch --all"]);
    let plain = example();
    for flag in [&["--since", "main"][..], &["--staged"]] {
        lint(&plain, flag).exits(2).tells(["is in no repository of git", "leave them out"]);
    }
    fs::write(directory.path().join("lone.json"), "{}").unwrap();
    for flag in [&["--since", "main"][..], &["--staged"]] {
        let arguments = [flag, &["lone.json"]].concat();
        lint(&directory, &arguments).exits(2).tells(["looks at sources, and `", "lone.json` is in none"]);
        let arguments = [flag, &["no/such.json"]].concat();
        lint(&directory, &arguments).exits(2).tells(["there is no `no/such.json`"]);
    }
    lint(&directory, &["--since", "main", "--staged"]).exits(2).tells(["cannot be used with"]);
}

#[test]
fn staged_reads_the_index_and_shows_what_differs_from_the_last_commit() {
    let directory = repository();
    let label = artifact(BATCH, "label.txt");
    let spec = artifact(BATCH, "connectionSpec.json");
    assert_eq!(found(&lint(&directory, &["--staged"]).exits(0)), nothing(0, 0));
    // An old fault is nobody's who commits something else.
    edit(&directory, &spec, "\"GET\"", "\"get\"");
    commit(directory.path());
    edit(&directory, &label, "Harbor", " Harbor");
    assert_eq!(found(&lint(&directory, &["--staged"]).exits(0)), nothing(0, 0), "not staged");
    git(directory.path(), &["add", "--all"]);
    fs::write(directory.path().join(&label), "mended\n").unwrap();
    fs::remove_file(directory.path().join(artifact(BATCH, "icon.svg"))).unwrap();
    let expected = (vec![format!("surrounding-blanks {label}")], 1, 1);
    assert_eq!(found(&lint(&directory, &["--staged"]).exits(0)), expected);
    lint(&directory, &["--staged", "--strict"]).exits(1);
    assert_eq!(found(&lint(&directory, &["--staged", &label]).exits(0)), expected);
    assert_eq!(found(&lint(&directory, &["--staged", &spec]).exits(0)), nothing(1, 0));
    assert_eq!(found(&lint(&directory, &["--staged", STREAMING]).exits(0)), nothing(0, 0));
    // The excerpt is of what is staged.
    let ran = Sss::in_dir(&directory).args(["lint", "--staged"]).run().exits(0);
    assert!(ran.stdout.contains("1 |  Harbor Helpdesk"), "{}", ran.stdout);
    // What is gone from the disk may still be staged.
    fs::remove_dir_all(directory.path().join("Sources")).unwrap();
    assert_eq!(found(&lint(&directory, &["--staged"]).exits(0)), expected);
    assert_eq!(found(&lint(&directory, &["--staged", &label]).exits(0)), expected);
    assert_eq!(found(&lint(&directory, &["--staged", BATCH]).exits(0)), expected);
    // An artifact that is taken away is missed.
    git(directory.path(), &["rm", "-q", "--cached", &spec]);
    let (findings, ..) = found(&lint(&directory, &["--staged"]).exits(1));
    assert!(findings.contains(&format!("missing-artifact {spec}")), "{findings:?}");
}

#[test]
fn what_two_artifacts_say_otherwise_is_shown_whichever_of_them_is_staged() {
    for (kind, text, staged) in [
        ("label", "Harbor Tickets", "label.txt"),
        ("description", "Something else.", "description.txt"),
        ("category", "crm", "category.txt"),
    ] {
        let directory = repository();
        fs::write(directory.path().join(artifact(BATCH, staged)), format!("{text}\n")).unwrap();
        git(directory.path(), &["add", "--all"]);
        let expected = format!("{kind}-mismatch {}", artifact(BATCH, "connectionSpec.json"));
        let (findings, sources, _) = found(&lint(&directory, &["--staged"]));
        assert_eq!((findings, sources), (vec![expected], 1));
    }
}

#[test]
fn staged_works_before_the_first_commit_and_takes_the_configuration_from_the_index() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("deep/partner");
    fs::create_dir_all(root.parent().unwrap()).unwrap();
    fs::rename(example().keep(), &root).unwrap();
    git(directory.path(), &["init", "-q", "-b", "main"]);
    assert_eq!(found(&lint(&root, &["--staged"]).exits(0)), nothing(0, 0));
    fs::write(root.join(artifact(BATCH, "label.txt")), " Harbor Helpdesk Tickets\n").unwrap();
    let config = "[lint.rules]\nsurrounding-blanks = \"deny\"\n";
    fs::write(root.join("sss.toml"), config).unwrap();
    git(directory.path(), &["add", &format!("deep/partner/Sources/{BATCH}")]);
    let label = artifact(BATCH, "label.txt");
    assert_eq!(found(&lint(&root, &["--staged"]).exits(0)), (vec![format!("surrounding-blanks {label}")], 1, 5));
    git(directory.path(), &["add", "deep/partner/sss.toml"]);
    fs::write(root.join("sss.toml"), "[lint.rules]\nsurrounding-blanks = \"allow\"\n").unwrap();
    assert_eq!(found(&lint(&root, &["--staged"]).exits(1)).0, [format!("surrounding-blanks {label}")]);
    fs::write(root.join("sss.toml"), "nonsense").unwrap();
    lint(&root, &["--staged"]).exits(1);
    git(directory.path(), &["add", "deep/partner/sss.toml"]);
    lint(&root, &["--staged"]).exits(2).tells(["sss.toml:1:"]);
    lint(&root, &["--since", "main"]).exits(2).tells(["there is no commit yet"]);
}

#[test]
fn a_hook_of_git_sees_what_is_about_to_be_committed() {
    let directory = repository();
    let hook = directory.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\nexec '{}' lint --staged --strict\n", env!("CARGO_BIN_EXE_sss"))).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    edit(&directory, &artifact(BATCH, "label.txt"), "Harbor", " Harbor");
    let commit = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=ada", "-c", "user.email=ada@acme.example", "commit", "-q", "-m", "x"]);
        command.args(arguments).current_dir(directory.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap()
    };
    // With `--all` and with paths, git makes an index of its own for the hook.
    for arguments in [&["--all"][..], &["--", "Sources"]] {
        let output = commit(arguments);
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains("surrounding-blanks"), "{told}");
    }
    edit(&directory, &artifact(BATCH, "label.txt"), " Harbor", "Harbor");
    edit(&directory, &artifact(BATCH, "icon.svg"), "</svg>", "<!-- mended --></svg>");
    assert!(commit(&["--all"]).status.success());
}

#[test]
fn a_merge_conflict_is_told_with_the_file() {
    let directory = repository();
    let label = artifact(BATCH, "label.txt");
    for (branch, text) in [("topic", "one\n"), ("main", "two\n")] {
        git(directory.path(), &["checkout", "-q", branch]);
        fs::write(directory.path().join(&label), text).unwrap();
        commit(directory.path());
    }
    let merge = Command::new("git").args(["merge", "-q", "topic"]).current_dir(directory.path()).output().unwrap();
    assert!(!merge.status.success());
    lint(&directory, &["--staged"]).exits(2).tells([&format!("`{label}` has a merge conflict"), "`git add` the file"]);
}

#[test]
fn a_secret_that_was_taken_out_again_is_found_in_the_history() {
    let directory = repository();
    let spec = artifact(BATCH, "connectionSpec.json");
    let whole = fs::read_to_string(directory.path().join(&spec)).unwrap();
    let secret = format!("\"headerParams\": {{\"X-Api-Key\": \"{}\",", token());
    edit(&directory, &spec, "\"headerParams\": {", &secret);
    commit(directory.path());
    fs::write(directory.path().join(&spec), whole).unwrap();
    commit(directory.path());
    let id = git(directory.path(), &["log", "-1", "--format=%h", "HEAD~1"]).trim().to_owned();
    // The source is as it was, and is not looked at; what its commits held is.
    let ran = lint(&directory, &["--since", "main"]).exits(1);
    assert_eq!(found(&ran), (vec![format!("secret-in-history {spec}")], 0, 0));
    let finding = &ran.json()["findings"][0];
    let told = format!("the commit `{id}` holds a token of GitHub in line ");
    assert!(finding["message"].as_str().unwrap().starts_with(&told), "{finding}");
    for format in ["full", "concise", "json", "sarif", "github", "junit"] {
        let ran = Sss::in_dir(&directory).args(["lint", "--since", "main", "--format", format]).run().exits(1);
        assert!(!(ran.stdout + &ran.stderr).contains("4f9Qz7Lm"), "{format}");
    }
    lint(&directory, &["--since", "main", STREAMING]).exits(0);
    lint(&directory, &["--since", "HEAD~1"]).exits(0);
    lint(&directory, &[]).exits(0);
}

#[test]
fn what_git_does_not_track_or_ignores_is_told() {
    let directory = repository();
    let label = artifact(BATCH, "label.txt");
    let icon = artifact(STREAMING, "icon.svg");
    assert_eq!(found(&lint(&directory, &[]).exits(0)), nothing(2, 10));
    git(directory.path(), &["rm", "-q", "--cached", &label, &icon]);
    fs::write(directory.path().join(".gitignore"), "*.svg\n").unwrap();
    let expected = [format!("untracked-artifact {label}"), format!("ignored-artifact {icon}")];
    assert_eq!(found(&lint(&directory, &[]).exits(0)).0, expected);
    assert_eq!(found(&lint(directory.path().join("Sources"), &["../."]).exits(0)).0, expected);
    assert_eq!(found(&lint(&directory, &[&icon]).exits(0)).0, [expected[1].clone()]);
    let worktree = tempfile::tempdir().unwrap();
    let place = worktree.path().join("tree");
    git(directory.path(), &["worktree", "add", "-q", "-b", "other", place.to_str().unwrap()]);
    assert_eq!(found(&lint(&place, &[]).exits(0)), nothing(2, 10));
    fs::write(directory.path().join("sss.toml"), "[lint.rules]\nuntracked-artifact = \"allow\"\n").unwrap();
    assert_eq!(found(&lint(&directory, &[]).exits(0)).0, [expected[1].clone()]);
}

#[test]
fn since_looks_at_the_names_of_what_did_not_change_too() {
    let directory = repository();
    let root = directory.path();
    for record in [BATCH, STREAMING, "gone-before"] {
        let record = root.join(format!(".sss/published/{record}.toml"));
        fs::create_dir_all(record.parent().unwrap()).unwrap();
        fs::write(record, "").unwrap();
    }
    commit(root);
    git(root, &["branch", "-f", "base"]);
    let record = |name: &str| format!("orphaned-record .sss/published/{name}.toml");
    assert_eq!(found(&lint(&directory, &["--since", "base"]).exits(0)), nothing(0, 0));
    let label = artifact(STREAMING, "label.txt");
    git(root, &["rm", "-q", "-r", &format!("Sources/{BATCH}")]);
    fs::write(root.join(".sss/published/new.toml"), "").unwrap();
    let ran = lint(&directory, &["--since", "base"]).exits(0);
    assert_eq!(found(&ran).0, [record(BATCH), record("new")]);
    // A part of the repository is not asked.
    assert_eq!(found(&lint(&directory, &["--since", "base", &label]).exits(0)), nothing(0, 0));
    let capital = STREAMING.to_uppercase();
    fs::create_dir_all(root.join(format!("Sources/{capital}/Artifacts"))).unwrap();
    fs::write(root.join(format!("Sources/{capital}/Artifacts/label.txt")), "Other\n").unwrap();
    if root.join("Sources").read_dir().unwrap().count() == 2 {
        let ran = lint(&directory, &["--since", "base", "--only", "colliding-source-names"]).exits(1);
        assert_eq!(found(&ran).0, [format!("colliding-source-names Sources/{capital}")]);
    }
}

#[test]
fn a_stray_file_that_is_staged_is_told() {
    let directory = repository();
    for path in ["Sources/list.csv", "Sources/.gitkeep", "Sources/.DS_Store"] {
        fs::write(directory.path().join(path), "x").unwrap();
    }
    git(directory.path(), &["add", "--all", "--force"]);
    let told = vec!["stray-file Sources/.DS_Store".to_owned(), "stray-file Sources/list.csv".to_owned()];
    assert_eq!(found(&lint(&directory, &["--staged"]).exits(0)).0, told);
    assert_eq!(found(&lint(&directory, &[]).exits(0)).0, told);
    assert_eq!(found(&lint(&directory, &["--since", "main"]).exits(0)).0, told);
}

#[test]
fn git_that_cannot_be_asked_is_told_and_everything_else_is_checked() {
    let directory = repository();
    let git_folder = directory.path().join(".git");
    fs::write(git_folder.join("index"), "broken").unwrap();
    let told = ["what git tracks was not looked at"];
    lint(&directory, &[]).exits(0).tells(told);
    lint(&directory, &["-q"]).exits(0).tells(told);
    lint(&directory, &["--staged"]).exits(2);
    // Who asks other rules is told nothing of it.
    assert_eq!(lint(&directory, &["--only", "stray-file", "--ignore", "untracked-artifact"]).exits(0).stderr, "");
    fs::remove_dir_all(&git_folder).unwrap();
    assert_eq!(lint(&directory, &[]).exits(0).stderr, "");
    fs::write(&git_folder, "gitdir: /nowhere/at/all\n").unwrap();
    lint(&directory, &[]).exits(0).tells(told);
}

#[test]
fn a_source_that_is_a_submodule_is_told() {
    let directory = repository();
    let root = directory.path();
    let other = example();
    git(other.path(), &["init", "-q", "-b", "main"]);
    commit(other.path());
    let source = format!("Sources/{BATCH}");
    git(root, &["rm", "-q", "-r", &source]);
    let url = other.path().to_str().unwrap();
    git(root, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, &source]);
    let inner = root.join(&source);
    fs::rename(inner.join(&source).join("Artifacts"), inner.join("Artifacts")).unwrap();
    let ran = lint(&directory, &["--only", "untracked-artifact"]).exits(0);
    assert_eq!(found(&ran).0, [format!("untracked-artifact {source}")]);
    let report = ran.json();
    assert!(report["findings"][0]["message"].as_str().unwrap().contains("is a submodule"), "{report}");
    assert!(!report["findings"][0]["help"].as_str().unwrap().contains("git add"), "{report}");
}

#[test]
fn a_folder_of_sources_in_lower_case_is_named() {
    let directory = example();
    fs::rename(directory.path().join("Sources"), directory.path().join("sources")).unwrap();
    if !directory.path().join("Sources").exists() {
        let ran = lint(&directory, &[]).exits(3).tells(["there is no folder `Sources`", "rename `"]);
        assert!(ran.stderr.contains("sources` to `Sources`"), "{}", ran.stderr);
    }
}

#[test]
fn standard_input_is_checked_as_the_artifact_it_is_said_to_be() {
    let directory = example();
    let label = artifact(BATCH, "label.txt");
    let stdin = |arguments: &[&str], input: &[u8]| {
        Sss::in_dir(&directory).args(["lint", "--json", "-"]).args(arguments).stdin(input).run()
    };
    // Beside the others of its source, which it does not agree with.
    let spec = artifact(BATCH, "connectionSpec.json");
    let other = fs::read_to_string(directory.path().join(&spec)).unwrap().replace("Harbor Helpdesk Tickets", "Another");
    let ran = stdin(&["--stdin-path", &spec], other.as_bytes()).exits(0);
    assert_eq!(found(&ran), (vec![format!("label-mismatch {spec}")], 1, 1));
    let text = fs::read(directory.path().join(&label)).unwrap();
    assert_eq!(found(&stdin(&["--stdin-path", &format!("./x/../{label}")], &text).exits(0)), nothing(1, 1));
    let absolute = directory.path().join(&label);
    assert_eq!(found(&stdin(&["--stdin-path", absolute.to_str().unwrap()], &text).exits(0)), nothing(1, 1));
    // What is found in the others is theirs.
    fs::write(directory.path().join(artifact(BATCH, "category.txt")), "nonsense\n").unwrap();
    assert_eq!(found(&stdin(&["--stdin-path", &label], &text).exits(0)), nothing(1, 1));
    // The configuration is the repository's.
    fs::write(directory.path().join("sss.toml"), "[lint.rules]\nlabel-mismatch = \"deny\"\n").unwrap();
    stdin(&["--stdin-path", &spec], other.as_bytes()).exits(1);
    // A source that is not on disk yet, and a file that is none of the artifacts.
    let new = "Sources/new-one/Artifacts/new-one-label.txt";
    assert_eq!(found(&stdin(&["--stdin-path", new], b" New One\n").exits(0)).0, [format!("surrounding-blanks {new}")]);
    let notes = format!("Sources/{BATCH}/notes.md");
    assert_eq!(found(&stdin(&["--stdin-path", &notes], b"x").exits(0)).0, [format!("stray-file {notes}")]);
}

#[test]
fn standard_input_may_stand_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    let stdin = |arguments: &[&str], input: &[u8]| {
        Sss::in_dir(&directory).args(["lint", "--json", "-"]).args(arguments).stdin(input).run()
    };
    let spec = fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("artifacts-example")
            .join(artifact(STREAMING, "connectionSpec.json")),
    )
    .unwrap();
    assert_eq!(found(&stdin(&[], &spec).exits(0)), nothing(1, 1));
    assert_eq!(found(&stdin(&[], b"{").exits(1)).0[0], "syntax-error <stdin>");
    assert_eq!(found(&stdin(&[], b"\xff{}").exits(1)).0[0], "invalid-utf8 <stdin>");
    assert_eq!(
        found(&stdin(&["--stdin-path", "x-label.txt"], b"One\nTwo\n").exits(1)).0,
        ["several-lines x-label.txt"]
    );
    let large = vec![b' '; 10 * 1024 * 1024 + 1];
    assert_eq!(found(&stdin(&[], &large).exits(1)).0, ["unreadable-artifact <stdin>"]);
    stdin(&["--stdin-path", "notes.txt"], b"x").exits(2).tells(["`notes.txt` is neither a source nor an artifact"]);
    stdin(&["--stdin-path", "."], b"x").exits(2).tells(["`.` is a folder"]);
    stdin(&["other.json"], b"x").exits(2).tells(["`-`, standard input, is checked by itself", "`./-`"]);
    stdin(&["--since", "main"], b"x").exits(2).tells(["`--since` asks git"]);
    stdin(&["--staged"], b"x").exits(2).tells(["`--staged` asks git"]);
    let ran = Sss::in_dir(&directory).args(["lint", "--stdin-path", "x.json"]).run();
    ran.exits(2).tells(["standard input is not what is checked", "add `-` as the path"]);
    fs::write(directory.path().join("-"), "x").unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "./-"]).run().exits(2);
    ran.tells(["`./-` is neither a source nor an artifact"]);
}

#[test]
fn a_path_stands_for_what_it_leads_to() {
    let directory = repository();
    fs::write(directory.path().join("README.md"), "x").unwrap();
    fs::write(directory.path().join(format!("Sources/{BATCH}/notes.md")), "x").unwrap();
    edit(&directory, &artifact(BATCH, "label.txt"), "Harbor", " Harbor");
    git(directory.path(), &["add", "--all"]);
    let artifacts = format!("Sources/{BATCH}/Artifacts");
    let label = format!("{artifacts}/{BATCH}-label.txt");
    let notes = format!("Sources/{BATCH}/notes.md");
    let outside: PathBuf = directory.path().parent().unwrap().to_owned();
    for flags in [&[][..], &["--since", "main"], &["--staged"]] {
        let run = |paths: &[&str]| lint(&directory, &[flags, paths].concat());
        let blanks = format!("surrounding-blanks {label}");
        let stray = format!("stray-file {notes}");
        for (paths, expected) in [
            (&[label.as_str()][..], &[&blanks][..]),
            (&[artifacts.as_str()], &[&blanks]),
            (&[BATCH], &[&blanks, &stray]),
            (&[label.as_str(), BATCH], &[&blanks, &stray]),
            (&[label.as_str(), notes.as_str(), label.as_str()], &[&blanks, &stray]),
            (&["Sources"], &[&blanks, &stray]),
            (&[notes.as_str()], &[&stray]),
        ] {
            assert_eq!(found(&run(paths).exits(0)).0.iter().collect::<Vec<_>>(), expected, "{flags:?} {paths:?}");
        }
        run(&["README.md"]).exits(2).tells(["`README.md` is neither a source nor an artifact"]);
        run(&["Sources/none"]).exits(2).tells(["there is no `Sources/none`"]);
        run(&[outside.to_str().unwrap()]).exits(3).tells(["there is no folder `Sources`"]);
    }
}
