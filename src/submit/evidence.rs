//! The result of `sss verify`, read from the directory that it wrote its report to.
//!
//! Its summary is `report.json`, an object:
//!
//! - `ok`: whether every check passed, `true` or `false`; the only member that must be there.
//! - `checks`: an array of objects, one a check in their order, each with a `name` and `ok`: `true`, `false`, or `null` for one
//!   that was not run.
//! - `source`: the name of the source that was verified.
//!
//! Further members are passed over. A directory without `report.json` has no result to tell.

use std::{fs, io, path::Path};

use serde_json::Value;

use super::Error;

/// The summary in a directory of a report.
const SUMMARY: &str = "report.json";

/// The largest summary that is read, in bytes.
const LARGEST: u64 = 10_000_000;

/// What came of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub ok: bool,
    pub passed: usize,
    /// The names of the checks that failed, in their order.
    pub failed: Vec<String>,
    /// How many were not run.
    pub skipped: usize,
}

impl Evidence {
    /// What a directory tells of the verification of a source; nothing where it holds no summary.
    pub fn read(directory: &Path, source: &str) -> Result<Option<Self>, Error> {
        let wrong = |path: &Path, why: &str| Error::Evidence { path: path.to_owned(), why: why.to_owned() };
        if !directory.is_dir() {
            return Err(wrong(directory, "is no directory"));
        }
        let path = directory.join(SUMMARY);
        let failed = |source| Error::File { path: path.clone(), source };
        match fs::metadata(&path) {
            Ok(metadata) if metadata.len() > LARGEST => return Err(wrong(&path, "is too large to be a report")),
            Ok(metadata) if !metadata.is_file() => return Err(wrong(&path, "is not a file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(_) => {}
            Err(error) => return Err(failed(error)),
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        Self::of(&text, source).map(Some).map_err(|why| wrong(&path, &why))
    }

    /// What a summary says of a source, or why it says nothing.
    fn of(text: &str, source: &str) -> Result<Self, String> {
        let report: Value = serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?;
        let report = report.as_object().ok_or("is no JSON object")?;
        let ok = report.get("ok").and_then(Value::as_bool).ok_or("does not say in `ok` whether the checks passed")?;
        if let Some(other) = report.get("source").and_then(Value::as_str).filter(|other| *other != source) {
            return Err(format!("is about the source `{}`, not `{source}`", crate::text::visible::printable(other)));
        }
        let mut evidence = Self { ok, passed: 0, failed: Vec::new(), skipped: 0 };
        for check in report.get("checks").and_then(Value::as_array).into_iter().flatten() {
            match check.get("ok").and_then(Value::as_bool) {
                Some(true) => evidence.passed += 1,
                Some(false) => {
                    evidence.failed.push(check.get("name").and_then(Value::as_str).unwrap_or("unnamed").to_owned())
                }
                None => evidence.skipped += 1,
            }
        }
        Ok(evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_counted_and_further_members_are_passed_over() {
        let text = r#"{"ok": false, "source": "acme", "at": 1, "checks": [
            {"name": "plan", "ok": true, "ms": 3}, {"name": "send", "ok": false}, {"name": "down", "ok": null}, {"ok": false}]}"#;
        let evidence = Evidence::of(text, "acme").unwrap();
        let failed = vec!["send".to_owned(), "unnamed".to_owned()];
        assert_eq!(evidence, Evidence { ok: false, passed: 1, failed, skipped: 1 });
        assert!(Evidence::of(r#"{"ok": true}"#, "acme").unwrap().ok);
    }

    #[test]
    fn what_is_no_summary_of_the_source_is_told() {
        for (text, why) in [
            ("", "is no JSON"),
            ("[]", "is no JSON object"),
            ("{}", "does not say in `ok`"),
            (r#"{"ok": 1}"#, "does not say in `ok`"),
            (r#"{"ok": true, "source": "other"}"#, "is about the source `other`, not `acme`"),
        ] {
            let told = Evidence::of(text, "acme").unwrap_err();
            assert!(told.starts_with(why), "{told}");
        }
    }

    #[test]
    fn a_directory_may_have_no_summary_but_must_be_one() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(Evidence::read(directory.path(), "acme").unwrap(), None);
        assert!(Evidence::read(&directory.path().join("none"), "acme").is_err());
        fs::create_dir(directory.path().join(SUMMARY)).unwrap();
        assert!(Evidence::read(directory.path(), "acme").is_err());
    }
}
