//! Reading back what a dataflow is made of, and comparing it with what is known of it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Error, State, place::Place, recipe::Name, resource::Resource, up::mapped};
use crate::publish::Target;

/// Runs of the flow that are shown.
const RUNS: usize = 5;

/// How one thing stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// As it was made.
    There,
    /// Not as it was made: what differs.
    Changed(Vec<String>),
    Gone,
    /// Known, and not looked at: it is no record of this dataflow.
    Known,
}

impl Standing {
    /// As `--json` says it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Changed(_) => "changed",
            Self::Gone => "gone",
            Self::Known => "known",
        }
    }

    /// Whether it is not as it was left.
    pub const fn is_drift(&self) -> bool {
        matches!(self, Self::Changed(_) | Self::Gone)
    }
}

/// One thing, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub name: Name,
    pub value: String,
    pub given: bool,
    pub standing: Standing,
}

/// One run of the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRun {
    pub id: String,
    pub status: String,
    /// In milliseconds since 1970.
    pub created_at: Option<u64>,
    pub records_in: Option<u64>,
    pub records_out: Option<u64>,
    pub records_failed: Option<u64>,
}

/// A dataflow, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub name: String,
    pub target: Target,
    pub state: State,
    pub rows: Vec<Row>,
    /// Of the flow: `enabled`, `disabled` and the like.
    pub flow_state: Option<String>,
    pub runs: Vec<FlowRun>,
}

/// Reads everything back. Writes nothing.
pub fn show(place: &Place<'_>) -> Result<Shown, Error> {
    let Some(state) = place.state()? else {
        return Err(Error::NotUp {
            name: place.name.to_owned(),
            target: Box::new(place.target()),
            known: State::names(place.root)?,
        });
    };
    let (mut rows, mut flow_state) = (Vec::new(), None);
    for (name, value) in state.results() {
        let standing = match Resource::of(name) {
            None => Standing::Known,
            Some(resource) => match resource.read(place.client, value)? {
                None => Standing::Gone,
                Some(found) => {
                    if name == Name::FlowId {
                        flow_state = found.value.get("state").and_then(Value::as_str).map(str::to_owned);
                    }
                    let mut differences = differences(&state, name, &found.value);
                    let sent = state.sent(name).filter(|_| name != Name::MappingSetId);
                    if sent.is_some_and(|sent| sent.texts != resource.digest_of_texts(&found.value)) {
                        differences.insert(0, "its name or description is another".to_owned());
                    }
                    if differences.is_empty() { Standing::There } else { Standing::Changed(differences) }
                }
            },
        };
        rows.push(Row { name, value: value.to_owned(), given: state.is_given(name), standing });
    }
    let is_there = rows.iter().any(|row| row.name == Name::FlowId && !matches!(row.standing, Standing::Gone));
    let runs = match state.get(Name::FlowId).filter(|_| is_there) {
        Some(flow) => runs(place, flow)?,
        None => Vec::new(),
    };
    Ok(Shown { name: place.name.to_owned(), target: place.target(), state, rows, flow_state, runs })
}

/// Where a record refers to something else than it was made to refer to.
fn differences(state: &State, name: Name, found: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut expect = |pointer: &str, referred: Name| {
        let is = found.pointer(pointer).and_then(Value::as_str);
        if let (Some(is), Some(wanted)) = (is, state.get(referred))
            && is != wanted
        {
            differences.push(format!("it refers to the {} `{is}`", referred.what()));
        }
    };
    if !state.is_given(name) {
        match name {
            Name::BaseConnectionId => expect("/connectionSpec/id", Name::ConnectionSpecId),
            Name::SourceConnectionId => {
                expect("/connectionSpec/id", Name::ConnectionSpecId);
                expect("/baseConnectionId", Name::BaseConnectionId);
            }
            Name::DatasetId => expect("/schemaRef/id", Name::SchemaId),
            Name::TargetConnectionId => expect("/params/dataSetId", Name::DatasetId),
            Name::FlowId => {
                expect("/flowSpec/id", Name::FlowSpecId);
                expect("/sourceConnectionIds/0", Name::SourceConnectionId);
                expect("/targetConnectionIds/0", Name::TargetConnectionId);
            }
            _ => {}
        }
    }
    if name == Name::FlowId {
        if let Some(set) = state.own(Name::MappingSetId) {
            let version = state.mapping_version().to_string();
            if !mapped(found).iter().any(|(id, used)| id == set && *used == version) {
                differences.push(format!("it does not use version {version} of the mapping set"));
            }
        }
        if let Some(now) = found.get("state").and_then(Value::as_str).filter(|now| *now != "enabled") {
            differences.push(format!("it is {now}"));
        }
    }
    if name == Name::MappingSetId && !state.is_given(name) {
        let version =
            found.get("version").and_then(|version| version.as_u64().or_else(|| version.as_str()?.parse().ok()));
        if let Some(version) = version.filter(|version| *version != state.mapping_version()) {
            differences.push(format!("it has got the version {version}"));
        }
    }
    differences
}

