#![doc = include_str!("misnamed_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
        rules::misnamed_source,
    },
    text::excerpt,
    workspace::{
        Entry, EntryKind, LoadedSource,
        layout::{self, ArtifactKind},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misnamed-artifact",
    level: Level::Error,
    page: include_str!("misnamed_artifact.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let source = source.source;
    // Nearly all are where they should be, and to see that takes the least.
    if !source.in_repository || source.is_plain() {
        return;
    }
    let folder = source.path();
    let meant = source.artifacts_folder();
    for entry in source.entries.iter().filter(|entry| entry.kind == EntryKind::Folder && entry.folder() == folder) {
        let is_meant = layout::is_artifacts(entry.name()) || meant == Some(entry);
        if is_meant && entry.name() != layout::ARTIFACTS {
            sink.path(&*entry.path, format!("the folder `{}` must be `{}`", excerpt(entry.name()), layout::ARTIFACTS))
                .help(format!("rename it to `{}/{}`", source.path(), layout::ARTIFACTS));
        }
    }
    // Where it is the folder that has the wrong name, `misnamed-source` tells it.
    let called = misnamed_source::name_of_files(source).unwrap_or(&source.name);
    for kind in ArtifactKind::ALL {
        let is_elsewhere = |entry: &&Entry| !kind.is_path(&source.name, &entry.path);
        let Some(entry) = source.meant_as(kind).filter(is_elsewhere) else { continue };
        let (name, path) = (kind.file_name(called), kind.path(called));
        let parent = entry.folder().rsplit('/').next().unwrap_or_default();
        let is_in_place = layout::is_artifacts(parent) || meant.is_some_and(|meant| *meant.path == *entry.folder());
        let is_of_format = kind.has_end_of(entry.name()) || source.artifact(kind).is_some();
        if !is_of_format {
            sink.path(
                &*entry.path,
                format!("the {} must be {}, in a file called `{name}`", kind.noun(), format_of(kind)),
            )
            .help(format!("save it in that format as `{path}`, and remove this one"));
            continue;
        }
        let fault = if entry.name() != name {
            format!("the {} must be called `{name}`", kind.noun())
        } else if !is_in_place {
            format!("the {} must stand in `{}`", kind.noun(), layout::ARTIFACTS)
        } else {
            // Only the folder is misspelt, which has been said once for all.
            continue;
        };
        sink.path(&*entry.path, fault).help(format!("rename it to `{path}`"));
    }
}

/// What the file of an artifact is written in.
fn format_of(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Icon => "SVG",
        ArtifactKind::ConnectionSpec => "JSON",
        ArtifactKind::Category | ArtifactKind::Description | ArtifactKind::Label => "plain text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Config,
        lint::{check, testing::Sample},
        workspace::Workspace,
    };

    /// What is found in a clean source in which one file or folder has another name: rule, path and help.
    fn renamed(from: &str, to: &str) -> Vec<(&'static str, String, String)> {
        let findings = Sample::batch().moved(from, to).findings().findings;
        findings.into_iter().map(|found| (found.rule, found.path, found.help.unwrap_or_default())).collect()
    }

    #[test]
    fn a_misspelt_name_is_one_finding_and_what_is_in_the_file_others() {
        const FOLDER: &str = "Sources/acme/Artifacts";
        for (from, to) in [
            ("acme-label.txt", "label.txt"),
            ("acme-label.txt", "acme-label.txt.txt"),
            ("acme-label.txt", "acme-lable.txt"),
            ("acme-label.txt", "acme-label"),
            ("acme-description.txt", "acme-discription.txt"),
            ("acme-description.txt", "acme-description.md"),
            ("acme-connectionSpec.json", "connectionSpec.json"),
            ("acme-connectionSpec.json", "acme-connectionSpecs.json"),
            ("acme-connectionSpec.json", "acme-connectionSpec.json.txt"),
            ("acme-icon.svg", "acme-logo.svg"),
        ] {
            let (from, to) = (format!("{FOLDER}/{from}"), format!("{FOLDER}/{to}"));
            assert_eq!(renamed(&from, &to), [(RULE.name, to.clone(), format!("rename it to `{from}`"))], "{to}");
        }
        for to in ["acme-icon.png", "icon.jpg"] {
            let (from, to) = (format!("{FOLDER}/acme-icon.svg"), format!("{FOLDER}/{to}"));
            let help = format!("save it in that format as `{from}`, and remove this one");
            assert_eq!(renamed(&from, &to), [(RULE.name, to, help)]);
        }
        for to in ["Artifact", "Artefacts", "artifacts"] {
            let to = format!("Sources/acme/{to}");
            assert_eq!(renamed(FOLDER, &to), [(RULE.name, to, format!("rename it to `{FOLDER}`"))]);
        }
        let told = |kind: ArtifactKind, to: &str, content: &str| {
            let sample = Sample::batch().with(kind, content).moved(&kind.path("acme"), &format!("{FOLDER}/{to}"));
            sample.findings().rules()
        };
        assert_eq!(
            told(ArtifactKind::Label, "label.txt", "TODO <b>\n"),
            ["leftover-text", "markup-in-text", RULE.name]
        );
        assert!(told(ArtifactKind::ConnectionSpec, "connectionSpec.json", "{,}").contains(&"syntax-error"));
        let secret = ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat();
        assert!(told(ArtifactKind::Label, "../label.txt", &secret).contains(&"secret-in-text"));
    }

    #[test]
    fn a_folder_that_is_called_otherwise_than_its_files_is_what_is_to_be_renamed() {
        let found = renamed("Sources/acme", "Sources/Acme");
        assert_eq!(
            found,
            [(
                "misnamed-source",
                "Sources/Acme".to_owned(),
                "rename the folder to `acme`, as its files are called".to_owned()
            )]
        );
        // Two of them have the name of the folder, so that nobody knows.
        let found = renamed("Sources/acme/Artifacts/acme-icon.svg", "Sources/acme/Artifacts/other-icon.svg");
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_misspelt_folder_is_one_finding() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Sources/acme/artifacts");
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["category.txt", "description.txt", "icon.svg", "label.txt", "connectionSpec.json"] {
            std::fs::write(folder.join(format!("acme-{name}")), "").unwrap();
        }
        let findings = check(&Workspace::discover(root.path()).unwrap(), &Config::default());
        let about_names = ["misnamed-artifact", "missing-artifact", "stray-file"];
        let found: Vec<_> = findings.findings.iter().filter(|found| about_names.contains(&found.rule)).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "Sources/acme/artifacts");
        assert_eq!(found[0].help.as_deref(), Some("rename it to `Sources/acme/Artifacts`"));
    }
}
