//! `sss submit`, against a bare repository as remote: what reaches it, and what stays as it was.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    lint::artifact,
    rehearse::copy,
    support::{Ran, Sss},
};

const NAME: &str = "lumen-loyalty-events";
const BRANCH: &str = "sss/lumen-loyalty-events";

/// A remote, and a clone of it with the example's sources in its work tree.
struct Clone {
    _directory: TempDir,
    remote: PathBuf,
    root: PathBuf,
}

impl Clone {
    /// With the sources in the work tree only.
    fn new() -> Self {
        let clone = Self::empty();
        fs::write(clone.root.join("other.txt"), "other\n").unwrap();
        clone.git(&["add", "other.txt"]);
        clone.git(&["commit", "-qm", "Begin"]);
        clone.git(&["push", "-q", "origin", "main"]);
        // As a clone of something has it.
        clone.git(&["fetch", "-q"]);
        clone.git(&["branch", "-q", "--set-upstream-to=origin/main"]);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example"), &clone.root);
        clone
    }

    /// With nothing in it.
    fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().canonicalize().unwrap();
        let (remote, root) = (base.join("remote.git"), base.join("work"));
        git(&base, &["init", "-q", "--bare", "--initial-branch=main", "remote.git"]);
        git(&base, &["init", "-q", "--initial-branch=main", "work"]);
        git(&root, &["remote", "add", "origin", remote.to_str().unwrap()]);
        Self::identify(&root, "Ann");
        Self { _directory: directory, remote, root }
    }

    /// Another clone of the same remote, of another person.
    fn colleague(&self) -> PathBuf {
        let place = self.root.with_file_name("colleague");
        git(self.root.parent().unwrap(), &["clone", "-q", self.remote.to_str().unwrap(), "colleague"]);
        Self::identify(&place, "Bea");
        place
    }

    fn identify(root: &Path, name: &str) {
        git(root, &["config", "user.name", name]);
        git(root, &["config", "user.email", &format!("{}@acme.example", name.to_lowercase())]);
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    fn submit(&self, arguments: &[&str]) -> Ran {
        Sss::in_dir(&self.root).args(["submit", NAME]).args(arguments).run()
    }

    /// Commits the sources to `main`, and pushes them.
    fn publish_main(&self) {
        self.git(&["add", "."]);
        self.git(&["commit", "-qm", "Add the sources"]);
        self.git(&["push", "-q"]);
    }

    fn label(&self) -> PathBuf {
        self.root.join(artifact(NAME, "label.txt"))
    }

    fn tip(&self) -> String {
        git(&self.remote, &["rev-parse", BRANCH])
    }

    /// The paths in which the branch on the remote differs from `main` there.
    fn handed_in(&self) -> Vec<String> {
        let paths = git(&self.remote, &["diff", "--name-only", &format!("main...{BRANCH}")]);
        paths.lines().map(str::to_owned).collect()
    }

    fn has_branch(&self) -> bool {
        !self.git(&["branch", "--list", BRANCH]).is_empty()
    }
}

/// Runs git with nothing of the developer's own configuration.
fn git(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(directory).env_clear();
    for kept in ["PATH", "SystemRoot", "TMPDIR", "TEMP", "TMP"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    let output = command.env("HOME", "no-such-home").env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn artifacts() -> Vec<String> {
    let mut paths = ["category.txt", "connectionSpec.json", "description.txt", "icon.svg", "label.txt"]
        .map(|end| artifact(NAME, end))
        .to_vec();
    paths.sort();
    paths
}

/// Every file below a folder, with its content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let content = fs::read(&path).unwrap();
            found.insert(path, content);
        }
    }
    found
}

/// What a person would miss: the index, what is checked out, and every file of the work tree.
fn own_state(root: &Path) -> (Vec<u8>, String, BTreeMap<PathBuf, Vec<u8>>) {
    let mut files = contents(root);
    files.retain(|path, _| !path.starts_with(root.join(".git")));
    let head = fs::read_to_string(root.join(".git/HEAD")).unwrap() + &git(root, &["rev-parse", "HEAD"]);
    (fs::read(root.join(".git/index")).unwrap(), head, files)
}

#[test]
fn a_dirty_tree_stays_as_it_is_and_nothing_of_it_is_handed_in() {
    let clone = Clone::new();
    let root = &clone.root;
    // Somebody else's work in every state that it can be in: committed and not pushed, staged, changed, new, deleted.
    fs::write(root.join("unpushed.txt"), "unpushed\n").unwrap();
    fs::write(root.join("gone.txt"), "gone\n").unwrap();
    clone.git(&["add", "unpushed.txt", "gone.txt"]);
    clone.git(&["commit", "-qm", "Not pushed"]);
    fs::write(root.join("staged.txt"), "staged\n").unwrap();
    fs::write(root.join("Sources/staged.txt"), "staged\n").unwrap();
    fs::write(clone.label(), "Staged label\n").unwrap();
    clone.git(&["add", "staged.txt", "Sources/staged.txt", clone.label().to_str().unwrap()]);
    fs::write(clone.label(), "Lumen Loyalty Events\n").unwrap();
    fs::write(root.join("other.txt"), "changed\n").unwrap();
    fs::write(root.join("untracked.txt"), "untracked\n").unwrap();
    fs::write(root.join(format!("Sources/{NAME}/notes.txt")), "notes\n").unwrap();
    fs::remove_file(root.join("gone.txt")).unwrap();
    fs::create_dir_all(root.join(".sss/published")).unwrap();
    let record = format!(".sss/published/{NAME}.toml");
    fs::write(root.join(&record), "version = 1\n").unwrap();
    fs::write(root.join(".sss/published/harbor-helpdesk-tickets.toml"), "version = 1\n").unwrap();

    let (before, status) = (own_state(root), clone.git(&["status", "--porcelain"]));
    let ran = clone.submit(&["--yes", "--json"]).exits(0).tells(["committed 6 files", "pushed"]);
    assert_eq!(own_state(root), before);
    assert_eq!(clone.git(&["status", "--porcelain"]), status);

    let expected = [vec![record], artifacts()].concat();
    assert_eq!(clone.handed_in(), expected);
    assert_eq!(
        git(&clone.remote, &["show", &format!("{BRANCH}:{}", artifact(NAME, "label.txt"))]),
        "Lumen Loyalty Events"
    );
    // One commit, upon what the remote has.
    assert_eq!(git(&clone.remote, &["rev-list", "--count", &format!("main..{BRANCH}")]), "1");
    assert_eq!(ran.json()["commit"].as_str().unwrap(), clone.tip());
    let told = git(&clone.remote, &["log", "-1", "--format=%an <%ae>%n%B", BRANCH]);
    let message = "Ann <ann@acme.example>\nAdd the source Lumen Loyalty Events\n\nSubmitted-with: sss submit";
    assert_eq!(told, message);
}

