//! Dataflows made, changed, shown and taken down against an emulator in this process.

use std::{collections::BTreeMap, path::Path, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::{
    Done, Error, Outcome, Place, Shown, Standing, Told,
    recipe::{Auth, DataType, Facts, Mapping, MappingWish, Name, Param, Recipe, SourceType, Wish, recipe},
    resource::Resource,
};
use crate::{
    emulator::{Emulator, Options},
    exit::Exit,
    platform::{Client, Settings, Stop},
    spec::Kind,
};

const GENERIC_STREAMING: &str = "e77fd9d2-22a8-11ed-861d-0242ac120002";
const GENERIC_REST: &str = "4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e62";
/// Where records are that a dataflow may leave behind: listed as the platform lists them.
const COLLECTIONS: [&str; 8] = [
    "/data/foundation/flowservice/connections",
    "/data/foundation/flowservice/sourceConnections",
    "/data/foundation/flowservice/targetConnections",
    "/data/foundation/flowservice/flows",
    "/data/foundation/schemaregistry/tenant/schemas",
    "/data/foundation/schemaregistry/tenant/fieldgroups",
    "/data/foundation/catalog/dataSets?limit=100",
    "/data/foundation/conversion/mappingSets?limit=100",
];

struct Stage {
    emulator: Emulator,
    root: TempDir,
    client: Client,
    stop: Stop,
}

impl Stage {
    fn new() -> Self {
        let emulator = Emulator::start(Options::default()).unwrap();
        let mut settings = Settings::emulator(Url::parse(emulator.base_url()).unwrap());
        settings.longest_wait = Duration::ZERO;
        let (stop, mut client) = (Stop::default(), Client::new(settings));
        client.stop_at(stop.clone());
        Self { emulator, root: tempfile::tempdir().unwrap(), client, stop }
    }

    fn place<'a>(&'a self, name: &'a str) -> Place<'a> {
        Place { client: &self.client, root: self.root.path(), name, stop: &self.stop }
    }

    fn up(&self, recipe: &Recipe) -> Result<Outcome, Error> {
        self.up_telling(recipe, &mut |_| {})
    }

    fn up_telling(&self, recipe: &Recipe, tell: &mut dyn FnMut(Told)) -> Result<Outcome, Error> {
        super::up(&self.place(&recipe.key), recipe, &|_| Some("hush".to_owned()), tell)
    }

    fn down(&self, recipe: &Recipe, all: bool) -> Result<Outcome, Error> {
        super::down(&self.place(&recipe.key), all, &mut |_| {})
    }

    fn show(&self, recipe: &Recipe) -> Shown {
        super::show(&self.place(&recipe.key)).unwrap()
    }

    /// How many records stand in each collection.
    fn counts(&self) -> [usize; 8] {
        COLLECTIONS.map(|path| {
            let list: &[(&str, &str)] = &[("Accept", "application/vnd.adobe.xed-id+json")];
            let headers = if path.contains("schemaregistry") { list } else { &[] };
            let page = self.client.read_record(path, headers).unwrap().value;
            let lists = ["items", "results", "data"].into_iter().find_map(|name| page.get(name)?.as_array());
            lists.map_or_else(|| page.as_object().unwrap().len(), Vec::len)
        })
    }

    fn read(&self, recipe: &Recipe, name: Name) -> Value {
        let state = self.place(&recipe.key).state().unwrap().unwrap();
        Resource::of(name).unwrap().read(&self.client, state.get(name).unwrap()).unwrap().unwrap().value
    }

    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let config = ureq::Agent::config_builder().proxy(None).build();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/__emulator/{path}", self.emulator.base_url()))
            .header("content-type", "application/json")
            .body(body.to_string())
            .unwrap();
        ureq::Agent::from(config).run(request).unwrap().body_mut().read_json().unwrap_or_default()
    }

    /// The requests that wrote something so far.
    fn writes(&self) -> Vec<String> {
        let config = ureq::Agent::config_builder().proxy(None).build();
        let agent = ureq::Agent::from(config);
        let url = format!("{}/__emulator/requests", self.emulator.base_url());
        let log: Value = agent.get(&url).call().unwrap().body_mut().read_json().unwrap();
        let told = |entry: &Value| format!("{} {}", entry["method"].as_str().unwrap(), entry["path"].as_str().unwrap());
        let all = log["items"].as_array().unwrap().iter().map(told);
        all.filter(|line| !line.starts_with("GET") && !line.contains("/ims/")).collect()
    }

    fn state_file(&self, recipe: &Recipe) -> std::path::PathBuf {
        self.root.path().join(format!(".sss/dataflow/{}.toml", recipe.key))
    }
}

