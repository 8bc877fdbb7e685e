//! Where data goes: schema, dataset, target connection, and the mapping set on the way there.

use serde_json::{Value, json};

use super::{
    Error, MappingWish, Name, Step, Way,
    making::{CATALOG, CONVERSION, DATA_LAKE, FLOW_SERVICE, Making, SCHEMA_REGISTRY, create, look},
    mapping,
    schema::{self, CONTENT_TYPE, Inferred, TENANT},
};

const EXPERIENCE_EVENT: &str = "https://ns.adobe.com/xdm/context/experienceevent";
const PROFILE: &str = "https://ns.adobe.com/xdm/context/profile";

/// The steps from the schema to the mapping set. Tells the version of the set, where data is mapped.
pub(super) fn steps(making: &mut Making<'_>) -> Result<Option<u64>, Error> {
    let class = class(making);
    let inferred = inferred(making, &class)?;
    schema_steps(making, &class, inferred.as_ref())?;
    dataset(making);
    let mut body = making.named("target connection");
    body.insert("connectionSpec".into(), json!({"id": DATA_LAKE, "version": "1.0"}));
    body.insert(
        "data".into(),
        json!({"format": "json", "schema": {"id": Name::SchemaId.mark(), "version": CONTENT_TYPE}}),
    );
    body.insert("params".into(), json!({"dataSetId": Name::DatasetId.mark()}));
    let path = format!("{}/targetConnections", FLOW_SERVICE);
    let body = Value::Object(body);
    making.steps.push(create("Create the target connection", path, body, Name::TargetConnectionId, "/id", ""));
    mapping_set(making, inferred.as_ref())
}

/// The class of a new schema: what was asked for; events where they are sent, and records otherwise.
fn class(making: &Making<'_>) -> String {
    match making.wish.schema.class.as_deref() {
        Some("experience-event" | "experienceevent") => EXPERIENCE_EVENT.to_owned(),
        Some("profile") => PROFILE.to_owned(),
        Some(id) => id.to_owned(),
        None if making.facts.way == Way::Batch => PROFILE.to_owned(),
        None => EXPERIENCE_EVENT.to_owned(),
    }
}

fn inferred(making: &mut Making<'_>, class: &str) -> Result<Option<Inferred>, Error> {
    if making.wish.sample.is_empty() {
        return Ok(None);
    }
    if !making.facts.way.is_mapped() {
        return Err(Error::wish(
            "a sample is for data in a form of its own; what is sent here is XDM already",
            "say what the schema is with `--schema`, or with `--class` and `--field-group`",
        ));
    }
    let inferred = schema::infer(&making.wish.sample, class == EXPERIENCE_EVENT)?;
    making.notes.extend(inferred.notes.iter().cloned());
    Ok(Some(inferred))
}

/// The schema: given, read from the dataset, or made.
fn schema_steps(making: &mut Making<'_>, class: &str, inferred: Option<&Inferred>) -> Result<(), Error> {
    let schema = &making.wish.schema;
    if let Some(id) = &schema.id {
        if schema.class.is_some() || !schema.field_groups.is_empty() {
            return Err(Error::wish(
                "a schema that is there already has its class and its field groups",
                "leave out `--schema`, or `--class` and `--field-group`",
            ));
        }
        making.given.insert(Name::SchemaId, id.clone());
        return Ok(());
    }
    if let Some(dataset) = &making.wish.dataset_id {
        let path = format!("{CATALOG}/dataSets/{}", Name::DatasetId.mark());
        let pointer = format!("/{dataset}/schemaRef/id");
        let otherwise = format!("the dataset `{dataset}` has no schema: name another, or leave `--dataset` out");
        making.steps.push(look("Read the schema of the dataset", path, Name::SchemaId, &pointer, otherwise));
        return Ok(());
    }
    if inferred.is_none() && schema.class.is_none() && schema.field_groups.is_empty() {
        let sample = if making.facts.way.is_mapped() { "`--sample FILE`, " } else { "" };
        return Err(Error::wish(
            "nothing says what the schema of the dataset is",
            format!("give {sample}`--class` and `--field-group`, `--schema ID` or `--dataset ID`"),
        ));
    }
    let mut parts: Vec<Value> = vec![json!({"$ref": class})];
    parts.extend(schema.field_groups.iter().map(|id| json!({"$ref": id})));
    if let Some(inferred) = inferred {
        tenant(making);
        making.steps.push(field_group(making, class, inferred));
        parts.push(json!({"$ref": Name::FieldGroupId.mark()}));
    }
    let mut body = titled(making, "schema");
    body["type"] = json!("object");
    body["allOf"] = json!(parts);
    let path = format!("{SCHEMA_REGISTRY}/tenant/schemas");
    making.steps.push(create("Create the schema", path, body, Name::SchemaId, "/$id", ""));
    Ok(())
}

