//! What the members of a request mean: a table below each request that a page shows.

use serde_json::{Value, json};

use super::{Facts, markdown::cell};

/// Members by their path, of the requests of Flow Service unless a path tells another.
const MEANINGS: [(&str, &str); 29] = [
    ("name", "What it is called. Choose a name by which you find it again."),
    ("title", "What it is called. Choose a title by which you find it again."),
    ("description", "What it is for. You may leave it out."),
    ("providerId", "The provider of all streaming sources; it is always the same."),
    ("connectionSpec.id", "The connection spec: what is connected, this source or the data lake."),
    ("connectionSpec.version", "The version of the connection spec."),
    ("auth.specName", "How you sign in."),
    ("baseConnectionId", "The ID of the base connection."),
    ("data.format", "The format of the data."),
    ("data.schema.id", "The ID of the target schema."),
    ("data.schema.version", "The form in which the schema is referred to, with its major version."),
    ("params.dataSetId", "The ID of the target dataset."),
    ("type", "What a schema describes; it is always an object."),
    ("allOf", "The class and the field groups that make up the schema."),
    ("meta:intendedToExtend", "The class that the field group goes with."),
    ("definitions", "The fields of the source's records, in the namespace of your organization."),
    ("schemaRef.id", "The ID of the target schema."),
    ("schemaRef.contentType", "The form in which the schema is referred to, with its major version."),
    ("outputSchema.schemaRef.id", "The ID of the target schema."),
    ("outputSchema.schemaRef.contentType", "The form in which the schema is referred to, with its major version."),
    ("mappings", "Which field of the record (`source`) goes to which field of the schema (`destination`)."),
    ("flowSpec.id", "The flow spec, which says how this kind of source reaches the data lake; it is always the same."),
    ("flowSpec.version", "The version of the flow spec."),
    ("sourceConnectionIds", "The ID of the source connection."),
    ("targetConnectionIds", "The ID of the target connection."),
    ("transformations", "The mapping set to apply, by its ID and version."),
    ("scheduleParams.startTime", "When the first run starts, in seconds since 1970 (UTC)."),
    (
        "scheduleParams.frequency",
        "The unit of time between two runs: `minute`, `hour`, `day` or `week`, or `once` for a single run.",
    ),
    (
        "scheduleParams.interval",
        "How many of these units lie between two runs; at least 15 where the unit is `minute`.",
    ),
];

/// The rows of the table for a body: `name` and `meaning`, in the order of the body.
pub(super) fn of(body: &str, facts: &Facts) -> Vec<Value> {
    let mut rows = Vec::new();
    match serde_json::from_str::<Value>(body) {
        Ok(Value::Array(instructions)) if instructions.iter().all(|one| one.get("op").is_some()) => {
            let row = |name: &str, meaning: &str| json!({"name": name, "meaning": meaning});
            rows.push(row("op", "What is done: `add`, `replace` or `remove`."));
            rows.push(row("path", "What it is done to."));
            rows.push(row("value", "What it is from now on."));
        }
        Ok(body) => walk(&body, "", facts, &mut rows),
        Err(_) => {}
    }
    rows
}

fn walk(value: &Value, path: &str, facts: &Facts, rows: &mut Vec<Value>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match meaning(&path, facts) {
            Some(meaning) => rows.push(json!({"name": path, "meaning": meaning})),
            None => walk(value, &path, facts, rows),
        }
    }
}

fn meaning(path: &str, facts: &Facts) -> Option<String> {
    if let Some((_, meaning)) = MEANINGS.iter().find(|(known, _)| *known == path) {
        return Some((*meaning).to_owned());
    }
    if path == "scheduleParams.backfill" {
        return Some("Whether the first run fetches what is there already.".to_owned());
    }
    if let Some(name) = path.strip_prefix("auth.params.") {
        let described = facts.credential(name).and_then(|credential| credential.description.as_deref());
        return Some(described.map_or_else(|| "A credential; see the table above.".to_owned(), cell));
    }
    let name = path.strip_prefix("params.")?;
    let (_, field) = facts.inputs().find(|(input, _)| *input == name)?;
    let told = field.get("description").or_else(|| field.get("title")).and_then(Value::as_str);
    Some(told.map_or_else(|| "What is fetched.".to_owned(), cell))
}
