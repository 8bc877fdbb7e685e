//! JSON Patch as the platform takes it: `add`, `replace` and `remove`, in lower or upper case, one instruction or an array.

use json_patch::PatchOperation;
use serde_json::Value;

use crate::emulator::{
    problem::{self, Problem},
    store::Body,
};

/// The instructions in the body of a request.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<PatchOperation>, Problem> {
    let instructions = match serde_json::from_slice(bytes) {
        Ok(Value::Array(instructions)) if !instructions.is_empty() => instructions,
        Ok(instruction @ Value::Object(_)) => vec![instruction],
        Ok(_) => return Err(Problem::flow(problem::EMPTY_BODY, "the body must be an array of patch instructions")),
        Err(_) if bytes.iter().all(u8::is_ascii_whitespace) => {
            return Err(Problem::flow(problem::EMPTY_BODY, "the request has no body"));
        }
        Err(error) => return Err(Problem::invalid(format!("the body of the request is not JSON: {error}"))),
    };
    instructions.into_iter().map(instruction).collect()
}

fn instruction(mut instruction: Value) -> Result<PatchOperation, Problem> {
    let operation = instruction.get("op").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if !matches!(operation.as_str(), "add" | "replace" | "remove") {
        let detail = format!("`op` is `add`, `replace` or `remove`, not `{operation}`");
        return Err(Problem::flow(problem::OPERATION, detail));
    }
    if let Some(op) = instruction.get_mut("op") {
        *op = Value::String(operation);
    }
    serde_json::from_value(instruction)
        .map_err(|error| Problem::flow(problem::PATCH, format!("a patch instruction is not as it must be: {error}")))
}

/// The record with the instructions carried out; all of them, or none.
pub(super) fn apply(instructions: &[PatchOperation], record: &Body) -> Result<Body, Problem> {
    let mut value = Value::Object(record.clone());
    json_patch::patch(&mut value, instructions).map_err(|error| Problem::flow(problem::PATCH, error.to_string()))?;
    match value {
        Value::Object(body) => Ok(body),
        _ => Err(Problem::flow(problem::PATCH, "the record itself cannot be replaced")),
    }
}