/// The last runs of a flow, the latest first.
pub fn runs(place: &Place<'_>, flow: &str) -> Result<Vec<FlowRun>, Error> {
    let path =
        format!("/data/foundation/flowservice/runs?property=flowId==%22{flow}%22&orderby=-createdAt&limit={RUNS}");
    let page = place.client.read_record(&path, &[])?.value;
    let number = |run: &Value, pointer: &str| run.pointer(pointer).and_then(Value::as_u64);
    let text =
        |run: &Value, pointer: &str| run.pointer(pointer).and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let runs = page.get("items").and_then(Value::as_array).into_iter().flatten().take(RUNS);
    Ok(runs
        .map(|run| FlowRun {
            id: text(run, "/id"),
            status: text(run, "/metrics/statusSummary/status"),
            created_at: number(run, "/createdAt"),
            records_in: number(run, "/metrics/recordSummary/inputRecordCount"),
            records_out: number(run, "/metrics/recordSummary/outputRecordCount"),
            records_failed: number(run, "/metrics/recordSummary/failedRecordCount"),
        })
        .collect())
}

impl Shown {
    /// Whether something is not as it was left.
    pub fn has_drift(&self) -> bool {
        self.rows.iter().any(|row| row.standing.is_drift()) || self.state.begun().is_some()
    }

    /// As a table.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} ({}) in {}\n", self.name, self.state.shape, self.target);
        let width = self.rows.iter().map(|row| row.name.what().len()).max().unwrap_or_default();
        for row in &self.rows {
            let standing = if row.given && row.standing == Standing::There { "given" } else { row.standing.as_str() };
            let _ = write!(text, "{standing:7}  {:width$}  {}", row.name.what(), row.value);
            if let Standing::Changed(differences) = &row.standing {
                let _ = write!(text, ": {}", differences.join("; "));
            }
            text.push('\n');
        }
        if let Some(begun) = self.state.begun() {
            let _ = writeln!(text, "uncertain  whether the {} was made; `up` or `down` finds out", begun.name.what());
        } else if self.state.get(Name::FlowId).is_none() {
            let _ = writeln!(text, "there is no flow: `sss dataflow up` makes what is missing");
        }
        if let Some(state) = &self.flow_state {
            let _ = writeln!(
                text,
                "the flow is {state}, {}",
                match self.runs.len() {
                    0 => "and has not run yet".to_owned(),
                    1 => "and has run once:".to_owned(),
                    RUNS => "its last runs:".to_owned(),
                    many => format!("and has run {many} times:"),
                }
            );
        }
        for run in &self.runs {
            let count = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            let _ = writeln!(
                text,
                "  {}  {}  {} in, {} out, {} failed",
                run.id,
                run.status,
                count(run.records_in),
                count(run.records_out),
                count(run.records_failed)
            );
        }
        text
    }

    /// As one object.
    pub fn to_json(&self) -> Value {
        let row = |row: &Row| {
            let differences = match &row.standing {
                Standing::Changed(differences) => differences.clone(),
                _ => Vec::new(),
            };
            json!({
                "name": row.name.key(),
                "value": row.value,
                "given": row.given,
                "standing": row.standing.as_str(),
                "differences": differences,
            })
        };
        let run = |run: &FlowRun| {
            json!({
                "id": run.id,
                "status": run.status,
                "created_at": run.created_at,
                "records_in": run.records_in,
                "records_out": run.records_out,
                "records_failed": run.records_failed,
            })
        };
        json!({
            "version": 1,
            "dataflow": self.name,
            "platform": self.target.platform,
            "organization": self.target.organization,
            "sandbox": self.target.sandbox,
            "kind": self.state.shape.kind(),
            "run": self.state.run,
            "results": self.rows.iter().map(row).collect::<Vec<_>>(),
            "uncertain": self.state.begun().map(|begun| begun.name.key()),
            "flow_state": self.flow_state,
            "runs": self.runs.iter().map(run).collect::<Vec<_>>(),
            "in_step": !self.has_drift(),
        })
    }
}
