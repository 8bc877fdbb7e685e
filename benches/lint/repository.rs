//! Repositories of any size to measure on: the same number always gives the same bytes, and no rule finds anything in them.

use std::{fs, io, path::Path};

use serde_json::{Value, json};

/// Writes `count` sources below `root`, by turns of either kind, each with its five artifacts.
pub(crate) fn write(root: &Path, count: usize) -> io::Result<()> {
    for index in 0..count {
        source(root, index)?;
    }
    Ok(())
}

fn source(root: &Path, index: usize) -> io::Result<()> {
    let partner = PARTNERS[index % PARTNERS.len()];
    let subject = SUBJECTS[index / PARTNERS.len() % SUBJECTS.len()];
    let number = index + 1;
    let name = format!("{}-{subject}-{number:05}", partner.to_lowercase());
    let label = format!("{partner} {subject} {number}");
    let description = format!("Bring the {subject} of {partner}, account plan {number}, to Experience Platform.");
    let (category, mut spec) =
        if index.is_multiple_of(2) { ("customerSuccess", batch(index / 2)?) } else { ("streaming", streaming()?) };
    let documentation = format!(
        "https://experienceleague.adobe.com/docs/experience-platform/sources/connectors/{}/{name}.html",
        if category == "streaming" { "streaming" } else { "customer-success" },
    );
    spec["name"] = json!(name);
    spec["description"] = json!(description);
    spec["attributes"]["documentationLink"] = json!(documentation);
    let ui = &mut spec["sourceSpec"]["attributes"]["uiAttributes"];
    ui["documentationLink"] = json!(documentation);
    ui["icon"]["key"] = json!(format!("{}{subject}{number}Icon", partner.to_lowercase()));
    ui["description"]["text"] = json!(description);
    ui["label"]["text"] = json!(label);

    let folder = root.join("Sources").join(&name).join("Artifacts");
    fs::create_dir_all(&folder)?;
    let artifact = |suffix: &str, text: String| fs::write(folder.join(format!("{name}-{suffix}")), text);
    artifact("category.txt", format!("{category}\n"))?;
    artifact("description.txt", format!("{description}\n"))?;
    artifact("icon.svg", ICON.replace("#0B5C7A", &format!("#{:06X}", (index * 2_654_435) & 0x007f_7f7f)))?;
    artifact("label.txt", format!("{label}\n"))?;
    artifact("connectionSpec.json", format!("{spec:#}\n"))
}

fn streaming() -> io::Result<Value> {
    Ok(serde_json::from_str(STREAMING)?)
}

/// A batch spec with one of the five types of pagination and a custom schema of 4 to 40 columns.
fn batch(index: usize) -> io::Result<Value> {
    let mut spec: Value = serde_json::from_str(BATCH)?;
    spec["sourceSpec"]["attributes"]["paginationParams"] = match index % 5 {
        0 => json!({
            "type": "OFFSET", "limitName": "limit", "limitValue": 100, "offSetName": "offset",
            "endConditionName": "$.hasMore", "endConditionValue": "Const:false",
        }),
        1 => json!({
            "type": "PAGE", "limitName": "size", "limitValue": 50, "initialPageIndex": 1,
            "pageParamName": "page", "maximumRequest": 10000,
        }),
        2 => json!({
            "type": "POINTER", "limitName": "limit", "limitValue": 100, "pointerPath": "$.links.next",
        }),
        3 => json!({
            "type": "CONTINUATION_TOKEN", "continuationTokenPath": "$.meta.next_cursor",
            "parameterType": "QUERYPARAM", "parameterName": "cursor", "delayRequestMillis": "850",
        }),
        _ => json!({ "type": "NONE" }),
    };
    let columns = (0..4 + index % 37).map(|column| {
        let kind = ["string", "integer", "boolean", "number"][column % 4];
        (format!("column_{column}"), json!({ "type": kind, "description": format!("Column {column} of a record.") }))
    });
    // What `skipAttributes` names is there as well.
    let skipped = ["_links", "meta", "custom_fields"].map(|name| (name.to_owned(), json!({ "type": "object" })));
    let columns: Value = Value::Object(columns.chain(skipped).collect());
    spec["sourceSpec"]["attributes"]["schema"] = json!({
        "type": "object",
        "properties": { "tickets": { "type": "array", "items": { "type": "object", "properties": columns } } },
    });
    Ok(spec)
}

const BATCH: &str = include_str!(
    "../../artifacts-example/Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-connectionSpec.json"
);
const STREAMING: &str = include_str!(
    "../../artifacts-example/Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-connectionSpec.json"
);
const ICON: &str =
    include_str!("../../artifacts-example/Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-icon.svg");

const PARTNERS: [&str; 8] = ["Alder", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Heath"];
const SUBJECTS: [&str; 5] = ["tickets", "orders", "contacts", "events", "payments"];
