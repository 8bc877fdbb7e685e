//! What the repository wants on the platform: one connection spec a source, listed in one flow spec.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    Error,
    record::Entry,
    written::{self, Written},
};
use crate::{spec::Kind, text::json::Node};

/// What a source wants on the platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// The source's name, as its folder's.
    pub source: String,
    pub kind: Kind,
    /// The flow spec that is to list it, where one is named.
    pub flow_spec: Option<Uuid>,
    /// The connection spec, as the artifact says it.
    pub(super) written: Written,
}

impl Desired {
    /// What a source wants: a connection spec, listed in a flow spec of its own where one is named.
    pub fn new(source: impl Into<String>, kind: Kind, spec: &Value, flow_spec: Option<Uuid>) -> Self {
        Self { source: source.into(), kind, written: Written::of(&spec.to_string()), flow_spec }
    }

    /// The same of a connection spec in a text, to be sent as it is spelled there.
    pub fn written(source: impl Into<String>, kind: Kind, spec: Node<'_>, flow_spec: Option<Uuid>) -> Self {
        Self { source: source.into(), kind, written: Written::of(&written::compact(spec)), flow_spec }
    }

    /// The connection spec. Long numbers lose digits here; they are sent with all of them.
    pub fn spec(&self) -> Value {
        self.written.to_value()
    }
}

/// A desired state that has been checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) source: String,
    pub(super) kind: Kind,
    pub(super) flow_spec: Option<Uuid>,
    pub(super) name: String,
    pub(super) provider_id: String,
    /// The connection spec as sent: without what the platform sets.
    pub(super) body: Written,
    pub(super) digest: String,
}

impl Wanted {
    /// By what it is known where no id is.
    pub(super) fn key(&self) -> (String, String) {
        (self.name.clone(), self.provider_id.clone())
    }

    /// The flow spec that is to list it: the one that was named; the one that it is recorded in, if that was named once; the
    /// one of its kind.
    pub(super) fn place(&self, entry: Option<&Entry>) -> Uuid {
        let of_a_kind = |flow_spec: &Uuid| [Kind::Batch, Kind::Streaming].map(Kind::flow_spec).contains(flow_spec);
        let recorded = entry.and_then(Entry::listed_in).filter(|flow_spec| !of_a_kind(flow_spec));
        self.flow_spec.or(recorded).unwrap_or_else(|| self.kind.flow_spec())
    }
}

/// Checks what does not need the platform: names present, and no two sources that would be one over there.
pub(super) fn check(desired: &[Desired]) -> Result<Vec<Wanted>, Error> {
    let mut wanted = Vec::with_capacity(desired.len());
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    for one in desired {
        let unnamed = |field| Error::Unnamed { source_name: one.source.clone(), field };
        let text = |field: &'static str| one.written.text_of(field).ok_or_else(|| unnamed(field));
        let (name, provider_id) = (text("name")?, text("providerId")?);
        if let Some(other) = seen.insert((name.clone(), provider_id.clone()), one.source.clone()) {
            return Err(Error::SameName { name, sources: [other, one.source.clone()] });
        }
        let root = one.written.root().ok_or_else(|| unnamed("name"))?;
        let (body, digest) = (Written::of(&written::sent(root)), written::digest(root));
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
            Desired::new("acme-one", Kind::Batch, &spec, None),
            Desired::new("acme-two", Kind::Streaming, &spec, None),
        ];
        let error = check(&two).unwrap_err();
        assert!(matches!(&error, Error::SameName { sources, .. } if *sources == ["acme-one", "acme-two"]), "{error}");
        let same = [
            Desired::new("acme", Kind::Batch, &spec, None),
            Desired::new("acme", Kind::Batch, &json!({"name": "x", "providerId": "p"}), None),
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
            assert!(matches!(check(&[Desired::new("acme", Kind::Batch, &spec, None)]), Err(Error::Unnamed { .. })));
        }
    }

    #[test]
    fn what_the_platform_sets_is_not_sent() {
        let spec = json!({"id": "x", "name": "acme", "createdAt": 1, "providerId": "p", "attributes": {"id": "kept"}});
        let wanted = check(&[Desired::new("acme", Kind::Batch, &spec, None)]).unwrap();
        assert_eq!(format!("{:?}", wanted[0].body), r#"{"name":"acme","providerId":"p","attributes":{"id":"kept"}}"#);
    }

    #[test]
    fn the_flow_spec_is_the_named_one_then_the_recorded_one_then_that_of_the_kind() {
        let spec = json!({"name": "acme", "providerId": "p"});
        let wanted = |flow_spec| check(&[Desired::new("acme", Kind::Batch, &spec, flow_spec)]).unwrap().remove(0);
        let entry = |flow_spec: &str| Entry {
            connection_spec: "a".into(),
            flow_spec: Some(flow_spec.into()),
            digest: String::new(),
            echoed: None,
        };
        let (other, streaming) = (entry("00000000-0000-4000-8000-000000000001"), Kind::Streaming.flow_spec());
        assert_eq!(wanted(None).place(None), Kind::Batch.flow_spec());
        assert_eq!(wanted(None).place(Some(&other)).to_string(), other.flow_spec.clone().unwrap());
        assert_eq!(wanted(Some(Uuid::nil())).place(Some(&other)), Uuid::nil());
        // The kind changed since.
        assert_eq!(wanted(None).place(Some(&entry(&streaming.to_string()))), Kind::Batch.flow_spec());
    }
}
