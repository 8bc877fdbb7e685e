//! The platform's own records: what a new store holds, before anybody wrote to it.
//!
//! Ids, names and shapes are the platform's; the words in them are ours. Of the many published sources there are a few.

use super::{
    gateway::SANDBOXES,
    routes::{resource, schema_registry},
    store::Body,
};

/// When the records were made, in milliseconds.
const MADE_AT: u64 = 1_633_080_822_911;
/// The account that made them.
const ACCOUNT: &str = "acp_foundation_connectors@AdobeID";
const CLIENT: &str = "acp_foundation_connectors";

const CONNECTION_SPECS: [&str; 12] = [
    include_str!("connection_specs/generic-rest.json"),
    include_str!("connection_specs/generic-streaming.json"),
    include_str!("connection_specs/http-api.json"),
    include_str!("connection_specs/data-lake.json"),
    include_str!("connection_specs/amazon-s3.json"),
    include_str!("connection_specs/azure-file-storage.json"),
    include_str!("connection_specs/salesforce.json"),
    include_str!("connection_specs/zendesk.json"),
    include_str!("connection_specs/mixpanel.json"),
    include_str!("connection_specs/onetrust.json"),
    include_str!("connection_specs/square.json"),
    include_str!("connection_specs/pendo.json"),
];

const FLOW_SPECS: [&str; 7] = [
    include_str!("flow_specs/rest-storage-to-aep.json"),
    include_str!("flow_specs/generic-streaming-aep.json"),
    include_str!("flow_specs/cloud-storage-to-aep.json"),
    include_str!("flow_specs/crm-to-aep.json"),
    include_str!("flow_specs/stream-data-with-transformation.json"),
    include_str!("flow_specs/stream-data-without-transformation.json"),
    include_str!("flow_specs/stream-data-with-optional-transformation.json"),
];

/// Behaviours, classes and field groups of XDM.
const XDM: [&str; 10] = [
    include_str!("xdm/experience-event-commerce.json"),
    include_str!("xdm/experience-event-web.json"),
    include_str!("xdm/experience-event.json"),
    include_str!("xdm/identity-map.json"),
    include_str!("xdm/profile-person-details.json"),
    include_str!("xdm/profile-personal-details.json"),
    include_str!("xdm/profile-work-details.json"),
    include_str!("xdm/profile.json"),
    include_str!("xdm/record.json"),
    include_str!("xdm/time-series.json"),
];

/// The resources of XDM, each with its id.
pub(super) fn xdm() -> Result<Vec<(String, Body)>, redb::Error> {
    XDM.iter().map(|text| Ok(schema_registry::seeded(parsed(text)?))).collect()
}

fn parsed(text: &str) -> Result<Body, redb::Error> {
    serde_json::from_str(text).map_err(|error| redb::Error::Corrupted(format!("the seed: {error}")))
}

/// Every record with the name of its collection, its audit fields filled in.
pub(super) fn records() -> Result<Vec<(&'static str, Body)>, redb::Error> {
    let connection_specs = CONNECTION_SPECS.iter().map(|text| ("connectionSpecs", text));
    let flow_specs = FLOW_SPECS.iter().map(|text| ("flowSpecs", text));
    connection_specs.chain(flow_specs).map(|(collection, text)| Ok((collection, with_audit(parsed(text)?)))).collect()
}

/// Puts the audit fields behind the id, as the platform prints them.
fn with_audit(mut content: Body) -> Body {
    let id = content.shift_remove("id").unwrap_or_default();
    let audit = resource::audit(id, MADE_AT, (ACCOUNT, CLIENT), &SANDBOXES[0]);
    audit.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(content).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::emulator::validate;

    #[test]
    fn every_seeded_record_is_whole_and_its_id_is_its_own() {
        let records = records().unwrap();
        let mut ids = BTreeSet::new();
        for (collection, record) in &records {
            let id = record["id"].as_str().unwrap();
            assert_eq!(validate::id(id).as_deref(), Some(id), "{collection}");
            assert!(ids.insert(id.to_owned()), "{id} twice");
            assert!(record["name"].is_string() && record["providerId"].is_string(), "{id}");
        }
        assert_eq!(records.len(), CONNECTION_SPECS.len() + FLOW_SPECS.len());
    }

    #[test]
    fn every_seed_file_is_among_the_records() {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/emulator/seed");
        for (name, texts) in
            [("connection_specs", &CONNECTION_SPECS[..]), ("flow_specs", &FLOW_SPECS[..]), ("xdm", &XDM[..])]
        {
            for entry in std::fs::read_dir(directory.join(name)).unwrap() {
                let path = entry.unwrap().path();
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(texts.contains(&text.as_str()), "{} is not seeded", path.display());
            }
        }
    }
}
