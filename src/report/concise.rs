//! One line a finding, for editors, `grep` and long lists.

use std::io::{self, Write};

use crate::{lint::Findings, text::visible};

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    for finding in &findings.findings {
        let (start, _) = finding.range();
        let level = finding.level.name();
        let path = visible::printable(&finding.path);
        writeln!(out, "{path}:{}:{}: {level}[{}] {}", start.line, start.column, finding.rule, finding.message)?;
    }
    out.write_all(super::conclusion(findings).as_bytes())
}
