//! The formats of `sss lint`, read back by parsers that are not ours, and the files they are written to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    lint::{BATCH, STREAMING, artifact, edit, example},
    support::Sss,
};

const FORMATS: [&str; 6] = ["full", "concise", "json", "sarif", "github", "junit"];

/// A repository with findings of each level, in one line and across lines, at a byte-order mark, after characters of two
/// and four bytes, in bytes that are no text, for a file that is missing, and with a second place.
fn damaged() -> TempDir {
    let directory = example();
    let spec = artifact(STREAMING, "connectionSpec.json");
    edit(&directory, &spec, "\"isSource\": true", "\"é𝄞\": 1, \"isSource\": \"yes\"");
    edit(&directory, &spec, "\"version\": \"1.0\",", "\"version\": \"1.0\",\n  \"version\": \"2.0\",");
    edit(&directory, &artifact(BATCH, "connectionSpec.json"), "\"version\": \"1.0\",", "\"version\": \"1.0\"");
    fs::write(
        directory.path().join(artifact(BATCH, "description.txt")),
        "\u{feff}<b>Tickets</b> é𝄞 <i>of</i> 100 %, a: b.\n",
    )
    .unwrap();
    fs::write(directory.path().join(artifact(BATCH, "label.txt")), b"\xc3\xa9 <b>\xff</b>\n").unwrap();
    fs::write(directory.path().join(artifact(STREAMING, "label.txt")), "Lumen 100 %0A::x\n\n\n").unwrap();
    fs::write(directory.path().join("Sources").join(BATCH).join("README.md"), "x").unwrap();
    fs::remove_file(directory.path().join(artifact(STREAMING, "icon.svg"))).unwrap();
    directory
}

fn lint(directory: &TempDir, format: &str) -> String {
    Sss::in_dir(directory).args(["lint", "--format", format]).run().exits(1).stdout
}

/// What `--format json` says, to which all others are compared.
fn findings(directory: &TempDir) -> Vec<Value> {
    let report: Value = serde_json::from_str(&lint(directory, "json")).unwrap();
    let findings = report["findings"].as_array().unwrap().clone();
    let levels: BTreeSet<&str> = findings.iter().map(|finding| finding["level"].as_str().unwrap()).collect();
    assert_eq!(levels.into_iter().collect::<Vec<_>>(), ["error", "note", "warning"], "the sample has every level");
    findings
}

fn members<'v>(value: &'v Value, required: &[&str], optional: &[&str]) -> &'v serde_json::Map<String, Value> {
    let members = value.as_object().unwrap();
    for name in required {
        assert!(members.contains_key(*name), "no `{name}` in {value:#}");
    }
    for name in members.keys() {
        // The schema of SARIF allows no others.
        assert!(required.contains(&name.as_str()) || optional.contains(&name.as_str()), "`{name}` in {value:#}");
    }
    members
}

