#![doc = include_str!("undefined_placeholder.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, form,
        placeholder::{self, Placeholder, Source, Style},
    },
    text::{
        excerpt,
        json::{Node, edit},
        nearest::{fold, nearest},
    },
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
                Source::Nobody => undefined(spec, place.node, &found, sink),
            }
        }
    }
}

/// A name that nobody fills in.
fn undefined(spec: &Spec<'_>, node: Node<'_>, found: &Placeholder<'_>, sink: &mut Sink<'_>) {
    let name = found.name;
    let shown = excerpt(name);
    let range = found.range.clone();
    let finding = sink.within(node, range.clone(), format!("nothing asks for `{shown}`"));
    let declared = spec.declared().nearest(name);
    let system = nearest(name, placeholder::SYSTEM).filter(|meant| declared.is_none() || fold(meant) == fold(name));
    if let Some(meant) = system {
        let fix = edit::within(node, range, &format!("{{{meant}}}"));
        finding.help(format!("did you mean `{{{meant}}}`?")).fix_by(
            format!("write `{{{meant}}}`"),
            Safety::Unsafe,
            fix,
        );
        return;
    }
    let Some(meant) = declared else {
        finding.help(format!("add `{shown}` to `sourceSpec.spec.properties`"));
        return;
    };
    if let Some(field) = misnamed(spec, name, meant) {
        finding.help(format!("rename `{}`: `required` calls it `{shown}` too", excerpt(meant))).fix_by(
            format!("rename `{}` to `{shown}`", excerpt(meant)),
            Safety::Unsafe,
            edit::rename(field, name),
        );
        return;
    }
    finding.help(format!("did you mean `${{{}}}`?", excerpt(meant))).fix_by(
        format!("write `${{{}}}`", excerpt(meant)),
        Safety::Unsafe,
        edit::within(node, range, &format!("${{{meant}}}")),
    );
}

/// The field that is misspelled, and not the placeholder: `required` has the placeholder's name, and nothing uses the field's.
fn misnamed<'a>(spec: &Spec<'a>, name: &str, meant: &str) -> Option<Node<'a>> {
    let form =
        form::all(spec).find(|form| form.requires(name) && !form.requires(meant) && form.field(meant).is_some())?;
    form.field(meant).filter(|_| !spec.referred().contains(meant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    fn told(patch: &str) -> Vec<(&'static str, Option<String>, Option<String>)> {
        let findings = Sample::batch().patched(patch).findings().findings;
        let fix = |finding: &crate::lint::Finding| finding.fix.as_ref().map(|fix| fix.edits[0].text.clone());
        findings.iter().map(|finding| (finding.rule, finding.help.clone(), fix(finding))).collect()
    }

    #[test]
    fn where_request_and_required_agree_the_key_is_renamed() {
        let found = told(
            r#"{"sourceSpec": {"spec": {"properties": {"listId": null, "listd": {"type": "string", "description": "List."}}}}}"#,
        );
        let [(rule, _, fix)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((*rule, fix.as_deref()), (RULE.name, Some("\"listId\"")));
    }

    #[test]
    fn a_name_of_the_platform_is_recognised() {
        let found = told(r#"{"sourceSpec": {"attributes": {"headerParams": {"From": "${start_time}"}}}}"#);
        assert_eq!(found[0].1.as_deref(), Some("did you mean `{START_TIME}`?"));
    }
}
