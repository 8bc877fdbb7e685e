#![doc = include_str!("category_mismatch.md")]

use crate::{
    lint::{
        Level, card,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, category, leftover},
    text::{LINE_ENDS, excerpt, nearest::nearest},
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "category-mismatch",
    level: Level::Warning,
    page: include_str!("category_mismatch.md"),
    check: Check::SpecInSource(check),
};

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&["category", "key"])) else { return };
    let (Some(written), Some(file)) = (node.as_str(), source.document(ArtifactKind::Category)) else { return };
    let said = file.slice(file.trimmed());
    // Which of several lines is meant cannot be told; `several-lines` says so.
    if file.invalid_utf8().is_some() || said.contains(LINE_ENDS) || !differ(&written, said) {
        return;
    }
    sink.value(node, format!("the category here is not that of `{}`", card::name_of(file)))
        .help(format!("here it is `{}`, there it is `{}`: say the same in both", excerpt(&written), excerpt(said)))
        .beside(file);
}

/// Whether the two name different categories. Of what is no key, `unknown-category` and `unknown-category-key` tell, and
/// mending that would make the two the same.
fn differ(written: &str, said: &str) -> bool {
    if !leftover::differ(written, said) || card::differ_in_marks_only(written, said) {
        return false;
    }
    let is_key = |text: &str| category::keys().contains(&text);
    let is_spelling = category::fold(written) == category::fold(said);
    let is_slip = |slip: &str, key: &str| !is_key(slip) && nearest(slip, category::keys()) == Some(key);
    let holds = |text: &str, key: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        !is_key(text) && words.any(|word| word == key)
    };
    !is_spelling && !is_slip(said, written) && !is_slip(written, said) && !holds(said, written)
}

#[cfg(test)]
mod tests {
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn a_slip_in_one_of_the_two_is_told_once() {
        let rules = |key: &str, file: &str| {
            let key = format!(r#""uiAttributes": {{"category": {{"key": "{key}"}}}}"#);
            Sample::batch().with_attributes(&key).with(ArtifactKind::Category, format!("{file}\n")).findings().rules()
        };
        for (key, file, rule) in [
            ("customersuccess", "customerSuccess", "unknown-category-key"),
            ("customerSucess", "customerSuccess", "unknown-category-key"),
            ("customerSuccess", "customerSucess", "unknown-category"),
            ("customerSuccess", "Customer Success", "unknown-category"),
            ("customerSuccess", "crm, customerSuccess", "unknown-category"),
        ] {
            assert_eq!(rules(key, file), [rule], "{key} {file}");
        }
        assert!(!rules("crm", "<b>crm</b>").contains(&"category-mismatch"));
        for (key, file) in [("crm", "payments"), ("crm", "paymants"), ("crm", "gaming"), ("crm", "payments, protocols")]
        {
            assert!(rules(key, file).contains(&"category-mismatch"), "{key} {file}");
        }
    }
}
