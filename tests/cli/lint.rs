//! `sss lint`: what it prints, how it ends, and what it does with input that is not as it should be.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::Sss;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/artifacts-example");
pub(crate) const BATCH: &str = "harbor-helpdesk-tickets";
pub(crate) const STREAMING: &str = "lumen-loyalty-events";

/// A copy of the example repository that may be damaged.
pub(crate) fn example() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for source in [BATCH, STREAMING] {
        let artifacts = format!("Sources/{source}/Artifacts");
        fs::create_dir_all(directory.path().join(&artifacts)).unwrap();
        for entry in fs::read_dir(Path::new(EXAMPLE).join(&artifacts)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), directory.path().join(&artifacts).join(entry.file_name())).unwrap();
        }
    }
    directory
}

pub(crate) fn artifact(source: &str, end: &str) -> String {
    format!("Sources/{source}/Artifacts/{source}-{end}")
}

/// Replaces a piece of an artifact.
pub(crate) fn edit(directory: &TempDir, path: &str, from: &str, to: &str) {
    let path = directory.path().join(path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// The findings of a run with `--format json`, as `rule path:line:column`.
fn findings(directory: &TempDir, code: i32) -> Vec<String> {
    let ran = Sss::in_dir(directory).args(["lint", "--format", "json"]).run().exits(code);
    let told = |finding: &Value| {
        let start = &finding["range"]["start"];
        format!(
            "{} {}:{}:{}",
            finding["rule"].as_str().unwrap(),
            finding["path"].as_str().unwrap(),
            start["line"],
            start["column"]
        )
    };
    ran.json()["findings"].as_array().unwrap().iter().map(told).collect()
}

/// How many sources and files a run says it checked.
fn checked(directory: &TempDir, paths: &[&str]) -> (u64, u64) {
    let ran = Sss::in_dir(directory).args(["lint", "--json"]).args(paths).run();
    let summary = &ran.json()["summary"];
    (summary["sources"].as_u64().unwrap(), summary["files"].as_u64().unwrap())
}

#[test]
fn what_is_named_twice_is_checked_once() {
    let directory = example();
    let artifacts = format!("Sources/{BATCH}/Artifacts");
    fs::write(directory.path().join("lone.json"), "{").unwrap();
    for (paths, expected) in [
        (&[".", "."][..], (2, 10)),
        (&["Sources", artifacts.as_str()], (2, 10)),
        (&[artifacts.as_str(), artifacts.as_str(), "Sources"], (2, 10)),
        (&[artifacts.as_str(), artifacts.as_str()], (1, 5)),
        (&["lone.json", "./lone.json"], (1, 1)),
        // A file in no repository stands in nobody's way.
        (&["lone.json", artifacts.as_str()], (2, 6)),
        (&[artifacts.as_str(), "lone.json", "."], (3, 11)),
    ] {
        assert_eq!(checked(&directory, paths), expected, "{paths:?}");
    }
}

#[test]
fn a_source_may_be_named_instead_of_its_folder() {
    let directory = example();
    assert_eq!(checked(&directory, &[BATCH]), (1, 5));
    assert_eq!(checked(&directory, &[BATCH, "Sources/lumen-loyalty-events"]), (2, 10));
    let ran = Sss::in_dir(&directory).args(["lint", "../lumen-loyalty-events"]).run();
    ran.exits(2).tells(["there is no `../lumen-loyalty-events`", "name a repository, a source"]);
}

#[test]
fn a_place_in_a_long_line_is_told_as_it_is_in_the_file_and_shown_in_part() {
    let directory = example();
    let path = directory.path().join(artifact(BATCH, "connectionSpec.json"));
    let spec: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let line = spec.to_string().replace("\"GET\"", "\"get\"").replacen(
        "\"version\":\"1.0\"",
        "\"version\":\"1.0\",\"name\":\"ä\"",
        1,
    );
    fs::write(&path, &line).unwrap();
    let column = |at: usize| line[..at].chars().count() + 1;
    let method = column(line.find("\"get\"").unwrap());
    let second = column(line.rfind("\"name\":\"ä\"").unwrap());
    let ran = Sss::in_dir(&directory).args(["lint"]).run().exits(1);
    for (told, shown) in [(method, "\"get\""), (second, "\"name\"")] {
        let place = format!("connectionSpec.json:1:{told}\n");
        let after = ran.stdout.split_once(&place).unwrap_or_else(|| panic!("{place} in {}", ran.stdout)).1;
        let mut lines = after.lines().skip(1);
        let (text, carets) = (lines.next().unwrap(), lines.next().unwrap());
        assert!(text.chars().count() < 200 && text.starts_with("1 | ..."), "{text}");
        let from = carets.find('^').unwrap();
        let under: String = text.chars().skip(from).take(carets.matches('^').count()).collect();
        assert_eq!(under, shown, "{text}\n{carets}");
    }
    // The first of the two is far away, and told in words.
    let first = format!("note: column {}: first here", column(line.find("\"name\"").unwrap()));
    assert!(ran.stdout.contains(&first), "{}", ran.stdout);
}

#[test]
fn a_configuration_that_is_no_text_or_no_file_is_told() {
    let directory = example();
    let path = directory.path().join("sss.toml");
    fs::write(&path, b"# \xc3\xa9\n\xff\n").unwrap();
    Sss::in_dir(&directory)
        .args(["lint"])
        .run()
        .exits(2)
        .tells(["sss.toml:2:1: this is not UTF-8", "--> sss.toml:2:1"]);
    fs::write(&path, format!("a = \"{}\" b", "x".repeat(500))).unwrap();
    Sss::in_dir(&directory).args(["lint"]).run().exits(2).tells(["sss.toml:1:508: ", "--> sss.toml:1:508"]);
    fs::write(&path, " ".repeat(1_000_001)).unwrap();
    Sss::in_dir(&directory).args(["lint"]).run().exits(2).tells(["could not read", "it is larger than 1 MB"]);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    Sss::in_dir(&directory).args(["lint"]).run().exits(2).tells(["could not read", "it is not a file"]);
}

#[test]
fn the_example_repository_is_clean() {
    let ran = Sss::in_dir(EXAMPLE).args(["lint", "--json"]).run().exits(0);
    assert_eq!(
        ran.json(),
        json!({
            "version": 1,
            "summary": {
                "sources": 2, "files": 14, "errors": 0, "warnings": 0, "suppressed": 0, "baselined": 0,
                "fixable": { "safe": 0, "unsafe": 0 }, "mended": null,
            },
            "findings": []
        })
    );
    let ran = Sss::in_dir(EXAMPLE).args(["lint"]).run().exits(0);
    assert_eq!(ran.stdout, "2 sources, 14 files: no findings\n");
}

#[test]
fn a_wrong_key_has_a_caret_under_it_what_to_do_and_where_to_read() {
    let directory = example();
    let path = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &path, "\"parameterName\": \"page[after]\"", "\"parametername\": \"page[after]\"");
    let ran = Sss::in_dir(&directory).args(["lint"]).run().exits(1);
    let expected = "\
error[unknown-key]: `parametername` is no key of `paginationParams`
   --> Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-connectionSpec.json:147:9
    |
147 |         \"parametername\": \"page[after]\",
    |         ^^^^^^^^^^^^^^^
    |
    = help: did you mean `parameterName`? (`--unsafe-fixes` does it)
    = docs: https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/unknown_key/index.html
";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\n2 sources, 10 files: 1 error\n"), "{}", ran.stdout);
}

