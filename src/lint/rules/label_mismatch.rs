#![doc = include_str!("label_mismatch.md")]

use crate::{
    lint::{
        Level, card,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "label-mismatch",
    level: Level::Warning,
    page: include_str!("label_mismatch.md"),
    check: Check::SpecInSource(check),
};

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    card::compare(spec, source, ArtifactKind::Label, sink);
}

#[cfg(test)]
mod tests {
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn what_sets_two_labels_apart_is_told_once() {
        let rules = |label: &str| Sample::batch().with(ArtifactKind::Label, label).findings().rules();
        for label in ["<b>Acme</b>\n", "[!DNL Acme]\n", "**Acme**\n", "[!DNL Acme\n"] {
            assert_eq!(rules(label), ["markup-in-text"], "{label}");
        }
        for label in ["Ac\u{200b}me\n", "Acme\0\n", "\u{3164}Acme\n"] {
            assert_eq!(rules(label), ["control-character"], "{label}");
        }
        assert_eq!(rules("Ac\u{2028}me\n"), ["several-lines"]);
        assert_eq!(rules("<b>Other</b>\n"), ["label-mismatch", "markup-in-text"]);
    }

    #[test]
    fn long_texts_are_quoted_where_they_differ() {
        let same = "Acme brings the contacts, the companies and the deals of your account to Experience Platform every";
        let patch = format!(r#""uiAttributes": {{"description": {{"text": "{same} hour."}}}}"#);
        let sample = Sample::batch().with_attributes(&patch).with(ArtifactKind::Description, format!("{same} day.\n"));
        let findings = sample.findings().findings;
        let [found] = findings.as_slice() else { panic!("{findings:#?}") };
        let help = found.help.as_deref().unwrap_or_default();
        assert!(help.contains("every hour.`") && help.contains("every day.`"), "{help}");
    }
}
