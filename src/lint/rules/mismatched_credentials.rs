#![doc = include_str!("mismatched_credentials.md")]

use std::collections::BTreeSet;

use crate::{
    documentation::{Facts, WrittenPage},
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::{
        excerpt,
        markdown::{Cell, Table},
        nearest::{fold, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "mismatched-credentials",
    level: Level::Warning,
    page: include_str!("mismatched_credentials.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let Some(facts) = &page.facts else { return };
    let Some((section, heading)) = page
        .sections()
        .into_iter()
        .find(|section| section.id == "credentials")
        .and_then(|section| Some((page.below(page.heading(section)?), page.heading(section)?)))
    else {
        return;
    };
    let names: BTreeSet<&str> =
        facts.recipe.auth_specs.iter().flat_map(|auth| auth.fields().map(|(name, _)| name)).collect();
    let is_inside = |table: &&Table| section.start <= table.span.start && table.span.end <= section.end;
    let tables: Vec<&Table> = page.markdown.tables.iter().filter(is_inside).collect();
    let known = Known::of(facts);
    let mut told: BTreeSet<String> = BTreeSet::new();
    for table in &tables {
        let head =
            table.rows.first().and_then(|row| row.first()).map(|cell| cell.text.to_lowercase()).unwrap_or_default();
        for cell in table.rows.iter().skip(1).filter_map(|row| row.first()) {
            told.insert(fold(&cell.text));
            if head.contains("credential") && !known.holds(cell) {
                let help = nearest(&cell.text, names.iter().copied()).map(|meant| format!("did you mean `{meant}`?"));
                let message = format!("the connection spec asks for no `{}`", excerpt(&cell.text));
                sink.text(&page.document, cell.span, message)
                    .maybe_help(help.or_else(|| Some("take the row out, or give it a table of its own".to_owned())));
            }
        }
    }
    // Whoever tells of a credential in a sentence has told of it.
    let codes = page.markdown.codes.iter();
    told.extend(
        codes.filter(|(_, span)| section.start <= span.start && span.end <= section.end).map(|(code, _)| fold(code)),
    );
    let mut missing = BTreeSet::new();
    for credential in facts.ways.iter().flat_map(|way| &way.credentials).filter(|credential| credential.is_required) {
        let by_title = credential.title.as_deref().map(fold);
        let is_told = told.contains(&fold(&credential.name)) || by_title.is_some_and(|title| told.contains(&title));
        if !is_told && missing.insert(credential.name.as_str()) {
            let message = format!("nothing tells customers of `{}`, which they need to sign in", credential.name);
            sink.text(&page.document, page.markdown.headings[heading].span, message)
                .help("add a row to the table: name, description, example");
        }
    }
}

/// What a row may be about.
struct Known(BTreeSet<String>);

impl Known {
    fn of(facts: &Facts) -> Self {
        let mut names = BTreeSet::new();
        for auth in &facts.recipe.auth_specs {
            for (name, field) in auth.fields() {
                names.insert(fold(name));
                names.extend(field.get("title").and_then(|title| title.as_str()).map(fold));
            }
        }
        for (name, field) in facts.inputs() {
            names.insert(fold(name));
            names.extend(field.get("title").and_then(|title| title.as_str()).map(fold));
        }
        Self(names)
    }

    fn holds(&self, cell: &Cell) -> bool {
        let said = fold(&cell.text);
        // Many pages give the ID of the connection spec here too.
        said.is_empty() || said.contains("connectionspec") || self.0.contains(&said)
    }
}
