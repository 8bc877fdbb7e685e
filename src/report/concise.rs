//! One line a finding, for editors, `grep` and long lists.

use crate::{lint::Findings, text::visible};

pub(super) fn render(findings: &Findings) -> String {
    let mut text = String::new();
    for finding in &findings.findings {
        let (start, _) = finding.range();
        let level = finding.level.name();
        let path = visible::printable(&finding.path);
        text.push_str(&format!(
            "{path}:{}:{}: {level}[{}] {}\n",
            start.line, start.column, finding.rule, finding.message
        ));
    }
    text + &super::conclusion(findings)
}
