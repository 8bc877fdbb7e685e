#![doc = include_str!("misnamed_source.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::excerpt,
    workspace::{LoadedSource, layout},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misnamed-source",
    level: Level::Error,
    page: include_str!("misnamed_source.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let source = source.source;
    let Some(fault) = layout::source_name_fault(&source.name).filter(|_| source.in_repository) else { return };
    let finding = sink.path(source.path(), format!("`{}` is no name for a source: {fault}", excerpt(&source.name)));
    let suggestion = suggestion(&source.name);
    if layout::source_name_fault(&suggestion).is_none() {
        finding.help(format!("rename the folder and the start of its files' names, for example to `{suggestion}`"));
    } else {
        finding.help("use 3 to 63 lower-case letters and digits, with single hyphens between words");
    }
}

/// The name as it should be written: words in lower case with single hyphens between them.
fn suggestion(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_name_is_made_of_the_words() {
        assert_eq!(suggestion("Acme_CRM (new)"), "acme-crm-new");
        assert_eq!(suggestion("é"), "");
    }
}
