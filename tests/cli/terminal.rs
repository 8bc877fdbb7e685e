//! What a person sees: `sss` on a terminal, 80 and 120 columns wide, with colours, carets and links.
//!
//! The terminal is a pseudo-terminal of the system. What is written to it is kept as it is, with `␛` for the escape
//! character, and as the screen shows it.

#![cfg(unix)]

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::rehearse::copy;

/// Rules are named, so that a new one changes nothing here.
const LINT: [&str; 3] = ["lint", "--only", "missing-pagination-key,unknown-key,duplicate-key"];

/// A copy of the example repository with three mistakes in it.
fn broken_repository() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example"), directory.path());
    let name = "harbor-helpdesk-tickets";
    let spec = directory.path().join(format!("Sources/{name}/Artifacts/{name}-connectionSpec.json"));
    let text = std::fs::read_to_string(&spec).unwrap().replace("\"parameterName\"", "\"cursor\"");
    let text = text.replacen("\"version\": \"1.0\",", "\"version\": \"1.0\",\n  \"version\": \"1.1\",", 1);
    std::fs::write(&spec, text).unwrap();
    let root = directory.path().to_owned();
    (directory, root)
}

/// What a run writes to a terminal.
fn on_terminal(root: &Path, columns: u16, arguments: &[&str], environment: &[(&str, &str)]) -> Vec<u8> {
    let pair =
        native_pty_system().openpty(PtySize { rows: 60, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sss"));
    command.args(arguments);
    command.cwd(root);
    command.env_clear();
    command.env("HOME", root.join("no-such-home"));
    command.env("TERM", "xterm-256color");
    for (name, value) in environment {
        command.env(name, value);
    }
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut written = Vec::new();
    // Linux tells the end of a terminal as an error.
    let _ = reader.read_to_end(&mut written);
    child.wait().unwrap();
    written
}

/// The screen after everything is written, one line a row.
fn screen(written: &[u8], columns: u16) -> String {
    let mut terminal = vt100::Parser::new(60.try_into().unwrap(), columns.try_into().unwrap(), 0);
    terminal.process(written);
    let rows = terminal.screen().rows(0, columns);
    let rows: Vec<String> = rows.map(|row| format!("|{row:columns$}|", columns = usize::from(columns))).collect();
    let last = rows.iter().rposition(|row| !row[1..row.len() - 1].trim().is_empty()).unwrap_or_default();
    rows[..=last].join("\n")
}

fn visible(written: &[u8]) -> String {
    String::from_utf8_lossy(written).replace("\r\n", "\n").replace('\u{1b}', "␛")
}

#[test]
fn findings_have_colours_and_carets() {
    let (_directory, root) = broken_repository();
    let written = on_terminal(&root, 120, &LINT, &[]);
    insta::assert_snapshot!("lint_with_colours", visible(&written));
    for columns in [80, 120] {
        let written = on_terminal(&root, columns, &LINT, &[]);
        insta::assert_snapshot!(format!("lint_on_{columns}_columns"), screen(&written, columns));
    }
}

#[test]
fn help_is_as_wide_as_the_terminal() {
    let (_directory, root) = broken_repository();
    for columns in [80, 120] {
        let written = on_terminal(&root, columns, &["help", "schema"], &[]);
        insta::assert_snapshot!(format!("help_on_{columns}_columns"), screen(&written, columns));
    }
}

#[test]
fn colours_are_left_out_where_they_are_not_wanted() {
    let (_directory, root) = broken_repository();
    let plain = on_terminal(&root, 120, &LINT, &[("NO_COLOR", "1")]);
    assert!(!plain.contains(&0x1b), "{}", visible(&plain));
    let arguments = [&LINT[..], &["--color", "never"]].concat();
    for environment in [[("FORCE_HYPERLINK", "1")], [("TERM_PROGRAM", "WezTerm")], [("TERM", "xterm-kitty")]] {
        assert_eq!(on_terminal(&root, 120, &arguments, &environment), plain, "{environment:?}");
        let dumb = [&environment[..], &[("TERM", "dumb")]].concat();
        assert_eq!(on_terminal(&root, 120, &LINT, &dumb), plain, "{environment:?}");
    }
}

#[test]
fn rules_are_links_on_terminals_that_have_them() {
    let (_directory, root) = broken_repository();
    let link = |rule: &str| {
        let module = rule.replace('-', "_");
        format!(
            "␛]8;;https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/{module}/index.html␛\\{rule}␛]8;;␛\\"
        )
    };
    for environment in [("FORCE_HYPERLINK", "1"), ("TERM_PROGRAM", "vscode"), ("TERM", "xterm-kitty")] {
        let written = visible(&on_terminal(&root, 120, &LINT, &[environment]));
        for rule in ["missing-pagination-key", "unknown-key", "duplicate-key"] {
            assert!(written.contains(&link(rule)), "{environment:?}: {written}");
        }
    }
    for environment in [&[][..], &[("TERM_PROGRAM", "vscode"), ("FORCE_HYPERLINK", "0")]] {
        assert!(!visible(&on_terminal(&root, 120, &LINT, environment)).contains("␛]8"), "{environment:?}");
    }
}

#[test]
fn files_and_pipes_have_no_links() {
    let (_directory, root) = broken_repository();
    let links = [("FORCE_HYPERLINK", "1")];
    let arguments = [&LINT[..], &["--output", "concise=a.txt", "--output", "full=b.txt"]].concat();
    assert!(visible(&on_terminal(&root, 120, &arguments, &links)).contains("␛]8"));
    for file in ["a.txt", "b.txt"] {
        assert!(!std::fs::read(root.join(file)).unwrap().contains(&0x1b), "{file}");
    }
    let piped = crate::support::Sss::in_dir(&root).args(LINT).env("FORCE_HYPERLINK", "1").run().exits(1);
    assert!(!piped.stdout.contains('\u{1b}'), "{}", piped.stdout);
    let colored =
        crate::support::Sss::in_dir(&root).args(LINT).args(["--color=always"]).env("FORCE_HYPERLINK", "1").run();
    assert!(colored.stdout.contains("\u{1b}[") && !colored.stdout.contains("\u{1b}]8"), "{}", colored.stdout);
}
