//! `sss lint --fix` and `--diff`: what can be mended is written to its files, or shown.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde_json::json;

use super::{Run, Target, check, configured};
use crate::{
    cli,
    console::Console,
    error::Error,
    exit::Exit,
    files,
    lint::{
        Finding,
        fix::{self, Change, Dropped, Mended, Mending},
    },
    report,
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
    targets: &[Target],
    run: &Run,
    fixing: cli::Fixing,
    console: &mut Console,
) -> Result<Outcome, Error> {
    let all = all_mended(targets, run, fixing)?;
    tell_dropped(&all.dropped, console);
    let mut outcome = Outcome { fixes: 0, written: Ok(()) };
    for (path, change) in &all.changes {
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
pub(super) fn show(targets: &[Target], run: &Run, arguments: &cli::Lint, console: &mut Console) -> Result<Exit, Error> {
    let all = all_mended(targets, run, arguments.fixing)?;
    tell_dropped(&all.dropped, console);
    let is_for_people = console.colored() && !console.json();
    let mut text = String::new();
    for (_, change) in &all.changes {
        let diff = report::diff(change, is_for_people);
        text.push_str(&diff.text);
        if diff.is_masked {
            console.message(&format!(
                "the diff of `{}` hides a secret, so that no program can apply it; `sss lint --fix` can",
                change.before.path()
            ));
        }
    }
    let fixes: usize = all.changes.iter().map(|(_, change)| change.fixes).sum();
    if console.json() {
        let paths: Vec<&str> = all.changes.iter().map(|(_, change)| change.before.path()).collect();
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
        console.print_exactly(&text);
    }
    console.progress(&told(fixes, all.changes.len(), all.held_back));
    if !all.changes.is_empty() {
        return Ok(Exit::Findings);
    }
    let mut findings = check(targets, run)?;
    findings.strict = arguments.strict;
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
    /// Each with the path of its file.
    changes: Vec<(PathBuf, Change)>,
    dropped: Vec<Dropped>,
    held_back: usize,
}

fn all_mended(targets: &[Target], run: &Run, fixing: cli::Fixing) -> Result<All, Error> {
    let mut all = All::default();
    for target in targets {
        let config = configured(target, run)?;
        let is_wanted = |finding: &Finding| target.is_wanted(&finding.path);
        let mending = Mending { config: &config, with_unsafe: fixing.unsafe_fixes, is_wanted: &is_wanted };
        let root = target.workspace.root();
        let parts: Vec<Mended> =
            target.workspace.sources().par_iter().map(|source| fix::mend(&source.load(root), &mending)).collect();
        for part in parts {
            all.held_back += part.held_back;
            all.dropped.extend(part.dropped);
            let changes = part.changes.into_iter();
            all.changes.extend(changes.map(|change| (root.join(change.before.path()), change)));
        }
    }
    all.changes.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(all)
}

fn tell_dropped(dropped: &[Dropped], console: &mut Console) {
    for Dropped { finding, reason } in dropped {
        let (start, _) = finding.range();
        console.progress(&format!(
            "left as it is: {}:{}:{}: `{}`: {reason}",
            finding.path, start.line, start.column, finding.rule
        ));
    }
}

/// Writes a file that is still as it was read.
fn write(path: &Path, change: &Change) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::other("it is a link; put the file itself there, or mend the file that it leads to"));
    }
    if fs::read(path)? != change.before.text().as_bytes() {
        return Err(io::Error::other("it was changed meanwhile; run again"));
    }
    files::replace(path, change.after.text().as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => io::Error::other("it, or its folder, may not be written to"),
        _ => error,
    })
}