#[test]
fn twice_adds_what_changed_and_otherwise_says_so() {
    let clone = Clone::new();
    clone.submit(&["--yes"]).exits(0);
    let first = clone.tip();
    let again =
        clone.submit(&["--json"]).exits(0).tells(["holds everything as it is here", "the remote has it already"]);
    assert_eq!((again.json()["action"].as_str(), again.json()["pushed"].as_bool()), (Some("none"), Some(false)));
    assert_eq!(clone.tip(), first);
    fs::write(clone.label(), "Lumen Loyalty\n").unwrap();
    let ran = clone.submit(&["--yes", "--json"]).exits(0);
    assert_eq!(ran.json()["action"], "update");
    assert_eq!(git(&clone.remote, &["rev-list", "--count", &format!("main..{BRANCH}")]), "2");
    assert_eq!(git(&clone.remote, &["rev-parse", &format!("{BRANCH}~1")]), first);
    assert_eq!(clone.handed_in(), artifacts());
    // A commit that was not pushed is pushed by the next run.
    fs::write(clone.label(), "Lumen\n").unwrap();
    clone.submit(&["--no-push"]).exits(0);
    assert_eq!(git(&clone.remote, &["rev-list", "--count", &format!("main..{BRANCH}")]), "2");
    let ran = clone.submit(&["--yes", "--json"]).exits(0);
    assert_eq!((ran.json()["action"].as_str(), ran.json()["pushed"].as_bool()), (Some("none"), Some(true)));
    assert_eq!(git(&clone.remote, &["rev-list", "--count", &format!("main..{BRANCH}")]), "3");
}

#[test]
fn what_the_base_has_already_is_not_handed_in_again() {
    for squash in [false, true] {
        let clone = Clone::new();
        clone.submit(&["--yes"]).exits(0);
        let colleague = clone.colleague();
        let branch = format!("origin/{BRANCH}");
        if squash {
            git(&colleague, &["merge", "-q", "--squash", &branch]);
            git(&colleague, &["commit", "-qm", "Squashed"]);
        } else {
            git(&colleague, &["merge", "-q", "--no-ff", "-m", "Merge", &branch]);
        }
        git(&colleague, &["push", "-q"]);
        // As it is, nobody here knows.
        clone.submit(&["--yes"]).exits(0).tells(["holds everything as it is here"]);
        clone.git(&["fetch", "-q"]);
        clone
            .submit(&["--yes"])
            .exits(3)
            .tells(["there is nothing to hand in: `origin/main` holds `lumen-loyalty-events`"]);
        // A change after that is the only thing that the next pull request has.
        fs::remove_dir_all(clone.root.join("Sources").join(NAME)).unwrap();
        clone.git(&["pull", "-q"]);
        fs::write(clone.label(), "Lumen\n").unwrap();
        let ran = clone.submit(&["--yes", "--json"]).exits(0);
        assert_eq!(ran.json()["pull_request"]["title"], "Update the source Lumen", "squash: {squash}");
        assert_eq!(clone.handed_in(), [artifact(NAME, "label.txt")], "squash: {squash}");
        let merged = git(&clone.remote, &["merge-tree", "--write-tree", "main", BRANCH]);
        let tree = git(&clone.remote, &["diff", "--name-only", "main", &merged]);
        assert_eq!(tree, artifact(NAME, "label.txt"), "merging it conflicts with nothing");
    }
}

#[test]
fn what_changed_at_the_base_is_not_undone() {
    let clone = Clone::new();
    clone.publish_main();
    let colleague = clone.colleague();
    fs::write(colleague.join(artifact(NAME, "label.txt")), "Bea's label\n").unwrap();
    git(&colleague, &["commit", "-qam", "Relabel"]);
    git(&colleague, &["push", "-q"]);
    let description = clone.root.join(artifact(NAME, "description.txt"));
    fs::write(&description, "Stream events of Lumen Loyalty to Experience Platform.\n").unwrap();
    clone.git(&["fetch", "-q"]);
    let refused =
        ["`origin/main` has a `Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-label.txt`", "`git pull`"];
    clone.submit(&["--yes"]).exits(2).tells(refused);
    assert!(!clone.has_branch());
    clone.git(&["stash", "-q"]);
    clone.git(&["pull", "-q"]);
    clone.git(&["stash", "pop", "-q"]);
    clone.submit(&["--yes"]).exits(0);
    assert_eq!(clone.handed_in(), [artifact(NAME, "description.txt")]);
}

