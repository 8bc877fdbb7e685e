//! `/flows`: dataflows, which tie source connections to target connections.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    catalog, data_prep,
    entity::{Entity, World, text, texts},
    runs,
};
use crate::emulator::{
    inlets,
    problem::{self, Problem},
    store::Body,
    validate::{
        self, Field,
        Kind::{AnyText, Ids, Object, Objects, Text},
        optional, required,
    },
};

const FIELDS: [Field; 8] = [
    optional("name", Text),
    optional("description", AnyText),
    required("flowSpec", Object),
    required("sourceConnectionIds", Ids),
    required("targetConnectionIds", Ids),
    optional("transformations", Objects),
    optional("scheduleParams", Object),
    optional("options", Object),
];

/// Dataflows.
pub(super) struct Flows;

impl Entity for Flows {
    const NAME: &'static str = "flows";
    const ACTIONS: &'static [&'static str] = &["publish", "enable", "disable"];

    fn check(world: &World<'_>, body: &Body, current: Option<&Body>) -> Result<(), Problem> {
        if current.is_none() && body.get("state").is_some_and(|state| state != "draft") {
            return Err(Problem::flow(problem::STATE_GIVEN, "`state` is not for the creator of a flow to set"));
        }
        validate::fields(body, &FIELDS)?;
        if current.is_some_and(|current| current.get("flowSpec") != body.get("flowSpec")) {
            return Err(Problem::invalid("the `flowSpec` of a flow cannot be changed"));
        }
        let spec = world.spec("flowSpecs", body, "flowSpec")?;
        let ends = Ends { world, body, spec: &spec };
        ends.check("sourceConnectionIds", "sourceConnections", "sourceConnectionSpecIds")?;
        let targets = ends.check("targetConnectionIds", "targetConnections", "targetConnectionSpecIds")?;
        check_transformations(world, body, &spec, &targets)?;
        check_schedule(body, &spec)?;
        if let (Some(schema), Some(options)) =
            (spec.get("optionSpec").and_then(|spec| spec.get("spec")), body.get("options"))
        {
            validate::against(schema, options, "options")?;
        }
        Ok(())
    }

    fn complete(world: &World<'_>, record: &mut Body) -> Result<(), Problem> {
        let spec = world.spec("flowSpecs", record, "flowSpec")?;
        let attributes = spec.get("attributes").cloned().unwrap_or_else(|| json!({}));
        let is_source = attributes.get("isSourceFlow") == Some(&json!(true));
        let inherited = json!({
            "properties": {"isSourceFlow": is_source},
            "sourceConnections": ends_of(world, record, "sourceConnectionIds", "sourceConnections")?,
            "targetConnections": ends_of(world, record, "targetConnectionIds", "targetConnections")?,
        });
        record.insert("inheritedAttributes".into(), inherited);
        let mut options = Map::new();
        options.insert("errorDiagnosticsEnabled".into(), json!(true));
        if let Some(Value::Object(sent)) = record.remove("options") {
            options.extend(sent);
        }
        record.insert("options".into(), Value::Object(options));
        if inlets::is_for_flow(&spec) {
            inlets::give_to_flow(record);
        }
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        record.insert("runs".into(), json!(format!("/runs?property=flowId=={id}")));
        record.insert("providerRefId".into(), json!(Uuid::new_v4().to_string()));
        record.insert("lastOperation".into(), json!({"started": 0, "updated": 0, "operation": "enable"}));
        Ok(())
    }

    fn made(world: &World<'_>, record: &Body) -> Result<(), Problem> {
        runs::begin(world, record)
    }

    fn removed(world: &World<'_>, id: &str) -> Result<(), Problem> {
        runs::forget(world, id)
    }

    fn takes_drafts(world: &World<'_>, body: &Body) -> Result<bool, Problem> {
        world.takes_drafts("flowSpecs", body, "flowSpec")
    }

    fn show(world: &World<'_>, record: &mut Body) {
        inlets::show_in_flow(&world.origin, record);
    }
}

/// Checks the connections at one end of a flow.
struct Ends<'a> {
    world: &'a World<'a>,
    body: &'a Body,
    spec: &'a Body,
}

