//! What the fuzz targets in `fuzz/` hold to any bytes, held here to their seeds: inputs of every sort, and each one that
//! was ever found to break something.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

mod config;
mod json;
mod lint;
mod source;
mod svg;

/// Holds what must hold to every file below a folder of the project.
#[expect(clippy::print_stderr, reason = "shown only where it fails, and the last one is the one")]
fn to_each_in(folder: &str, holds: fn(&[u8])) -> usize {
    fn walk(folder: &Path, holds: fn(&[u8])) -> usize {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        let each = |path: &std::path::PathBuf| {
            if path.is_dir() {
                return walk(path, holds);
            }
            eprintln!("{}", path.display());
            holds(&std::fs::read(path).unwrap());
            1
        };
        entries.iter().map(each).sum()
    }
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), holds)
}

#[test]
fn json() {
    assert!(to_each_in("tests/fuzz/seeds/json", json::holds) > 0);
    assert!(to_each_in("src/emulator/seed", json::holds) > 10);
    assert!(to_each_in("artifacts-example/Sources", json::holds) > 4);
}

#[test]
fn svg() {
    assert!(to_each_in("tests/fuzz/seeds/svg", svg::holds) > 0);
    assert!(to_each_in("artifacts-example/Sources", svg::holds) > 4);
}

#[test]
fn config() {
    assert!(to_each_in("tests/fuzz/seeds/config", config::holds) > 0);
}

#[test]
fn lint() {
    assert!(to_each_in("tests/fuzz/seeds/lint", lint::holds) > 0);
}