#[test]
fn a_detached_head_goes_by_the_default_branch_of_the_remote() {
    let clone = Clone::new();
    clone.git(&["checkout", "-q", "--detach"]);
    let ran = clone.submit(&["--yes"]).exits(2);
    ran.tells(["no branch is checked out", "`--base BRANCH`", "git remote set-head origin --auto"]);
    clone.git(&["remote", "set-head", "origin", "--auto"]);
    let before = own_state(&clone.root);
    clone.submit(&["--yes"]).exits(0);
    assert_eq!(own_state(&clone.root), before);
    assert_eq!(clone.handed_in(), artifacts());
    clone.submit(&["--base", "main", "--branch", "other", "--no-push"]).exits(0);
    clone.submit(&["--base", "origin/main", "--branch", "another", "--no-push"]).exits(0);
    clone.submit(&["--base", "mian"]).exits(2).tells(["there is no branch `mian`", "did you mean `main`?"]);
}

#[test]
fn a_branch_with_other_work_is_left_alone() {
    let clone = Clone::new();
    clone.git(&["switch", "-qc", BRANCH]);
    fs::write(clone.root.join("other.txt"), "mine\n").unwrap();
    clone.git(&["commit", "-qam", "Something else"]);
    let tip = clone.git(&["rev-parse", BRANCH]);
    clone.submit(&["--yes"]).exits(2).tells([&format!("the branch `{BRANCH}` is checked out in"), "git switch"]);
    clone.git(&["switch", "-q", "main"]);
    let ran = clone.submit(&["--yes"]).exits(2);
    ran.tells([
        &format!("`{BRANCH}` holds other work: "),
        "by Ann (“Something else”) changes `other.txt`",
        "`--branch NAME`",
    ]);
    assert_eq!(clone.git(&["rev-parse", BRANCH]), tip);
    clone.submit(&["--yes", "--branch", "submit/lumen"]).exits(0);
    assert_eq!(git(&clone.remote, &["branch", "--list", "--format=%(refname:short)"]), "main\nsubmit/lumen");
    // In another work tree of the same repository it is checked out as well.
    let other = clone.root.with_file_name("other");
    clone.git(&["worktree", "add", "-q", other.to_str().unwrap(), "submit/lumen"]);
    let ran = clone.submit(&["--yes", "--branch", "submit/lumen"]).exits(2);
    ran.tells([format!("is checked out in `{}`", other.display())]);
    // And what is handed in from there leaves the first one alone.
    git(&other, &["switch", "-q", "--detach", "main"]);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example"), &other);
    let before = own_state(&clone.root);
    let arguments = ["submit", NAME, "--yes", "--base", "main", "--branch", "third"];
    Sss::in_dir(&other).args(arguments).run().exits(0);
    assert_eq!(own_state(&clone.root), before);
}

#[test]
fn a_change_that_somebody_made_on_the_branch_is_not_undone() {
    let clone = Clone::new();
    clone.submit(&["--yes"]).exits(0);
    let colleague = clone.colleague();
    git(&colleague, &["switch", "-q", BRANCH]);
    fs::write(colleague.join(artifact(NAME, "label.txt")), "Bea's label\n").unwrap();
    git(&colleague, &["commit", "-qam", "Suggest another label"]);
    git(&colleague, &["push", "-q"]);
    let theirs = clone.tip();
    fs::write(clone.label(), "Lumen\n").unwrap();
    // Before it is fetched, the remote itself refuses.
    let ran = clone.submit(&["--yes"]).exits(4).tells(["rejected", "git did not push"]);
    assert_eq!(ran.stdout, "");
    clone.git(&["fetch", "-q"]);
    clone.submit(&["--yes"]).exits(2).tells([&format!("`{BRANCH}` and `origin/{BRANCH}` have gone apart")]);
    assert_eq!(clone.tip(), theirs);
    let force = format!("git branch --force {BRANCH} origin/{BRANCH}");
    clone.submit(&["--yes"]).exits(2).tells([&force]);
    clone.git(&force.split(' ').skip(1).collect::<Vec<_>>());
    let restore = format!("git restore --source {BRANCH} -- {}", artifact(NAME, "label.txt"));
    let ran = clone.submit(&["--yes"]).exits(2);
    ran.tells(["changed there by", "by Bea (“Suggest another label”)", &restore]);
    let words: Vec<&str> = restore.split(' ').skip(1).collect();
    // What is in the work tree is not tracked on `main`, and so it is taken from there as the help says.
    clone.git(&words);
    let description = clone.root.join(artifact(NAME, "description.txt"));
    fs::write(description, "Stream events of Lumen Loyalty to Experience Platform.\n").unwrap();
    clone.submit(&["--yes"]).exits(0);
    assert_eq!(git(&clone.remote, &["rev-parse", &format!("{BRANCH}~1")]), theirs);
    assert_eq!(git(&clone.remote, &["show", &format!("{BRANCH}:{}", artifact(NAME, "label.txt"))]), "Bea's label");
}

#[test]
fn an_older_work_tree_of_somebody_else_undoes_nothing() {
    let clone = Clone::new();
    clone.publish_main();
    let colleague = clone.colleague();
    fs::write(clone.label(), "Ann's label\n").unwrap();
    clone.submit(&["--yes"]).exits(0);
    git(&colleague, &["fetch", "-q"]);
    let submit = |arguments: &[&str]| Sss::in_dir(&colleague).args(["submit", NAME]).args(arguments).run();
    submit(&["--yes"]).exits(3);
    fs::write(colleague.join(artifact(NAME, "description.txt")), "Stream events of Lumen Loyalty.\n").unwrap();
    submit(&["--yes"]).exits(2).tells(["changed there by", "by Ann"]);
    // Even with the branch at hand: the work tree was not made from it.
    git(&colleague, &["branch", "-q", BRANCH, &format!("origin/{BRANCH}")]);
    submit(&["--yes"]).exits(2).tells(["changed there by", "by Ann"]);
}

