#![doc = include_str!("misplaced_page.md")]

use crate::{
    documentation::{
        WrittenPage,
        outline::{TUTORIALS, folder, place},
    },
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::category::CATEGORIES,
    text::{excerpt, nearest::nearest},
    workspace::layout::source_name_fault,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misplaced-page",
    level: Level::Warning,
    page: include_str!("misplaced_page.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let path = page.document.path();
    let file = path.rsplit('/').next().unwrap_or(path);
    let Some(found) = &page.place else {
        // Anywhere else a page may be called what one likes, but not by the template's name.
        if file.to_lowercase().starts_with("yoursource") {
            sink.path(path, "the page has the name of the template").help("name it after your source: `acme-crm.md`");
        }
        return;
    };
    let inner: Vec<&str> = found[TUTORIALS.len()..].trim_start_matches('/').split('/').collect();
    let [_, "create", category, file] = inner[..] else {
        let example = place(page.kind, "crm", "acme-crm");
        sink.path(path, "the page is not where pages of sources are")
            .help(format!("put it where `{example}` would be"));
        return;
    };
    if let Some(why) = file.strip_suffix(".md").and_then(source_name_fault) {
        sink.path(path, format!("`{}` is no name for a page: {why}", excerpt(file)))
            .help("name it after the source, in lower case and with hyphens: `acme-crm.md`");
    } else if file.to_lowercase().starts_with("yoursource") {
        sink.path(path, "the page has the name of the template").help("name it after your source: `acme-crm.md`");
    }
    if category != folder(category) {
        let known: Vec<String> = CATEGORIES.iter().map(|(key, _)| folder(key)).collect();
        let meant = nearest(category, known.iter().map(String::as_str)).map(str::to_owned);
        let meant = meant.unwrap_or_else(|| folder(category));
        sink.path(path, format!("`{}` is no folder of a category", excerpt(category)))
            .help(format!("write it in lower case and with hyphens: `{meant}`"));
    }
}