#[test]
fn json_findings_have_every_documented_member() {
    let directory = example();
    let path = artifact(STREAMING, "connectionSpec.json");
    // Two bytes, one character: columns and offsets differ.
    edit(&directory, &path, "\"authRequired\": false", "\"é\": 1, \"authRequired\": \"no\"");
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "json"]).run().exits(1);
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["rule"] == "wrong-type").unwrap();
    let text = fs::read_to_string(directory.path().join(&path)).unwrap();
    let offset = text.find("\"no\"").unwrap();
    let line = text[..offset].lines().count();
    let column = text[..offset].lines().next_back().unwrap().chars().count() + 1;
    assert_eq!(
        finding,
        &json!({
            "rule": "wrong-type",
            "level": "error",
            "message": "`authRequired` must be a boolean, not a string",
            "path": path,
            "pointer": "/sourceSpec/attributes/authRequired",
            "range": {
                "start": { "line": line, "column": column, "offset": offset },
                "end": { "line": line, "column": column + 4, "offset": offset + 4 },
            },
            "help": null,
            "fix": null,
            "docs": "https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/wrong_type/index.html",
        })
    );
    assert_eq!(report["summary"]["warnings"], 1);
}

#[test]
fn a_fault_in_one_file_hides_nothing_in_another() {
    let directory = example();
    edit(&directory, &artifact(BATCH, "connectionSpec.json"), "\"version\": \"1.0\",", "\"version\": \"1.0\"");
    edit(&directory, &artifact(STREAMING, "connectionSpec.json"), "\"isSource\": true", "\"isSource\": \"yes\"");
    let found = findings(&directory, 1);
    assert_eq!(
        found,
        [
            format!("syntax-error {}:6:19", artifact(BATCH, "connectionSpec.json")),
            format!("wrong-type {}:9:17", artifact(STREAMING, "connectionSpec.json")),
        ]
    );
}

