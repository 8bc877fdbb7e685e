//! `sss docs`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    publish::{BATCH, STREAMING, edit, example},
    support::{Ran, Sss, tree},
};

fn docs(directory: &TempDir, arguments: &[&str]) -> Ran {
    Sss::in_dir(directory).arg("docs").args(arguments).run()
}

fn page(directory: &TempDir, source: &str, kind: &str) -> PathBuf {
    directory.path().join(format!("docs/{source}/{kind}.md"))
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

fn replace(path: &Path, from: &str, to: &str) {
    let old = text(path);
    assert!(old.contains(from), "{from}");
    fs::write(path, old.replacen(from, to, 1)).unwrap();
}

/// The example without its pages and answers.
fn bare() -> TempDir {
    let directory = example();
    fs::remove_dir_all(directory.path().join("docs")).unwrap();
    for source in [BATCH, STREAMING] {
        fs::remove_file(directory.path().join(format!("Sources/{source}/docs.toml"))).unwrap();
    }
    directory
}

fn answers(directory: &TempDir, source: &str) -> PathBuf {
    directory.path().join(format!("Sources/{source}/docs.toml"))
}

#[test]
fn pages_without_answers_have_marked_gaps() {
    let directory = bare();
    let ran = docs(&directory, &[STREAMING]).exits(0);
    assert_eq!(ran.stdout.lines().count(), 2);
    for id in ["overview", "contact", "prerequisites", "webhook", "sample", "connection-spec"] {
        let ran = docs(&directory, &[STREAMING, "--json"]).exits(0);
        let pages = ran.json()["pages"].clone();
        let gaps = pages[0]["gaps"].as_array().unwrap().clone();
        assert!(gaps.iter().any(|gap| gap["id"] == id), "{id}: {pages:#}");
        let written = text(page(&directory, STREAMING, "api"));
        assert!(written.contains(&format!("<!-- sss:gap {id}: ")), "{id}");
        assert!(self_serve_sources::documentation::for_submission(&written).is_err());
    }
    assert!(text(page(&directory, STREAMING, "api")).contains("{CONNECTION_SPEC_ID}"));
    let ran = docs(&directory, &[BATCH]).exits(0).tells(["example.subdomain", "give an example of subdomain"]);
    assert_eq!(ran.stderr.matches(": overview: ").count(), 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains("example.clientId"), "what may be left out needs no example: {}", ran.stderr);
    assert!(text(page(&directory, BATCH, "api")).contains("\"subdomain\": \"{SOURCE_SUBDOMAIN}\""));
}

#[test]
fn what_flags_answer_stays_when_they_are_not_given_again() {
    let directory = bare();
    docs(&directory, &[STREAMING, "--overview", "It *does*.", "--contact", "a@b.example"]).exits(0);
    docs(&directory, &[STREAMING, "--webhook", "1. Do it.", "--resources", "See more."]).exits(0);
    for kind in ["api", "ui"] {
        let written = text(page(&directory, STREAMING, kind));
        for told in
            ["It *does*.", "[a@b.example](mailto:a@b.example)", "1. Do it.", "## Additional resources", "See more."]
        {
            assert!(written.contains(told), "{told}");
        }
    }
    docs(&directory, &[STREAMING, "--check"]).exits(0);
}

/// On a terminal, what is missing is asked for; Enter leaves it out.
#[cfg(unix)]
#[test]
fn gaps_are_asked_for_on_a_terminal() {
    use std::io::{Read, Write};

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    let directory = bare();
    let pty = native_pty_system();
    let pair = pty.openpty(PtySize { rows: 40, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sss"));
    command.args(["docs", STREAMING, "--color", "never"]);
    command.cwd(directory.path());
    command.env("TERM", "xterm");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let mut seen = String::new();
    let mut wait_for = |text: &str| {
        let mut bytes = [0; 4096];
        while !seen.contains(text) {
            let read = reader.read(&mut bytes).unwrap();
            assert!(read > 0, "`{text}` never came:\n{seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    };
    for (question, answer) in
        [("Overview:", "It does."), ("Contact:", "a@b.example"), ("Prerequisites:", ""), ("Webhook:", "1. Do it.")]
    {
        wait_for(question);
        writer.write_all(format!("{answer}\r").as_bytes()).unwrap();
    }
    wait_for("ui.md");
    assert!(child.wait().unwrap().success());
    for kind in ["api", "ui"] {
        let written = text(page(&directory, STREAMING, kind));
        assert!(
            written.contains("It does.") && written.contains("mailto:a@b.example") && written.contains("1. Do it.")
        );
        assert!(written.contains("<!-- sss:gap prerequisites: "));
    }
}

#[test]
fn hostile_texts_of_the_artifacts_stay_texts() {
    let directory = bare();
    let label = directory.path().join(format!("Sources/{BATCH}/Artifacts/{BATCH}-label.txt"));
    fs::write(label, "A: *b* | <!-- sss:end --> {{{{x}}}} `c`\n").unwrap();
    edit(&directory, BATCH, "API key with the right to read tickets.", "a | b <i> `d`\\n<!-- sss:end -->\\n# e");
    docs(&directory, &[BATCH]).exits(0);
    docs(&directory, &[BATCH, "--check"]).exits(0);
    let written = text(page(&directory, BATCH, "api"));
    assert!(written.contains("\ntitle: \"Create an A: *b* | <!-- sss:end --> {{{{x}}}} `c` source"), "{written}");
    assert!(written.contains("| a \\| b &lt;i> \\`d\\` &lt;!-- sss:end --> # e. **Secret**"));
}

#[test]
fn a_recorded_id_is_the_pages_and_that_of_an_emulator_is_not() {
    let directory = bare();
    let record = directory.path().join(format!(".sss/published/{STREAMING}.toml"));
    fs::create_dir_all(record.parent().unwrap()).unwrap();
    let entry = |platform: &str, sandbox: &str, id: &str| {
        format!(
            "[[published]]\nplatform = \"{platform}\"\norganization = \"5F1A2B3C4D5E6F7A0A495C1B@AdobeOrg\"\n\
             sandbox = \"{sandbox}\"\nconnection_spec = \"{id}\"\ndigest = \"x\"\n"
        )
    };
    let here = entry("https://platform.adobe.io", "sources-testing", "11111111-2222-4333-8444-555555555555");
    let local = entry("emulator", "prod", "99999999-2222-4333-8444-555555555555");
    fs::write(&record, format!("version = 1\n{local}")).unwrap();
    docs(&directory, &[STREAMING]).exits(0);
    assert!(text(page(&directory, STREAMING, "api")).contains("{CONNECTION_SPEC_ID}"));
    fs::write(&record, format!("version = 1\n{local}{here}")).unwrap();
    docs(&directory, &[STREAMING, "--check"]).exits(1).tells(["sss docs lumen-loyalty-events"]);
    docs(&directory, &[STREAMING]).exits(0);
    let written = text(page(&directory, STREAMING, "api"));
    assert!(written.contains("\"id\": \"11111111-2222-4333-8444-555555555555\"") && !written.contains("99999999-"));
    // In several places under several ids, somebody has to say which.
    let other = entry("https://platform.adobe.io", "other", "22222222-2222-4333-8444-555555555555");
    fs::write(&record, format!("version = 1\n{here}{other}")).unwrap();
    docs(&directory, &[STREAMING, "--diff"]).exits(0).tells(["published as 2 connection specs"]);
    docs(&directory, &[STREAMING, "--check", "--profile", "testing"]).exits(0);
    docs(&directory, &[STREAMING, "--profile", "testin"]).exits(2).tells(["did you mean `testing`?"]);
}

#[test]
fn what_a_person_wrote_is_kept_and_what_is_generated_follows_the_spec() {
    let directory = example();
    let api = page(&directory, BATCH, "api");
    replace(&api, "## Appendix", "## Appendix");
    let own = text(&api).replace(
        "<!-- sss:generated appendix",
        "Mind the rate limit of 70 requests a minute.\n\n<!-- sss:generated appendix",
    );
    fs::write(&api, own).unwrap();
    edit(&directory, BATCH, "API key with the right to read tickets.", "API key that may read tickets.");
    let before = tree(directory.path());
    let diff = docs(&directory, &[BATCH, "--diff"]).exits(0);
    assert!(diff.stdout.contains("--- a/docs/harbor-helpdesk-tickets/api.md"), "{}", diff.stdout);
    assert!(diff.stdout.contains("+| `authKey1` | API key that may read tickets."), "{}", diff.stdout);
    assert!(!text(&api).contains("that may read"), "a diff writes nothing");
    docs(&directory, &[BATCH, "--check"]).exits(1);
    assert!(!text(&api).contains("that may read"), "a check writes nothing");
    docs(&directory, &[BATCH]).exits(0);
    let now = text(&api);
    assert!(now.contains("API key that may read tickets.") && now.contains("Mind the rate limit"));
    assert_eq!(tree(directory.path()), before, "nothing is left behind");
    docs(&directory, &[BATCH, "--check"]).exits(0);
}

#[test]
fn an_edit_of_generated_text_is_a_conflict_until_it_is_settled() {
    let directory = example();
    let api = page(&directory, BATCH, "api");
    replace(&api, "| `authKey1` | API key with the right to read tickets.", "| `authKey1` | Ask your admin.");
    docs(&directory, &[BATCH, "--check"]).exits(0);
    edit(&directory, BATCH, "API key with the right to read tickets.", "API key that may read tickets.");
    let ran = docs(&directory, &[BATCH]).exits(1).tells(["conflict", "the region `credentials`", "--keep", "--force"]);
    assert!(
        ran.stderr.contains("-| `authKey1` | Ask your admin.")
            && ran.stderr.contains("+| `authKey1` | API key that may")
    );
    assert!(text(&api).contains("Ask your admin."));
    let json = docs(&directory, &[BATCH, "--json"]).exits(1).json();
    assert_eq!(json["pages"][0]["conflicts"][0]["region"], "credentials");
    let conflicted = text(&api);
    docs(&directory, &[BATCH, "--keep"]).exits(0);
    assert!(text(&api).contains("Ask your admin."));
    docs(&directory, &[BATCH, "--check"]).exits(0);
    fs::write(&api, conflicted).unwrap();
    docs(&directory, &[BATCH, "--force"]).exits(0);
    assert!(!text(&api).contains("Ask your admin."));
}

#[test]
fn a_page_that_cannot_be_made_out_is_left_alone() {
    let directory = example();
    let ui = page(&directory, STREAMING, "ui");
    let whole = text(&ui);
    for (broken, told) in [
        (whole.replacen("<!-- sss:end -->", "", 1), ["has no end", "put `<!-- sss:end -->` back"]),
        ("# My own page\n".to_owned(), ["was not written by `sss docs`", "--output DIR"]),
    ] {
        fs::write(&ui, &broken).unwrap();
        replace(&answers(&directory, STREAMING), "still news", "news");
        docs(&directory, &[STREAMING, "--force"]).exits(2).tells(told);
        assert_eq!(text(&ui), broken);
        replace(&answers(&directory, STREAMING), "news", "still news");
    }
    fs::write(&ui, b"caf\xe9 <!-- sss:end -->").unwrap();
    docs(&directory, &[STREAMING]).exits(2).tells(["is not UTF-8 text"]);
}

#[test]
fn faults_of_the_answers_have_their_place() {
    let directory = example();
    let file = answers(&directory, BATCH);
    for (from, to, told) in [
        (
            "overview = ",
            "overveiw = ",
            &["docs.toml:3:1: unknown key `overveiw`", "did you mean `overview`?", "^^^"][..],
        ),
        ("brandId = ", "brandID = ", &["the source has no input `brandID`", "did you mean `brandId`?"]),
        ("clientId = \"harbor-app-4711\"", "clientSecret = \"x\"", &["`clientSecret` is a secret", "leave it out"]),
        ("\"7a1f0c52-", "\"x7a1f0c52-", &["this is no id of a connection spec"]),
        ("\"subject\": ", "\"subject\" ", &["the sample cannot be read", "sample = '''"]),
        ("contact = \"", "contact = \"<!-- sss:gap a: b -->", &["this holds a mark of `sss`"]),
    ] {
        let whole = text(&file);
        replace(&file, from, to);
        docs(&directory, &[BATCH]).exits(2).tells(told);
        fs::write(&file, whole).unwrap();
    }
    docs(&directory, &[BATCH, "--webhook", "x"]).exits(2).tells(["has no webhook"]);
    docs(&directory, &[STREAMING, "--contact", "a\nb"]).exits(2).tells(["has several lines"]);
    docs(&directory, &["lumen-loyalty-event"]).exits(2).tells(["lumen-loyalty-events"]);
    edit(&directory, BATCH, "\"authSpec\": [", "\"authSpec\": [,");
    docs(&directory, &[BATCH]).exits(2).tells(["sss lint"]);
}

#[test]
fn templates_and_places_of_ones_own() {
    let directory = example();
    fs::create_dir(directory.path().join("mine")).unwrap();
    fs::write(directory.path().join("mine/appendix.md.hbs"), "Ask {{label}}.\n").unwrap();
    docs(&directory, &[BATCH, "--templates", "mine", "--output", "out", "--page", "api"]).exits(0);
    assert!(
        text(directory.path().join("out/api.md")).contains("## Appendix {#appendix}\n\nAsk Harbor Helpdesk Tickets.\n")
    );
    assert!(!directory.path().join("out/ui.md").exists());
    fs::write(directory.path().join("mine/appendix.md.hbs"), "<!-- sss:end -->").unwrap();
    docs(&directory, &[BATCH, "--templates", "mine", "--output", "out"]).exits(2).tells(["a mark of `sss` itself"]);
    fs::rename(directory.path().join("mine/appendix.md.hbs"), directory.path().join("mine/apendix.md.hbs")).unwrap();
    docs(&directory, &[BATCH, "--templates", "mine"]).exits(2).tells(["did you mean `appendix.md.hbs`?"]);
}

#[test]
fn a_page_is_handed_in_without_marks() {
    let directory = example();
    for source in [BATCH, STREAMING] {
        for kind in ["api", "ui"] {
            let whole = text(page(&directory, source, kind));
            let bare = self_serve_sources::documentation::for_submission(&whole).unwrap();
            assert!(bare.starts_with("---\ntitle: ") && !bare.contains("sss:"), "{bare}");
            assert!(!bare.contains("\n\n\n"), "{bare}");
            let kept = whole.lines().filter(|line| !line.is_empty() && !line.contains("sss:"));
            assert!(kept.eq(bare.lines().filter(|line| !line.is_empty())));
        }
    }
}
