//! One line a finding, for editors, `grep` and long lists.

use crate::lint::Findings;

pub(super) fn render(findings: &Findings) -> String {
    let mut text = String::new();
    for finding in &findings.findings {
        let (start, _) = finding.range();
        let level = finding.level.name();
        text.push_str(&format!(
            "{}:{}:{}: {level}[{}] {}\n",
            finding.path, start.line, start.column, finding.rule, finding.message
        ));
    }
    text + &super::conclusion(findings)
}
