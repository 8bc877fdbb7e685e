//! `/sourceConnections`: what is brought in, and in which form.

use serde_json::{Value, json};

use super::{
    entity::{self, Entity, World, texts},
    explore,
};
use crate::emulator::{
    problem::{self, Problem},
    store::Body,
    validate::{
        self, Field,
        Kind::{AnyText, Id, Object, Text},
        optional, required,
    },
};

const FIELDS: [Field; 6] = [
    required("name", Text),
    optional("description", AnyText),
    optional("baseConnectionId", Id),
    required("connectionSpec", Object),
    required("data", Object),
    optional("params", Object),
];

/// Source connections.
pub(super) struct SourceConnections;

impl Entity for SourceConnections {
    const NAME: &'static str = "sourceConnections";

    fn check(world: &World<'_>, body: &Body, current: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)?;
        entity::keep_connection_spec("source connection", body, current)?;
        let spec = world.spec("connectionSpecs", body, "connectionSpec")?;
        let Some(base) = body.get("baseConnectionId").and_then(Value::as_str) else {
            let signs_in = spec.get("authSpec").and_then(Value::as_array).is_some_and(|entries| !entries.is_empty());
            return match signs_in {
                true => {
                    Err(Problem::invalid("`baseConnectionId` is missing: the spec asks for a sign-in (`authSpec`)"))
                }
                false => check_params(&spec, body),
            };
        };
        let Some(connection) = world.find("connections", base)? else {
            return Err(Problem::invalid(format!("`baseConnectionId`: there is no connection `{base}`")));
        };
        let spec_id = |body: &Body| Some(body.get("connectionSpec")?.get("id")?.as_str()?.to_owned());
        if spec_id(&connection) != spec_id(body) {
            return Err(Problem::invalid(format!(
                "`connectionSpec.id` must be that of the base connection, `{}`",
                spec_id(&connection).unwrap_or_default()
            )));
        }
        check_params(&spec, body)
    }

    fn complete(world: &World<'_>, record: &mut Body) -> Result<(), Problem> {
        if let Some(base) = record.get("baseConnectionId").and_then(Value::as_str)
            && let Some(connection) = world.find("connections", base)?
        {
            let inherited = json!({
                "baseConnection": {"id": base, "connectionSpec": connection.get("connectionSpec")},
            });
            record.insert("inheritedAttributes".into(), inherited);
        }
        Ok(())
    }

    fn takes_drafts(world: &World<'_>, body: &Body) -> Result<bool, Problem> {
        world.takes_drafts("connectionSpecs", body, "connectionSpec")
    }

    fn check_removal(world: &World<'_>, record: &Body) -> Result<(), Problem> {
        check_unused(world, record, "sourceConnectionIds")
    }
}

/// Refuses to let a connection go that a flow names.
pub(super) fn check_unused(world: &World<'_>, record: &Body, member: &str) -> Result<(), Problem> {
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    match world.all("flows")?.iter().find(|flow| texts(flow.get(member)).any(|used| used == id)) {
        Some(flow) => {
            let flow = flow.get("id").and_then(Value::as_str).unwrap_or_default();
            Err(Problem::flow(problem::IN_USE, format!("`{id}` is used by the flow `{flow}`; delete the flow first")))
        }
        None => Ok(()),
    }
}

fn check_params(spec: &Body, body: &Body) -> Result<(), Problem> {
    let params = body.get("params").cloned().unwrap_or_else(|| json!({}));
    explore::check_inputs(spec, &params, "params")
}
