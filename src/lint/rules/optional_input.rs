#![doc = include_str!("optional_input.md")]

use std::collections::HashMap;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, form,
        placeholder::{self, Style},
    },
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "optional-input",
    level: Level::Note,
    page: include_str!("optional_input.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(form) = form::of_inputs(spec) else { return };
    // By name, and those told already taken out.
    let mut optional: HashMap<_, _> = form.fields().filter(|(_, field)| field.get("default").is_none()).collect();
    for (name, _) in form.required() {
        optional.remove(&name);
    }
    for place in spec.places().iter().filter(|place| place.is_address) {
        let Some(text) = place.node.as_str() else { continue };
        for found in placeholder::find(&text).into_iter().filter(|found| found.style == Style::Input) {
            let Some(field) = optional.remove(found.name) else { continue };
            if form.means_to_require(found.name) {
                continue;
            }
            let name = excerpt(found.name);
            let place = place.node.key().unwrap_or_default();
            sink.key(field, format!("`{name}` may be left empty, and `{place}` needs it"))
                .help(format!("add `{name}` to `sourceSpec.spec.required`"))
                .fix(Safety::Unsafe, form.require(found.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_slip_in_required_is_told_there_alone() {
        let patch = r#"{"sourceSpec": {"spec": {"required": ["listIdd"]}}}"#;
        assert_eq!(Sample::batch().patched(patch).findings().rules(), ["undefined-required"]);
    }
}
