#![doc = include_str!("placeholder_style.md")]

use crate::{
    lint::{
        Finding, Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, ids,
        placeholder::{self, Declared, Place, Placeholder, Source, Style},
    },
    text::{
        excerpt,
        json::{Node, edit},
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
                    let finding = double(place, &found, is_declared, is_beta, sink);
                    if is_beta {
                        // What was once documented for this type may still be understood.
                        finding.level(Level::Warning);
                    }
                }
                Style::Input if placeholder::SYSTEM.contains(&found.name) && !is_declared => {
                    let (name, range) = (found.name, found.range);
                    sink.within(
                        place.node,
                        range.clone(),
                        format!("`{name}` is filled in by the platform, not by a customer"),
                    )
                    .help(format!("write `{{{name}}}`"))
                    .fix(Safety::Safe, edit::within(place.node, range, &format!("{{{name}}}")));
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
fn double<'s>(
    place: Place<'_>,
    found: &Placeholder<'_>,
    is_declared: bool,
    is_beta: bool,
    sink: &'s mut Sink<'_>,
) -> &'s mut Finding {
    let name = excerpt(found.name);
    let (help, meant) = match placeholder::SYSTEM.contains(&found.name) {
        true => (format!("write `{{{name}}}`"), Some(format!("{{{}}}", found.name))),
        false if is_declared => (format!("write `${{{name}}}`"), Some(format!("${{{}}}", found.name))),
        false => (format!("write `${{{name}}}`, and add `{name}` to `sourceSpec.spec.properties`"), None),
    };
    // What was once documented for a beta may still be understood there.
    let safety = if is_beta { Safety::Unsafe } else { Safety::Safe };
    let fix = meant.and_then(|meant| edit::within(place.node, found.range.clone(), &meant));
    let message = format!("`{{{{{name}}}}}` is how the beta wrote a placeholder, and is sent as it stands");
    sink.within(place.node, found.range.clone(), message).help(help).fix(safety, fix)
}

/// `{name}` that is none of the platform's own.
fn single(place: Place<'_>, text: &str, found: &Placeholder<'_>, declared: &Declared<'_>, sink: &mut Sink<'_>) {
    let name = found.name;
    let shown = excerpt(name);
    let is_tight = found.range.len() == name.len() + 2;
    let fix = |meant: &str| edit::within(place.node, found.range.clone(), meant);
    if declared.source(name) != Source::Nobody {
        // In a body, braces around a word that is an input by chance may be part of the language of the API.
        if is_tight || !place.is_body {
            sink.within(place.node, found.range.clone(), format!("`{{{shown}}}` is sent as it stands"))
                .help(format!("write `${{{shown}}}`: an input takes a `$`"))
                .fix(if place.is_body { Safety::Unsafe } else { Safety::Safe }, fix(&format!("${{{name}}}")));
        }
        return;
    }
    let message = || format!("the platform fills in no `{}`", excerpt(&text[found.range.clone()]));
    if placeholder::is_template_name(name) {
        let known = any_of(&placeholder::SYSTEM.map(|name| format!("{{{name}}}")).each_ref().map(String::as_str));
        let finding = sink.within(place.node, found.range.clone(), message());
        match nearest(name, placeholder::SYSTEM) {
            Some(meant) => finding.help(format!("did you mean `{{{meant}}}`?")).fix_by(
                format!("write `{{{meant}}}`"),
                Safety::Unsafe,
                fix(&format!("{{{meant}}}")),
            ),
            None => finding.help(format!("it knows {known}; what a customer fills in is written `${{name}}`")),
        };
    } else if placeholder::is_name(name) && is_tight && !place.is_body {
        // A published sample has `{domain}`: it may be meant for something that no document tells.
        let finding = sink.within(place.node, found.range.clone(), message()).level(Level::Warning);
        match declared.nearest(name) {
            Some(meant) => finding.help(format!("did you mean `${{{}}}`?", excerpt(meant))).fix_by(
                format!("write `${{{}}}`", excerpt(meant)),
                Safety::Unsafe,
                fix(&format!("${{{meant}}}")),
            ),
            None => finding.help(format!("write `${{{shown}}}`, and add `{shown}` to `sourceSpec.spec.properties`")),
        };
    }
}
