//! `sss lint` of documentation pages: each way to damage one, and pages that are good in other ways.

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    publish::{BATCH, STREAMING, example},
    select::{commit, git},
    support::{Ran, Sss},
};

/// The rules that find something in the files below a path, each once.
fn rules(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let ran = Sss::in_dir(directory).args(["lint", "--json"]).args(arguments).run();
    let findings: Vec<Value> = ran.json()["findings"].as_array().unwrap().clone();
    let mut rules: Vec<String> = findings.iter().map(|found| found["rule"].as_str().unwrap().to_owned()).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn page(directory: &TempDir, source: &str, kind: &str) -> std::path::PathBuf {
    directory.path().join(format!("docs/{source}/{kind}.md"))
}

/// The example with one page changed.
fn changed(source: &str, kind: &str, change: impl FnOnce(String) -> String) -> TempDir {
    let directory = example();
    let path = page(&directory, source, kind);
    let text = fs::read_to_string(&path).unwrap();
    let after = change(text.clone());
    assert_ne!(text, after, "{source} {kind}: nothing was damaged");
    fs::write(path, after).unwrap();
    directory
}

#[test]
fn the_pages_of_the_example_have_no_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts-example");
    let ran = Sss::in_dir(&root).args(["lint", "--json"]).run().exits(0);
    let json = ran.json();
    assert_eq!(json["findings"].as_array().unwrap().len(), 0, "{json:#}");
    assert_eq!(json["summary"]["files"], 14, "ten artifacts and four pages: {json:#}");
    for source in [BATCH, STREAMING] {
        for path in [format!("docs/{source}"), format!("docs/{source}/api.md"), format!("docs/{source}/ui.md")] {
            assert_eq!(rules(&root, &[&path]), Vec::<String>::new(), "{path}");
        }
    }
}

