//! What the repository wants on the platform: one connection spec a source, listed in one flow spec.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{Error, diff};
use crate::spec::Kind;

/// What a source wants on the platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// The source's name, as its folder's.
    pub source: String,
    pub kind: Kind,
    /// The connection spec, as the artifact says it.
    pub spec: Value,
    /// The flow spec that is to list it.
    pub flow_spec: Uuid,
}

impl Desired {
    /// What a source wants; its kind's flow spec, unless another is given.
    pub fn new(source: impl Into<String>, kind: Kind, spec: Value, flow_spec: Option<Uuid>) -> Self {
        Self { source: source.into(), kind, spec, flow_spec: flow_spec.unwrap_or_else(|| kind.flow_spec()) }
    }
}

/// A desired state that has been checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) source: String,
    pub(super) kind: Kind,
    pub(super) flow_spec: Uuid,
    pub(super) name: String,
    pub(super) provider_id: String,
    /// The connection spec as sent: without what the platform sets.
    pub(super) body: Value,
    pub(super) digest: String,
}

/// Checks what does not need the platform: names present, and no two sources that would be one over there.
pub(super) fn check(desired: &[Desired]) -> Result<Vec<Wanted>, Error> {
    let mut wanted = Vec::with_capacity(desired.len());
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    for one in desired {
        let text = |field: &'static str| {
            one.spec
                .get(field)
                .and_then(Value::as_str)
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned)
                .ok_or(Error::Unnamed { source_name: one.source.clone(), field })
        };
        let (name, provider_id) = (text("name")?, text("providerId")?);
        if let Some(other) = seen.insert((name.clone(), provider_id.clone()), one.source.clone()) {
            return Err(Error::SameName { name, sources: [other, one.source.clone()] });
        }
        let body = diff::sent(&one.spec);
        let digest = diff::digest(&body);
        let (source, kind, flow_spec) = (one.source.clone(), one.kind, one.flow_spec);
        wanted.push(Wanted { source, kind, flow_spec, name, provider_id, body, digest });
    }
    wanted.sort_by(|a, b| a.source.cmp(&b.source));
    if let Some(pair) = wanted.windows(2).find(|pair| pair[0].source == pair[1].source) {
        return Err(Error::Twice { source_name: pair[0].source.clone() });
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_would_be_one_over_there_is_refused() {
        let spec = json!({"name": "acme", "providerId": "p"});
        let two = [
            Desired::new("acme-one", Kind::Batch, spec.clone(), None),
            Desired::new("acme-two", Kind::Streaming, spec.clone(), None),
        ];
        let error = check(&two).unwrap_err();
        assert!(matches!(&error, Error::SameName { sources, .. } if *sources == ["acme-one", "acme-two"]), "{error}");
        let same = [
            Desired::new("acme", Kind::Batch, spec, None),
            Desired::new("acme", Kind::Batch, json!({"name": "x", "providerId": "p"}), None),
        ];
        assert!(matches!(check(&same), Err(Error::Twice { .. })));
    }

    #[test]
    fn a_spec_needs_its_names() {
        for spec in [
            json!({"name": "acme"}),
            json!({"name": 1, "providerId": "p"}),
            json!({"name": " ", "providerId": "p"}),
            json!([]),
        ] {
            assert!(matches!(check(&[Desired::new("acme", Kind::Batch, spec, None)]), Err(Error::Unnamed { .. })));
        }
    }

    #[test]
    fn what_the_platform_sets_is_not_sent() {
        let spec = json!({"id": "x", "name": "acme", "createdAt": 1, "providerId": "p", "attributes": {"id": "kept"}});
        let wanted = check(&[Desired::new("acme", Kind::Batch, spec, None)]).unwrap();
        assert_eq!(wanted[0].body.to_string(), r#"{"name":"acme","providerId":"p","attributes":{"id":"kept"}}"#);
        assert_eq!(wanted[0].flow_spec, Kind::Batch.flow_spec());
    }
}
