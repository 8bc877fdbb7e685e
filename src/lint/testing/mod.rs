//! Rules against the examples of their own pages.
//!
//! A fenced block of a page whose info string says `bad` or `good` is an example, and says what it stands for:
//!
//! - `json bad batch`, `json bad streaming`: a JSON merge patch (RFC 7396) on a clean spec of that kind;
//! - `json bad raw`: the text of a connection spec;
//! - `json bad sample`: a response of the API, as `--sample` gives it, beside the clean batch source;
//! - `text bad label` (`category`, `description`), `svg bad icon`: the text of that artifact;
//! - `text bad layout`: paths to add (`+ path`, `+ path/` for a folder, `+ path -> target` for a link) to a clean source,
//!   or to take away (`- path`);
//! - `toml bad config`: the text of `sss.toml`, beside a clean source with a stray file, `Sources/acme/notes.txt`;
//! - `text bad tracked`: the paths that git tracks of a clean source; `text bad gitignore`: the `.gitignore` beside one;
//! - `json bad history`: a JSON merge patch on the clean batch spec, as a commit had it that is not the last.
//!
//! - `diff bad api`, `diff bad ui`: lines that the clean batch source's documentation page does not have (`- line`) and lines
//!   that it has instead (`+ line`), or behind its overview where none is taken away; `text bad api`: the whole page;
//! - `text bad page`: where a clean page lies in a checkout of the documentation repository.
//!
//! With `answers:…`, a response without blanks in it is given as `--sample` gives it, beside a patched spec.
//!
//! With `beside`, the second source `acme-orders` stands beside the clean one, and the example is about that.
//!
//! A bad example gives its rule and no other, a good one gives nothing; `also:rule` allows one more, and `only` looks at
//! the page's own rule alone. What a page cannot show as it is: `escaped` reads `\xHH` as a byte, `padded:N` fills a text
//! up with blanks to N bytes, and `linux` runs only where names that differ in case, and links, can be made by anyone.

mod damage;
mod fixes;
mod git;
mod pages;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{
    Finding, Findings, Level, Rule, check, check_source,
    page::{BATCH, STREAMING, merge},
    registry::RULES,
};
use crate::{
    config::Config,
    spec::response,
    text::Document,
    workspace::{
        Artifact, LoadedSource, PageFile, Source, Workspace,
        git::{Git, History},
        layout::{self, ArtifactKind},
    },
};

/// The clean source that examples are made from.
const NAME: &str = "acme";
const ICON: &str = include_str!("icon.svg");

/// A source in memory: path → content, `None` for a folder.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    files: BTreeMap<String, Option<Vec<u8>>>,
    /// Path → target.
    links: BTreeMap<String, String>,
    git: Option<git::InGit>,
    /// A response of the API.
    response: Option<Arc<response::Sample>>,
    /// The documentation pages to look at beside those in `docs`.
    pages: Vec<String>,
}

impl Sample {
    /// A clean batch source.
    pub(super) fn batch() -> Self {
        Self::new(BATCH, "crm")
    }

    /// A clean streaming source.
    pub(super) fn streaming() -> Self {
        Self::new(STREAMING, "streaming")
    }

    fn new(spec: &str, category: &str) -> Self {
        let mut sample =
            Self { files: BTreeMap::new(), links: BTreeMap::new(), git: None, response: None, pages: vec![] };
        sample.files.insert(format!("Sources/{NAME}/Artifacts"), None);
        for (kind, text) in [
            (ArtifactKind::Category, category),
            (ArtifactKind::Description, "Acme brings contacts to Experience Platform."),
            (ArtifactKind::Label, "Acme"),
            (ArtifactKind::ConnectionSpec, spec),
            (ArtifactKind::Icon, ICON.trim_end()),
        ] {
            sample = sample.with(kind, format!("{text}\n"));
        }
        sample
    }

    /// The sample with another artifact.
    pub(super) fn with(mut self, kind: ArtifactKind, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(kind.path(NAME), Some(content.into()));
        self
    }

    /// The sample with its spec changed by a JSON merge patch.
    pub(super) fn patched(self, patch: &str) -> Self {
        let patch: Value = serde_json::from_str(patch).unwrap_or_else(|error| panic!("{error} in {patch}"));
        let path = ArtifactKind::ConnectionSpec.path(NAME);
        let mut spec: Value = serde_json::from_slice(self.files[&path].as_ref().unwrap()).unwrap();
        merge(&mut spec, &patch);
        self.with(ArtifactKind::ConnectionSpec, format!("{spec:#}\n"))
    }

    /// The sample with members of `sourceSpec.attributes` changed, written as JSON without the braces around them.
    pub(super) fn with_attributes(self, members: &str) -> Self {
        self.patched(&format!("{{\"sourceSpec\": {{\"attributes\": {{{members}}}}}}}"))
    }

    /// The sample with everything in it brought under another name, beside the clean batch source.
    fn beside(self) -> Self {
        const OTHER: &str = "acme-orders";
        let mut both = Self::batch();
        for (path, content) in self.files {
            let path = path.replace(NAME, OTHER);
            both.files.insert(path, content);
        }
        both
    }

