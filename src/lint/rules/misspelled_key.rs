#![doc = include_str!("misspelled_key.md")]

use std::sync::LazyLock;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        form::{self, Form, KEYWORDS},
    },
    text::{
        excerpt,
        json::{Kind, Names, Node, edit},
        nearest::nearest,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misspelled-key",
    level: Level::Warning,
    page: include_str!("misspelled_key.md"),
    check: Check::Spec(check),
};

/// What samples have in objects that take other keys as well.
static ATTRIBUTES: LazyLock<Names<()>> = LazyLock::new(|| {
    known(["category", "connectorName", "documentationLink", "isDraftModeSupported", "isSource", "uiAttributes"])
});
static UI: LazyLock<Names<()>> = LazyLock::new(|| known(["apiFeatures"]));
static API_FEATURES: LazyLock<Names<()>> =
    LazyLock::new(|| known(["deleteSupported", "explorePaginationSupported", "flowRunsSupported", "updateSupported"]));
static FIELD_UI: LazyLock<Names<()>> = LazyLock::new(|| known(["hidden", "tooltip"]));
static OF_FORMS: LazyLock<Names<()>> = LazyLock::new(|| known(KEYWORDS));

fn known<const COUNT: usize>(keys: [&'static str; COUNT]) -> Names<()> {
    Names::of(keys.map(|key| (key, ())))
}

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let attributes = spec.at(&["attributes"]);
    check_keys(attributes, &ATTRIBUTES, sink);
    let ui = attributes.and_then(|attributes| attributes.get("uiAttributes"));
    check_keys(ui, &UI, sink);
    check_keys(ui.and_then(|ui| ui.get("apiFeatures")), &API_FEATURES, sink);
    for form in form::all(spec) {
        check_form(form, sink);
    }
}

/// A form, and what stands in it: a field may be a form again.
fn check_form(form: Form<'_>, sink: &mut Sink<'_>) {
    check_keys(Some(form.node()), &OF_FORMS, sink);
    check_keys(form.node().get("uiAttributes"), &FIELD_UI, sink);
    for field in form.fields().filter_map(|(_, field)| Form::of(field)) {
        check_form(field, sink);
    }
}

fn check_keys(object: Option<Node<'_>>, known: &Names<()>, sink: &mut Sink<'_>) {
    let Some(object) = object.filter(|object| object.kind() == Kind::Object) else { return };
    for member in object.children() {
        if known.get(member).is_some() {
            continue;
        }
        let key = member.key().unwrap_or_default();
        // A key that is near to none of them may be the author's own.
        let meant = nearest(&key, known.iter()).filter(|_| !key.starts_with(form::EXTENSION));
        let Some(meant) = meant else { continue };
        let is_taken = object.get(meant).is_some();
        let finding = sink.key(member, format!("`{}` is no documented key here", excerpt(&key)));
        finding.help(match is_taken {
            true => format!("did you mean `{meant}`? That is there as well: remove this one"),
            false => format!("did you mean `{meant}`?"),
        });
        finding.fix_by(format!("write `{meant}`"), Safety::Unsafe, edit::rename(member, meant));
        if !is_taken {
            finding.means(member, meant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn a_misspelled_key_is_told_beside_the_right_one() {
        let rules = |field: &str| {
            let patch = format!(r#"{{"sourceSpec": {{"spec": {{"properties": {{"listId": {{{field}}}}}}}}}}}"#);
            Sample::batch().patched(&patch).findings()
        };
        let findings = rules(r#""tye": "integer""#);
        assert_eq!((findings.rules(), &findings.findings[0].fix), (vec![RULE.name], &None));
        let findings = rules(r#""tye": "integer", "type": null"#);
        assert_eq!(findings.rules(), [RULE.name]);
        assert_eq!(findings.findings[0].fix.as_ref().unwrap().edits[0].text, "\"type\"");
    }
}
