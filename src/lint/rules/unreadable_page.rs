#![doc = include_str!("unreadable_page.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::Workspace,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unreadable-page",
    level: Level::Error,
    page: include_str!("unreadable_page.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    for page in workspace.pages() {
        if let Err(why) = workspace.read_page(page) {
            sink.path(&*page.path, why).help("save it as text in UTF-8, of a size that a person can read");
        }
    }
}
