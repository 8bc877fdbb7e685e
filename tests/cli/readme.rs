//! The examples of the README and of `docs/json.md`: each command is run, and must say what the page says it says.
//!
//! `SSS_BLESS=1 cargo test readme` writes the output as it is into the pages; read `git diff` afterwards.

#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{emulator::Emulator, rehearse::copy};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The text between the marker of an example and the end of its block.
fn block<'a>(page: &'a str, name: &str) -> &'a str {
    let marker = format!("<!-- example: {name} -->\n```console\n");
    let start = page.find(&marker).unwrap_or_else(|| panic!("there is no example `{name}`")) + marker.len();
    let end = start + page[start..].find("```\n<!-- end of example -->").unwrap();
    &page[start..end]
}

/// The commands of a block; a command goes on after a backslash at the end of a line.
fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in block.lines() {
        if goes_on {
            let command = commands.last_mut().unwrap();
            command.push('\n');
            command.push_str(line);
        } else if let Some(command) = line.strip_prefix("$ ") {
            commands.push(command.to_owned());
        } else {
            continue;
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

/// A block as it is when its commands are run one after the other.
fn recorded(block: &str, directory: &Path, emulator: Option<&Emulator>) -> String {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_sss"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut text = String::new();
    for command in commands(block) {
        let mut shell = Command::new("bash");
        shell.arg("-c").arg(format!("{{ {command}\n}} 2>&1")).current_dir(directory).env_clear().env("PATH", &path);
        shell.env("HOME", directory);
        if let Some(emulator) = emulator {
            shell.env("AEP_BASE_URL", &emulator.base_url);
        }
        let output = shell.output().unwrap();
        text.push_str(&format!("$ {command}\n{}", String::from_utf8(output.stdout).unwrap()));
    }
    text
}

/// What differs from run to run — ids, ports, times — made the same.
fn normalised(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words: Vec<String> = line
            .split(' ')
            .map(|word| {
                let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                let fixed = ["6499120c-0b15-42dc-936e-847ea3c24d72", "e77fde5a-22a8-11ed-861d-0242ac120002"];
                let tail = core.rsplit('/').next().unwrap_or_default();
                let is_hexadecimal = tail.bytes().all(|byte| byte.is_ascii_hexdigit());
                let is_random =
                    uuid::Uuid::try_parse(tail).is_ok() || is_hexadecimal && matches!(tail.len(), 8 | 24 | 64);
                // An address with an id at its end has both.
                if let Some((before, rest)) = core.rsplit_once("127.0.0.1:") {
                    return word.replace(&format!("{before}127.0.0.1:{rest}"), "<address>");
                }
                if is_random && !fixed.contains(&tail) {
                    return word.replace(tail, "<id>");
                }
                word.to_owned()
            })
            .collect();
        let line = words.join(" ");
        let timed = ["\"duration_ms\": ", "\"events_per_second\": ", " accepted by the inlet of "];
        if let Some((timed, before)) = timed.iter().find_map(|timed| Some((timed, line.split_once(timed)?.0))) {
            lines.push(format!("{before}{timed}<time>"));
            continue;
        }
        // A row of `verify`, whose third column is a time.
        let columns: Vec<&str> = line.split_whitespace().collect();
        if let [_, _, time, "s", ..] = columns.as_slice()
            && time.parse::<f64>().is_ok()
        {
            lines.push(line.replacen(time, "<time>", 1).split_whitespace().collect::<Vec<_>>().join(" "));
            continue;
        }
        // How often the emulator is asked whether it is done depends on the time.
        if let Some((before, _)) = line.split_once(" rehearsed with ") {
            lines.push(format!("{before} rehearsed"));
            continue;
        }
        let line = match line.strip_suffix(" ms").and_then(|rest| rest.rsplit_once(' ')) {
            Some((rest, number)) if number.parse::<u32>().is_ok() => format!("{rest} <time>"),
            _ => line,
        };
        lines.push(line);
    }
    lines.join("\n")
}

fn hold(page: &str, name: &str, directory: &Path, emulator: Option<&Emulator>) {
    let path = Path::new(ROOT).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let written = block(&text, name);
    let recorded = recorded(written, directory, emulator);
    if std::env::var_os("SSS_BLESS").is_some() {
        if normalised(&recorded) != normalised(written) {
            fs::write(path, text.replace(written, &recorded)).unwrap();
        }
        return;
    }
    assert_eq!(normalised(written), normalised(&recorded), "the example `{name}` of {page} is not what `sss` says");
}

fn example() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy(&Path::new(ROOT).join("artifacts-example"), directory.path());
    directory
}

