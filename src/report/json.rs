//! One JSON object, for programs. Members may be added within a version; none is renamed, removed or given another
//! meaning.

use serde_json::{Value, json};

use crate::{
    lint::{Findings, registry},
    text::Position,
};

/// The version of the object.
const VERSION: u32 = 1;

/// The object.
pub fn document(findings: &Findings) -> Value {
    let summary = &findings.summary;
    let place =
        |position: Position| json!({ "line": position.line, "column": position.column, "offset": position.offset });
    let findings: Vec<Value> = findings
        .findings
        .iter()
        .map(|finding| {
            let (start, end) = finding.range();
            json!({
                "rule": finding.rule,
                "level": finding.level.name(),
                "message": finding.message,
                "path": finding.path,
                "pointer": finding.pointer,
                "range": { "start": place(start), "end": place(end) },
                "help": finding.help,
                "docs": registry::find(finding.rule).map(|rule| rule.docs()),
            })
        })
        .collect();
    json!({
        "version": VERSION,
        "summary": {
            "sources": summary.sources,
            "files": summary.files,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "suppressed": summary.suppressed,
            "baselined": summary.baselined,
        },
        "findings": findings,
    })
}
