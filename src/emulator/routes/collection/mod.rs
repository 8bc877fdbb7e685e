//! `/collection`: the inlets, where events come in, one by one or many at once.
//!
//! As on the platform, an answer of 200 says that an event has arrived; that it does not fit its schema is seen later, in the
//! dataset, which here is the log of events (`/__emulator/events`, member `valid`). With `?syncValidation=true` the answer
//! waits for the check.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Serialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::emulator::{
    ORGANIZATION,
    events::Event,
    gateway::{self, Sandbox},
    problem::Problem,
    requests,
    server::Emulation,
    store::Body,
};

mod date;
mod directory;
mod expression;
mod function;
mod mapping;
mod pace;
mod senders;
mod violations;

pub(in crate::emulator) use directory::Directory;
use directory::{Flow, Inlet, Target};
pub(super) use mapping::Way;
pub(in crate::emulator) use pace::Pace;
pub(in crate::emulator) use senders::Senders;

/// Largest request, in bytes.
const LARGEST: usize = 1 << 20;

/// The routes of the inlets.
pub(super) fn router() -> Router<Emulation> {
    Router::new().route("/collection/{id}", post(single)).route("/collection/batch/{id}", post(batch))
}

/// Numbers the transactions.
static TRANSACTIONS: AtomicU64 = AtomicU64::new(0);

/// An id of the platform's look: the time, and two numbers.
fn transaction() -> String {
    let number = TRANSACTIONS.fetch_add(1, Ordering::Relaxed);
    format!("{}:{}:{}", gateway::now(), number / 1_000, number % 1_000)
}

/// Why a message is refused.
struct Refusal {
    message: String,
    cause: Option<Value>,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), cause: None }
    }
}

/// One message on its way in.
struct Arrival<'a> {
    emulation: &'a Emulation,
    inlet_id: &'a str,
    inlet: &'a Inlet,
    /// The flow that the request names.
    flow_id: Option<&'a str>,
}

async fn single(
    State(emulation): State<Emulation>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visit = match Visit::begin(&emulation, &id, (query.as_deref(), &headers, &body))? {
        Ok(visit) => visit,
        Err(refusal) => return Ok(refusal),
    };
    if visit.parameters.waits.is_some()
        && let Err(seconds) = emulation.pace.take(&id, Instant::now())
    {
        return Ok(too_many(&id, seconds));
    }
    let arrival = visit.arrival(&emulation, &id);
    let event: Value = match serde_json::from_slice(&body) {
        Ok(event) => event,
        Err(error) => return Ok(refused(&id, &Refusal::new(format!("Message is not valid JSON: {error}")))),
    };
    let transaction = transaction();
    let checked = match arrival.check(&event) {
        Ok(checked) => checked,
        Err(refusal) => return Ok(refused(&id, &refusal)),
    };
    let mut answer =
        Received { inlet_id: &id, xaction_id: &transaction, received_time_ms: visit.received, ..Received::default() };
    if let Some(member) = visit.parameters.waits {
        if !checked.faults.is_empty() {
            let cause = Some(violations::cause(&checked.faults));
            return Ok(refused(&id, &Refusal { message: "Message is invalid".into(), cause }));
        }
        let pass = Some(Pass { status: "pass" });
        match member {
            Waits::Now => answer.sync_validation = pass,
            Waits::OfOld => answer.synchronous_validation = pass,
        }
    }
    arrival.keep(&event, checked, &transaction, visit.received)?;
    Ok(Json(answer).into_response())
}

