//! Reading what the plan is made from: the records and journals here, the specs over there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::{Error, Records, Target, desired::Wanted, journal::Pending, record::Entry};
use crate::platform::{self, FlowService, Record};

/// What is known here of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Known {
    pub(super) entry: Option<Entry>,
    pub(super) pending: Option<Pending>,
}

/// What is there on the platform, as far as the plan needs it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Actual {
    /// Connection specs that were asked for by id and are there.
    pub(super) by_id: BTreeMap<String, Record>,
    /// Connection specs by name and provider, for the sources that are not recorded.
    pub(super) by_name: BTreeMap<(String, String), Vec<Value>>,
    /// Flow specs that are there.
    pub(super) flow_specs: BTreeMap<Uuid, Value>,
}

/// Reads everything the plan is made from.
pub(super) fn observe(
    service: &FlowService,
    wanted: &[Wanted],
    records: &Records,
    target: &Target,
) -> Result<(BTreeMap<String, Known>, Actual), Error> {
    let mut known = BTreeMap::new();
    // Everything here first: a broken record must end the run before the first call.
    for one in wanted {
        let entry = records.find(&one.source, target)?;
        let pending = records.journals.pending(&one.source, target)?;
        known.insert(one.source.clone(), Known { entry, pending });
    }
    let mut actual = Actual::default();
    for one in wanted {
        let here = &known[&one.source];
        let recorded = here.entry.as_ref().map(|entry| &entry.connection_spec);
        let journaled = here.pending.as_ref().and_then(|pending| pending.written.as_ref());
        let mut found = false;
        for id in [recorded, journaled].into_iter().flatten() {
            if found {
                break;
            }
            if let Some(record) = service.connection_spec(id)? {
                actual.by_id.insert(id.clone(), record);
                found = true;
            }
        }
        if !found {
            let candidates = candidates(service, &one.name, &one.provider_id)?;
            actual.by_name.insert((one.name.clone(), one.provider_id.clone()), candidates);
        }
    }
    let flow_specs: BTreeSet<Uuid> = wanted.iter().map(|one| one.flow_spec).collect();
    for id in flow_specs {
        if let Some(record) = service.flow_spec(&id.to_string())? {
            actual.flow_specs.insert(id, record.value);
        }
    }
    Ok((known, actual))
}

/// The connection specs of a name and provider, whatever the platform makes of the filter.
pub(super) fn candidates(service: &FlowService, name: &str, provider_id: &str) -> Result<Vec<Value>, platform::Error> {
    let filter = format!("name==\"{name}\"");
    // A quote inside would end the value, so such a name is looked for here alone.
    let filters: &[&str] = if name.contains('"') { &[] } else { &[filter.as_str()] };
    let mut all = service.connection_specs(filters)?;
    let text = |spec: &Value, field: &str| spec.get(field).and_then(Value::as_str).map(str::to_owned);
    all.retain(|spec| {
        text(spec, "name").as_deref() == Some(name)
            && text(spec, "providerId").as_deref() == Some(provider_id)
            && text(spec, "id").is_some_and(|id| !id.is_empty())
    });
    all.sort_by_key(|spec| text(spec, "id"));
    all.dedup_by_key(|spec| text(spec, "id"));
    Ok(all)
}