/// A damage: which page, what in it becomes what, and which rule finds it.
type Damage = (&'static str, &'static str, &'static str, &'static str, &'static str);

const DAMAGES: [Damage; 48] = [
    (BATCH, "api", "'x-sandbox-name: {SANDBOX_NAME}' \\", "'x-sandbox-name: {SANDBOX_NAME} \\", "malformed-request"),
    (BATCH, "api", "| `{SOURCE_AUTH_KEY1}` |", "| `4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5` |", "secret-in-page"),
    (
        BATCH,
        "ui",
        "\n## Prerequisites {#prerequisites}",
        "\n\n~~~json\n{}\n\n## Prerequisites {#prerequisites}",
        "markup-slip",
    ),
    (
        BATCH,
        "api",
        "\n## Prerequisites",
        "\n*To be written: x.* <!-- sss:gap x: say it -->\n\n## Prerequisites",
        "documentation-gap",
    ),
    (BATCH, "ui", "* A Harbor Helpdesk account", "* A *YOURSOURCE* account", "template-text-in-page"),
    (BATCH, "ui", "* A Harbor Helpdesk account", "* A {YOURSOURCE} account", "template-text-in-page"),
    (BATCH, "ui", "* A Harbor Helpdesk account", "* TODO: a Harbor Helpdesk account", "template-text-in-page"),
    (
        STREAMING,
        "api",
        "<https://support.lumen.example.com/platform>",
        "*Insert link or email address*",
        "template-text-in-page",
    ),
    (BATCH, "api", "Harbor Helpdesk Tickets base connection", "YOURSOURCE base connection", "template-text-in-page"),
    (BATCH, "api", "### Explore your source {#explore}\n", "", "missing-section"),
    (BATCH, "ui", "## Next steps {#next-steps}\n", "", "missing-section"),
    (STREAMING, "api", "### Create a flow {#flow}\n", "", "missing-section"),
    (STREAMING, "ui", "## Review {#review}\n", "", "missing-section"),
    (BATCH, "api", "ID `7a1f0c52-", "ID `8a1f0c52-", "foreign-id-in-page"),
    (BATCH, "api", "\"id\": \"7a1f0c52-", "\"id\": \"8a1f0c52-", "foreign-id-in-page"),
    (
        BATCH,
        "api",
        "6499120c-0b15-42dc-936e-847ea3c24d72",
        "e77fde5a-22a8-11ed-861d-0242ac120002",
        "foreign-id-in-page",
    ),
    (STREAMING, "api", "\"id\": \"c604ff05-", "\"id\": \"c604ff06-", "foreign-id-in-page"),
    (STREAMING, "api", "\"id\": \"e77fde5a-22a8-11ed-861d-0242ac120002\"", "\"id\": \"e77f\"", "foreign-id-in-page"),
    (BATCH, "api", "  -H 'Authorization: Bearer {ACCESS_TOKEN}' \\\n", "", "malformed-request"),
    (BATCH, "api", "Authorization: Bearer {ACCESS_TOKEN}", "Authorization: {ACCESS_TOKEN}", "malformed-request"),
    (BATCH, "api", "/data/foundation/conversion/mappingSets'", "/data/foundation/mappingSets'", "malformed-request"),
    (BATCH, "api", "POST /conversion/mappingSets", "POST /mappingSets", "malformed-request"),
    (BATCH, "api", "curl -X POST", "curl -X SEND", "malformed-request"),
    (
        BATCH,
        "api",
        "'https://platform.adobe.io/data/foundation/flowservice/flows'",
        "'flowservice/flows'",
        "malformed-request",
    ),
    (BATCH, "api", "\"{SOURCE_CONNECTION_ID}\"\n", "{SOURCE_CONNECTION_ID}\n", "malformed-request"),
    (STREAMING, "api", "'x-adobe-flow-id: {FLOW_ID}'", "'x-adobe-flow-id={FLOW_ID}'", "malformed-request"),
    (STREAMING, "api", "'x-api-key: {API_KEY}' \\", "'x-api-key: {API_KEY} \\", "malformed-request"),
    (
        BATCH,
        "api",
        "\"specName\": \"OAuth2 Refresh Code\"",
        "\"specName\": \"OAuth 2 Refresh Code\"",
        "mismatched-request",
    ),
    (BATCH, "api", "\"authKey1\": \"{", "\"authKey\": \"{", "mismatched-request"),
    (
        BATCH,
        "api",
        "    \"brandId\": \"360001234\"\n  }\n}'",
        "    \"brand\": \"360001234\"\n  }\n}'",
        "mismatched-request",
    ),
    (BATCH, "ui", "| `accessToken` |", "| `token` |", "mismatched-credentials"),
    (BATCH, "api", "| `authKey1` |", "| `key` |", "mismatched-credentials"),
    (
        BATCH,
        "ui",
        "../../../../images/tutorials/create/sdk/harbor-helpdesk-tickets-catalog.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "unusable-image",
    ),
    (BATCH, "ui", "sdk/harbor-helpdesk-tickets-catalog.png", "sdk/harbor helpdesk.png", "unusable-image"),
    (
        BATCH,
        "ui",
        "../../../../images/tutorials/create/sdk/harbor-helpdesk-tickets-catalog.png",
        "images/catalog.png",
        "broken-page-link",
    ),
    (BATCH, "ui", "](#credentials)", "](#credential)", "broken-page-link"),
    (STREAMING, "api", "](#webhook)", "](webhook.md)", "broken-page-link"),
    (BATCH, "ui", "title: Create", "exl-id: 7a1f0c52-5d0b-4c8e-9f36-2b7c1e84d0a9\ntitle: Create", "malformed-metadata"),
    (BATCH, "ui", "description: Bring", "summary: Bring", "malformed-metadata"),
    (STREAMING, "ui", "title: Create", "titel: Create", "malformed-metadata"),
    (STREAMING, "api", "x-api-key: {API_KEY}", "x-api-key: Bearer 4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5", "secret-in-page"),
    (BATCH, "api", "\"{SOURCE_AUTH_KEY1}\"", "\"4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5\"", "secret-in-page"),
    (BATCH, "ui", "Select **Sources**", "Select **[!UICONTROL Sources]**", "markup-slip"),
    (BATCH, "ui", ">[!IMPORTANT]", ">[!IMPORTENT]", "markup-slip"),
    (BATCH, "ui", "1. Select **Next**.", "1.\tSelect **Next**.", "markup-slip"),
    (BATCH, "ui", "<!-- sss:end -->\n\n<!-- sss:generated overview", "\n<!-- sss:generated overview", "markup-slip"),
    (BATCH, "ui", "Find Harbor", "Find [!DNL Harbor", "markup-slip"),
    (BATCH, "api", "  \"items\": []\n}\n```\n", "  \"items\": []\n}\n", "markup-slip"),
];

#[test]
fn each_damage_has_its_finding_and_no_other() {
    let mut wrong = Vec::new();
    for (source, kind, from, to, rule) in DAMAGES {
        let directory = changed(source, kind, |text| text.replacen(from, to, 1));
        let found = rules(directory.path(), &[&format!("docs/{source}/{kind}.md")]);
        if found != [rule] {
            wrong.push(format!("{source} {kind}: {from:?} → {to:?}: {found:?}, not {rule}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_section_out_of_order_is_the_one_that_is_told() {
    let directory = changed(BATCH, "api", |text| {
        let heading = "### Create a source connection {#source-connection}";
        // Only the heading: the marks stay whole.
        let text = text.replacen(&format!("{heading}\n"), "", 1);
        text.replacen("### Create a mapping", &format!("{heading}\n\n### Create a mapping"), 1)
    });
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise"]).run().exits(0);
    assert_eq!(ran.stdout.matches("[misplaced-section]").count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("`Create a source connection` is out of its order"), "{}", ran.stdout);
}

#[test]
fn a_finding_stands_at_its_line() {
    let directory = changed(BATCH, "api", |text| text.replacen("\"authKey1\": \"{", "\"authKey\": \"{", 1));
    let text = fs::read_to_string(page(&directory, BATCH, "api")).unwrap();
    let line = text.lines().position(|line| line.contains("\"authKey\": ")).unwrap() + 1;
    let ran = Sss::in_dir(&directory).args(["lint", "--format", "concise"]).run().exits(1);
    assert!(ran.stdout.contains(&format!("docs/{BATCH}/api.md:{line}:")), "{}", ran.stdout);
    assert!(ran.stdout.contains("`API Key Authentication` has no credential `authKey`"), "{}", ran.stdout);
}

#[test]
fn what_is_named_twice_is_checked_once() {
    let directory = changed(BATCH, "ui", |text| text.replacen("](#credentials)", "](#credential)", 1));
    let shown = format!("docs/{BATCH}/ui.md");
    for paths in [&[".", &shown][..], &["docs", &shown], &[&shown, &shown]] {
        let ran = Sss::in_dir(&directory).args(["lint", "--json"]).args(paths).run().exits(1);
        assert_eq!(ran.json()["findings"].as_array().unwrap().len(), 1, "{paths:?}");
    }
}

#[test]
fn a_secret_is_never_printed() {
    let directory = changed(BATCH, "api", |text| text.replacen("{SOURCE_AUTH_KEY1}", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5", 1));
    for format in ["full", "concise", "json", "sarif", "github", "junit"] {
        let ran = Sss::in_dir(&directory).args(["lint", "--format", format]).run().exits(1);
        assert!(!ran.stdout.contains("4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5"), "{format}: {}", ran.stdout);
    }
}

#[test]
fn fresh_pages_have_gaps_and_nothing_else() {
    let directory = example();
    fs::remove_dir_all(directory.path().join("docs")).unwrap();
    for source in [BATCH, STREAMING] {
        fs::remove_file(directory.path().join(format!("Sources/{source}/docs.toml"))).unwrap();
        Sss::in_dir(&directory).args(["docs", source]).run().exits(0);
    }
    assert_eq!(rules(directory.path(), &[]), ["documentation-gap"]);
    Sss::in_dir(&directory).arg("lint").run().exits(0);
    Sss::in_dir(&directory).args(["lint", "--strict"]).run().exits(1);
}

/// A page by hand: the sections in other words, no marks and no anchors.
const BY_HAND: &str = "---\ntitle: Connect Harbor\ndescription: How tickets come in.\n---\n\n# Harbor tickets\n\n## Introduction\n\n\
    Harbor keeps tickets.\n\n## Before you begin\n\nHave an account. See [how to authenticate](#authenticate-with-harbor).\n\n\
    ### Authenticate with Harbor\n\nYou need the `subdomain`, and an `accessToken` or an `authKey1`.\n\n\
    ## Connect your account\n\n### Use an account that is there\n\nSelect it.\n\n### Create an account\n\n\
    >[!NOTE]\n>\n>It takes a minute.\n\nSelect **Next**.\n\n## What comes next\n\nChoose data.\n";

#[test]
fn a_page_by_hand_in_other_words_is_clean() {
    let directory = example();
    let path = page(&directory, BATCH, "ui");
    fs::write(&path, BY_HAND).unwrap();
    assert_eq!(rules(directory.path(), &[]), Vec::<String>::new());
    fs::write(&path, BY_HAND.replace('\n', "\r\n")).unwrap();
    assert_eq!(rules(directory.path(), &[]), Vec::<String>::new());
    // Far from any source it is a page too.
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("harbor.md"), BY_HAND).unwrap();
    assert_eq!(rules(elsewhere.path(), &["harbor.md"]), Vec::<String>::new());
    fs::write(elsewhere.path().join("harbor.md"), BY_HAND.replace("## Before you begin", "")).unwrap();
    assert_eq!(rules(elsewhere.path(), &["harbor.md"]), ["missing-section"]);
}

#[test]
fn pages_without_marks_and_anchors_are_clean_too() {
    let directory = example();
    for (source, kind) in [(BATCH, "api"), (BATCH, "ui"), (STREAMING, "api"), (STREAMING, "ui")] {
        let path = page(&directory, source, kind);
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|line| !line.contains("sss:")).map(|line| {
            let line = line.split(" {#").next().unwrap();
            line.replace("](#", "](https://acme.example/#").replace("Create a target", "Make the target")
        });
        fs::write(&path, lines.map(|line| format!("{line}\r\n")).collect::<String>()).unwrap();
    }
    assert_eq!(rules(directory.path(), &[]), Vec::<String>::new());
    assert_eq!(rules(directory.path(), &["docs"]), Vec::<String>::new());
}

#[test]
fn a_page_in_a_checkout_of_the_documentation_has_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let put = |path: &str| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, BY_HAND).unwrap();
    };
    for (path, found) in [
        ("help/sources/tutorials/ui/create/customer-success/harbor-helpdesk-tickets.md", vec![]),
        ("help/sources/tutorials/ui/create/customerSuccess/harbor-helpdesk-tickets.md", vec!["misplaced-page"]),
        ("help/sources/tutorials/ui/create/crm/Harbor_Tickets.md", vec!["misplaced-page"]),
        ("help/sources/tutorials/ui/create/crm/YOURSOURCE.md", vec!["misplaced-page"]),
        ("help/sources/tutorials/ui/harbor.md", vec!["misplaced-page"]),
    ] {
        put(path);
        assert_eq!(rules(directory.path(), &[path]), found, "{path}");
    }
}

#[test]
fn a_page_that_is_no_text_is_told_and_a_path_without_pages_too() {
    let directory = example();
    let path = page(&directory, BATCH, "ui");
    fs::write(&path, b"# Caf\xe9").unwrap();
    assert_eq!(rules(directory.path(), &[]), ["unreadable-page"]);
    Sss::in_dir(&directory).args(["lint", "docs/nothing.md"]).run().exits(2);
    fs::create_dir(directory.path().join("docs/extra")).unwrap();
    Sss::in_dir(&directory).args(["lint", "docs/extra"]).run().exits(3).tells(["no page of a source in `docs/extra`"]);
}

/// The example in a repository of git, on the branch `topic`.
fn repository() -> TempDir {
    let directory = example();
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path());
    git(directory.path(), &["checkout", "-q", "-b", "topic"]);
    directory
}

fn lint(directory: &TempDir, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).args(["lint", "--json"]).args(arguments).run()
}

