#![doc = include_str!("malformed_parameter_name.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{PaginationParams, ParameterType},
        placeholder,
        schedule::{Form, Schedule},
        url,
    },
    text::{
        excerpt,
        json::{Kind, Node},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-parameter-name",
    level: Level::Warning,
    page: include_str!("malformed_parameter_name.md"),
    check: Check::Spec(check),
};

const OF_PAGES: [&str; 4] = ["limitName", "offSetName", "offsetName", "pageParamName"];
const OF_PERIODS: [&str; 2] = ["scheduleStartParamName", "scheduleEndParamName"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if let Some(params) = PaginationParams::of(spec) {
        let of_pages = OF_PAGES.into_iter().filter_map(|key| params.get(key));
        of_pages.chain(params.parameter(ParameterType::Query)).for_each(|node| check_value(node, sink));
    }
    if let Some(schedule) = Schedule::in_form(spec, Form::Simple) {
        OF_PERIODS.into_iter().filter_map(|key| schedule.node.get(key)).for_each(|node| check_value(node, sink));
    }
    if let Some(fixed) = url::param(spec, "queryParams").filter(|fixed| fixed.kind() == Kind::Object) {
        fixed.children().for_each(|member| check_key(member, sink));
    }
}

/// A text that names a parameter of the query. An empty one breaks the schema.
fn check_value(node: Node<'_>, sink: &mut Sink<'_>) {
    let Some(name) = node.as_str().filter(|name| !name.is_empty() && !is_name(name)) else { return };
    let key = node.key().unwrap_or_default();
    let finding = match name.trim() {
        "" => sink.value(node, format!("`{key}` is blank")),
        _ => sink.value(node, format!("`{}` is no name of a query parameter", excerpt(&name))),
    };
    let before = name.split_once('=').map(|(before, _)| before).filter(|before| is_name(before));
    finding.help(match before {
        Some(before) if key == "limitName" => {
            format!("write `{before}` here, and the number of records in a page as `limitValue`")
        }
        Some(before) => format!("write `{before}`: the value is filled in"),
        None => "write the one name that your API has for it".to_owned(),
    });
}

/// A key of `queryParams`.
fn check_key(member: Node<'_>, sink: &mut Sink<'_>) {
    let Some(name) = member.key().filter(|name| !is_name(name)) else { return };
    let message = match name.trim() {
        "" => "a query parameter has no name".to_owned(),
        _ => format!("`{}` is no name of a query parameter", excerpt(&name)),
    };
    sink.key(member, message)
        .help("write the name that your API has for it as the key, and what it is to be as the value");
}

/// Whether a text can be the name of a parameter as it is written: nothing in it parts a query.
fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte > b' ' && !matches!(byte, b'=' | b'&' | b'?' | b'#' | 0x7f);
    (!name.is_empty() && name.bytes().all(is_inner)) || !placeholder::find(name).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn names_are_told_from_what_is_none() {
        for name in ["limit", "page[size]", "$top", "filter.since", "größe", "${name} x"] {
            assert!(is_name(name), "{name}");
        }
        let told = |attributes: &str| {
            let findings = Sample::batch().with_attributes(attributes).findings();
            assert_eq!(findings.rules(), [RULE.name], "{attributes}");
            findings.findings[0].help.clone().unwrap()
        };
        assert!(told(r#""paginationParams": {"limitName": "limit=10"}"#).starts_with("write `limit` here"));
        told(r#""paginationParams": {"limitName": "limit or count"}"#);
        told(r#""scheduleParams": {"scheduleStartParamName": "since="}"#);
        told(r#""urlParams": {"queryParams": {"": "x"}}"#);
        told(r#""urlParams": {"queryParams": {"a=b": "x"}}"#);
    }
}
