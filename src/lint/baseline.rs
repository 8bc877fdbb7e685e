//! The baseline: findings that were there when a repository took the linter up, and that later runs leave out.
//!
//! An entry knows its finding by the rule, the file, the key and what is said, without the numbers and names in it: lines may
//! move and values may change, and it is the same finding. Where a file has several of one kind, the entry counts them, and
//! what is more than that is new. No part of a text is kept, so that no secret can be.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{Finding, Findings};
use crate::{
    config,
    text::{
        Document, Span,
        json::{Kind, Node, Tree},
    },
    workspace::layout,
};

/// The version of the file.
const VERSION: u32 = 1;

/// The largest baseline that is read, in bytes: a hundred thousand findings have 25 MB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Findings that are known, and how often each was there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Entry, usize>,
}

/// What is known of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    path: String,
    rule: String,
    pointer: Option<String>,
    fingerprint: String,
}

impl Entry {
    fn of(finding: &Finding) -> Self {
        Self {
            path: finding.path.clone(),
            rule: finding.rule.to_owned(),
            pointer: finding.pointer.clone(),
            fingerprint: fingerprint(&finding.message),
        }
    }
}

/// Where the baseline of a repository is.
pub fn path(root: &Path) -> PathBuf {
    root.join(layout::STATE).join(layout::BASELINE)
}

/// The same, as it is shown.
pub fn shown() -> String {
    format!("{}/{}", layout::STATE, layout::BASELINE)
}

impl Baseline {
    /// A baseline of the findings of a run.
    pub fn of(findings: &[Finding]) -> Self {
        let mut entries = BTreeMap::new();
        for finding in findings {
            *entries.entry(Entry::of(finding)).or_default() += 1;
        }
        Self { entries }
    }

    /// The baseline of the repository at `root`, where it has one.
    pub fn load(root: &Path) -> Result<Option<Self>, config::Error> {
        let path = path(root);
        let failed = |source| config::Error::File { path: path.clone(), source };
        match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(failed(io::Error::other("it is not a file"))),
            Ok(metadata) if metadata.len() > LARGEST => {
                return Err(failed(io::Error::other("it is larger than 64 MB")));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        }
        Self::read(fs::read(&path).map_err(failed)?).map(Some)
    }

    /// Reads a baseline.
    pub fn read(bytes: Vec<u8>) -> Result<Self, config::Error> {
        let document = Arc::new(Document::new(shown(), bytes));
        let tree = Tree::read(Arc::clone(&document));
        let reader = Reader { document: &document };
        if let Some(at) = document.invalid_utf8() {
            return Err(reader.fault(document.character(at), "this is not UTF-8"));
        }
        match (tree.errors().first(), tree.root()) {
            (Some(error), _) => Err(reader.fault(error.span, &error.message)),
            (None, Some(root)) => reader.baseline(root),
            (None, None) => Err(reader.fault(Span::default(), "the file is empty")),
        }
    }

    /// The file it is kept in: one finding a line, so that branches seldom conflict.
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (number, (entry, count)) in self.entries.iter().enumerate() {
            let line = serde_json::json!({
                "rule": entry.rule,
                "path": entry.path,
                "pointer": entry.pointer,
                "fingerprint": entry.fingerprint,
                "count": count,
            });
            // Writing to a string cannot fail.
            let _ = write!(text, "{}\n    {line}", if number > 0 { "," } else { "" });
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.entries.values().sum()
    }

    /// Whether no finding is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Tells of the findings of a run, one after the other, which are known: of several of one sort the first, as many as
    /// are listed.
    pub fn recognizer(&self) -> impl FnMut(&Finding) -> bool {
        let mut seen: BTreeMap<Entry, usize> = BTreeMap::new();
        move |finding| {
            let entry = Entry::of(finding);
            let listed = self.entries.get(&entry).copied().unwrap_or_default();
            let seen = seen.entry(entry).or_default();
            *seen += 1;
            *seen <= listed
        }
    }