impl Ends<'_> {
    fn check(&self, member: &str, collection: &str, allowed: &str) -> Result<Vec<Body>, Problem> {
        let mut ends = Vec::new();
        for id in texts(self.body.get(member)) {
            let Some(end) = self.world.find(collection, id)? else {
                return Err(Problem::invalid(format!("`{member}`: there is no record `{id}` in `{collection}`")));
            };
            let spec_id = text(end.get("connectionSpec"), "/id").unwrap_or_default();
            if !texts(self.spec.get(allowed)).any(|id| id == spec_id) {
                return Err(Problem::invalid(format!(
                    "`{member}`: the connection spec `{spec_id}` of `{id}` is not among the `{allowed}` of the flow spec"
                )));
            }
            ends.push(end);
        }
        if ends.is_empty() { Err(Problem::invalid(format!("`{member}` names no connection"))) } else { Ok(ends) }
    }
}

/// What a flow shows of the connections at one of its ends.
fn ends_of(world: &World<'_>, record: &Body, member: &str, collection: &str) -> Result<Vec<Value>, Problem> {
    let mut ends = Vec::new();
    for id in texts(record.get(member)) {
        let Some(end) = world.find(collection, id)? else { continue };
        let mut shown = json!({"id": id, "connectionSpec": end.get("connectionSpec")});
        if let Some(base) = end.get("inheritedAttributes").and_then(|inherited| inherited.get("baseConnection")) {
            shown["baseConnection"] = base.clone();
        }
        ends.push(shown);
    }
    Ok(ends)
}

fn check_transformations(world: &World<'_>, body: &Body, spec: &Body, targets: &[Body]) -> Result<(), Problem> {
    let known: Vec<&str> = ["transformationSpecs", "transformationSpec"]
        .iter()
        .filter_map(|member| spec.get(*member)?.as_array())
        .flatten()
        .filter_map(|entry| entry.get("name")?.as_str())
        .collect();
    for transformation in body.get("transformations").and_then(Value::as_array).into_iter().flatten() {
        let name = transformation.get("name").and_then(Value::as_str).unwrap_or_default();
        // aepp, a client for the live platform, sends other names for the same.
        if !known.is_empty() && !known.contains(&name) && transformation.pointer("/params/mappingId").is_none() {
            return Err(Problem::invalid(format!(
                "`transformations`: the flow spec has no transformation `{name}`; it has `{}`",
                known.join("`, `")
            )));
        }
        let Some(mapping_id) = text(Some(transformation), "/params/mappingId") else { continue };
        let Some(mapping) = world.find(data_prep::MAPPING_SETS, mapping_id)? else {
            return Err(Problem::flow(problem::MAPPING, format!("there is no mapping set `{mapping_id}`")));
        };
        let version = transformation.pointer("/params/mappingVersion").unwrap_or(&Value::Null);
        let wanted = match version {
            Value::Null => Some(0),
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        if wanted.is_none() || wanted != mapping.get("version").and_then(Value::as_u64) {
            return Err(Problem::flow(
                problem::MAPPING_VERSION,
                format!("the mapping set `{mapping_id}` has no version {version}"),
            ));
        }
        let mapped = data_prep::schema_of(&mapping);
        for target in targets {
            let Some(dataset_id) = text(target.get("params"), "/dataSetId") else { continue };
            let dataset = world.find(catalog::DATASETS, dataset_id)?;
            let kept = dataset.as_ref().and_then(|dataset| text(dataset.get("schemaRef"), "/id"));
            if mapped != kept {
                return Err(Problem::flow(
                    problem::MAPPING_SCHEMA,
                    format!(
                        "the dataset `{dataset_id}` has the schema `{}`, the mapping set `{mapping_id}` has `{}`",
                        kept.unwrap_or("none"),
                        mapped.unwrap_or("none")
                    ),
                ));
            }
        }
    }
    Ok(())
}

fn check_schedule(body: &Body, spec: &Body) -> Result<(), Problem> {
    let schema = spec.get("scheduleSpec").and_then(|spec| spec.get("spec"));
    match (schema, body.get("scheduleParams")) {
        // aepp, a client for the live platform, sends a schedule for every flow; one that streams has no use for it.
        (None, _) => Ok(()),
        (Some(_), None) => Err(Problem::invalid("`scheduleParams` is missing: the flow spec asks for a schedule")),
        (Some(schema), Some(params)) => validate::against(schema, &with_numbers(params), "scheduleParams"),
    }
}

/// The platform's own samples send numbers as text; they are taken for numbers.
fn with_numbers(params: &Value) -> Value {
    let mut params = params.clone();
    for name in ["startTime", "interval"] {
        let number = params.get(name).and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok());
        if let Some(number) = number {
            params[name] = json!(number);
        }
    }
    params
}
