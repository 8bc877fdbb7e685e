//! Tests of `write`.

use super::*;

fn file(path: &str, if_there: IfThere) -> File {
    File { path: path.to_owned(), bytes: format!("{path}\n").into_bytes(), if_there }
}

fn artifact() -> File {
    file("Sources/acme/Artifacts/acme-label.txt", IfThere::Refuse)
}

/// All paths beneath a directory.
fn paths(root: &Path) -> Vec<String> {
    let paths = walkdir::WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    paths.map(|entry| entry.unwrap().path().strip_prefix(root).unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn a_failure_on_the_way_takes_back_what_was_done() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join(".gitignore"), "mine").unwrap();
    let before = paths(root.path());
    // The last file has no directory to go to, which shows only when all the others are in place.
    let files = [
        artifact(),
        file("sss.toml", IfThere::Keep),
        file(".gitignore", IfThere::AddLines),
        file("none/README.md", IfThere::Keep),
    ];
    let error = write(root.path(), "acme", &files).unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error}");
    assert_eq!(paths(root.path()), before);
    assert_eq!(fs::read(root.path().join(".gitignore")).unwrap(), b"mine");
}

#[test]
fn a_directory_of_sources_that_was_there_stays_there() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("Sources/other")).unwrap();
    let before = paths(root.path());
    write(root.path(), "acme", &[artifact(), file("none/README.md", IfThere::Keep)]).unwrap_err();
    assert_eq!(paths(root.path()), before);
}

#[test]
fn what_is_written_can_be_taken_back_later() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join(".gitignore"), "mine\n").unwrap();
    let files = [artifact(), file("sss.toml", IfThere::Keep), file(".gitignore", IfThere::AddLines)];
    let written = write(root.path(), "acme", &files).unwrap();
    assert_eq!(written.files, ["Sources/acme/Artifacts/acme-label.txt", "sss.toml", ".gitignore"]);
    assert_eq!(fs::read(root.path().join(".gitignore")).unwrap(), b"mine\n.gitignore\n");
    let error = written.undo(Error::Interrupted);
    assert!(matches!(error, Error::Interrupted));
    assert_eq!(paths(root.path()), [".gitignore"]);
    assert_eq!(fs::read(root.path().join(".gitignore")).unwrap(), b"mine\n");
}

#[test]
fn what_cannot_be_taken_back_is_named() {
    let root = tempfile::tempdir().unwrap();
    let written = write(root.path(), "acme", &[artifact(), file("sss.toml", IfThere::Keep)]).unwrap();
    fs::remove_file(root.path().join("sss.toml")).unwrap();
    let error = written.undo(Error::Interrupted);
    assert_eq!(error.to_string(), "interrupted; nothing was written; and these were left behind: `sss.toml`");
    assert_eq!(error.exit(), crate::exit::Exit::Partial);
}

#[test]
fn nothing_is_left_of_the_staging_and_permissions_are_the_usual_ones() {
    let root = tempfile::tempdir().unwrap();
    let plain = root.path().join("plain");
    fs::write(&plain, "x").unwrap();
    drop(write(root.path(), "acme", &[artifact(), file("sss.toml", IfThere::Keep)]).unwrap());
    assert_eq!(
        paths(root.path()),
        [
            "Sources",
            "Sources/acme",
            "Sources/acme/Artifacts",
            "Sources/acme/Artifacts/acme-label.txt",
            "plain",
            "sss.toml"
        ]
    );
    let usual = fs::metadata(&plain).unwrap().permissions();
    for path in ["sss.toml", "Sources/acme/Artifacts/acme-label.txt"] {
        assert_eq!(fs::metadata(root.path().join(path)).unwrap().permissions(), usual, "{path}");
    }
}

#[test]
fn lines_are_added_once_in_the_files_own_ending() {
    let wanted = b".sss/journal/\n.sss/emulator.db\n";
    assert_eq!(extended(b"", wanted).unwrap(), wanted);
    assert_eq!(extended(b"a", wanted).unwrap(), b"a\n.sss/journal/\n.sss/emulator.db\n");
    assert_eq!(extended(b"a\r\n", wanted).unwrap(), b"a\r\n.sss/journal/\r\n.sss/emulator.db\r\n");
    assert_eq!(extended(b"/.sss/journal\n\xff\n", wanted).unwrap(), b"/.sss/journal\n\xff\n.sss/emulator.db\n");
    assert_eq!(extended(b"x\n .sss/emulator.db \r\n.sss/journal/", wanted), None);
    // A comment and a longer path are other lines.
    assert!(extended(b"# .sss/journal/\n.sss/journal/x\n.sss/emulator.db\n", wanted).is_some());
}
