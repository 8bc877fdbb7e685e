//! JUnit XML: a suite a file, a test case a finding, and one that passes where a file has none.
//!
//! What the run fails for is a failure; lighter findings are told by test cases that pass.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use crate::lint::{Finding, Findings, registry};

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<&Finding>> = findings.files.iter().map(|file| (&**file, Vec::new())).collect();
    for finding in &findings.findings {
        suites.entry(&finding.path).or_default().push(finding);
    }
    let counted = |found: &[&Finding]| {
        let failures = found.iter().filter(|finding| findings.is_failure(finding)).count();
        format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\"", found.len().max(1))
    };
    let clean = suites.values().filter(|found| found.is_empty()).count();
    let failures = findings.findings.iter().filter(|finding| findings.is_failure(finding)).count();
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"sss lint\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
        findings.findings.len() + clean
    )?;
    for (path, found) in &suites {
        let path = escape(path);
        writeln!(out, "  <testsuite name=\"{path}\" {}>", counted(found))?;
        if found.is_empty() {
            writeln!(out, "    <testcase name=\"no findings\" classname=\"{path}\" file=\"{path}\"/>")?;
        }
        for finding in found {
            out.write_all(case(finding, &path, findings.is_failure(finding)).as_bytes())?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(finding: &Finding, path: &str, is_failure: bool) -> String {
    let (start, _) = finding.range();
    let level = finding.level.name();
    let place = if finding.document.is_some() {
        format!("{}:{}:{}", finding.path, start.line, start.column)
    } else {
        finding.path.clone()
    };
    let mut body = format!("{place}: {level}[{}] {}", finding.rule, super::sentence(finding));
    if let Some(rule) = registry::find(finding.rule) {
        body.push_str(&format!("\ndocs: {}", rule.docs()));
    }
    let body = escape(&body).replace("&#10;", "\n");
    let inside = if is_failure {
        format!("<failure type=\"{level}\" message=\"{}\">{body}</failure>", escape(&finding.message))
    } else {
        format!("<system-out>{body}</system-out>")
    };
    // Two findings of one rule in a file are two test cases: their places tell them apart.
    let name = escape(&match &finding.document {
        Some(_) => format!("{} ({}:{})", finding.rule, start.line, start.column),
        None => finding.rule.to_owned(),
    });
    let line = finding.document.as_ref().map(|_| format!(" line=\"{}\"", start.line)).unwrap_or_default();
    format!(
        "    <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\"{line}>\n      {inside}\n    </testcase>\n"
    )
}

/// A text for an element or attribute. What XML 1.0 has no way to write is written as its escape.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A reader makes blanks of these where they stand as they are in an attribute.
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.extend(character.escape_unicode());
            }
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{
        super::{render, testing},
        *,
    };
    use crate::cli::Format;

    #[test]
    fn each_finding_is_a_test_case_and_each_clean_file_passes() {
        insta::assert_snapshot!(testing::rendered(Format::Junit), @r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sss lint" tests="4" failures="1" errors="0">
  <testsuite name="Sources/a\u{1b}b" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="stray-file" classname="Sources/a\u{1b}b" file="Sources/a\u{1b}b">
      <system-out>Sources/a\u{1b}b: note[stray-file] this is no artifact
docs: https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/stray_file/index.html</system-out>
    </testcase>
  </testsuite>
  <testsuite name="Sources/a b/Artifacts/clean.txt" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="Sources/a b/Artifacts/clean.txt" file="Sources/a b/Artifacts/clean.txt"/>
  </testsuite>
  <testsuite name="Sources/a b/Artifacts/ä,b:c%.json" tests="2" failures="1" errors="0" skipped="0">
    <testcase name="hardcoded-secret (2:9)" classname="Sources/a b/Artifacts/ä,b:c%.json" file="Sources/a b/Artifacts/ä,b:c%.json" line="2">
      <failure type="error" message="this holds a token">Sources/a b/Artifacts/ä,b:c%.json:2:9: error[hardcoded-secret] this holds a token
docs: https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/hardcoded_secret/index.html</failure>
    </testcase>
    <testcase name="duplicate-key (3:3)" classname="Sources/a b/Artifacts/ä,b:c%.json" file="Sources/a b/Artifacts/ä,b:c%.json" line="3">
      <system-out>Sources/a b/Artifacts/ä,b:c%.json:3:3: warning[duplicate-key] `é𝄞` [stands](1) here twice, 100 %
help: take one out:
this &lt;one&gt;
docs: https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/duplicate_key/index.html</system-out>
    </testcase>
  </testsuite>
</testsuites>
"#);
    }

    #[test]
    fn warnings_fail_where_the_run_does() {
        let mut findings = testing::findings();
        findings.strict = true;
        let text = render(&findings, Format::Junit, false);
        let document = roxmltree::Document::parse(&text).unwrap();
        let failed = document.descendants().filter(|node| node.has_tag_name("failure"));
        assert_eq!(failed.map(|node| node.attribute("type").unwrap()).collect::<Vec<_>>(), ["error", "warning"]);
        assert_eq!(document.root_element().attribute("failures"), Some("2"));
    }

    #[test]
    fn any_text_comes_back_as_it_was_or_as_its_escape() {
        for (text, read) in [
            ("a<b> & \"c\" 'd' ]]>", "a<b> & \"c\" 'd' ]]>"),
            ("one\r\n\ttwo", "one\r\n\ttwo"),
            ("\0\u{1b}[31m\u{85}\u{ffff}", "\\u{0}\\u{1b}[31m\\u{85}\\u{ffff}"),
            ("é𝄞\u{202e}", "é𝄞\u{202e}"),
        ] {
            let xml = format!("<a b=\"{0}\">{0}</a>", escape(text));
            let document = roxmltree::Document::parse(&xml).unwrap();
            assert_eq!(document.root_element().attribute("b"), Some(read));
            assert_eq!(document.root_element().text(), Some(read));
        }
    }
}
