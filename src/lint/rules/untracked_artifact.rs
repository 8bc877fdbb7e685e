#![doc = include_str!("untracked_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::excerpt,
    workspace::git::Untracked,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "untracked-artifact",
    level: Level::Warning,
    page: include_str!("untracked_artifact.md"),
    check: Check::Untracked(check),
};

fn check(untracked: &[Untracked], sink: &mut Sink<'_>) {
    for untracked in untracked.iter().filter(|untracked| !untracked.is_ignored && untracked.has_commits) {
        if let (true, Some(source)) = (untracked.is_submodule, &untracked.source) {
            sink.path(
                &*untracked.path,
                format!("`{}` is a submodule, and this repository tracks no file of it", excerpt(source)),
            )
            .help("put its files into this repository in its place: what is handed in is a branch of this one");
            continue;
        }
        let what = match &untracked.source {
            Some(source) => format!("git tracks no artifact of `{}`", excerpt(source)),
            None => "git does not track this artifact".to_owned(),
        };
        sink.path(&*untracked.path, what).help(format!("add it with `git add {}`", excerpt(&untracked.path)));
    }
}

#[cfg(test)]
mod tests {
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn a_source_that_is_new_is_told_once_and_none_before_the_first_commit() {
        let sample = Sample::batch();
        let found = sample.clone().tracked(&[]).findings().findings;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((found[0].path.as_str(), found[0].rule), ("Sources/acme", super::RULE.name));
        let label = ArtifactKind::Label.path("acme");
        let found = sample.clone().tracked(&[&label]).findings().findings;
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(sample.clone().without_commits().findings().findings.is_empty());
        assert!(sample.findings().findings.is_empty(), "no repository");
    }
}