async fn batch(
    State(emulation): State<Emulation>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visit = match Visit::begin(&emulation, &id, (query.as_deref(), &headers, &body))? {
        Ok(visit) => visit,
        Err(refusal) => return Ok(refusal),
    };
    let arrival = visit.arrival(&emulation, &id);
    let messages = match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(mut members)) => members.remove("messages"),
        Ok(_) => None,
        Err(error) => return Ok(refused(&id, &Refusal::new(format!("Request is not valid JSON: {error}")))),
    };
    let Some(Value::Array(messages)) = messages else {
        return Ok(refused(&id, &Refusal::new("Request has no array `messages`")));
    };
    let batch_id = transaction();
    let mut responses = Vec::with_capacity(messages.len());
    for (number, message) in messages.iter().enumerate() {
        responses.push(match arrival.check(message) {
            Ok(checked) => {
                let transaction = format!("{batch_id}:{number}");
                arrival.keep(message, checked, &transaction, visit.received)?;
                json!({"xactionId": transaction})
            }
            Err(refusal) => json!({"statusCode": 400, "message": worded(&id, &refusal.message)}),
        });
    }
    let answer = json!({"inletId": id, "batchId": batch_id, "receivedTimeMs": visit.received, "responses": responses});
    Ok((StatusCode::MULTI_STATUS, Json(answer)).into_response())
}

/// Brings in a record that a flow fetched, as if it had come through an inlet.
pub(super) fn bring_in(
    emulation: &Emulation,
    sandbox: &'static Sandbox,
    flow: &Body,
    record: &Value,
) -> Result<(), Problem> {
    let Some(flow) = directory::flow(&emulation.store, sandbox, flow)? else { return Ok(()) };
    let inlet = Inlet { authenticated: false, is_xdm: false, is_of_flow: true, flows: vec![flow], sandbox };
    let arrival = Arrival { emulation, inlet_id: "", inlet: &inlet, flow_id: None };
    let checked = arrival.check(record).map_err(|refusal| Problem::invalid(refusal.message))?;
    arrival.keep(record, checked, &transaction(), gateway::now())
}

/// A request that may come in.
struct Visit {
    received: u64,
    inlet: Arc<Inlet>,
    parameters: Parameters,
}

impl Visit {
    /// Lets a request in; otherwise the answer that says why not.
    fn begin(
        emulation: &Emulation,
        id: &str,
        (query, headers, body): (Option<&str>, &HeaderMap, &[u8]),
    ) -> Result<Result<Self, Response>, Problem> {
        let received = gateway::now();
        let parameters = Parameters::of(query.unwrap_or_default(), headers);
        Ok(door(emulation, id, headers, body)?.map(|inlet| Self { received, inlet, parameters }))
    }

    /// Its messages on their way.
    fn arrival<'a>(&'a self, emulation: &'a Emulation, inlet_id: &'a str) -> Arrival<'a> {
        Arrival { emulation, inlet_id, inlet: &self.inlet, flow_id: self.parameters.flow_id.as_deref() }
    }
}

/// What an event is answered with.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Received<'a> {
    inlet_id: &'a str,
    xaction_id: &'a str,
    received_time_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sync_validation: Option<Pass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    synchronous_validation: Option<Pass>,
}

#[derive(Serialize)]
struct Pass {
    status: &'static str,
}

/// By which name the answer is asked to wait for the check.
#[derive(Clone, Copy)]
enum Waits {
    /// `syncValidation`.
    Now,
    /// `synchronousValidation`.
    OfOld,
}

/// What stands beside the body.
struct Parameters {
    flow_id: Option<String>,
    /// Where the answer waits for the check, the name that it was asked for by: an older one is documented as well.
    waits: Option<Waits>,
}

impl Parameters {
    fn of(query: &str, headers: &HeaderMap) -> Self {
        let mut flow_id = headers.get("x-adobe-flow-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let mut waits = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "x-adobe-flow-id" => flow_id = Some(value.into_owned()),
                "syncValidation" if value.eq_ignore_ascii_case("true") => waits = Some(Waits::Now),
                "synchronousValidation" if value.eq_ignore_ascii_case("true") => waits = Some(Waits::OfOld),
                _ => {}
            }
        }
        Self { flow_id, waits }
    }
}