/// The files that were looked at, how many, and the findings as `rule path`.
fn looked_at(ran: &Ran) -> (u64, u64, Vec<String>) {
    let report = ran.json();
    let told = |finding: &Value| format!("{} {}", finding["rule"].as_str().unwrap(), finding["path"].as_str().unwrap());
    let count = |name: &str| report["summary"][name].as_u64().unwrap();
    (count("sources"), count("files"), report["findings"].as_array().unwrap().iter().map(told).collect())
}

#[test]
fn since_looks_at_the_pages_of_what_changed() {
    let directory = repository();
    let api = page(&directory, STREAMING, "api");
    let shown = format!("docs/{STREAMING}/api.md");
    assert_eq!(looked_at(&lint(&directory, &["--since", "main"]).exits(0)), (0, 0, vec![]));
    // A file beside the pages of no source is nobody's business.
    fs::create_dir_all(directory.path().join("docs/guides")).unwrap();
    fs::write(directory.path().join("docs/guides/api.md"), "TODO").unwrap();
    assert_eq!(looked_at(&lint(&directory, &["--since", "main"]).exits(0)), (0, 0, vec![]));
    // Committed or not, the source of a page that changed is looked at, with its pages.
    fs::write(&api, fs::read_to_string(&api).unwrap() + "\nTODO\n").unwrap();
    let expected = (1, 7, vec![format!("template-text-in-page {shown}")]);
    assert_eq!(looked_at(&lint(&directory, &["--since", "main"]).exits(1)), expected);
    commit(directory.path());
    assert_eq!(looked_at(&lint(&directory, &["--since", "main"]).exits(1)), expected);
    // Paths narrow it.
    for (path, files) in [(".", 7), ("docs", 2), (shown.as_str(), 1), (&format!("docs/{STREAMING}"), 2)] {
        let ran = lint(&directory, &["--since", "main", path]).exits(1);
        assert_eq!(looked_at(&ran), (1, files, expected.2.clone()), "{path}");
    }
    for path in [format!("docs/{BATCH}"), format!("docs/{BATCH}/ui.md")] {
        assert_eq!(looked_at(&lint(&directory, &["--since", "main", &path]).exits(0)), (0, 0, vec![]), "{path}");
    }
    let ran = lint(&directory, &["--since", "main", "docs/guides/api.md"]).exits(2);
    ran.tells(["`--since` looks at sources and their pages in `docs`", "docs/guides/api.md"]);
    // A spec that changes takes its pages along.
    git(directory.path(), &["checkout", "-q", "main"]);
    let spec = format!("Sources/{BATCH}/Artifacts/{BATCH}-connectionSpec.json");
    let text = fs::read_to_string(directory.path().join(&spec)).unwrap();
    fs::write(directory.path().join(&spec), text.replace("authKey1", "apiKey")).unwrap();
    let (sources, files, found) = looked_at(&lint(&directory, &["--since", "HEAD"]).exits(1));
    assert_eq!((sources, files), (1, 7));
    assert!(found.contains(&format!("mismatched-credentials docs/{BATCH}/api.md")), "{found:?}");
}

