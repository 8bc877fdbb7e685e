#![doc = include_str!("placeholder_style.md")]

use crate::{
    lint::{
        Finding, Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, ids,
        placeholder::{self, Declared, Place, Placeholder, Slip, Slipped, Source, Style},
    },
    text::{
        excerpt,
        json::{Node, edit},
        nearest::{any_of, fold, nearest},
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
            for slip in placeholder::foreign(&text) {
                // That an input is meant tells its name alone.
                if spec.declared().source(slip.name) != Source::Nobody {
                    slipped(place, &text, &slip, sink);
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
                Style::Input if is_declared && found.range.len() > found.name.len() + "${}".len() => {
                    let shown = excerpt(found.name);
                    sink.within(place.node, found.range.clone(), format!("blanks stand around the name `{shown}`"))
                        .help(format!("write `${{{shown}}}`"))
                        .fix(Safety::Safe, edit::within(place.node, found.range, &format!("${{{}}}", found.name)));
                }
                Style::System if found.range.len() > found.name.len() + "{}".len() => {
                    let name = found.name;
                    sink.within(place.node, found.range.clone(), format!("blanks stand around the name `{name}`"))
                        .help(format!("write `{{{name}}}`"))
                        .fix(Safety::Safe, edit::within(place.node, found.range, &format!("{{{name}}}")));
                }
                Style::Input | Style::System | Style::Double | Style::Unclosed => {}
            }
        }
    }
}

/// A name that is meant for a placeholder, and is written otherwise.
fn slipped(place: Place<'_>, text: &str, slip: &Slip<'_>, sink: &mut Sink<'_>) {
    let written = excerpt(&text[slip.range.clone()]);
    let message = match slip.what {
        Slipped::Foreign | Slipped::Unopened => format!("`{written}` is sent as it stands"),
        Slipped::Dollar => format!("the first `$` of `{written}` is sent as it stands"),
        Slipped::Brace => format!("the last brace of `{written}` is sent as it stands"),
    };
    let fix = match slip.what {
        // With one character too many or too few, nothing else is meant.
        Slipped::Unopened | Slipped::Dollar | Slipped::Brace => {
            edit::within(place.node, slip.range.clone(), &format!("${{{}}}", slip.name))
        }
        Slipped::Foreign => None,
    };
    sink.within(place.node, slip.range.clone(), message)
        .help(format!("write `${{{}}}`", excerpt(slip.name)))
        .fix(Safety::Unsafe, fix);
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
    let written = &text[found.range.clone()];
    let is_foreign = !written.starts_with('{');
    let is_tight = found.range.len() == name.len() + "{}".len() + usize::from(is_foreign);
    let fix = |meant: &str| edit::within(place.node, found.range.clone(), meant);
    if declared.source(name) != Source::Nobody {
        // In a body, braces around a word that is an input by chance may be part of the language of the API.
        if is_tight || !place.is_body {
            // In front of it, a mark of another language may be one of the API's own where it is no part of an address.
            let is_sure = if is_foreign { place.is_address } else { !place.is_body };
            sink.within(place.node, found.range.clone(), format!("`{}` is sent as it stands", excerpt(written)))
                .help(format!("write `${{{shown}}}`: an input takes a `$`"))
                .fix(if is_sure { Safety::Safe } else { Safety::Unsafe }, fix(&format!("${{{name}}}")));
        }
        return;
    }
    let is_template = placeholder::is_template_name(name);
    let is_guarded = !place.is_body && is_tight && placeholder::is_name(name);
    let system = nearest(name, placeholder::SYSTEM).filter(|meant| is_template || fold(meant) == fold(name));
    if system.is_none() && !is_template && !is_guarded {
        return;
    }
    let finding =
        sink.within(place.node, found.range.clone(), format!("the platform fills in no `{}`", excerpt(written)));
    if system.is_none() && !is_template && !is_foreign {
        // A published sample has `{domain}`: it may be meant for something that no document tells.
        finding.level(Level::Warning);
    }
    let meant = system.map(|meant| format!("{{{meant}}}"));
    match meant.or_else(|| declared.nearest(name).map(|meant| format!("${{{}}}", excerpt(meant)))) {
        Some(meant) => {
            let fix = fix(&meant);
            finding.help(format!("did you mean `{meant}`?")).fix_by(format!("write `{meant}`"), Safety::Unsafe, fix);
        }
        None if is_template => {
            let known = any_of(&placeholder::SYSTEM.map(|name| format!("{{{name}}}")).each_ref().map(String::as_str));
            finding.help(format!("it knows {known}; what a customer fills in is written `${{name}}`"));
        }
        None => {
            finding.help(format!("write `${{{shown}}}`, and add `{shown}` to `sourceSpec.spec.properties`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    /// The rules that tell of a path, and what the finding's fix writes in the place of what it marks.
    fn told(path: &str) -> (Vec<&'static str>, Option<(Safety, String, String)>) {
        let sample = Sample::batch().with_attributes(&format!("\"urlParams\": {{\"path\": \"{path}\"}}"));
        let findings = sample.findings().findings;
        let fix = findings.first().and_then(|finding| {
            let fix = finding.fix.as_ref()?;
            let written = finding.document.as_ref()?.slice(fix.edits[0].span);
            Some((fix.safety, written.to_owned(), fix.edits[0].text.clone()))
        });
        (findings.iter().map(|finding| finding.rule).collect(), fix)
    }

    #[test]
    fn a_name_in_another_style_is_told_once_and_mended_whole() {
        use Safety::{Safe, Unsafe};
        for (written, safety, meant) in [
            ("%{listId}", Safe, "${listId}"),
            ("#{listId}", Safe, "${listId}"),
            ("{listId}", Safe, "${listId}"),
            ("${ listId }", Safe, "${listId}"),
            ("$${listId}", Unsafe, "${listId}"),
            ("${listId}}", Unsafe, "${listId}"),
            ("listId}", Unsafe, "${listId}"),
            ("{LISTID}", Unsafe, "${listId}"),
            ("{listID}", Unsafe, "${listId}"),
        ] {
            let (rules, fix) = told(&format!("/v1/{written}/contacts"));
            assert_eq!(rules, [RULE.name], "{written}");
            let (told, from, to) = fix.unwrap();
            assert_eq!((told, from.as_str(), to.as_str()), (safety, written, meant));
        }
        for written in ["$(listId)", "@{listId}", "<listId>"] {
            assert_eq!(told(&format!("/v1/{written}/contacts")), (vec![RULE.name], None), "{written}");
        }
    }

    #[test]
    fn a_host_in_another_style_is_told_once() {
        for host in ["#{listId}.a.example", "%{listId}.a.example", "<listId>.a.example", ":listId.a.example"] {
            let host = format!("\"urlParams\": {{\"host\": \"https://{host}\"}}");
            assert_eq!(Sample::batch().with_attributes(&host).findings().rules(), [RULE.name], "{host}");
        }
    }

    #[test]
    fn a_name_of_the_platform_in_small_letters_is_recognised() {
        let sample = Sample::batch()
            .with_attributes(r#""bodyParams": {"since": "{start_time}"}, "urlParams": {"method": "POST"}"#);
        let findings = sample.findings().findings;
        assert_eq!(findings[0].help.as_deref(), Some("did you mean `{START_TIME}`?"));
    }
}
