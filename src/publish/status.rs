//! Recorded, wanted and actual compared: where each source stands, without changing anything.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Desired, Difference, Entry, Error, JOBS, Records, Target,
    desired::{self, Wanted},
    diff,
    flow_spec::listed,
    observe::{self, Actual, Known},
    outline,
    print::{differences_json, target},
    written::{self, Written},
};
use crate::{
    platform::{FlowService, Record},
    spec::Kind,
    style::{BAD, BOLD, DIM, GOOD, WARNING},
    text::verbatim::Verbatim,
};

/// Where a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing is recorded.
    Unpublished,
    /// The artifact, the record and the platform agree, and the flow spec lists it.
    InStep,
    /// The artifact was changed since it was published.
    ChangedLocally,
    /// The connection spec was changed on the platform since it was published.
    ChangedRemotely,
    /// Both were changed, and not to the same.
    ChangedBoth,
    /// As published, but its flow spec does not list it.
    NotListed,
    /// The recorded connection spec is gone.
    Deleted,
    /// The artifact cannot be read as a connection spec.
    Unreadable,
}

impl State {
    /// As JSON says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::InStep => "in-step",
            Self::ChangedLocally => "changed-locally",
            Self::ChangedRemotely => "changed-remotely",
            Self::ChangedBoth => "changed-both",
            Self::NotListed => "not-listed",
            Self::Deleted => "deleted",
            Self::Unreadable => "unreadable",
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::InStep => "in step",
            Self::ChangedLocally => "changed locally",
            Self::ChangedRemotely => "changed remotely",
            Self::ChangedBoth => "changed on both sides",
            Self::NotListed => "not in its flow spec",
            Self::Deleted => "deleted remotely",
            Self::Unreadable => "unreadable",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::InStep => GOOD,
            Self::Unpublished | Self::ChangedLocally | Self::ChangedRemotely | Self::NotListed => WARNING,
            Self::ChangedBoth | Self::Deleted | Self::Unreadable => BAD,
        }
    }
}

/// Where one source stands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SourceStatus {
    pub source: String,
    /// Absent where the artifact cannot be read.
    pub kind: Option<Kind>,
    pub state: State,
    /// The recorded id.
    pub connection_spec: Option<String>,
    /// The flow spec that lists it, or is to.
    pub flow_spec: Option<Uuid>,
    /// Whether that flow spec lists it once; absent where nothing is recorded, or nothing is there.
    pub listed: Option<bool>,
    /// Where the platform's connection spec (old) differs from the artifact (new).
    pub differences: Vec<Difference>,
    /// Connection specs of the same name and provider on the platform, where none is recorded or the recorded one is gone.
    pub namesakes: Vec<String>,
    /// Whether a `publish` of it was cut short.
    pub interrupted: bool,
    /// What the platform has.
    pub(super) remote: Option<Record>,
    pub(super) entry: Option<Entry>,
    /// What the artifact says.
    pub(super) wanted: Option<Written>,
}

/// Where every source stands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status {
    pub target: Target,
    /// Sorted by name.
    pub sources: Vec<SourceStatus>,
}

/// Compares what is wanted and recorded with what the platform has. Reads only.
///
/// A source that was listed in another flow spec than its kind's is looked for there, unless `desired` names one.
pub fn status(service: &FlowService, desired: &[Desired], records: &Records) -> Result<Status, Error> {
    let target = Target::of(service.client().settings());
    let wanted = desired::check(desired)?;
    let (known, actual) = observe::observe(service, &wanted, records, &target, JOBS)?;
    let nothing = Known::default();
    let sources = wanted.iter().map(|one| compare(one, known.get(&one.source).unwrap_or(&nothing), &actual)).collect();
    Ok(Status { target, sources })
}