#[test]
fn staged_pages_are_read_from_the_index() {
    let directory = repository();
    let api = page(&directory, STREAMING, "api");
    let shown = format!("docs/{STREAMING}/api.md");
    let clean = fs::read_to_string(&api).unwrap();
    fs::write(&api, clean.clone() + "\nTODO\n").unwrap();
    assert_eq!(looked_at(&lint(&directory, &["--staged"]).exits(0)), (0, 0, vec![]), "nothing is staged");
    git(directory.path(), &["add", "docs"]);
    fs::write(&api, &clean).unwrap();
    let expected = (1, 1, vec![format!("template-text-in-page {shown}")]);
    assert_eq!(
        looked_at(&lint(&directory, &["--staged"]).exits(1)),
        expected,
        "the work tree was mended, the index not"
    );
    assert_eq!(looked_at(&lint(&directory, &["--staged", "docs"]).exits(1)), expected);
    // The page need not be on disk, nor its folder.
    fs::remove_dir_all(directory.path().join("docs")).unwrap();
    assert_eq!(looked_at(&lint(&directory, &["--staged"]).exits(1)), expected);
    assert_eq!(looked_at(&lint(&directory, &["--staged", &shown]).exits(1)), expected);
    git(directory.path(), &["checkout", "-q", "HEAD", "--", "docs"]);
    // A link leads to what the index has.
    fs::write(&api, clean + "\n![A screen](images/screen.png)\n").unwrap();
    fs::create_dir_all(api.with_file_name("images")).unwrap();
    fs::write(api.with_file_name("images").join("screen.png"), "x").unwrap();
    git(directory.path(), &["add", &shown]);
    let ran = lint(&directory, &["--staged"]).exits(0);
    assert_eq!(looked_at(&ran), (1, 1, vec![format!("broken-page-link {shown}")]));
    git(directory.path(), &["add", "--all"]);
    assert_eq!(looked_at(&lint(&directory, &["--staged"]).exits(0)), (1, 1, vec![]));
}