fn sample() -> Vec<Value> {
    vec![json!({"id": "e-1", "amount": 2.5, "who": {"mail": "ann@example.com"}})]
}

fn wish() -> Wish {
    Wish { sample: sample(), ..Wish::default() }
}

fn streaming(wish: &Wish) -> Recipe {
    let mut facts = Facts::of_source("acme", "Acme Events", Kind::Streaming, &json!({}));
    facts.connection_spec_id = Some(GENERIC_STREAMING.to_owned());
    recipe(wish, &facts).unwrap()
}

fn batch(wish: &Wish) -> Recipe {
    let spec = include_str!("../emulator/seed/connection_specs/generic-rest.json");
    let spec: Value = serde_json::from_str(spec).unwrap();
    let mut facts = Facts::of_source("tickets", "Tickets", Kind::Batch, &spec);
    facts.connection_spec_id = Some(GENERIC_REST.to_owned());
    let params = [
        ("host", Param::Plain(json!("https://api.example.com"))),
        ("username", Param::Plain(json!("ann"))),
        ("password", Param::Secret),
    ];
    let params: BTreeMap<String, Param> = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let auth = Auth { spec_name: Some("Basic Authentication".to_owned()), params };
    recipe(&Wish { auth, ..wish.clone() }, &facts).unwrap()
}

fn http_api(wish: &Wish, data: DataType, authenticated: bool) -> Recipe {
    recipe(wish, &Facts::http_api(data, authenticated)).unwrap()
}

fn xdm() -> Recipe {
    let mut wish = Wish::default();
    wish.schema.class = Some("profile".to_owned());
    http_api(&wish, DataType::Xdm, true)
}

/// One recipe of each way.
fn every() -> Vec<Recipe> {
    vec![streaming(&wish()), batch(&wish()), http_api(&wish(), DataType::Raw, false), xdm()]
}

/// One of each thing that a recipe makes, beside what was there before.
fn one_of_each(recipe: &Recipe, before: [usize; 8]) -> [usize; 8] {
    let names = [
        Name::BaseConnectionId,
        Name::SourceConnectionId,
        Name::TargetConnectionId,
        Name::FlowId,
        Name::SchemaId,
        Name::FieldGroupId,
        Name::DatasetId,
        Name::MappingSetId,
    ];
    let made = |name: Name| recipe.steps.iter().filter(|step| step.makes() == Some(name)).count();
    std::array::from_fn(|at| before[at] + made(names[at]))
}

#[test]
fn every_way_goes_up_stays_as_it_is_and_leaves_nothing() {
    let stage = Stage::new();
    let before = stage.counts();
    for recipe in every() {
        let outcome = stage.up(&recipe).unwrap();
        assert!(outcome.complete && outcome.changed && outcome.is_there());
        assert_eq!(stage.counts(), one_of_each(&recipe, before), "{}", recipe.key);
        assert_eq!(outcome.state.inlet_url().is_some(), recipe.way.has_inlet());
        let flow = stage.read(&recipe, Name::FlowId);
        assert!(flow["description"].as_str().unwrap().ends_with(&format!("(sss {})", outcome.state.run)), "{flow:#}");

        let writes = stage.writes().len();
        let again = stage.up(&recipe).unwrap();
        assert!(!again.changed && again.done.values().all(|(done, _)| matches!(done, Done::Unchanged | Done::Known)));
        assert_eq!((stage.writes().len(), &again.state), (writes, &outcome.state));
        let shown = stage.show(&recipe);
        assert!(!shown.has_drift(), "{shown:#?}");
        assert_eq!(shown.flow_state.as_deref(), Some("enabled"));

        let down = stage.down(&recipe, false).unwrap();
        assert!(down.is_there() && stage.state_file(&recipe).exists());
        assert_eq!(stage.counts()[..4], before[..4]);
        // What stayed is used again.
        stage.up(&recipe).unwrap();
        assert_eq!(stage.counts(), one_of_each(&recipe, before), "{}", recipe.key);
        let down = stage.down(&recipe, true).unwrap();
        assert!(!down.is_there() && down.complete && !stage.state_file(&recipe).exists());
        assert_eq!(stage.counts(), before);
        let error = stage.down(&recipe, true).unwrap_err();
        assert!(matches!(error, Error::NotUp { .. }) && error.exit() == Exit::Nothing, "{error}");
    }
}

