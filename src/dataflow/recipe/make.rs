//! The recipe itself: the steps of every way put together, each in its own module.

use serde_json::json;

use super::{
    Error, Facts, FlowSpec, Name, Recipe, Way, Wish, batch, http_api,
    making::{FLOW_SERVICE, Making, look, make},
    request, target,
};

/// The requests that bring the data of a source into a dataset, in the order to send them.
pub fn recipe(wish: &Wish, facts: &Facts) -> Result<Recipe, Error> {
    let mut making = Making::new(wish, facts)?;
    flow_spec(&mut making);
    match facts.way {
        Way::Batch => batch::steps(&mut making)?,
        Way::Streaming => {
            batch::refuse(wish, facts)?;
            let source = making.source_connection(None)?;
            making.steps.push(source);
        }
        Way::HttpApi { data, authenticated } => {
            batch::refuse(wish, facts)?;
            http_api::steps(&mut making, data, authenticated)?;
        }
    }
    let mapped = target::steps(&mut making)?;
    flow(&mut making, mapped)?;
    inlet(&mut making);
    let Making { label, given, steps, notes, .. } = making;
    let mut recipe = Recipe { key: facts.key.clone(), label, way: facts.way, given, steps, notes };
    // What no step refers to is nobody's business.
    let used: Vec<Name> = recipe.steps.iter().flat_map(|step| step.needs().collect::<Vec<_>>()).collect();
    recipe.given.retain(|name, _| used.contains(name));
    Ok(recipe)
}

/// The flow spec: known, named, or looked up by its name.
fn flow_spec(making: &mut Making<'_>) {
    let (id, name) = making.facts.way.flow_spec();
    let known = match &making.wish.flow_spec {
        FlowSpec::Known => making.facts.flow_spec_id.clone().unwrap_or_else(|| id.to_owned()),
        FlowSpec::Id(id) => id.clone(),
        FlowSpec::LookUp => {
            let path = format!("{FLOW_SERVICE}/flowSpecs?property=name==%22{}%22", request::in_path(name));
            let otherwise = format!("there is no flow spec `{name}`: name one with `--flow-spec ID`");
            making.steps.push(look("Look up the flow spec", path, Name::FlowSpecId, "/items/0/id", otherwise));
            return;
        }
    };
    making.given.insert(Name::FlowSpecId, known);
}

/// The dataflow, with what was `mapped`.
fn flow(making: &mut Making<'_>, mapped: Option<u64>) -> Result<(), Error> {
    let mut body = making.named("dataflow");
    body.insert("flowSpec".into(), json!({"id": Name::FlowSpecId.mark(), "version": "1.0"}));
    body.insert("sourceConnectionIds".into(), json!([Name::SourceConnectionId.mark()]));
    body.insert("targetConnectionIds".into(), json!([Name::TargetConnectionId.mark()]));
    if let Some(version) = mapped {
        let params = json!({"mappingId": Name::MappingSetId.mark(), "mappingVersion": version});
        body.insert("transformations".into(), json!([{"name": "Mapping", "params": params}]));
    }
    if making.facts.way == Way::Batch {
        body.insert("scheduleParams".into(), batch::schedule(&making.wish.schedule)?);
    }
    making.steps.push(make("Create the dataflow", "flows", body, Name::FlowId));
    Ok(())
}

/// Where events go: the flow knows it, or for the HTTP API the connection.
fn inlet(making: &mut Making<'_>) {
    let (collection, of, pointer) = match making.facts.way {
        Way::Batch => return,
        Way::Streaming => ("flows", Name::FlowId, "/items/0/options/inletUrl"),
        Way::HttpApi { .. } => ("connections", Name::BaseConnectionId, "/items/0/auth/params/inletUrl"),
    };
    let path = format!("{FLOW_SERVICE}/{collection}/{}", of.mark());
    let otherwise = "no inlet is told yet: it is made with the dataflow, so look again in a minute".to_owned();
    making.steps.push(look("Read the address of the inlet", path, Name::InletUrl, pointer, otherwise));
}
