//! A recipe as a Postman collection (v2.1): variables for what is told, scripts that set and check them, secrets left empty.

use serde_json::{Value, json};

use super::{
    Name, Piece, Recipe, Step, Template,
    request::{in_path, in_string},
    variable_of,
};

/// The form of the file.
const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// Finds a value by its JSON Pointer.
const AT: &str = "const at = (value, pointer) => pointer.split('/').slice(1)\n  \
    .map((name) => name.replace(/~1/g, '/').replace(/~0/g, '~'))\n  \
    .reduce((value, name) => (value === null || value === undefined ? undefined : value[name]), value);";

/// Where the requests go, and who sends them; what is not known is left to be filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub base_url: String,
    pub ims_url: String,
    pub organization: String,
    pub sandbox: String,
    pub api_key: String,
    pub scopes: String,
}

/// The collection. An item that fetches a token comes first; it is passed over where there is a token already.
pub fn collection(recipe: &Recipe, place: &Place) -> Value {
    let mut items = vec![token()];
    items.extend(recipe.steps.iter().map(|step| item(recipe, step)));
    let mut about = format!("Brings the data of {} into a dataset: {}.", recipe.label, recipe.way);
    about.push_str(" Set the secrets, then run the requests in their order: each tells what later ones need.");
    for note in &recipe.notes {
        about.push_str("\n\n- ");
        about.push_str(note);
    }
    json!({
        "info": {"name": format!("{} dataflow", recipe.label), "description": about, "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{ACCESS_TOKEN}}", "type": "string"}]},
        "variable": variables(recipe, place),
        "item": items,
    })
}

fn variables(recipe: &Recipe, place: &Place) -> Vec<Value> {
    let variable = |name: &str, value: &str, kind: &str| json!({"key": name, "value": value, "type": kind});
    let mut all = vec![
        variable("BASE_URL", &place.base_url, "string"),
        variable("IMS_URL", &place.ims_url, "string"),
        variable("IMS_ORG", &place.organization, "string"),
        variable("SANDBOX_NAME", &place.sandbox, "string"),
        variable("API_KEY", &place.api_key, "string"),
        variable("SCOPES", &place.scopes, "string"),
        variable("CLIENT_SECRET", "", "secret"),
        variable("ACCESS_TOKEN", "", "secret"),
    ];
    all.extend(recipe.secrets().into_iter().map(|secret| variable(&variable_of(secret), "", "secret")));
    let told = |name: &Name| recipe.step_of(*name).is_some() || recipe.missing().contains(name);
    all.extend(Name::ALL.iter().filter(|name| told(name)).map(|name| variable(name.key(), "", "string")));
    all
}

/// Fetches a token, as OAuth server-to-server does.
fn token() -> Value {
    let field = |name: &str, value: &str| json!({"key": name, "value": value, "type": "text"});
    let skip = [
        "// Whoever has a token and no secret keeps the token.",
        "if (pm.variables.get('ACCESS_TOKEN') && !pm.variables.get('CLIENT_SECRET')) {",
        "  pm.execution.skipRequest();",
        "}",
    ];
    let keep = [
        "pm.test('Fetch an access token', () => pm.response.to.have.status(200));",
        "if (pm.response.code !== 200) {",
        "  pm.execution.setNextRequest(null);",
        "} else {",
        "  pm.collectionVariables.set('ACCESS_TOKEN', pm.response.json().access_token);",
        "}",
    ];
    json!({
        "name": "Fetch an access token",
        "event": [script("prerequest", &skip), script("test", &keep)],
        "request": {
            "auth": {"type": "noauth"},
            "method": "POST",
            "header": [],
            "body": {"mode": "urlencoded", "urlencoded": [
                field("grant_type", "client_credentials"),
                field("client_id", "{{API_KEY}}"),
                field("client_secret", "{{CLIENT_SECRET}}"),
                field("scope", "{{SCOPES}}"),
            ]},
            "url": {"raw": "{{IMS_URL}}/ims/token/v3", "host": ["{{IMS_URL}}"], "path": ["ims", "token", "v3"]},
        },
        "response": [],
    })
}

fn script<S: AsRef<str>>(listen: &str, lines: &[S]) -> Value {
    let lines: Vec<&str> = lines.iter().flat_map(|line| line.as_ref().lines()).collect();
    json!({"listen": listen, "script": {"type": "text/javascript", "exec": lines}})
}