    /// The sample as a source with names of its own.
    fn renamed(self) -> Self {
        self.patched(
            r#"{"name": "acme-orders", "sourceSpec": {"attributes": {"uiAttributes": {"label": {"text": "Acme Orders"}}}}}"#,
        )
        .with(ArtifactKind::Label, "Acme Orders\n")
    }

    /// The sample with files and folders added and taken away.
    pub(super) fn rearranged(mut self, lines: &str) -> Self {
        for line in lines.lines() {
            match line.split_once(' ') {
                Some(("+", path)) if path.contains(" -> ") => {
                    let (path, target) = path.split_once(" -> ").unwrap();
                    self.links.insert(path.to_owned(), target.to_owned());
                }
                Some(("+", path)) => {
                    let content = (!path.ends_with('/')).then(|| b"x\n".to_vec());
                    self.files.insert(path.trim_end_matches('/').to_owned(), content);
                }
                Some(("-", path)) => {
                    assert!(self.files.remove(path).is_some(), "there is no {path} to take away");
                }
                _ => panic!("neither + nor -: {line}"),
            }
        }
        self
    }

    /// The sample with a file, or a folder and all in it, under another name.
    pub(super) fn moved(mut self, from: &str, to: &str) -> Self {
        let renamed = |path: &str| match path.strip_prefix(from) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{to}{rest}"),
            _ => path.to_owned(),
        };
        self.files = self.files.into_iter().map(|(path, content)| (renamed(&path), content)).collect();
        self
    }

    /// The sample with a stray file, and a configuration.
    fn configured(mut self, config: &str) -> Self {
        self.files.insert(layout::CONFIG.to_owned(), Some(config.into()));
        self.rearranged(&format!("+ Sources/{NAME}/notes.txt"))
    }

    /// The sample in a repository of git that tracks these paths only.
    pub(super) fn tracked(mut self, paths: &[&str]) -> Self {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self.git.get_or_insert_default().tracked = Some(paths);
        self
    }

    /// The sample in a repository of git with a `.gitignore`.
    pub(super) fn ignoring(mut self, patterns: &str) -> Self {
        self.git.get_or_insert_default().ignored = patterns.to_owned();
        self
    }

    /// The sample in a repository of git in which nothing was ever added or committed.
    pub(super) fn without_commits(mut self) -> Self {
        self.git.get_or_insert_default().is_uncommitted = true;
        self
    }

    /// The sample after another spec was committed and taken back.
    fn after(mut self, other: &Self) -> Self {
        let path = ArtifactKind::ConnectionSpec.path(NAME);
        let content = other.files[&path].clone().unwrap();
        self.git.get_or_insert_default().past = Some((path, content));
        self
    }

    /// The sample beside a response of the API.
    pub(super) fn answering(mut self, response: &str) -> Self {
        self.response = Some(Arc::new(response::Sample::read("response.json", response.into()).unwrap()));
        self
    }

    /// What the linter finds in it, layout included. The files are laid out on disk: the layout is what is checked.
    pub(super) fn findings(&self) -> Findings {
        let root = self.laid_out();
        let mut workspace = Workspace::discover(root.path()).unwrap();
        workspace.find_pages();
        self.pages.iter().for_each(|page| workspace.add_page(PageFile::named(root.path(), &root.path().join(page))));
        if let Some(first) = self.git.as_ref().and_then(|git| git.make(root.path())) {
            workspace.set_history(History::since(Git::around(root.path()).unwrap(), &first).unwrap());
        }
        check(&workspace, &self.config(&root))
    }

    fn config(&self, root: &tempfile::TempDir) -> Config {
        Config { sample: self.response.clone(), ..Config::load(root.path()).unwrap() }
    }

    /// The sample on disk.
    fn laid_out(&self) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in &self.files {
            let path = root.path().join(path);
            match content {
                None => std::fs::create_dir_all(path).unwrap(),
                Some(content) => {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, content).unwrap();
                }
            }
        }
        #[cfg(unix)]
        for (path, target) in &self.links {
            std::os::unix::fs::symlink(target, root.path().join(path)).unwrap();
        }
        root
    }

    /// Level of each finding, and the text it is about.
    pub(super) fn told(&self) -> Vec<(Level, String)> {
        let findings = self.findings().findings;
        let about = |found: &Finding| found.document.as_ref().unwrap().slice(found.span).to_owned();
        findings.iter().map(|found| (found.level, about(found))).collect()
    }
}

/// One example of a page.
struct Example<'p> {
    info: &'p str,
    text: String,
}

