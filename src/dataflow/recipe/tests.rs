//! Every way's recipe as it is printed, and what cannot be asked for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::spec::Kind;

const SPEC_ID: &str = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4";

fn batch() -> Facts {
    let password = json!({"type": "string", "format": "password"});
    let spec = json!({
        "authSpec": [
            {"name": "OAuth2 Refresh Code", "type": "OAuth2RefreshCode", "spec": {"type": "object", "required": ["host", "accessToken"],
                "properties": {"host": {"type": "string"}, "accessToken": password, "refreshToken": password,
                    "requestParameterOverride": {"type": "object", "properties": {"authenticationMethod": {"enum": ["GET", "POST"]}}}}}},
            {"name": "Basic Authentication", "type": "BasicAuthentication", "spec": {"type": "object",
                "required": ["username", "password"], "properties": {"username": {"type": "string"}, "password": password}}},
            {"name": "API Key Authentication", "type": "KeyBased", "spec": {"type": "object", "required": ["authKey1"],
                "properties": {"authKey1": password}}},
        ],
        "sourceSpec": {
            "attributes": {"urlParams": {"path": "/lists/${listId}/members"}},
            "spec": {"type": "object", "properties": {"listId": {"type": "string"}, "size": {"type": "integer", "default": 100}}},
        },
    });
    let mut facts = Facts::of_source("acme-crm", "Acme CRM", Kind::Batch, &spec);
    facts.connection_spec_id = Some(SPEC_ID.into());
    facts
}

fn streaming() -> Facts {
    Facts::of_source("acme-events", " Acme Events\n", Kind::Streaming, &json!({}))
}

fn sample() -> Vec<Value> {
    vec![json!({"id": "1", "at": "2026-01-31T08:00:00Z", "first name": "Ada"})]
}

fn sampled() -> Wish {
    Wish { sample: sample(), ..Wish::default() }
}

/// A wish that signs in with `name`, asking for `params` as secrets.
fn signed(name: &str, params: &[&str]) -> Wish {
    let params = params.iter().map(|name| ((*name).to_owned(), Param::Secret)).collect();
    Wish {
        auth: Auth { spec_name: Some(name.to_owned()), params },
        inputs: BTreeMap::from([("listId".to_owned(), "10c097ca71".to_owned())]),
        schedule: Schedule {
            start_time: 1_625_040_887,
            frequency: Frequency::Minute,
            interval: Some(15),
            backfill: None,
        },
        ..sampled()
    }
}

fn profile() -> SchemaWish {
    let personal = "https://ns.adobe.com/xdm/context/profile-personal-details";
    SchemaWish { id: None, class: Some("profile".into()), field_groups: vec![personal.into()] }
}

/// Each name is told before it is needed.
fn whole(wish: &Wish, facts: &Facts) -> Recipe {
    let recipe = recipe(wish, facts).unwrap();
    let known_later: Vec<&str> =
        recipe.missing().into_iter().filter(|name| *name != Name::ConnectionSpecId).map(Name::key).collect();
    assert_eq!(known_later, [""; 0]);
    recipe
}

#[test]
fn a_streaming_source() {
    insta::assert_snapshot!(whole(&sampled(), &streaming()).to_text());
}

#[test]
fn a_batch_source_with_oauth() {
    let mut wish = signed("OAuth2 Refresh Code", &["accessToken", "refreshToken"]);
    let names = Param::Plain(json!({"authenticationMethod": "POST"}));
    wish.auth.params.insert("requestParameterOverride".into(), names);
    let recipe = whole(&wish, &batch());
    assert_eq!(recipe.secrets().into_iter().collect::<Vec<_>>(), ["accessToken", "host", "refreshToken"]);
    insta::assert_snapshot!(recipe.to_text());
}

#[test]
fn a_batch_source_with_a_password() {
    insta::assert_snapshot!(whole(&signed("Basic Authentication", &[]), &batch()).to_text());
}

#[test]
fn a_batch_source_with_a_key() {
    insta::assert_snapshot!(whole(&signed("API Key Authentication", &[]), &batch()).to_text());
}

#[test]
fn the_http_api_for_raw_data() {
    let wish = Wish { form: MappingForm::XdmSchema, flow_spec: FlowSpec::LookUp, ..sampled() };
    insta::assert_snapshot!(whole(&wish, &Facts::http_api(DataType::Raw, false)).to_text());
}

#[test]
fn the_http_api_for_raw_data_of_known_senders() {
    let mapping = Mapping {
        source_type: SourceType::Attribute,
        source: "first".into(),
        destination: "person.name.firstName".into(),
    };
    let wish = Wish { schema: profile(), mapping: MappingWish::Listed(vec![mapping]), ..Wish::default() };
    insta::assert_snapshot!(whole(&wish, &Facts::http_api(DataType::Raw, true)).to_text());
}

#[test]
fn the_http_api_for_xdm() {
    let wish = Wish { schema: profile(), ..Wish::default() };
    insta::assert_snapshot!(whole(&wish, &Facts::http_api(DataType::Xdm, false)).to_text());
}

