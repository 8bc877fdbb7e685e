//! The records of the dataflow read back: they are there, have the names they were given, and refer to each other.

use serde_json::Value;

use super::{acceptance::Run, check::Finding};
use crate::dataflow::{
    self, ReadBack,
    recipe::{Name, Step},
};

impl Run<'_, '_> {
    /// A check for every record that was made.
    pub(super) fn records(&mut self) {
        let recipe = self.acceptance.recipe;
        for step in recipe.steps.iter().filter(|step| step.makes().is_some()) {
            let Some(name) = step.makes() else { continue };
            self.check(slug(name), format!("The {} is as it was asked for", name.what()), |run| run.read_back(step));
        }
    }

    fn read_back(&mut self, step: &Step) -> Result<Finding, dataflow::Error> {
        match dataflow::read_back(&self.place(), &self.state()?, step)? {
            Some(back) => Ok(judge(&back)),
            None => Ok(Finding::failed("it was not made", "look at the check `dataflow-up`")),
        }
    }
}

/// The name of the check of a record.
fn slug(name: Name) -> &'static str {
    match name {
        Name::BaseConnectionId => "base-connection",
        Name::SourceConnectionId => "source-connection",
        Name::FieldGroupId => "field-group",
        Name::SchemaId => "schema",
        Name::DatasetId => "dataset",
        Name::TargetConnectionId => "target-connection",
        Name::MappingSetId => "mapping-set",
        Name::FlowId => "flow",
        Name::ConnectionSpecId => "connection-spec",
        Name::FlowSpecId => "flow-spec",
        Name::TenantId => "namespace",
        Name::InletUrl => "inlet",
    }
}

/// What must come back as it was sent, where it was sent.
fn repeated(name: Name) -> &'static [&'static str] {
    match name {
        Name::BaseConnectionId => &["/name", "/connectionSpec/id", "/auth/specName"],
        Name::SourceConnectionId => &["/name", "/connectionSpec/id", "/baseConnectionId", "/data/format", "/params"],
        Name::FieldGroupId => &["/title", "/meta:intendedToExtend"],
        Name::SchemaId => &["/title"],
        Name::DatasetId => &["/name", "/schemaRef/id"],
        Name::TargetConnectionId => &["/name", "/connectionSpec/id", "/data/schema/id", "/params/dataSetId"],
        Name::FlowId => &[
            "/name",
            "/flowSpec/id",
            "/sourceConnectionIds",
            "/targetConnectionIds",
            "/transformations/0/params/mappingId",
            "/scheduleParams/frequency",
        ],
        _ => &[],
    }
}

/// Whether a record is what was sent.
fn judge(back: &ReadBack) -> Finding {
    let ReadBack { name, id, sent, found } = back;
    let Some(found) = found else {
        return Finding::failed(
            format!("{id} is gone"),
            "something deleted it right after it was made: verify in a sandbox that nobody cleans meanwhile",
        );
    };
    let (mut same, mut other) = (Vec::new(), Vec::new());
    let mut compare = |member: &str, sent: Option<&Value>, found: Option<&Value>| match (sent, found) {
        (None, _) => {}
        (Some(sent), Some(found)) if sent == found => same.push(format!("`{}`", member.trim_start_matches('/'))),
        (Some(sent), found) => {
            let found = found.map_or_else(|| "missing".to_owned(), Value::to_string);
            other.push(format!("`{}` is {found}, not {sent}", member.trim_start_matches('/')));
        }
    };
    for pointer in repeated(*name) {
        compare(pointer, sent.pointer(pointer), found.pointer(pointer));
    }
    match name {
        Name::SchemaId => {
            let (sent, found) = (references(sent), references(found));
            for reference in sent {
                let found = found.contains(&reference).then_some(&reference);
                compare("allOf", Some(&reference), found);
            }
        }
        Name::MappingSetId => {
            compare("schema", schema_of(sent), schema_of(found));
            let count = |set: &Value| Some(Value::from(set.get("mappings")?.as_array()?.len()));
            compare("number of mappings", count(sent).as_ref(), count(found).as_ref());
        }
        Name::FlowId => compare("state", Some(&Value::from("enabled")), found.get("state")),
        _ => {}
    }
    same.dedup();
    if other.is_empty() {
        return Finding::passed(format!("{id}: {} as sent", same.join(", ")));
    }
    Finding::failed(
        format!("{id}: {}", other.join("; ")),
        match name {
            Name::FlowId if found.get("state").and_then(Value::as_str) != Some("enabled") => {
                "a flow that is not enabled brings nothing: its last operation, in the report, tells why"
            }
            _ => {
                "what was sent and what was answered stand in the report: ask the Adobe representative about the difference"
            }
        },
    )
}

/// What a schema is put together of.
fn references(schema: &Value) -> Vec<Value> {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    parts.filter_map(|part| part.get("$ref").cloned()).collect()
}

/// The schema of a mapping set, in either of its forms.
fn schema_of(set: &Value) -> Option<&Value> {
    set.pointer("/outputSchema/schemaRef/id").or_else(|| set.get("xdmSchema"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::verify::Verdict;

    fn judged(name: Name, sent: Value, found: Option<Value>) -> Finding {
        judge(&ReadBack { name, id: "1".into(), sent, found })
    }

    #[test]
    fn a_record_is_what_was_sent_or_the_difference_is_told() {
        let sent = json!({"name": "Acme", "connectionSpec": {"id": "c", "version": "1.0"}, "data": {"format": "json"}});
        let mut found = sent.clone();
        found["id"] = json!("1");
        let good = judged(Name::SourceConnectionId, sent.clone(), Some(found.clone()));
        assert_eq!(good, Finding::passed("1: `name`, `connectionSpec/id`, `data/format` as sent"));
        found["connectionSpec"]["id"] = json!("d");
        found["data"] = json!({});
        let bad = judged(Name::SourceConnectionId, sent.clone(), Some(found));
        assert_eq!(bad.verdict, Verdict::Failed);
        assert_eq!(bad.found, "1: `connectionSpec/id` is \"d\", not \"c\"; `data/format` is missing, not \"json\"");
        assert_eq!(judged(Name::SourceConnectionId, sent, None).found, "1 is gone");
    }

    #[test]
    fn flows_are_enabled_and_schemas_and_mapping_sets_refer() {
        let flow = |state: &str| judged(Name::FlowId, json!({"name": "a"}), Some(json!({"name": "a", "state": state})));
        assert_eq!(flow("enabled").verdict, Verdict::Passed);
        assert!(flow("disabled").found.contains("`state` is \"disabled\""), "{:?}", flow("disabled"));
        let schema = json!({"title": "t", "allOf": [{"$ref": "a"}, {"$ref": "b"}]});
        let other = json!({"title": "t", "allOf": [{"$ref": "b"}]});
        assert_eq!(judged(Name::SchemaId, schema.clone(), Some(schema.clone())).verdict, Verdict::Passed);
        assert!(judged(Name::SchemaId, schema, Some(other)).found.contains("`allOf` is missing, not \"a\""));
        let set = json!({"xdmSchema": "s", "mappings": [1, 2]});
        let found = |mappings: Value| json!({"outputSchema": {"schemaRef": {"id": "s"}}, "mappings": mappings});
        assert_eq!(judged(Name::MappingSetId, set.clone(), Some(found(json!([1, 2])))).verdict, Verdict::Passed);
        assert!(judged(Name::MappingSetId, set, Some(found(json!([1])))).found.contains("is 1, not 2"));
    }
}
