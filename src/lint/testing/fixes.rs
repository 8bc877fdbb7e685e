//! Fixes against the pages of their rules: what a page promises is done, does no harm, and is done once.

use std::collections::BTreeSet;

use super::{Example, Sample, examples};
use crate::{
    lint::{
        Findings, Rule,
        fix::{Fixable, Mended, Mending, Safety, mend},
        registry::RULES,
    },
    workspace::Workspace,
};

impl Sample {
    /// The sample with all fixes made, or those of one rule.
    fn mended(&self, rule: Option<&Rule>) -> (Self, Vec<Mended>) {
        let root = self.laid_out();
        let workspace = Workspace::discover(root.path()).unwrap();
        let config = self.config(&root);
        let is_wanted = |finding: &crate::lint::Finding| rule.is_none_or(|rule| rule.name == finding.rule);
        let mending = Mending { config: &config, with_unsafe: true, is_wanted: &is_wanted };
        let mut sample = self.clone();
        let mut all = Vec::new();
        for source in workspace.sources() {
            let mended = mend(&source.load(root.path()), &mending);
            for change in &mended.changes {
                let path = change.after.path().to_owned();
                sample.files.insert(path, Some(change.after.text().as_bytes().to_vec()));
            }
            all.push(mended);
        }
        (sample, all)
    }
}

/// Rules of files that are not read any further.
const UNREAD: [&str; 2] = ["not-an-object", "syntax-error"];

fn count(findings: &Findings, rule: &Rule) -> usize {
    findings.findings.iter().filter(|finding| finding.rule == rule.name).count()
}

/// Holds what a rule's fixes do to one bad example of its page; says which sorts of fixes it has.
fn hold_to(rule: &Rule, example: &Example<'_>) -> BTreeSet<Safety> {
    let sample = example.sample();
    let before = sample.findings();
    let of_rule = || before.findings.iter().filter(|finding| finding.rule == rule.name);
    let fixes: Vec<_> = of_rule().filter_map(|finding| finding.fix.as_ref()).collect();
    for fix in &fixes {
        assert!(!fix.message.is_empty() && !fix.message.contains('\n'), "{}: {fix:?}", rule.name);
    }
    if fixes.is_empty() {
        return BTreeSet::new();
    }
    let (better, mended) = sample.mended(Some(rule));
    let after = better.findings();
    let told = || format!("{} in `{}`:\n{}\n{:#?}\n{mended:#?}", rule.name, example.info, example.text, after.findings);
    // What cannot be mended stays, and so does what would do harm where it stands.
    let dropped: usize = mended.iter().map(|mended| mended.dropped.len()).sum();
    assert!(dropped + mended.iter().map(Mended::fixes).sum::<usize>() > 0, "{}", told());
    let left = of_rule().filter(|finding| finding.fix.is_none()).count() + dropped;
    assert!(count(&after, rule) <= left, "something is not mended: {}", told());
    // Of what was no JSON, the rest is seen for the first time.
    let known = before.rules();
    let is_new = |found: &&'static str| !known.contains(found) && !UNREAD.contains(&rule.name);
    assert_eq!(after.rules().iter().find(|found| is_new(found)), None, "a fix leads to something new: {}", told());
    let (_, again) = better.mended(Some(rule));
    assert!(again.iter().all(|mended| mended.changes.is_empty()), "mending goes on: {}", told());
    fixes.iter().map(|fix| fix.safety).collect()
}

#[test]
fn every_fix_mends_the_bad_examples_of_its_page() {
    for rule in RULES {
        let safeties: BTreeSet<Safety> = examples(rule.page)
            .iter()
            .filter(|example| example.says("bad") && (!example.says("linux") || cfg!(target_os = "linux")))
            .flat_map(|example| hold_to(rule, example))
            .collect();
        let shown = Fixable { safely: safeties.contains(&Safety::Safe), unsafely: safeties.contains(&Safety::Unsafe) };
        assert_eq!(rule.fixable(), shown, "{}: what `How to mend it` says, and what the examples show", rule.name);
    }
}