#[test]
fn what_one_handed_in_from_elsewhere_is_not_undone_either() {
    let clone = Clone::new();
    clone.submit(&["--yes"]).exits(0);
    clone.git(&["branch", "-qD", BRANCH]);
    clone.submit(&["--yes"]).exits(0).tells(["holds everything as it is here"]);
    fs::write(clone.label(), "Lumen\n").unwrap();
    let known = format!("git branch {BRANCH} origin/{BRANCH}");
    clone.submit(&["--yes"]).exits(2).tells(["that you do not have: it was changed there by", "by Ann", &known]);
    clone.git(&known.split(' ').skip(1).collect::<Vec<_>>());
    clone.submit(&["--yes"]).exits(0);
    assert_eq!(git(&clone.remote, &["rev-list", "--count", &format!("main..{BRANCH}")]), "2");
}

#[test]
fn branches_that_cannot_be_are_told() {
    let clone = Clone::new();
    clone.git(&["branch", "sss"]);
    clone.submit(&["--yes"]).exits(2).tells(["cannot be made: there is a branch `sss`", "`--branch NAME`"]);
    clone.submit(&["--yes", "--branch", "a..b"]).exits(2).tells(["git takes no such name"]);
    clone.submit(&["--yes", "--branch", "main", "--base", "main"]).exits(2).tells(["`main` is checked out in"]);
}

#[test]
fn without_a_remote_the_branch_can_be_made_all_the_same() {
    let clone = Clone::new();
    clone.git(&["remote", "remove", "origin"]);
    clone.submit(&["--yes"]).exits(2).tells(["no remote to push to", "`--no-push`"]);
    assert!(!clone.has_branch());
    clone.submit(&["--yes", "--remote", "origin"]).exits(2).tells(["no remote `origin`", "git remote add"]);
    let ran = clone.submit(&["--no-push", "--json"]).exits(0);
    assert_eq!(ran.json()["remote"], Value::Null);
    assert_eq!(clone.git(&["diff", "--name-only", &format!("main...{BRANCH}")]).lines().count(), 5);
}

#[test]
fn of_several_remotes_the_one_is_taken_that_git_would_push_to() {
    let clone = Clone::new();
    git(clone.root.parent().unwrap(), &["init", "-q", "--bare", "fork.git"]);
    let fork = clone.remote.with_file_name("fork.git");
    clone.git(&["remote", "add", "fork", fork.to_str().unwrap()]);
    let remote = |arguments: &[&str]| clone.submit(&[arguments, &["--dry-run", "--json"]].concat()).exits(0).json();
    assert_eq!(remote(&[])["remote"]["name"], "origin");
    assert_eq!(remote(&["--remote", "fork"])["remote"]["name"], "fork");
    assert_eq!(remote(&["--remote", "fork"])["base"], "main", "what is checked out follows `origin/main`");
    clone.git(&["config", "remote.pushDefault", "fork"]);
    assert_eq!(remote(&[])["remote"]["name"], "fork");
    clone.git(&["config", "--unset", "remote.pushDefault"]);
    clone.git(&["branch", "--unset-upstream"]);
    clone.submit(&["--yes"]).exits(2).tells(["has 2 remotes", "`--remote`: `fork`, `origin`"]);
    clone.submit(&["--yes", "--remote", "frok"]).exits(2).tells(["no remote `frok`", "there is `fork`, `origin`"]);
    clone.submit(&["--yes", "--remote", "fork"]).exits(0);
    assert_eq!(git(&fork, &["diff-tree", "-r", "--name-only", "--no-commit-id", BRANCH]).lines().count(), 5);
}

#[test]
fn what_is_no_place_to_hand_in_from_is_told() {
    // No repository at all.
    let directory = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example"), directory.path());
    Sss::in_dir(&directory).args(["submit", NAME]).run().exits(2).tells(["is in no repository of git"]);
    // A repository without a commit.
    let clone = Clone::empty();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example"), &clone.root);
    clone.submit(&["--yes"]).exits(2).tells(["there is no commit yet", "make the first commit"]);
    // Nobody knows who commits.
    let clone = Clone::new();
    clone.git(&["config", "--unset", "user.email"]);
    clone.submit(&["--yes"]).exits(2).tells(["`user.email` is not set", "git config --global"]);
    let environment = [("GIT_AUTHOR_EMAIL", "a@acme.example"), ("GIT_COMMITTER_EMAIL", "c@acme.example")];
    let mut run = Sss::in_dir(&clone.root).args(["submit", NAME, "--yes"]);
    for (name, value) in environment {
        run = run.env(name, value);
    }
    run.run().exits(0);
    assert_eq!(git(&clone.remote, &["log", "-1", "--format=%ae %ce", BRANCH]), "a@acme.example c@acme.example");
    // A source that does not exist, and one that does not lint.
    Sss::in_dir(&clone.root).args(["submit", "lumen"]).run().exits(2).tells(["there is no source `lumen`"]);
    fs::write(clone.root.join(artifact(NAME, "icon.svg")), "<svg").unwrap();
    let ran = clone.submit(&["--yes"]).exits(1).tells(["nothing was handed in"]);
    assert!(ran.stdout.contains("error["), "{}", ran.stdout);
}

#[test]
fn a_bare_repository_has_nothing_to_hand_in() {
    let clone = Clone::new();
    let place = &clone.remote;
    copy(&clone.root.join("Sources"), &place.join("Sources"));
    Sss::in_dir(place).args(["submit", NAME, "--yes"]).run().exits(2).tells(["is bare", "work in a clone"]);
}

