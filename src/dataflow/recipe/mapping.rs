//! Where each field goes: a file of mappings read, checked against the sample, and written as the mapping set that is sent.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Error, Mapping, MappingForm, Name, SourceType,
    schema::{CONTENT_TYPE, Inferred, TENANT},
};
use crate::text::{
    attribute::{self, Step},
    nearest::nearest,
};

/// The mappings of a file: a mapping set in either form, an array of its mappings, or CSV.
pub fn read(text: &str) -> Result<Vec<Mapping>, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mappings = match text.trim_start().starts_with(['[', '{']) {
        true => of_json(text)?,
        false => of_csv(text)?,
    };
    if mappings.is_empty() {
        return Err(unclear("it holds no mapping".to_owned()));
    }
    Ok(mappings)
}

fn unclear(reason: String) -> Error {
    Error::wish(
        format!("the mapping file cannot be read: {reason}"),
        "it is CSV with the columns `source,destination`, or JSON with `mappings` as a mapping set has them",
    )
}

fn of_json(text: &str) -> Result<Vec<Mapping>, Error> {
    let value: Value = serde_json::from_str(text).map_err(|error| unclear(error.to_string()))?;
    let list = value.get("mappings").unwrap_or(&value).as_array();
    let list = list.ok_or_else(|| unclear("it is an object without an array `mappings`".to_owned()))?;
    list.iter().enumerate().map(|(at, entry)| of_entry(at + 1, entry)).collect()
}

fn of_entry(at: usize, entry: &Value) -> Result<Mapping, Error> {
    let member = |names: [&str; 2]| names.iter().find_map(|name| entry.get(*name)?.as_str());
    let (source, destination) = (member(["source", "sourceAttribute"]), member(["destination", "destinationXdmPath"]));
    let (Some(source), Some(destination)) = (source, destination) else {
        return Err(unclear(format!(
            "mapping {at} has not both `source` and `destination`, or `sourceAttribute` and `destinationXdmPath`"
        )));
    };
    let kind = entry.get("sourceType").and_then(Value::as_str).unwrap_or_default();
    mapping(at, kind, source, destination)
}

fn mapping(at: usize, kind: &str, source: &str, destination: &str) -> Result<Mapping, Error> {
    let (source, destination) = (source.trim(), destination.trim());
    if source.is_empty() || destination.is_empty() {
        return Err(unclear(format!("mapping {at} has an empty side")));
    }
    let source_type = match kind.trim() {
        // No path holds a bracket outside of `${…}`.
        "" if source.contains('(') && attribute::read(source).is_err() => SourceType::Expression,
        "" | "ATTRIBUTE" | "attribute" | "text/x.schema-path" => SourceType::Attribute,
        "EXPRESSION" | "expression" | "text/x.aep-xl" => SourceType::Expression,
        other => {
            return Err(unclear(format!("mapping {at} has the source type `{other}`, not ATTRIBUTE or EXPRESSION")));
        }
    };
    Ok(Mapping { source_type, source: source.to_owned(), destination: destination.to_owned() })
}

fn of_csv(text: &str) -> Result<Vec<Mapping>, Error> {
    let mut mappings = Vec::new();
    for (at, row) in rows(text)?.into_iter().enumerate() {
        let at = at + 1;
        let cells: Vec<&str> = row.iter().map(|cell| cell.trim()).collect();
        match cells.as_slice() {
            ["source", "destination"] | ["source", "destination", _] if at == 1 => {}
            [""] => {}
            [source, destination] => mappings.push(mapping(at, "", source, destination)?),
            [source, destination, kind] => mappings.push(mapping(at, kind, source, destination)?),
            _ => return Err(unclear(format!("row {at} has {} columns, not two or three", cells.len()))),
        }
    }
    Ok(mappings)
}

/// The cells of each row; a cell in quotes may hold commas, line ends, and quotes written twice.
fn rows(text: &str) -> Result<Vec<Vec<String>>, Error> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut letters, mut quoted) = (text.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if quoted {
        return Err(unclear("a quote is not closed".to_owned()));
    }
    if !row.is_empty() || !cell.trim().is_empty() {
        row.push(cell);
        rows.push(row);
    }
    Ok(rows)
}

/// Checks mappings from a file: no two to one place; of a sample, only what it has; to its fields, only those that are made.
pub(super) fn check(mappings: &[Mapping], sample: &[Value], inferred: Option<&Inferred>) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for Mapping { source_type, source, destination } in mappings {
        if !seen.insert(destination) {
            faults.push(format!("two fields go to `{destination}`"));
        }
        let is_known = *source_type == SourceType::Expression || sample.iter().any(|event| has(event, source));
        if !sample.is_empty() && !is_known {
            faults.push(format!("no event of the sample has `{source}`"));
        }
        let own = destination.strip_prefix(&format!("_{TENANT}."));
        if let (Some(own), Some(inferred)) = (own, inferred)
            && !inferred.has(own)
        {
            let meant = inferred.mappings.iter().filter_map(|one| one.destination.strip_prefix(&format!("_{TENANT}.")));
            let meant = nearest(own, meant).map(|name| format!(" (did you mean `_{TENANT}.{name}`?)"));
            faults.push(format!("the sample makes no field `{destination}`{}", meant.unwrap_or_default()));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Error::wish(
            format!("the mapping file does not fit: {}", faults.join("; ")),
            "correct the file, or leave `--mapping` out to have the sample's fields mapped",
        )),
    }
}

