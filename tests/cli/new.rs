//! `sss new`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, Sss, tree};

const STREAMING: [&str; 6] = [
    "--kind",
    "streaming",
    "--description",
    "Events of Acme as they happen.",
    "--documentation-url",
    "https://docs.example.com/acme",
];

const BATCH: [&str; 14] = [
    "--kind",
    "batch",
    "--description",
    "Members of lists.",
    "--category",
    "marketingAutomation",
    "--auth",
    "basic",
    "--host",
    "https://api.example.com",
    "--path",
    "/v1/members",
    "--content-path",
    "$.members",
];

fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn new(directory: &TempDir, source: &str, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).args(["new", source]).args(arguments).run()
}

fn artifact(directory: &TempDir, source: &str, end: &str) -> PathBuf {
    directory.path().join(format!("Sources/{source}/Artifacts/{source}-{end}"))
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

fn spec(directory: &TempDir, source: &str) -> Value {
    serde_json::from_str(&text(artifact(directory, source, "connectionSpec.json"))).unwrap()
}

#[test]
fn a_streaming_source_is_scaffolded_with_the_repository_around_it() {
    let directory = directory();
    let ran = new(&directory, "acme-events", &STREAMING).exits(0).tells(["sss lint", "sss rehearse"]);
    assert_eq!(
        tree(directory.path()),
        [
            ".gitignore",
            "README.md",
            "Sources/",
            "Sources/acme-events/",
            "Sources/acme-events/Artifacts/",
            "Sources/acme-events/Artifacts/acme-events-category.txt",
            "Sources/acme-events/Artifacts/acme-events-connectionSpec.json",
            "Sources/acme-events/Artifacts/acme-events-description.txt",
            "Sources/acme-events/Artifacts/acme-events-icon.svg",
            "Sources/acme-events/Artifacts/acme-events-label.txt",
            "sss.toml",
        ]
    );
    assert_eq!(ran.stdout.lines().count(), 8, "{}", ran.stdout);
    assert_eq!(text(artifact(&directory, "acme-events", "category.txt")), "streaming\n");
    assert_eq!(text(artifact(&directory, "acme-events", "label.txt")), "Acme Events\n");
    assert_eq!(text(artifact(&directory, "acme-events", "description.txt")), "Events of Acme as they happen.\n");
    assert!(text(artifact(&directory, "acme-events", "icon.svg")).contains("id=\"sss-placeholder-icon\""));
    assert_eq!(
        text(directory.path().join(".gitignore")),
        ".sss/journal/\n.sss/backup/\n.sss/dataflow/\n.sss/emulator.db\n"
    );
    toml::from_str::<toml::Table>(&text(directory.path().join("sss.toml"))).unwrap();

    let spec = spec(&directory, "acme-events");
    assert_eq!(spec["name"], "acme-events");
    assert_eq!(spec["providerId"], "521eee4d-8cbe-4906-bb48-fb6bd4450033");
    let ui = &spec["sourceSpec"]["attributes"]["uiAttributes"];
    assert_eq!(ui["documentationLink"], spec["attributes"]["documentationLink"]);
    assert_eq!(ui["icon"]["key"], "acmeEventsIcon");
    assert_eq!(ui["label"]["text"], "Acme Events");
    let written = text(artifact(&directory, "acme-events", "connectionSpec.json"));
    assert!(written.starts_with("{\n  \"name\": \"acme-events\",\n") && written.ends_with("\n}\n"));
}

#[test]
fn catalog_keys_take_the_place_of_text() {
    let directory = directory();
    new(&directory, "acme-events", &[&STREAMING[..], &["--catalog-keys"]].concat()).exits(0);
    let ui = spec(&directory, "acme-events")["sourceSpec"]["attributes"]["uiAttributes"].clone();
    assert_eq!(ui["label"], serde_json::json!({ "key": "acmeEventsLabel" }));
    assert_eq!(ui["description"], serde_json::json!({ "key": "acmeEventsDescription" }));
}

#[test]
fn the_result_is_one_json_object() {
    let directory = directory();
    let ran = new(&directory, "acme", &[&BATCH[..], &["--json", "-q"]].concat()).exits(0);
    let json = ran.json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["source"], "acme");
    assert_eq!(json["kind"], "batch");
    assert_eq!(json["files"].as_array().unwrap().len(), 8);
    assert_eq!(json["files"][1], "Sources/acme/Artifacts/acme-connectionSpec.json");
    assert_eq!(ran.stderr, "");
}

