#![doc = include_str!("misnamed_source.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::excerpt,
    workspace::{LoadedSource, Source, layout},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misnamed-source",
    level: Level::Error,
    page: include_str!("misnamed_source.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let source = source.source;
    let Some(fault) = layout::source_name_fault(&source.name).filter(|_| source.in_repository) else { return };
    let shown = excerpt(&source.name);
    if is_no_text(source) {
        sink.path(source.path(), format!("`{shown}` is no name for a source: it holds bytes that are no UTF-8"))
            .help("rename the folder; until then nothing in it is looked at");
        return;
    }
    // What is no source at all is told by `stray-file`.
    if source.is_bare() {
        return;
    }
    let finding = sink.path(source.path(), format!("`{shown}` is no name for a source: {fault}"));
    let suggestion = suggestion(&source.name);
    if let Some(name) = name_of_files(source) {
        finding.help(format!("rename the folder to `{name}`, as its files are called"));
    } else if layout::source_name_fault(&suggestion).is_none() {
        finding.help(format!("rename the folder and the start of its files' names, for example to `{suggestion}`"));
    } else {
        finding.help("use 3 to 63 lower-case letters and digits, with single hyphens between words");
    }
}

/// Whether its name is shown only as well as can be, so that nothing is known of what is in it.
pub(super) fn is_no_text(source: &Source) -> bool {
    source.name.contains(char::REPLACEMENT_CHARACTER) && source.entries.is_empty()
}

/// The name that all artifacts of a source bear, where its folder has one that cannot be and theirs can.
pub(super) fn name_of_files(source: &Source) -> Option<&str> {
    layout::source_name_fault(&source.name)?;
    let mut names = source.artifacts().map(|(kind, entry)| entry.name().strip_suffix(kind.suffix()));
    let name = names.next()??;
    (names.all(|other| other == Some(name)) && layout::source_name_fault(name).is_none()).then_some(name)
}

/// The name as it should be written: words in lower case with single hyphens between them.
fn suggestion(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_text_is_one_finding() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

        use crate::{config::Config, lint, workspace::Workspace};
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Sources").join(OsStr::from_bytes(b"ac\xffme")).join("Artifacts");
        std::fs::create_dir_all(&folder).unwrap();
        for kind in layout::ArtifactKind::ALL {
            std::fs::write(folder.join(OsStr::from_bytes(&[b"ac\xffme", kind.suffix().as_bytes()].concat())), "x")
                .unwrap();
        }
        let findings = lint::check(&Workspace::discover(root.path()).unwrap(), &Config::default()).findings;
        let found: Vec<_> = findings.iter().map(|found| (found.rule, found.path.as_str())).collect();
        assert_eq!(found, [(RULE.name, "Sources/ac\u{fffd}me")]);
    }

    #[test]
    fn a_better_name_is_made_of_the_words() {
        assert_eq!(suggestion("Acme_CRM (new)"), "acme-crm-new");
        assert_eq!(suggestion("é"), "");
    }
}
