//! Making fixes: those that do not collide at once, the text linted again, and so on until nothing is left to do.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{Fix, Safety};
use crate::{
    config::Config,
    lint::{
        engine::check_source,
        finding::{Finding, Findings, Level},
        rules::syntax_error,
    },
    spec::{Kind, Spec},
    text::{Document, Edit, Span, edit, json::Tree, svg},
    workspace::{Artifact, LoadedSource, layout::ArtifactKind},
};

/// How often a source is linted again, besides once for each fix there was at first. Fixes that lead to each other need a
/// few rounds; whatever needs more goes round in circles.
const ROUNDS: usize = 100;

/// What is to be mended.
#[derive(Clone, Copy)]
pub struct Mending<'a> {
    pub config: &'a Config,
    /// Whether guesses are wanted.
    pub with_unsafe: bool,
    /// Which of the findings of a source, of those that `config` leaves.
    pub wanted: &'a (dyn Fn(&[Finding]) -> Vec<bool> + Sync),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Mended {
    /// The artifacts that are not what they were.
    pub changes: Vec<Change>,
    /// How many fixes were not made, being guesses that were not asked for.
    pub held_back: usize,
    /// Fixes that would have done harm.
    pub dropped: Vec<Dropped>,
}

/// An artifact before and after.
#[derive(Debug)]
pub struct Change {
    pub before: Arc<Document>,
    pub after: Arc<Document>,
    /// How many fixes were made in it.
    pub fixes: usize,
    /// What may not be shown of the text before, and of that after.
    pub secrets: [Vec<Span>; 2],
}

/// A fix that was not made, and why.
#[derive(Debug)]
pub struct Dropped {
    pub finding: Finding,
    pub reason: String,
}

/// Mends what was read of a source, in memory. The same again changes nothing.
pub fn mend(source: &LoadedSource<'_>, mending: &Mending<'_>) -> Mended {
    let mut state = State::of(source.artifacts.clone(), source, mending);
    let secrets_before = state.findings.secrets.clone();
    let mut mended = Mended::default();
    let mut fixes: HashMap<String, usize> = HashMap::new();
    let mut count = |findings: &[&Finding]| {
        findings.iter().for_each(|finding| *fixes.entry(finding.path.clone()).or_default() += 1);
    };
    let mut refused: HashSet<Identity> = HashSet::new();
    // Whether anything was mended since fixes were refused.
    let mut is_better_since = false;
    let rounds = ROUNDS + fixes_of(&state.findings, mending).count();
    for _ in 0..rounds {
        let chosen = choose(&state.findings, mending, &refused);
        if chosen.is_empty() {
            if !is_better_since || refused.is_empty() {
                break;
            }
            // What did harm then may do none now.
            refused.clear();
            mended.dropped.clear();
            is_better_since = false;
            continue;
        }
        let next = state.with(&chosen, source, mending);
        if state.harm(&chosen, &next).is_none() {
            count(&chosen);
            state = next;
            is_better_since = true;
            continue;
        }
        // One of them does harm: they are tried one by one, up to the first that does none.
        let mut good = None;
        for finding in chosen {
            let next = state.with(&[finding], source, mending);
            match state.harm(&[finding], &next) {
                None => {
                    count(&[finding]);
                    good = Some(next);
                    break;
                }
                Some(reason) => {
                    refused.insert(Identity::of(finding));
                    mended.dropped.push(Dropped { finding: finding.clone(), reason });
                }
            }
        }
        if let Some(next) = good {
            is_better_since = true;
            state = next;
        }
    }
    for (before, after) in source.artifacts.iter().zip(&state.artifacts) {
        let (Ok(old), Ok(new)) = (&before.content, &after.content) else { continue };
        if old.text() != new.text() {
            let secrets = [&secrets_before, &state.findings.secrets]
                .map(|secrets| secrets.get(&*before.path).cloned().unwrap_or_default());
            let (before, after) = (Arc::clone(old), Arc::clone(new));
            let fixes = fixes.get(before.path()).copied().unwrap_or_default();
            mended.changes.push(Change { before, after, fixes, secrets });
        }
    }
    let is_guess = |fix: &Fix| fix.safety == Safety::Unsafe && !mending.with_unsafe;
    mended.held_back = fixes_of(&state.findings, mending).filter(|(_, fix)| is_guess(fix)).count();
    mended
}

impl Mended {
    /// How many fixes were made.
    pub fn fixes(&self) -> usize {
        self.changes.iter().map(|change| change.fixes).sum()
    }
}

/// What a finding is known by when the text around it has moved.
type Key = (&'static str, String, Option<String>, String);

#[derive(PartialEq, Eq, Hash)]
struct Identity(Key);

impl Identity {
    fn of(finding: &Finding) -> Self {
        Self((finding.rule, finding.path.clone(), finding.pointer.clone(), finding.message.clone()))
    }
}

/// The findings that are wanted and can be mended.
fn fixes_of<'f>(findings: &'f Findings, mending: &Mending<'_>) -> impl Iterator<Item = (&'f Finding, &'f Fix)> {
    let wanted = (mending.wanted)(&findings.findings);
    let all = findings.findings.iter().zip(wanted).filter(|(_, is_wanted)| *is_wanted);
    all.filter_map(|(finding, _)| Some((finding, finding.fix.as_ref()?)))
}

