//! The way back: what the platform holds as an artifact, and the record that it is the same now.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::{
    Difference, Entry, Error, Records, SourceStatus, Target,
    diff::{between, not_echoed},
    written::{self, Written, compact},
};
use crate::{
    platform::{FlowService, Record},
    spec::{Kind, ids::SERVER_MANAGED},
    text::{
        Document,
        json::{Tree, rewrite},
        verbatim::Verbatim,
    },
};

/// A connection spec of the platform, as an artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    /// The artifact's whole text.
    pub text: String,
    /// What it says.
    pub(super) body: Written,
    /// The description is the artifact's own: the platform does not repeat it in its answers.
    pub kept_description: bool,
}

/// Brings what the platform holds into an artifact's text.
///
/// What the platform sets itself is left out. Where there is an artifact, what is the same keeps its bytes, and what the
/// platform leaves out of its answers (see [`diff::differences`]) is kept as it stands there.
pub fn pulled(artifact: Option<&Tree>, remote: &Record) -> Result<Pulled, Error> {
    let shape = || Error::NotAConnectionSpec { connection_spec: remote.id().unwrap_or_default().to_owned() };
    let mut members = Verbatim::read(&remote.text).ok_or_else(shape)?;
    members.retain(|name| !SERVER_MANAGED.contains(&name));
    let root = artifact.and_then(Tree::root);
    let mut kept_description = false;
    for name in ["description", "authSpec"] {
        let here = root.and_then(|root| root.get(name)).filter(|here| not_echoed(name, *here));
        if let (None, Some(here)) = (remote.value.get(name), here) {
            members.set(name, &here.to_value()).map_err(|_| shape())?;
            kept_description |= name == "description";
        }
    }
    let bare = members.to_text().map_err(|_| shape())?;
    let new = Tree::read(Arc::new(Document::new("answer", bare.into_bytes())));
    let node = new.root().filter(|_| new.is_sound()).ok_or_else(shape)?;
    let text = match artifact {
        Some(old) => rewrite::rewrite(old, node),
        None => rewrite::pretty(node),
    };
    let written = Tree::read(Arc::new(Document::new("artifact", text.clone().into_bytes())));
    let body = Written::of(&compact(node));
    // What is written must say what was read, whatever the artifact looked like.
    let is_same = written.root().is_some_and(|root| written.is_sound() && Written::of(&compact(root)).is_same(&body));
    if is_same { Ok(Pulled { text, body, kept_description }) } else { Err(shape()) }
}

impl Pulled {
    /// What it changes of an artifact.
    pub fn differences(&self, artifact: Option<&Tree>) -> Vec<Difference> {
        match artifact.and_then(Tree::root) {
            Some(root) => between(&Written::of(&compact(root)), &self.body, |_| false),
            None => Vec::new(),
        }
    }
}

impl SourceStatus {
    /// What the platform has, where something is recorded and there.
    pub fn remote(&self) -> Option<&Record> {
        self.remote.as_ref()
    }
}

/// Records that an artifact is what the platform holds under `id`, and tells whether anything was written.
///
/// `proven` says that the artifact's description is the published one; otherwise, where the platform tells none, it counts as
/// changed here, and the next `publish` sends it.
pub fn record(
    records: &mut Records,
    source: &str,
    target: &Target,
    id: &str,
    flow_spec: Option<Uuid>,
    pulled: &Pulled,
    proven: bool,
) -> Result<bool, Error> {
    let unproven = pulled.kept_description && !proven;
    let body = pulled.body.root().map(|root| written::without(root, |name| unproven && name == "description"));
    let entry = Entry::new(id, flow_spec.map(|id| id.to_string()), &Written::of(&body.unwrap_or_default()));
    if records.find(source, target)?.as_ref() == Some(&entry) {
        return Ok(false);
    }
    records.write(source, target, &entry)?;
    Ok(true)
}

/// The flow spec of a kind, where it lists a connection spec.
pub fn listing(service: &FlowService, kind: Kind, id: &str) -> Result<Option<Uuid>, Error> {
    let flow_spec = kind.flow_spec();
    let record = service.flow_spec(&flow_spec.to_string())?;
    let lists = |record: Record| {
        let ids = record.value.get("sourceConnectionSpecIds").and_then(Value::as_array).cloned().unwrap_or_default();
        ids.iter().any(|listed| listed.as_str() == Some(id))
    };
    Ok(record.is_some_and(lists).then_some(flow_spec))
}

/// What `pull` would change, for a person.
pub fn differences_text(differences: &[Difference], pulled: &Pulled) -> String {
    let mut text = String::new();
    super::outline::differences(differences, &pulled.body, &mut text);
    text
}

/// What `pull` would change, as JSON.
pub fn differences_json(differences: &[Difference]) -> Value {
    super::print::differences_json(differences)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::read(Arc::new(Document::new("artifact", text.as_bytes().to_vec())))
    }

    fn record_of(text: &str) -> Record {
        Record { value: serde_json::from_str(text).unwrap(), text: text.to_owned(), etag: None }
    }

    #[test]
    fn an_artifact_gets_what_changed_and_keeps_what_is_not_repeated() {
        let artifact = tree(
            "{\n  \"name\": \"acme\",\n  \"description\": \"mine\",\n  \"authSpec\": [],\n  \"attributes\": {\"category\": \"crm\"}\n}\n",
        );
        let remote = record_of(
            r#"{"id":"1","attributes":{"category":"x","n":1.10},"name":"acme","createdAt":5,"version":"1.0"}"#,
        );
        let pulled = pulled(Some(&artifact), &remote).unwrap();
        assert_eq!(
            pulled.text,
            "{\n  \"name\": \"acme\",\n  \"description\": \"mine\",\n  \"authSpec\": [],\n  \"attributes\": {\"category\": \"x\", \"n\": 1.10},\n  \"version\": \"1.0\"\n}\n"
        );
        assert!(pulled.kept_description);
        let pointers: Vec<String> = pulled.differences(Some(&artifact)).into_iter().map(|one| one.pointer).collect();
        assert_eq!(pointers, ["/attributes/category", "/attributes/n", "/version"]);
    }

    #[test]
    fn what_the_platform_does_tell_wins() {
        let artifact = tree(r#"{"name":"acme","description":"mine","authSpec":[{"name":"a"}]}"#);
        let remote = record_of(r#"{"id":"1","name":"acme","description":"theirs"}"#);
        let pulled = pulled(Some(&artifact), &remote).unwrap();
        assert_eq!(pulled.text, r#"{"name":"acme","description":"theirs"}"#);
    }

    #[test]
    fn a_description_that_is_not_proven_counts_as_changed_here() {
        let target = Target { platform: "emulator".into(), organization: "o".into(), sandbox: "s".into() };
        let artifact = tree(r#"{"name":"acme","description":"mine"}"#);
        let pulled = pulled(Some(&artifact), &record_of(r#"{"id":"1","name":"acme"}"#)).unwrap();
        let digest = |proven| {
            let mut records = Records::memory();
            assert!(record(&mut records, "acme", &target, "1", None, &pulled, proven).unwrap());
            assert!(!record(&mut records, "acme", &target, "1", None, &pulled, proven).unwrap());
            records.find("acme", &target).unwrap().unwrap().digest
        };
        let of = |text: &str| written::digest(Written::of(text).root().unwrap());
        assert_eq!(digest(true), of(r#"{"name": "acme", "description": "mine"}"#));
        assert_eq!(digest(false), of(r#"{"name": "acme"}"#));
    }
}
