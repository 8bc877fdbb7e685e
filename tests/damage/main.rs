//! Single damages that change what a clean source means: of every hundred the linter must find ninety-eight.
//!
//! Each damage is done alone, to one artifact of one of four clean sources; it is found where there is a finding at all.
//! The same damages are done on every run. `SSS_DAMAGES=1 cargo test --test damage -- --nocapture` prints the table.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{collections::BTreeMap, fmt::Write};

use rayon::prelude::*;
use self_serve_sources::{config::Config, workspace::layout::ArtifactKind};

mod artifacts;
mod chance;
#[path = "../fuzz/source.rs"]
mod source;
mod spec;

/// A clean source.
struct Clean {
    name: &'static str,
    artifacts: [(ArtifactKind, &'static str); 5],
}

macro_rules! example {
    ($name:literal, $end:literal) => {
        include_str!(concat!("../../artifacts-example/Sources/", $name, "/Artifacts/", $name, $end))
    };
}

macro_rules! example_source {
    ($name:literal) => {
        Clean {
            name: $name,
            artifacts: [
                (ArtifactKind::Category, example!($name, "-category.txt")),
                (ArtifactKind::Description, example!($name, "-description.txt")),
                (ArtifactKind::Icon, example!($name, "-icon.svg")),
                (ArtifactKind::Label, example!($name, "-label.txt")),
                (ArtifactKind::ConnectionSpec, example!($name, "-connectionSpec.json")),
            ],
        }
    };
}

macro_rules! plain_source {
    ($name:literal, $category:literal) => {
        Clean {
            name: $name,
            artifacts: [
                (ArtifactKind::Category, $category),
                (ArtifactKind::Description, "Acme brings contacts to Experience Platform.\n"),
                (ArtifactKind::Icon, include_str!("../../src/lint/testing/icon.svg")),
                (ArtifactKind::Label, "Acme\n"),
                (ArtifactKind::ConnectionSpec, include_str!(concat!("../../src/lint/page/", $name, ".json"))),
            ],
        }
    };
}

const SOURCES: [Clean; 4] = [
    plain_source!("batch", "crm\n"),
    plain_source!("streaming", "streaming\n"),
    example_source!("harbor-helpdesk-tickets"),
    example_source!("lumen-loyalty-events"),
];

/// One thing done to one artifact.
struct Damage {
    /// What sort of damage it is.
    what: &'static str,
    /// What was done, and where.
    at: String,
    /// The artifact as it is then; none where it is gone.
    content: Option<Vec<u8>>,
}

impl Damage {
    fn new(what: &'static str, at: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { what, at: at.into(), content: Some(content.into()) }
    }
}

fn findings(source: &Clean, kind: ArtifactKind, damage: Option<&Damage>) -> Vec<&'static str> {
    let artifacts: Vec<(ArtifactKind, Vec<u8>)> = source
        .artifacts
        .iter()
        .filter_map(|(each, text)| match damage {
            Some(damage) if *each == kind => Some((kind, damage.content.clone()?)),
            _ => Some((*each, text.as_bytes().to_vec())),
        })
        .collect();
    let findings = source::findings(&artifacts, true, &Config::default());
    if damage.is_none() {
        source::hold(&findings);
    }
    findings.rules()
}

#[test]
fn the_sources_are_clean() {
    for source in &SOURCES {
        assert_eq!(findings(source, ArtifactKind::Label, None), Vec::<&str>::new(), "{}", source.name);
    }
}

#[test]
fn of_a_hundred_damages_ninety_eight_are_found() {
    let mut damages: Vec<(&Clean, ArtifactKind, Damage)> = Vec::new();
    for source in &SOURCES {
        for (kind, text) in source.artifacts {
            let done = match kind {
                ArtifactKind::ConnectionSpec => spec::damages(text),
                ArtifactKind::Icon => artifacts::of_icon(text),
                _ => artifacts::of_text(kind, text),
            };
            damages.extend(done.into_iter().map(|damage| (source, kind, damage)));
        }
    }
    let is_found: Vec<bool> =
        damages.par_iter().map(|(source, kind, damage)| !findings(source, *kind, Some(damage)).is_empty()).collect();
    let mut table: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = String::new();
    for ((source, kind, damage), is_found) in damages.iter().zip(&is_found) {
        let (found, done) = table.entry(damage.what).or_default();
        *found += usize::from(*is_found);
        *done += 1;
        if !is_found {
            writeln!(missed, "  {} {}: {}, {}", source.name, kind.noun(), damage.what, damage.at).unwrap();
        }
    }
    let (found, done) = (is_found.iter().filter(|found| **found).count(), is_found.len());
    let mut told = format!("{found} of {done} damages are found\n");
    for (what, (found, done)) in &table {
        writeln!(told, "  {found:4} of {done:4}  {what}").unwrap();
    }
    write!(told, "missed:\n{missed}").unwrap();
    tell(&told);
    assert!(done > 1500, "{told}");
    assert!(found * 100 >= done * 98, "{told}");
    // One sort that is found well must not hide another that is not.
    for (what, (found, done)) in &table {
        assert!(found * 100 >= done * 90, "{what}: {told}");
    }
}

#[expect(clippy::print_stdout, reason = "asked for, to look at")]
fn tell(told: &str) {
    if std::env::var_os("SSS_DAMAGES").is_some() {
        println!("{told}");
    }
}
