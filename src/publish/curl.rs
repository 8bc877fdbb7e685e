//! A plan as commands for a shell: the same writes in the same order, by hand.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Action, Change, Error, FlowSpecChange, Plan,
    flow_spec::{listed, outgoing, with},
};
use crate::{
    platform::{
        FlowService, Record, Settings,
        api::address,
        curl::{Piece, command, preamble},
    },
    text::visible::printable,
};

const OPTIONS: [&str; 3] = ["--silent", "--show-error", "--fail-with-body"];

/// Takes the id of a new record out of an answer with headers: from `Location`, or else the first `id` of the body.
const TAKE_ID: &str = r#"new_id() {
  id=$(printf '%s\n' "$1" | tr -d '\r' | sed -n 's|^[Ll][Oo][Cc][Aa][Tt][Ii][Oo][Nn]: *[^?#]*/\([^/?#]\{1,\}\)/*$|\1|p' | head -n 1)
  [ -n "$id" ] || id=$(printf '%s\n' "$1" | tr ',{' '\n\n' | sed -n 's/^ *"id" *: *"\([^"]*\)".*$/\1/p' | head -n 1)
  [ -n "$id" ] || { echo "the answer tells no id: $1" >&2; exit 1; }
  printf '%s' "$id"
}
"#;

/// The commands that do what a plan does. Reads the flow specs, and writes nothing.
pub fn commands(service: &FlowService, plan: &Plan) -> Result<String, Error> {
    if plan.conflicts().next().is_some() {
        return Err(Error::Conflicts { plan: Box::new(plan.clone()) });
    }
    let mut records = BTreeMap::new();
    for change in plan.flow_specs.iter().filter(|change| change.writes()) {
        let flow_spec = change.flow_spec;
        let record = service.flow_spec(&flow_spec.to_string())?;
        let sources = change.add.iter().map(|one| one.source.clone()).collect();
        records.insert(flow_spec, record.ok_or(Error::NoFlowSpec { flow_spec, sources })?);
    }
    script(plan, service.client().settings(), &records)
}

/// The same as a pure function of the plan and the flow specs as they are.
fn script(plan: &Plan, settings: &Settings, records: &BTreeMap<Uuid, Record>) -> Result<String, Error> {
    let mut text = format!("# What `sss publish` does: {}.\n", printable(&plan.target.to_string()));
    if !plan.writes() {
        text.push_str("# There is nothing to write.\n");
        return Ok(text);
    }
    text.push_str("# These commands record nothing here; `sss publish --adopt` takes up what they made.\n");
    text.push_str(preamble());
    let creates = plan.changes.iter().any(|change| matches!(change.action, Action::Create));
    text.push_str(if creates { TAKE_ID } else { "" });
    let mut new: BTreeMap<&str, Made> = BTreeMap::new();
    for change in &plan.changes {
        let name = printable(&change.source);
        match &change.action {
            Action::Create => {
                let made = Made { variable: format!("id_{}", new.len() + 1), marker: Uuid::new_v4().to_string() };
                let options: Vec<&str> = OPTIONS.iter().copied().chain(["--include"]).collect();
                let call = connection_spec(settings, change, "POST", None, None, &options)?;
                text.push_str(&format!("\n# The connection spec of `{name}`.\nanswer=$({call})\n"));
                text.push_str(&format!("{}=$(new_id \"$answer\")\n", made.variable));
                new.insert(&change.source, made);
            }
            Action::Update { id, etag, .. } | Action::Adopt { id, etag, .. } if change.action.writes() => {
                let call = connection_spec(settings, change, "PUT", Some(id), etag.as_deref(), &OPTIONS)?;
                text.push_str(&format!("\n# The connection spec of `{name}`.\n{call} > /dev/null\n"));
            }
            _ => {}
        }
    }
    // Those that list something come first, so that a source that moves is listed at every moment.
    let writes = || plan.flow_specs.iter().filter(|one| one.writes());
    let order = writes().filter(|one| !one.add.is_empty()).chain(writes().filter(|one| one.add.is_empty()));
    for change in order {
        let Some(record) = records.get(&change.flow_spec) else { continue };
        text.push_str(&flow_spec(settings, change, record, &new)?);
    }
    Ok(text)
}

/// A connection spec that the commands make: the variable its id is in, and what stands for it until then.
struct Made {
    variable: String,
    marker: String,
}

fn connection_spec(
    settings: &Settings,
    change: &Change,
    method: &str,
    id: Option<&str>,
    etag: Option<&str>,
    options: &[&str],
) -> Result<String, Error> {
    let path = id.map_or_else(|| "/connectionSpecs".to_owned(), |id| format!("/connectionSpecs/{id}"));
    let url = url(settings, &path)?;
    let headers: Vec<(String, String)> =
        etag.into_iter().map(|etag| ("If-Match".to_owned(), etag.to_owned())).collect();
    let body = [Piece::Text(change.spec_text().to_owned())];
    Ok(command(settings, method, &url, &headers, Some(&body), options))
}

fn flow_spec(
    settings: &Settings,
    change: &FlowSpecChange,
    record: &Record,
    new: &BTreeMap<&str, Made>,
) -> Result<String, Error> {
    let mut add = change.restore.clone();
    for one in &change.add {
        let made = new.get(one.source.as_str()).map(|made| made.marker.clone());
        add.extend(one.connection_spec.clone().or(made));
    }
    let remove: Vec<String> = change.remove.iter().map(|one| one.connection_spec.clone()).collect();
    let there = listed(change.flow_spec, &record.value)?;
    let body = outgoing(change.flow_spec, &record.text, &with(&there, &[], &add, &remove))?;
    let mut pieces = vec![Piece::Text(body)];
    for made in new.values() {
        pieces = pieces.into_iter().flat_map(|piece| split(piece, made)).collect();
    }
    let headers: Vec<(String, String)> = record.etag.iter().map(|etag| ("If-Match".to_owned(), etag.clone())).collect();
    let url = url(settings, &format!("/flowSpecs/{}", change.flow_spec))?;
    let call = command(settings, "PUT", &url, &headers, Some(&pieces), &OPTIONS);
    Ok(format!("\n# The flow spec {}, as it was when this was printed.\n{call} > /dev/null\n", change.flow_spec))
}

/// The variable in place of what stood for it.
fn split(piece: Piece, made: &Made) -> Vec<Piece> {
    match piece {
        Piece::Text(text) => match text.split_once(&made.marker) {
            Some((before, after)) => vec![
                Piece::Text(before.to_owned()),
                Piece::Variable(made.variable.clone()),
                Piece::Text(after.to_owned()),
            ],
            None => vec![Piece::Text(text)],
        },
        variable => vec![variable],
    }
}

fn url(settings: &Settings, path: &str) -> Result<url::Url, Error> {
    address(&settings.base_url, path, &[]).map_err(|reason| {
        let (name, reason) = ("base_url".to_owned(), reason);
        crate::platform::Error::BadUrl { name, reason }.into()
    })
}
