//! Fixes against the pages of their rules: what a page promises is done, does no harm, and is done once.

use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    Example, Sample,
    damage::{SPECS, pointers},
    examples,
};
use crate::{
    config::Config,
    lint::{
        Findings, Level, Rule, check_source,
        fix::{Fixable, Mended, Mending, Safety, mend},
        registry::RULES,
    },
    spec::Spec,
    text::{Document, json::Tree},
    workspace::{Artifact, LoadedSource, Source, Workspace, layout::ArtifactKind},
};

impl Sample {
    /// The sample with all fixes made, or those of one rule.
    fn mended(&self, rule: Option<&Rule>) -> (Self, Vec<Mended>) {
        let root = self.laid_out();
        let workspace = Workspace::discover(root.path()).unwrap();
        let config = self.config(&root);
        let is_wanted = |finding: &crate::lint::Finding| rule.is_none_or(|rule| rule.name == finding.rule);
        let wanted = |findings: &[crate::lint::Finding]| findings.iter().map(is_wanted).collect();
        let mending = Mending { config: &config, with_unsafe: true, wanted: &wanted };
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

/// How a spec is written: with which line ends and indentation, and what before it.
#[derive(Debug, Clone, Copy)]
enum Style {
    Spaces,
    Tabs,
    Windows,
    Marked,
    Minified,
}

/// One damage: something else in a place of the spec, or other characters in its text. Places are parts of a thousand.
#[derive(Debug, Clone)]
enum Damage {
    Value(usize, Value),
    Key(usize, &'static str),
    Insert(usize, &'static str),
    Remove(usize, usize),
}

const KEYS: [&str; 9] =
    ["limitNames", "Method", "id", "contentpath", "é\"{", "default", "$schema", "offsetName", "documentationLinks"];

const PIECES: [&str; 20] = [
    ",",
    ",,",
    "// x\n",
    "/* , */",
    "True",
    "\t",
    "\r",
    "\u{feff}",
    "\"",
    "'a'",
    "{",
    "]",
    ":",
    "${listID}",
    "{{listId}}",
    "\"id\": \"1\",",
    "\"name\": 1.0,",
    "+1",
    " http: //x ",
    "\u{1}",
];

fn damage() -> impl Strategy<Value = Damage> {
    let values = prop_oneof![
        Just(json!("100")),
        Just(json!(1.5)),
        Just(json!("TRUE")),
        Just(json!(false)),
        Just(json!("get")),
        Just(json!("http://a.example/")),
        Just(json!("{{listId}}/${lstId}${x")),
        Just(json!("http: //json-schema.org/draft-07/schema#")),
        Just(json!("yyyy-MM-DDThh:MM:ssZ")),
        Just(json!("Marketing Automation")),
        Just(json!("a\\b\"é")),
        Just(json!({})),
        Just(json!([])),
        Just(json!(["listId", "listId", "x"])),
        Just(json!(null)),
    ];
    prop_oneof![
        4 => (0..1000_usize, values).prop_map(|(at, value)| Damage::Value(at, value)),
        3 => (0..1000_usize, prop::sample::select(&KEYS[..])).prop_map(|(at, key)| Damage::Key(at, key)),
        2 => (0..1000_usize, prop::sample::select(&PIECES[..])).prop_map(|(at, text)| Damage::Insert(at, text)),
        1 => (0..1000_usize, 1..4_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
    ]
}

fn styled(value: &Value, style: Style) -> String {
    let pretty = format!("{value:#}\n");
    match style {
        Style::Spaces => pretty,
        Style::Tabs => pretty.replace("  ", "\t"),
        Style::Windows => pretty.replace('\n', "\r\n"),
        Style::Marked => format!("\u{feff}{pretty}"),
        Style::Minified => value.to_string(),
    }
}

fn damaged(spec: usize, style: Style, damages: &[Damage]) -> String {
    let mut value: Value = serde_json::from_str(SPECS[spec]).unwrap();
    for damage in damages {
        let mut places = Vec::new();
        pointers(&value, "", &mut places);
        let place = |at: usize| places[1 + at * (places.len() - 1) / 1000].clone();
        match damage {
            Damage::Value(at, junk) => *value.pointer_mut(&place(*at)).unwrap() = junk.clone(),
            Damage::Key(at, key) => {
                let place = place(*at);
                let copy = value.pointer(&place).cloned().unwrap();
                let parent = place.rsplit_once('/').unwrap().0;
                if let Some(members) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
                    members.insert((*key).to_owned(), copy);
                }
            }
            Damage::Insert(..) | Damage::Remove(..) => {}
        }
        if places.len() < 3 {
            break;
        }
    }
    let mut text = styled(&value, style);
    for damage in damages {
        let boundary = |text: &str, at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        match damage {
            Damage::Insert(at, piece) => {
                let at = boundary(&text, at * text.len() / 1000);
                text.insert_str(at, piece);
            }
            Damage::Remove(at, length) => {
                let start = boundary(&text, at * text.len() / 1000);
                let end = boundary(&text, (start + length).min(text.len())).max(start);
                text.replace_range(start..end, "");
            }
            Damage::Value(..) | Damage::Key(..) => {}
        }
    }
    text
}

/// A spec and the texts of its card, in memory.
fn loaded<'s>(source: &'s Source, spec: &str, label: &str) -> LoadedSource<'s> {
    let artifact = |kind: ArtifactKind, text: &str| Artifact {
        kind,
        path: kind.path("acme").into(),
        content: Ok(Arc::new(Document::new(kind.path("acme"), text.as_bytes().to_vec()))),
    };
    LoadedSource {
        source,
        artifacts: vec![artifact(ArtifactKind::Label, label), artifact(ArtifactKind::ConnectionSpec, spec)],
    }
}

/// What a text says to the linter: whether it is read at all, and as which kind.
fn seen(text: &str) -> Option<Option<crate::spec::Kind>> {
    let tree = Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
    Spec::of(&tree).map(|spec| spec.kind())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mending_anything_does_no_harm_and_ends(
        spec in 0..SPECS.len(),
        style in prop::sample::select(&[Style::Spaces, Style::Tabs, Style::Windows, Style::Marked, Style::Minified][..]),
        damages in prop::collection::vec(damage(), 1..6),
        label in prop::sample::select(&["Acme\n", "\u{feff} Acme\r\n\r\n", "**Acme**\tCRM\r", "A\u{1}cme\u{200b}"][..]),
        with_unsafe: bool,
    ) {
        let source = Source::named("acme");
        let config = Config::default();
        let mending = Mending { config: &config, with_unsafe, wanted: &|findings| vec![true; findings.len()] };
        let before = damaged(spec, style, &damages);
        let first = loaded(&source, &before, label);
        let mended = mend(&first, &mending);
        let text_of = |kind: ArtifactKind, otherwise: &str| {
            let change = mended.changes.iter().find(|change| change.after.path() == kind.path("acme"));
            change.map_or_else(|| otherwise.to_owned(), |change| change.after.text().to_owned())
        };
        let after = text_of(ArtifactKind::ConnectionSpec, &before);
        let told = || format!("{before}\n--- became\n{after}\n{mended:#?}");
        let parses = |text: &str| serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).is_ok();
        prop_assert!(!parses(&before) || parses(&after), "{}", told());
        let second = loaded(&source, &after, &text_of(ArtifactKind::Label, label));
        let errors = |loaded: &LoadedSource<'_>| {
            check_source(loaded, &config).findings.iter().filter(|finding| finding.level == Level::Error).count()
        };
        if seen(&before).is_some() {
            prop_assert!(seen(&after).is_some(), "{}", told());
        }
        if seen(&before).is_some() && seen(&before) == seen(&after) {
            prop_assert!(errors(&second) <= errors(&first), "{}", told());
        }
        prop_assert!(mend(&second, &mending).changes.is_empty(), "mending goes on: {}", told());
        if !before.contains('\r') {
            prop_assert!(!after.contains('\r'), "{}", told());
        }
        if matches!(style, Style::Windows) && !before.replace("\r\n", "").contains(['\r', '\n']) {
            prop_assert!(!after.replace("\r\n", "").contains(['\r', '\n']), "{}", told());
        }
    }
}
