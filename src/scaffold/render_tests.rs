//! Tests of `render`.

use super::*;
use crate::scaffold::templates;

fn streaming() -> Answers {
    Answers {
        source: "acme-3-crm".to_owned(),
        label: "Acme \"CRM\"".to_owned(),
        description: "Tom & Jerry <b>'s</b> \\ é".to_owned(),
        category: "crm",
        documentation_url: Some("https://docs.example.com/?a=1&b=2".to_owned()),
        catalog_keys: false,
        kind: Kind::Streaming,
        assumed: Vec::new(),
        doubts: Vec::new(),
    }
}

fn batch() -> Answers {
    Answers {
        kind: Kind::Batch(Box::new(Batch {
            auth: vec![AuthKind::ApiKey],
            host: "https://api.example.com".to_owned(),
            path: "/v1".to_owned(),
            method: HttpMethod::Post,
            content_path: "$.m".to_owned(),
            inputs: Vec::new(),
            in_query: Vec::new(),
            pagination: Pagination::None,
            schedule: None,
        })),
        ..streaming()
    }
}

fn rendered(answers: &Answers) -> Vec<File> {
    render(answers, None, &Templates::built_in().unwrap()).unwrap()
}

fn read(files: &[File], end: &str) -> String {
    let file = files.iter().find(|file| file.path.ends_with(end)).unwrap();
    String::from_utf8(file.bytes.clone()).unwrap()
}

fn spec(files: &[File]) -> Value {
    serde_json::from_str(&read(files, "connectionSpec.json")).unwrap()
}

#[test]
fn texts_arrive_as_they_are_and_as_json() {
    for answers in [streaming(), batch()] {
        let files = rendered(&answers);
        assert_eq!(read(&files, "description.txt"), "Tom & Jerry <b>'s</b> \\ é\n");
        let ui = spec(&files)["sourceSpec"]["attributes"]["uiAttributes"].clone();
        assert_eq!(ui["description"]["text"], answers.description);
        assert_eq!(ui["label"]["text"], answers.label);
        assert_eq!(ui["documentationLink"], "https://docs.example.com/?a=1&b=2");
        assert_eq!(ui["icon"]["key"], "acme3Crm".to_owned() + "Icon");
        assert_eq!(ui["category"]["key"], "crm");
    }
}

#[test]
fn a_link_that_was_not_given_is_not_there() {
    let files = rendered(&Answers { documentation_url: None, ..batch() });
    assert!(spec(&files)["sourceSpec"]["attributes"]["uiAttributes"].get("documentationLink").is_none());
}

#[test]
fn a_batch_specification_holds_what_was_answered() {
    let spec = spec(&rendered(&batch()));
    assert_eq!(spec["providerId"], "0ed90a81-07f4-4586-8190-b40eccef1c5a");
    let attributes = &spec["sourceSpec"]["attributes"];
    let url = r#"{"host":"https://api.example.com","path":"/v1","method":"POST"}"#;
    assert_eq!(attributes["urlParams"].to_string(), url);
    assert_eq!(attributes["contentPath"].to_string(), r#"{"path":"$.m"}"#);
    assert_eq!(spec["sourceSpec"]["spec"]["properties"], json!({}));
    assert!(spec["sourceSpec"]["spec"].get("required").is_none());
    let key = &spec["authSpec"][0]["spec"]["properties"]["authKey1"];
    assert_eq!(
        (&key["format"], &key["restAttributes"]["headerParamName"]),
        (&json!("password"), &json!(API_KEY_HEADER))
    );
    let schema = "http://json-schema.org/draft-07/schema#";
    assert_eq!(spec["exploreSpec"]["responseSpec"]["$schema"], schema);
    assert_eq!(spec["permissionsInfo"]["manage"][0]["name"], "EnterpriseSource");
}

#[test]
fn keys_come_in_the_documented_order() {
    for answers in [streaming(), batch()] {
        let spec = spec(&rendered(&answers));
        let keys: Vec<_> = spec.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "name",
                "type",
                "description",
                "providerId",
                "version",
                "attributes",
                "authSpec",
                "sourceSpec",
                "exploreSpec",
                "permissionsInfo"
            ]
        );
    }
}

#[test]
fn every_file_ends_in_one_newline_and_only_the_artifacts_refuse_others() {
    for file in rendered(&streaming()) {
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.ends_with('\n') && !text.ends_with("\n\n") && !text.contains('\r'), "{}", file.path);
        assert_eq!(file.if_there == IfThere::Refuse, file.path.starts_with("Sources/"), "{}", file.path);
    }
}

#[test]
fn an_icon_of_ones_own_is_not_touched() {
    let files = render(&streaming(), Some(b"<svg>\r\n".to_vec()), &Templates::built_in().unwrap()).unwrap();
    assert_eq!(read(&files, "icon.svg"), "<svg>\r\n");
}

#[test]
fn the_placeholder_is_square_drawn_without_a_font_and_says_what_it_is() {
    let icon = read(&rendered(&streaming()), "icon.svg");
    let document = roxmltree::Document::parse(&icon).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("id"), Some("sss-placeholder-icon"));
    assert_eq!((root.attribute("width"), root.attribute("height")), (Some("64"), Some("64")));
    assert!(document.descendants().all(|node| node.tag_name().name() != "text"));
    assert!(document.descendants().any(|node| node.tag_name().name() == "path"));
    assert!(document.descendants().any(|node| node.text().is_some_and(|text| text.starts_with("Placeholder icon"))));
}

#[test]
fn every_template_file_is_built_in() {
    let mut there: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))
        .unwrap()
        .map(|entry| entry.unwrap())
        // A folder holds the templates of another room.
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(templates::names(), there);
}