    /// Leaves the known findings out, and tells which of the known ones are gone.
    pub fn leave_out(&self, findings: &mut Findings) -> Self {
        let mut left = self.entries.clone();
        let before = findings.findings.len();
        findings.retain(|finding| match left.get_mut(&Entry::of(finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        findings.summary.baselined += before - findings.findings.len();
        left.retain(|_, count| *count > 0);
        Self { entries: left }
    }

    /// The baseline without what is gone.
    pub fn without(&self, gone: &Self) -> Self {
        let left = |(entry, count): (&Entry, &usize)| {
            let count = count - gone.entries.get(entry).copied().unwrap_or_default();
            (count > 0).then(|| (entry.clone(), count))
        };
        Self { entries: self.entries.iter().filter_map(left).collect() }
    }
}

/// What a message says, whatever the numbers and the names in it.
fn fingerprint(message: &str) -> String {
    let mut said = String::new();
    for (number, part) in message.split('`').enumerate() {
        // Every second part stands between two back-quotes.
        if number % 2 == 1 {
            said.push('`');
        } else {
            for character in part.chars() {
                match character.is_ascii_digit() {
                    true if said.ends_with('0') => {}
                    true => said.push('0'),
                    false => said.push(character),
                }
            }
        }
    }
    Sha256::digest(said.as_bytes())[..8].iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

struct Reader<'d> {
    document: &'d Arc<Document>,
}

impl Reader<'_> {
    fn fault(&self, span: Span, message: &str) -> config::Error {
        config::Error::Invalid {
            document: Arc::clone(self.document),
            span,
            message: message.to_owned(),
            help: Some(
                "take back what was changed by hand or by a merge; or write it anew with `sss lint --baseline write`"
                    .to_owned(),
            ),
        }
    }

    fn baseline(&self, root: Node<'_>) -> Result<Baseline, config::Error> {
        let version = self.member(root, "version")?;
        if self.number(version)? != VERSION as usize {
            return Err(self.fault(version.span(), "this version of the file is of another `sss`"));
        }
        let findings = self.member(root, "findings")?;
        if findings.kind() != Kind::Array {
            return Err(self.fault(findings.span(), "this must be an array"));
        }
        let mut entries = BTreeMap::new();
        for item in findings.items() {
            let pointer = self.member(item, "pointer")?;
            let entry = Entry {
                path: self.text_of(self.member(item, "path")?)?,
                rule: self.text_of(self.member(item, "rule")?)?,
                pointer: if pointer.kind() == Kind::Null { None } else { Some(self.text_of(pointer)?) },
                fingerprint: self.text_of(self.member(item, "fingerprint")?)?,
            };
            // A merge may have brought one entry twice.
            *entries.entry(entry).or_default() += self.number(self.member(item, "count")?)?;
        }
        Ok(Baseline { entries })
    }

    fn member<'n>(&self, node: Node<'n>, key: &str) -> Result<Node<'n>, config::Error> {
        if node.kind() != Kind::Object {
            return Err(self.fault(node.span(), "this must be an object"));
        }
        node.get(key).ok_or_else(|| self.fault(node.span(), &format!("this has no `{key}`")))
    }

    fn text_of(&self, node: Node<'_>) -> Result<String, config::Error> {
        let text = node.as_str().map(std::borrow::Cow::into_owned);
        text.ok_or_else(|| self.fault(node.span(), "this must be a text"))
    }