impl Example<'_> {
    fn says(&self, word: &str) -> bool {
        self.info.split(' ').any(|said| said == word)
    }

    /// The value of a word such as `padded:100`.
    fn value(&self, word: &str) -> Option<&str> {
        self.info.split(' ').find_map(|said| said.strip_prefix(word)?.strip_prefix(':'))
    }

    /// The content of the artifact that the example stands for.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once("\\x").filter(|_| self.says("escaped")) {
            bytes.extend_from_slice(before.as_bytes());
            bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
            rest = &after[2..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes.resize(self.value("padded").map_or(bytes.len(), |length| length.parse().unwrap()), b' ');
        bytes
    }

    fn sample(&self) -> Sample {
        let target = self.info.split(' ').nth(2).unwrap_or_default();
        let is_beside = self.says("beside");
        let clean = if target == "streaming" { Sample::streaming() } else { Sample::batch() };
        let clean = if is_beside { clean.renamed() } else { clean };
        let sample = match target {
            "batch" | "streaming" => match self.value("answers") {
                Some(response) => clean.patched(&self.text).answering(response),
                None => clean.patched(&self.text),
            },
            "sample" => clean.answering(&self.text),
            "raw" => clean.with(ArtifactKind::ConnectionSpec, self.bytes()),
            "label" => clean.with(ArtifactKind::Label, self.bytes()),
            "category" => clean.with(ArtifactKind::Category, self.bytes()),
            "description" => clean.with(ArtifactKind::Description, self.bytes()),
            "icon" => clean.with(ArtifactKind::Icon, self.bytes()),
            "layout" => clean.rearranged(&self.text),
            "api" | "ui" if self.info.starts_with("text") => clean.paged(target, self.bytes()),
            "api" | "ui" => clean.documented(target, &self.text),
            "page" => clean.placed(self.text.trim()),
            "config" => clean.configured(&self.text),
            "tracked" => clean.tracked(&self.text.lines().collect::<Vec<_>>()),
            "gitignore" => clean.ignoring(&self.text),
            "history" => clean.after(&Sample::batch().patched(&self.text)),
            _ => panic!("`{}` says no known target", self.info),
        };
        if is_beside { sample.beside() } else { sample }
    }
}

fn examples(page: &'static str) -> Vec<Example<'static>> {
    let mut examples = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let text: String = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        if info.split(' ').any(|word| word == "bad" || word == "good") {
            examples.push(Example { info, text });
        }
    }
    examples
}

/// Holds a rule to its page.
fn hold_to_page(rule: &Rule) {
    let examples = examples(rule.page);
    assert!(examples.iter().any(|example| example.says("bad")), "{}: no bad example", rule.name);
    assert!(examples.iter().any(|example| example.says("good")), "{}: no good example", rule.name);
    for example in examples {
        if example.says("linux") && !cfg!(target_os = "linux") {
            continue;
        }
        let findings = example.sample().findings();
        let told = || format!("{} in `{}`:\n{}\n{:#?}", rule.name, example.info, example.text, findings.findings);
        let also = example.value("also").unwrap_or_default();
        let is_allowed = |found: &str| also.split(',').any(|name| name == found) || example.says("only");
        let found = findings.rules();
        assert_eq!(found.contains(&rule.name), example.says("bad"), "{}", told());
        assert!(found.iter().all(|name| *name == rule.name || is_allowed(name)), "{}", told());
    }
}

#[test]
fn clean_sources_have_no_findings() {
    for sample in [Sample::batch(), Sample::streaming()] {
        let findings = sample.findings();
        assert!(findings.findings.is_empty(), "{:#?}", findings.findings);
        assert_eq!((findings.summary.sources, findings.summary.files), (1, 5));
    }
}

#[test]
fn every_rule_is_held_to_its_page() {
    let fails = |rule: &&&Rule| std::panic::catch_unwind(|| hold_to_page(rule)).is_err();
    let failed: Vec<&str> = RULES.iter().filter(fails).map(|rule| rule.name).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn every_file_in_rules_is_registered_and_every_page_has_its_parts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lint/rules");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "mod.rs")
        .collect();
    files.sort();
    let mut expected: Vec<String> = RULES
        .iter()
        .flat_map(|rule| ["md", "rs"].map(|end| format!("{}.{end}", rule.name.replace('-', "_"))))
        .collect();
    expected.sort();
    assert_eq!(files, expected);
    assert!(RULES.is_sorted_by_key(|rule| rule.name), "the registry is in the order of the names");
    for rule in RULES {
        assert!(rule.page.starts_with(&format!("# {}\n\n", rule.name)), "{}: the heading is the name", rule.name);
        assert!(!rule.summary().is_empty() && !rule.summary().contains('#'), "{}: no summary", rule.name);
        for heading in
            ["## Why it is bad", "## Example", "## Use instead", "## How to mend it", "## Where it is written"]
        {
            assert!(rule.page.contains(&format!("\n{heading}\n")), "{}: no `{heading}`", rule.name);
        }
    }
}

#[test]
fn a_source_that_stands_in_no_repository_is_checked_without_its_layout() {
    let document = Arc::new(Document::new("x.json", STREAMING.as_bytes().to_vec()));
    let source = Source::named("x");
    let artifact = Artifact { kind: ArtifactKind::ConnectionSpec, path: "x.json".into(), content: Ok(document) };
    let loaded = LoadedSource { source: &source, artifacts: vec![artifact] };
    assert_eq!(check_source(&loaded, &Config::default()).rules(), Vec::<&str>::new());
}
