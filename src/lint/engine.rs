//! Running the rules: sources in parallel, each read, checked and forgotten; findings sorted at the end.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    finding::{Finding, Findings, Level, Summary, hide_secrets, join_misspelled},
    fix::withhold,
    registry::RULES,
    rule::{ArtifactText, Check, ConfigInUse, Icon, IconText, Rule, Sink},
    summary::SourceSummary,
};
use crate::{
    config::{Config, Setting, Suppression},
    documentation::WrittenPage,
    spec::Spec,
    text::{Span, json::Tree},
    workspace::{self, LoadedSource, PageFile, Source, Workspace, git, layout::ArtifactKind},
};

/// Checks every source of a workspace, and the workspace itself.
pub fn check(workspace: &Workspace, config: &Config) -> Findings {
    check_keeping(workspace, config, |_, _| ()).0
}

/// Finds the sources of the repository at `root` and checks each as soon as it is found; then the repository itself, with
/// its pages.
pub fn check_repository(root: &Path, config: &Config) -> Result<(Workspace, Findings), workspace::Error> {
    let check_one = |source: &Source| check_loaded(&source.load(root), config, |_| ()).0;
    let (mut workspace, parts) = Workspace::discover_with(root, check_one)?;
    workspace.find_pages();
    let findings = assemble(&workspace, config, parts);
    Ok((workspace, findings))
}

