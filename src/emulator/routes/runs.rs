//! `/runs`: what came of each time a flow ran.
//!
//! No source is fetched from: a run of the emulator brings in the one record that exploring the source shows. It is under way
//! for [`DURATION`], then it has succeeded, and may be triggered again.
//!
//! A flow that streams has one run, which tells what has come in through its inlet. It is over when an event has come and none
//! has followed for [`DURATION`]; one event more, and it is under way again. It has failed where no event fits its schema.

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
    events::Tally,
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

/// Kept and not shown: when a run that fetches began. A run of a flow that streams has none.
const BEGAN: &str = "began";

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
    const ACTS_WHOLE: bool = true;

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
        check_enabled(&flow)?;
        record.insert("flowSpec".into(), flow.get("flowSpec").cloned().unwrap_or_default());
        record.insert("providerRefId".into(), json!(Uuid::new_v4().to_string()));
        record.shift_remove("state");
        record.shift_remove(BEGAN);
        let spec = world.spec("flowSpecs", &flow, "flowSpec")?;
        if spec.contains_key("scheduleSpec") {
            record.insert(BEGAN.into(), json!(gateway::now()));
        }
        Ok(())
    }

    /// The record that exploring the source shows goes through the flow.
    fn made(world: &World<'_>, run: &Body) -> Result<(), Problem> {
        if !run.contains_key(BEGAN) {
            return Ok(());
        }
        let flow_id = run.get("flowId").and_then(Value::as_str).unwrap_or_default();
        let Some(flow) = world.find("flows", flow_id)? else { return Ok(()) };
        for source_id in texts(flow.get("sourceConnectionIds")) {
            let Some(source) = world.find("sourceConnections", source_id)? else { continue };
            let spec = world.spec("connectionSpecs", &source, "connectionSpec")?;
            collection::bring_in(world.emulation, world.sandbox, &flow, &explore::record(&spec))?;
        }
        Ok(())
    }

    /// Runs once more, as if it had just been made.
    fn act(world: &World<'_>, operation: &str, record: &mut Body) -> Result<bool, Problem> {
        let flow = record.get("flowId").and_then(Value::as_str).unwrap_or_default();
        check_enabled(&world.find("flows", flow)?.unwrap_or_default())?;
        let Some(began) = record.get(BEGAN).and_then(Value::as_u64) else {
            return Err(entity::misplaced(operation, "to a run of a flow that streams"));
        };
        if gateway::now() < began + DURATION {
            return Err(entity::misplaced(operation, "to a run that is under way"));
        }
        record.shift_remove("metrics");
        record.insert(BEGAN.into(), json!(gateway::now()));
        Ok(true)
    }

    fn show(world: &World<'_>, record: &mut Body) {
        let began = record.shift_remove(BEGAN).and_then(|began| began.as_u64());
        if record.contains_key("metrics") {
            return;
        }
        let seen = match began {
            Some(began) => Seen::of_fetching(began),
            None => {
                let created = record.get("createdAt").and_then(Value::as_u64).unwrap_or_default();
                let flow = record.get("flowId").and_then(Value::as_str).unwrap_or_default();
                // Where the log cannot be read, nothing is known to have come.
                Seen::of_streaming(created, world.emulation.events.tally(flow).unwrap_or_default())
            }
        };
        record.insert("metrics".into(), seen.metrics());
    }
}

/// Refuses to run a flow that is not to run.
fn check_enabled(flow: &Body) -> Result<(), Problem> {
    match flow.get("state").and_then(Value::as_str).unwrap_or_default() {
        "enabled" => Ok(()),
        state => Err(Problem::flow(problem::ACTION, format!("the flow is in the state `{state}`, and cannot run"))),
    }
}

/// What is seen of a run.
struct Seen {
    began: u64,
    /// When it was over; `None` while it is under way.
    over: Option<u64>,
    input: u64,
    failed: u64,
    files: u64,
}

impl Seen {
    fn of_fetching(began: u64) -> Self {
        let over = (gateway::now() >= began + DURATION).then_some(began + DURATION);
        let count = u64::from(over.is_some());
        Self { began, over, input: count, failed: 0, files: count }
    }

    fn of_streaming(began: u64, tally: Tally) -> Self {
        let is_over = tally.events > 0 && gateway::now() >= tally.last + DURATION;
        Self { began, over: is_over.then_some(tally.last), input: tally.events, failed: tally.invalid, files: 0 }
    }

    fn metrics(&self) -> Value {
        let mut duration = json!({"startedAtUTC": self.began});
        if let Some(over) = self.over {
            duration["completedAtUTC"] = json!(over);
        }
        let output = self.input - self.failed;
        let status = match self.over {
            None => "inProgress",
            Some(_) if output == 0 => "failed",
            Some(_) => "success",
        };
        json!({
            "durationSummary": duration,
            "recordSummary": {
                "inputRecordCount": self.input,
                "createdRecordCount": output,
                "outputRecordCount": output,
                "failedRecordCount": self.failed,
            },
            "fileSummary": {"inputFileCount": self.files, "outputFileCount": self.files},
            "statusSummary": {"status": status},
        })
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

/// Takes the runs of a flow away that is gone.
pub(super) fn forget(world: &World<'_>, flow_id: &str) -> Result<(), Problem> {
    for run in world.all(Runs::NAME)? {
        if let (Some(of), Some(id)) = (run.get("flowId"), run.get("id").and_then(Value::as_str))
            && of == flow_id
        {
            world.store.remove(Runs::NAME, world.sandbox.name, id, |_| Ok(()))?;
        }
    }
    Ok(())
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
