//! What a dataflow is made of, as the platform's services keep it: where each is read, listed and deleted, and the mark by which
//! one of ours is known.
//!
//! The platform takes any number of records of one name and knows no idempotency keys. So everything that is made carries the
//! dataflow's run in its description, `… (sss 3f2a9c01)`: whatever became of the answer, it is found again by that. A mapping
//! set has no description; its name carries it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::{recipe::Name, state::Sent};
use crate::platform::{Client, Error, Headers, Reply};

const FLOW_SERVICE: &str = "/data/foundation/flowservice";
const SCHEMA_REGISTRY: &str = "/data/foundation/schemaregistry/tenant";
const DATASETS: &str = "/data/foundation/catalog/dataSets";
const MAPPING_SETS: &str = "/data/foundation/conversion/mappingSets";

/// One resource, with its texts and without what it is composed of.
const OF_ONE: Headers<'static> = &[("Accept", "application/vnd.adobe.xed+json; version=1")];
const OF_LIST: Headers<'static> = &[("Accept", "application/vnd.adobe.xed+json")];

/// Records of a page, where a service asks how many.
const PAGE: usize = 100;
const MOST_PAGES: usize = 1000;

/// A kind of record that is made for a dataflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) name: Name,
    service: Service,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    /// A collection of Flow Service.
    Flow(&'static str),
    /// A collection of the schema registry.
    Registry(&'static str),
    Catalog,
    DataPrep,
}

/// A record as the platform has it now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) etag: Option<String>,
}

impl Resource {
    /// What stands on others comes before them: the order to delete in.
    pub(super) const DOWN: [Name; 8] = [
        Name::FlowId,
        Name::TargetConnectionId,
        Name::SourceConnectionId,
        Name::BaseConnectionId,
        Name::MappingSetId,
        Name::DatasetId,
        Name::SchemaId,
        Name::FieldGroupId,
    ];

    /// The kind of record whose id has this name; nothing for what is only looked up.
    pub(super) fn of(name: Name) -> Option<Self> {
        let service = match name {
            Name::BaseConnectionId => Service::Flow("connections"),
            Name::SourceConnectionId => Service::Flow("sourceConnections"),
            Name::TargetConnectionId => Service::Flow("targetConnections"),
            Name::FlowId => Service::Flow("flows"),
            Name::FieldGroupId => Service::Registry("fieldgroups"),
            Name::SchemaId => Service::Registry("schemas"),
            Name::DatasetId => Service::Catalog,
            Name::MappingSetId => Service::DataPrep,
            Name::ConnectionSpecId | Name::FlowSpecId | Name::TenantId | Name::InletUrl => return None,
        };
        Some(Self { name, service })
    }

    /// Whether it lasts when only the dataflow is taken down: others may use it meanwhile.
    pub(super) fn lasts(self) -> bool {
        !matches!(self.service, Service::Flow(_))
    }

    fn collection(self) -> String {
        match self.service {
            Service::Flow(collection) => format!("{FLOW_SERVICE}/{collection}"),
            Service::Registry(collection) => format!("{SCHEMA_REGISTRY}/{collection}"),
            Service::Catalog => DATASETS.to_owned(),
            Service::DataPrep => MAPPING_SETS.to_owned(),
        }
    }

    fn path(self, id: &str) -> String {
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        format!("{}/{id}", self.collection())
    }

    fn is_of_registry(self) -> bool {
        matches!(self.service, Service::Registry(_))
    }

    /// The record; `None` where it is gone.
    pub(super) fn read(self, client: &Client, id: &str) -> Result<Option<Found>, Error> {
        let headers = if self.is_of_registry() { OF_ONE } else { &[] };
        let Some(Reply { mut value, etag, .. }) = client.find_record(&self.path(id), headers)? else { return Ok(None) };
        let value = match self.service {
            // A list of one, or of none.
            Service::Flow(_) => match value.pointer_mut("/items").map(Value::take) {
                Some(Value::Array(items)) => items.into_iter().next(),
                _ => Some(value),
            },
            // An object whose one key is the id.
            Service::Catalog => value.as_object_mut().and_then(|members| members.remove(id)),
            Service::Registry(_) | Service::DataPrep => Some(value),
        };
        Ok(value.filter(Value::is_object).map(|value| Found { value, etag }))
    }

