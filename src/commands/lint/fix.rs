//! `sss lint --fix` and `--diff`: what can be mended is written to its files, or shown.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde_json::json;

use super::{Rules, check, known, selection::Selected};
use crate::{
    cli::{self, Format, Global},
    console::Console,
    error::Error,
    exit::Exit,
    files,
    lint::{
        Finding,
        baseline::Baseline,
        fix::{self, Change, Dropped, Mended, Mending},
    },
    report,
    text::visible,
};

/// What came of writing.
pub(super) struct Outcome {
    /// How many fixes were made.
    pub(super) fixes: usize,
    /// Whether all files could be written; of several that could not, the last.
    pub(super) written: Result<(), Error>,
}

/// Mends files. One that cannot be written takes none of the others along.
pub(super) fn mend(
    selected: &[Selected],
    rules: &Rules,
    fixing: cli::Fixing,
    console: &mut Console,
) -> Result<Outcome, Error> {
    let all = all_mended(selected, rules, fixing)?;
    tell_dropped(&all.dropped, console);
    let mut outcome = Outcome { fixes: 0, written: Ok(()) };
    for Mendable { path, change, .. } in &all.changes {
        match write(path, change) {
            Ok(()) => outcome.fixes += change.fixes,
            Err(source) => {
                if let Err(error) = std::mem::replace(&mut outcome.written, Err(Error::file("mend", path, source))) {
                    console.error(&error);
                }
            }
        }
    }
    Ok(outcome)
}

/// Shows what would be mended, and writes nothing.
pub(super) fn show(
    selected: &[Selected],
    rules: &Rules,
    arguments: &cli::Lint,
    console: &mut Console,
) -> Result<Exit, Error> {
    let mut all = all_mended(selected, rules, arguments.fixing)?;
    tell_dropped(&all.dropped, console);
    all.changes.retain(|Mendable { path, told, .. }| match refused(path) {
        Some(reason) => {
            console.progress(&format!("left as it is: {}: {reason}", visible::printable(told)));
            false
        }
        None => true,
    });
    let is_for_people = console.colored() && !console.json();
    let mut text = String::new();
    for Mendable { told, change, .. } in &all.changes {
        let diff = report::diff(change, told, is_for_people);
        text.push_str(&diff.text);
        if diff.is_masked {
            console.message(&format!(
                "the diff of `{}` hides a secret, so that no program can apply it; `sss lint --fix` can",
                visible::printable(told)
            ));
        }
    }
    let fixes: usize = all.changes.iter().map(|mendable| mendable.change.fixes).sum();
    if console.json() {
        let paths: Vec<&str> = all.changes.iter().map(|mendable| &*mendable.told).collect();
        console.print_json(&json!({
            "version": 1,
            "mendable": fixes,
            "held_back": all.held_back,
            "files": paths,
            "diff": text,
        }));
    } else if is_for_people {
        console.print(&text);
    } else {
        console.print_exactly(text.as_bytes());
    }
    console.progress(&told(fixes, all.changes.len(), all.held_back));
    if !all.changes.is_empty() {
        return Ok(Exit::Findings);
    }
    let mut findings = check(selected, rules, arguments, console)?;
    findings.strict = arguments.strict;
    Ok(if findings.has_failed() { Exit::Findings } else { Exit::Done })
}

/// Prints standard input mended, and what is left to find in it on standard error.
pub(super) fn pipe(
    mut selected: Vec<Selected>,
    rules: &Rules,
    global: &Global,
    arguments: &cli::Lint,
    console: &mut Console,
) -> Result<Exit, Error> {
    if global.json || arguments.format.is_some() {
        let flag = if global.json { "--json" } else { "--format" };
        return Err(Error::usage(
            format!("`-` with `--fix` prints the mended text, and `{flag}` a report"),
            "leave one of the two out; `--output FORMAT=FILE` writes a report beside the text",
        ));
    }
    let mut all = all_mended(&selected, rules, arguments.fixing)?;
    tell_dropped(&all.dropped, console);
    let mut fixes = 0;
    for selected in &mut selected {
        let Some((path, bytes)) = selected.workspace.handed_in() else { continue };
        let (path, mut bytes) = (path.to_owned(), bytes.to_vec());
        if let Some(Mendable { change, .. }) = all.changes.pop() {
            fixes += change.fixes;
            bytes = change.after.text().as_bytes().to_vec();
            selected.workspace.give(&path, bytes.clone());
        }
        console.print_exactly(&bytes);
    }
    let mut findings = check(&selected, rules, arguments, console)?;
    findings.mended = Some(fixes);
    findings.strict = arguments.strict;
    let report = report::render(&findings, Format::Full, console.told_in_color());
    console.message(report.trim_end());
    super::write_reports(&findings, arguments, &crate::commands::directory(global)?)?;
    Ok(if findings.has_failed() { Exit::Findings } else { Exit::Done })
}