#[test]
fn a_fault_at_any_request_ends_in_one_of_each_and_nothing_in_the_end() {
    let faults = [
        json!({"status": 503}),
        json!({"status": 503, "retry_after": 0}),
        json!({"drop": "before"}),
        json!({"drop": "after"}),
        json!({"truncate": 5}),
        json!({"status": 403}),
    ];
    let stage = Stage::new();
    let before = stage.counts();
    for recipe in [streaming(&wish()), batch(&wish())] {
        for number in 0..recipe.steps.len() {
            // Each request meets one of them, and each of them several requests; all meet all in the tests of reliability.
            for fault in faults.iter().cycle().skip(number).take(1) {
                let told = format!("{} request {number} {fault}", recipe.key);
                stage.control(
                    "POST",
                    "faults",
                    &json!({"path": "/data/**", "skip": number, "times": 1, "action": fault}),
                );
                if let Err(error) = stage.up(&recipe) {
                    let Error::Stopped { outcome, .. } = &error else { panic!("{told}: {error}") };
                    let partial = outcome.changed || outcome.is_there();
                    assert_eq!(error.exit(), if partial { Exit::Partial } else { Exit::Refused }, "{told}: {error}");
                    assert_eq!(stage.state_file(&recipe).exists(), partial, "{told}: {error}");
                }
                stage.control("DELETE", "faults", &Value::Null);
                stage.up(&recipe).unwrap_or_else(|error| panic!("{told}: {error}"));
                assert_eq!(stage.counts(), one_of_each(&recipe, before), "{told}");
                assert!(!stage.show(&recipe).has_drift(), "{told}");
                stage.control(
                    "POST",
                    "faults",
                    &json!({"path": "/data/**", "skip": number, "times": 1, "action": fault}),
                );
                let first = stage.down(&recipe, true);
                stage.control("DELETE", "faults", &Value::Null);
                if first.is_err() {
                    stage.down(&recipe, true).unwrap_or_else(|error| panic!("{told}: {error}"));
                }
                assert_eq!(stage.counts(), before, "{told}");
                assert!(!stage.state_file(&recipe).exists(), "{told}");
            }
        }
    }
}

