//! `/targetConnections`: the dataset that data goes to.

use serde_json::Value;

use super::{
    catalog,
    entity::{self, Entity, World, text},
    source_connections::check_unused,
};
use crate::emulator::{
    problem::Problem,
    store::Body,
    validate::{
        self, Field,
        Kind::{AnyText, Object, Text},
        optional, required,
    },
};

/// The connection spec of the data lake.
const DATA_LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";

const FIELDS: [Field; 5] = [
    optional("name", Text),
    optional("description", AnyText),
    required("connectionSpec", Object),
    required("data", Object),
    optional("params", Object),
];

/// Target connections.
pub(super) struct TargetConnections;

impl Entity for TargetConnections {
    const NAME: &'static str = "targetConnections";

    fn check(world: &World<'_>, body: &Body, current: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)?;
        entity::keep_connection_spec("target connection", body, current)?;
        let spec = world.spec("connectionSpecs", body, "connectionSpec")?;
        if spec.get("id").and_then(Value::as_str) != Some(DATA_LAKE) {
            return Ok(());
        }
        let Some(dataset_id) = text(body.get("params"), "/dataSetId") else {
            return Err(Problem::invalid("`params.dataSetId` is missing: the data lake keeps data in datasets"));
        };
        let Some(dataset) = world.find(catalog::DATASETS, dataset_id)? else {
            return Err(Problem::invalid(format!("`params.dataSetId`: there is no dataset `{dataset_id}`")));
        };
        let (wanted, kept) = (text(body.get("data"), "/schema/id"), text(dataset.get("schemaRef"), "/id"));
        if wanted.is_some() && wanted != kept {
            return Err(Problem::invalid(format!(
                "`data.schema.id` must be the schema of the dataset, `{}`",
                kept.unwrap_or_default()
            )));
        }
        Ok(())
    }

    fn takes_drafts(world: &World<'_>, body: &Body) -> Result<bool, Problem> {
        world.takes_drafts("connectionSpecs", body, "connectionSpec")
    }

    fn check_removal(world: &World<'_>, record: &Body) -> Result<(), Problem> {
        check_unused(world, record, "targetConnectionIds")
    }
}
