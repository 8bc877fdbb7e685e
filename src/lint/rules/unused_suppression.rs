#![doc = include_str!("unused_suppression.md")]

use crate::{
    config::Setting,
    lint::{
        Level, registry,
        rule::{Check, ConfigInUse, Rule, Sink},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unused-suppression",
    level: Level::Warning,
    page: include_str!("unused_suppression.md"),
    check: Check::Config(check),
};

fn check(in_use: &ConfigInUse<'_>, sink: &mut Sink<'_>) {
    let config = in_use.config;
    let Some(document) = &config.document else { return };
    for suppression in &in_use.idle {
        // What a rule that is left out of this run would find, nobody knows. And this rule's own suppressions are used,
        // if at all, by what is found here.
        if config.left_out.contains(suppression.rule) || suppression.rule == RULE.name || asks_git(suppression.rule) {
            continue;
        }
        let is_allowed = config.levels.get(suppression.rule) == Some(&Setting::Allow);
        let help = if is_allowed {
            "the rule is set to `allow` and finds nothing anyway: take one of the two out"
        } else if suppression.path.is_some() || suppression.pointer.is_some() {
            "take it out; or correct its `path` or `pointer`, if it was meant for another place"
        } else {
            "take it out"
        };
        sink.text(
            document,
            suppression.span,
            format!("nothing is suppressed here: `{}` finds nothing", suppression.rule),
        )
        .help(help);
    }
}

/// Whether what a rule finds depends on what git knows, which is another thing on another machine and for another branch.
fn asks_git(rule: &str) -> bool {
    registry::find(rule).is_some_and(|rule| matches!(rule.check, Check::Untracked(_) | Check::Past(_)))
}

#[cfg(test)]
mod tests {
    use crate::{config::Config, lint, workspace::Workspace};

    const CONFIG: &str = "[lint.rules]\nunknown-key = \"allow\"\n\
        [[lint.suppress]]\nrule = \"stray-file\"\nreason = \"used\"\n\
        [[lint.suppress]]\nrule = \"stray-file\"\npath = \"Sources/acme/notes.txt\"\nreason = \"used as well\"\n\
        [[lint.suppress]]\nrule = \"missing-artifact\"\npath = \"Sources/other\"\nreason = \"not used\"\n\
        [[lint.suppress]]\nrule = \"unknown-key\"\nreason = \"allowed\"\n\
        [[lint.suppress]]\nrule = \"missing-artifact\"\nreason = \"used\"\n";

    fn repository(config: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("Sources/acme")).unwrap();
        std::fs::write(root.path().join("Sources/acme/notes.txt"), "x").unwrap();
        std::fs::write(root.path().join("sss.toml"), config).unwrap();
        root
    }

    /// The places in `sss.toml`, with what to do.
    fn found(workspace: &Workspace, config: &Config) -> Vec<(usize, usize, String)> {
        let findings = lint::check(workspace, config).findings;
        let told = findings.iter().filter(|finding| finding.rule == super::RULE.name).map(|finding| {
            assert_eq!(finding.path, "sss.toml");
            let start = finding.range().0;
            (start.line, start.column, finding.help.clone().unwrap())
        });
        told.collect()
    }

    #[test]
    fn each_suppression_that_suppresses_nothing_is_found_at_its_place() {
        let root = repository(CONFIG);
        let workspace = Workspace::discover(root.path()).unwrap();
        let config = Config::load(root.path()).unwrap();
        let found = found(&workspace, &config);
        assert_eq!(found.iter().map(|(line, column, _)| (*line, *column)).collect::<Vec<_>>(), [(11, 8), (15, 8)]);
        assert!(found[0].2.contains("correct its `path`") && found[1].2.contains("`allow`"), "{found:?}");
    }

    #[test]
    fn what_was_not_looked_at_is_not_judged() {
        let root = repository(CONFIG);
        let mut workspace = Workspace::discover(root.path()).unwrap();
        let mut config = Config::load(root.path()).unwrap();
        config.select(&[], &["missing-artifact"]);
        assert_eq!(found(&workspace, &config).len(), 1, "`missing-artifact` was left out");
        config.select(&["unused-suppression"], &[]);
        assert_eq!(found(&workspace, &config), [], "all that could be suppressed was left out");
        let config = Config::load(root.path()).unwrap();
        workspace.retain(|_| true);
        assert_eq!(found(&workspace, &config), [], "a part of a repository");
    }

    #[test]
    fn what_depends_on_git_is_not_judged() {
        let suppress = |rule: &str| format!("[[lint.suppress]]\nrule = \"{rule}\"\nreason = \"agreed\"\n");
        let config = ["untracked-artifact", "ignored-artifact", "secret-in-history"].map(suppress).concat();
        let root = repository(&config);
        let workspace = Workspace::discover(root.path()).unwrap();
        assert_eq!(found(&workspace, &Config::load(root.path()).unwrap()), []);
    }

    #[test]
    fn it_may_be_suppressed_itself() {
        let config = format!("{CONFIG}[[lint.suppress]]\nrule = \"unused-suppression\"\nreason = \"x\"\n");
        let root = repository(&config);
        let workspace = Workspace::discover(root.path()).unwrap();
        assert_eq!(found(&workspace, &Config::load(root.path()).unwrap()), []);
        let root = repository("[[lint.suppress]]\nrule = \"unused-suppression\"\nreason = \"x\"\n");
        let workspace = Workspace::discover(root.path()).unwrap();
        assert_eq!(found(&workspace, &Config::load(root.path()).unwrap()), []);
    }
}
