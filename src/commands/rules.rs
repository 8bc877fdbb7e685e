//! `sss rules`: the list of all rules.

use serde_json::json;

use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    lint::{Check, Rule, registry::RULES},
    style::BOLD,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Rules, console: &mut Console) -> Result<Exit, Error> {
    if arguments.markdown {
        console.print(&markdown());
        return Ok(Exit::Done);
    }
    if global.json {
        let rules: Vec<_> = RULES
            .iter()
            .map(|rule| {
                json!({
                    "name": rule.name,
                    "level": rule.level.name(),
                    "fix": rule.fixable().name(),
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
        let (level, fix) = (rule.level.name(), rule.fixable().name());
        let fix = if fix == "no" { "" } else { fix };
        console.line(&format!("{BOLD}{:width$}{BOLD:#}  {level:7}  {fix:6}  {summary}", rule.name));
    }
    Ok(Exit::Done)
}

/// What rules look at, in the order of a reader's interest.
const SUBJECTS: [&str; 9] = [
    "Folders and files",
    "Git",
    "Sources side by side",
    "Texts",
    "Icon",
    "JSON",
    "Connection spec",
    "Documentation pages",
    "Configuration",
];

fn subject(rule: &Rule) -> &'static str {
    let [files, git, beside, texts, icon, json, spec, pages, config] = SUBJECTS;
    match rule.check {
        Check::Workspace(_) | Check::Source(_) => files,
        Check::Untracked(_) | Check::Past(_) => git,
        Check::Repository(_) => beside,
        Check::Artifact(_) => texts,
        Check::Icon(_) => icon,
        Check::Json(_) => json,
        Check::Spec(_) | Check::SpecInSource(_) => spec,
        Check::Page(_) => pages,
        Check::Config(_) => config,
    }
}

/// The page `docs/rules.md`, whose links lead to the pages of the rules.
fn markdown() -> String {
    let mut text = "\
# Rules

The rules of `sss lint`, by what they look at. `sss explain <RULE>` prints the page of one; `sss rules --markdown` wrote
this list.

An *error* will be refused or will not work, a *warning* is probably not meant, a *note* is worth knowing. `sss.toml`
sets other levels.

What `sss lint --fix` mends, or some of it, is *safe* to mend: what the platform sees stays the same, or was refused and
becomes what was clearly meant. What is *unsafe* takes `--unsafe-fixes` as well: it is a guess, or changes what the platform
sees. `--diff` shows what would be done. Each page says under \"How to mend it\" what that is.
"
    .to_owned();
    for wanted in SUBJECTS {
        text.push_str(&format!("\n## {wanted}\n\n| rule | level | fix | finds |\n|---|---|---|---|\n"));
        for rule in RULES.iter().filter(|rule| subject(rule) == wanted) {
            let summary = rule.summary().replace('\n', " ").replace('|', "\\|");
            let file = rule.name.replace('-', "_");
            text.push_str(&format!(
                "| [`{}`](../src/lint/rules/{file}.md) | {} | {} | {summary} |\n",
                rule.name,
                rule.level.name(),
                Some(rule.fixable().name()).filter(|fix| *fix != "no").unwrap_or_default()
            ));
        }
    }
    text
}