// One test, so that blessing never writes the file from two threads.
#[test]
fn the_readme_says_what_sss_says() {
    let directory = example();
    hold("README.md", "rehearse", directory.path(), None);
    hold("README.md", "new", tempfile::tempdir().unwrap().path(), None);
    hold("README.md", "lint", directory.path(), None);
    hold("README.md", "diff", directory.path(), None);
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    hold("README.md", "plan", directory.path(), Some(&emulator));
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    hold("README.md", "dataflow", directory.path(), Some(&emulator));
    hold("README.md", "verify", directory.path(), Some(&emulator));
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    fs::write(directory.path().join("sample.json"), "{\"id\": \"1\", \"plan\": \"gold\"}").unwrap();
    hold("README.md", "send", directory.path(), Some(&emulator));
    hold("README.md", "docs", example().path(), None);
}

#[test]
fn the_page_on_json_shows_what_sss_prints() {
    let hold = |name: &str, directory: &Path, emulator: Option<&Emulator>| {
        hold("docs/json.md", name, directory, emulator);
    };
    hold("lint", example().path(), None);
    let directory = example();
    hold("fix", directory.path(), None);
    hold("diff", directory.path(), None);
    hold("rules", example().path(), None);
    hold("new", tempfile::tempdir().unwrap().path(), None);
    hold("docs", example().path(), None);
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    hold("plan", directory.path(), Some(&emulator));
    hold("publish", directory.path(), Some(&emulator));
    hold("auth", directory.path(), Some(&emulator));
    hold("status", directory.path(), Some(&emulator));
    hold("pull", directory.path(), Some(&emulator));
    hold("dataflow", directory.path(), Some(&emulator));
    hold("dataflow-plan", example().path(), None);
    fs::write(directory.path().join("sample.json"), "{\"id\": \"1\", \"plan\": \"gold\"}").unwrap();
    hold("send", directory.path(), Some(&emulator));
    hold("rehearse", example().path(), None);
    hold("verify", directory.path(), Some(&emulator));
    hold("submit", example().path(), None);
}

#[test]
fn the_two_commands_of_a_newcomer_are_there() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let after = readme.split("<!-- commands -->\n```sh\n").nth(1).unwrap();
    let commands: Vec<&str> = after.split("```").next().unwrap().lines().collect();
    assert_eq!(
        commands,
        ["cargo run --release --locked -- -C artifacts-example rehearse", "cargo test --locked"],
        "`.ci/run` runs what stands here"
    );
}

#[test]
fn every_verb_of_the_command_line_is_in_the_table_and_the_other_way_round() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let help = crate::support::Sss::in_dir(ROOT).args(["--help"]).run().exits(0).stdout;
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let verbs: Vec<&str> = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    let works: Vec<&str> = readme.lines().filter(|line| line.ends_with("| works |")).collect();
    for verb in &verbs {
        assert!(works.iter().any(|line| line.contains(&format!("`sss {verb}"))), "`{verb}` is not in README.md");
    }
    let told: usize = works.iter().map(|line| line.matches("`sss ").count()).sum();
    assert_eq!(told, verbs.len(), "README.md lists a verb as working that is not there");
}
