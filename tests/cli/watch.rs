//! `sss lint --watch`: what is saved is checked again, however it is saved.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    lint::{BATCH, STREAMING, artifact, edit, example},
    support::Sss,
};

/// Nobody waits longer for a report; a busy machine may take its time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A run that goes on.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn begin(directory: &TempDir, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sss"));
        command.args(["lint", "--watch"]).args(arguments).current_dir(directory.path()).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// The next line of what is printed.
    #[track_caller]
    fn line(&mut self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(_) => {
                let _ = self.child.kill();
                let mut told = String::new();
                self.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
                panic!("nothing is printed; standard error says:\n{told}");
            }
        }
    }

    /// Reports until one has these findings: a save in several steps may be seen in several.
    #[track_caller]
    fn finds(&mut self, expected: &[&str]) {
        loop {
            let report: Value = serde_json::from_str(&self.line()).unwrap();
            let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
            let found: Vec<String> = report["findings"].as_array().unwrap().iter().map(rule).collect();
            if found == expected {
                return;
            }
        }
    }

    /// Nothing is printed for a while.
    #[track_caller]
    fn is_silent(&self) {
        assert_eq!(self.lines.recv_timeout(Duration::from_millis(300)), Err(RecvTimeoutError::Timeout));
    }

    /// Presses Ctrl-C; tells the exit code and standard error.
    fn interrupt(mut self) -> (Option<i32>, String) {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let code = self.child.wait().unwrap().code();
        let mut told = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        (code, told)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // One that was interrupted is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Saves as editors do that never leave half a file: another file, renamed.
fn save(path: &Path, text: &str) {
    let other = path.with_extension("tmp~");
    fs::write(&other, text).unwrap();
    fs::rename(other, path).unwrap();
}

#[test]
fn every_way_to_change_a_repository_is_seen() {
    let directory = example();
    let root = directory.path().to_owned();
    let label = root.join(artifact(BATCH, "label.txt"));
    let text = fs::read_to_string(&label).unwrap();
    let mut watching = Watching::begin(&directory, &["--json"]);
    watching.finds(&[]);
    watching.is_silent();
    // Written in place, and as editors do.
    fs::write(&label, format!(" {text}")).unwrap();
    watching.finds(&["surrounding-blanks"]);
    save(&label, &text);
    watching.finds(&[]);
    save(&label, &format!("{text}\n"));
    watching.finds(&["surrounding-blanks"]);
    fs::remove_file(&label).unwrap();
    watching.finds(&["missing-artifact"]);
    save(&label, &text);
    watching.finds(&[]);
    // What nobody checks.
    fs::write(root.join("README.md"), "x").unwrap();
    watching.is_silent();
    // Folders come, go, and are renamed.
    fs::create_dir_all(root.join("Sources/new-one/Artifacts")).unwrap();
    watching.finds(&["missing-artifact"; 5]);
    fs::rename(root.join("Sources/new-one"), root.join("Sources/New")).unwrap();
    watching.finds(&[
        "misnamed-source",
        "missing-artifact",
        "missing-artifact",
        "missing-artifact",
        "missing-artifact",
        "missing-artifact",
    ]);
    fs::remove_dir_all(root.join("Sources/New")).unwrap();
    watching.finds(&[]);
    fs::write(root.join("Sources/list.csv"), "x").unwrap();
    watching.finds(&["stray-file"]);
    // The configuration, good and bad.
    save(&root.join("sss.toml"), "[lint.rules]\nstray-file = \"allow\"\n");
    watching.finds(&[]);
    save(&root.join("sss.toml"), "nonsense");
    thread::sleep(Duration::from_millis(300));
    fs::remove_file(root.join("sss.toml")).unwrap();
    watching.finds(&["stray-file"]);
    // The baseline, in a folder that was not there.
    Sss::in_dir(&root).args(["lint", "--baseline", "write"]).run().exits(0);
    watching.finds(&[]);
    fs::remove_file(root.join(".sss/baseline.json")).unwrap();
    watching.finds(&["stray-file"]);
    // Everything at once, as a checkout does.
    fs::rename(root.join("Sources"), root.join("Elsewhere")).unwrap();
    thread::sleep(Duration::from_millis(300));
    fs::remove_file(root.join("Elsewhere/list.csv")).unwrap();
    fs::rename(root.join("Elsewhere"), root.join("Sources")).unwrap();
    watching.finds(&[]);
    fs::write(&label, format!(" {text}")).unwrap();
    watching.finds(&["surrounding-blanks"]);
    let (code, told) = watching.interrupt();
    assert_eq!(code, Some(130));
    assert!(told.contains("sss.toml:1:") && told.contains("there is no folder `Sources`"), "{told}");
}

#[test]
fn what_git_is_told_is_seen() {
    let directory = example();
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git").args(arguments).current_dir(&directory).status().unwrap();
        assert!(status.success(), "git {arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "--all"]);
    git(&["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "first"]);
    let label = artifact(BATCH, "label.txt");
    git(&["rm", "-q", "--cached", &label]);
    let mut watching = Watching::begin(&directory, &["--json"]);
    watching.finds(&["untracked-artifact"]);
    git(&["add", &label]);
    watching.finds(&[]);
    assert_eq!(watching.interrupt().0, Some(130));
}

#[test]
fn reports_for_a_person_follow_each_other_where_there_is_no_terminal() {
    let directory = example();
    let mut watching = Watching::begin(&directory, &["--format", "concise", STREAMING]);
    assert_eq!(watching.line(), "1 source, 5 files: no findings");
    // Another source than the one that was named.
    edit(&directory, &artifact(BATCH, "label.txt"), "Harbor", " Harbor");
    let label = artifact(STREAMING, "label.txt");
    edit(&directory, &label, "Lumen", " Lumen");
    let line = loop {
        let line = watching.line();
        if line != "1 source, 5 files: no findings" {
            break line;
        }
    };
    assert!(line.starts_with(&format!("{label}:1:1: warning[surrounding-blanks]")), "{line}");
    assert_eq!(watching.line(), "1 can be mended with `--fix`");
    assert_eq!(watching.line(), "1 source, 5 files: 1 warning");
    let (code, told) = watching.interrupt();
    assert_eq!(code, Some(130));
    assert!(
        told.contains("1 source checked in ") && told.contains("Ctrl-C ends") && !told.contains("\u{1b}"),
        "{told}"
    );
}

#[test]
fn what_does_not_go_with_watching_is_told() {
    let directory = example();
    fs::write(directory.path().join("lone.json"), "{}").unwrap();
    let run = |arguments: &[&str]| Sss::in_dir(&directory).args(["lint", "--watch"]).args(arguments).run().exits(2);
    for arguments in [&["--output", "a.json"][..], &["--staged"], &["--since", "main"], &["--stdin-path", "x"]] {
        run(arguments).tells(["cannot be used with"]);
    }
    run(&["-"]).tells(["`--watch` looks at files, and standard input is none"]);
    run(&["lone.json"]).tells(["`--watch` looks at one repository at a time"]);
    run(&["--format", "sarif"]).tells(["take `--format full`, `concise` or `json`"]);
    run(&["no-such"]).tells(["there is no `no-such`"]);
}

/// How long it takes from a save to the report, in the middle of several saves. The bound leaves room for a machine that has
/// much else to do. That only what changed is checked again, the tests of `lint::Standing` show.
#[test]
fn a_save_is_answered_at_once_among_many_sources() {
    let directory = example();
    let source = directory.path().join(format!("Sources/{STREAMING}/Artifacts"));
    for number in 0..200 {
        let folder = directory.path().join(format!("Sources/copy-{number}/Artifacts"));
        fs::create_dir_all(&folder).unwrap();
        for entry in fs::read_dir(&source).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap().replace(STREAMING, &format!("copy-{number}"));
            fs::copy(entry.path(), folder.join(name)).unwrap();
        }
    }
    let mut watching = Watching::begin(&directory, &["--format", "concise", "--only", "surrounding-blanks"]);
    assert_eq!(watching.line(), "202 sources, 1010 files: no findings");
    let label = directory.path().join(artifact(BATCH, "label.txt"));
    let mut took = Vec::new();
    for number in 0..9 {
        let text = if number % 2 == 0 { " Harbor Helpdesk Tickets\n" } else { "Harbor Helpdesk Tickets\n" };
        let began = Instant::now();
        save(&label, text);
        while !watching.line().ends_with(if number % 2 == 0 { ": 1 warning" } else { ": no findings" }) {}
        took.push(began.elapsed());
        thread::sleep(Duration::from_millis(100));
    }
    took.sort();
    assert!(took[4] < Duration::from_secs(2), "{took:?}");
}
