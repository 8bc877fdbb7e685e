//! A source in memory, linted, and what holds of its findings whatever is in it.

use std::sync::Arc;

use self_serve_sources::{
    cli::Format,
    config::Config,
    lint::{Finding, Findings, check_source, registry},
    report,
    text::{Document, Span, json::Tree},
    workspace::{Artifact, Entry, EntryKind, LoadedSource, Source, layout::ArtifactKind},
};

const NAME: &str = "acme";

/// The findings in some artifacts, in a repository or each by itself.
pub(crate) fn findings(artifacts: &[(ArtifactKind, Vec<u8>)], in_repository: bool, config: &Config) -> Findings {
    let entry = |kind: ArtifactKind| Entry { path: kind.path(NAME).into(), kind: EntryKind::File };
    let mut source = Source::of(NAME.to_owned(), artifacts.iter().map(|(kind, _)| entry(*kind)).collect());
    source.in_repository = in_repository;
    let artifacts = artifacts
        .iter()
        .map(|(kind, bytes)| {
            let path: Arc<str> = kind.path(NAME).into();
            let document = Document::new(Arc::clone(&path), bytes.clone());
            Artifact { kind: *kind, path, content: Ok(Arc::new(document)) }
        })
        .collect();
    check_source(&LoadedSource { source: &source, artifacts }, config)
}

/// Every finding has a place in its text, a pointer that leads somewhere, and words that can be shown; in every format.
pub(crate) fn hold(findings: &Findings) {
    let mut tree: Option<Tree> = None;
    for finding in &findings.findings {
        assert!(registry::find(finding.rule).is_some(), "{finding:#?}");
        let help = finding.help.as_deref().into_iter().flat_map(str::lines);
        let related = finding.related.iter().map(|related| related.message.as_str());
        for said in help.chain(related).chain([finding.message.as_str()]) {
            assert!(!said.is_empty() && !said.contains(char::is_control), "{said:?} of {finding:#?}");
        }
        let Some(document) = &finding.document else {
            assert_eq!((finding.span, finding.pointer.as_deref()), (Span::default(), None), "{finding:#?}");
            continue;
        };
        assert_eq!(document.path(), finding.path);
        for span in finding.related.iter().map(|related| related.span).chain([finding.span]).chain(finding.secret) {
            assert!(document.text().get(span.range()).is_some(), "{span:?} of {finding:#?}");
        }
        if let Some(pointer) = &finding.pointer {
            let tree = tree.get_or_insert_with(|| Tree::read(Arc::clone(document)));
            // Below the first of two equal keys a pointer may lead nowhere, but a node has it.
            let leads = tree.pointer(pointer).is_some() || tree.nodes().any(|node| node.pointer() == *pointer);
            assert!(leads, "{pointer} leads nowhere: {finding:#?}");
        }
    }
    let order = |finding: &Finding| (finding.path.clone(), finding.span);
    assert!(findings.findings.is_sorted_by_key(order), "findings stand in the order of the text");
    formats(findings);
}

fn formats(findings: &Findings) {
    let count = findings.findings.len();
    let full = report::render(findings, Format::Full, true);
    assert!(!report::render(findings, Format::Full, false).contains('\u{1b}'), "{full}");
    let concise = report::render(findings, Format::Concise, false);
    let said = count + 1 + usize::from(report::mending(findings).is_some());
    assert_eq!(concise.lines().count(), said, "{concise}");
    let json: serde_json::Value = read(&report::render(findings, Format::Json, false));
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(count));
    let sarif: serde_json::Value = read(&report::render(findings, Format::Sarif, false));
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(count));
    let github = report::render(findings, Format::Github, false);
    assert_eq!(github.lines().filter(|line| line.starts_with("::")).count(), count, "{github}");
    assert_eq!(github.lines().count(), count + 1, "{github}");
    let junit = report::render(findings, Format::Junit, false);
    let junit = roxmltree::Document::parse(&junit).unwrap_or_else(|error| panic!("{error}:\n{junit}"));
    let told = |name: &str| junit.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!(told("failure") + told("system-out"), count);
}

fn read(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}