#[test]
fn a_submodule_is_handed_in_from_itself() {
    let clone = Clone::new();
    clone.publish_main();
    let outer = clone.root.with_file_name("outer");
    git(clone.root.parent().unwrap(), &["init", "-q", "--initial-branch=main", "outer"]);
    let address = clone.remote.to_str().unwrap();
    git(&outer, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", address, "partner"]);
    Clone::identify(&outer, "Ann");
    Clone::identify(&outer.join("partner"), "Ann");
    git(&outer, &["commit", "-qm", "Begin"]);
    fs::write(outer.join("partner").join(artifact(NAME, "label.txt")), "Lumen\n").unwrap();
    let before = git(&outer, &["status", "--porcelain"]);
    Sss::in_dir(outer.join("partner")).args(["submit", NAME, "--yes"]).run().exits(0);
    assert_eq!(clone.handed_in(), [artifact(NAME, "label.txt")]);
    assert_eq!(git(&outer, &["status", "--porcelain"]), before);
    // The folder of a source that is a repository of its own belongs to that one.
    let place = clone.root.join("Sources").join(NAME);
    fs::write(clone.label(), "Another\n").unwrap();
    git(&place, &["init", "-q"]);
    clone.submit(&["--yes"]).exits(2).tells(["but in one of its own", "submodule"]);
}

#[cfg(unix)]
#[test]
fn files_that_a_commit_would_not_hold_as_they_are_read_are_told() {
    let clone = Clone::new();
    let kept = clone.root.join("Sources/label.kept");
    fs::rename(clone.label(), &kept).unwrap();
    std::os::unix::fs::symlink(&kept, clone.label()).unwrap();
    clone.submit(&["--yes"]).exits(2).tells(["lumen-loyalty-events-label.txt` is a link"]);
    fs::remove_file(clone.label()).unwrap();
    fs::rename(&kept, clone.label()).unwrap();
    fs::write(clone.root.join(".gitattributes"), "*.svg filter=lfs\n").unwrap();
    clone.submit(&["--yes"]).exits(2).tells(["goes through the filter `lfs`"]);
    // Line ends are git's own business, and become what the repository wants.
    fs::write(clone.root.join(".gitattributes"), "*.json text eol=crlf\n").unwrap();
    let spec = clone.root.join(artifact(NAME, "connectionSpec.json"));
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(&spec, text.replace('\n', "\r\n")).unwrap();
    clone.submit(&["--yes"]).exits(0);
    let blob = git(&clone.remote, &["show", &format!("{BRANCH}:{}", artifact(NAME, "connectionSpec.json"))]);
    assert_eq!(blob, text.trim_end());
}

#[test]
fn a_merge_conflict_is_not_handed_in() {
    let clone = Clone::new();
    clone.publish_main();
    clone.git(&["switch", "-qc", "topic"]);
    fs::write(clone.label(), "One\n").unwrap();
    clone.git(&["commit", "-qam", "One"]);
    clone.git(&["switch", "-q", "main"]);
    fs::write(clone.label(), "Two\n").unwrap();
    clone.git(&["commit", "-qam", "Two"]);
    let merge = Command::new("git").args(["merge", "-q", "topic"]).current_dir(&clone.root).output().unwrap();
    assert!(!merge.status.success());
    // Resolved in the file, and not yet for git.
    fs::write(clone.label(), "Three\n").unwrap();
    clone.submit(&["--yes"]).exits(2).tells(["lumen-loyalty-events-label.txt` has a merge conflict", "`git add`"]);
}

#[test]
fn a_dry_run_changes_nothing_at_all() {
    let clone = Clone::new();
    let before = contents(clone.root.parent().unwrap());
    let ran = clone.submit(&["--dry-run"]).exits(0);
    assert!(
        ran.stdout.starts_with(&format!(
            "the branch {BRANCH} would be made from `origin/main`, with one commit:\n  + Sources/"
        )),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("\nit would be pushed to `origin`, "), "{}", ran.stdout);
    let ran = clone.submit(&["--dry-run", "--json"]).exits(0);
    assert_eq!((ran.json()["dry_run"].as_bool(), ran.json()["commit"].is_null()), (Some(true), true));
    assert!(contents(clone.root.parent().unwrap()) == before);
    // So it is without anybody to ask.
    clone.submit(&[]).exits(2).tells(["nobody can be asked without a terminal", "`--yes`"]);
    assert!(contents(clone.root.parent().unwrap()) == before);
}

/// A run that sees the remote at an address of a host, where git goes to the one on this machine.
fn at_host(clone: &Clone, address: &str) -> Sss {
    clone.git(&["remote", "set-url", "origin", address]);
    Sss::in_dir(&clone.root)
        .args(["submit", NAME])
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", format!("url.{}.insteadOf", clone.remote.display()))
        .env("GIT_CONFIG_VALUE_0", address)
}

#[test]
fn the_address_of_the_pull_request_has_its_title_and_text() {
    let clone = Clone::new();
    let record = "version = 1\n\n[[published]]\nplatform = 'https://platform.adobe.io'\norganization = 'A@AdobeOrg'\n\
                  sandbox = 'test'\nconnection_spec = 'c604ff05-7f1a-43c0-8e18-33bf874cb11c'\n\
                  flow_spec = 'e77fde5a-22a8-11ed-861d-0242ac120002'\ndigest = 'sha256:00'\n\n\
                  [[published]]\nplatform = 'emulator'\norganization = 'E@AdobeOrg'\nsandbox = 'prod'\n\
                  connection_spec = 'aaaaaaaa-0000-0000-0000-000000000000'\ndigest = 'sha256:00'\n";
    fs::create_dir_all(clone.root.join(".sss/published")).unwrap();
    fs::write(clone.root.join(format!(".sss/published/{NAME}.toml")), record).unwrap();
    let evidence = clone.root.with_file_name("evidence");
    fs::create_dir(&evidence).unwrap();
    let report = r#"{"ok": false, "checks": [{"name": "plan", "ok": true}, {"name": "send | events", "ok": false}]}"#;
    fs::write(evidence.join("report.json"), report).unwrap();
    let ran = at_host(&clone, "https://ann:t0ken@github.com/acme/sources.git")
        .args(["--yes", "--json", "--evidence", "../evidence"])
        .run()
        .exits(0)
        .tells(["the verification failed"]);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("t0ken"), "{}{}", ran.stdout, ran.stderr);
    let (json, text) = (ran.json(), ran.json()["pull_request"]["text"].as_str().unwrap().to_owned());
    assert_eq!(json["remote"]["address"], "https://github.com/acme/sources");
    assert_eq!(json["pushed"], true);
    let verify = serde_json::json!({ "ok": false, "passed": 1, "failed": ["send | events"], "skipped": 0 });
    assert_eq!(json["verify"], verify);
    assert_eq!(json["lint"]["errors"], 0);
    for line in [
        "| https://platform.adobe.io | A@AdobeOrg | test | `c604ff05-7f1a-43c0-8e18-33bf874cb11c` | `e77fde5a-22a8-11ed-861d-0242ac120002` |",
        "- `sss lint`: 1 source, 5 files: no findings",
        "- `sss verify`: failed, 1 of 2 checks",
        "  - failed: send \\| events",
        "| Label | Lumen Loyalty Events |",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("aaaaaaaa"), "what an emulator knows is of no use to others: {text}");
    let address = url::Url::parse(json["pull_request"]["address"].as_str().unwrap()).unwrap();
    assert_eq!(
        address.as_str().split('?').next().unwrap(),
        format!("https://github.com/acme/sources/compare/main...{BRANCH}")
    );
    let query: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    assert_eq!(
        (query["title"].as_str(), query["body"].as_str()),
        ("Add the source Lumen Loyalty Events", text.as_str())
    );
    // Where the name of the host does not tell, it can be told.
    let address = "ssh://git@git.acme.example:2222/acme/sources.git";
    let ran = at_host(&clone, address).args(["--dry-run"]).run().exits(0).tells(["`--host` tells"]);
    assert!(ran.stdout.contains("\nAdd the source Lumen Loyalty Events\n"), "{}", ran.stdout);
    let ran = at_host(&clone, address).args(["--dry-run", "--json", "--host", "gitlab"]).run().exits(0);
    let told = ran.json()["pull_request"]["address"].as_str().unwrap().to_owned();
    assert!(told.starts_with("https://git.acme.example/acme/sources/-/merge_requests/new?"), "{told}");
}

