//! Which fields of a body the platform speaks of when it refuses it.
//!
//! The shape of its validation errors is documented nowhere, so that everything is gathered that names a field in any of the
//! usual ways: members of the answer that hold a path, and paths and quoted words in its sentences. Whoever knows the body
//! sees which of them are in it.

use serde_json::Value;

/// Members that hold a path or the name of a field.
const PATHS: [&str; 9] =
    ["pointer", "path", "field", "fieldName", "property", "propertyPath", "dataPath", "instancePath", "jsonPath"];
/// Members that hold a sentence.
const SENTENCES: [&str; 5] = ["detail", "message", "title", "errorMessage", "reason"];
/// Members whose keys may be the names of fields.
const BY_FIELD: [&str; 3] = ["errors", "fieldErrors", "invalidFields"];
const DEEPEST: usize = 8;
const MOST: usize = 20;

/// What may be fields, the surest first, each once.
pub(super) fn mentions(body: &Value) -> Vec<String> {
    let (mut sure, mut likely) = (Vec::new(), Vec::new());
    gather(body, &mut sure, &mut likely, DEEPEST);
    let mut all: Vec<String> = Vec::new();
    for one in sure.into_iter().chain(likely) {
        if !one.is_empty() && one.len() < 300 && !all.contains(&one) && all.len() < MOST {
            all.push(one);
        }
    }
    all
}

fn gather(value: &Value, sure: &mut Vec<String>, likely: &mut Vec<String>, depth: usize) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, sure, likely, depth - 1)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if PATHS.contains(&name.as_str()) => sure.push(text.trim().to_owned()),
                    Value::String(text) if SENTENCES.contains(&name.as_str()) => likely.extend(words(text)),
                    Value::Object(fields) if BY_FIELD.contains(&name.as_str()) => {
                        sure.extend(fields.keys().cloned());
                        gather(member, sure, likely, depth - 1);
                    }
                    other => gather(other, sure, likely, depth - 1),
                }
            }
        }
        _ => {}
    }
}

/// What a sentence quotes, and what in it looks like a path.
fn words(sentence: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some(at) = rest.find(['`', '\'', '"']) {
        let quote = &rest[at..=at];
        let after = &rest[at + 1..];
        let Some(end) = after.find(quote) else { break };
        found.push(after[..end].trim().to_owned());
        rest = &after[end + 1..];
    }
    let bare = sentence.split(|c: char| c.is_whitespace() || ",;()`'\"".contains(c));
    let is_path = |word: &&str| {
        let word = word.trim_end_matches([':', '.']);
        word.starts_with("#/") || word.starts_with("$.") || word.starts_with('/') || word.contains('.')
    };
    found.extend(bare.filter(is_path).map(|word| word.trim_end_matches([':', '.']).to_owned()));
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_in_every_usual_shape() {
        for (body, field) in [
            (json!({"detail": "`providerId` must be a UUID"}), "providerId"),
            (
                json!({"message": "Invalid value for 'sourceSpec.attributes.urlParams.host'."}),
                "sourceSpec.attributes.urlParams.host",
            ),
            (
                json!({"title": "Invalid request", "report": {"detail": "#/authSpec/0/name: is required"}}),
                "#/authSpec/0/name",
            ),
            (json!({"errors": [{"source": {"pointer": "/name"}, "message": "too long"}]}), "/name"),
            (json!({"errors": {"name": ["is too long"]}}), "name"),
            (json!({"items": [{"dataPath": ".authSpec[0].type"}]}), ".authSpec[0].type"),
            (json!({"error": {"message": "Missing field \"version\""}}), "version"),
        ] {
            assert!(mentions(&body).contains(&field.to_owned()), "{body}: {:?}", mentions(&body));
        }
    }

    #[test]
    fn an_answer_without_a_field_mentions_none_and_a_hostile_one_ends() {
        assert_eq!(mentions(&json!({"title": "Invalid request", "detail": "Not entitled to this operation"})), [""; 0]);
        let mut deep = json!("`name`");
        for _ in 0..100 {
            deep = json!({"errors": [deep]});
        }
        assert_eq!(mentions(&deep), [""; 0]);
        assert_eq!(mentions(&json!({"detail": "`a".repeat(1000)})), ["a"]);
    }
}