/// Forms that were accepted once and stand in older documents: worth a warning, never an error.
#[test]
fn a_spec_of_older_documents_has_warnings_and_no_error() {
    let directory = example();
    let path = directory.path().join(artifact(BATCH, "connectionSpec.json"));
    let mut spec: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let attributes = &mut spec["sourceSpec"]["attributes"];
    attributes["contentPath"] = json!("$.tickets");
    attributes["paginationParams"] =
        json!({ "type": "OFFSET", "limitName": "count", "limitValue": "100", "offSetName": "offset" });
    attributes["scheduleParams"] = json!({
        "scheduleStartParamName": "since",
        "scheduleEndParamName": "before",
        "scheduleStartParamFormat": "yyyy-MM-ddTHH:mm:ss:fffffffK",
        "scheduleEndParamFormat": "yyyy-MM-ddTHH:mm:ss:fffffffK",
    });
    attributes["urlParams"]["queryParams"] = json!({});
    attributes["uiAttributes"].as_object_mut().unwrap().remove("category");
    spec["sourceSpec"]["spec"].as_object_mut().unwrap().remove("required");
    spec["exploreSpec"]["responseSpec"]["$schema"] = json!("http: //json-schema.org/draft-07/schema#");
    spec.as_object_mut().unwrap().remove("permissionsInfo");
    fs::write(&path, format!("{spec:#}\n")).unwrap();
    let found = findings(&directory, 0);
    let rules: std::collections::BTreeSet<&str> =
        found.iter().filter_map(|finding| finding.split(' ').next()).collect();
    assert_eq!(
        rules.into_iter().collect::<Vec<_>>(),
        [
            "bare-content-path",
            "broken-schema-address",
            "malformed-date-format",
            "missing-catalog-text",
            "optional-input",
            "quoted-number",
        ]
    );
}

/// A response that the paths of the example lead through.
const SAMPLE: &str = r#"{"tickets": [{"id": 1, "_links": {}, "custom_fields": []}], "meta": {"next_cursor": "c"}}"#;

