//! `sss rules`: the list of all rules.

use serde_json::json;

use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    lint::registry::RULES,
    style::BOLD,
};

/// Runs the verb.
pub(super) fn run(global: &Global, _arguments: &cli::Rules, console: &mut Console) -> Result<Exit, Error> {
    if global.json {
        let rules: Vec<_> = RULES
            .iter()
            .map(|rule| {
                json!({
                    "name": rule.name,
                    "level": rule.level.name(),
                    "summary": rule.summary(),
                    "docs": rule.docs(),
                })
            })
            .collect();
        console.print_json(&json!({ "version": 1, "rules": rules }));
        return Ok(Exit::Done);
    }
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    for rule in RULES {
        // A summary is a sentence, wrapped in its page.
        let summary = rule.summary().replace('\n', " ");
        console.line(&format!("{BOLD}{:width$}{BOLD:#}  {:7}  {summary}", rule.name, rule.level.name()));
    }
    Ok(Exit::Done)
}
