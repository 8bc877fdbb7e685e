//! The pages of the example sources: fresh, rendered by a Markdown parser that is not ours, and executed against the emulator.

use std::{collections::BTreeMap, fs, path::Path};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::{
    publish::{BATCH, STREAMING},
    support::Sss,
};

/// The page of an example source, as it is committed.
fn page(source: &str, kind: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example/docs").join(source);
    fs::read_to_string(path.join(format!("{kind}.md"))).unwrap()
}

/// What a page comes to, as a reader sees it.
#[derive(Debug, Default)]
struct Rendered {
    metadata: String,
    headings: Vec<(HeadingLevel, String, Option<String>)>,
    /// The rows of each table, with their cells.
    tables: Vec<Vec<Vec<String>>>,
    /// Language and text.
    fences: Vec<(String, String)>,
    links: Vec<String>,
    images: Vec<String>,
    /// HTML that would be passed on.
    html: Vec<String>,
}

fn rendered(text: &str) -> Rendered {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut page = Rendered::default();
    let mut text_so_far = String::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                page.headings.push((level, String::new(), id.map(|id| id.to_string())));
                text_so_far.clear();
            }
            Event::End(TagEnd::Heading(_)) => page.headings.last_mut().unwrap().1 = text_so_far.clone(),
            Event::Start(Tag::MetadataBlock(_) | Tag::TableCell) => text_so_far.clear(),
            Event::End(TagEnd::MetadataBlock(_)) => page.metadata = text_so_far.clone(),
            Event::Start(Tag::Table(_)) => page.tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => page.tables.last_mut().unwrap().push(Vec::new()),
            Event::End(TagEnd::TableCell) => {
                page.tables.last_mut().unwrap().last_mut().unwrap().push(text_so_far.clone());
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let CodeBlockKind::Fenced(language) = kind else { panic!("code by indentation in\n{text}") };
                page.fences.push((language.to_string(), String::new()));
                text_so_far.clear();
            }
            Event::End(TagEnd::CodeBlock) => page.fences.last_mut().unwrap().1 = text_so_far.clone(),
            Event::Start(Tag::Link { dest_url, .. }) => page.links.push(dest_url.to_string()),
            Event::Start(Tag::Image { dest_url, .. }) => page.images.push(dest_url.to_string()),
            Event::Text(text) | Event::Code(text) => text_so_far.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => page.html.push(html.to_string()),
            _ => {}
        }
    }
    page
}

#[test]
fn the_committed_pages_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example");
    for source in [BATCH, STREAMING] {
        let ran = Sss::in_dir(&root).args(["docs", source, "--check", "--json"]).run().exits(0);
        for page in ran.json()["pages"].as_array().unwrap() {
            assert_eq!(page["state"], "up-to-date");
            assert_eq!(page["gaps"].as_array().unwrap().len(), 0, "{page:#}");
        }
    }
}

#[test]
fn another_parser_sees_every_heading_table_and_fence_as_meant() {
    for source in [BATCH, STREAMING] {
        for kind in ["api", "ui"] {
            let text = page(source, kind);
            let page = rendered(&text);
            let name = format!("{source} {kind}");
            // Marks are comments, and nothing else is HTML.
            assert!(page.html.iter().all(|html| html.trim().starts_with("<!-- sss:")), "{name}: {:?}", page.html);
            assert!(page.metadata.contains("title: Create a ") && page.metadata.contains("description: "), "{name}");
            assert!(!text.contains("exl-id"));
            let of_text = |line: &str| line.starts_with('#') && line.contains(' ') && !line.starts_with("# sss:");
            let mut in_fence = false;
            let lines: Vec<&str> = text
                .lines()
                .filter(|line| {
                    in_fence ^= line.starts_with("```");
                    !in_fence && of_text(line)
                })
                .collect();
            assert_eq!(page.headings.len(), lines.len(), "{name}: {:?}", page.headings);
            assert_eq!(page.headings.iter().filter(|(level, ..)| *level == HeadingLevel::H1).count(), 1);
            let fences = text.lines().filter(|line| line.starts_with("```")).count();
            assert_eq!(fences, page.fences.len() * 2, "{name}");
            let tables = text.lines().filter(|line| line.starts_with("| --- |")).count();
            assert_eq!(page.tables.len(), tables, "{name}");
            for table in &page.tables {
                assert!(table.len() > 1, "{name}: a table without rows");
                for row in table {
                    assert_eq!(row.len(), table[0].len(), "{name}: {row:?}");
                    assert!(row.iter().all(|cell| !cell.is_empty()), "{name}: {row:?}");
                }
            }
            for (language, body) in &page.fences {
                match language.as_str() {
                    "json" => drop(serde_json::from_str::<Value>(body).unwrap()),
                    "shell" => assert!(body.starts_with("curl -X "), "{name}: {body}"),
                    "http" => assert!(body.lines().count() == 1 && body.contains(" /"), "{name}: {body}"),
                    other => panic!("{name}: `{other}`"),
                }
            }
            let anchors: Vec<&str> = page.headings.iter().filter_map(|(.., id)| id.as_deref()).collect();
            for link in &page.links {
                let is_there = link.strip_prefix('#').is_none_or(|anchor| anchors.contains(&anchor));
                assert!(is_there, "{name}: nothing is called {link}");
            }
            let images = page.images.iter();
            assert!(images.clone().all(|image| image.starts_with("../../../../images/tutorials/create/sdk/")));
            assert!(images.clone().all(|image| !image.contains(' ')));
            assert_eq!(images.count() > 0, kind == "ui");
        }
    }
}

