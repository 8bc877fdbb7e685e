//! `sss explain`: the page of one rule.

use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    lint::registry::{self, RULES},
    text::nearest::nearest,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Explain, console: &mut Console) -> Result<Exit, Error> {
    let Some(rule) = registry::find(&arguments.rule) else {
        let meant = nearest(&arguments.rule, RULES.iter().map(|rule| rule.name));
        return Err(Error::usage(
            format!("there is no rule `{}`", arguments.rule),
            meant.map_or_else(|| "`sss rules` lists all rules".to_owned(), |name| format!("did you mean `{name}`?")),
        ));
    };
    if global.json {
        console.print_json(&serde_json::json!({
            "version": 1,
            "name": rule.name,
            "level": rule.level.name(),
            "page": rule.page,
            "docs": rule.docs(),
        }));
    } else {
        console.print(rule.page);
    }
    Ok(Exit::Done)
}