/// The inlet, where the request may come in; otherwise the answer that says why not.
fn door(
    emulation: &Emulation,
    id: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Result<Arc<Inlet>, Response>, Problem> {
    let Some(inlet) = emulation.directory.find(&emulation.store, id)? else {
        let refusal = Refusal::new("Inlet is not known");
        return Ok(Err(problem(StatusCode::NOT_FOUND, "Inlet not found", &worded(id, &refusal.message), None)));
    };
    if let Some(message) = emulation.senders.refuse(&emulation.store, (id, inlet.authenticated), headers, body)? {
        let body = json!({
            "type": "https://ns.adobe.com/adobecloud/problem/data-collection-service-authorization",
            "status": "401",
            "title": "Authorization",
            "report": {"message": message},
        });
        return Ok(Err((StatusCode::UNAUTHORIZED, Json(body)).into_response()));
    }
    if body.len() > LARGEST {
        let message = format!("Request has {} bytes, {LARGEST} are the limit", body.len());
        return Ok(Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large", &worded(id, &message), None)));
    }
    if !requests::is(headers, "application/json") {
        let message = worded(id, "Content-Type must be application/json");
        return Ok(Err(problem(StatusCode::BAD_REQUEST, "Invalid Content-Type", &message, None)));
    }
    Ok(Ok(inlet))
}

/// A message that passed, with where it goes.
struct Checked<'a, 'm> {
    flow: Option<&'a Flow>,
    dataset_id: Cow<'a, str>,
    entity: Cow<'m, Value>,
    faults: Vec<Value>,
    /// What the mapping could not compute.
    warnings: Vec<String>,
}

impl<'a> Arrival<'a> {
    /// Finds where a message goes, makes the entity that is kept of it, and checks it against the schema.
    fn check<'m>(&self, message: &'m Value) -> Result<Checked<'a, 'm>, Refusal> {
        if self.inlet.is_xdm { self.check_xdm(message) } else { self.check_raw(message) }
    }

    fn check_raw<'m>(&self, message: &'m Value) -> Result<Checked<'a, 'm>, Refusal> {
        let flow = self.flow(self.flow_id)?;
        let Some(flow) = flow else {
            return Err(Refusal::new("Message names no dataflow: send the header x-adobe-flow-id"));
        };
        let Some(mapping) = &flow.mapping else { return Ok(Checked::of(flow, Cow::Borrowed(message))) };
        let (entity, warnings) = mapping::mapped(message, mapping);
        Ok(Checked { warnings, ..Checked::of(flow, Cow::Owned(entity)) })
    }

    fn check_xdm<'m>(&self, message: &'m Value) -> Result<Checked<'a, 'm>, Refusal> {
        let (Some(header), Some(body)) = (message.get("header"), message.get("body")) else {
            return Err(Refusal::new("Message has unknown xdm format"));
        };
        let organization = header.get("imsOrgId").and_then(Value::as_str);
        if organization.is_some_and(|organization| organization != ORGANIZATION) {
            return Err(Refusal::new("Message has an absent or wrong ims org in the header"));
        }
        let (Some(entity), Some(schema_id)) =
            (body.get("xdmEntity"), header.pointer("/schemaRef/id").and_then(Value::as_str))
        else {
            return Err(Refusal::new("Message has unknown xdm format"));
        };
        let dataset_id = header.get("datasetId").and_then(Value::as_str);
        let flow = self.flow(header.get("flowId").and_then(Value::as_str).or(self.flow_id))?;
        let meta = body.pointer("/xdmMeta/schemaRef/id").and_then(Value::as_str);
        if meta.is_some_and(|meta| meta != schema_id) {
            return Err(Refusal::new("Message has different schemas in header and xdmMeta"));
        }
        let fits = |target: &Target| {
            if dataset_id.is_some_and(|id| id != target.dataset_id) {
                return Err(Refusal::new("Message names a dataset that is not that of the dataflow"));
            }
            match target.schema_id == schema_id {
                true => Ok(()),
                false => Err(Refusal::new("Message has a schema that is not that of the dataset")),
            }
        };
        if let Some(flow) = flow {
            fits(&flow.target)?;
            return Ok(Checked::of(flow, Cow::Borrowed(entity)));
        }
        // Messages of old name a dataset and no flow.
        let Some(dataset_id) = dataset_id else {
            return Err(Refusal::new("Message names neither dataflow nor dataset"));
        };
        let target = directory::target(&self.emulation.store, self.inlet.sandbox, dataset_id).ok().flatten();
        let Some(target) = target else { return Err(Refusal::new("Message names a dataset that is not there")) };
        fits(&target)?;
        let faults = violations::of(&target.validator, entity);
        let dataset_id = Cow::Owned(target.dataset_id);
        Ok(Checked { flow: None, dataset_id, entity: Cow::Borrowed(entity), faults, warnings: Vec::new() })
    }

    /// The flow a message goes through: the one that is named, or the inlet's own.
    fn flow(&self, named: Option<&str>) -> Result<Option<&'a Flow>, Refusal> {
        let flow = match named {
            Some(id) => match self.inlet.flows.iter().find(|flow| flow.id.eq_ignore_ascii_case(id)) {
                Some(flow) => Some(flow),
                None => return Err(Refusal::new("Message names a dataflow that does not belong to the inlet")),
            },
            None if self.inlet.is_of_flow => self.inlet.flows.first(),
            None => None,
        };
        match flow {
            Some(flow) if !flow.enabled => Err(Refusal::new("Message names a dataflow that is not enabled")),
            flow => Ok(flow),
        }
    }

    fn keep(&self, message: &Value, checked: Checked<'_, '_>, transaction: &str, received: u64) -> Result<(), Problem> {
        let event = Event {
            xaction_id: transaction,
            received_time_ms: received,
            sandbox_name: self.inlet.sandbox.name,
            inlet_id: self.inlet_id,
            flow_id: checked.flow.map(|flow| flow.id.as_str()),
            data_set_id: &checked.dataset_id,
            valid: checked.faults.is_empty(),
            event: message,
            xdm_entity: &checked.entity,
            faults: &checked.faults,
            warnings: &checked.warnings,
        };
        self.emulation.events.keep(&event).map_err(|error| {
            Problem::status(StatusCode::INTERNAL_SERVER_ERROR, format!("the event was not kept: {error}"))
        })
    }
}

