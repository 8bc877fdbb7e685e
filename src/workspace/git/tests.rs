//! Against repositories that the `git` program made: what is told here is what `git` tells.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use tempfile::TempDir;

use super::{Error, Git, History, Staged, index::Index};
use crate::workspace::layout::ArtifactKind;

/// A repository with the sources `a`, `a-b`, `b` and `c` in one commit, below a folder of the repository.
struct Repository {
    directory: TempDir,
    below: &'static str,
}

impl Repository {
    fn new(below: &'static str) -> Self {
        let repository = Self { directory: tempfile::tempdir().unwrap(), below };
        repository.git(&["init", "-q", "-b", "main"]);
        for source in ["a", "a-b", "b", "c"] {
            repository.write(&format!("Sources/{source}/Artifacts/{source}-label.txt"), source);
            repository.write(&format!("Sources/{source}/Artifacts/{source}-category.txt"), "crm");
        }
        repository.write(".gitignore", "*.bak\nignored/\n");
        repository.commit("first");
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", "/nonexistent");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]);
        let output = command.args(arguments).current_dir(self.directory.path()).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    fn root(&self) -> std::path::PathBuf {
        self.directory.path().join(self.below)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).unwrap();
    }

    fn around(&self) -> Git {
        Git::around(&self.root()).unwrap()
    }

    fn since(&self, revision: &str) -> Vec<String> {
        let changed = self.around().since(revision, &self.root()).unwrap();
        changed.names.into_iter().collect()
    }

    /// The names that git itself tells.
    fn told_by_git(&self, revision: &str) -> Vec<String> {
        let base = self.git(&["merge-base", revision, "HEAD"]);
        let sources =
            format!("{}Sources/", if self.below.is_empty() { String::new() } else { self.below.to_owned() + "/" });
        let mut names = BTreeSet::new();
        for listed in [
            self.git(&["diff", "--name-only", "--no-renames", "-z", base.trim(), "--", &sources]),
            self.git(&["ls-files", "-z", "--others", "--exclude-standard", "--", &sources]),
        ] {
            let paths = listed.split('\0').filter_map(|path| path.strip_prefix(&sources));
            names.extend(paths.map(|path| path.split('/').next().unwrap().to_owned()));
        }
        names.into_iter().collect()
    }

    fn staged(&self) -> Vec<String> {
        Staged::read(self.around()).unwrap().changed().iter().cloned().collect()
    }
}

