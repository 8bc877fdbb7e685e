#![doc = include_str!("undefined_placeholder.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        placeholder::{self, Source, Style},
    },
    text::{excerpt, json::edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "undefined-placeholder",
    level: Level::Error,
    page: include_str!("undefined_placeholder.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for place in spec.places() {
        let Some(text) = place.node.as_str() else { continue };
        for found in placeholder::find(&text).into_iter().filter(|found| found.style == Style::Input) {
            let name = found.name;
            let shown = excerpt(name);
            // The platform's own names written as if they were a customer's are a matter of style.
            let source =
                if placeholder::SYSTEM.contains(&name) { Source::Everyone } else { spec.declared().source(name) };
            match source {
                Source::Everyone => {}
                Source::Some => {
                    sink.within(place.node, found.range, format!("not every way to sign in asks for `{shown}`"))
                        .level(Level::Warning)
                        .help(format!(
                            "add `{shown}` to every entry of `authSpec`, or to `sourceSpec.spec.properties`"
                        ));
                }
                Source::Nobody if name.is_empty() => {
                    sink.within(place.node, found.range, "`${}` names nothing")
                        .help("write the name of an input between the braces");
                }
                Source::Nobody => {
                    let range = found.range.clone();
                    let finding = sink.within(place.node, found.range, format!("nothing asks for `{shown}`"));
                    match spec.declared().nearest(name) {
                        Some(meant) => finding.help(format!("did you mean `${{{}}}`?", excerpt(meant))).fix_by(
                            format!("write `${{{}}}`", excerpt(meant)),
                            Safety::Unsafe,
                            edit::within(place.node, range, &format!("${{{meant}}}")),
                        ),
                        None => finding.help(format!("add `{shown}` to `sourceSpec.spec.properties`")),
                    };
                }
            }
        }
    }
}