#[test]
fn the_table_of_credentials_is_that_of_the_spec() {
    let page = rendered(&page(BATCH, "api"));
    let names = |table: &Vec<Vec<String>>| table[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    let tables: Vec<_> =
        page.tables.iter().filter(|table| table[0] == ["Credential", "Description", "Example"]).collect();
    assert_eq!(
        names(tables[0]),
        [
            "subdomain",
            "clientId",
            "clientSecret",
            "accessToken",
            "refreshToken",
            "accessTokenUrl",
            "authorizationTestUrl"
        ]
    );
    assert_eq!(names(tables[1]), ["subdomain", "authKey1"]);
    for row in &tables[0][1..] {
        let is_secret = ["clientSecret", "accessToken", "refreshToken"].contains(&row[0].as_str());
        assert_eq!(row[1].contains("Secret: keep it to yourself"), is_secret, "{row:?}");
        assert_eq!(row[2].starts_with("{SOURCE_"), is_secret, "{row:?}");
        assert_eq!(row[1].contains("Optional."), !["subdomain", "accessToken"].contains(&row[0].as_str()), "{row:?}");
    }
    assert!(tables[0].iter().any(|row| row[1].contains("https://<subdomain>.harbor.example.com/oauth/token")));
}

/// A call of a page, and the answer that is shown for it.
struct Call {
    script: String,
    shown: Option<Value>,
}

fn calls(source: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for (language, body) in rendered(&page(source, "api")).fences {
        match (language.as_str(), calls.last_mut()) {
            ("shell", _) => calls.push(Call { script: body, shown: None }),
            ("json", Some(call)) if call.shown.is_none() => call.shown = Some(serde_json::from_str(&body).unwrap()),
            _ => {}
        }
    }
    calls
}

#[test]
fn every_call_of_the_platform_is_authorized_and_rightly_addressed() {
    for source in [BATCH, STREAMING] {
        for Call { script, .. } in calls(source) {
            if script.contains("'https://platform.adobe.io/") {
                assert!(script.contains("-H 'Authorization: Bearer {ACCESS_TOKEN}'"), "{script}");
                for header in ["x-api-key: {API_KEY}", "x-gw-ims-org-id: {ORG_ID}", "x-sandbox-name: {SANDBOX_NAME}"] {
                    assert!(script.contains(&format!("-H '{header}'")), "{script}");
                }
            }
            if script.contains("mappingSets'") {
                assert!(script.contains("/data/foundation/conversion/mappingSets'"), "{script}");
            }
            assert_eq!(script.contains("-d '"), script.contains("-H 'Content-Type: application/json'"), "{script}");
        }
    }
}

/// The pages are executed: every call in its order, by a shell, with what earlier answers told.
#[cfg(unix)]
mod executed {
    use std::process::Command;

    use super::*;
    use crate::{
        emulator::Emulator,
        publish::{example, publish},
    };

    struct Run<'a> {
        emulator: &'a Emulator,
        values: BTreeMap<String, String>,
        /// The id of the connection spec in the page, and the one that the emulator gave.
        spec: (String, String),
    }

    impl<'a> Run<'a> {
        fn new(emulator: &'a Emulator, source: &str) -> Self {
            let told = "The connection spec of ";
            let text = page(source, "api");
            let line = text.lines().find(|line| line.starts_with(told)).unwrap();
            let id = line.split('`').nth(1).unwrap().to_owned();
            let values = [
                ("ACCESS_TOKEN", "emulator"),
                ("API_KEY", "emulator"),
                ("ORG_ID", self_serve_sources::emulator::ORGANIZATION),
                ("SANDBOX_NAME", "prod"),
                ("SOURCE_ACCESS_TOKEN", "t0ken"),
                ("SOURCE_AUTH_KEY1", "k3y"),
            ];
            let made = emulator.named(source)[0]["id"].as_str().unwrap().to_owned();
            let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
            Self { emulator, values: values.into(), spec: (id, made) }
        }

        /// Runs a call, remembers what its answer tells, and holds the answer to the one shown.
        fn call(&mut self, call: &Call) -> Value {
            let mut script = call.script.replace("https://platform.adobe.io", &self.emulator.base_url);
            script = script.replace(&self.spec.0, &self.spec.1);
            for (name, value) in &self.values {
                // In an address, what an id holds has to be encoded; the ids here need none.
                script = script.replace(&format!("{{{name}}}"), value);
            }
            let is_placeholder = |word: &str| {
                word.split_once('}').is_some_and(|(name, _)| {
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
                })
            };
            assert!(!script.split('{').skip(1).any(is_placeholder), "nothing tells what stands in\n{script}");
            let script = script.replacen("curl ", "curl --silent --show-error --write-out '\\n%{http_code}' ", 1);
            let ran = Command::new("sh").args(["-c", &script]).env("no_proxy", "*").output().unwrap();
            let told = String::from_utf8(ran.stdout).unwrap();
            assert!(ran.status.success(), "{script}\n{}", String::from_utf8_lossy(&ran.stderr));
            let (body, status) = told.rsplit_once('\n').unwrap();
            assert!(status.starts_with('2'), "{status} {body}\n{script}");
            let Some(shown) = &call.shown else {
                assert_eq!((status, body), ("204", ""), "{script}");
                return Value::Null;
            };
            let answer: Value = serde_json::from_str(body).unwrap();
            assert_shape(shown, &answer, &script);
            self.remember(&call.script, &answer);
            answer
        }

        fn remember(&mut self, script: &str, answer: &Value) {
            let address = script.split('\'').nth(1).unwrap();
            let is_post = script.starts_with("curl -X POST");
            let told = [
                ("flowservice/connections", "BASE_CONNECTION_ID", "/id", true),
                ("sourceConnections", "SOURCE_CONNECTION_ID", "/id", true),
                ("targetConnections", "TARGET_CONNECTION_ID", "/id", true),
                ("mappingSets", "MAPPING_SET_ID", "/id", true),
                ("flows", "FLOW_ID", "/id", true),
                ("fieldgroups", "FIELD_GROUP_ID", "/$id", true),
                ("schemas", "SCHEMA_ID", "/$id", true),
                ("dataSets", "DATASET_ID", "/0", true),
                ("stats", "TENANT_ID", "/tenantId", false),
                ("{FLOW_ID}", "INLET_URL", "/items/0/options/inletUrl", false),
                ("{FLOW_ID}", "ETAG", "/items/0/etag", false),
                ("{BASE_CONNECTION_ID}", "ETAG", "/items/0/etag", false),
            ];
            for (end, name, pointer, by_post) in told {
                let value = answer.pointer(pointer).and_then(Value::as_str);
                if let Some(value) = value.filter(|_| by_post == is_post && address.ends_with(end)) {
                    let value = value.strip_prefix("@/dataSets/").unwrap_or(value).to_owned();
                    match name {
                        // A reader signs in in one way; the page shows the others behind the first.
                        "BASE_CONNECTION_ID" => drop(self.values.entry(name.to_owned()).or_insert(value)),
                        _ => drop(self.values.insert(name.to_owned(), value)),
                    }
                }
            }
        }

        fn record(&self, collection: &str, name: &str) -> Value {
            self.emulator.record(collection, &self.values[name])
        }
    }

    /// Whether an answer has every member that is shown, each of the type that is shown. What a record of a source holds is
    /// the source's own.
    fn assert_shape(shown: &Value, answer: &Value, script: &str) {
        match (shown, answer) {
            (Value::Object(shown), Value::Object(answer)) => {
                for (name, shown) in shown {
                    let answer = answer.get(name).unwrap_or_else(|| panic!("no `{name}` in {answer:?}\n{script}"));
                    if !matches!(name.as_str(), "properties" | "data") {
                        assert_shape(shown, answer, script);
                    }
                }
            }
            (Value::Array(shown), Value::Array(answer)) => {
                for (shown, answer) in shown.iter().zip(answer) {
                    assert_shape(shown, answer, script);
                }
                assert!(shown.is_empty() || !answer.is_empty(), "{script}");
            }
            (shown, answer) => {
                let of = std::mem::discriminant;
                assert_eq!(of(shown), of(answer), "{shown} is shown for {answer}\n{script}");
            }
        }
    }

    fn published(source: &str) -> (tempfile::TempDir, Emulator) {
        let directory = example();
        let emulator = Emulator::in_memory(directory.path());
        publish(&emulator, &directory, &[source]).exits(0);
        (directory, emulator)
    }

    #[test]
    fn the_page_of_a_batch_source_makes_a_dataflow_and_deletes_it() {
        let (_directory, emulator) = published(BATCH);
        let calls = calls(BATCH);
        let mut run = Run::new(&emulator, BATCH);
        let (setting_up, appendix) = calls.split_at(calls.len() - 7);
        for call in setting_up {
            run.call(call);
        }
        let flow = run.record("flows", "FLOW_ID");
        assert_eq!(flow["sourceConnectionIds"][0], run.values["SOURCE_CONNECTION_ID"]);
        assert_eq!(flow["targetConnectionIds"][0], run.values["TARGET_CONNECTION_ID"]);
        assert_eq!(flow["transformations"][0]["params"]["mappingId"], run.values["MAPPING_SET_ID"]);
        assert_eq!(flow["scheduleParams"]["frequency"], "day");
        let source = run.record("sourceConnections", "SOURCE_CONNECTION_ID");
        assert_eq!(source["params"]["brandId"], "360001234");
        assert_eq!(source["connectionSpec"]["id"], run.spec.1);
        let base = run.record("connections", "BASE_CONNECTION_ID");
        assert_eq!(base["auth"]["specName"], "OAuth2 Refresh Code");
        let (_, all) = emulator.call("GET", "/data/foundation/flowservice/connections", None);
        let ways: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|one| &one["auth"]["specName"]).collect();
        assert!(ways.contains(&&Value::from("API Key Authentication")), "{ways:?}");
        for call in appendix {
            run.call(call);
        }
        for (collection, name) in [("flows", "FLOW_ID"), ("connections", "BASE_CONNECTION_ID")] {
            let path = format!("/data/foundation/flowservice/{collection}/{}", run.values[name]);
            assert_eq!(emulator.call("GET", &path, None).0, 404, "{name}");
        }
    }

    #[test]
    fn the_page_of_a_streaming_source_makes_a_dataflow_and_sends_it_an_event() {
        let (_directory, emulator) = published(STREAMING);
        let calls = calls(STREAMING);
        let mut run = Run::new(&emulator, STREAMING);
        let (setting_up, appendix) = calls.split_at(calls.len() - 4);
        for call in setting_up {
            run.call(call);
        }
        let flow = run.record("flows", "FLOW_ID");
        assert_eq!(flow["options"]["inletUrl"], run.values["INLET_URL"]);
        assert!(setting_up.last().unwrap().script.contains("{INLET_URL}"));
        assert!(appendix[0].script.contains("/runs?property=flowId=="));
        let runs = run.call(&appendix[0]);
        assert_eq!(runs["items"][0]["flowId"], run.values["FLOW_ID"], "{runs:#}");
        for call in &appendix[1..] {
            run.call(call);
        }
        let path = format!("/data/foundation/flowservice/flows/{}", run.values["FLOW_ID"]);
        assert_eq!(emulator.call("GET", &path, None).0, 404);
    }
}
