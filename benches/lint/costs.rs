//! What is measured beside the time of a clean repository: another program on the same specs, and what a finding costs.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use self_serve_sources::{schema::source as schema_of, spec::Kind, spec::ids};
use serde_json::{Value, json};

use super::{Error, SSS, faulty, median, repository};

/// Where `jsonschema-cli` is.
pub(crate) fn peer() -> Option<String> {
    const NAME: &str = "jsonschema-cli";
    if let Ok(named) = env::var("JSONSCHEMA_CLI") {
        return Some(named);
    }
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join(NAME)).find(|file| file.is_file())?;
    found.to_str().map(str::to_owned)
}

/// Has `jsonschema-cli` validate every connection spec against one schema, which holds each to that of its kind.
pub(crate) fn peer_command(peer: &str, root: &Path) -> Result<Vec<String>, Error> {
    let schema = |kind| -> Result<Value, Error> {
        let mut schema: Value = serde_json::from_str(schema_of(kind))?;
        schema.as_object_mut().and_then(|schema| schema.remove("$schema"));
        Ok(schema)
    };
    let both = json!({
        "$schema": ids::DRAFT_07,
        "if": { "properties": { "providerId": { "const": ids::BATCH_PROVIDER } } },
        "then": schema(Kind::Batch)?,
        "else": schema(Kind::Streaming)?,
    });
    let file = root.join("one.schema.json");
    fs::write(&file, both.to_string())?;
    let text = |path: PathBuf| path.into_os_string().into_string().map_err(|_| "the temporary directory is no text");
    let mut command = vec![peer.to_owned(), "validate".to_owned(), text(file)?];
    for spec in faulty::specs(root)? {
        command.extend(["-i".to_owned(), text(spec)?]);
    }
    Ok(command)
}

/// How many sources have findings.
const SOURCES: usize = 1_000;

/// Measures what a finding costs: a thousand sources with ten findings each, and the same with a hundred each.
pub(crate) fn of_findings(out: &mut impl Write) -> Result<(), Error> {
    writeln!(out, "\n| findings | format | `sss lint` | without findings | each finding |\n|--:|:--|--:|--:|--:|")?;
    let clean = tempfile::tempdir()?;
    repository::write(clean.path(), SOURCES)?;
    for faults in [10, 100] {
        let faulty = tempfile::tempdir()?;
        faulty::write_faulty(faulty.path(), SOURCES, faults)?;
        for format in ["concise", "json", "full"] {
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for _ in 0..5 {
                with.push(time(faulty.path(), format)?);
                without.push(time(clean.path(), format)?);
            }
            let (with, without) = (median(with), median(without));
            let findings = SOURCES * faults;
            writeln!(
                out,
                "| {findings} | {format} | {} | {} | {:.2} µs |",
                super::shown(with),
                super::shown(without),
                with.saturating_sub(without).as_secs_f64() * 1e6 / findings as f64
            )?;
        }
    }
    Ok(())
}

fn time(root: &Path, format: &str) -> Result<Duration, Error> {
    let start = Instant::now();
    let status = Command::new(SSS).arg("lint").args(["--format", format]).arg(root).stdout(Stdio::null()).status()?;
    // 1: there are findings, which is what is wanted here. Unknown keys are warnings, which end with 0.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("`sss lint --format {format}` ended with {status}").into());
    }
    Ok(start.elapsed())
}
