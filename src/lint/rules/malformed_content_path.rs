#![doc = include_str!("malformed_content_path.md")]

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
        placeholder,
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-content-path",
    level: Level::Warning,
    page: include_str!("malformed_content_path.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for node in content::paths(spec) {
        let Some(text) = node.as_str() else { continue };
        // An empty text breaks the schema, and a placeholder is not yet the path.
        if text.is_empty() || !placeholder::find(&text).is_empty() {
            continue;
        }
        let key = node.key().unwrap_or_default();
        let form = PathForm::of(&text);
        let is_torn = form != PathForm::Unread && form != PathForm::Sound && content::is_torn(&text);
        let finding = match form {
            PathForm::Sound => continue,
            PathForm::Unread => sink.value(node, format!("`{key}` is too long or too deeply nested to be checked")),
            PathForm::Rootless => sink.value(node, format!("`{key}` does not start at the root, `$`")),
            PathForm::Faulty(Some(end)) if 0 < end && end < text.len() => {
                sink.within(node, end..text.len(), "a JSONPath cannot go on like this")
            }
            PathForm::Faulty(_) => sink.value(node, format!("`{key}` is no JSONPath")),
            PathForm::Foreign => sink.value(node, format!("`{key}` is no JSONPath")).level(Level::Error),
        };
        if is_torn {
            finding.level(Level::Error);
        }
        match content::meant(&text) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix_by(
                format!("write `{meant}`"),
                Safety::Unsafe,
                [edit::replace(node, &json!(meant))],
            ),
            None => finding.help("write the path of the array from the root on, as `$.data.items`"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn only_what_cannot_be_a_path_is_an_error() {
        let told = |attributes: &str| Sample::batch().with_attributes(attributes).told();
        let path = |path: &str| told(&format!("\"contentPath\": {{\"path\": \"{path}\"}}"));
        assert_eq!(path("/a"), [(Level::Error, "\"/a\"".to_owned())]);
        assert_eq!(path("a"), [(Level::Warning, "\"a\"".to_owned())]);
        assert_eq!(path("$.a-b"), [(Level::Warning, "-b".to_owned())]);
        assert_eq!(path("((((((")[0].0, Level::Warning);
        assert_eq!(path("$.a[")[0].0, Level::Error);
        assert_eq!(path("$.a.")[0].0, Level::Error);
        assert_eq!(path("$"), []);
    }
}
