#![doc = include_str!("malformed_pagination_path.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        content::{self, PathForm},
        pagination::PaginationParams,
        placeholder,
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-pagination-path",
    level: Level::Warning,
    page: include_str!("malformed_pagination_path.md"),
    check: Check::Spec(check),
};

const PATHS: [&str; 4] = ["endConditionName", "pointerPath", "pointerName", "continuationTokenPath"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    for (key, node) in PATHS.into_iter().filter_map(|key| Some((key, params.get(key)?))) {
        // An empty text breaks the schema, and a placeholder is not yet the path.
        let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { continue };
        if !placeholder::find(&text).is_empty() {
            continue;
        }
        let mut meant = None;
        let finding = match PathForm::of(&text) {
            PathForm::Sound if text == "$" => sink.value(node, format!("`{key}` is the response as a whole")),
            PathForm::Faulty(end) => {
                meant = content::meant(&text);
                match end.filter(|end| (1..text.len()).contains(end)) {
                    Some(end) => sink.within(node, end..text.len(), "a JSONPath cannot go on like this"),
                    None => sink.value(node, format!("`{key}` is no JSONPath")),
                }
            }
            PathForm::Unread => sink.value(node, format!("`{key}` is too long or too deeply nested to be checked")),
            PathForm::Foreign if text.starts_with('/') => {
                meant = content::meant(&text);
                sink.value(node, format!("`{key}` is a JSON Pointer, and no JSONPath"))
            }
            // One that does not start at the root is told of by a rule of its own.
            PathForm::Foreign if PathForm::of(text.trim()) == PathForm::Rootless => continue,
            PathForm::Foreign => sink.value(node, format!("`{key}` is no JSONPath")),
            PathForm::Sound | PathForm::Rootless => continue,
        };
        match meant {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix_by(
                format!("write `{meant}`"),
                Safety::Unsafe,
                [edit::replace(node, &json!(meant))],
            ),
            None => finding.help("write the path from the root of the response on, as `$.paging.next`"),
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn each_slip_is_told_once() {
        let told = |path: &str| {
            let params = format!(
                "\"paginationParams\": {{\"type\": \"POINTER\", \"pointerPath\": \"{path}\", \"offSetName\": null}}"
            );
            let findings = Sample::batch().with_attributes(&params).findings();
            let fix = findings.findings.first().and_then(|found| Some(found.fix.as_ref()?.edits[0].text.clone()));
            (findings.rules().join(" "), fix.unwrap_or_default())
        };
        let malformed = |fix: &str| ("malformed-pagination-path".to_owned(), fix.to_owned());
        let rootless = |fix: &str| ("rootless-pointer".to_owned(), fix.to_owned());
        assert_eq!(told("/paging/next"), malformed("\"$.paging.next\""));
        assert_eq!(told("$next"), malformed("\"$.next\""));
        assert_eq!(told("next page"), malformed(""));
        assert_eq!(told("$"), malformed(""));
        assert_eq!(told("$.a["), malformed(""));
        assert_eq!(told("paging.next"), rootless("\"$.paging.next\""));
        assert_eq!(told(" paging.next"), rootless("\"$.paging.next\""));
        assert_eq!(told("next-page"), rootless("\"$['next-page']\""));
        assert_eq!(told("$.paging.next").0, "");
    }
}