    /// The ids of the records that carry a run's mark, in the order the platform lists them.
    pub(super) fn marked(self, client: &Client, run: &str) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        let mut take = |id: Option<&str>, record: &Value| {
            if self.is_marked(record, run) {
                ids.extend(id.filter(|id| !id.is_empty()).map(str::to_owned));
            }
        };
        let text = |record: &Value, member: &str| record.get(member).and_then(Value::as_str).map(str::to_owned);
        match self.service {
            Service::Flow(_) => {
                for record in client.list_records(&format!("{}?limit={PAGE}", self.collection()))? {
                    take(text(&record, "id").as_deref(), &record);
                }
            }
            Service::Registry(_) => {
                let mut start = String::new();
                for _ in 0..MOST_PAGES {
                    let from: String = form_urlencoded::byte_serialize(start.as_bytes()).collect();
                    let from = if from.is_empty() { from } else { format!("&start={from}") };
                    let page = client.read_record(&format!("{}?limit={PAGE}{from}", self.collection()), OF_LIST)?.value;
                    for record in page.get("results").and_then(Value::as_array).into_iter().flatten() {
                        take(text(record, "$id").as_deref(), record);
                    }
                    match page.pointer("/_page/next").and_then(Value::as_str) {
                        Some(next) if next != start => start = next.to_owned(),
                        _ => break,
                    }
                }
            }
            Service::Catalog => {
                for page in 0..MOST_PAGES {
                    let path = format!("{}?limit={PAGE}&start={}", self.collection(), page * PAGE);
                    let page = client.read_record(&path, &[])?.value;
                    let records = page.as_object().into_iter().flatten();
                    let count = records.map(|(id, record)| take(Some(id), record)).count();
                    if count < PAGE {
                        break;
                    }
                }
            }
            Service::DataPrep => {
                for page in 0..MOST_PAGES {
                    let path = format!("{}?limit={PAGE}&start={}", self.collection(), page * PAGE);
                    let page = client.read_record(&path, &[])?.value;
                    let records = page.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                    for record in records {
                        take(text(record, "id").as_deref(), record);
                    }
                    if records.len() < PAGE {
                        break;
                    }
                }
            }
        }
        Ok(ids)
    }

    /// Deletes a record.
    pub(super) fn delete(self, client: &Client, id: &str) -> Result<Deletion, Error> {
        match client.remove_record(&self.path(id)) {
            // The API of mapping sets documents no deletion: what answers so may be the path and not the record.
            Ok(false) if self.service == Service::DataPrep && self.read(client, id)?.is_some() => {
                Ok(Deletion::Impossible)
            }
            Ok(_) => Ok(Deletion::Gone),
            Err(error) if self.service == Service::DataPrep && matches!(error.status(), Some(405 | 501)) => {
                Ok(Deletion::Impossible)
            }
            Err(error) => Err(error),
        }
    }

    /// Brings name and description, and whatever else is in `changes`, to what they are to be. `None` where it is gone.
    pub(super) fn change(
        self,
        client: &Client,
        id: &str,
        found: &Found,
        changes: &[(&'static str, Value)],
    ) -> Result<Option<Reply>, Error> {
        let etag: Vec<(&str, &str)> = found.etag.as_deref().map(|etag| ("If-Match", etag)).into_iter().collect();
        match self.service {
            // Catalog merges the members it is given.
            Service::Catalog => {
                let merged: Value = changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
                client.change_record("PATCH", &self.path(id), &[], &merged)
            }
            Service::Flow(_) | Service::Registry(_) | Service::DataPrep => {
                let instruction = |(name, value): &(&str, Value)| {
                    let op = if found.value.get(*name).is_some() { "replace" } else { "add" };
                    json!({"op": op, "path": format!("/{name}"), "value": value})
                };
                let instructions: Value = changes.iter().map(instruction).collect();
                let headers = if self.is_of_registry() { &[] } else { etag.as_slice() };
                client.change_record("PATCH", &self.path(id), headers, &instructions)
            }
        }
    }

    /// Replaces a mapping set, which gets its next version. `None` where it is gone.
    pub(super) fn replace(self, client: &Client, id: &str, body: &Value) -> Result<Option<Reply>, Error> {
        client.change_record("PUT", &self.path(id), &[], body)
    }

    /// The members that are a record's name and description. A mapping set's name is of no use to anybody but us.
    pub(super) fn texts(self) -> &'static [&'static str] {
        match self.service {
            Service::Flow(_) | Service::Catalog => &["name", "description"],
            Service::Registry(_) => &["title", "description"],
            Service::DataPrep => &["name"],
        }
    }

    /// The member that carries the mark.
    fn mark_in(self) -> &'static str {
        if self.service == Service::DataPrep { "name" } else { "description" }
    }

    /// A body with the mark of a run in it.
    pub(super) fn mark(self, mut body: Value, run: &str) -> Value {
        if let Value::Object(members) = &mut body {
            let text = members.get(self.mark_in()).and_then(Value::as_str).unwrap_or_default().trim();
            let marked = format!("{text}{}{}", if text.is_empty() { "" } else { " " }, mark(run));
            members.insert(self.mark_in().to_owned(), Value::String(marked));
        }
        body
    }

    fn is_marked(self, record: &Value, run: &str) -> bool {
        record.get(self.mark_in()).and_then(Value::as_str).is_some_and(|text| text.trim_end().ends_with(&mark(run)))
    }

    /// The digests of a body, or of the texts of a record.
    ///
    /// What may differ between two runs of the same wish is left out: when a schedule starts, and the label that an HTTP API
    /// connection repeats. So is what is compared by itself: the transformations of a flow.
    pub(super) fn digests(self, body: &Value) -> Sent {
        let mut content = body.clone();
        if let Value::Object(members) = &mut content {
            members.retain(|name, _| !self.texts().contains(&name.as_str()) && name != "transformations");
        }
        for (parent, member) in
            [("/scheduleParams", "startTime"), ("/auth/params", "name"), ("/auth/params", "sourceId")]
        {
            if let Some(Value::Object(members)) = content.pointer_mut(parent) {
                members.remove(member);
            }
        }
        Sent { texts: self.digest_of_texts(body), content: digest(&content) }
    }

    pub(super) fn digest_of_texts(self, record: &Value) -> String {
        digest(&self.texts().iter().map(|name| record.get(*name).cloned().unwrap_or_default()).collect())
    }
}