#[test]
fn what_changed_is_what_git_says() {
    type Step = fn(&Repository);
    let steps: [(Step, &[&str]); 14] = [
        (|_| {}, &[]),
        (|r| r.write("Sources/a-b/Artifacts/a-b-label.txt", "other"), &["a-b"]),
        (|r| r.write("Sources/a-b/Artifacts/a-b-label.txt", "A-b"), &["a-b"]),
        (|r| r.remove("Sources/b/Artifacts/b-category.txt"), &["a-b", "b"]),
        (|r| r.write("Sources/list.csv", "x"), &["a-b", "b", "list.csv"]),
        (|r| r.write("Sources/c/Artifacts/x.bak", "x"), &["a-b", "b", "list.csv"]),
        (|r| r.write("Sources/c/ignored/deep/x.txt", "x"), &["a-b", "b", "list.csv"]),
        (|r| fs::create_dir_all(r.root().join("Sources/empty/Artifacts")).unwrap(), &["a-b", "b", "list.csv"]),
        (|r| r.write("Sources/new/Artifacts/new-label.txt", "x"), &["a-b", "b", "list.csv", "new"]),
        (|r| drop(r.git(&["add", "--all"])), &["a-b", "b", "list.csv", "new"]),
        (|r| r.write("Sources/a-b/Artifacts/a-b-label.txt", "a-b"), &["b", "list.csv", "new"]),
        (|r| r.commit("second"), &["b", "list.csv", "new"]),
        (|r| drop(r.git(&["rm", "-q", "-r", "--cached", "."])), &["b", "list.csv", "new"]),
        (|r| drop(r.git(&["read-tree", "HEAD"])), &["b", "list.csv", "new"]),
    ];
    for below in ["", "partner/repository"] {
        let repository = Repository::new(below);
        repository.git(&["checkout", "-q", "-b", "topic"]);
        for (number, (step, expected)) in steps.iter().enumerate() {
            step(&repository);
            assert_eq!(repository.since("main"), *expected, "step {number} in `{below}`");
            // What is on disk and no longer in the index is both gone and new to git; it is as it was.
            if number != 12 {
                assert_eq!(repository.told_by_git("main"), *expected, "git: step {number} in `{below}`");
            }
        }
        // What happens on the other branch is not this one's.
        repository.git(&["reset", "-q", "--hard"]);
        repository.git(&["checkout", "-q", "main"]);
        repository.write("Sources/c/Artifacts/c-label.txt", "main");
        repository.commit("on main");
        repository.git(&["checkout", "-q", "topic"]);
        assert_eq!(repository.since("main"), ["b", "list.csv", "new"]);
        assert_eq!(repository.since("HEAD"), <[&str; 0]>::default());
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_git_does_not_know_yet_is_a_link_and_not_what_it_leads_to() {
    let repository = Repository::new("");
    std::os::unix::fs::symlink("a", repository.root().join("Sources/link")).unwrap();
    assert_eq!(repository.since("HEAD"), ["link"]);
    repository.git(&["add", "--all"]);
    repository.commit("a link");
    // On disk it is as it was, and the index does not say so.
    repository.git(&["rm", "-q", "--cached", "Sources/link"]);
    assert_eq!(repository.since("HEAD"), <[&str; 0]>::default());
    fs::remove_file(repository.root().join("Sources/link")).unwrap();
    std::os::unix::fs::symlink("nowhere", repository.root().join("Sources/link")).unwrap();
    assert_eq!(repository.since("HEAD"), ["link"]);
}

#[test]
fn every_form_of_the_index_tells_the_same() {
    let repository = Repository::new("");
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("Sources/a/Artifacts/a-label.txt", "other");
    repository.git(&["add", "--all"]);
    let path = repository.directory.path().join(".git/index");
    let read = |told: &str| {
        let index = Index::read(&repository.around().repository).unwrap();
        let paths: Vec<String> =
            index.below(b"").iter().map(|entry| String::from_utf8_lossy(index.path(entry)).into_owned()).collect();
        let listed = repository.git(&["ls-files"]);
        assert_eq!(paths, listed.lines().collect::<Vec<_>>(), "{told}");
        assert_eq!(repository.since("main"), ["a"], "{told}");
        assert_eq!(repository.staged(), ["Sources/a/Artifacts/a-label.txt"], "{told}");
    };
    for version in ["2", "3", "4"] {
        repository.git(&["update-index", "--index-version", version]);
        assert!(Index::read_file(&path).is_some(), "version {version} is read without libgit2");
        read(version);
    }
    repository.git(&["update-index", "--index-version", "2"]);
    let bytes = fs::read(&path).unwrap();
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        // One that ends with its entries is whole, but for what it knows besides.
        let count = Index::read_file(&path).map_or(9, |index| index.below(b"").len());
        assert_eq!(count, 9, "a part of an index of {length} bytes");
    }
    // Whatever the bytes are, nothing ends the run.
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 0xff;
        fs::write(&path, other).unwrap();
        if let Some(index) = Index::read_file(&path) {
            index.trees_in(b"Sources/");
        }
    }
    fs::write(&path, &bytes).unwrap();
    read("whole again");
}

#[test]
fn a_file_that_differs_in_its_line_ends_only_is_unchanged() {
    let repository = Repository::new("");
    repository.git(&["config", "core.autocrlf", "true"]);
    repository.write("Sources/a/Artifacts/a-description.txt", "one\ntwo\n");
    repository.commit("lines");
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("Sources/a/Artifacts/a-description.txt", "one\r\ntwo\r\n");
    assert_eq!(repository.since("main"), <[&str; 0]>::default());
    repository.write("Sources/a/Artifacts/a-description.txt", "one\r\ntwo\r\nthree");
    assert_eq!(repository.since("main"), ["a"]);
}

