//! Commands of GitHub Actions, each of which becomes an annotation of a file.

use std::io::{self, Write};

use crate::{
    lint::{Findings, Level},
    text::visible,
};

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    for finding in &findings.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let mut properties = vec![("file", finding.path.clone())];
        if finding.document.is_some() {
            let (start, end) = finding.range();
            properties.push(("line", start.line.to_string()));
            // The runner takes columns within one line only.
            if start.line == end.line {
                properties.push(("col", start.column.to_string()));
                properties.push(("endLine", end.line.to_string()));
                properties.push(("endColumn", end.column.to_string()));
            } else {
                properties.push(("endLine", end.line.to_string()));
            }
        }
        properties.push(("title", finding.rule.to_owned()));
        let properties: Vec<String> =
            properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
        writeln!(out, "::{command} {}::{}", properties.join(","), message(&super::sentence(finding)))?;
    }
    writeln!(out, "{}", super::summary(findings))
}

/// A message, in one line. What a terminal would obey is written as its escape.
fn message(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            character if visible::acts(character) => escaped.extend(character.escape_unicode()),
            character => escaped.push(character),
        }
    }
    escaped
}

/// The value of a property: it ends at a comma or at two colons.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};
    use crate::cli::Format;

    #[test]
    fn each_finding_is_a_command() {
        insta::assert_snapshot!(testing::rendered(Format::Github), @r#"
::error file=Sources/a b/Artifacts/ä%2Cb%3Ac%25.json,line=2,col=9,endLine=2,endColumn=26,title=hardcoded-secret::this holds a token
::warning file=Sources/a b/Artifacts/ä%2Cb%3Ac%25.json,line=3,col=3,endLine=3,endColumn=7,title=duplicate-key::`é𝄞` [stands](1) here twice, 100 %25%0Ahelp: take one out:%0Athis <one>
::notice file=Sources/a\u{1b}b,title=stray-file::this is no artifact
1 source, 2 files: 1 error, 1 warning, 1 note
"#);
    }

    #[test]
    fn nothing_in_a_text_ends_a_command_or_begins_one() {
        assert_eq!(message("100 %\r\n::set-env name=A::b"), "100 %25%0D%0A::set-env name=A::b");
        assert_eq!(property("a:b,c%2C\n"), "a%3Ab%2Cc%252C%0A");
    }
}