fn compare(one: &Wanted, here: &Known, actual: &Actual) -> SourceStatus {
    let place = one.place(here.entry.as_ref());
    let mut status = SourceStatus {
        source: one.source.clone(),
        kind: Some(one.kind),
        state: State::Unpublished,
        connection_spec: None,
        flow_spec: Some(place),
        listed: None,
        differences: Vec::new(),
        namesakes: Vec::new(),
        interrupted: here.pending.is_some(),
        remote: None,
        entry: here.entry.clone(),
        wanted: Some(one.body.clone()),
    };
    let candidates = actual.by_name.get(&one.key());
    status.namesakes = candidates.into_iter().flatten().map(|seen| seen.id.clone()).collect();
    let Some(entry) = &here.entry else { return status };
    status.connection_spec = Some(entry.connection_spec.clone());
    let Some(remote) = actual.by_id.get(&entry.connection_spec) else {
        status.state = State::Deleted;
        return status;
    };
    let is_listed = actual.flow_specs.get(&place).is_some_and(|record| {
        let ids = listed(place, &record.value).unwrap_or_default();
        ids.iter().filter(|id| **id == entry.connection_spec).count() == 1
    });
    status.listed = Some(is_listed);
    let changed_locally = entry.digest != one.digest;
    let changed_remotely = changed_remotely(entry, &remote.written, one);
    status.differences = diff::differences(&remote.written, &one.body, !changed_locally);
    status.state = match (changed_locally, changed_remotely) {
        (false, false) if is_listed => State::InStep,
        (false, false) => State::NotListed,
        // Changed to the same on both sides, which only the record does not know yet.
        (true, true) if status.differences.is_empty() && is_listed => State::InStep,
        (true, true) if status.differences.is_empty() => State::NotListed,
        (true, true) => State::ChangedBoth,
        (true, false) => State::ChangedLocally,
        (false, true) => State::ChangedRemotely,
    };
    status.remote = Some(remote.record());
    status
}

/// Whether the platform has something else than what was published.
///
/// Only digests of what was published are kept, and the platform leaves some members out of its answers (see
/// [`diff::differences`]), so that there are several contents it may mean.
fn changed_remotely(entry: &Entry, remote: &Written, one: &Wanted) -> bool {
    if entry.digest == one.digest {
        return !diff::differences(remote, &one.body, true).is_empty();
    }
    let digest = |written: &Written| written.root().map(written::digest);
    let is_there = |name: &str| remote.root().is_some_and(|root| root.get(name).is_some());
    let as_published = |written: &Written| {
        let with_auth = if is_there("authSpec") { None } else { with(written, "authSpec", "[]") };
        [Some(written.clone()), with_auth].into_iter().flatten().any(|one| digest(&one).as_ref() == Some(&entry.digest))
    };
    if as_published(remote) {
        return false;
    }
    match &entry.echoed {
        Some(echoed) => is_there("description") || diff::echoed(remote) != *echoed,
        // An older record: all that can be tried is the description the artifact has now.
        None => {
            let description = one.body.root().and_then(|root| root.get("description")).map(|node| node.raw());
            let described = description.filter(|_| !is_there("description"));
            !described.and_then(|text| with(remote, "description", text)).is_some_and(|one| as_published(&one))
        }
    }
}

/// The same with one more member, by its text.
fn with(written: &Written, name: &str, value: &str) -> Option<Written> {
    let mut members = Verbatim::read(written.text())?;
    members.extend(Verbatim::read(&format!("{{{}:{value}}}", Value::from(name)))?);
    Written::read(&members.to_text().ok()?)
}

impl SourceStatus {
    /// What follows from it, for a person.
    fn advice(&self) -> String {
        let values = match self.differences.len() {
            1 => "1 value differs".to_owned(),
            count => format!("{count} values differ"),
        };
        let flow_spec = self.flow_spec.map(|id| id.to_string()).unwrap_or_default();
        let mut advice = match self.state {
            State::InStep => String::new(),
            State::Unpublished if self.namesakes.is_empty() => "`sss publish` creates it".to_owned(),
            State::Unpublished => format!(
                "the platform has one of its name, not recorded here: {}; `sss plan --adopt` compares them",
                self.namesakes.join(", ")
            ),
            State::ChangedLocally => format!("{values}; `sss publish` sends the artifact"),
            State::ChangedRemotely => {
                format!("{values}; `sss pull` fetches what is there, `sss publish` overwrites it")
            }
            State::ChangedBoth => {
                format!("{values}; `sss plan` shows them, `sss pull --force` or `sss publish` decides")
            }
            State::NotListed => format!("the flow spec {flow_spec} lacks its id; `sss publish` lists it"),
            State::Deleted => "its record names one that is gone; `sss publish --recreate` makes it anew".to_owned(),
            State::Unreadable => "`sss lint` tells why".to_owned(),
        };
        if self.listed == Some(false) && self.state != State::NotListed {
            let _ = write!(advice, "; the flow spec {flow_spec} lacks its id, too");
        }
        if self.interrupted {
            let gap = if advice.is_empty() { "" } else { "; " };
            let _ = write!(advice, "{gap}a `sss publish` was cut short here, and the next one continues it");
        }
        advice
    }
}

