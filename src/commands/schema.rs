//! `sss schema`: the JSON Schema that the linter holds connection specs to, for editors.

use serde_json::json;

use super::{directory, output};
use crate::{
    cli::{self, Global, SourceKind},
    console::Console,
    error::Error,
    exit::Exit,
    schema,
    spec::Kind,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Schema, console: &mut Console) -> Result<Exit, Error> {
    let base = directory(global)?;
    let kind = match arguments.kind {
        SourceKind::Streaming => Kind::Streaming,
        SourceKind::Batch => Kind::Batch,
    };
    let text = schema::source(kind);
    let Some(file) = &arguments.output else {
        // A schema is one JSON object already, with `--json` and without.
        console.print(text);
        return Ok(Exit::Done);
    };
    output::write(&base.join(file), text)?;
    let file = file.display().to_string();
    if global.json {
        console.print_json(&json!({ "version": 1, "kind": kind.to_string(), "file": file }));
    } else {
        console.progress(&format!("wrote {file}"));
    }
    Ok(Exit::Done)
}
