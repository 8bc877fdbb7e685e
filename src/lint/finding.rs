//! Findings: what is wrong, where, and what to do about it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use super::fix::{Fix, Safety};
use crate::{
    text::{Document, Position, Span, json::Node, pointer, visible},
    workspace::git,
};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably not meant.
    Warning,
    /// Will be refused, or will not work.
    Error,
}

impl Level {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding of one rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    pub level: Level,
    /// A sentence without its full stop.
    pub message: String,
    /// Path relative to the root, with `/`.
    pub path: String,
    /// The key or value, in a JSON document.
    pub pointer: Option<String>,
    /// The place in the text; empty at the start for what concerns the whole file or a missing one.
    pub span: Span,
    /// The text, where there is one.
    pub document: Option<Arc<Document>>,
    /// The path of another artifact that it is about as much: one of the two is to be changed.
    pub beside: Option<Arc<str>>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places in the same text that explain it.
    pub related: Vec<Related>,
    /// A part of the text that may not be shown with this or any other finding.
    pub secret: Option<Span>,
    /// How it is mended, where that can be done without knowing more.
    pub fix: Option<Fix>,
    /// The member that it is about, where the object does not have it under its name.
    pub absent: Option<Absent>,
}

/// A member that an object does not have under its name, by its JSON Pointer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Absent {
    /// It should be there.
    Missing(String),
    /// A member of another name is meant as it.
    Misspelled(String),
}

/// A second place, and why it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub span: Span,
    pub message: String,
}

impl Finding {
    /// Adds what to do about it.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(visible::lines(help.into()));
        self
    }

    /// Adds what to do about it, where that is known.
    pub fn maybe_help(&mut self, help: Option<String>) -> &mut Self {
        if help.is_some() {
            self.help = help.map(visible::lines);
        }
        self
    }

    /// Says that it is about another artifact as much.
    pub fn beside(&mut self, document: &Document) -> &mut Self {
        self.beside = Some(document.path().into());
        self
    }

    /// Says that an object lacks a member.
    pub fn lacks(&mut self, object: Node<'_>, key: &str) -> &mut Self {
        self.absent = Some(Absent::Missing(member(object, key)));
        self
    }

    /// Says that a member is probably meant as one of another name.
    pub fn means(&mut self, misspelled: Node<'_>, key: &str) -> &mut Self {
        self.absent = misspelled.parent().map(|object| Absent::Misspelled(member(object, key)));
        self
    }

    /// Adds a place that explains it.
    pub fn related(&mut self, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push(Related { span, message: visible::sentence(message.into()) });
        self
    }

    /// Has a part of the text kept out of what is printed.
    pub fn secret(&mut self, span: Span) -> &mut Self {
        self.secret = Some(span);
        self
    }

    /// Sets another level than the rule's own, where one rule has graver and lighter cases.
    pub fn level(&mut self, level: Level) -> &mut Self {
        self.level = level;
        self
    }

    /// First and last place, as a person counts.
    pub fn range(&self) -> (Position, Position) {
        match &self.document {
            Some(document) => (document.position(self.span.start as usize), document.position(self.span.end as usize)),
            None => {
                let start = Position { line: 1, column: 1, offset: 0 };
                (start, start)
            }
        }
    }
}

/// The JSON Pointer of a member.
fn member(object: Node<'_>, key: &str) -> String {
    let mut pointer = object.pointer();
    pointer::push(&mut pointer, key);
    pointer
}

/// Leaves out that a member is missing where another finding says which one is meant as it: that is one slip. It is as grave
/// as the graver of both.
pub(super) fn join_misspelled(findings: &mut Vec<Finding>) {
    let mut missing: HashMap<(String, String), Level> = HashMap::new();
    for finding in findings.iter() {
        if let Some(Absent::Missing(pointer)) = &finding.absent {
            let level = missing.entry((finding.path.clone(), pointer.clone())).or_insert(finding.level);
            *level = finding.level.max(*level);
        }
    }
    if missing.is_empty() {
        return;
    }
    let mut explained = HashSet::new();
    for finding in findings.iter_mut() {
        if let Some(Absent::Misspelled(pointer)) = &finding.absent {
            let place = (finding.path.clone(), pointer.clone());
            if let Some(level) = missing.get(&place) {
                finding.level = finding.level.max(*level);
                explained.insert(place);
            }
        }
    }
    findings.retain(|finding| match &finding.absent {
        Some(Absent::Missing(pointer)) => !explained.contains(&(finding.path.clone(), pointer.clone())),
        Some(Absent::Misspelled(_)) | None => true,
    });
}

/// Takes what one finding marks as secret out of what the others of the same source say: one text may be compared with
/// another.
pub(super) fn hide_secrets(findings: &mut [Finding]) {
    let secrets: BTreeSet<String> = findings
        .iter()
        .filter_map(|finding| Some(finding.document.as_ref()?.slice(finding.secret?).to_owned()))
        .collect();
    if secrets.is_empty() {
        return;
    }
    let mut beginnings = Beginnings::default();
    secrets.iter().for_each(|secret| beginnings.add(secret));
    for finding in findings {
        beginnings.hide(&mut finding.message);
        finding.help.iter_mut().for_each(|help| beginnings.hide(help));
        finding.related.iter_mut().for_each(|related| beginnings.hide(&mut related.message));
    }
}

/// Secrets by how they begin, so that a text is searched once for all of them. By length first, of which there are few.
#[derive(Default)]
struct Beginnings<'a>(BTreeMap<usize, HashMap<&'a str, Vec<&'a str>>>);