#[test]
fn names_and_mappings_change_in_place_and_other_things_do_not() {
    let stage = Stage::new();
    let listed = |destination: &str| {
        let mapping = Mapping {
            source_type: SourceType::Attribute,
            source: "id".to_owned(),
            destination: destination.to_owned(),
        };
        let mut wish = wish();
        wish.mapping = MappingWish::Listed(vec![mapping]);
        wish
    };
    let recipe = http_api(&listed("_id"), DataType::Raw, false);
    let first = stage.up(&recipe).unwrap();

    let renamed = Wish { name: Some("Loyalty".to_owned()), description: Some("Points".to_owned()), ..listed("_id") };
    let outcome = stage.up(&http_api(&renamed, DataType::Raw, false)).unwrap();
    assert!(outcome.changed);
    let flow = stage.read(&recipe, Name::FlowId);
    assert_eq!(flow["name"], "Loyalty dataflow");
    assert_eq!(flow["description"], format!("Points (sss {})", first.state.run));
    assert_eq!(stage.read(&recipe, Name::DatasetId)["name"], "Loyalty dataset");
    assert_eq!(stage.read(&recipe, Name::SchemaId)["title"], "Loyalty schema");
    assert_eq!(outcome.done[&Name::FlowId].0, Done::Changed);
    assert_eq!(outcome.done[&Name::MappingSetId].0, Done::Unchanged);
    assert!(!stage.show(&recipe).has_drift());

    let remapped = Wish { name: renamed.name.clone(), description: renamed.description.clone(), ..listed("eventType") };
    let remapped = http_api(&remapped, DataType::Raw, false);
    let outcome = stage.up(&remapped).unwrap();
    assert_eq!(outcome.state.mapping_version(), 1);
    assert_eq!(outcome.done[&Name::MappingSetId].0, Done::Changed);
    let flow = stage.read(&recipe, Name::FlowId);
    assert_eq!(flow["transformations"][0]["params"]["mappingVersion"], 1);
    assert!(!stage.show(&recipe).has_drift());
    assert!(!stage.up(&remapped).unwrap().changed);
    assert_eq!(outcome.state.get(Name::FlowId), first.state.get(Name::FlowId));

    let writes = stage.writes().len();
    let mut other = remapped.clone();
    other.given.insert(Name::DatasetId, "5ab5".to_owned());
    let error = stage.up(&other).unwrap_err();
    assert!(error.to_string().contains("the dataset of the dataflow") && error.exit() == Exit::Refused, "{error}");
    let other = Wish { sample: vec![json!({"id": "e-1", "else": 1})], ..renamed };
    let error = stage.up(&http_api(&other, DataType::Raw, false)).unwrap_err();
    assert!(error.help().unwrap().contains("sss dataflow down http-api-raw"), "{error}");
    let error = stage.up(&Recipe { key: recipe.key.clone(), ..xdm() }).unwrap_err();
    assert!(matches!(error, Error::OtherShape { .. }), "{error}");
    assert_eq!(stage.writes().len(), writes);
}

#[test]
fn somebody_else_is_not_overwritten_unseen() {
    let stage = Stage::new();
    let recipe = streaming(&wish());
    stage.up(&recipe).unwrap();
    // Somebody renames the flow, and does so once more between our reading and our writing.
    let flow = Resource::of(Name::FlowId).unwrap();
    let id = stage.place("acme").state().unwrap().unwrap().get(Name::FlowId).unwrap().to_owned();
    let rename = |name: &str| {
        let found = flow.read(&stage.client, &id).unwrap().unwrap();
        flow.change(&stage.client, &id, &found, &[("name", json!(name))]).unwrap().unwrap();
    };
    rename("Mine");
    let shown = stage.show(&recipe);
    let row = shown.rows.iter().find(|row| row.name == Name::FlowId).unwrap();
    assert_eq!(row.standing, Standing::Changed(vec!["its name or description is another".to_owned()]));
    stage.control(
        "POST",
        "faults",
        &json!({"method": "PATCH", "path": "/data/**", "times": 1, "action": {"status": 412}}),
    );
    let mut told = Vec::new();
    let outcome = stage.up_telling(&recipe, &mut |one| told.push(one)).unwrap();
    assert!(told.contains(&Told::Overtaken { name: Name::FlowId }), "{told:?}");
    assert_eq!(outcome.done[&Name::FlowId].0, Done::Changed);
    assert_eq!(stage.read(&recipe, Name::FlowId)["name"], "Acme Events dataflow");
    // A change whose answer is lost was made, or is made again.
    for fault in [json!({"drop": "after"}), json!({"drop": "before"}), json!({"status": 500})] {
        rename("Mine");
        stage.control("POST", "faults", &json!({"method": "PATCH", "path": "/data/**", "times": 1, "action": fault}));
        stage.up(&recipe).unwrap();
        assert_eq!(stage.read(&recipe, Name::FlowId)["name"], "Acme Events dataflow", "{fault}");
    }
}

