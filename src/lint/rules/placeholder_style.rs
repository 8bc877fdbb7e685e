#![doc = include_str!("placeholder_style.md")]

use crate::{
    lint::{
        Finding, Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, ids,
        placeholder::{self, Declared, Place, Placeholder, Source, Style},
    },
    text::{
        excerpt,
        json::Node,
        nearest::{any_of, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "placeholder-style",
    level: Level::Error,
    page: include_str!("placeholder_style.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let is_beta = spec.at(&["type"]).and_then(Node::as_str).is_some_and(|name| name == ids::BETA_BATCH_TYPE);
    for place in spec.places().iter().copied().filter(|place| place.is_request) {
        let Some(text) = place.node.as_str() else { continue };
        if place.is_address {
            for (range, name) in placeholder::foreign(&text) {
                // That an input is meant tells its name alone.
                if spec.declared().source(name) != Source::Nobody {
                    let message = format!("`{}` is sent as it stands", excerpt(&text[range.clone()]));
                    sink.within(place.node, range, message).help(format!("write `${{{}}}`", excerpt(name)));
                }
            }
        }
        for found in placeholder::find(&text) {
            let is_declared = spec.declared().source(found.name) != Source::Nobody;
            match found.style {
                Style::Double if placeholder::is_name(found.name) => {
                    let finding = double(place, &found, is_declared, sink);
                    if is_beta {
                        // What was once documented for this type may still be understood.
                        finding.level(Level::Warning);
                    }
                }
                Style::Input if placeholder::SYSTEM.contains(&found.name) && !is_declared => {
                    let name = found.name;
                    sink.within(
                        place.node,
                        found.range,
                        format!("`{name}` is filled in by the platform, not by a customer"),
                    )
                    .help(format!("write `{{{name}}}`"));
                }
                Style::System if !placeholder::SYSTEM.contains(&found.name) => {
                    single(place, &text, &found, spec.declared(), sink);
                }
                Style::Input | Style::System | Style::Double | Style::Unclosed => {}
            }
        }
    }
}

/// `{{name}}`.
fn double<'s>(place: Place<'_>, found: &Placeholder<'_>, is_declared: bool, sink: &'s mut Sink<'_>) -> &'s mut Finding {
    let name = excerpt(found.name);
    let help = match placeholder::SYSTEM.contains(&found.name) {
        true => format!("write `{{{name}}}`"),
        false if is_declared => format!("write `${{{name}}}`"),
        false => format!("write `${{{name}}}`, and add `{name}` to `sourceSpec.spec.properties`"),
    };
    let message = format!("`{{{{{name}}}}}` is how the beta wrote a placeholder, and is sent as it stands");
    sink.within(place.node, found.range.clone(), message).help(help)
}

/// `{name}` that is none of the platform's own.
fn single(place: Place<'_>, text: &str, found: &Placeholder<'_>, declared: &Declared<'_>, sink: &mut Sink<'_>) {
    let name = found.name;
    let shown = excerpt(name);
    let is_tight = found.range.len() == name.len() + 2;
    if declared.source(name) != Source::Nobody {
        // In a body, braces around a word that is an input by chance may be part of the language of the API.
        if is_tight || !place.is_body {
            sink.within(place.node, found.range.clone(), format!("`{{{shown}}}` is sent as it stands"))
                .help(format!("write `${{{shown}}}`: an input takes a `$`"));
        }
        return;
    }
    let message = || format!("the platform fills in no `{}`", excerpt(&text[found.range.clone()]));
    if placeholder::is_template_name(name) {
        let known = any_of(&placeholder::SYSTEM.map(|name| format!("{{{name}}}")).each_ref().map(String::as_str));
        let help = match nearest(name, placeholder::SYSTEM) {
            Some(meant) => format!("did you mean `{{{meant}}}`?"),
            None => format!("it knows {known}; what a customer fills in is written `${{name}}`"),
        };
        sink.within(place.node, found.range.clone(), message()).help(help);
    } else if placeholder::is_name(name) && is_tight && !place.is_body {
        // A published sample has `{domain}`: it may be meant for something that no document tells.
        let help = match declared.nearest(name) {
            Some(meant) => format!("did you mean `${{{}}}`?", excerpt(meant)),
            None => format!("write `${{{shown}}}`, and add `{shown}` to `sourceSpec.spec.properties`"),
        };
        sink.within(place.node, found.range.clone(), message()).level(Level::Warning).help(help);
    }
}