fn item(recipe: &Recipe, step: &Step) -> Value {
    let mut events = Vec::new();
    let before = before(step);
    if !before.is_empty() {
        events.push(script("prerequest", &before));
    }
    events.push(script("test", &after(step)));
    let mut headers = vec![
        json!({"key": "x-api-key", "value": "{{API_KEY}}"}),
        json!({"key": "x-gw-ims-org-id", "value": "{{IMS_ORG}}"}),
        json!({"key": "x-sandbox-name", "value": "{{SANDBOX_NAME}}"}),
    ];
    if step.body.is_some() {
        headers.push(json!({"key": "Content-Type", "value": "application/json"}));
    }
    headers.extend(step.headers.iter().map(|(name, value)| json!({"key": name, "value": value})));
    let mut request = json!({
        "method": step.method.as_str(),
        "header": headers,
        "url": url(&filled(recipe, &step.path, in_path)),
    });
    if let Some(body) = &step.body {
        request["body"] = json!({
            "mode": "raw",
            "raw": filled(recipe, body, in_string),
            "options": {"raw": {"language": "json"}},
        });
    }
    json!({"name": step.title, "event": events, "request": request, "response": []})
}

/// An address in its parts. What is encoded stays as it is.
fn url(path: &str) -> Value {
    let raw = format!("{{{{BASE_URL}}}}{path}");
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut url = json!({"raw": raw, "host": ["{{BASE_URL}}"], "path": segments});
    if let Some(query) = query {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({"key": name, "value": value})
        };
        url["query"] = query.split('&').map(pair).collect();
    }
    url
}

fn filled(recipe: &Recipe, template: &Template, escape: fn(&str) -> String) -> String {
    template.render(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Secret(name) => format!("{{{{{}_JSON}}}}", variable_of(name)),
        Piece::Result(name) => match recipe.given.get(name) {
            Some(value) => escape(value),
            None => format!("{{{{{}}}}}", name.key()),
        },
    })
}

/// Secrets are written into a body as strings of JSON, whatever they hold.
fn before(step: &Step) -> Vec<String> {
    let secrets: std::collections::BTreeSet<&str> =
        step.body.iter().flat_map(Template::pieces).filter_map(Piece::secret_name).collect();
    let line = |name: &str| {
        let variable = variable_of(name);
        // Nothing is made with a secret that was forgotten.
        format!(
            "if (!pm.variables.get('{variable}')) {{\n  pm.test('{variable} is set', () => {{ throw new Error('set {variable}'); }});\n  \
             pm.execution.setNextRequest(null);\n  pm.execution.skipRequest();\n}}\n\
             pm.variables.set('{variable}_JSON', JSON.stringify(String(pm.variables.get('{variable}'))).slice(1, -1));"
        )
    };
    secrets.into_iter().map(line).collect()
}

/// Checks the answer, and keeps what it tells; what follows is not sent where something is wrong.
fn after(step: &Step) -> Vec<String> {
    let mut lines = vec![
        AT.to_owned(),
        "let answer = null;".to_owned(),
        "try { answer = pm.response.json(); } catch (error) { /* The status tells. */ }".to_owned(),
        "let goesOn = pm.response.code >= 200 && pm.response.code < 300;".to_owned(),
        format!(
            "pm.test({}, () => pm.expect(pm.response.code, pm.response.text()).to.be.within(200, 299));",
            js(&step.title)
        ),
    ];
    for take in &step.takes {
        let name = take.name.key();
        lines.extend([
            "if (goesOn) {".to_owned(),
            format!("  const told = at(answer, {});", js(&take.pointer)),
            "  goesOn = typeof told === 'string';".to_owned(),
            format!("  pm.test('It tells {name}', () => pm.expect(told, {}).to.be.a('string'));", js(&take.otherwise)),
            "  if (goesOn) {".to_owned(),
            format!("    const prefix = {};", js(take.prefix)),
            format!(
                "    pm.collectionVariables.set('{name}', told.startsWith(prefix) ? told.slice(prefix.length) : told);"
            ),
            "  }".to_owned(),
            "}".to_owned(),
        ]);
    }
    if let Some(expected) = &step.expects {
        lines.extend([
            "if (goesOn) {".to_owned(),
            format!("  const told = at(answer, {});", js(expected.pointer)),
            format!("  goesOn = JSON.stringify(told) === {};", js(&expected.value.to_string())),
            format!(
                "  pm.test('It goes on', () => pm.expect(told, {}).to.eql({}));",
                js(&expected.otherwise),
                expected.value
            ),
            "}".to_owned(),
        ]);
    }
    lines.push("if (!goesOn) { pm.execution.setNextRequest(null); }".to_owned());
    lines
}

/// A text as a string of JavaScript.
fn js(text: &str) -> String {
    Value::from(text).to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
