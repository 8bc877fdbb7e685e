#![doc = include_str!("unreadable_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{LoadedSource, MAX_BYTES, Unreadable},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unreadable-artifact",
    level: Level::Error,
    page: include_str!("unreadable_artifact.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    if let Some(folder) = &source.source.unlisted {
        sink.path(&*folder.path, format!("the folder could not be looked into: {}", folder.reason))
            .help("see to it that you may list it");
    }
    for artifact in &source.artifacts {
        let Err(reason) = &artifact.content else { continue };
        let noun = artifact.kind.noun();
        match reason {
            Unreadable::TooLarge { bytes } => sink
                .artifact(artifact, format!("the {noun} has {bytes} bytes; more than {MAX_BYTES} are not read"))
                .help("no artifact is that large: put the right file there"),
            Unreadable::NotAFile => {
                sink.artifact(artifact, format!("the {noun} is not a file")).help("put a plain file in its place")
            }
            Unreadable::Outside => sink
                .artifact(artifact, format!("the {noun} is a link that leads out of the repository"))
                .help("put the file itself there; what lies outside is not read"),
            Unreadable::Failed { reason } => sink
                .artifact(artifact, format!("the {noun} could not be read: {reason}"))
                .help("see to it that the file exists and that you may read it"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Config,
        lint,
        workspace::{Source, Unlisted, Workspace},
    };

    fn messages(prepare: impl Fn(&std::path::Path)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repository");
        std::fs::create_dir_all(root.join("Sources/acme/Artifacts")).unwrap();
        prepare(&root);
        let findings = lint::check(&Workspace::discover(&root).unwrap(), &Config::default());
        findings.findings.into_iter().filter(|found| found.rule == RULE.name).map(|found| found.message).collect()
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let found = messages(|root| {
            let file = std::fs::File::create(root.join("Sources/acme/Artifacts/acme-icon.svg")).unwrap();
            file.set_len(MAX_BYTES + 1).unwrap();
        });
        assert_eq!(found, ["the icon has 10485761 bytes; more than 10485760 are not read"]);
    }

    #[test]
    fn a_folder_that_may_not_be_listed_is_one_finding() {
        for path in ["Sources/acme/Artifacts", "Sources/acme"] {
            let mut source = Source::of("acme".to_owned(), Vec::new());
            source.unlisted = Some(Box::new(Unlisted { path: path.into(), reason: "Permission denied".to_owned() }));
            let loaded = LoadedSource { source: &source, artifacts: Vec::new() };
            let findings = lint::check_source(&loaded, &Config::default()).findings;
            let found: Vec<_> = findings.iter().map(|found| (found.rule, found.path.as_str())).collect();
            assert_eq!(found, [(RULE.name, path)]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_repository_is_not_followed() {
        let found = messages(|root| {
            std::fs::write(root.parent().unwrap().join("secret.txt"), "secret").unwrap();
            let link = root.join("Sources/acme/Artifacts/acme-label.txt");
            std::os::unix::fs::symlink("../../../../secret.txt", link).unwrap();
        });
        assert_eq!(found, ["the label is a link that leads out of the repository"]);
    }
}
