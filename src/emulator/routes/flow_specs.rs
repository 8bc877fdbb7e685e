//! `/flowSpecs`.

use super::resource::Resource;
use crate::emulator::{
    problem::Problem,
    store::{Body, Store},
    validate::{
        self, Field,
        Kind::{Id, Ids, Object, Objects, Text},
        optional, required,
    },
};

const FIELDS: [Field; 12] = [
    required("name", Text),
    required("providerId", Id),
    optional("version", Text),
    optional("sourceConnectionSpecIds", Ids),
    optional("targetConnectionSpecIds", Ids),
    optional("optionSpec", Object),
    optional("transformationSpecs", Objects),
    // Some of the platform's own pages send the singular.
    optional("transformationSpec", Objects),
    optional("scheduleSpec", Object),
    optional("runSpec", Object),
    optional("attributes", Object),
    optional("permissionsInfo", Object),
];

pub(super) struct FlowSpecs;

impl Resource for FlowSpecs {
    const NAME: &'static str = "flowSpecs";

    fn check(_: &Store, body: &Body, _: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)
    }
}