#[test]
fn names_that_are_none_are_refused_with_a_reason_and_a_better_one() {
    let long = "a".repeat(64);
    for (name, why, better) in [
        ("", "it is empty", "acme-crm"),
        ("ab", "at least 3", "ab-source"),
        (long.as_str(), "at most 63", &long[..63]),
        ("Acme", "upper-case", "acme"),
        ("AcmeCrm", "upper-case", "acme-crm"),
        ("acme/crm", "path separator", "acme-crm"),
        ("acme\\crm", "path separator", "acme-crm"),
        ("/etc", "path separator", "etc"),
        ("..", "leads out", "acme-crm"),
        ("a..b", "leads out", "a-b"),
        ("-acme", "starts with a hyphen", "acme"),
        ("--", "starts with a hyphen", "acme-crm"),
        ("acme-", "ends with a hyphen", "acme"),
        ("acme--crm", "two hyphens", "acme-crm"),
        ("acme crm", "a space", "acme-crm"),
        ("acme_crm", "`_`", "acme-crm"),
        ("acmé", "`é`", "acm"),
        ("acme\u{202e}", "U+202E", "acme"),
        ("con", "Windows", "con-source"),
        ("NUL", "Windows", "nul-source"),
        ("aux.txt", "Windows", "aux-txt"),
        ("prn", "Windows", "prn-source"),
        ("com1", "Windows", "com1-source"),
        ("lpt9", "Windows", "lpt9-source"),
    ] {
        let directory = directory();
        // `--` alone ends the flags, so a name that looks like a flag comes after another.
        let ran = if name == "--" {
            Sss::in_dir(&directory).args(["new"]).args(STREAMING).args(["--", "--"]).run()
        } else {
            new(&directory, name, &STREAMING)
        };
        let better = format!("`sss new {better}`");
        let better = if name.is_empty() || name == ".." || name == "--" { "acme-crm" } else { &better };
        ran.exits(2).tells([why, better]);
        assert_eq!(tree(directory.path()), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let directory = directory();
    new(&directory, "acme", &[]).exits(2).tells(["`--kind`", "`--description`", "`--category`"]);
    new(&directory, "acme", &["--kind", "streaming"]).exits(2).tells(["an answer is missing: `--description`"]);
    new(&directory, "acme", &["--kind", "batch"]).exits(2).tells([
        "6 answers are missing",
        "`--description`",
        "`--category`",
        "`--auth`",
        "`--host`",
        "`--path`",
        "`--content-path`",
    ]);
    assert_eq!(tree(directory.path()), Vec::<String>::new());
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let directory = directory();
    let wrong = [
        "--kind=batch",
        "--label={LABEL}",
        "--description=two\nlines",
        "--category=marketing",
        "--documentation-url=http://example.com",
        "--auth=basic",
        "--auth=basic",
        "--host=http://api.example.com",
        "--path=v1/members",
        "--content-path=members",
        "--input=a b:string:x",
        "--pagination=offset",
        "--limit-value=0",
        "--limit-name=a&b",
        "--offset-name=c=d",
        "--end-condition-value=false",
        "--pointer-path=$.next",
        "--schedule=since",
        "--schedule-format=YYYY-MM-DD",
    ];
    new(&directory, "acme", &wrong).exits(2).tells([
        "placeholder `{LABEL}`",
        "line break",
        "did you mean `marketingAutomation`",
        "`--documentation-url` must start with `https://`",
        "`--auth basic` is given twice",
        "write `https://api.example.com`",
        "write `/v1/members`",
        "write `$.members`",
        "the name holds a space",
        "`--limit-value` is 0; 1 is the least",
        "`a&b` holds `&`",
        "`c=d` holds `=`",
        "write `Const:false`",
        "need each other",
        "`--pointer-path` does not go with `--pagination offset`, only with `pointer`",
        "write START,END",
        "years are `yyyy`",
    ]);
    assert_eq!(tree(directory.path()), Vec::<String>::new());
}

#[test]
fn flags_of_another_kind_are_refused() {
    let directory = directory();
    let arguments =
        [&STREAMING[..], &["--host", "https://example.com", "--schedule-advanced", "--limit-value=3"]].concat();
    new(&directory, "acme", &arguments).exits(2).tells(["`--host`, `--limit-value`, `--schedule-advanced`"]);
    let arguments = [&BATCH[..], &["--pagination=page", "--offset-name=o"]].concat();
    new(&directory, "acme", &arguments).exits(2).tells(["`--offset-name` does not go with `--pagination page`"]);
    let arguments = [&BATCH[..], &["--limit-name=o"]].concat();
    new(&directory, "acme", &arguments).exits(2).tells(["`--limit-name` needs `--pagination`"]);
    let arguments = [&BATCH[..], &["--schedule-format=yyyy-MM-dd"]].concat();
    new(&directory, "acme", &arguments).exits(2).tells(["`--schedule-format` needs `--schedule`"]);
    assert_eq!(tree(directory.path()), Vec::<String>::new());
}

#[test]
fn placeholders_are_inputs() {
    let directory = directory();
    let arguments =
        [&BATCH[..8], &["--host=https://${dc}.example.com", "--path=/lists/${listId}", "--content-path=$.x"]];
    new(&directory, "acme", &arguments.concat()).exits(2).tells([
        "`--host`: nothing fills in `${dc}`; add `--input dc:string:DESCRIPTION`",
        "`--path`: nothing fills in `${listId}`; add `--input listId:string:DESCRIPTION`",
    ]);
    let twice = [&arguments.concat()[..], &["--input=dc:string:a", "--input=dc:string:b"]].concat();
    new(&directory, "acme", &twice).exits(2).tells(["`dc` is given twice"]);
    let secret = [&BATCH[..8], &["--host=https://example.com", "--path=/${password}", "--content-path=$.x"]].concat();
    new(&directory, "acme", &secret).exits(2).tells(["would put the secret `password` into an address"]);
    assert_eq!(tree(directory.path()), Vec::<String>::new());

    let inputs =
        ["--input=dc:string:Data centre: eu or us", "--input=listId:integer:List", "--input=other:boolean:Unused"];
    new(&directory, "acme", &[&arguments.concat()[..], &inputs].concat()).exits(0).tells(["the input `other`"]);
    let spec = spec(&directory, "acme")["sourceSpec"]["spec"].clone();
    assert_eq!(spec["properties"]["dc"]["description"], "Data centre: eu or us");
    assert_eq!(spec["properties"]["listId"]["type"], "integer");
    assert_eq!(spec["properties"]["other"]["type"], "boolean");
    assert_eq!(spec["required"], serde_json::json!(["dc", "listId"]));
}

#[test]
fn an_input_that_the_address_does_not_use_is_sent_as_a_query_parameter() {
    let directory = directory();
    let inputs = ["--input=since:string:First day", "--schedule-advanced"];
    new(&directory, "acme", &[&BATCH[..], &inputs].concat()).exits(0).tells(["sent as the query parameter `since`"]);
    let url = spec(&directory, "acme")["sourceSpec"]["attributes"]["urlParams"].clone();
    assert_eq!(url["queryParams"], serde_json::json!({ "query": "{SCHEDULE_QUERY}", "since": "${since}" }));
    let ran = Sss::in_dir(&directory).args(["lint", "--json"]).run().exits(0);
    assert_eq!(ran.json()["summary"]["warnings"], 0, "{}", ran.stdout);

    new(&directory, "other", &[&BATCH[..], &["--input=query:string:Words", "--schedule-advanced"]].concat())
        .exits(2)
        .tells(["`--schedule-query-name`: the input `query` is sent in that query parameter"]);
}

/// Every `required` beneath a value names a property beside it; returns how many there were.
fn required_are_properties(value: &Value) -> usize {
    let mut count = 0;
    if let Some(required) = value.get("required").and_then(Value::as_array) {
        for name in required {
            assert!(value["properties"].get(name.as_str().unwrap()).is_some(), "{name} is required and no property");
            count += 1;
        }
    }
    count
        + match value {
            Value::Object(members) => members.values().map(required_are_properties).sum::<usize>(),
            Value::Array(items) => items.iter().map(required_are_properties).sum(),
            _ => 0,
        }
}

#[test]
fn every_combination_of_pagination_authentication_and_schedule_renders() {
    let directory = directory();
    let paginations = ["offset", "pointer", "continuation-token", "page", "none"];
    let schedules: [&[&str]; 3] = [&[], &["--schedule=since,before"], &["--schedule-advanced"]];
    let mut seen = BTreeSet::new();
    for (p, pagination) in paginations.iter().enumerate() {
        for auth in 1..8_u32 {
            for (s, schedule) in schedules.iter().enumerate() {
                let source = format!("acme-{p}-{auth}-{s}");
                let mut arguments: Vec<&str> = BATCH[..6].to_vec();
                arguments.extend(&BATCH[8..]);
                for (bit, flag) in ["--auth=oauth2", "--auth=basic", "--auth=api-key"].into_iter().enumerate() {
                    if auth & (1 << bit) != 0 {
                        arguments.push(flag);
                    }
                }
                arguments.extend(["--pagination", pagination]);
                arguments.extend(*schedule);
                new(&directory, &source, &arguments).exits(0);
                let written = text(artifact(&directory, &source, "connectionSpec.json"));
                let spec: Value = serde_json::from_str(&written).unwrap();
                // Evenly printed again it is the same, which it would not be with a key twice.
                assert_eq!(format!("{spec:#}\n"), written);
                assert!(required_are_properties(&spec) >= 1);
                assert_eq!(spec["authSpec"].as_array().unwrap().len(), auth.count_ones() as usize);
                let attributes = &spec["sourceSpec"]["attributes"];
                let schedule = &attributes["scheduleParams"];
                let query = &attributes["urlParams"]["queryParams"];
                match s {
                    0 => assert!(schedule.is_null() && query.is_null()),
                    1 => assert!(schedule["scheduleStartParamName"] == "since" && query.is_null()),
                    _ => assert!(schedule["type"] == "ADVANCE" && query["query"] == "{SCHEDULE_QUERY}"),
                }
                seen.insert(attributes["paginationParams"].to_string());
            }
        }
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            r#"{"type":"CONTINUATION_TOKEN","continuationTokenPath":"$.meta.after_cursor","parameterType":"QUERYPARAM","parameterName":"page[after]"}"#,
            r#"{"type":"NONE"}"#,
            r#"{"type":"OFFSET","limitName":"limit","limitValue":100,"offSetName":"offset"}"#,
            r#"{"type":"PAGE","limitName":"pageSize","limitValue":100,"initialPageIndex":0,"pageParamName":"pageNumber","maximumRequest":10000}"#,
            r#"{"type":"POINTER","limitName":"limit","limitValue":100,"pointerPath":"$.paging.next"}"#,
        ]
    );
}

#[test]
fn every_pagination_flag_arrives_in_the_specification() {
    let directory = directory();
    let cases: [(&str, &[&str], &str); 4] = [
        (
            "acme-offset",
            &[
                "--pagination=offset",
                "--limit-name=count",
                "--limit-value=4",
                "--offset-name=skip",
                "--end-condition-name=$.hasMore",
                "--end-condition-value=Const:false",
            ],
            r#"{"type":"OFFSET","limitName":"count","limitValue":4,"offSetName":"skip","endConditionName":"$.hasMore","endConditionValue":"Const:false"}"#,
        ),
        (
            "acme-pointer",
            &["--pagination=pointer", "--limit-name=n", "--limit-value=7", "--pointer-path=$.links.next"],
            r#"{"type":"POINTER","limitName":"n","limitValue":7,"pointerPath":"$.links.next"}"#,
        ),
        (
            "acme-token",
            &[
                "--pagination=continuation-token",
                "--continuation-token-path=$.token",
                "--parameter-type=header",
                "--parameter-name=X-Next",
                "--delay-request-millis=850",
            ],
            r#"{"type":"CONTINUATION_TOKEN","continuationTokenPath":"$.token","parameterType":"HEADERPARAM","parameterName":"X-Next","delayRequestMillis":"850"}"#,
        ),
        (
            "acme-page",
            &[
                "--pagination=page",
                "--limit-name=size",
                "--limit-value=50",
                "--page-param-name=p",
                "--initial-page-index=1",
                "--end-page-index=headers.x-pagecount",
                "--maximum-request=12",
            ],
            r#"{"type":"PAGE","limitName":"size","limitValue":50,"initialPageIndex":1,"endPageIndex":"headers.x-pagecount","pageParamName":"p","maximumRequest":12}"#,
        ),
    ];
    for (source, flags, expected) in cases {
        let ran = new(&directory, source, &[&BATCH[..], flags].concat()).exits(0);
        assert!(!ran.stderr.contains("--limit"), "nothing is assumed that was given: {}", ran.stderr);
        let spec = spec(&directory, source);
        assert_eq!(spec["sourceSpec"]["attributes"]["paginationParams"].to_string(), expected);
    }
}

#[test]
fn every_schedule_flag_arrives_in_the_specification() {
    let directory = directory();
    let simple = [&BATCH[..], &["--schedule=from,to", "--schedule-format=yyyy-MM-dd"]].concat();
    new(&directory, "simple", &simple).exits(0);
    assert_eq!(
        spec(&directory, "simple")["sourceSpec"]["attributes"]["scheduleParams"].to_string(),
        r#"{"scheduleStartParamName":"from","scheduleEndParamName":"to","scheduleStartParamFormat":"yyyy-MM-dd","scheduleEndParamFormat":"yyyy-MM-dd"}"#
    );
    let flags = [
        "--schedule-advanced",
        "--schedule-format=yyyy-MM-ddTHH:mm:ssK",
        "--schedule-incremental=at>{START_TIME} at<{END_TIME}",
        "--schedule-backfill=at<{END_TIME}",
        "--schedule-query-name=q",
    ];
    new(&directory, "advanced", &[&BATCH[..], &flags].concat()).exits(0);
    let attributes = spec(&directory, "advanced")["sourceSpec"]["attributes"].clone();
    assert_eq!(attributes["urlParams"]["queryParams"].to_string(), r#"{"q":"{SCHEDULE_QUERY}"}"#);
    assert_eq!(
        attributes["scheduleParams"].to_string(),
        r#"{"type":"ADVANCE","paramFormat":"yyyy-MM-ddTHH:mm:ssK","incremental":"at>{START_TIME} at<{END_TIME}","backfill":"at<{END_TIME}"}"#
    );
}

#[test]
fn what_was_not_answered_leaves_no_placeholder() {
    let directory = directory();
    new(&directory, "acme", &BATCH).exits(0).tells(["--pagination none", "no schedule", "placeholder"]);
    let written = text(artifact(&directory, "acme", "connectionSpec.json"));
    assert!(
        !written.contains("documentationLink") && !written.contains("null") && !written.contains("${"),
        "{written}"
    );
    assert!(!written.contains("\": \"{"), "{written}");
}

#[test]
fn nothing_is_ever_overwritten() {
    let directory = directory();
    new(&directory, "acme", &STREAMING).exits(0);
    let before = tree(directory.path());
    let label = artifact(&directory, "acme", "label.txt");
    fs::write(&label, "mine\n").unwrap();
    new(&directory, "acme", &BATCH).exits(2).tells(["`Sources/acme` exists already"]);
    assert_eq!((text(&label).as_str(), tree(directory.path())), ("mine\n", before));

    fs::rename(directory.path().join("Sources/acme"), directory.path().join("Sources/ACME")).unwrap();
    new(&directory, "acme", &STREAMING).exits(2).tells(["`Sources/ACME` exists already"]);
    fs::write(directory.path().join("Sources/other"), "a file").unwrap();
    new(&directory, "other", &STREAMING).exits(2).tells(["`Sources/other` exists already"]);
}

#[test]
fn a_second_source_leaves_the_repository_as_it_is() {
    let directory = directory();
    new(&directory, "first", &STREAMING).exits(0);
    let at_root = ["sss.toml", ".gitignore", "README.md"];
    for name in at_root {
        let path = directory.path().join(name);
        fs::write(&path, text(&path) + "# mine\n").unwrap();
    }
    let before = at_root.map(|name| text(directory.path().join(name)));
    let ran = new(&directory, "second", &BATCH).exits(0).tells(["kept"]);
    assert_eq!(ran.stdout.lines().count(), 5);
    assert_eq!(at_root.map(|name| text(directory.path().join(name))), before);
}

#[test]
fn an_existing_gitignore_keeps_its_content() {
    let directory = directory();
    let path = directory.path().join(".gitignore");
    fs::write(&path, "target\r\n/.sss/journal\r\nlast").unwrap();
    new(&directory, "acme", &STREAMING).exits(0);
    assert_eq!(
        text(&path),
        "target\r\n/.sss/journal\r\nlast\r\n.sss/backup/\r\n.sss/dataflow/\r\n.sss/emulator.db\r\n"
    );
}

#[test]
fn all_or_nothing() {
    // A file where the directory should be.
    let blocked = directory();
    fs::write(blocked.path().join("Sources"), "a file").unwrap();
    new(&blocked, "acme", &STREAMING).exits(2).tells(["`Sources` is not a directory"]);
    assert_eq!(tree(blocked.path()), ["Sources"]);

    // A directory of another case.
    let spelled = directory();
    fs::create_dir(spelled.path().join("sources")).unwrap();
    new(&spelled, "acme", &STREAMING).exits(2).tells(["`sources` differs from `Sources` in case only"]);
    assert_eq!(tree(spelled.path()), ["sources/"]);

    // A directory where a file should be, found after the artifacts were staged.
    let late = directory();
    fs::create_dir(late.path().join(".gitignore")).unwrap();
    new(&late, "acme", &STREAMING).exits(2).tells(["`.gitignore` is a directory"]);
    assert_eq!(tree(late.path()), [".gitignore/"]);

    // A directory that is not there.
    let ran = new(&late, "acme", &[&STREAMING[..], &["-C", "nowhere"]].concat()).exits(2);
    assert!(ran.stderr.contains("`nowhere` is not a directory"), "{}", ran.stderr);
    assert_eq!(tree(late.path()), [".gitignore/"]);
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_else() {
    let (directory, outside) = (directory(), directory());
    std::os::unix::fs::symlink(outside.path(), directory.path().join("Sources")).unwrap();
    new(&directory, "acme", &STREAMING).exits(2).tells(["is a link that leads out"]);
    assert_eq!(tree(outside.path()), Vec::<String>::new());
    fs::remove_file(directory.path().join("Sources")).unwrap();

    let elsewhere = outside.path().join("ignored");
    fs::write(&elsewhere, "mine\n").unwrap();
    std::os::unix::fs::symlink(&elsewhere, directory.path().join(".gitignore")).unwrap();
    new(&directory, "acme", &STREAMING).exits(2).tells(["`.gitignore` is a link"]);
    assert_eq!((text(&elsewhere).as_str(), tree(directory.path())), ("mine\n", vec![".gitignore".to_owned()]));
}

#[test]
fn c_chooses_the_directory_and_paths_count_from_it() {
    let directory = directory();
    fs::create_dir(directory.path().join("repository")).unwrap();
    let icon = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v.5z\"/></svg>  \r\n";
    fs::write(directory.path().join("repository/logo.svg"), icon).unwrap();
    let arguments = [&STREAMING[..], &["-C", "repository", "--icon", "logo.svg"]].concat();
    new(&directory, "acme", &arguments).exits(0).tells(["sss -C repository lint"]);
    let copied = text(directory.path().join("repository/Sources/acme/Artifacts/acme-icon.svg"));
    assert_eq!(copied, icon, "byte for byte");
}

#[test]
fn an_icon_that_is_none_is_refused() {
    let directory = directory();
    fs::write(directory.path().join("broken.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\">").unwrap();
    fs::write(directory.path().join("large.svg"), vec![b' '; 200_000]).unwrap();
    for (icon, why) in
        [("broken.svg", "not well-formed"), ("large.svg", "larger than 100 kB"), ("none.svg", "could not read")]
    {
        new(&directory, "acme", &[&STREAMING[..], &["--icon", icon]].concat()).exits(2).tells([why]);
    }
    assert_eq!(tree(directory.path()), ["broken.svg", "large.svg"]);
}

fn git(directory: &TempDir) -> Sss {
    Sss::in_dir(directory)
        .env("GIT_AUTHOR_NAME", "Ann Author")
        .env("GIT_AUTHOR_EMAIL", "ann@example.com")
        .env("GIT_COMMITTER_NAME", "Carl Committer")
        .env("GIT_COMMITTER_EMAIL", "carl@example.com")
}

#[test]
fn the_first_commit_holds_exactly_what_was_written() {
    let directory = directory();
    fs::write(directory.path().join("notes.txt"), "not ours").unwrap();
    fs::write(directory.path().join("README.md"), "mine").unwrap();
    git(&directory).args(["new", "acme", "--git"]).args(STREAMING).run().exits(0).tells(["committed as"]);
    let repository = git2::Repository::open(directory.path()).unwrap();
    let commit = repository.head().unwrap().peel_to_commit().unwrap();
    assert_eq!(commit.parent_count(), 0);
    assert_eq!(commit.author().name().unwrap(), "Ann Author");
    assert_eq!(commit.committer().email().unwrap(), "carl@example.com");
    let mut names = Vec::new();
    commit
        .tree()
        .unwrap()
        .walk(git2::TreeWalkMode::PreOrder, |directory, entry| {
            if entry.kind() == Some(git2::ObjectType::Blob) {
                names.push(format!("{directory}{}", entry.name().unwrap()));
            }
            git2::TreeWalkResult::Ok
        })
        .unwrap();
    names.sort();
    assert_eq!(
        names,
        [
            ".gitignore",
            "Sources/acme/Artifacts/acme-category.txt",
            "Sources/acme/Artifacts/acme-connectionSpec.json",
            "Sources/acme/Artifacts/acme-description.txt",
            "Sources/acme/Artifacts/acme-icon.svg",
            "Sources/acme/Artifacts/acme-label.txt",
            "sss.toml",
        ]
    );
    let untracked: Vec<_> = repository
        .statuses(None)
        .unwrap()
        .iter()
        .map(|entry| (entry.path().unwrap().to_owned(), entry.status()))
        .collect();
    assert_eq!(
        untracked,
        [("README.md".to_owned(), git2::Status::WT_NEW), ("notes.txt".to_owned(), git2::Status::WT_NEW)]
    );

    // Inside a repository there is nothing to initialise.
    let before = tree(directory.path());
    git(&directory).args(["new", "other", "--git"]).args(STREAMING).run().exits(2).tells(["inside the git repository"]);
    fs::create_dir(directory.path().join("below")).unwrap();
    let ran = git(&directory).args(["new", "other", "--git", "-C", "below"]).args(STREAMING).run();
    ran.exits(2).tells(["inside the git repository"]);
    fs::remove_dir(directory.path().join("below")).unwrap();
    assert_eq!(tree(directory.path()), before);
}

#[test]
fn the_configuration_of_git_names_who_commits_and_the_branch() {
    let (home, nobodys) = (directory(), directory());
    // An empty name counts as none, and hides one that the machine may have.
    fs::write(home.path().join(".gitconfig"), "[user]\n\tname =\n\temail = ann@example.com\n").unwrap();
    let ran = Sss::in_dir(&nobodys).env("HOME", home.path()).args(["new", "acme", "--git"]).args(STREAMING).run();
    ran.exits(0).tells(["the commit is by `sss <sss@localhost>`", "git commit --amend --reset-author"]);
    let head = git2::Repository::open(nobodys.path()).unwrap().head().unwrap().peel_to_commit().unwrap().id();
    assert!(!head.is_zero());

    let directory = directory();
    let with_home = || Sss::in_dir(&directory).env("HOME", home.path()).args(["new", "acme", "--git"]).args(STREAMING);
    let config = "[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = trunk\n";
    fs::write(home.path().join(".gitconfig"), config).unwrap();
    with_home().run().exits(0);
    let repository = git2::Repository::open(directory.path()).unwrap();
    let head = repository.head().unwrap();
    assert_eq!(head.shorthand().unwrap(), "trunk");
    assert_eq!(head.peel_to_commit().unwrap().author().email().unwrap(), "ann@example.com");
}

#[test]
fn what_the_linter_would_object_to_is_not_scaffolded() {
    let directory = directory();
    for (flags, told) in [
        (["--label", "A label that goes on and on, far beyond the edge of the card it is shown on"], "long-text"),
        (["--description", "Acme <b>brings</b> it all to Experience Platform."], "markup-in-text"),
    ] {
        let mut arguments = vec!["new", "acme", "--kind", "streaming"];
        if flags[0] != "--description" {
            arguments.extend(["--description", "Acme brings it all to Experience Platform."]);
        }
        Sss::in_dir(&directory).args(arguments).args(flags).run().exits(2).tells([told, "nothing was written"]);
        assert_eq!(tree(directory.path()), Vec::<String>::new());
    }
    // A rule that the repository allows is none here either.
    fs::write(directory.path().join("sss.toml"), "[lint.rules]\nlong-text = \"allow\"\n").unwrap();
    let label = "A label that goes on and on, far beyond the edge of the card it is shown on";
    new(&directory, "acme", &["--label", label]).exits(2);
    let ran = Sss::in_dir(&directory)
        .args(["new", "acme", "--kind", "streaming", "--label", label])
        .args(["--description", "Acme brings it all to Experience Platform."])
        .run();
    ran.exits(0);
}

#[test]
fn inside_the_sources_of_a_repository_the_repository_is_scaffolded_in() {
    let directory = directory();
    let first = Sss::in_dir(&directory).args(["new", "acme"]).args(STREAMING).run();
    first.exits(0);
    let below = directory.path().join("Sources/acme");
    Sss::in_dir(&below).args(["new", "other"]).args(STREAMING).run().exits(0);
    assert!(directory.path().join("Sources/other/Artifacts/other-label.txt").is_file());
    assert!(!below.join("Sources").exists());
}

#[test]
fn a_commit_that_fails_takes_everything_back() {
    let directory = directory();
    // A name of angle brackets alone is none that git accepts, and nothing finds that out before the commit.
    let ran = git(&directory).env("GIT_AUTHOR_NAME", "<>").args(["new", "acme", "--git"]).args(STREAMING).run();
    ran.exits(2).tells(["could not sign the commit", "leave `--git` out"]);
    assert_eq!(tree(directory.path()), Vec::<String>::new());
}

fn with_template(name: &str, text: &str) -> TempDir {
    let directory = directory();
    fs::create_dir(directory.path().join("mine")).unwrap();
    fs::write(directory.path().join("mine").join(name), text).unwrap();
    directory
}

#[test]
fn a_template_of_the_same_name_replaces_the_built_in_one() {
    let directory = with_template("label.txt.hbs", "\u{feff}{{label}} by Example\r\n\r\n");
    new(&directory, "acme", &[&STREAMING[..], &["--templates", "mine"]].concat()).exits(0);
    assert_eq!(text(artifact(&directory, "acme", "label.txt")), "Acme by Example\n");
    assert_eq!(text(artifact(&directory, "acme", "category.txt")), "streaming\n");

    // A part is replaced for the template that includes it.
    let directory = with_template("pagination-none.json.hbs", "{\"type\":\"NONE\",\"ours\":true}");
    new(&directory, "acme", &[&BATCH[..], &["--templates", "mine"]].concat()).exits(0);
    assert_eq!(spec(&directory, "acme")["sourceSpec"]["attributes"]["paginationParams"]["ours"], true);
}

/// A template whose one tag holds this many parentheses inside of each other.
fn nested(depth: usize) -> String {
    format!("{{{{json {}label{}}}}}", "(json ".repeat(depth), ")".repeat(depth))
}

#[test]
fn parentheses_outside_of_tags_and_a_few_inside_are_no_matter() {
    let directory = with_template("label.txt.hbs", &nested(8));
    new(&directory, "acme", &[&STREAMING[..], &["--templates", "mine"]].concat()).exits(0);
    let directory = with_template("README.md.hbs", &format!("{}{{{{label}}}}{}", "(".repeat(20), "(".repeat(20)));
    new(&directory, "acme", &[&STREAMING[..], &["--templates", "mine"]].concat()).exits(0);
}

#[test]
fn a_broken_template_is_told_by_name_and_nothing_is_written() {
    let streaming = "connectionSpec-streaming.json.hbs";
    for (name, template, told) in [
        ("lable.txt.hbs", "x", "did you mean `label.txt.hbs`?"),
        ("notes.md", "x", "replaces no built-in template"),
        ("label.txt.hbs", "one\n  {{#if label}}", "template `label.txt.hbs`, line "),
        (
            "label.txt.hbs",
            "one\n  {{nobody}}",
            "template `label.txt.hbs`, line 2, column 3: there is no answer named `nobody`",
        ),
        ("label.txt.hbs", &format!("{{{{{}b}}}}", "a.".repeat(1000)), "a.a.a.…`"),
        ("label.txt.hbs", "{{unknown label}}", "template `label.txt.hbs`"),
        ("label.txt.hbs", "  \n", "template `label.txt.hbs` renders nothing"),
        ("label.txt.hbs", "{{> label.txt.hbs}}", "template `label.txt.hbs`"),
        ("label.txt.hbs", "{{#*inline \"a\"}}{{> b}}{{/inline}}", "holds a decorator"),
        ("auth-basic.json.hbs", "{{> auth-oauth2.json.hbs}}", "template `auth-basic.json.hbs`: it includes another"),
        ("label.txt.hbs", &"{{#if label}}".repeat(2000), "more than 250 tags"),
        ("label.txt.hbs", &format!("{{{{json {}", "(json ".repeat(2000)), "more than 250 tags"),
        ("label.txt.hbs", &nested(9), "line 1, column 56: more than 8 parentheses stand inside of each other"),
        ("label.txt.hbs", &nested(120), "more than 8 parentheses stand inside of each other"),
        (
            "label.txt.hbs",
            &nested(120).replacen("{{json", "{{json \"}}\"", 1),
            "more than 8 parentheses stand inside of each other",
        ),
        ("icon.svg.hbs", "<svg/>", "template `icon.svg.hbs` renders an icon that cannot be used"),
        (streaming, "{\"name\": 1, \"name\": 2}", "the key `name` twice in one object"),
        (streaming, "{\"name\": {{label}} }", "in the rendered line `{\"name\": Acme }`"),
        (
            streaming,
            "{\"name\": 1} x",
            "template `connectionSpec-streaming.json.hbs` renders a connection spec that is not JSON",
        ),
    ] {
        let directory = with_template(name, template);
        let ran = new(&directory, "acme", &[&STREAMING[..], &["--templates", "mine"]].concat());
        ran.exits(2).tells([told]);
        assert_eq!(tree(directory.path()), ["mine/", &format!("mine/{name}")], "{name}: {template}");
    }
    let directory = directory();
    new(&directory, "acme", &[&STREAMING[..], &["--templates", "none"]].concat())
        .exits(2)
        .tells(["`none` is not a directory"]);
}