#[test]
fn other_line_ends_are_a_change_where_git_keeps_them() {
    let repository = Repository::new("partner");
    repository.write("Sources/a/Artifacts/a-description.txt", "one\ntwo\n");
    repository.write("Sources/b/Artifacts/b-description.txt", "one\rtwo\n");
    repository.commit("lines");
    repository.write("Sources/a/Artifacts/a-description.txt", "one\r\ntwo\r\n");
    // A carriage return elsewhere makes it no text.
    repository.write("Sources/b/Artifacts/b-description.txt", "one\rtwo\r\n");
    assert_eq!(repository.since("HEAD"), ["a", "b"]);
    for (attributes, autocrlf) in [
        ("", "false"),
        ("", "true"),
        ("", "input"),
        ("* -text", "true"),
        ("* binary", "true"),
        ("* text", "false"),
        ("* text=auto", "false"),
        ("* text=auto eol=crlf", "false"),
        ("* eol=lf", "false"),
        ("* crlf", "false"),
        ("* -crlf", "true"),
        ("* crlf=input", "false"),
        ("*.json text", "false"),
        ("* text=other", "true"),
        ("a-*.txt text", "false"),
    ] {
        fs::write(repository.directory.path().join(".gitattributes"), attributes).unwrap();
        repository.git(&["config", "core.autocrlf", autocrlf]);
        let told = repository.since("HEAD");
        assert_eq!(told, repository.told_by_git("HEAD"), "`{attributes}`, core.autocrlf = {autocrlf}");
    }
}

#[test]
fn a_commit_that_is_not_there_is_said_with_the_nearest_name() {
    let repository = Repository::new("");
    let root = repository.root();
    let error = repository.around().since("mian", &root).unwrap_err();
    assert_eq!(error.to_string(), "git knows no commit `mian`");
    assert_eq!(error.help().unwrap(), "did you mean `main`?");
    for revision in ["", "HEAD:Sources", "main..HEAD", "0000000", "-x"] {
        let error = repository.around().since(revision, &root).unwrap_err();
        assert!(matches!(error, Error::UnknownRevision { .. }), "{revision}: {error}");
    }
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    assert!(matches!(repository.around().since("main", &root), Err(Error::NoCommit)));
    repository.commit("of its own");
    assert!(matches!(repository.around().since("main", &root), Err(Error::Unrelated { .. })));
}

#[test]
fn what_is_staged_is_read_from_the_index() {
    for below in ["", "partner"] {
        let repository = Repository::new(below);
        assert_eq!(repository.staged(), <[&str; 0]>::default());
        let path = "Sources/a/Artifacts/a-label.txt";
        repository.write(path, "staged");
        repository.git(&["add", "--all"]);
        repository.write(path, "on disk");
        repository.write("Sources/new/Artifacts/new-label.txt", "x");
        repository.git(&["add", "--intent-to-add", "."]);
        assert_eq!(repository.staged(), [path], "what is only announced is not staged");
        let staged = Staged::read(repository.around()).unwrap();
        assert_eq!(staged.text(path).unwrap().unwrap(), b"staged");
        assert_eq!(staged.text("Sources/new/Artifacts/new-label.txt").unwrap(), None);
        assert_eq!(staged.text("sss.toml").unwrap(), None);
        repository.git(&["rm", "-q", "--cached", "-r", &format!("{}/Sources/b", repository.root().display())]);
        let gone = ["Sources/b/Artifacts/b-category.txt", "Sources/b/Artifacts/b-label.txt"];
        assert_eq!(repository.staged(), [&[path][..], &gone].concat());
    }
}

#[cfg(unix)]
#[test]
fn links_in_the_index_lead_to_what_is_in_the_index() {
    use crate::workspace::Unreadable;
    let repository = Repository::new("partner");
    let folder = repository.root().join("Sources/a/Artifacts");
    fs::write(repository.root().join("common.txt"), "common").unwrap();
    fs::write(repository.directory.path().join("above.txt"), "above").unwrap();
    for (link, target) in [
        ("good", "../../../common.txt"),
        ("on", "./good"),
        ("circle", "circle"),
        ("folder", "../../b"),
        ("outside", "../../../../above.txt"),
        ("absolute", "/etc/hostname"),
        ("nowhere", "nothing"),
    ] {
        std::os::unix::fs::symlink(target, folder.join(link)).unwrap();
    }
    repository.git(&["add", "--all"]);
    fs::write(repository.root().join("common.txt"), "changed on disk").unwrap();
    let staged = Staged::read(repository.around()).unwrap();
    let content = |name: &str| staged.content(&format!("Sources/a/Artifacts/{name}"));
    assert_eq!(content("good").unwrap(), b"common");
    assert_eq!(content("on").unwrap(), b"common");
    assert_eq!(content("folder"), Err(Unreadable::NotAFile));
    assert_eq!(content("outside"), Err(Unreadable::Outside));
    assert_eq!(content("absolute"), Err(Unreadable::Outside));
    for name in ["circle", "nowhere"] {
        assert!(matches!(content(name), Err(Unreadable::Failed { .. })), "{name}");
    }
}