#[test]
fn evidence_that_is_none_is_told() {
    let clone = Clone::new();
    let with = |evidence: &str| clone.submit(&["--dry-run", "--evidence", evidence]);
    with("no-such").exits(2).tells(["no-such` is no directory", "`sss verify`"]);
    fs::create_dir(clone.root.join("evidence")).unwrap();
    with("evidence").exits(0).tells(["holds no `report.json`"]);
    fs::write(clone.root.join("evidence/report.json"), r#"{"ok": true, "source": "other"}"#).unwrap();
    with("evidence").exits(2).tells(["is about the source `other`"]);
    fs::write(clone.root.join("evidence/report.json"), r#"{"ok": true, "checks": [{"name": "a", "ok": true}]}"#)
        .unwrap();
    assert!(with("evidence").exits(0).stdout.contains("- `sss verify`: passed, 1 of 1 checks\n"));
}

/// The documentation repository, as far as it matters here, and a fork of it checked out.
fn documentation(clone: &Clone) -> PathBuf {
    let base = clone.root.parent().unwrap();
    git(base, &["init", "-q", "--bare", "--initial-branch=main", "docs.git"]);
    git(base, &["clone", "-q", "docs.git", "docs"]);
    let docs = base.join("docs");
    Clone::identify(&docs, "Ann");
    git(&docs, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    for path in ["api/create/streaming/http.md", "ui/create/marketing-automation/other.md"] {
        let path = docs.join("help/sources/tutorials").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "# A page\n").unwrap();
    }
    git(&docs, &["add", "."]);
    git(&docs, &["commit", "-qm", "Begin"]);
    git(&docs, &["push", "-q", "-u", "origin", "main"]);
    fs::create_dir_all(clone.root.join("docs").join(NAME)).unwrap();
    for section in ["api", "ui"] {
        fs::write(clone.root.join("docs").join(NAME).join(format!("{section}.md")), format!("# {section}\n")).unwrap();
    }
    docs
}

#[test]
fn pages_are_handed_in_where_the_documentation_has_them() {
    let clone = Clone::new();
    let docs = documentation(&clone);
    fs::write(docs.join("untracked.md"), "mine\n").unwrap();
    let before = own_state(&docs);
    let ran = clone.submit(&["--docs", "--into", "../docs", "--yes", "--json"]).exits(0);
    assert_eq!(own_state(&docs), before);
    let json = ran.json();
    assert_eq!(json["what"], "documentation");
    assert_eq!(json["pull_request"]["title"], "Document the source Lumen Loyalty Events");
    let remote = clone.remote.with_file_name("docs.git");
    let changed = git(&remote, &["diff", "--name-only", &format!("main...{BRANCH}")]);
    let pages = ["api", "ui"].map(|section| format!("help/sources/tutorials/{section}/create/streaming/{NAME}.md"));
    assert_eq!(changed.lines().collect::<Vec<_>>(), pages);
    assert!(!clone.has_branch(), "the repository of the source has no part in it");
    // Once they are there, they are replaced only by who says so.
    git(&docs, &["fetch", "-q"]);
    git(&docs, &["push", "-q", "origin", &format!("origin/{BRANCH}:main")]);
    let page = clone.root.join("docs").join(NAME).join("api.md");
    fs::write(&page, "# Better\n").unwrap();
    let ran = clone.submit(&["--docs", "--into", "../docs", "--yes"]).exits(2);
    ran.tells([&format!("has a `{}` already", pages[0]), "`exl-id`", "`--replace`"]);
    clone.submit(&["--docs", "--into", "../docs", "--yes", "--replace"]).exits(0);
    assert_eq!(git(&remote, &["diff", "--name-only", &format!("main...{BRANCH}")]), pages[0]);
}

#[test]
fn pages_can_be_named_and_so_can_the_folder_of_their_category() {
    let clone = Clone::new();
    let docs = documentation(&clone);
    fs::write(clone.root.join("draft.md"), "# Draft\n").unwrap();
    let files = |arguments: &[&str]| {
        let all = [&["--docs", "--into", "../docs", "--dry-run", "--json"], arguments].concat();
        let json = clone.submit(&all).exits(0).json();
        json["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let path = |section: &str, folder: &str| format!("help/sources/tutorials/{section}/create/{folder}/{NAME}.md");
    assert_eq!(files(&["--page", "ui=draft.md"]), [path("ui", "streaming")]);
    fs::write(clone.root.join(artifact(NAME, "category.txt")), "marketingAutomation\n").unwrap();
    let both = ["api", "ui"];
    assert_eq!(files(&[]), both.map(|section| path(section, "marketing-automation")));
    assert_eq!(files(&["--category", "loyalty"]), both.map(|section| path(section, "loyalty")));
    let refused = |arguments: &[&str], told: &str| {
        let all = [&["--docs", "--into", "../docs", "--dry-run"], arguments].concat();
        clone.submit(&all).exits(2).tells([told]);
    };
    refused(&["--category", "../x"], "is no name for a folder");
    refused(&["--page", "draft.md"], "does not tell which page it is");
    refused(&["--page", "api=none.md"], "there is no file");
    clone.submit(&["--docs", "--into", ".", "--dry-run"]).exits(2).tells(["holds no `help/sources`"]);
    clone.submit(&["--docs"]).exits(2).tells(["--into"]);
    fs::write(clone.root.join("draft.md"), " \n").unwrap();
    refused(&["--page", "api=draft.md"], "is no page");
    // What only a person can tell is not left out, and our own marks stay here.
    fs::write(clone.root.join("draft.md"), "# A page\n\n<!-- sss:gap overview: say what it is -->\n").unwrap();
    refused(&["--page", "api=draft.md"], "has gaps that only you can fill");
    // Screenshots go along with the page that shows them.
    let image = "../../../../images/tutorials/create/sdk/lumen";
    fs::write(clone.root.join("draft.md"), format!("# A page\n\n![One]({image}-1.png) ![Two]({image}-2.png)\n"))
        .unwrap();
    fs::create_dir(clone.root.join("images")).unwrap();
    fs::write(clone.root.join("images/lumen-1.png"), "png").unwrap();
    let shown = "help/sources/images/tutorials/create/sdk/lumen-1.png".to_owned();
    assert_eq!(files(&["--category", "streaming", "--page", "ui=draft.md"]), [shown, path("ui", "streaming")]);
    let arguments = ["--docs", "--into", "../docs", "--dry-run", "--page", "ui=draft.md"];
    clone.submit(&arguments).exits(0).tells(["a page shows the screenshot `lumen-2.png`"]);
    fs::remove_dir_all(clone.root.join("docs")).unwrap();
    refused(&[], "there is neither `docs/lumen-loyalty-events/api.md` nor");
    // A fork on GitHub asks the documentation itself.
    git(&docs, &["remote", "set-url", "origin", "git@github.com:ann/experience-platform.en.git"]);
    let arguments = ["--docs", "--into", "../docs", "--dry-run", "--json", "--page", "ui=other.txt"];
    fs::write(clone.root.join("other.txt"), "# Page\n").unwrap();
    let json = clone.submit(&arguments).exits(0).json();
    let begin = format!("https://github.com/AdobeDocs/experience-platform.en/compare/main...ann:{BRANCH}?");
    assert!(json["pull_request"]["address"].as_str().unwrap().starts_with(&begin), "{json}");
}

#[cfg(unix)]
mod hooks {
    //! What a remote, a hook or a signal does meanwhile.

    use std::{os::unix::fs::PermissionsExt, process::Stdio, thread, time::Duration};

    use super::*;

    fn write_hook(repository: &Path, name: &str, script: &str) -> PathBuf {
        let hook = repository.join("hooks").join(name);
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        hook
    }

    #[test]
    fn a_remote_that_refuses_is_heard_and_tried_again_later() {
        let clone = Clone::new();
        let hook = write_hook(&clone.remote, "pre-receive", "echo 'branches need a ticket: ACME-1' >&2; exit 1");
        let before = own_state(&clone.root);
        let ran = clone.submit(&["--yes", "--json"]).exits(4);
        assert_eq!(ran.stdout, "");
        ran.tells([
            "branches need a ticket: ACME-1",
            "pre-receive hook declined",
            &format!("git did not push `{BRANCH}` to `origin`"),
            "the commit is kept on",
            "run `sss submit` again",
            &format!("git push origin {BRANCH}"),
        ]);
        assert_eq!(own_state(&clone.root), before);
        assert!(clone.has_branch());
        assert_eq!(git(&clone.remote, &["branch", "--list", BRANCH]), "");
        fs::remove_file(hook).unwrap();
        let ran = clone.submit(&["--yes", "--json"]).exits(0);
        assert_eq!((ran.json()["action"].as_str(), ran.json()["pushed"].as_bool()), (Some("none"), Some(true)));
        assert_eq!(clone.handed_in(), artifacts());
    }

    #[test]
    fn the_hooks_of_a_push_are_run() {
        let clone = Clone::new();
        write_hook(&clone.root.join(".git"), "pre-push", "echo 'not today' >&2; exit 1");
        clone.submit(&["--yes"]).exits(4).tells(["not today", "git did not push"]);
        assert_eq!(git(&clone.remote, &["branch", "--list", BRANCH]), "");
    }

    #[test]
    fn whoever_is_killed_while_pushing_leaves_nothing_half_done() {
        let clone = Clone::new();
        let mark = clone.root.with_file_name("pushing");
        let hook = write_hook(&clone.root.join(".git"), "pre-push", &format!("touch '{}'; sleep 30", mark.display()));
        let mut child = Command::new(env!("CARGO_BIN_EXE_sss"))
            .args(["submit", NAME, "--yes"])
            .current_dir(&clone.root)
            .env("HOME", clone.root.join("no-such-home"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..600 {
            if mark.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert!(mark.exists(), "it never came to push");
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_file(hook).unwrap();
        let kept = clone.git(&["rev-parse", BRANCH]);
        clone.git(&["fsck", "--strict"]);
        clone.submit(&["--yes"]).exits(0);
        assert_eq!(clone.tip(), kept, "the commit was there, and the next run pushed it");
    }

    #[test]
    fn whoever_is_killed_at_any_time_leaves_the_branch_whole_or_not_there() {
        let clone = Clone::new();
        let before = own_state(&clone.root);
        for delay in [0, 5, 10, 15, 20, 30, 40, 60, 90] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_sss"))
                .args(["submit", NAME, "--no-push"])
                .current_dir(&clone.root)
                .env("HOME", clone.root.join("no-such-home"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            thread::sleep(Duration::from_millis(delay));
            child.kill().unwrap();
            child.wait().unwrap();
            assert_eq!(own_state(&clone.root), before);
            clone.git(&["fsck", "--strict"]);
            // As with git itself, who is killed between locking a branch and moving it leaves the lock.
            let lock = lock_of(&clone);
            if lock.exists() {
                fs::remove_file(lock).unwrap();
            }
            if clone.has_branch() {
                let changed = clone.git(&["diff", "--name-only", &format!("origin/main...{BRANCH}")]);
                assert_eq!(changed.lines().collect::<Vec<_>>(), artifacts());
                clone.git(&["branch", "-qD", BRANCH]);
            }
        }
        clone.submit(&["--yes"]).exits(0);
    }

    fn lock_of(clone: &Clone) -> PathBuf {
        clone.root.join(format!(".git/refs/heads/{BRANCH}.lock"))
    }

    #[test]
    fn a_lock_that_is_left_is_named() {
        let clone = Clone::new();
        let lock = lock_of(&clone);
        fs::create_dir_all(lock.parent().unwrap()).unwrap();
        fs::write(&lock, "").unwrap();
        clone.submit(&["--yes"]).exits(2).tells(["is locked", "events.lock`", "nothing was committed"]);
        assert!(!clone.has_branch());
        fs::remove_file(lock).unwrap();
        clone.submit(&["--yes"]).exits(0);
    }

    #[test]
    fn a_commit_is_signed_where_git_signs_commits() {
        let clone = Clone::new();
        let program = clone.root.with_file_name("sign");
        let script = "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n\
                      printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nxyz\\n-----END PGP SIGNATURE-----\\n'\n";
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        clone.git(&["config", "commit.gpgSign", "true"]);
        clone.git(&["config", "gpg.program", program.to_str().unwrap()]);
        clone.submit(&["--yes"]).exits(0);
        let commit = git(&clone.remote, &["cat-file", "commit", BRANCH]);
        assert!(commit.contains("gpgsig -----BEGIN PGP SIGNATURE-----"), "{commit}");
        assert!(commit.contains("author Ann <ann@acme.example>"), "{commit}");
        assert_eq!(clone.handed_in(), artifacts());
        // Without a key there is no commit, and no branch.
        fs::write(&program, "#!/bin/sh\necho 'no key' >&2\nexit 2\n").unwrap();
        let ran = clone.submit(&["--yes", "--branch", "other"]).exits(2);
        ran.tells(["no key", "git did not sign the commit", "commit.gpgSign"]);
        assert_eq!(clone.git(&["branch", "--list", "other"]), "");
    }

    /// What a run on a terminal comes to, given what is typed once it asks.
    fn asked(clone: &Clone, typed: &str) -> (u32, String) {
        use std::io::{Read, Write};

        use portable_pty::{CommandBuilder, PtySize, native_pty_system};

        let size = PtySize { rows: 40, cols: 160, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sss"));
        command.args(["submit", NAME, "--color", "never"]);
        command.cwd(&clone.root);
        command.env("HOME", clone.root.join("no-such-home"));
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut writer = pair.master.take_writer().unwrap();
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (mut written, mut buffer, mut is_answered) = (Vec::new(), [0; 4096], false);
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            written.extend_from_slice(&buffer[..read]);
            if !is_answered && String::from_utf8_lossy(&written).contains("to `origin`?") {
                is_answered = true;
                writer.write_all(typed.as_bytes()).unwrap();
            }
        }
        (child.wait().unwrap().exit_code(), String::from_utf8_lossy(&written).into_owned())
    }

    #[test]
    fn on_a_terminal_nothing_is_done_before_the_answer() {
        let clone = Clone::new();
        for typed in ["n\r", "\r", "\u{1b}"] {
            let (code, told) = asked(&clone, typed);
            assert_eq!(code, 130, "{told}");
            assert!(told.contains("nothing was changed"), "{told}");
            assert!(!clone.has_branch());
        }
        let (code, told) = asked(&clone, "y\r");
        assert_eq!(code, 0, "{told}");
        assert!(told.contains("lumen-loyalty-events-icon.svg"), "what is pushed is shown first: {told}");
        assert_eq!(clone.handed_in(), artifacts());
    }
}