impl<'a, 'm> Checked<'a, 'm> {
    fn of(flow: &'a Flow, entity: Cow<'m, Value>) -> Self {
        let faults = violations::of(&flow.target.validator, &entity);
        let dataset_id = Cow::Borrowed(flow.target.dataset_id.as_str());
        Self { flow: Some(flow), dataset_id, entity, faults, warnings: Vec::new() }
    }
}

/// More requests than an inlet checks while the sender waits.
fn too_many(inlet_id: &str, seconds: u64) -> Response {
    let message = worded(inlet_id, &format!("More than {} requests with syncValidation in a minute", pace::MOST));
    let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", &message, None);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

fn worded(inlet_id: &str, message: &str) -> String {
    format!("inletId: [{inlet_id}] imsOrgId: [{ORGANIZATION}] {message}")
}

fn refused(inlet_id: &str, refusal: &Refusal) -> Response {
    let message = worded(inlet_id, &refusal.message);
    problem(StatusCode::BAD_REQUEST, "Invalid XDM Message Format", &message, refusal.cause.clone())
}

fn problem(status: StatusCode, title: &str, message: &str, cause: Option<Value>) -> Response {
    let mut report = json!({"message": message});
    if let Some(cause) = cause {
        report["cause"] = cause;
    }
    let body = json!({
        "type": "http://ns.adobe.com/adobecloud/problem/data-collection-service/inlet",
        "status": status.as_u16(),
        "title": title,
        "report": report,
    });
    (status, Json(body)).into_response()
}