#[test]
fn paths_are_followed_through_a_sample() {
    let directory = example();
    let swapped = |from: &str, to: &str| SAMPLE.replace(from, to);
    for (sample, code, told) in [
        (SAMPLE.to_owned(), 0, "no findings"),
        (
            swapped("tickets", "results"),
            1,
            "error[unresolved-content-path] `contentPath` leads to nothing in the sample",
        ),
        (r#"{"tickets": {}, "meta": {"next_cursor": ""}}"#.to_owned(), 1, "something that is no array"),
        (swapped("next_cursor", "cursor"), 0, "warning[unresolved-pagination-path]"),
        (swapped("custom_", "custom-"), 0, "warning[unknown-attribute] no record of the sample has `custom_fields`"),
    ] {
        fs::write(directory.path().join("response.json"), sample).unwrap();
        let arguments = ["lint", "--format", "concise", "--sample", "response.json"];
        let ran = Sss::in_dir(&directory).args(arguments).run().exits(code);
        assert!(ran.stdout.contains(told), "{told}\n{}", ran.stdout);
    }
    // A streaming source has no responses.
    let streaming = artifact(STREAMING, "connectionSpec.json");
    fs::write(directory.path().join("response.json"), "{}").unwrap();
    Sss::in_dir(&directory).args(["lint", streaming.as_str(), "--sample", "response.json"]).run().exits(0);
}

#[test]
fn what_is_no_sample_is_told_before_anything_is_checked() {
    let directory = example();
    let lint = |sample: &str| Sss::in_dir(&directory).args(["lint", "--sample", sample]).run().exits(2);
    lint("missing.json").tells(["could not read `missing.json`"]);
    lint("Sources").tells(["the sample `Sources` is no file"]);
    for (text, told) in [
        ("{\n  \"a\": [1,\n", "the sample `s.json` is not JSON: line "),
        ("", "is not JSON: line 1, column 1: "),
        ("<html>", "is not JSON: line 1, column 1: "),
    ] {
        fs::write(directory.path().join("s.json"), text).unwrap();
        lint("s.json").tells([told, "one response of the API"]);
    }
}

#[test]
fn names_of_files_do_nothing_to_the_terminal() {
    let directory = example();
    let artifacts = directory.path().join(format!("Sources/{BATCH}/Artifacts"));
    if fs::write(artifacts.join("a\u{1b}[31m\n\u{202e}b.txt"), "x").is_err() {
        // Some systems have no such names.
        return;
    }
    for format in ["concise", "full", "github"] {
        let ran = Sss::in_dir(&directory).args(["lint", "--format", format]).run().exits(0);
        let lines = ran.stdout.lines().filter(|line| line.contains("stray-file")).count();
        assert!(lines == 1 && !ran.stdout.contains(['\u{1b}', '\u{202e}']), "{format}: {}", ran.stdout);
        if format != "github" {
            assert!(ran.stdout.contains("/Artifacts/a\\u{1b}[31m\\n\\u{202e}b.txt"), "{format}: {}", ran.stdout);
        }
    }
}

#[test]
fn broken_files_are_findings_and_never_a_panic() {
    let spec = artifact(BATCH, "connectionSpec.json");
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let whole = fs::read(Path::new(EXAMPLE).join(&spec)).unwrap();
    let mut with_mark = "\u{feff}".as_bytes().to_vec();
    with_mark.extend(&whole);
    let mut huge = whole.clone();
    huge.resize(10 * 1024 * 1024 + 1, b' ');
    for (content, rule) in [
        (Vec::new(), "empty-artifact"),
        (b"\0".to_vec(), "syntax-error"),
        (b"\xff\xfe{\0}\0".to_vec(), "invalid-utf8"),
        (with_mark, "byte-order-mark"),
        (whole[..whole.len() / 2].to_vec(), "syntax-error"),
        (deep.into_bytes(), "deep-nesting"),
        (huge, "unreadable-artifact"),
        (b"[]".to_vec(), "not-an-object"),
        (b"null".to_vec(), "not-an-object"),
    ] {
        let directory = example();
        fs::write(directory.path().join(&spec), &content).unwrap();
        let ran = Sss::in_dir(&directory).args(["lint", "--format", "json"]).run();
        let report = ran.json();
        let rules: Vec<_> = report["findings"].as_array().unwrap().iter().map(|finding| &finding["rule"]).collect();
        assert!(rules.iter().any(|found| *found == rule), "{rule}: {rules:?}");
        // The same in the form with carets, which cuts the text into lines and columns.
        Sss::in_dir(&directory).args(["lint"]).run().exits(ran.code.unwrap());
        assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_a_finding() {
    use std::os::unix::fs::symlink;

    let spec = artifact(BATCH, "connectionSpec.json");
    for replace in [
        (|path: &Path| fs::create_dir(path).unwrap()) as fn(&Path),
        |path| symlink("/etc/hostname", path).unwrap(),
        |path| symlink("nowhere", path).unwrap(),
        |path| symlink(path, path).unwrap(),
        |path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success()),
    ] {
        let directory = example();
        let path = directory.path().join(&spec);
        fs::remove_file(&path).unwrap();
        replace(&path);
        assert_eq!(findings(&directory, 1), [format!("unreadable-artifact {spec}:1:1")]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_whose_name_is_no_text_is_a_finding() {
    use std::os::unix::ffi::OsStrExt;

    let directory = example();
    let name = std::ffi::OsStr::from_bytes(b"caf\xff");
    fs::create_dir_all(directory.path().join("Sources").join(name).join("Artifacts")).unwrap();
    assert!(findings(&directory, 1).iter().any(|finding| finding.starts_with("misnamed-source ")));
}

#[test]
fn a_repository_without_sources_is_nothing_to_work_on() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    Sss::in_dir(&directory).args(["lint"]).run().exits(3).tells(["there is no folder `Sources`", "sss new"]);
    fs::create_dir(directory.path().join("Sources")).unwrap();
    Sss::in_dir(&directory).args(["lint"]).run().exits(3).tells(["holds no source"]);
    Sss::in_dir(&directory).args(["-C", "nowhere", "lint"]).run().exits(2).tells(["there is no directory `nowhere`"]);
}

#[test]
fn parts_of_a_repository_can_be_named() {
    let directory = example();
    let spec = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &spec, "\"version\": \"1.0\",", "\"version\": \"1.0\"");
    let counted = |arguments: &[&str]| {
        let ran = Sss::in_dir(&directory).args(["lint", "--json"]).args(arguments).run();
        let summary = &ran.json()["summary"];
        (summary["sources"].as_u64().unwrap(), summary["errors"].as_u64().unwrap())
    };
    assert_eq!(counted(&["."]), (2, 1));
    assert_eq!(counted(&["Sources"]), (2, 1));
    assert_eq!(counted(&[&format!("Sources/{BATCH}")]), (1, 1));
    assert_eq!(counted(&[&format!("Sources/{STREAMING}")]), (1, 0));
    assert_eq!(counted(&[&spec]), (1, 1));
    assert_eq!(counted(&[&artifact(BATCH, "label.txt")]), (1, 0));
    assert_eq!(counted(&[&format!("Sources/{STREAMING}"), &spec]), (2, 1));
    assert_eq!(counted(&[".", &spec]), (2, 1));
    Sss::in_dir(&directory).args(["lint", "nothing.json"]).run().exits(2).tells(["there is no `nothing.json`"]);
}

#[test]
fn a_file_outside_of_a_repository_is_checked_for_itself() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    fs::copy(Path::new(EXAMPLE).join(artifact(BATCH, "connectionSpec.json")), directory.path().join("spec.json"))
        .unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--json", "spec.json"]).run().exits(0);
    assert_eq!(ran.json()["summary"]["files"], 1);
    fs::write(directory.path().join("spec.json"), "{").unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise", "spec.json"]).run().exits(1);
    assert!(ran.stdout.starts_with("spec.json:1:1: error[syntax-error] `{` is never closed\n"), "{}", ran.stdout);
    fs::write(directory.path().join("notes.txt"), "").unwrap();
    Sss::in_dir(&directory).args(["lint", "notes.txt"]).run().exits(2).tells(["neither a source nor an artifact"]);
}

#[test]
fn levels_and_suppressions_come_from_the_configuration() {
    let directory = example();
    let spec = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &spec, "\"delayRequestMillis\"", "\"x\": 1,\n\"delayRequestMillis\"");
    let config = directory.path().join("sss.toml");
    assert_eq!(findings(&directory, 0).len(), 1);
    fs::write(&config, "[lint.rules]\nunknown-key = \"deny\"\n").unwrap();
    assert_eq!(findings(&directory, 1).len(), 1);
    fs::write(&config, "[lint.rules]\nunknown-key = \"allow\"\n").unwrap();
    assert_eq!(findings(&directory, 0).len(), 0);
    let suppress = "[[lint.suppress]]\nrule = \"unknown-key\"\npath = \"Sources/harbor-helpdesk-tickets\"\n\
                    pointer = \"/sourceSpec/attributes/paginationParams\"\nreason = \"asked for by the partner manager\"\n";
    fs::write(&config, suppress).unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--json"]).run().exits(0);
    assert_eq!(ran.json()["summary"]["suppressed"], 1);
}

#[test]
fn a_fault_in_the_configuration_is_shown_in_its_place() {
    let directory = example();
    fs::write(directory.path().join("sss.toml"), "[lint.rules]\nunknow-key = \"deny\"\n").unwrap();
    let ran = Sss::in_dir(&directory).args(["lint"]).run().exits(2);
    assert_eq!(
        ran.stderr,
        "error: sss.toml:2:1: there is no rule `unknow-key`\n \
         --> sss.toml:2:1\n  |\n2 | unknow-key = \"deny\"\n  | ^^^^^^^^^^\n  \
         help: did you mean `unknown-key`?\n"
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let directory = example();
    edit(&directory, &artifact(BATCH, "connectionSpec.json"), "\"version\": \"1.0\",", "\"version\": \"1.0\"");
    let script = format!("'{}' lint | true; echo ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_sss"));
    let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(&directory).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let directory = example();
    let label = artifact(BATCH, "label.txt");
    for arguments in [
        "lint --format sarif",
        "lint --format full",
        "rules --json",
        "schema --kind batch",
        "--help",
        &format!("lint - --fix --stdin-path {label}"),
    ] {
        let script = format!("'{}' {arguments} < {label} > /dev/full", env!("CARGO_BIN_EXE_sss"));
        let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(&directory).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {told}");
        assert!(told.contains("error: could not write to standard output: "), "{arguments}: {told}");
    }
}

#[test]
fn several_repositories_are_told_apart_in_every_format() {
    let both = tempfile::tempdir().unwrap();
    let label = artifact(BATCH, "label.txt");
    for name in ["one", "two"] {
        fs::rename(example().keep(), both.path().join(name)).unwrap();
        fs::write(both.path().join(name).join(&label), "Harbor Helpdesk Tickets \n").unwrap();
    }
    let told = [format!("one/{label}"), format!("two/{label}")];
    for format in ["full", "concise", "json", "sarif", "github", "junit"] {
        let ran = Sss::in_dir(&both).args(["lint", "one", "two", "--format", format]).run();
        let are_told = told.iter().all(|path| ran.stdout.contains(path.as_str()));
        assert!(are_told && !ran.stdout.contains(&format!("\"{label}")), "{format}: {}", ran.stdout);
    }
    let ran = Sss::in_dir(both.path().join("one")).args(["lint", ".", "../two", "--format", "concise"]).run();
    let elsewhere = both.path().canonicalize().unwrap().join(&told[1]);
    let starts = [&label, elsewhere.to_str().unwrap()];
    assert!(ran.stdout.lines().zip(starts).all(|(line, start)| line.starts_with(start)), "{}", ran.stdout);
    let ran = Sss::in_dir(&both).args(["lint", "one", "one", "--format", "concise"]).run();
    assert!(ran.stdout.starts_with(&label), "one repository is told as ever: {}", ran.stdout);
    let diff = Sss::in_dir(&both).args(["lint", "one", "two", "--diff"]).run().exits(1).stdout;
    for path in &told {
        assert!(diff.contains(&format!("--- a/{path}\n+++ b/{path}\n")), "{diff}");
    }
    Sss::in_dir(&both).args(["lint", "one", "two", "--fix"]).run().exits(0);
    Sss::in_dir(&both).args(["lint", "one", "two", "--diff"]).run().exits(0).tells(["nothing would be mended"]);
}

#[test]
fn rules_are_listed_and_explained() {
    let ran = Sss::in_dir(EXAMPLE).args(["rules", "--json"]).run().exits(0);
    let rules = ran.json()["rules"].as_array().unwrap().clone();
    assert!(rules.len() >= 30, "{}", rules.len());
    for rule in &rules {
        let name = rule["name"].as_str().unwrap();
        let page = Sss::in_dir(EXAMPLE).args(["explain", name]).run().exits(0).stdout;
        assert!(page.starts_with(&format!("# {name}\n")), "{page}");
    }
    Sss::in_dir(EXAMPLE).args(["explain", "duplicate-keys"]).run().exits(2).tells(["did you mean `duplicate-key`?"]);
}

/// Each is one slip: what is missing is told with the key that is meant as it, and is as grave.
#[test]
fn a_key_that_is_misspelled_is_not_told_as_missing_too() {
    for (source, key, misspelled, found) in [
        (BATCH, "version", "verson", "error[unknown-key]"),
        (BATCH, "contentPath", "contentPth", "error[unknown-key]"),
        (BATCH, "label", "lable", "error[unknown-key]"),
        (BATCH, "parameterName", "parametrName", "error[unknown-key]"),
        (STREAMING, "frequency", "frequenc", "warning[unknown-key]"),
        (STREAMING, "permissionsInfo", "permissionInfo", "warning[unknown-key]"),
    ] {
        let directory = example();
        edit(
            &directory,
            &artifact(source, "connectionSpec.json"),
            &format!("\"{key}\": "),
            &format!("\"{misspelled}\": "),
        );
        let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise"]).run();
        let findings: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("Sources/")).collect();
        assert!(findings.len() == 1 && findings[0].contains(found), "{misspelled}: {}", ran.stdout);
        assert!(findings[0].contains(&format!("`{misspelled}`")), "{misspelled}: {}", ran.stdout);
        // What is not asked for does not hide what is.
        let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise", "--ignore", "unknown-key"]).run();
        assert!(ran.stdout.lines().any(|line| line.starts_with("Sources/")), "{misspelled}: {}", ran.stdout);
    }
}