#[test]
fn a_merge_conflict_is_an_error_that_names_the_file() {
    let repository = Repository::new("");
    let path = "Sources/a/Artifacts/a-label.txt";
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write(path, "topic");
    repository.commit("topic");
    repository.git(&["checkout", "-q", "main"]);
    repository.write(path, "main");
    repository.commit("main");
    let merge = Command::new("git").args(["merge", "-q", "topic"]).current_dir(repository.root()).output().unwrap();
    assert!(!merge.status.success());
    let error = Staged::read(repository.around()).unwrap_err();
    assert_eq!(error.to_string(), format!("`{path}` has a merge conflict"));
    assert_eq!(repository.since("HEAD"), ["a"]);
}

#[test]
fn what_commits_brought_is_kept_even_where_it_is_gone() {
    let repository = Repository::new("partner");
    let path = "Sources/a/Artifacts/a-label.txt";
    repository.git(&["checkout", "-q", "-b", "topic"]);
    for content in ["one", "two", "one"] {
        repository.write(path, content);
        repository.write("Sources/a/notes.md", content);
        repository.commit(content);
    }
    repository.write("Sources/gone/Artifacts/gone-connectionSpec.json", "{}");
    repository.commit("brought");
    repository.remove("Sources/gone/Artifacts/gone-connectionSpec.json");
    repository.commit("taken away");
    // A merge brings nothing that its parents do not have.
    repository.git(&["checkout", "-q", "main"]);
    repository.write("Sources/c/Artifacts/c-label.txt", "main");
    repository.commit("main");
    repository.git(&["checkout", "-q", "topic"]);
    repository.git(&["merge", "-q", "--no-edit", "main"]);
    let told = |history: &History| -> Vec<(String, Vec<String>)> {
        let texts = |past: super::Past| {
            let texts = past.versions.iter().map(|version| version.document.text().to_owned());
            (past.path.clone(), texts.collect())
        };
        history.artifacts().map(texts).collect()
    };
    let mut history = History::since(repository.around(), "main").unwrap();
    let gone = ("Sources/gone/Artifacts/gone-connectionSpec.json".to_owned(), vec!["{}".to_owned()]);
    assert_eq!(told(&history), [(path.to_owned(), vec!["one".to_owned(), "two".to_owned()]), gone.clone()]);
    let past = history.artifacts().next().unwrap();
    assert_eq!(past.kind, ArtifactKind::Label);
    let listed = repository.git(&["log", "--format=%h", "--reverse", "main..topic"]);
    assert_eq!(past.versions[1].commit, listed.lines().nth(1).unwrap());
    history.retain(|path| path.contains("/gone/"));
    assert_eq!(told(&history), [gone]);
}

#[test]
fn a_worktree_and_a_missing_submodule_are_no_obstacle() {
    let repository = Repository::new("");
    let other = Repository::new("");
    let worktree = tempfile::tempdir().unwrap();
    let place = worktree.path().join("tree");
    let url = other.directory.path().to_str().unwrap().to_owned();
    repository.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "Sources/sub"]);
    repository.commit("a submodule");
    repository.git(&["worktree", "add", "-q", "-b", "topic", place.to_str().unwrap()]);
    let changed = |place: &Path| Git::around(place).unwrap().since("main", place).unwrap().names;
    assert!(place.join("Sources/sub").is_dir() && !place.join("Sources/sub/.git").exists());
    assert_eq!(changed(&place), BTreeSet::new());
    fs::write(place.join("Sources/b/Artifacts/b-label.txt"), "other").unwrap();
    assert_eq!(changed(&place), BTreeSet::from(["b".to_owned()]));
    assert_eq!(repository.since("main"), <[&str; 0]>::default());
    assert_eq!(Staged::read(Git::around(&place).unwrap()).unwrap().changed().len(), 0);
}
