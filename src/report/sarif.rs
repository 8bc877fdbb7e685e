//! SARIF 2.1.0, the OASIS format that code scanning, pipelines and editors read.
//!
//! Columns and character offsets count UTF-16 code units, which is what readers assume that do not look at `columnKind`.
//! No excerpt of a text is written, so that no secret can be.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    lint::{Finding, Findings, Rule, fix::Fix, registry},
    text::{Document, Edit, Span},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Stands for the root of the repository, wherever the reader has it.
const ROOT: &str = "%SRCROOT%";

const ROOT_IS: &str = "The folder that holds `Sources`; of several, the folder in which `sss lint` was run.";

/// The log. Its results are made while they are written.
#[derive(Serialize)]
pub(super) struct Log<'f> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'f>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'f> {
    tool: Value,
    column_kind: &'static str,
    original_uri_base_ids: Value,
    results: Results<'f>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Value>,
}

/// All findings, and the place of each rule among those of the log.
struct Results<'f> {
    findings: &'f Findings,
    indexes: BTreeMap<&'static str, usize>,
}

impl<'f> Log<'f> {
    pub(super) fn of(findings: &'f Findings) -> Self {
        let names = findings.rules();
        let rules: Vec<&Rule> = names.iter().filter_map(|name| registry::find(name)).collect();
        let indexes = rules.iter().enumerate().map(|(index, rule)| (rule.name, index)).collect();
        let baselined = findings.summary.baselined;
        let run = Run {
            tool: json!({ "driver": {
                "name": "sss",
                "fullName": "Self-Serve Sources toolkit",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://docs.rs/self-serve-sources",
                "rules": rules.into_iter().map(descriptor).collect::<Vec<_>>(),
            } }),
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: json!({ ROOT: { "description": { "text": ROOT_IS } } }),
            results: Results { findings, indexes },
            properties: (baselined > 0).then(|| json!({ "baselined": baselined })),
        };
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut times = HashMap::new();
        let index = |finding: &Finding| self.indexes.get(finding.rule).copied();
        let findings = self.findings.findings.iter();
        serializer.collect_seq(findings.map(|finding| result(finding, index(finding), &mut times)))
    }
}

fn descriptor(rule: &Rule) -> Value {
    let summary = rule.summary().replace('\n', " ");
    let page = rule.printed_page();
    let why = rule.section("Why it is bad").replace('\n', " ");
    json!({
        "id": rule.name,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": format!("{summary} {why}") },
        "helpUri": rule.docs(),
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": rule.level.name() },
    })
}

fn result<'f>(finding: &'f Finding, index: Option<usize>, times: &mut HashMap<[&'f str; 3], usize>) -> Value {
    let document = finding.document.as_deref();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.level.name(),
        "message": message(&super::sentence(finding)),
        "locations": [location(&finding.path, document, finding.span)],
        "partialFingerprints": { "finding/v1": fingerprint(finding, times) },
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    if let Some(pointer) = &finding.pointer {
        result["locations"][0]["logicalLocations"] = json!([{ "fullyQualifiedName": pointer, "kind": "value" }]);
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(id, related)| {
            let mut location = location(&finding.path, document, related.span);
            location["id"] = json!(id + 1);
            location["message"] = message(&related.message);
            location
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some((fix, document)) = finding.fix.as_ref().zip(document).filter(|(fix, _)| is_visible(fix)) {
        result["fixes"] = json!([self::fix(fix, &finding.path, document)]);
    }
    result
}

/// Whether a reader that counts characters would see a fix: to it, a byte-order mark is none.
fn is_visible(fix: &Fix) -> bool {
    fix.edits.iter().all(|edit| edit.span.start > 0 || edit.span.end != '\u{feff}'.len_utf8() as u32)
}

fn fix(fix: &Fix, path: &str, document: &Document) -> Value {
    let replacement =
        |edit: &Edit| json!({ "deletedRegion": region(document, edit.span), "insertedContent": { "text": edit.text } });
    json!({
        "description": message(&fix.message),
        "artifactChanges": [{
            "artifactLocation": artifact(path),
            "replacements": fix.edits.iter().map(replacement).collect::<Vec<_>>(),
        }],
    })
}

/// A message. Brackets before a parenthesis would be a link to a place or a page; these are words of the text.
fn message(text: &str) -> Value {
    let text = if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() };
    json!({ "text": text })
}

fn location(path: &str, document: Option<&Document>, span: Span) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(path) });
    // Without a region it is the whole file that is meant.
    if let Some(document) = document {
        physical["region"] = region(document, span);
    }
    json!({ "physicalLocation": physical })
}