fn text_of(message: &Value) -> &str {
    members(message, &["text"], &["markdown"])["text"].as_str().filter(|text| !text.is_empty()).unwrap()
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// The path of a location, whose region must say the same in lines and columns, in characters and in bytes.
fn hold_location(root: &Path, location: &Value, also: &[&str]) -> String {
    let mut optional = vec!["logicalLocations"];
    optional.extend(also);
    members(location, &["physicalLocation"], &optional);
    let physical = members(&location["physicalLocation"], &["artifactLocation"], &["region"]);
    let place = members(&physical["artifactLocation"], &["uri", "uriBaseId"], &[]);
    assert_eq!(place["uriBaseId"], "%SRCROOT%");
    let uri = place["uri"].as_str().unwrap();
    assert!(uri.is_ascii() && !uri.starts_with('/') && !uri.contains([' ', ':']), "{uri}");
    let path = decoded(uri);
    let Some(region) = physical.get("region") else { return path };
    let text = ["startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength"];
    let region = members(region, &text, &["byteOffset", "byteLength"]);
    let [start_line, start_column, end_line, end_column, offset, length] = text.map(|name| number(&region[name]));
    let bytes = fs::read(root.join(&path)).unwrap();
    let content = String::from_utf8_lossy(&bytes);
    let content: Vec<u16> = content.trim_start_matches('\u{feff}').encode_utf16().collect();
    let lines: Vec<usize> = std::iter::once(0)
        .chain(content.iter().enumerate().filter(|(_, unit)| **unit == u16::from(b'\n')).map(|(at, _)| at + 1))
        .collect();
    assert_eq!(lines[start_line - 1] + start_column - 1, offset, "{location:#}");
    assert_eq!(lines[end_line - 1] + end_column - 1, offset + length, "{location:#}");
    let marked = String::from_utf16(&content[offset..offset + length]).unwrap();
    match (region.get("byteOffset"), region.get("byteLength")) {
        (Some(offset), Some(length)) => {
            let marked_bytes = std::str::from_utf8(&bytes[number(offset)..number(offset) + number(length)]).unwrap();
            assert_eq!(marked_bytes.trim_start_matches('\u{feff}'), marked);
        }
        (None, None) => assert!(String::from_utf8(bytes).is_err(), "bytes of a text are known: {location:#}"),
        _ => panic!("half a region: {location:#}"),
    }
    path
}

#[test]
fn sarif_is_as_its_schema_wants_it_and_says_what_json_says() {
    let directory = damaged();
    let findings = findings(&directory);
    let log: Value = serde_json::from_str(&lint(&directory, "sarif")).unwrap();
    members(&log, &["$schema", "version", "runs"], &[]);
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    let run = members(&log["runs"][0], &["tool", "results", "columnKind", "originalUriBaseIds"], &[]);
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    members(&run["originalUriBaseIds"], &["%SRCROOT%"], &[]);
    let driver = members(
        &run["tool"]["driver"],
        &["name", "version", "rules"],
        &["fullName", "semanticVersion", "informationUri"],
    );
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        let parts = ["id", "shortDescription", "fullDescription", "helpUri", "help", "defaultConfiguration"];
        members(rule, &parts, &[]);
        assert!(text_of(&rule["fullDescription"]).starts_with(text_of(&rule["shortDescription"])));
        assert!(url::Url::parse(rule["helpUri"].as_str().unwrap()).is_ok());
        let page = Sss::in_dir(&directory).args(["explain", rule["id"].as_str().unwrap()]).run().exits(0).stdout;
        assert_eq!((text_of(&rule["help"]), &rule["help"]["markdown"]), (page.as_str(), &Value::from(page.as_str())));
        let level = members(&rule["defaultConfiguration"], &["level"], &[])["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), findings.len());
    let mut prints = BTreeSet::new();
    for (result, finding) in results.iter().zip(&findings) {
        let parts = ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"];
        let result = members(result, &parts, &["relatedLocations", "fixes"]);
        assert_eq!((&result["ruleId"], &result["level"]), (&finding["rule"], &finding["level"]));
        assert_eq!(rules[number(&result["ruleIndex"])]["id"], result["ruleId"]);
        let told = [finding["message"].as_str(), finding["help"].as_str()].into_iter().flatten();
        assert_eq!(text_of(&result["message"]).replace("\\", ""), told.collect::<Vec<_>>().join("\nhelp: "));
        let [location] = result["locations"].as_array().unwrap().as_slice() else { panic!("one location") };
        assert_eq!(hold_location(directory.path(), location, &[]), finding["path"].as_str().unwrap());
        if let Some(region) = location["physicalLocation"].get("region") {
            assert_eq!(region["startLine"], finding["range"]["start"]["line"]);
        }
        for related in result.get("relatedLocations").and_then(Value::as_array).into_iter().flatten() {
            hold_location(directory.path(), related, &["id", "message"]);
            assert!(!text_of(&related["message"]).is_empty());
        }
        for fix in result.get("fixes").and_then(Value::as_array).into_iter().flatten() {
            let fix = members(fix, &["description", "artifactChanges"], &[]);
            assert!(!text_of(&fix["description"]).is_empty());
            let [change] = fix["artifactChanges"].as_array().unwrap().as_slice() else { panic!("one file") };
            members(change, &["artifactLocation", "replacements"], &[]);
            for replacement in change["replacements"].as_array().unwrap() {
                members(replacement, &["deletedRegion", "insertedContent"], &[]);
                let location = json!({ "physicalLocation": {
                    "artifactLocation": change["artifactLocation"], "region": replacement["deletedRegion"]
                } });
                assert_eq!(hold_location(directory.path(), &location, &[]), finding["path"].as_str().unwrap());
                members(&replacement["insertedContent"], &["text"], &[]);
            }
        }
        let print = members(&result["partialFingerprints"], &["finding/v1"], &[])["finding/v1"].as_str().unwrap();
        assert!(prints.insert(print.to_owned()), "two results of one fingerprint");
    }
    assert!(results.iter().any(|result| result.get("fixes").is_some()), "the sample can be mended in part");
    assert!(results.iter().any(|result| result.get("relatedLocations").is_some()), "the sample has a second place");
    assert!(results.iter().any(|result| result["locations"][0]["physicalLocation"].get("region").is_none()));
}

/// Reads a workflow command as the runner does.
fn command(line: &str) -> (String, BTreeMap<String, String>, String) {
    let unescape = |text: &str| {
        text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let rest = line.strip_prefix("::").unwrap();
    let (head, message) = rest.split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|property| {
        let (name, value) = property.split_once('=').unwrap();
        (name.to_owned(), unescape(value))
    });
    (name.to_owned(), properties.collect(), unescape(message))
}

#[test]
fn github_commands_are_read_back() {
    let directory = damaged();
    let findings = findings(&directory);
    let printed = lint(&directory, "github");
    let (commands, rest): (Vec<&str>, Vec<&str>) = printed.lines().partition(|line| line.starts_with("::"));
    assert_eq!(rest.len(), 1, "one line sums up: {rest:?}");
    assert_eq!(commands.len(), findings.len());
    let is_long = |finding: &Value| finding["range"]["start"]["line"] != finding["range"]["end"]["line"];
    assert!(findings.iter().any(is_long), "the sample has a finding across lines");
    for (line, finding) in commands.into_iter().zip(&findings) {
        let (name, properties, message) = command(line);
        let level = finding["level"].as_str().unwrap().replace("note", "notice");
        assert_eq!(name, level);
        assert_eq!(properties["file"], finding["path"].as_str().unwrap());
        assert_eq!(properties["title"], finding["rule"].as_str().unwrap());
        let told = [finding["message"].as_str(), finding["help"].as_str()].into_iter().flatten();
        assert_eq!(message, told.collect::<Vec<_>>().join("\nhelp: "));
        let (start, end) = (&finding["range"]["start"], &finding["range"]["end"]);
        if let Some(line) = properties.get("line") {
            assert_eq!((line, &properties["endLine"]), (&start["line"].to_string(), &end["line"].to_string()));
            let column = properties.get("col").map(|column| (column.clone(), properties["endColumn"].clone()));
            let expected =
                (start["line"] == end["line"]).then(|| (start["column"].to_string(), end["column"].to_string()));
            assert_eq!(column, expected, "columns are told within one line only");
        } else {
            assert_eq!((start, end, properties.len()), (end, start, 2), "a file as a whole: {line}");
        }
    }
}

#[test]
fn junit_is_xml_with_a_suite_for_each_file() {
    let directory = damaged();
    let findings = findings(&directory);
    let printed = lint(&directory, "junit");
    let document = roxmltree::Document::parse(&printed).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let count = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut tests, mut failures) = (0, 0);
    for suite in root.children().filter(roxmltree::Node::is_element) {
        let path = suite.attribute("name").unwrap();
        let here: Vec<&Value> = findings.iter().filter(|finding| finding["path"] == path).collect();
        let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
        let failed = |case: &roxmltree::Node<'_, '_>| case.children().any(|node| node.has_tag_name("failure"));
        assert_eq!((cases.len(), count(suite, "tests")), (here.len().max(1), here.len().max(1)));
        assert_eq!(count(suite, "failures"), cases.iter().filter(|case| failed(case)).count());
        for (case, finding) in cases.iter().zip(&here) {
            assert_eq!(failed(case), finding["level"] == "error", "{path}");
            assert!(case.attribute("name").unwrap().starts_with(finding["rule"].as_str().unwrap()));
            let told = case.descendants().find_map(|node| node.text().filter(|text| !text.trim().is_empty())).unwrap();
            assert!(told.contains(finding["message"].as_str().unwrap()), "{told}");
        }
        if here.is_empty() {
            assert!(!failed(&cases[0]) && directory.path().join(path).is_file(), "{path}");
        }
        assert!(seen.insert(path, here.len()).is_none(), "two suites of {path}");
        (tests, failures) = (tests + cases.len(), failures + count(suite, "failures"));
    }
    assert_eq!((count(root, "tests"), count(root, "failures")), (tests, failures));
    assert_eq!(seen.values().sum::<usize>(), findings.len(), "no finding is left out");
    // Nine artifacts are there; one is missing, and a file is none: both have findings, and suites.
    assert_eq!(seen.len(), 11);
    assert_eq!(seen[artifact(BATCH, "icon.svg").as_str()], 0);
}

#[test]
fn junit_of_one_file_is_of_that_file() {
    let directory = damaged();
    let path = artifact(BATCH, "category.txt");
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "junit", &path]).run().exits(0);
    let document = roxmltree::Document::parse(&ran.stdout).unwrap();
    let suites = document.descendants().filter(|node| node.has_tag_name("testsuite"));
    assert_eq!(suites.map(|suite| suite.attribute("name").unwrap()).collect::<Vec<_>>(), [path]);
}