/// What would be done, in a sentence.
fn told(fixes: usize, files: usize, held_back: usize) -> String {
    let many = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let fixes = match fixes {
        0 => "nothing would be mended".to_owned(),
        fixes => format!("{} in {} would be mended", many(fixes, "finding"), many(files, "file")),
    };
    match held_back {
        0 => fixes,
        held_back => format!("{fixes}; {held_back} more with `--unsafe-fixes`"),
    }
}

/// What can be mended in all targets, in the order of the paths.
#[derive(Default)]
struct All {
    changes: Vec<Mendable>,
    dropped: Vec<Dropped>,
    held_back: usize,
}

/// A file that can be mended.
struct Mendable {
    path: PathBuf,
    /// Its path as it is told.
    told: String,
    change: Change,
}

fn all_mended(selected: &[Selected], rules: &Rules, fixing: cli::Fixing) -> Result<All, Error> {
    let mut all = All::default();
    for selected in selected {
        let config = rules.apply(selected.config()?);
        let known = known::load(selected)?;
        let wanted = |findings: &[Finding]| {
            let mut recognizer = known.as_ref().map(Baseline::recognizer);
            let mut is_known = |finding: &Finding| recognizer.as_mut().is_some_and(|is_known| is_known(finding));
            findings.iter().map(|finding| selected.is_wanted(finding) && !is_known(finding)).collect()
        };
        let mending = Mending { config: &config, with_unsafe: fixing.unsafe_fixes, wanted: &wanted };
        let workspace = &selected.workspace;
        let sources = workspace.sources().par_iter();
        let parts: Vec<Mended> = sources.map(|source| fix::mend(&workspace.load(source), &mending)).collect();
        for part in parts {
            all.held_back += part.held_back;
            all.dropped.extend(part.dropped.into_iter().map(|mut dropped| {
                dropped.finding.path = selected.told(&dropped.finding.path);
                dropped
            }));
            all.changes.extend(part.changes.into_iter().map(|change| Mendable {
                path: workspace.root().join(change.before.path()),
                told: selected.told(change.before.path()),
                change,
            }));
        }
    }
    all.changes.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(all)
}

fn tell_dropped(dropped: &[Dropped], console: &mut Console) {
    for Dropped { finding, reason } in dropped {
        let (start, _) = finding.range();
        console.progress(&format!(
            "left as it is: {}:{}:{}: `{}`: {reason}",
            visible::printable(&finding.path),
            start.line,
            start.column,
            finding.rule
        ));
    }
}

/// Why a file is not written to, whatever may be mended in it.
fn refused(path: &Path) -> Option<&'static str> {
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    is_link.then_some("it is a link; put the file itself there, or mend the file that it leads to")
}

/// Writes a file that is still as it was read.
fn write(path: &Path, change: &Change) -> io::Result<()> {
    if let Some(reason) = refused(path) {
        return Err(io::Error::other(reason));
    }
    if fs::read(path)? != change.before.text().as_bytes() {
        return Err(io::Error::other("it was changed meanwhile; run again"));
    }
    files::replace(path, change.after.text().as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => io::Error::other("it, or its folder, may not be written to"),
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::Document;

    #[test]
    fn a_file_that_was_changed_meanwhile_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("label.txt");
        let document = |text: &str| Arc::new(Document::new("label.txt", text.as_bytes().to_vec()));
        let change = Change { before: document("a \n"), after: document("a\n"), fixes: 1, secrets: [vec![], vec![]] };
        fs::write(&path, "b \n").unwrap();
        assert!(write(&path, &change).unwrap_err().to_string().contains("changed meanwhile"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "b \n");
        fs::write(&path, "a \n").unwrap();
        write(&path, &change).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\n");
        fs::remove_file(&path).unwrap();
        assert!(write(&path, &change).is_err() && !path.exists());
    }
}
