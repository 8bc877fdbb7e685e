//! The checks of a source that is fetched: its door opens, its data can be looked at, and a run brings it in.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::form_urlencoded;

use super::{
    acceptance::Run,
    check::Finding,
    sending::{counted, unfit},
};
use crate::dataflow::{Error, recipe::Name};

impl Run<'_, '_> {
    /// The checks of a source whose records are fetched.
    pub(super) fn fetched(&mut self) {
        self.check("connection-test", "The platform gets in at the source", |run| {
            let id = run.base_connection()?;
            let path = format!("/data/foundation/flowservice/connections/{id}/test");
            let answer = run.acceptance.client.read_record(&path, &[])?.value;
            Ok(match answer.get("result") {
                Some(Value::Bool(true)) => Finding::passed("`result` is true"),
                other => Finding::failed(
                    format!("`result` is {}", other.map_or_else(|| "missing".to_owned(), Value::to_string)),
                    "the source does not let the platform in: compare the credentials, and `authorizationTestUrl` or the host",
                ),
            })
        });
        self.check("explore", "The platform sees the source's data", Self::explore);
        let ran = self.check("runs", "A run of the dataflow brings records in", |run| run.wait_for_run(1));
        self.check("records", "What came in fits the schema", |run| match ran {
            true => run.came_in(),
            false => Ok(Finding::skipped("no run brought records in")),
        });
    }

    fn base_connection(&self) -> Result<String, Error> {
        let id = self.state()?.get(Name::BaseConnectionId).map(str::to_owned);
        id.ok_or_else(|| Error::NoResult {
            result: Name::BaseConnectionId,
            title: "Look at the base connection".to_owned(),
        })
    }

    fn explore(&mut self) -> Result<Finding, Error> {
        let state = self.state()?;
        let source = state.get(Name::SourceConnectionId).unwrap_or_default();
        let source = self.flow_service("sourceConnections", source)?.unwrap_or_default();
        let params = source.get("params").filter(|params| params.is_object()).cloned();
        let params = STANDARD.encode(params.unwrap_or_else(|| Value::Object(Default::default())).to_string());
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("objectType", "rest")
            .append_pair("object", "json")
            .append_pair("fileType", "json")
            .append_pair("preview", "true")
            .append_pair("sourceParams", &params)
            .finish();
        let id = self.base_connection()?;
        let path = format!("/data/foundation/flowservice/connections/{id}/explore?{query}");
        let answer = self.acceptance.client.read_record(&path, &[])?.value;
        let data = answer.get("data").and_then(Value::as_array);
        Ok(match data {
            Some(data) if !data.is_empty() => Finding::passed(format!("{} shown", counted(data.len(), "record"))),
            Some(_) => Finding::failed(
                "no record is shown",
                "the source answers, and nothing is found in it: look at `contentPath` and at the inputs",
            ),
            None => {
                Finding::failed("the answer has no `data`", "look at the answer in the report, and at `contentPath`")
            }
        })
    }

    /// What came in, as the emulator tells it.
    fn came_in(&self) -> Result<Finding, Error> {
        let Some(control) = &self.control else {
            return Ok(Finding::skipped(
                "the platform does not show single records; look at the preview of the dataset, and at the run",
            ));
        };
        let state = self.state()?;
        let came = control.events(state.get(Name::FlowId).unwrap_or_default())?;
        if came.is_empty() {
            return Ok(Finding::failed("no record came in", "look at the run, and at the source's request"));
        }
        Ok(match came.iter().find_map(unfit) {
            None => Finding::passed(format!("{}, fitting the schema", counted(came.len(), "record"))),
            Some(unfit) => Finding::failed(
                format!("a record does not fit the schema: {unfit}"),
                "bring the sample, the mapping (`--mapping`) and the schema together",
            ),
        })
    }
}
