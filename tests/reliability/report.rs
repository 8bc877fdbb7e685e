//! How much is run, and the tables of `docs/reliability.md`.

use std::{collections::BTreeMap, fs, path::Path, sync::Mutex};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reliability.md");

/// Whether every case is to be run, and the document written.
pub(crate) fn whole() -> bool {
    std::env::var_os("SSS_RELIABILITY").is_some_and(|value| value == "whole")
}

/// All cases, or the first of each `step` of them where only a part is to be run.
pub(crate) fn part<T>(cases: Vec<T>, step: usize) -> Vec<T> {
    if whole() { cases } else { cases.into_iter().step_by(step).collect() }
}

/// Writes a table into its place in the document, where every case was run.
pub(crate) fn write(name: &str, head: &[&str], rows: &[Vec<String>]) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    if !whole() {
        return;
    }
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        assert_eq!(row.len(), head.len());
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let today = jiff::Zoned::now().date();
    put("run", &format!("Version {}, {today}.\n", env!("CARGO_PKG_VERSION")));
    put(name, &text);
}

/// Adds a row to a table whose rows come from several tests, at its place among them: a test that fails leaves its row out.
pub(crate) fn add(name: &str, head: &[&str], place: usize, row: &[&str]) {
    static ROWS: Mutex<BTreeMap<(String, usize), Vec<String>>> = Mutex::new(BTreeMap::new());
    let rows: Vec<Vec<String>> = {
        let mut all = ROWS.lock().unwrap();
        all.insert((name.to_owned(), place), row.iter().map(|cell| (*cell).to_owned()).collect());
        all.iter().filter(|((table, _), _)| table == name).map(|(_, row)| row.clone()).collect()
    };
    write(name, head, &rows);
}

fn put(name: &str, text: &str) {
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let (before, old, after) = block(&document, name).unwrap_or_else(|| panic!("{DOCUMENT} has no place for `{name}`"));
    if old != text {
        fs::write(DOCUMENT, format!("{before}{text}{after}")).unwrap();
    }
}

/// What stands before, between and behind the marks of a block.
fn block<'a>(document: &'a str, name: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let from = document.find(&begin)? + begin.len();
    let to = from + document[from..].find(&end)?;
    Some((&document[..from], &document[from..to], &document[to..]))
}

/// The names in the first column of a table of the document.
pub(crate) fn written(name: &str) -> Vec<String> {
    let document = fs::read_to_string(Path::new(DOCUMENT)).unwrap();
    let (_, table, _) = block(&document, name).unwrap_or_else(|| panic!("{DOCUMENT} has no place for `{name}`"));
    let first = |line: &str| line.trim_start_matches("| ").split(" | ").next().unwrap_or_default().to_owned();
    table.lines().skip(2).map(first).collect()
}