/// The fields of the sample, under the organization's namespace.
fn field_group(making: &Making<'_>, class: &str, inferred: &Inferred) -> Step {
    let mut own = serde_json::Map::new();
    own.insert(format!("_{}", Name::TenantId.mark()), json!({"type": "object", "properties": inferred.properties}));
    let mut body = titled(making, "fields");
    body["type"] = json!("object");
    body["meta:intendedToExtend"] = json!([class]);
    body["definitions"] = json!({"fields": {"type": "object", "properties": own}});
    body["allOf"] = json!([{"$ref": "#/definitions/fields"}]);
    let path = format!("{SCHEMA_REGISTRY}/tenant/fieldgroups");
    create("Create the field group", path, body, Name::FieldGroupId, "/$id", "")
}

/// Looks the organization's namespace up, once, where it is not known.
fn tenant(making: &mut Making<'_>) {
    let is_known = making.given.contains_key(&Name::TenantId);
    let is_looked_up = making.steps.iter().any(|step| step.takes.iter().any(|take| take.name == Name::TenantId));
    if !is_known && !is_looked_up {
        let path = format!("{SCHEMA_REGISTRY}/stats");
        let otherwise = "the organization's namespace is not told: give it with `--tenant`".to_owned();
        making.steps.push(look("Look up the organization's namespace", path, Name::TenantId, "/tenantId", otherwise));
    }
}

/// Resources of the schema registry have a title for a name.
fn titled(making: &Making<'_>, what: &str) -> Value {
    let mut named = making.named(what);
    let name = named.remove("name").unwrap_or_default();
    json!({"title": name, "description": named.remove("description")})
}

fn dataset(making: &mut Making<'_>) {
    if let Some(id) = &making.wish.dataset_id {
        making.given.insert(Name::DatasetId, id.clone());
        return;
    }
    let mut body = making.named("dataset");
    body.insert("schemaRef".into(), json!({"id": Name::SchemaId.mark(), "contentType": CONTENT_TYPE}));
    let path = format!("{CATALOG}/dataSets");
    let body = Value::Object(body);
    making.steps.push(create("Create the dataset", path, body, Name::DatasetId, "/0", "@/dataSets/"));
}

fn mapping_set(making: &mut Making<'_>, inferred: Option<&Inferred>) -> Result<Option<u64>, Error> {
    if !making.facts.way.is_mapped() {
        return match &making.wish.mapping {
            MappingWish::OfSample => Ok(None),
            _ => Err(Error::wish("what is sent is XDM already, and is not mapped", "leave the mapping out")),
        };
    }
    let mappings = match &making.wish.mapping {
        MappingWish::Set { id, version } => {
            making.given.insert(Name::MappingSetId, id.clone());
            return Ok(Some(*version));
        }
        MappingWish::Listed(mappings) => {
            mapping::check(mappings, &making.wish.sample, inferred)?;
            mappings.clone()
        }
        MappingWish::OfSample => match inferred {
            Some(inferred) => {
                if making.wish.schema.id.is_some() || making.wish.dataset_id.is_some() {
                    making.notes.push(
                        "the schema is there already: it must have the sample's fields in the organization's namespace, \
                         as one that was made of the sample has"
                            .to_owned(),
                    );
                }
                inferred.mappings.clone()
            }
            None => {
                return Err(Error::wish(
                    "nothing says where the source's fields go",
                    "give `--sample FILE`, `--mapping FILE` or `--mapping-set ID`",
                ));
            }
        },
    };
    if mappings.iter().any(|mapping| mapping.destination.contains(TENANT)) {
        tenant(making);
    }
    let body = mapping::set(&mappings, making.wish.form)?;
    let path = format!("{CONVERSION}/mappingSets");
    making.steps.push(create("Create the mapping set", path, body, Name::MappingSetId, "/id", ""));
    Ok(Some(0))
}
