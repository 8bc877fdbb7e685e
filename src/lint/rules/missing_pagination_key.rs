#![doc = include_str!("missing_pagination_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{Need, PaginationParams, RENAMED},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-pagination-key",
    level: Level::Error,
    page: include_str!("missing_pagination_key.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    let Some(pagination) = params.pagination else { return };
    for &(key, need) in pagination.needs() {
        let older = RENAMED.iter().find(|(_, current)| *current == key).map(|(older, _)| *older);
        if params.node.get(key).is_some() || older.is_some_and(|older| params.node.get(older).is_some()) {
            continue;
        }
        let finding = sink.inside(params.node, format!("`{pagination}` pagination has no `{key}`"));
        finding.help(match key {
            "offSetName" => "add the name of the query parameter that takes the offset",
            "limitName" => "add the name of the query parameter that takes the size of a page",
            "limitValue" => "add the number of records in a page",
            "pointerPath" => "add the JSONPath of the pointer to the next page, as `$.paging.next`",
            "continuationTokenPath" => "add the JSONPath of the token in a response, as `$.meta.after_cursor`",
            "parameterType" => "add where the token is sent: `QUERYPARAM` or `HEADERPARAM`",
            "parameterName" => "add the name of the parameter that takes the token",
            _ => "add the name of the query parameter that takes the number of the page",
        });
        finding.lacks(params.node, key);
        if need == Need::Advised {
            finding.level(Level::Warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn a_page_size_is_advised_only() {
        let told = |attributes: &str| Sample::batch().with_attributes(attributes).told();
        let page = |rest: &str| {
            let given = "\"type\": \"PAGE\", \"offSetName\": null, \"limitName\": null";
            told(&format!("\"paginationParams\": {{{given}{rest}}}"))
        };
        let key = "\"paginationParams\"".to_owned();
        assert_eq!(page(", \"pageParamName\": \"p\""), [(Level::Warning, key.clone())]);
        assert_eq!(page(""), [(Level::Warning, key.clone()), (Level::Error, key.clone())]);
        let pointer = "\"type\": \"POINTER\", \"pointerPath\": \"$.next\", \"offSetName\": null, \"limitName\": null";
        assert_eq!(told(&format!("\"paginationParams\": {{{pointer}}}")), [(Level::Warning, key)]);
    }
}
