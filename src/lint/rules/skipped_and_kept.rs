#![doc = include_str!("skipped_and_kept.md")]

use std::collections::HashMap;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, content},
    text::json::Node,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "skipped-and-kept",
    level: Level::Warning,
    page: include_str!("skipped_and_kept.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for member in content::members(spec) {
        let list = |key| member.get(key).filter(|list: &Node<'_>| list.items().next().is_some());
        let (Some(skip), Some(keep)) = (list("skipAttributes"), list("keepAttributes")) else { continue };
        let skipped: HashMap<_, _> = skip.items().filter_map(|item| Some((item.as_str()?, item))).collect();
        let mut is_contradictory = false;
        for kept in keep.items() {
            let Some(name) = kept.as_str() else { continue };
            if let Some(skipped) = skipped.get(&name) {
                sink.value(kept, format!("`{name}` is both skipped and kept"))
                    .help("remove it from one of the two lists")
                    .related(skipped.span(), "skipped here");
                is_contradictory = true;
            }
        }
        if !is_contradictory {
            sink.key(keep, "attributes are skipped and kept at once")
                .level(Level::Note)
                .help("one list is enough: what is not in `keepAttributes` is left out anyway")
                .related(skip.label_span(), "skipped here");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn two_lists_without_a_common_name_are_a_note() {
        let told = |attributes: &str| Sample::batch().with_attributes(attributes).told();
        let lists = |keep: &str| {
            told(&format!("\"contentPath\": {{\"skipAttributes\": [\"a\"], \"keepAttributes\": [{keep}]}}"))
        };
        assert_eq!(lists("\"b\", \"a\""), [(Level::Warning, "\"a\"".to_owned())]);
        assert_eq!(lists("\"b\""), [(Level::Note, "\"keepAttributes\"".to_owned())]);
        assert_eq!(lists(""), []);
    }
}