#[test]
fn the_http_api_for_xdm_of_known_senders() {
    let schema = SchemaWish { id: Some("https://ns.adobe.com/acme/schemas/1".into()), ..SchemaWish::default() };
    let wish = Wish {
        name: Some("Acme web".into()),
        description: Some("What happens on the web site".into()),
        schema,
        dataset_id: Some("5ab5".into()),
        ..Wish::default()
    };
    insta::assert_snapshot!(whole(&wish, &Facts::http_api(DataType::Xdm, true)).to_text());
}

#[test]
fn what_is_there_already_is_not_made() {
    let set = MappingWish::Set { id: "bf52".into(), version: 3 };
    let wish =
        Wish { dataset_id: Some("5ab5".into()), mapping: set, tenant_id: Some("_acme".into()), ..Wish::default() };
    let recipe = whole(&wish, &streaming());
    let titles: Vec<&str> = recipe.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Create the source connection",
            "Read the schema of the dataset",
            "Create the target connection",
            "Create the dataflow",
            "Read the address of the inlet"
        ]
    );
    assert!(recipe.to_text().contains("/data/foundation/catalog/dataSets/5ab5\n"));
    assert!(recipe.to_text().contains("\"mappingVersion\": 3"));
    assert_eq!(recipe.steps[1].takes[0].pointer, "/5ab5/schemaRef/id");
    // Nothing of the tenant is needed.
    assert!(!recipe.given.contains_key(&Name::TenantId));
    let given = Wish { tenant_id: Some("_acme".into()), ..sampled() };
    let recipe = whole(&given, &streaming());
    assert!(recipe.step_of(Name::TenantId).is_none());
    assert!(recipe.to_text().contains("\"destination\": \"_acme.first_name\""), "{}", recipe.to_text());
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let http = Facts::http_api(DataType::Xdm, false);
    let refused = |wish: Wish, facts: &Facts| {
        let error = recipe(&wish, facts).unwrap_err();
        format!("{error} ({})", error.help().unwrap())
    };
    let auth = |name: &str| Wish { auth: Auth { spec_name: Some(name.into()), ..Auth::default() }, ..sampled() };
    let every = |frequency, interval| {
        let schedule = Schedule { start_time: 0, frequency, interval, backfill: None };
        Wish { schedule, ..signed("Basic Authentication", &[]) }
    };
    let cases = [
        refused(Wish::default(), &streaming()),
        refused(Wish { schema: profile(), ..Wish::default() }, &streaming()),
        refused(sampled(), &http),
        refused(Wish::default(), &http),
        refused(sampled(), &batch()),
        refused(auth("Basic"), &batch()),
        refused(auth("Basic Authentication"), &batch()),
        refused(auth("Basic Authentication"), &streaming()),
        refused(signed("Basic Authentication", &["pasword"]), &batch()),
        refused(every(Frequency::Minute, Some(5)), &batch()),
        refused(every(Frequency::Hour, None), &batch()),
        refused(every(Frequency::Once, Some(1)), &batch()),
        refused(Wish { name: Some(" ".into()), ..sampled() }, &streaming()),
        refused(Wish { schema: SchemaWish { id: Some("x".into()), ..profile() }, ..sampled() }, &streaming()),
    ];
    insta::assert_snapshot!(cases.join("\n"));
    assert_eq!(recipe(&every(Frequency::Hour, Some(1)), &batch()).unwrap().steps.len(), 10);
}

#[test]
fn variables_are_named_after_what_they_hold() {
    for (name, variable) in [
        ("accessToken", "SSS_SOURCE_ACCESS_TOKEN"),
        ("authKey1", "SSS_SOURCE_AUTH_KEY1"),
        ("host", "SSS_SOURCE_HOST"),
        ("clientID", "SSS_SOURCE_CLIENT_ID"),
        ("client_secret", "SSS_SOURCE_CLIENT_SECRET"),
        ("oauth2Token", "SSS_SOURCE_OAUTH2_TOKEN"),
        ("clé-a", "SSS_SOURCE_CL__A"),
    ] {
        assert_eq!(variable_of(name), variable);
    }
}

#[test]
fn a_secret_is_in_no_print() {
    let recipe = whole(&signed("Basic Authentication", &[]), &batch());
    let settings = crate::platform::Settings::emulator("http://127.0.0.1:1".parse().unwrap());
    let script = curl::script(&recipe, &settings);
    assert!(
        script.contains("${SSS_SOURCE_PASSWORD:?") && script.contains("'\"${SSS_SOURCE_PASSWORD_JSON}\"'"),
        "{script}"
    );
    let collection = postman::collection(&recipe, &postman::Place::default());
    let variables = collection["variable"].as_array().unwrap();
    let password = variables.iter().find(|one| one["key"] == "SSS_SOURCE_PASSWORD").unwrap();
    assert_eq!(password, &json!({"key": "SSS_SOURCE_PASSWORD", "value": "", "type": "secret"}));
    assert!(recipe.to_json()["steps"][0]["body"]["auth"]["params"]["password"] == "{password}");
    assert_eq!(recipe.to_json()["secrets"][0], json!({"name": "password", "variable": "SSS_SOURCE_PASSWORD"}));
}
