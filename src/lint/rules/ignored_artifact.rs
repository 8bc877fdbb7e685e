#![doc = include_str!("ignored_artifact.md")]

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
    name: "ignored-artifact",
    level: Level::Warning,
    page: include_str!("ignored_artifact.md"),
    check: Check::Untracked(check),
};

fn check(untracked: &[Untracked], sink: &mut Sink<'_>) {
    for untracked in untracked.iter().filter(|untracked| untracked.is_ignored) {
        let what = match &untracked.source {
            Some(source) => format!("git is told to ignore every artifact of `{}`", excerpt(source)),
            None => "git is told to ignore this artifact".to_owned(),
        };
        sink.path(&*untracked.path, what).help(
            "take the pattern out of the `.gitignore` that has it, which `git check-ignore --verbose` tells; \
             then `git add` it",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_source_that_is_ignored_as_a_whole_is_told_once_and_before_the_first_commit_too() {
        for sample in [
            Sample::batch().ignoring("acme/\n"),
            Sample::batch().ignoring("Artifacts\n"),
            Sample::batch().ignoring("acme-*\n").without_commits(),
        ] {
            let found = sample.findings().findings;
            assert_eq!(found.len(), 1, "{found:#?}");
            assert_eq!((found[0].path.as_str(), found[0].rule), ("Sources/acme", super::RULE.name));
        }
    }
}