impl<'a> Beginnings<'a> {
    fn add(&mut self, secret: &'a str) {
        let beginning = beginning(secret);
        // Short texts that are no secret by their form would be found in any sentence.
        if beginning.len() >= 6 {
            self.0.entry(beginning.len()).or_default().entry(beginning).or_default().push(secret);
        }
    }

    /// Takes every secret out of a text.
    fn hide(&self, text: &mut String) {
        let mut held: BTreeSet<&str> = BTreeSet::new();
        for (length, beginnings) in &self.0 {
            let windows = text.char_indices().filter_map(|(start, _)| text.get(start..start + length));
            held.extend(windows.filter_map(|window| beginnings.get(window)).flatten());
        }
        held.into_iter().for_each(|secret| hide(text, secret));
    }
}

/// Messages may quote no more than the beginning of a long text; less than this of it tells nothing.
const BEGINNING: usize = 16;

fn beginning(secret: &str) -> &str {
    secret.char_indices().nth(BEGINNING).map_or(secret, |(end, _)| &secret[..end])
}

fn hide(text: &mut String, secret: &str) {
    let beginning = beginning(secret);
    while let Some(start) = text.find(beginning) {
        let same = text[start..].chars().zip(secret.chars()).take_while(|(one, other)| one == other);
        let end = start + same.map(|(one, _)| one.len_utf8()).sum::<usize>();
        text.replace_range(start..end, "***");
    }
}

/// All findings of a run, sorted, with what was looked at.
#[derive(Debug, Default)]
pub struct Findings {
    /// By path, then by place, then by rule.
    pub findings: Vec<Finding>,
    /// The paths of all files that were looked at, sorted.
    pub files: Vec<Arc<str>>,
    /// What no excerpt of a document may show, whatever was found there: by path, and in the order of the text.
    pub secrets: BTreeMap<String, Vec<Span>>,
    pub summary: Summary,
    /// Why git could not be asked, where it could not: what its rules would find is not among the findings.
    pub not_asked: Option<git::Error>,
    /// Whether warnings are as bad as errors.
    pub strict: bool,
    /// How many fixes were made before this was found; nothing where none were asked for.
    pub mended: Option<usize>,
}

/// How much was looked at and found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub sources: usize,
    pub files: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub suppressed: usize,
    /// Findings that the baseline knows.
    pub baselined: usize,
}

impl Findings {
    /// Whether something is wrong enough that nothing may be published.
    pub fn has_errors(&self) -> bool {
        self.summary.errors > 0
    }

    /// Whether the run has failed.
    pub fn has_failed(&self) -> bool {
        self.findings.iter().any(|finding| self.is_failure(finding))
    }

    /// Whether a run fails for a finding.
    pub fn is_failure(&self, finding: &Finding) -> bool {
        finding.level >= if self.strict { Level::Warning } else { Level::Error }
    }

    /// Keeps only the findings that are wanted, and counts them anew.
    pub fn retain(&mut self, wanted: impl FnMut(&Finding) -> bool) {
        self.findings.retain(wanted);
        self.count();
    }

    /// How many of the findings have a fix of this safety.
    pub fn fixable(&self, safety: Safety) -> usize {
        self.findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == safety)).count()
    }

    /// Adds the findings of another run.
    pub fn append(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.files.extend(other.files);
        self.secrets.extend(other.secrets);
        self.not_asked = self.not_asked.take().or(other.not_asked);
        self.summary.sources += other.summary.sources;
        self.summary.files += other.summary.files;
        self.summary.suppressed += other.summary.suppressed;
        self.summary.baselined += other.summary.baselined;
        self.count();
    }

    pub(super) fn count(&mut self) {
        let count = |level| self.findings.iter().filter(|finding| finding.level == level).count();
        let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Note));
        self.summary = Summary { errors, warnings, notes, ..self.summary };
    }

    /// The names of the rules that found something, without repetition.
    pub fn rules(&self) -> Vec<&'static str> {
        let mut rules: Vec<_> = self.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::Beginnings;

    fn hidden(text: &str, secrets: &[&'static str]) -> String {
        let mut beginnings = Beginnings::default();
        secrets.iter().for_each(|secret| beginnings.add(secret));
        let mut text = text.to_owned();
        beginnings.hide(&mut text);
        text
    }

    #[test]
    fn secrets_are_taken_out_of_messages_even_where_they_are_cut_short() {
        for (message, told) in [
            ("`0123456789abcdefgh` is wrong", "`***` is wrong"),
            ("`0123456789abcdefg…` is wrong", "`***…` is wrong"),
            ("`0123456789` is right", "`0123456789` is right"),
            ("é0123456789abcdefghé0123456789abcdefgh", "é***é***"),
        ] {
            assert_eq!(hidden(message, &["0123456789abcdefgh"]), told);
        }
        assert_eq!(hidden("hunter2 or hun", &["hunter2"]), "*** or hun");
    }

    #[test]
    fn of_several_secrets_each_is_taken_out() {
        let secrets = ["hunter2", "short", "é23456789abcdefghé", "0123456789abcdefgh", "0123456789abcdefxy"];
        assert_eq!(
            hidden("é23456789abcdefghé, hunter2, short, 0123456789abcdefxy", &secrets),
            "***, ***, short, ***xy"
        );
        assert_eq!(hidden("", &secrets), "");
    }
}
