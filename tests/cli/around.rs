//! `sss new --ci` and `--hook`: what stands around the sources. `.ci/workflows` reads and runs what is written here.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::{
    lint::{STREAMING, artifact, example},
    support::{Ran, Sss},
};

const SOURCE: [&str; 8] = [
    "acme-events",
    "--kind",
    "streaming",
    "--description",
    "Events of Acme as they happen.",
    "--documentation-url",
    "https://docs.example.com/acme",
    "--json",
];

fn new(directory: &Path, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).arg("new").args(arguments).run()
}

/// Runs git with the `sss` under test at hand; tells whether it succeeded, and what it said.
fn git(directory: &Path, arguments: &[&str]) -> (bool, String) {
    let sss = Path::new(env!("CARGO_BIN_EXE_sss")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(sss.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Ann", "-c", "user.email=ann@acme.example"]).args(arguments);
    command.current_dir(directory).env("PATH", path.unwrap()).env("HOME", directory.join("no-such-home"));
    command.env("GIT_CONFIG_NOSYSTEM", "1").env_remove("XDG_CONFIG_HOME");
    let output = command.output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(told).unwrap())
}

#[track_caller]
fn done(directory: &Path, arguments: &[&str]) -> String {
    let (is_done, told) = git(directory, arguments);
    assert!(is_done, "git {arguments:?}: {told}");
    told
}

/// The example in a repository of git.
fn repository() -> TempDir {
    let directory = example();
    done(directory.path(), &["init", "-q", "--initial-branch=main"]);
    directory
}

#[test]
fn a_workflow_is_written_for_the_sources_that_are_there() {
    for (service, file) in
        [("github", ".github/workflows/sss.yml"), ("gitlab", ".gitlab-ci.yml"), ("azure", "azure-pipelines.yml")]
    {
        let directory = repository();
        let ran = new(directory.path(), &["--ci", service]).exits(0);
        assert_eq!(ran.stdout, format!("wrote {file}\n"));
        let text = fs::read_to_string(directory.path().join(file)).unwrap();
        let install = format!("cargo install self-serve-sources --locked --version {}", env!("CARGO_PKG_VERSION"));
        assert!(text.contains(&install) && text.contains("SSS_INSTALL"), "{text}");
        // Once more, it is as it is; and what somebody wrote stays.
        let ran = new(directory.path(), &["--ci", service]).exits(0).tells([format!("kept  {file}")]);
        assert_eq!(ran.stdout, "");
        fs::write(directory.path().join(file), "mine: {}\n").unwrap();
        let told = format!("`{file}` was left as it is: it is there already. Add these");
        let ran = new(directory.path(), &["--ci", service, "--json"]).exits(0).tells([told.as_str(), &text]);
        let json = ran.json();
        assert_eq!(json["ci"], serde_json::json!({ "file": file, "written": false, "add": text }));
        assert!(json["source"].is_null() && json["hook"].is_null());
        assert_eq!(fs::read_to_string(directory.path().join(file)).unwrap(), "mine: {}\n");
    }
}

#[test]
fn a_source_is_scaffolded_with_all_that_stands_around_it() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = [&SOURCE[..], &["--git", "--ci", "github", "--hook"]].concat();
    let json = new(directory.path(), &arguments).exits(0).json();
    assert_eq!(json["ci"]["file"], ".github/workflows/sss.yml");
    let hook = json["hook"]["file"].as_str().unwrap();
    assert!(hook.ends_with(".git/hooks/pre-commit"), "{hook}");
    let committed = done(directory.path(), &["ls-tree", "-r", "--name-only", "HEAD"]);
    assert!(committed.contains(".github/workflows/sss.yml\n") && committed.lines().count() == 9, "{committed}");
    assert_eq!(done(directory.path(), &["status", "--porcelain"]), "");
}

