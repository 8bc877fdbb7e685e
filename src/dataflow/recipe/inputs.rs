//! What a customer fills in for the request: the values of `sourceSpec.spec.properties`, checked.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Error, Facts};
use crate::text::nearest::nearest;

/// The values to send: as given, defaults otherwise. All that are missing are told at once, and so are all that do not fit.
pub(super) fn values(facts: &Facts, given: &BTreeMap<String, String>) -> Result<Map<String, Value>, Error> {
    let fields = facts.inputs.as_ref().and_then(|form| form.get("properties")).and_then(Value::as_object);
    let known: Vec<&str> = fields.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    if let Some(unknown) = given.keys().find(|name| !known.contains(&name.as_str())) {
        let help = match nearest(unknown, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if known.is_empty() => "leave `--input` out".to_owned(),
            None => format!("it has `{}`", known.join("`, `")),
        };
        return Err(Error::wish(format!("`{}` has no input `{unknown}`", facts.key), help));
    }
    let (mut values, mut faults) = (Map::new(), Vec::new());
    for (name, field) in fields.into_iter().flatten() {
        let value = match given.get(name) {
            Some(text) => value_of(field, text),
            None => match field.get("default").or_else(|| field.get("const")) {
                Some(default) => default.clone(),
                None => continue,
            },
        };
        let validator = jsonschema::validator_for(field).ok();
        faults.extend(validator.and_then(|validator| {
            let fault = validator.iter_errors(&value).next()?.to_string();
            Some(format!("`{name}`: {fault}"))
        }));
        values.insert(name.clone(), value);
    }
    let required = facts.inputs.as_ref().and_then(|form| form.get("required")).and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    let missing: Vec<&str> = required.filter(|name| !values.contains_key(*name)).collect();
    if !missing.is_empty() {
        let flags: Vec<String> = missing.iter().map(|name| format!("--input {name}=…")).collect();
        return Err(Error::wish(
            format!("`{}` asks for what is not given: `{}`", facts.key, missing.join("`, `")),
            format!("give it with `{}`", flags.join(" ")),
        ));
    }
    match faults.is_empty() {
        true => Ok(values),
        false => Err(Error::wish(
            format!("`{}` does not take these inputs: {}", facts.key, faults.join("; ")),
            "`sourceSpec.spec` of its connection spec says what it takes",
        )),
    }
}

/// A value from what a person types: JSON where the field is no text.
pub fn value_of(field: &Value, text: &str) -> Value {
    let types: Vec<&str> = match field.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    };
    let takes_text = types.is_empty() || types.contains(&"string");
    if takes_text { json!(text) } else { serde_json::from_str(text).unwrap_or_else(|_| json!(text)) }
}

#[cfg(test)]
mod tests {
    use super::{super::DataType, *};

    fn facts(inputs: Value) -> Facts {
        Facts { key: "acme".into(), inputs: Some(inputs), ..Facts::http_api(DataType::Raw, false) }
    }

    fn given<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn defaults_are_taken_and_values_have_their_type() {
        let facts = facts(json!({"required": ["listId"], "properties": {
            "listId": {"type": "string"}, "size": {"type": "integer", "default": 10}, "all": {"type": "boolean"},
            "tags": {"type": "array"}, "other": {"type": "string"}}}));
        let values = values(&facts, &given([("listId", "10"), ("all", "true"), ("tags", "[1]")])).unwrap();
        assert_eq!(Value::Object(values), json!({"listId": "10", "size": 10, "all": true, "tags": [1]}));
    }

    #[test]
    fn all_that_is_missing_or_wrong_is_told_at_once() {
        let facts = facts(json!({"required": ["listId", "region"], "properties": {
            "listId": {"type": "string"}, "region": {"type": "string", "enum": ["eu", "us"]}, "size": {"type": "integer"}}}));
        let told = |given| values(&facts, &given).unwrap_err();
        let error = told(given([]));
        assert_eq!(error.to_string(), "`acme` asks for what is not given: `listId`, `region`");
        assert_eq!(error.help().unwrap(), "give it with `--input listId=… --input region=…`");
        let error = told(given([("listId", "1"), ("region", "moon"), ("size", "many")])).to_string();
        assert!(error.contains("`region`: ") && error.contains("`size`: "), "{error}");
        let error = told(given([("listid", "1")]));
        assert_eq!(error.help().unwrap(), "did you mean `listId`?");
    }
}
