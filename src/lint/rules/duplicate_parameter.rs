#![doc = include_str!("duplicate_parameter.md")]

use std::{borrow::Cow, collections::HashMap};

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{PaginationParams, ParameterType},
        schedule::{Form, Schedule},
        url,
    },
    text::{
        excerpt,
        json::{Node, edit},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "duplicate-parameter",
    level: Level::Error,
    page: include_str!("duplicate_parameter.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let mut seen: HashMap<Cow<'_, str>, Node<'_>> = HashMap::new();
    for node in named(spec) {
        let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
        let Some(first) = seen.get(&name) else {
            seen.insert(name, node);
            continue;
        };
        let other = first.key().unwrap_or_default();
        sink.value(node, format!("`{other}` is the query parameter `{}` too", excerpt(&name)))
            .help("write the name that your API has for each of them")
            .related(first.span(), "first here");
    }
    let fixed = url::param(spec, "queryParams").into_iter().flat_map(Node::members);
    for (name, node) in fixed {
        if let Some(first) = seen.get(&name) {
            // Which of the two values wins is written nowhere.
            let other = first.key().unwrap_or_default();
            sink.key(node, format!("`{other}` is the query parameter `{}` too", excerpt(&name)))
                .level(Level::Warning)
                .help("remove it from `queryParams`: the platform adds it to each request")
                .fix_by(format!("remove `{}`", excerpt(&name)), Safety::Unsafe, edit::remove(node))
                .related(first.span(), "named here");
        }
    }
}

/// The texts that name a parameter of the query for the platform to fill in.
fn named<'a>(spec: &Spec<'a>) -> Vec<Node<'a>> {
    let mut named = Vec::new();
    if let Some(params) = PaginationParams::of(spec) {
        named.extend(["limitName", "offSetName", "pageParamName"].into_iter().filter_map(|key| params.get(key)));
        named.extend(params.parameter(ParameterType::Query));
    }
    if let Some(schedule) = Schedule::in_form(spec, Form::Simple) {
        let keys = ["scheduleStartParamName", "scheduleEndParamName"];
        named.extend(keys.into_iter().filter_map(|key| schedule.node.get(key)));
    }
    named
}