#[test]
fn what_is_gone_is_made_again_where_nothing_stands_on_it() {
    let stage = Stage::new();
    let recipe = streaming(&wish());
    let first = stage.up(&recipe).unwrap();
    let delete = |name: Name| {
        let id = stage.place("acme").state().unwrap().unwrap().get(name).unwrap().to_owned();
        Resource::of(name).unwrap().delete(&stage.client, &id).unwrap();
    };
    delete(Name::FlowId);
    let shown = stage.show(&recipe);
    assert!(shown.has_drift() && shown.to_text().contains("gone"), "{}", shown.to_text());
    let again = stage.up(&recipe).unwrap();
    assert_ne!(again.state.get(Name::FlowId), first.state.get(Name::FlowId));
    assert_ne!(again.state.inlet_url(), first.state.inlet_url());
    let before = stage.counts();
    stage.control(
        "DELETE",
        &format!("records/sourceConnections/{}", first.state.get(Name::SourceConnectionId).unwrap()),
        &Value::Null,
    );
    let error = stage.up(&recipe).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
    assert!(error.to_string().contains("the source connection below it is gone"), "{error}");
    let mut counts = before;
    counts[1] -= 1;
    assert_eq!(stage.counts(), counts);
    let down = stage.down(&recipe, true).unwrap();
    assert_eq!(down.done[&Name::SourceConnectionId].0, Done::Gone);
    assert_eq!(down.done[&Name::FlowId].0, Done::Deleted);
    assert!(!stage.state_file(&recipe).exists());
}

#[test]
fn what_was_given_is_neither_changed_nor_deleted() {
    let stage = Stage::new();
    let owner = http_api(&wish(), DataType::Raw, false);
    let theirs = stage.up(&owner).unwrap().state;
    let before = stage.counts();
    let mut wish = Wish { dataset_id: theirs.get(Name::DatasetId).map(str::to_owned), ..Wish::default() };
    wish.mapping = MappingWish::Set { id: theirs.get(Name::MappingSetId).unwrap().to_owned(), version: 0 };
    let recipe = streaming(&wish);
    let outcome = stage.up(&recipe).unwrap();
    assert!(outcome.state.is_given(Name::DatasetId) && outcome.state.is_given(Name::SchemaId));
    assert_eq!(outcome.state.get(Name::SchemaId), theirs.get(Name::SchemaId));
    assert!(!stage.show(&recipe).has_drift());
    assert!(!stage.up(&recipe).unwrap().changed);
    stage.down(&recipe, true).unwrap();
    assert_eq!(stage.counts(), before);
    assert!(!stage.show(&owner).has_drift());
}

#[test]
fn a_run_that_is_to_end_ends_between_two_requests() {
    let stage = Stage::new();
    let recipe = streaming(&wish());
    let error = stage
        .up_telling(&recipe, &mut |told| {
            if matches!(told, Told::Made { name: Name::SchemaId, .. }) {
                stage.stop.set();
            }
        })
        .unwrap_err();
    let Error::Stopped { outcome, .. } = &error else { panic!("{error}") };
    assert_eq!(error.exit(), Exit::Interrupted);
    assert!(outcome.state.get(Name::SchemaId).is_some() && outcome.state.get(Name::DatasetId).is_none());
    let text = std::fs::read_to_string(stage.state_file(&recipe)).unwrap();
    assert!(text.contains("schemaId") && !text.contains("datasetId"), "{text}");
}

#[test]
fn secrets_stand_in_no_state_and_nothing_is_sent_without_them() {
    let stage = Stage::new();
    let recipe = batch(&wish());
    let error = super::up(&stage.place("tickets"), &recipe, &|_| None, &mut |_| {}).unwrap_err();
    assert!(error.help().unwrap().contains("SSS_SOURCE_PASSWORD"), "{error}");
    assert!(stage.writes().is_empty() && !stage.root.path().join(".sss").exists());
    stage.up(&recipe).unwrap();
    let text = std::fs::read_to_string(stage.state_file(&recipe)).unwrap();
    assert!(!text.contains("hush"), "{text}");
    assert!(Path::new(&stage.root.path().join(".sss/dataflow/.gitignore")).exists());
}