/// The fixes of one round: in the order of the findings, each that collides with none before it.
fn choose<'f>(findings: &'f Findings, mending: &Mending<'_>, refused: &HashSet<Identity>) -> Vec<&'f Finding> {
    let mut chosen: Vec<&Finding> = Vec::new();
    // Of the text that is being gone through: where the edits that were chosen stand, in their order.
    let mut taken: Vec<&Edit> = Vec::new();
    for (finding, fix) in fixes_of(findings, mending) {
        if fix.safety == Safety::Unsafe && !mending.with_unsafe || refused.contains(&Identity::of(finding)) {
            continue;
        }
        if chosen.last().is_some_and(|last| last.path != finding.path) {
            taken.clear();
        }
        if fix.edits.iter().all(|edit| is_free(&taken, edit)) {
            for edit in &fix.edits {
                let at = taken.partition_point(|other| other.span < edit.span);
                taken.insert(at, edit);
            }
            chosen.push(finding);
        }
    }
    chosen
}

/// Whether an edit collides with none of those in their order; only its neighbours can.
fn is_free(taken: &[&Edit], edit: &Edit) -> bool {
    let at = taken.partition_point(|other| other.span < edit.span);
    let before = at.checked_sub(1).map(|before| taken[before]);
    !before.into_iter().chain(taken.get(at).copied()).any(|other| other.collides(edit))
}

/// A source as it stands in between, with what is found in it.
struct State {
    artifacts: Vec<Artifact>,
    findings: Findings,
}

/// How far an artifact can be read: what could not be read before is seen for the first time after a fix, and is not the
/// doing of the fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// It is no JSON or no SVG.
    Not,
    /// A text, an icon, or a connection spec of a kind.
    As(Option<Kind>),
}

impl State {
    fn of(artifacts: Vec<Artifact>, source: &LoadedSource<'_>, mending: &Mending<'_>) -> Self {
        let loaded = LoadedSource { source: source.source, artifacts };
        let findings = check_source(&loaded, mending.config);
        Self { artifacts: loaded.artifacts, findings }
    }

    /// The source with fixes made.
    fn with(&self, fixed: &[&Finding], source: &LoadedSource<'_>, mending: &Mending<'_>) -> Self {
        let mut artifacts = self.artifacts.clone();
        for artifact in &mut artifacts {
            let fixes = fixed.iter().filter(|finding| *finding.path == *artifact.path);
            let edits = fixes.filter_map(|finding| finding.fix.as_ref()).flat_map(|fix: &Fix| &fix.edits);
            let Ok(document) = &artifact.content else { continue };
            if let Some(text) = edit::apply(document.text(), edits).filter(|text| text != document.text()) {
                artifact.content = Ok(Arc::new(Document::new(Arc::clone(&artifact.path), text.into_bytes())));
            }
        }
        Self::of(artifacts, source, mending)
    }

    /// What harm has been done on the way to another state.
    fn harm(&self, fixed: &[&Finding], next: &Self) -> Option<String> {
        let syntax = syntax_error::RULE.name;
        let has_syntax = |finding: &&Finding| finding.rule == syntax;
        let count = |state: &Self| state.findings.findings.iter().filter(has_syntax).count();
        // What looked like a slip was the trace of another one, and would only be followed by the next.
        if fixed.iter().any(has_syntax) && count(next) >= count(self) {
            return Some("the file would be no more readable".to_owned());
        }
        let mut seen_anew = HashSet::new();
        for (before, after) in self.artifacts.iter().zip(&next.artifacts) {
            let is_same = match (&before.content, &after.content) {
                (Ok(before), Ok(after)) => Arc::ptr_eq(before, after),
                _ => true,
            };
            if is_same {
                continue;
            }
            let (read_before, read_after) = (Read::of(before), Read::of(after));
            if read_before != Read::Not && read_after == Read::Not {
                return Some(format!("the {} could not be read any more", before.kind.noun()));
            }
            if read_before != read_after {
                seen_anew.insert(&*before.path);
            }
        }
        let errors = |findings: &Findings, rule: &str, path: &str| {
            let is_meant = |found: &&Finding| found.level == Level::Error && found.rule == rule && found.path == path;
            findings.findings.iter().filter(is_meant).count()
        };
        let mut told = HashSet::new();
        for error in next.findings.findings.iter().filter(|finding| finding.level == Level::Error) {
            let is_new = told.insert((error.rule, &error.path)) && !seen_anew.contains(error.path.as_str());
            let count = |findings| errors(findings, error.rule, &error.path);
            if is_new && count(&next.findings) > count(&self.findings) {
                return Some(format!("it would lead to an error of `{}`: {}", error.rule, error.message));
            }
        }
        None
    }
}

impl Read {
    fn of(artifact: &Artifact) -> Self {
        let Ok(document) = &artifact.content else { return Self::Not };
        match artifact.kind {
            ArtifactKind::ConnectionSpec => {
                let tree = Tree::read(Arc::clone(document));
                Spec::of(&tree).map_or(Self::Not, |spec| Self::As(spec.kind()))
            }
            ArtifactKind::Icon => {
                let svg = svg::read(document.text());
                let is_svg = svg.is_ok_and(|svg| svg::is(svg.root_element(), "svg"));
                if is_svg { Self::As(None) } else { Self::Not }
            }
            ArtifactKind::Category | ArtifactKind::Description | ArtifactKind::Label => Self::As(None),
        }
    }
}
