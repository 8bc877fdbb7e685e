//! `/connectionSpecs`.

use serde_json::Value;

use super::resource::Resource;
use crate::{
    emulator::{
        problem::Problem,
        store::{Body, Store},
        validate::{
            self, Field,
            Kind::{Id, Object, Objects, Text},
            optional, required,
        },
    },
    spec::ids::{STREAMING_PROVIDER, STREAMING_TYPE},
};

const FIELDS: [Field; 14] = [
    required("name", Text),
    required("providerId", Id),
    optional("type", Text),
    optional("description", Text),
    optional("version", Text),
    optional("authSpec", Objects),
    optional("sourceSpec", Object),
    optional("targetSpec", Object),
    optional("exploreSpec", Object),
    optional("encryptionSpecs", Objects),
    optional("attributes", Object),
    optional("permissionsInfo", Object),
    optional("settings", Object),
    optional("entitlementInfo", Object),
];

pub(super) struct ConnectionSpecs;

impl Resource for ConnectionSpecs {
    const NAME: &'static str = "connectionSpecs";

    fn check(_: &Store, body: &Body, _: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)
    }

    fn answers_in_items(record: &Body) -> bool {
        let field = |name| record.get(name).and_then(Value::as_str);
        field("type") == Some(STREAMING_TYPE) || field("providerId") == Some(STREAMING_PROVIDER)
    }
}
