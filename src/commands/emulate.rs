//! `sss emulate`: the emulator in the foreground, until Ctrl-C.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Map, Value, json};

use crate::{
    cli::{self, Global},
    console::Console,
    emulator::{self, Emulator, Options, StoreAt},
    error::Error,
    exit::Exit,
    files,
};

/// Where the emulator keeps its records where nothing else is said.
const DATABASE: &str = ".sss/emulator.db";

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Emulate, console: &mut Console) -> Result<Exit, Error> {
    let from = |path: &Path| global.directory.as_deref().unwrap_or(Path::new("")).join(path);
    let database = arguments.db.clone().unwrap_or_else(|| PathBuf::from(DATABASE));
    let store = if arguments.memory { StoreAt::Memory } else { StoreAt::File(from(&database)) };
    super::directory(global)?;
    let ready_file = arguments.ready_file.as_deref().map(from);
    if let Some(path) = &ready_file {
        // Lest somebody who waits for the file reads the address of an earlier run.
        files::remove(path).map_err(|source| Error::file("remove", path, source))?;
    }
    let options = Options {
        port: arguments.port,
        store: store.clone(),
        seed: arguments.seed.as_deref().map(from),
        etags: !arguments.no_etag,
        production: arguments.sandbox_type == cli::SandboxType::Production,
        delay: Duration::from_millis(arguments.delay.into()),
        catch_signals: true,
        ..Options::default()
    };
    let emulator = Emulator::start(options)?;
    if let Some(path) = &ready_file {
        // Whoever sees the file sees all of it.
        files::write_whole(path, format!("{}\n", emulator.base_url()).as_bytes())
            .map_err(|source| Error::file("write", path, source))?;
    }
    tell(&emulator, &store, console);
    emulator.wait()?;
    console.progress("stopped");
    Ok(Exit::Done)
}

/// Tells how to use it: as a shell would read it, or as JSON.
fn tell(emulator: &Emulator, store: &StoreAt, console: &mut Console) {
    let base_url = emulator.base_url();
    let environment = environment(base_url);
    let database = match store {
        StoreAt::Memory => None,
        StoreAt::File(path) => Some(path.display().to_string()),
    };
    if console.json() {
        let variables: Map<String, Value> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        console
            .print_json(&json!({"version": 1, "base_url": base_url, "database": database, "environment": variables}));
        return;
    }
    console.progress(&format!("the emulator listens on {base_url}"));
    match &database {
        Some(path) => console.progress(&format!("its records are kept in `{path}`")),
        None => console.progress("its records are kept in memory, until it stops"),
    }
    console.progress("to use it, set these variables, or give any verb `--profile emulator`; stop it with Ctrl-C\n");
    for (name, value) in environment {
        console.line(&format!("export {name}={value}"));
    }
}

/// The environment that makes every verb work against the emulator. No value needs quoting in a shell.
fn environment(base_url: &str) -> [(&'static str, &str); 7] {
    [
        ("AEP_BASE_URL", base_url),
        ("AEP_IMS_URL", base_url),
        ("AEP_API_KEY", emulator::CLIENT_ID),
        ("AEP_CLIENT_SECRET", emulator::CLIENT_SECRET),
        ("AEP_SCOPES", emulator::SCOPES),
        ("AEP_ORG_ID", emulator::ORGANIZATION),
        ("AEP_SANDBOX", emulator::SANDBOX),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variable_needs_quoting_in_a_shell() {
        for (name, value) in environment("http://127.0.0.1:8787") {
            let plain = |character: char| character.is_ascii_alphanumeric() || ":/.,@_-".contains(character);
            assert!(!value.is_empty() && value.chars().all(plain), "{name}={value}");
        }
    }
}