#[test]
fn a_secret_is_in_no_format_and_in_no_file() {
    let directory = example();
    // Put together here, so that no file holds one.
    let token = ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat();
    let spec = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &spec, "\"sourceSpec\": {", &format!("\"note\": \"Bearer {token}\", \"sourceSpec\": {{"));
    for format in FORMATS {
        let file = format!("{format}=report");
        let ran = Sss::in_dir(&directory).args(["lint", "--format", format, "--output", &file]).run().exits(1);
        assert!(ran.stdout.contains("hardcoded-secret"), "{}", ran.stdout);
        let written = fs::read_to_string(directory.path().join("report")).unwrap();
        assert_eq!(written, ran.stdout);
        assert!(!written.contains("4f9Qz7Lm") && !ran.stderr.contains("4f9Qz7Lm"), "{format}: {written}");
    }
}

/// Another finding in the line of the secret, with the rule that knows it left out of the run, or its finding suppressed.
#[test]
fn a_secret_is_not_shown_because_nobody_asked_for_it() {
    let directory = example();
    let token = ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat();
    let spec = artifact(BATCH, "connectionSpec.json");
    edit(&directory, &spec, "\"sourceSpec\": {", &format!("\"note\": \"Bearer {token}\", \"sourceSpec\": {{"));
    let config = "[[lint.suppress]]\nrule = \"hardcoded-secret\"\nreason = \"x\"\n";
    for (arguments, config) in
        [(&["--only", "unknown-key"][..], ""), (&["--ignore", "hardcoded-secret"], ""), (&[], config)]
    {
        fs::write(directory.path().join("sss.toml"), config).unwrap();
        let ran = Sss::in_dir(&directory).args(["lint"]).args(arguments).run().exits(0);
        assert!(ran.stdout.contains("warning[unknown-key]") && ran.stdout.contains("****"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("hardcoded-secret") && !ran.stdout.contains("4f9Qz7Lm"), "{}", ran.stdout);
    }
}

#[test]
fn reports_are_written_beside_what_is_printed() {
    let directory = damaged();
    let mut arguments = vec!["lint".to_owned(), "--format".to_owned(), "concise".to_owned()];
    for format in FORMATS {
        arguments.extend(["--output".to_owned(), format!("{format}=reports/{format}")]);
    }
    let ran = Sss::in_dir(&directory).args(&arguments).args(["--color", "always"]).run().exits(1);
    assert_eq!(ran.stdout, lint(&directory, "concise"));
    for format in FORMATS {
        let written = fs::read_to_string(directory.path().join("reports").join(format)).unwrap();
        assert_eq!(written, lint(&directory, format), "{format}, without colours");
    }
    // A name may tell the format; `-C` says where relative names begin.
    let root = directory.path().to_str().unwrap();
    Sss::in_dir("/").args(["-C", root, "lint", "--output", "report.sarif", "--output", "report.xml"]).run().exits(1);
    assert_eq!(fs::read_to_string(directory.path().join("report.sarif")).unwrap(), lint(&directory, "sarif"));
    assert_eq!(fs::read_to_string(directory.path().join("report.xml")).unwrap(), lint(&directory, "junit"));
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_and_the_others_are_written() {
    let directory = example();
    let none = ["lint", "--output", "sarif=sss.toml/report", "--output", "json=report.json"];
    fs::write(directory.path().join("sss.toml"), "").unwrap();
    let ran = Sss::in_dir(&directory).args(none).run().exits(2).tells(["could not write `", "sss.toml/report`: "]);
    assert_eq!(ran.stdout, "2 sources, 10 files: no findings\n");
    assert!(directory.path().join("report.json").is_file());
    for (output, told) in [
        (&["sarf=report"][..], "did you mean `sarif`?"),
        (&["report"], "say which format"),
        (&["report.json", "sarif=report.json"], "`--output` names `report.json` twice"),
    ] {
        let arguments = output.iter().flat_map(|output| ["--output", output]);
        let ran = Sss::in_dir(&directory).args(["lint"]).args(arguments).run().exits(2).tells([told]);
        assert_eq!(ran.stdout, "");
    }
}