fn artifact(path: &str) -> Map<String, Value> {
    let mut artifact = Map::new();
    artifact.insert("uri".to_owned(), uri(path).into());
    // A file that was named from outside of the repository has an address of its own.
    if !path.starts_with('/') {
        artifact.insert("uriBaseId".to_owned(), ROOT.into());
    }
    artifact
}

fn region(document: &Document, span: Span) -> Value {
    let (start, end) = (document.position(span.start as usize), document.position(span.end as usize));
    // A byte-order mark counts as a byte, but not as a character.
    let is_marked = document.text().starts_with('\u{feff}');
    let units = |to: usize| document.utf16_before(to).saturating_sub(is_marked.into());
    // In the text, which behind bytes that are no text runs ahead of the file.
    let (first, last) = (document.boundary(span.start as usize), document.boundary(span.end as usize));
    let column = |line: usize, offset: usize| units(offset) - units(document.line_span(line).start as usize) + 1;
    let mut region = json!({
        "startLine": start.line,
        "startColumn": column(start.line, first),
        "endLine": end.line,
        "endColumn": column(end.line, last),
        "charOffset": units(first),
        "charLength": units(last) - units(first),
    });
    // What is marked is no text there, and a reader that counts bytes would mark something else.
    if document.invalid_utf8().is_none_or(|at| last <= at) {
        region["byteOffset"] = json!(start.offset);
        region["byteLength"] = json!(end.offset - start.offset);
    }
    region
}