/// What [`check`] finds, and what `keep` makes of each source and its connection spec while they are read already.
pub fn check_keeping<T: Send>(
    workspace: &Workspace,
    config: &Config,
    keep: impl Fn(&Source, Option<&Spec<'_>>) -> T + Sync,
) -> (Findings, Vec<T>) {
    let check_one = |source: &Source| check_loaded(&workspace.load(source), config, |spec| keep(source, spec));
    let sources = workspace.sources();
    let (parts, kept) = if sources.len() < 2 {
        // One source is read and checked before a pool of threads has even started.
        sources.iter().map(check_one).unzip()
    } else {
        sources.par_iter().map(check_one).unzip()
    };
    (assemble(workspace, config, parts), kept)
}

/// What was found in one source, and what is kept of it.
pub(super) type Part = (Vec<Finding>, SourceSummary);

/// Reads and checks one source of a workspace.
pub(super) fn check_one(workspace: &Workspace, source: &Source, config: &Config) -> Part {
    check_loaded(&workspace.load(source), config, |_| ()).0
}

/// Checks the workspace itself, and puts that together with what was found in each of its sources.
pub(super) fn assemble(workspace: &Workspace, config: &Config, mut parts: Vec<Part>) -> Findings {
    let mut findings: Vec<Finding> = parts.iter_mut().flat_map(|(found, _)| std::mem::take(found)).collect();
    let summaries: Vec<&SourceSummary> = parts.iter().map(|(_, summary)| summary).collect();
    let check_whole = || check_as_a_whole(workspace, config);
    let check_others = || (check_side_by_side(workspace, &summaries, config), files(workspace));
    let ((whole, not_asked), (side_by_side, files)) =
        if parts.len() < 2 { (check_whole(), check_others()) } else { rayon::join(check_whole, check_others) };
    findings.extend(whole.into_iter().chain(side_by_side));
    if parts.len() > 1 {
        // What was kept of ten thousand sources is given back while the findings are sorted and shown.
        rayon::spawn(move || drop(parts));
    }
    let findings = finish(findings, config, workspace.is_whole(), workspace.sources().len(), files);
    Findings { not_asked, ..findings }
}

/// Every file of a workspace that is looked at, in the order of their paths.
fn files(workspace: &Workspace) -> Vec<Arc<str>> {
    let mut files = Vec::with_capacity(workspace.sources().iter().map(|source| source.artifacts().count()).sum());
    for source in workspace.sources() {
        let first = files.len();
        files.extend(source.artifacts().map(|(_, entry)| Arc::clone(&entry.path)));
        files[first..].sort_unstable();
    }
    files.extend(workspace.pages().iter().map(|page| Arc::clone(&page.path)));
    // Sources stand in about that order already, so that little is left to do.
    files.sort();
    files
}

/// Checks one source that has been read.
pub fn check_source(source: &LoadedSource<'_>, config: &Config) -> Findings {
    let mut files: Vec<_> = source.artifacts.iter().map(|artifact| Arc::clone(&artifact.path)).collect();
    files.sort();
    finish(check_loaded(source, config, |_| ()).0.0, config, false, 1, files)
}

/// Runs the rules that look at the repository: at its names, at what git tracks of it, and at what its commits held.
/// Also why git could not be asked, where it could not.
fn check_as_a_whole(workspace: &Workspace, config: &Config) -> (Vec<Finding>, Option<git::Error>) {
    let mut findings = Vec::new();
    let untracked = OnceCell::new();
    run(config, &mut findings, |check, sink| match check {
        Check::Workspace(check) => check(workspace, sink),
        Check::Untracked(check) => {
            if let Ok(untracked) = untracked.get_or_init(|| workspace.untracked()) {
                check(untracked, sink);
            }
        }
        Check::Past(check) => {
            workspace.history().iter().flat_map(|history| history.artifacts()).for_each(|past| check(&past, sink));
        }
        _ => {}
    });
    findings.extend(check_pages(workspace, config));
    let is_wanted = |rule: &&Rule| matches!(rule.check, Check::Untracked(_)) && !config.left_out.contains(rule.name);
    let not_asked = untracked.into_inner().and_then(Result::err);
    (findings, not_asked.filter(|_| RULES.iter().any(is_wanted)))
}

/// Runs the rules that look at documentation pages, page by page.
fn check_pages(workspace: &Workspace, config: &Config) -> Vec<Finding> {
    let check_one = |file: &PageFile| {
        let mut findings = Vec::new();
        // Of a page that cannot be read, `unreadable-page` tells.
        let Ok(document) = workspace.read_page(file) else { return findings };
        let page = WrittenPage::of(workspace, file, document);
        run(config, &mut findings, |check, sink| {
            if let Check::Page(check) = check {
                check(&page, sink);
            }
        });
        hide_secrets(&mut findings);
        findings
    };
    match workspace.pages() {
        [] => Vec::new(),
        // One page is checked before a pool of threads has even started.
        [one] => check_one(one),
        several => several.par_iter().flat_map_iter(check_one).collect(),
    }
}

/// Runs the rules that look at several sources. What they find in a text is shown there, so that text is read again: of
/// ten thousand sources few are alike, and to keep the texts of all of them would take much memory.
fn check_side_by_side(workspace: &Workspace, summaries: &[&SourceSummary], config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    run(config, &mut findings, |check, sink| {
        if let Check::Repository(check) = check {
            check(summaries, sink);
        }
    });
    if findings.is_empty() {
        return findings;
    }
    let mut sources = HashMap::new();
    for source in workspace.sources() {
        sources.extend(source.artifacts().map(|(kind, entry)| (&*entry.path, (source, kind))));
    }
    for finding in &mut findings {
        let Some((source, kind)) = sources.get(finding.path.as_str()) else { continue };
        let loaded = workspace.load(source);
        // Somebody may have written to it meanwhile.
        match loaded.document(*kind).filter(|document| document.text().get(finding.span.range()).is_some()) {
            Some(document) => finding.document = Some(document.clone()),
            None => finding.span = Span::default(),
        }
    }
    findings
}

fn check_loaded<T>(source: &LoadedSource<'_>, config: &Config, keep: impl FnOnce(Option<&Spec<'_>>) -> T) -> (Part, T) {
    let mut findings = Vec::new();
    // Of a text in another encoding there is one thing to say, and `invalid-utf8` says it.
    let readable = |kind| source.document(kind).filter(|document| !document.is_utf_16());
    let icon = readable(ArtifactKind::Icon).map(IconText::of);
    let icon = icon.as_ref().map(Icon::of);
    let tree = readable(ArtifactKind::ConnectionSpec).map(|document| Tree::read(document.clone()));
    let spec = tree.as_ref().and_then(Spec::of).map(|spec| spec.with_sample(config.sample.as_deref()));
    run(config, &mut findings, |check, sink| match check {
        Check::Workspace(_)
        | Check::Untracked(_)
        | Check::Past(_)
        | Check::Repository(_)
        | Check::Page(_)
        | Check::Config(_) => {}
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
    withhold(&mut findings);
    hide_secrets(&mut findings);
    ((findings, SourceSummary::of(source, spec.as_ref())), keep(spec.as_ref()))
}

/// Runs each rule that is not switched off. One that is left out of this run is asked too: what it knows to be secret may
/// not be shown with the findings of others.
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

fn finish(
    mut findings: Vec<Finding>,
    config: &Config,
    is_whole: bool,
    sources: usize,
    files: Vec<Arc<str>>,
) -> Findings {
    let mut secrets: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for finding in &findings {
        if let Some(secret) = finding.secret {
            secrets.entry(finding.path.clone()).or_default().push(secret);
        }
    }
    secrets.values_mut().for_each(|spans| spans.sort_unstable());
    leave_out(&mut findings, config);
    let mut is_idle = vec![true; config.suppressions.len()];
    let mut suppressed = suppress(&mut findings, config, &mut is_idle);
    if is_whole {
        let idle = config.suppressions.iter().zip(&is_idle).filter(|(_, idle)| **idle).map(|(idle, _)| idle).collect();
        let in_use = ConfigInUse { config, idle };
        let mut found = Vec::new();
        run(config, &mut found, |check, sink| {
            if let Check::Config(check) = check {
                check(&in_use, sink);
            }
        });
        leave_out(&mut found, config);
        suppressed += suppress(&mut found, config, &mut is_idle);
        findings.append(&mut found);
    }
    join_misspelled(&mut findings);
    findings.sort_by(|a, b| (&a.path, a.span, a.rule, &a.message).cmp(&(&b.path, b.span, b.rule, &b.message)));
    let summary = Summary { sources, files: files.len(), suppressed, ..Summary::default() };
    let mut findings = Findings { findings, files, secrets, summary, ..Findings::default() };
    findings.count();
    findings
}

fn leave_out(findings: &mut Vec<Finding>, config: &Config) {
    findings.retain(|finding| !config.left_out.contains(finding.rule));
}

/// Takes away what is suppressed, says how much, and which suppressions are not idle.
fn suppress(findings: &mut Vec<Finding>, config: &Config, is_idle: &mut [bool]) -> usize {
    let before = findings.len();
    findings.retain(|finding| {
        let mut kept = true;
        for (suppression, is_idle) in config.suppressions.iter().zip(is_idle.iter_mut()) {
            if suppresses(suppression, finding) {
                (kept, *is_idle) = (false, false);
            }
        }
        kept
    });
    before - findings.len()
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