fn has(event: &Value, path: &str) -> bool {
    fn within(value: &Value, steps: &[Step]) -> bool {
        let Some((step, rest)) = steps.split_first() else { return true };
        match step {
            Step::Name(name) => value.get(name).is_some_and(|value| within(value, rest)),
            Step::Item(index) => value.get(index).is_some_and(|item| within(item, rest)),
            Step::Items => value.as_array().is_some_and(|items| items.iter().any(|item| within(item, rest))),
        }
    }
    attribute::read(path).is_ok_and(|steps| within(event, &steps))
}

/// The body of a mapping set.
pub(super) fn set(mappings: &[Mapping], form: MappingForm) -> Result<Value, Error> {
    let destination = |mapping: &Mapping| mapping.destination.replace(TENANT, &Name::TenantId.mark());
    match form {
        MappingForm::OutputSchema => {
            let entry = |mapping: &Mapping| {
                let kind = match mapping.source_type {
                    SourceType::Attribute => "ATTRIBUTE",
                    SourceType::Expression => "EXPRESSION",
                };
                json!({"sourceType": kind, "source": mapping.source, "destination": destination(mapping)})
            };
            let reference = json!({"id": Name::SchemaId.mark(), "contentType": CONTENT_TYPE});
            let mappings: Vec<Value> = mappings.iter().map(entry).collect();
            Ok(json!({"version": 0, "outputSchema": {"schemaRef": reference}, "mappings": mappings}))
        }
        MappingForm::XdmSchema => {
            if let Some(computed) = mappings.iter().find(|mapping| mapping.source_type == SourceType::Expression) {
                return Err(Error::wish(
                    format!(
                        "`{}` is computed (`{}`), which the form with `xdmSchema` is not documented to do",
                        computed.destination, computed.source
                    ),
                    "leave `--mapping-form xdm-schema` out",
                ));
            }
            let entry = |mapping: &Mapping| {
                json!({
                    "destinationXdmPath": destination(mapping),
                    "sourceAttribute": mapping.source,
                    "identity": false,
                    "version": 0,
                })
            };
            let mappings: Vec<Value> = mappings.iter().map(entry).collect();
            Ok(json!({"version": 0, "xdmSchema": Name::SchemaId.mark(), "xdmVersion": "1.0", "mappings": mappings}))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(source: &str, destination: &str) -> Mapping {
        Mapping { source_type: SourceType::Attribute, source: source.into(), destination: destination.into() }
    }

    #[test]
    fn every_form_of_a_file_is_read() {
        let computed = Mapping { source_type: SourceType::Expression, ..one("uuid()", "_id") };
        let wanted = [one("first", "person.name.firstName"), computed];
        for text in [
            "source,destination\r\nfirst,person.name.firstName\r\nuuid(),_id\r\n",
            "\u{feff}first , \"person.name.firstName\"\n\nuuid(),_id,EXPRESSION",
            r#"[{"source":"first","destination":"person.name.firstName"},{"source":"uuid()","destination":"_id"}]"#,
            r#"{"version":0,"mappings":[{"sourceAttribute":"first","destinationXdmPath":"person.name.firstName","identity":false},
                {"sourceType":"EXPRESSION","source":"uuid()","destination":"_id"}]}"#,
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text}");
        }
        assert_eq!(read("\"concat(a, \"\",\"\", b)\",_id").unwrap()[0].source, "concat(a, \",\", b)");
        let kind = |source: &str| read(&format!("{source},a")).unwrap()[0].source_type;
        assert_eq!(kind("lower(${a b})"), SourceType::Expression);
        assert_eq!(kind("${a (b)}"), SourceType::Attribute);
    }

    #[test]
    fn what_is_no_file_of_mappings_is_told() {
        for (text, told) in [
            ("", "no mapping"),
            ("source,destination\n", "no mapping"),
            ("a\n", "row 1 has 1 columns"),
            ("a,b,c,d\n", "4 columns"),
            ("a,\"b\n", "not closed"),
            ("a,b,WHAT\n", "WHAT"),
            ("{}", "without an array"),
            ("[{\"source\":\"a\"}]", "mapping 1"),
            ("[1", "line 1"),
            ("a,\n", "empty side"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_is_checked_against_the_sample() {
        let sample = [json!({"first": "Ada"}), json!({"tags": [{"name": "x"}]})];
        check(&[one("first", "a"), one("tags[*].name", "b"), one("tags[0].name", "c")], &sample, None).unwrap();
        let error = check(&[one("frist", "a"), one("first", "a"), one("tags[3]", "d")], &sample, None).unwrap_err();
        let told = "no event of the sample has `frist`; two fields go to `a`; no event of the sample has `tags[3]`";
        assert!(error.to_string().ends_with(told), "{error}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_a_file_of_mappings_or_is_none(text in "(?s).{0,60}|[\\[{}\\]\":,\\n a(]{0,60}") {
            if let Ok(mappings) = read(&text) {
                let _ = check(&mappings, &[json!({"a": [1]})], None);
                for form in [MappingForm::OutputSchema, MappingForm::XdmSchema] {
                    let _ = set(&mappings, form);
                }
            }
        }
    }

    #[test]
    fn the_older_form_computes_nothing() {
        let computed = Mapping { source_type: SourceType::Expression, ..one("uuid()", "_id") };
        assert!(set(&[computed], MappingForm::XdmSchema).unwrap_err().to_string().contains("`_id` is computed"));
        let set = set(&[one("a", "_{tenantId}.a")], MappingForm::XdmSchema).unwrap();
        assert_eq!(set["mappings"][0]["destinationXdmPath"], format!("_{}.a", Name::TenantId.mark()));
    }
}