/// What stays the same when lines move: the rule, the file and the key, or what is said where there is no key; and
/// which of several such findings it is.
fn fingerprint<'f>(finding: &'f Finding, times: &mut HashMap<[&'f str; 3], usize>) -> String {
    let what = finding.pointer.as_deref().unwrap_or(&finding.message);
    let identity = [finding.rule, finding.path.as_str(), what];
    let time = times.entry(identity).or_default();
    *time += 1;
    let mut hash = Sha256::new();
    for part in identity {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(time.to_string().as_bytes());
    hash.finalize()[..16].iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A path as a relative reference, or as the address of a file where it is absolute.
fn uri(path: &str) -> String {
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(byte.into()),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{super::testing, *};

    fn document(findings: &Findings) -> Value {
        serde_json::to_value(Log::of(findings)).unwrap()
    }

    #[test]
    fn results_have_everything_a_reader_may_want() {
        let mut log = document(&testing::findings());
        let driver = &mut log["runs"][0]["tool"]["driver"];
        assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
        (driver["version"], driver["semanticVersion"]) = (json!("…"), json!("…"));
        for rule in driver["rules"].as_array_mut().unwrap() {
            assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "));
            assert!(rule["fullDescription"]["text"].as_str().unwrap().len() > 40);
            for long in ["help", "shortDescription", "fullDescription"] {
                rule[long] = json!("…");
            }
        }
        insta::assert_snapshot!(format!("{log:#}"), @r#"
{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "sss",
          "fullName": "Self-Serve Sources toolkit",
          "version": "…",
          "semanticVersion": "…",
          "informationUri": "https://docs.rs/self-serve-sources",
          "rules": [
            {
              "id": "duplicate-key",
              "shortDescription": "…",
              "fullDescription": "…",
              "helpUri": "https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/duplicate_key/index.html",
              "help": "…",
              "defaultConfiguration": {
                "level": "error"
              }
            },
            {
              "id": "hardcoded-secret",
              "shortDescription": "…",
              "fullDescription": "…",
              "helpUri": "https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/hardcoded_secret/index.html",
              "help": "…",
              "defaultConfiguration": {
                "level": "error"
              }
            },
            {
              "id": "stray-file",
              "shortDescription": "…",
              "fullDescription": "…",
              "helpUri": "https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/stray_file/index.html",
              "help": "…",
              "defaultConfiguration": {
                "level": "warning"
              }
            }
          ]
        }
      },
      "columnKind": "utf16CodeUnits",
      "originalUriBaseIds": {
        "%SRCROOT%": {
          "description": {
            "text": "The folder that holds `Sources`; of several, the folder in which `sss lint` was run."
          }
        }
      },
      "results": [
        {
          "ruleId": "hardcoded-secret",
          "level": "error",
          "message": {
            "text": "this holds a token"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "Sources/a%20b/Artifacts/%C3%A4%2Cb%3Ac%25.json",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 2,
                  "startColumn": 10,
                  "endLine": 2,
                  "endColumn": 27,
                  "charOffset": 11,
                  "charLength": 17,
                  "byteOffset": 14,
                  "byteLength": 17
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "/é𝄞",
                  "kind": "value"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "finding/v1": "c1fff5ad04e6f449e402aaf9fe15b275"
          },
          "ruleIndex": 1
        },
        {
          "ruleId": "duplicate-key",
          "level": "warning",
          "message": {
            "text": "`é𝄞` \\[stands\\](1) here twice, 100 %\nhelp: take one out:\nthis <one>"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "Sources/a%20b/Artifacts/%C3%A4%2Cb%3Ac%25.json",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 3,
                  "startColumn": 3,
                  "endLine": 3,
                  "endColumn": 8,
                  "charOffset": 32,
                  "charLength": 5,
                  "byteOffset": 35,
                  "byteLength": 8
                }
              }
            }
          ],
          "partialFingerprints": {
            "finding/v1": "7629b78d70fbb85a502e57b9b4c1ab31"
          },
          "ruleIndex": 0,
          "relatedLocations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "Sources/a%20b/Artifacts/%C3%A4%2Cb%3Ac%25.json",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 2,
                  "startColumn": 3,
                  "endLine": 2,
                  "endColumn": 8,
                  "charOffset": 4,
                  "charLength": 5,
                  "byteOffset": 4,
                  "byteLength": 8
                }
              },
              "id": 1,
              "message": {
                "text": "the first"
              }
            }
          ]
        },
        {
          "ruleId": "stray-file",
          "level": "note",
          "message": {
            "text": "this is no artifact"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "Sources/a%1Bb",
                  "uriBaseId": "%SRCROOT%"
                }
              }
            }
          ],
          "partialFingerprints": {
            "finding/v1": "1d5a02d564597aa314507539397b06da"
          },
          "ruleIndex": 2
        }
      ]
    }
  ]
}
"#);
        assert!(!log.to_string().contains(testing::SECRET));
    }

    #[test]
    fn a_byte_order_mark_is_a_byte_and_no_character() {
        let document = Document::new("a", "\u{feff}ab\nc".into());
        assert_eq!(
            region(&document, Span::new(4, 5)),
            json!({
                "startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 3,
                "charOffset": 1, "charLength": 1, "byteOffset": 4, "byteLength": 1,
            })
        );
        let region = region(&document, Span::new(6, 7));
        assert_eq!(
            (&region["startColumn"], &region["charOffset"], &region["byteOffset"]),
            (&json!(1), &json!(3), &json!(6))
        );
    }

    #[test]
    fn bytes_are_not_counted_beyond_what_is_no_text() {
        let document = Document::new("a", b"ab\xff\xffcd".to_vec());
        assert_eq!(region(&document, Span::new(0, 2))["byteLength"], 2);
        let beyond = region(&document, Span::new(2, 5));
        assert_eq!((beyond.get("byteOffset"), &beyond["charOffset"]), (None, &json!(2)));
    }

    #[test]
    fn fingerprints_stay_when_lines_move_and_differ_otherwise() {
        let prints = |findings: &Findings| -> Vec<String> {
            let log = document(findings);
            let results = log["runs"][0]["results"].as_array().unwrap();
            results.iter().map(|result| result["partialFingerprints"]["finding/v1"].to_string()).collect()
        };
        let findings = testing::findings();
        let before = prints(&findings);
        let mut moved = testing::findings();
        for finding in &mut moved.findings {
            if let Some(document) = &finding.document {
                finding.document =
                    Some(Arc::new(Document::new(document.path(), format!("\n\n{}", document.text()).into())));
                (finding.span.start, finding.span.end) = (finding.span.start + 2, finding.span.end + 2);
            }
        }
        assert_eq!(prints(&moved), before);
        let mut twice = testing::findings();
        twice.findings = findings.findings.iter().chain(&findings.findings).cloned().collect();
        let mut all = prints(&twice);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2 * before.len());
    }

    #[test]
    fn paths_are_addresses() {
        assert_eq!(uri("Sources/a b/ä:%?#.json"), "Sources/a%20b/%C3%A4%3A%25%3F%23.json");
        assert_eq!(uri("/tmp/a"), "file:///tmp/a");
    }
}
