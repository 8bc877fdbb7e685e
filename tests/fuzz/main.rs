//! What the fuzz targets in `fuzz/` hold to any bytes, held here to their seeds: inputs of every sort, and each one that
//! was ever found to break something. And to the seeds with random changes: a few hundred, or with `SSS_FUZZ_SECONDS=60`
//! as many as there is time for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};

mod changed;
mod config;
mod json;
mod lint;
mod source;
mod svg;

/// Every file below some folders of the project.
fn files(folders: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    folders.iter().for_each(|folder| walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found));
    found.sort();
    found
}

#[expect(clippy::print_stderr, reason = "shown only where it fails, and the last one is the one")]
fn hold(folders: &[&str], rounds: usize, holds: fn(&[u8])) {
    let mut seeds = Vec::new();
    for path in files(folders) {
        eprintln!("{}", path.display());
        let seed = std::fs::read(path).unwrap();
        holds(&seed);
        seeds.push(seed);
    }
    assert!(seeds.len() > 7, "{}", seeds.len());
    eprintln!(
        "{} changed seeds",
        changed::hold(folders[0].rsplit('/').next().unwrap_or_default(), &seeds, rounds, holds)
    );
}

#[test]
fn json() {
    hold(&["tests/fuzz/seeds/json", "src/emulator/seed", "artifacts-example/Sources"], 500, json::holds);
}

#[test]
fn svg() {
    hold(&["tests/fuzz/seeds/svg", "artifacts-example/Sources"], 100, svg::holds);
}

#[test]
fn config() {
    hold(&["tests/fuzz/seeds/config"], 300, config::holds);
}

#[test]
fn lint() {
    hold(&["tests/fuzz/seeds/lint"], 100, lint::holds);
}