#[test]
fn standard_input_may_be_a_page() {
    let directory = example();
    let api = page(&directory, STREAMING, "api");
    let shown = format!("docs/{STREAMING}/api.md");
    let clean = fs::read_to_string(&api).unwrap();
    let pipe = |text: &str, path: &str| {
        Sss::in_dir(&directory).args(["lint", "--json", "-", "--stdin-path", path]).stdin(text).run()
    };
    assert_eq!(looked_at(&pipe(&clean, &shown).exits(0)), (1, 1, vec![]));
    fs::write(&api, "what is on disk does not count").unwrap();
    assert_eq!(looked_at(&pipe(&clean, &shown).exits(0)), (1, 1, vec![]));
    let damaged = clean.replacen("  -H 'Authorization: Bearer {ACCESS_TOKEN}' \\\n", "", 1);
    assert_eq!(looked_at(&pipe(&damaged, &shown).exits(1)).2, [format!("malformed-request {shown}")]);
    // One that is not saved yet, and one that lies elsewhere.
    fs::remove_file(&api).unwrap();
    assert_eq!(looked_at(&pipe(&damaged, &shown).exits(1)).2, [format!("malformed-request {shown}")]);
    assert_eq!(looked_at(&pipe(&BY_HAND.replace("## Before you begin", ""), "elsewhere/harbor.md")).2.len(), 1);
}

#[test]
fn pages_keep_nobody_from_publishing() {
    let directory =
        changed(STREAMING, "api", |text| text.replacen("  -H 'Authorization: Bearer {ACCESS_TOKEN}' \\\n", "", 1));
    Sss::in_dir(&directory).arg("lint").run().exits(1);
    Sss::in_dir(&directory).args(["rehearse", STREAMING]).run().exits(0);
}
