//! One JSON object, for programs. Members may be added within a version; none is renamed, removed or given another
//! meaning.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{
    lint::{
        Finding, Findings,
        fix::{Fix, Safety},
        registry,
    },
    text::{Document, Edit, Position},
};

/// The version of the object.
const VERSION: u32 = 1;

/// The object. What it says of the findings is made while it is written.
#[derive(Serialize)]
pub struct Report<'f> {
    version: u32,
    summary: Value,
    findings: All<'f>,
}

struct All<'f>(&'f [Finding]);

impl<'f> Report<'f> {
    /// Of the findings of a run.
    pub fn of(findings: &'f Findings) -> Self {
        Self { version: VERSION, summary: summary(findings), findings: All(&findings.findings) }
    }
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(one))
    }
}

fn one(finding: &Finding) -> Value {
    let (start, end) = finding.range();
    json!({
        "rule": finding.rule,
        "level": finding.level.name(),
        "message": finding.message,
        "path": finding.path,
        "pointer": finding.pointer,
        "range": { "start": place(start), "end": place(end) },
        "help": finding.help,
        "fix": finding.fix.as_ref().map(|fix| self::fix(fix, finding.document.as_deref())),
        "docs": registry::find(finding.rule).map(|rule| rule.docs()),
    })
}

/// How much was looked at and found.
pub fn summary(all: &Findings) -> Value {
    let summary = &all.summary;
    json!({
        "sources": summary.sources,
        "files": summary.files,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "suppressed": summary.suppressed,
        "baselined": summary.baselined,
        "fixable": {
            "safe": all.fixable(Safety::Safe),
            "unsafe": all.fixable(Safety::Unsafe),
        },
        "mended": all.mended,
    })
}

fn place(position: Position) -> Value {
    json!({ "line": position.line, "column": position.column, "offset": position.offset })
}

fn fix(fix: &Fix, document: Option<&Document>) -> Value {
    let edit = |edit: &Edit| {
        let place = |at: u32| document.map(|document| self::place(document.position(at as usize)));
        json!({ "range": { "start": place(edit.span.start), "end": place(edit.span.end) }, "text": edit.text })
    };
    json!({
        "message": fix.message,
        "safety": fix.safety.name(),
        "edits": fix.edits.iter().map(edit).collect::<Vec<_>>(),
    })
}
