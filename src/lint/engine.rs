//! Running the rules: sources in parallel, each read, checked and forgotten; findings sorted at the end.

use rayon::prelude::*;

use super::{
    finding::{Finding, Findings, Level, Summary, hide_secrets},
    registry::RULES,
    rule::{ArtifactText, Check, Icon, Rule, Sink},
};
use crate::{
    config::{Config, Setting, Suppression},
    spec::Spec,
    text::{json::Tree, svg},
    workspace::{LoadedSource, Workspace, layout::ArtifactKind},
};

/// Checks every source of a workspace, and the workspace itself.
pub fn check(workspace: &Workspace, config: &Config) -> Findings {
    let parts: Vec<(Vec<Finding>, usize)> = if workspace.sources().len() < 2 {
        // One source is read and checked before a pool of threads has even started.
        workspace.sources().iter().map(|source| check_loaded(&source.load(workspace.root()), config)).collect()
    } else {
        workspace.sources().par_iter().map(|source| check_loaded(&source.load(workspace.root()), config)).collect()
    };
    let mut findings = Vec::new();
    run(config, &mut findings, |check, sink| {
        if let Check::Workspace(check) = check {
            check(workspace, sink);
        }
    });
    let files = parts.iter().map(|(_, files)| files).sum();
    findings.extend(parts.into_iter().flat_map(|(findings, _)| findings));
    finish(findings, config, workspace.sources().len(), files)
}

/// Checks one source that has been read.
pub fn check_source(source: &LoadedSource<'_>, config: &Config) -> Findings {
    let (findings, files) = check_loaded(source, config);
    finish(findings, config, 1, files)
}

fn check_loaded(source: &LoadedSource<'_>, config: &Config) -> (Vec<Finding>, usize) {
    let mut findings = Vec::new();
    let icon = source.document(ArtifactKind::Icon).map(|document| Icon { document, svg: svg::read(document) });
    let tree = source.document(ArtifactKind::ConnectionSpec).map(|document| Tree::read(document.clone()));
    let spec = tree.as_ref().and_then(Spec::of);
    run(config, &mut findings, |check, sink| match check {
        Check::Workspace(_) => {}
        Check::Source(check) => check(source, sink),
        Check::Artifact(check) => {
            for artifact in &source.artifacts {
                if let Ok(document) = &artifact.content {
                    check(&ArtifactText { kind: artifact.kind, document }, sink);
                }
            }
        }
        Check::Icon(check) => icon.iter().for_each(|icon| check(icon, sink)),
        Check::Json(check) => tree.iter().for_each(|tree| check(tree, sink)),
        Check::Spec(check) => spec.iter().for_each(|spec| check(spec, sink)),
        Check::SpecInSource(check) => spec.iter().for_each(|spec| check(spec, source, sink)),
    });
    hide_secrets(&mut findings);
    (findings, source.artifacts.len())
}

/// Runs each rule that is not switched off.
fn run(config: &Config, findings: &mut Vec<Finding>, mut apply: impl FnMut(&Check, &mut Sink<'_>)) {
    for rule in RULES {
        let Some(level) = level(rule, config) else { continue };
        let first = findings.len();
        apply(&rule.check, &mut Sink { rule, level, findings: &mut *findings });
        if let Some(Setting::Report(set)) = config.levels.get(rule.name) {
            // A level that was set holds for the rule's graver and lighter cases alike.
            findings[first..].iter_mut().for_each(|finding| finding.level = *set);
        }
    }
}

fn level(rule: &Rule, config: &Config) -> Option<Level> {
    match config.levels.get(rule.name) {
        Some(Setting::Allow) => None,
        Some(Setting::Report(level)) => Some(*level),
        None => Some(rule.level),
    }
}

fn finish(mut findings: Vec<Finding>, config: &Config, sources: usize, files: usize) -> Findings {
    let before = findings.len();
    findings.retain(|finding| !config.suppressions.iter().any(|suppression| suppresses(suppression, finding)));
    let suppressed = before - findings.len();
    findings.sort_by(|a, b| (&a.path, a.span, a.rule, &a.message).cmp(&(&b.path, b.span, b.rule, &b.message)));
    let summary = Summary { sources, files, suppressed, ..Summary::default() };
    let mut findings = Findings { findings, summary };
    findings.count();
    findings
}

fn suppresses(suppression: &Suppression, finding: &Finding) -> bool {
    let below = |whole: &str, part: &str| {
        let part = part.trim_end_matches('/');
        whole.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    suppression.rule == finding.rule
        && suppression.path.as_deref().is_none_or(|path| below(&finding.path, path))
        && suppression
            .pointer
            .as_deref()
            .is_none_or(|pointer| finding.pointer.as_deref().is_some_and(|found| below(found, pointer)))
}
