//! `sss explain`: the page of one rule, or what one error code of the platform means.

use serde_json::json;

use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    lint::{
        Rule,
        registry::{self, RULES},
    },
    platform::{self, Explanation},
    style::BOLD,
    text::nearest::nearest,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Explain, console: &mut Console) -> Result<Exit, Error> {
    let name = arguments.name.as_str();
    if let Some(rule) = registry::find(name) {
        page(global, rule, console);
    } else if let Some(explanation) = platform::explain(name) {
        code(global, explanation, console);
    } else {
        return Err(unknown(name));
    }
    Ok(Exit::Done)
}

fn page(global: &Global, rule: &Rule, console: &mut Console) {
    if global.json {
        console.print_json(&json!({
            "version": 1,
            "name": rule.name,
            "level": rule.level.name(),
            "fix": rule.fixable().name(),
            "page": rule.printed_page(),
            "docs": rule.docs(),
        }));
    } else {
        console.print(&rule.printed_page());
    }
}

fn code(global: &Global, explanation: &Explanation, console: &mut Console) {
    let Explanation { code, meaning, cause, advice } = explanation;
    if global.json {
        console.print_json(&json!({
            "version": 1,
            "code": code,
            "meaning": meaning,
            "cause": cause,
            "advice": advice,
        }));
    } else {
        console.line(&format!("{BOLD}{code}{BOLD:#}: {meaning}"));
        console.line(&format!("  likely cause: {cause}"));
        console.line(&format!("  what to do: {advice}"));
    }
}

fn unknown(name: &str) -> Error {
    // A name of digits is meant as a code, and the codes are few enough to be listed.
    let is_code = name.starts_with(|first: char| first.is_ascii_digit());
    let message = format!("there is no {} `{name}`", if is_code { "error code" } else { "rule or error code" });
    let known: Vec<&str> = if is_code {
        platform::codes().collect()
    } else {
        RULES.iter().map(|rule| rule.name).chain(platform::codes()).collect()
    };
    let help = match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if is_code => format!("known codes are {}", known.join(", ")),
        None => "`sss rules` lists all rules; error codes look like `1403-400`".to_owned(),
    };
    Error::usage(message, help)
}
