#![doc = include_str!("missing_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
        rules::misnamed_source::is_no_text,
    },
    workspace::{
        EntryKind, LoadedSource,
        layout::{self, ArtifactKind},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-artifact",
    level: Level::Error,
    page: include_str!("missing_artifact.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let source = source.source;
    // Of what could not be looked into, `unreadable-artifact` and `misnamed-source` tell.
    if !source.in_repository || source.is_plain() || source.unlisted.is_some() || is_no_text(source) {
        return;
    }
    let missing: Vec<_> = ArtifactKind::ALL.into_iter().filter(|kind| source.meant_as(*kind).is_none()).collect();
    let folder = source.artifacts_folder();
    if missing.len() == ArtifactKind::ALL.len() && folder.is_none_or(|folder| folder.kind != EntryKind::Folder) {
        let is_no_source = || folder.is_none() && layout::source_name_fault(&source.name).is_some();
        if folder.is_some_and(|entry| entry.kind == EntryKind::Symlink) || is_no_source() {
            // `symlinked-source` and `stray-file` tell it.
            return;
        }
        let path = format!("{}/{}", source.path(), layout::ARTIFACTS);
        let message = if folder.is_some() {
            format!("`{}` is not a folder", layout::ARTIFACTS)
        } else {
            format!("`{}` has no folder `{}`", source.name, layout::ARTIFACTS)
        };
        sink.path(path, message).help(format!(
            "create it with the five artifacts, or remove `{}` and scaffold it with `sss new {}`",
            source.path(),
            source.name
        ));
        return;
    }
    for kind in missing {
        sink.path(kind.path(&source.name), format!("the {} of `{}` is missing", kind.noun(), source.name)).help(
            match kind {
                ArtifactKind::Category => "create the file with the key of a category, such as `crm`",
                ArtifactKind::Description => "create the file with one sentence on what the source brings in",
                ArtifactKind::Icon => "put the icon there, as SVG",
                ArtifactKind::Label => "create the file with the name of the source as the catalog shows it",
                ArtifactKind::ConnectionSpec => {
                    "put the connection spec there; `sss new` scaffolds one for another source name to start from"
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::{config::Config, lint::check, workspace::Workspace};

    #[test]
    fn what_stands_in_the_place_of_the_folder_is_said_once() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("Sources/acme")).unwrap();
        std::fs::write(root.path().join("Sources/acme/Artifacts"), "x").unwrap();
        let findings = check(&Workspace::discover(root.path()).unwrap(), &Config::default());
        assert_eq!(findings.rules(), ["missing-artifact"]);
        assert_eq!(findings.findings.len(), 1);
        assert_eq!(findings.findings[0].message, "`Artifacts` is not a folder");
        assert_eq!(findings.findings[0].path, "Sources/acme/Artifacts");
    }
}