#[cfg(unix)]
#[test]
fn the_hook_keeps_what_is_broken_from_being_committed() {
    use std::os::unix::fs::PermissionsExt;

    let directory = repository();
    let root = directory.path();
    let json = new(root, &["--hook", "--json"]).exits(0).json();
    assert_eq!(json["hook"], serde_json::json!({ "file": ".git/hooks/pre-commit", "written": true, "add": null }));
    let hook = root.join(".git/hooks/pre-commit");
    assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o100, 0o100);
    done(root, &["add", "."]);
    done(root, &["commit", "-qm", "All is good"]);
    let spec = root.join(artifact(STREAMING, "connectionSpec.json"));
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(&spec, text.replace("\"isSource\": true", "\"isSource\": \"yes\"")).unwrap();
    // Not staged, it does not count.
    done(root, &["commit", "-q", "--allow-empty", "-m", "Nothing"]);
    let (is_done, told) = git(root, &["commit", "-qam", "Broken"]);
    assert!(!is_done && told.contains("error[wrong-type]"), "{told}");
    done(root, &["restore", "--staged", "--worktree", "."]);
    // Where there is nothing to check, it is in nobody's way.
    done(root, &["rm", "-rq", "Sources"]);
    done(root, &["commit", "-qm", "No sources"]);
    // A hook that is there is left alone.
    new(
        &{
            done(root, &["revert", "--no-edit", "HEAD"]);
            root.to_owned()
        },
        &["--hook"],
    )
    .exits(0)
    .tells(["kept"]);
    fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
    let ran = new(root, &["--hook", "--json"]).exits(0).tells(["was left as it is", "sss lint --staged"]);
    assert!(ran.json()["hook"]["add"].as_str().unwrap().starts_with("sss lint --staged\n"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\nexit 0\n");
}

#[cfg(unix)]
#[test]
fn the_hook_goes_where_git_looks_for_it() {
    // In a folder of the repository's own.
    let directory = repository();
    let root = directory.path();
    done(root, &["config", "core.hooksPath", ".hooks"]);
    let json = new(root, &["--hook", "--json"]).exits(0).json();
    assert_eq!(json["hook"]["file"], ".hooks/pre-commit");
    fs::write(root.join(artifact(STREAMING, "icon.svg")), "<svg").unwrap();
    done(root, &["add", "."]);
    let (is_done, told) = git(root, &["commit", "-qm", "Broken"]);
    assert!(!is_done && told.contains("icon.svg"), "{told}");
    // Of a linked work tree, and of a folder below the root.
    let directory = tempfile::tempdir().unwrap();
    let (main, other) = (directory.path().join("main"), directory.path().join("other"));
    fs::create_dir(&main).unwrap();
    done(&main, &["init", "-q", "--initial-branch=main"]);
    crate::rehearse::copy(example().path(), &main.join("partner"));
    done(&main, &["add", "."]);
    done(&main, &["commit", "-qm", "Begin"]);
    done(&main, &["worktree", "add", "-q", other.to_str().unwrap()]);
    let ran = new(&other.join("partner"), &["--hook"]).exits(0);
    assert!(ran.stdout.trim_end().ends_with("main/.git/hooks/pre-commit"), "{}", ran.stdout);
    for place in [&main, &other] {
        fs::write(place.join("partner").join(artifact(STREAMING, "icon.svg")), "<svg").unwrap();
        let (is_done, told) = git(place, &["commit", "-qam", "Broken"]);
        assert!(!is_done && told.contains("icon.svg"), "{told}");
    }
    // One that is for other repositories as well is not ours to write to.
    let directory = repository();
    let home = directory.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join(".gitconfig"), "[core]\n\thooksPath = ~/hooks\n").unwrap();
    let ran = Sss::in_dir(&directory).args(["new", "--hook"]).env("HOME", &home).run().exits(0);
    ran.tells(["`core.hooksPath` is set for more than this repository", "sss lint --staged"]);
    assert!(!home.join("hooks").exists());
}

#[test]
fn what_cannot_be_is_told_before_anything_is_written() {
    let directory = example();
    let root = directory.path();
    let before = crate::support::tree(root);
    new(root, &["--hook"]).exits(2).tells(["is in no repository of git", "git init"]);
    new(root, &[&SOURCE[..], &["--hook", "--ci", "gitlab"]].concat()).exits(2).tells(["is in no repository of git"]);
    new(root, &["--ci", "none"]).exits(2).tells(["asks for nothing"]);
    new(root, &["--ci", "jenkins"]).exits(2).tells(["github, gitlab, azure, none"]);
    new(root, &["--git", "--hook"]).exits(2).tells(["<SOURCE>"]);
    new(root, &[]).exits(2).tells(["<SOURCE>"]);
    assert_eq!(crate::support::tree(root), before);
    let empty = tempfile::tempdir().unwrap();
    new(empty.path(), &["--ci", "github"]).exits(3).tells(["there is no folder `Sources`"]);
}
