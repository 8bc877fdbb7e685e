//! `/runs`: what came of each time a flow ran.
//!
//! No source is fetched from: a run of the emulator brings in the one record that exploring the source shows. It is under way
//! for [`DURATION`], then it has succeeded.

use axum::{
    Extension, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::put,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    collection,
    entity::{self, Entity, World, texts},
    explore,
    resource::{self, InSandbox, PathId},
};
use crate::emulator::{
    gateway,
    problem::{self, Problem},
    server::Emulation,
    store::Body,
    validate::{
        self, Field,
        Kind::{Object, Text},
        optional, required,
    },
};

/// How long a run takes, in milliseconds.
const DURATION: u64 = 1_000;

const FIELDS: [Field; 3] = [required("flowId", Text), optional("params", Object), optional("metrics", Object)];

/// Runs of flows.
pub(super) struct Runs;

/// The routes of the collection; a run is replaced, not patched.
pub(super) fn router() -> Router<Emulation> {
    entity::router::<Runs>().route("/runs/{id}", put(replace))
}

impl Entity for Runs {
    const NAME: &'static str = "runs";
    const ACTIONS: &'static [&'static str] = &["re_trigger"];

    fn check(world: &World<'_>, body: &Body, _: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)?;
        let id = body.get("flowId").and_then(Value::as_str).unwrap_or_default();
        match validate::id(id).map(|id| world.find("flows", &id)).transpose()?.flatten() {
            Some(_) => Ok(()),
            None => Err(Problem::flow(problem::FLOW_UNKNOWN, format!("there is no flow `{id}`"))),
        }
    }

    fn complete(world: &World<'_>, record: &mut Body) -> Result<(), Problem> {
        let id = record.get("flowId").and_then(Value::as_str).unwrap_or_default();
        let flow = world.find("flows", id)?.unwrap_or_default();
        record.insert("flowSpec".into(), flow.get("flowSpec").cloned().unwrap_or_default());
        record.insert("providerRefId".into(), json!(Uuid::new_v4().to_string()));
        record.shift_remove("state");
        Ok(())
    }

    /// The record that exploring the source shows goes through the flow.
    fn made(world: &World<'_>, run: &Body) -> Result<(), Problem> {
        let flow_id = run.get("flowId").and_then(Value::as_str).unwrap_or_default();
        let Some(flow) = world.find("flows", flow_id)? else { return Ok(()) };
        for source_id in texts(flow.get("sourceConnectionIds")) {
            let Some(source) = world.find("sourceConnections", source_id)? else { continue };
            let spec = world.spec("connectionSpecs", &source, "connectionSpec")?;
            collection::bring_in(world.emulation, world.sandbox, &flow, &explore::record(&spec))?;
        }
        Ok(())
    }

    fn show(_: &World<'_>, record: &mut Body) {
        if record.contains_key("metrics") {
            return;
        }
        let began = record.get("createdAt").and_then(Value::as_u64).unwrap_or_default();
        let is_over = gateway::now() >= began + DURATION;
        let count = u64::from(is_over);
        let mut duration = json!({"startedAtUTC": began});
        if is_over {
            duration["completedAtUTC"] = json!(began + DURATION);
        }
        let metrics = json!({
            "durationSummary": duration,
            "recordSummary": {"inputRecordCount": count, "outputRecordCount": count, "failedRecordCount": 0},
            "fileSummary": {"inputFileCount": count, "outputFileCount": count},
            "statusSummary": {"status": if is_over { "success" } else { "inProgress" }},
        });
        record.insert("metrics".into(), metrics);
    }
}

/// Has a flow run that was just made or published, where its start is not in the future.
pub(super) fn begin(world: &World<'_>, flow: &Body) -> Result<(), Problem> {
    let start = flow.get("scheduleParams").and_then(|params| params.get("startTime"));
    let start = start.and_then(|start| start.as_u64().or_else(|| start.as_str()?.parse().ok())).unwrap_or_default();
    if start * 1000 > gateway::now() {
        return Ok(());
    }
    let content: Body = [("flowId".to_owned(), flow.get("id").cloned().unwrap_or_default())].into_iter().collect();
    entity::insert::<Runs>(world, content, "enabled").map(|_| ())
}

async fn replace(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = entity::entity_id::<Runs>(id)?;
    let world = World::new(&emulation, sandbox, &headers);
    if !headers.contains_key(header::IF_MATCH) {
        return Err(Problem::flow(problem::IF_MATCH_MISSING, "the header `If-Match` is missing"));
    }
    let content = resource::content(&body)?;
    Runs::check(&world, &content, None)?;
    let replaced = emulation.store.replace(Runs::NAME, sandbox.name, &id, |current| {
        resource::if_match(&headers, current)?;
        let mut record = current.body.clone();
        record.extend(content);
        entity::touch(&mut record);
        Ok(record)
    })?;
    let record = replaced.ok_or_else(|| entity::unknown::<Runs>(&id))?;
    Ok((StatusCode::OK, axum::Json(json!({"id": record.body.get("id")}))).into_response())
}