    fn number(&self, node: Node<'_>) -> Result<usize, config::Error> {
        let number = node.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e9).contains(number));
        number.map(|number| number as usize).ok_or_else(|| self.fault(node.span(), "this must be a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Level, Sink, registry};

    fn finding(path: &str, pointer: Option<&str>, message: &str) -> Finding {
        let mut findings = Vec::new();
        let rule = registry::find("unknown-key").unwrap();
        Sink { rule, level: Level::Error, findings: &mut findings }.path(path, message);
        findings[0].pointer = pointer.map(str::to_owned);
        findings.remove(0)
    }

    fn found(findings: &[Finding]) -> Findings {
        Findings { findings: findings.to_vec(), ..Findings::default() }
    }

    #[test]
    fn a_finding_is_known_wherever_it_stands_and_whatever_it_quotes() {
        let baseline = Baseline::of(&[finding("a", Some("/x"), "`one` has 12 characters")]);
        for (path, pointer, message, is_known) in [
            ("a", Some("/x"), "`another` has 7 characters", true),
            ("a", Some("/y"), "`one` has 12 characters", false),
            ("b", Some("/x"), "`one` has 12 characters", false),
            ("a", None, "`one` has 12 characters", false),
            ("a", Some("/x"), "`one` has 12 words", false),
        ] {
            let mut findings = found(&[finding(path, pointer, message)]);
            let gone = baseline.leave_out(&mut findings);
            assert_eq!(findings.findings.is_empty(), is_known, "{path} {pointer:?} {message}");
            assert_eq!((findings.summary.baselined == 1, gone.is_empty()), (is_known, is_known));
            assert_eq!(findings.summary.errors, usize::from(!is_known), "what is left is counted");
        }
    }

    #[test]
    fn what_is_more_than_was_known_is_new_and_what_is_less_is_gone() {
        let one = finding("a", None, "this line is long");
        let baseline = Baseline::of(&[one.clone(), one.clone()]);
        let mut more = found(&[one.clone(), one.clone(), one.clone()]);
        assert!(baseline.leave_out(&mut more).is_empty());
        assert_eq!((more.findings.len(), more.summary.baselined), (1, 2));
        let mut is_known = baseline.recognizer();
        assert_eq!([&one, &one, &one].map(&mut is_known), [true, true, false]);
        let mut less = found(std::slice::from_ref(&one));
        let gone = baseline.leave_out(&mut less);
        assert_eq!((less.findings.len(), gone.len()), (0, 1));
        assert_eq!(baseline.without(&gone), Baseline::of(&[one]));
        assert!(baseline.without(&baseline).is_empty());
    }

    #[test]
    fn the_file_is_the_same_whatever_the_order_and_reads_back() {
        let findings = [
            finding("b", None, "one"),
            finding("a", Some("/x~1\"é"), "two"),
            finding("a", None, "two"),
            finding("a", None, "two"),
        ];
        let baseline = Baseline::of(&findings);
        let mut other = findings.clone();
        other.reverse();
        assert_eq!(baseline.text(), Baseline::of(&other).text());
        assert_eq!(Baseline::read(baseline.text().into_bytes()).unwrap(), baseline);
        assert_eq!(baseline.text().lines().count(), 8, "{}", baseline.text());
        let empty = Baseline::default();
        assert_eq!(Baseline::read(empty.text().into_bytes()).unwrap(), empty);
    }

    #[test]
    fn what_is_no_baseline_is_said_with_its_place() {
        let entry = |text: &str| format!("{{\"version\": 1,\n\"findings\": [\n{text}]}}");
        for (text, told) in [
            (String::new(), ":1:1: "),
            ("{\"version\": 1,\n<<<<<<< HEAD\n\"findings\": []}".to_owned(), ":2:1: "),
            ("[]".to_owned(), ":1:1: this must be an object"),
            ("{\"version\": 2, \"findings\": []}".to_owned(), ":1:13: this version of the file"),
            ("{\"version\": 1}".to_owned(), ":1:1: this has no `findings`"),
            ("{\"version\": 1, \"findings\": {}}".to_owned(), ":1:28: this must be an array"),
            (entry("7"), ":3:1: this must be an object"),
            (
                entry(r#"{"rule": 1, "path": "a", "pointer": null, "fingerprint": "x", "count": 1}"#),
                ":3:10: this must be a text",
            ),
            (
                entry(r#"{"rule": "a", "path": "a", "pointer": null, "fingerprint": "x", "count": -1}"#),
                ":3:74: this must be a whole number",
            ),
            (entry(r#"{"rule": "a", "path": "a", "pointer": null, "fingerprint": "x"}"#), "this has no `count`"),
        ] {
            let error = Baseline::read(text.clone().into_bytes()).unwrap_err();
            assert!(error.to_string().starts_with(".sss/baseline.json:"), "{error}");
            assert!(error.to_string().contains(told), "{text}: {error}");
            assert!(error.excerpt().is_some() && error.help().unwrap().contains("--baseline write"));
        }
        assert!(Baseline::read(vec![b'{', 0xff]).is_err());
    }
}