impl Status {
    /// Adds a source whose artifact cannot be read.
    pub fn add_unreadable(&mut self, source: &str) {
        let at = self.sources.partition_point(|one| one.source.as_str() < source);
        let status = SourceStatus {
            source: source.to_owned(),
            kind: None,
            state: State::Unreadable,
            connection_spec: None,
            flow_spec: None,
            listed: None,
            differences: Vec::new(),
            namesakes: Vec::new(),
            interrupted: false,
            remote: None,
            entry: None,
            wanted: None,
        };
        self.sources.insert(at, status);
    }

    /// Whether every source is in step.
    pub fn is_in_step(&self) -> bool {
        self.sources.iter().all(|one| one.state == State::InStep && !one.interrupted)
    }

    /// A line a source for a person; every difference below it where `verbose`.
    pub fn to_text(&self, verbose: bool) -> String {
        let mut text = format!("{BOLD}{}{BOLD:#}\n\n", self.target);
        let width = |told: fn(&SourceStatus) -> &str| {
            self.sources.iter().map(|one| told(one).chars().count()).max().unwrap_or_default()
        };
        let (names, states) = (width(|one| &one.source), width(|one| one.state.told()));
        for one in &self.sources {
            let style = one.state.style();
            let id = one.connection_spec.as_deref().unwrap_or("-");
            let line = format!("{:names$}  {style}{:states$}{style:#}  {id:36}", one.source, one.state.told());
            let advice = one.advice();
            let gap = if advice.is_empty() { "" } else { "  " };
            let _ = writeln!(text, "{}{gap}{DIM}{advice}{DIM:#}", line.trim_end());
            if let Some(wanted) = one.wanted.as_ref().filter(|_| verbose && !one.differences.is_empty()) {
                outline::changed(&one.differences, wanted, &mut text);
            }
        }
        let _ = writeln!(text, "\n{}", self.summary());
        text
    }

    fn summary(&self) -> String {
        const ALL: [State; 8] = [
            State::InStep,
            State::ChangedLocally,
            State::ChangedRemotely,
            State::ChangedBoth,
            State::NotListed,
            State::Deleted,
            State::Unpublished,
            State::Unreadable,
        ];
        let told = ALL.map(|state| (self.sources.iter().filter(|one| one.state == state).count(), state.told()));
        let told: Vec<String> =
            told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let count = self.sources.len();
        format!("{count} {}: {}", if count == 1 { "source" } else { "sources" }, told.join(", "))
    }

    /// The status as one JSON object.
    pub fn to_json(&self) -> Value {
        let sources: Vec<Value> = self
            .sources
            .iter()
            .map(|one| {
                json!({
                    "source": one.source,
                    "kind": one.kind.map(|kind| kind.to_string()),
                    "state": one.state.name(),
                    "connection_spec": one.connection_spec,
                    "flow_spec": one.flow_spec.map(|id| id.to_string()),
                    "listed": one.listed,
                    "interrupted": one.interrupted,
                    "namesakes": one.namesakes,
                    "differences": differences_json(&one.differences),
                })
            })
            .collect();
        json!({"version": 1, "target": target(&self.target), "in_step": self.is_in_step(), "sources": sources})
    }
}

#[cfg(test)]
mod tests {
    use super::{super::observe::Seen, *};

    fn wanted(spec: Value) -> Wanted {
        desired::check(&[Desired::new("acme", Kind::Batch, &spec, None)]).unwrap().remove(0)
    }