/// What became of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deletion {
    /// It is not there any more.
    Gone,
    /// The platform deletes no such records; it stays, and nothing uses it.
    Impossible,
}

impl Name {
    /// What a person calls the thing whose id or address has this name.
    pub const fn what(self) -> &'static str {
        match self {
            Self::ConnectionSpecId => "connection spec",
            Self::FlowSpecId => "flow spec",
            Self::BaseConnectionId => "base connection",
            Self::SourceConnectionId => "source connection",
            Self::TenantId => "namespace",
            Self::FieldGroupId => "field group",
            Self::SchemaId => "schema",
            Self::DatasetId => "dataset",
            Self::TargetConnectionId => "target connection",
            Self::MappingSetId => "mapping set",
            Self::FlowId => "flow",
            Self::InletUrl => "inlet",
        }
    }
}

fn mark(run: &str) -> String {
    format!("(sss {run})")
}

fn digest(value: &Value) -> String {
    let digest = Sha256::digest(sorted(value).to_string().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The same with the members of every object in the order of their names, in which two texts of one value are equal.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_where_a_person_reads_it_and_is_known_again() {
        let flow = Resource::of(Name::FlowId).unwrap();
        let marked = flow.mark(json!({"name": "Acme", "description": "Acme events "}), "3f2a9c01");
        assert_eq!(marked, json!({"name": "Acme", "description": "Acme events (sss 3f2a9c01)"}));
        assert!(flow.is_marked(&marked, "3f2a9c01") && !flow.is_marked(&marked, "3f2a9c02"));
        let set = Resource::of(Name::MappingSetId).unwrap().mark(json!({"mappings": []}), "3f2a9c01");
        assert_eq!(set["name"], "(sss 3f2a9c01)");
        assert_eq!(set.get("description"), None);
    }

    #[test]
    fn texts_and_times_are_no_content_and_the_order_of_members_is_none() {
        let flow = Resource::of(Name::FlowId).unwrap();
        let one = flow.digests(&json!({"name": "a", "flowSpec": {"id": "1", "version": "1"}, "scheduleParams": {"startTime": 1, "frequency": "once"}}));
        let same = flow.digests(&json!({"scheduleParams": {"frequency": "once", "startTime": 2}, "flowSpec": {"version": "1", "id": "1"}, "name": "b", "transformations": []}));
        assert_eq!(one.content, same.content);
        assert_ne!(one.texts, same.texts);
        let other = flow.digests(&json!({"name": "a", "flowSpec": {"id": "2", "version": "1"}}));
        assert_ne!(one.content, other.content);
        assert_eq!(one.texts, other.texts);
    }

    #[test]
    fn everything_that_is_made_is_taken_down_after_what_stands_on_it() {
        let made: Vec<Name> = Name::ALL.into_iter().filter(|name| Resource::of(*name).is_some()).collect();
        let mut down = Resource::DOWN.to_vec();
        down.sort();
        assert_eq!(down, made);
    }
}
