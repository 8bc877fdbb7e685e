#![doc = include_str!("unresolved_pagination_path.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{HEADERS, PaginationParams},
        response::{self, Found, Shape},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unresolved-pagination-path",
    level: Level::Warning,
    page: include_str!("unresolved_pagination_path.md"),
    check: Check::Spec(check),
};

/// The keys that hold a path into the response.
const PATHS: [&str; 4] = ["endConditionName", "pointerPath", "pointerName", "continuationTokenPath"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    for response in response::responses(spec).filter(|response| matches!(response.shape, Shape::Sample(_))) {
        for node in PATHS.into_iter().filter_map(|key| params.get(key)) {
            let is_header = node.as_str().is_some_and(|text| text.starts_with(HEADERS));
            let Some(path) = response::path(node).filter(|_| !is_header) else { continue };
            if let (Found::Missing, Some(key)) = (response.shape.resolve(&path), node.key()) {
                sink.value(node, format!("`{key}` leads to nothing in {}", response.told_by))
                    .help("a sample of the last page may lack it; else correct the path");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn paths_without_a_root_are_followed_and_headers_are_not() {
        let told = |path: &str| {
            let params = format!(
                "\"paginationParams\": {{\"type\": \"POINTER\", \"pointerPath\": \"{path}\", \"limitName\": \"limit\",
                 \"limitValue\": 1, \"offSetName\": null}}"
            );
            let sample =
                Sample::batch().with_attributes(&params).answering(r#"{"contacts": [], "paging": {"next": null}}"#);
            sample.findings().findings.iter().filter(|found| found.rule == RULE.name).count()
        };
        assert_eq!((told("paging.next"), told("$.paging.next"), told("headers.link")), (0, 0, 0));
        assert_eq!((told("paging.nxt"), told("$.next")), (1, 1));
    }
}