    fn spec(description: &str, category: &str) -> Value {
        json!({"name": "acme", "providerId": "p", "description": description, "authSpec": [], "attributes": {"category": category}})
    }

    fn seen(value: &Value) -> Seen {
        Seen { id: "id-1".into(), written: Written::of(&value.to_string()), etag: None }
    }

    fn flow_spec(ids: &Value) -> Record {
        let value = json!({ "sourceConnectionSpecIds": ids });
        Record { text: value.to_string(), value, etag: None }
    }

    /// Published, then edited on both sides, seen through a platform that does or does not repeat everything.
    fn state(published: &Value, local: &Value, remote: &Value, repeats: bool, old_record: bool) -> State {
        let one = wanted(local.clone());
        let place = one.place(None);
        let mut entry = Entry::new("id-1", Some(place.to_string()), &wanted(published.clone()).body);
        if old_record {
            entry.echoed = None;
        }
        let mut value = remote.clone();
        if !repeats {
            value.as_object_mut().unwrap().retain(|name, _| !["description", "authSpec"].contains(&name.as_str()));
        }
        value["id"] = "id-1".into();
        value["createdAt"] = 5.into();
        let actual = Actual {
            by_id: [("id-1".to_owned(), seen(&value))].into(),
            flow_specs: [(place, flow_spec(&json!(["id-1"])))].into(),
            ..Actual::default()
        };
        compare(&one, &Known { entry: Some(entry), pending: None }, &actual).state
    }

    #[test]
    fn what_changed_where_is_told_apart_whatever_the_platform_repeats() {
        let published = spec("d", "crm");
        for repeats in [true, false] {
            for old in [true, false] {
                let state = |local: &Value, remote: &Value| state(&published, local, remote, repeats, old);
                let told = format!("repeats: {repeats}, old record: {old}");
                assert_eq!(state(&published, &published), State::InStep, "{told}");
                assert_eq!(state(&spec("d", "x"), &published), State::ChangedLocally, "{told}");
                assert_eq!(state(&published, &spec("d", "x")), State::ChangedRemotely, "{told}");
                assert_eq!(state(&spec("d", "x"), &spec("d", "y")), State::ChangedBoth, "{told}");
                let same = state(&spec("d", "x"), &spec("d", "x"));
                // What the platform does not repeat cannot be known to be the same.
                assert_eq!(same, if repeats { State::InStep } else { State::ChangedBoth }, "{told}");
                if !old || repeats {
                    assert_eq!(state(&spec("e", "crm"), &published), State::ChangedLocally, "{told}");
                }
            }
        }
        // A record of an earlier version, and an edited description that the platform does not repeat: better asked than lost.
        assert_eq!(state(&published, &spec("e", "crm"), &published, false, true), State::ChangedBoth);
        assert_eq!(state(&published, &published, &spec("e", "crm"), true, false), State::ChangedRemotely);
        assert_eq!(state(&published, &spec("f", "crm"), &spec("e", "crm"), true, false), State::ChangedBoth);
    }

    #[test]
    fn what_is_not_there_is_told_by_where_it_is_missing() {
        let one = wanted(spec("d", "crm"));
        let entry = Entry::new("id-1", None, &one.body);
        let recorded = Known { entry: Some(entry), pending: None };
        let unpublished = compare(&one, &Known::default(), &Actual::default());
        assert_eq!((unpublished.state, unpublished.listed), (State::Unpublished, None));
        let gone = compare(&one, &recorded, &Actual::default());
        assert_eq!((gone.state, gone.connection_spec.as_deref()), (State::Deleted, Some("id-1")));
        for (ids, state) in [
            (json!([]), State::NotListed),
            (json!(["id-1", "id-1"]), State::NotListed),
            (json!(["id-0", "id-1"]), State::InStep),
        ] {
            let actual = Actual {
                by_id: [("id-1".to_owned(), seen(&spec("d", "crm")))].into(),
                flow_specs: [(one.place(None), flow_spec(&ids))].into(),
                ..Actual::default()
            };
            assert_eq!(compare(&one, &recorded, &actual).state, state);
        }
    }
}
