//! The platform's own HTTP API: a base connection that has the inlet, and a source connection on it.

use serde_json::json;

use super::{DataType, Error, Name, making::Making};

/// The steps from the base connection to the source connection.
pub(super) fn steps(making: &mut Making<'_>, data: DataType, authenticated: bool) -> Result<(), Error> {
    let auth = json!({
        "specName": "Streaming Connection",
        "params": {
            "sourceId": making.label,
            "dataType": data.as_str(),
            "name": making.label,
            "authenticationRequired": authenticated,
        },
    });
    let base = making.base_connection(Some(auth));
    let source = making.source_connection(Some(Name::BaseConnectionId))?;
    making.steps.extend([base, source]);
    Ok(())
}
