#![doc = include_str!("unresolved_content_path.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        response::{self, Found, Response, Shape},
    },
    text::{
        excerpt,
        json::Node,
        nearest::{any_of, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unresolved-content-path",
    level: Level::Warning,
    page: include_str!("unresolved_content_path.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for response in response::responses(spec) {
        if let Some(member) = spec.source_attribute("contentPath") {
            report(member, response, response::content(spec, response), sink);
        }
        if let Some(member) = spec.source_attribute("explodeEntityPath") {
            report(member, response, response::exploded(spec, response), sink);
        }
    }
    if let Some(member) = spec.source_attribute("explodeEntityPath").filter(|_| spec.is_batch()) {
        check_start(spec, member, sink);
    }
}

/// The name at which `explodeEntityPath` starts, where nothing is known of the response but what the records are called.
fn check_start(spec: &Spec<'_>, member: Node<'_>, sink: &mut Sink<'_>) {
    let Some(wrapper) = response::given_wrapper(spec).filter(|_| response::responses(spec).next().is_none()) else {
        return;
    };
    let Some((node, path)) = member.get("path").and_then(|node| Some((node, response::path(node)?))) else { return };
    let Some(steps) = response::names(&path) else { return };
    let Some(first) = steps.first().filter(|first| **first != wrapper) else { return };
    let rest = if nearest(first, [&*wrapper]).is_some() { &steps[1..] } else { &steps[..] };
    let rest: String = rest.iter().map(|step| format!(".{step}")).collect();
    sink.value(
        node,
        format!("`explodeEntityPath` starts at `{}`, and a record is called `{}`", excerpt(first), excerpt(&wrapper)),
    )
    .help(format!(
        "it starts at the name that `overrideWrapperAttribute` gives: `{}`",
        excerpt(&format!("$.{wrapper}{rest}"))
    ));
}

fn report(member: Node<'_>, response: Response<'_>, found: Found<Shape<'_>>, sink: &mut Sink<'_>) {
    let leads_to = match found {
        Found::Missing => "nothing",
        Found::There(shape) if shape.is_array() == Some(false) => "something that is no array",
        Found::There(_) | Found::Unknown => return,
    };
    let (Some(key), told_by) = (member.key(), response.told_by) else { return };
    let node = member.get("path").unwrap_or(member);
    let finding = sink.value(node, format!("`{key}` leads to {leads_to} in {told_by}"));
    let arrays = response.shape.arrays();
    let arrays: Vec<&str> = arrays.iter().map(String::as_str).collect();
    finding.help(match arrays.as_slice() {
        _ if key != "contentPath" => "write the path of an array in a record".to_owned(),
        [] => format!("{told_by} has no array near its root"),
        arrays => format!("{told_by} has an array at {}", any_of(arrays)),
    });
    // What the API answers cannot be wrong; a schema can.
    if matches!(response.shape, Shape::Sample(_)) {
        finding.level(Level::Error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn paths_are_followed_from_the_name_of_the_wrapper() {
        let told = |path: &str, response: &str| {
            Sample::batch()
                .with_attributes(&format!(
                    "\"contentPath\": {{\"path\": \"$.contacts\", \"overrideWrapperAttribute\": \"contact\"}},
                     \"explodeEntityPath\": {{\"path\": \"{path}\"}}"
                ))
                .answering(response)
                .told()
        };
        let response = r#"{"contacts": [{"id": 1}, {"visits": [{"at": 1}], "contact": 1}]}"#;
        assert_eq!(told("$.contact.visits", response), []);
        assert_eq!(told("$.visits", response), []);
        assert_eq!(told("$.contact.id", response), [(Level::Error, "\"$.contact.id\"".to_owned())]);
        assert_eq!(told("$.contact.visit", response), [(Level::Error, "\"$.contact.visit\"".to_owned())]);
        assert_eq!(told("$.contact.visit", r#"{"contacts": []}"#), []);
    }

    #[test]
    fn without_a_response_the_first_name_is_that_of_a_record() {
        let told = |path: &str, rest: &str| {
            let sample = Sample::batch().with_attributes(&format!(
                "\"contentPath\": {{\"path\": \"$.tickets\"{rest}}}, \"explodeEntityPath\": {{\"path\": \"{path}\"}}"
            ));
            let findings = sample.findings().findings;
            findings.first().map(|found| (found.rule, found.help.clone().unwrap_or_default()))
        };
        let wrapper = ", \"overrideWrapperAttribute\": \"ticket\"";
        assert_eq!(told("$.ticket.comments", wrapper), None);
        assert_eq!(told("$.comments", ""), None);
        let help = |path: &str| told(path, wrapper).filter(|(rule, _)| *rule == RULE.name).unwrap().1;
        assert!(help("$.tiket.x").ends_with("`$.ticket.x`"));
        assert!(help("$.comments").ends_with("`$.ticket.comments`"));
    }

    #[test]
    fn older_and_rootless_forms_are_followed_too() {
        let told = |content: &str| {
            let sample = Sample::batch().with_attributes(&format!("\"contentPath\": {content}"));
            sample.answering(r#"{"contacts": [{"id": 1}], "total": 1}"#).findings().rules().join(" ")
        };
        assert_eq!(told("\"$.contacts\""), "bare-content-path");
        assert_eq!(told("{\"path\": \"total\"}"), "malformed-content-path unresolved-content-path");
        assert_eq!(told("{\"path\": \"$..contacts\"}"), "");
    }
}
