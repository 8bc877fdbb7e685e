//! A dump: what an emulator holds, as one JSON document that another emulator can begin with.
//!
//! It has the records, the settings of inlets and the events; not tokens, secrets, faults and noted requests. Each record and
//! each event is a line, so that two dumps can be compared line by line. It is sent piece by piece, because there may be a
//! million events.

use std::{
    collections::HashSet,
    fs,
    io::{self, Write as _},
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use super::{
    Error,
    gateway::SANDBOXES,
    problem::Problem,
    requests,
    routes::COLLECTIONS,
    server::Emulation,
    store::{Beginning, Kept, PLATFORM},
};
use crate::text::{
    Document,
    json::{Node, Tree},
};

/// The version of the format.
const VERSION: u64 = 1;

/// The document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dump {
    version: u64,
    #[serde(default)]
    revision: u64,
    #[serde(default)]
    inlets: Vec<InletSetting>,
    records: Vec<Entry>,
    #[serde(default)]
    events: Vec<Box<RawValue>>,
}

/// How the senders of an inlet show who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct InletSetting {
    pub(super) inlet_id: String,
    pub(super) authentication: String,
    /// Read, and never written.
    #[serde(default, skip_serializing)]
    pub(super) secret: Option<String>,
}

/// A record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    collection: String,
    /// `null` for the platform's own.
    #[serde(default)]
    sandbox: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    record: Box<RawValue>,
}

/// What an emulator begins with.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) beginning: Beginning,
    pub(super) inlets: Vec<InletSetting>,
    /// One JSON text each, without a line break.
    pub(super) events: Vec<String>,
}

impl Seed {
    /// Reads a file that holds a dump.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
        Self::parse(&bytes).map_err(|Wrong { line, column, reason }| Error::Seed {
            path: path.to_owned(),
            line,
            column,
            reason,
        })
    }

    fn parse(bytes: &[u8]) -> Result<Self, Wrong> {
        let dump: Dump = serde_json::from_slice(bytes).map_err(|error| Wrong::of_syntax(&error))?;
        let wrong = |pointer: &str, reason: String| Wrong::at(bytes, pointer, reason);
        if dump.version != VERSION {
            let reason = format!("a dump of version {} cannot be read, only one of version {VERSION}", dump.version);
            return Err(wrong("/version", reason));
        }
        let mut records = Vec::with_capacity(dump.records.len());
        let mut seen = HashSet::new();
        for (number, entry) in dump.records.into_iter().enumerate() {
            let kept = kept(entry).map_err(|(member, reason)| wrong(&format!("/records/{number}{member}"), reason))?;
            if !seen.insert((kept.collection.clone(), kept.id.clone())) {
                let reason = format!("`{}` has a record `{}` already", kept.collection, kept.id);
                return Err(wrong(&format!("/records/{number}/record"), reason));
            }
            records.push(kept);
        }
        for (number, inlet) in dump.inlets.iter().enumerate() {
            if !matches!(inlet.authentication.as_str(), "none" | "token" | "hmac") {
                let reason = "`authentication` is `none`, `token` or `hmac`".to_owned();
                return Err(wrong(&format!("/inlets/{number}/authentication"), reason));
            }
        }
        let mut events = Vec::with_capacity(dump.events.len());
        for (number, event) in dump.events.iter().enumerate() {
            let text = event.get();
            if !text.starts_with('{') {
                return Err(wrong(&format!("/events/{number}"), "an event is a JSON object".to_owned()));
            }
            // A line break in JSON is always white space.
            events.push(text.replace(['\n', '\r'], " "));
        }
        Ok(Self { beginning: Beginning { records, revision: dump.revision }, inlets: dump.inlets, events })
    }
}

/// A record as the store keeps it; otherwise the member that is wrong, and why.
fn kept(entry: Entry) -> Result<Kept, (&'static str, String)> {
    if !COLLECTIONS.contains(&entry.collection.as_str()) {
        let known = COLLECTIONS.join("`, `");
        return Err(("/collection", format!("there is no collection `{}`; there are `{known}`", entry.collection)));
    }
    let scope = match &entry.sandbox {
        None => PLATFORM.to_owned(),
        Some(name) if SANDBOXES.iter().any(|sandbox| sandbox.name == *name) => name.clone(),
        Some(name) => {
            let known = SANDBOXES.map(|sandbox| sandbox.name).join("`, `");
            let reason =
                format!("there is no sandbox `{name}`; there are `{known}`, and `null` for the platform's own records");
            return Err(("/sandbox", reason));
        }
    };
    if entry.etag.as_ref().is_some_and(|etag| !is_etag(etag)) {
        return Err(("/etag", "`etag` is a text in quotes of its own, as in `\"\\\"0a-1b\\\"\"`".to_owned()));
    }
    let text = entry.record.get();
    let record: Value = serde_json::from_str(text).map_err(|error| ("/record", error.to_string()))?;
    let Value::Object(members) = &record else { return Err(("/record", "a record is a JSON object".to_owned())) };
    let id = ["id", "$id"].iter().find_map(|name| members.get(*name)?.as_str()).unwrap_or_default();
    if id.is_empty() {
        return Err(("/record", "the record has no `id` (nor `$id`) of text".to_owned()));
    }
    Ok(Kept { collection: entry.collection, scope, id: id.to_owned(), etag: entry.etag, text: text.to_owned() })
}

/// Whether it can stand in a header, and has its quotes.
fn is_etag(etag: &str) -> bool {
    let inner = etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

/// Why a file is no dump, and where; lines and columns count from one.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    line: usize,
    column: usize,
    reason: String,
}

impl Wrong {
    fn of_syntax(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        Self { line: error.line().max(1), column: error.column().max(1), reason }
    }

    fn at(bytes: &[u8], pointer: &str, reason: String) -> Self {
        let document = Arc::new(Document::new("seed", bytes.to_vec()));
        let tree = Tree::read(Arc::clone(&document));
        // Without the member, what should hold it.
        let node = tree.pointer(pointer).or_else(|| tree.pointer(pointer.rsplit_once('/')?.0));
        let position = document.position(node.map_or(0, |node: Node<'_>| node.span().range().start));
        Self { line: position.line, column: position.column, reason }
    }
}

/// The body of the answer with a dump.
pub(super) struct Sent {
    emulation: Emulation,
    stage: Stage,
}

/// What is to be sent next.
enum Stage {
    Head(Vec<u8>),
    /// Events from here to there, where they ended when the dump began.
    Events {
        at: u64,
        end: u64,
        is_first: bool,
    },
    Done,
}

impl Sent {
    /// A dump of what the emulator holds now.
    pub(super) fn begin(emulation: &Emulation) -> Result<Self, Problem> {
        let failed = |error: io::Error| Problem::internal(format!("the dump failed: {error}"));
        let head = head(emulation).map_err(failed)?;
        Ok(Self { emulation: emulation.clone(), stage: Stage::Head(head) })
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Head(head) => {
                self.stage = Stage::Events { at: 0, end: self.emulation.events.length()?, is_first: true };
                Ok(Some(head))
            }
            Stage::Events { at, end, is_first } if at < end => {
                let stretch = self.emulation.events.stretch(at)?;
                if stretch.is_empty() {
                    // They were cleared meanwhile.
                    return Ok(Some(b"\n]}\n".to_vec()));
                }
                let mut text = Vec::with_capacity(stretch.len() + 64);
                let mut is_first = is_first;
                for line in stretch.split_inclusive(|byte| *byte == b'\n') {
                    // The last line of an emulator that was killed may have no end.
                    let line = line.trim_ascii();
                    if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err() {
                        continue;
                    }
                    text.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                    text.extend_from_slice(line);
                    is_first = false;
                }
                self.stage = Stage::Events { at: at + stretch.len() as u64, end, is_first };
                Ok(Some(text))
            }
            Stage::Events { .. } => Ok(Some(b"\n]}\n".to_vec())),
            Stage::Done => Ok(None),
        }
    }
}

/// The document up to its events.
fn head(emulation: &Emulation) -> io::Result<Vec<u8>> {
    let state = emulation.store.dump().map_err(io::Error::other)?;
    let mut text = Vec::new();
    write!(text, "{{\"version\":{VERSION},\"revision\":{},\n\"inlets\":[", state.revision)?;
    lines(&mut text, emulation.senders.settings().iter())?;
    text.extend_from_slice(b"\n],\n\"records\":[");
    lines(&mut text, state.records.into_iter().map(entry))?;
    text.extend_from_slice(b"\n],\n\"events\":[");
    Ok(text)
}

fn lines(text: &mut Vec<u8>, items: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
    for (number, item) in items.enumerate() {
        text.extend_from_slice(if number == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut *text, &item)?;
    }
    Ok(())
}

/// A record as a dump has it: without what may be a secret of a base connection, which the platform keeps to itself.
fn entry(kept: Kept) -> Entry {
    let text = if kept.collection == "connections" { without_secrets(kept.text) } else { kept.text };
    Entry {
        collection: kept.collection,
        sandbox: (kept.scope != PLATFORM).then_some(kept.scope),
        etag: kept.etag,
        // The store holds nothing else.
        record: RawValue::from_string(text).unwrap_or_default(),
    }
}

fn without_secrets(text: String) -> String {
    let Ok(mut record) = serde_json::from_str::<Value>(&text) else { return text };
    let before = record.clone();
    if let Some(auth) = record.get_mut("auth") {
        requests::redact(auth);
    }
    if record == before { text } else { record.to_string() }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.next().transpose().map(|text| text.map(|text| Frame::data(text.into()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (usize, usize, String) {
        let Wrong { line, column, reason } = Seed::parse(text.as_bytes()).unwrap_err();
        (line, column, reason)
    }

    #[test]
    fn what_is_wrong_with_a_dump_is_told_with_its_place() {
        let record = |entry: &str| format!("{{\"version\": 1,\n \"records\": [\n  {entry}\n]}}");
        for (text, line, column, says) in [
            ("", 1, 1, "EOF"),
            ("{\"version\": 1,\n  \"record\": []}", 2, 10, "unknown field `record`"),
            ("{\"version\": 2, \"records\": []}", 1, 13, "version 2"),
            ("{\"version\": 1}", 1, 14, "missing field `records`"),
            ("{\"version\": 1,\n\"records\": [\n{]}", 3, 2, "key must be a string"),
            (
                &record("{\"collection\": \"flow\", \"record\": {\"id\": \"a\"}}"),
                3,
                18,
                "there is no collection `flow`; there are `connectionSpecs`",
            ),
            (
                &record("{\"collection\": \"flows\", \"sandbox\": \"test\", \"record\": {\"id\": \"a\"}}"),
                3,
                38,
                "no sandbox `test`",
            ),
            (&record("{\"collection\": \"flows\", \"record\": {\"name\": \"a\"}}"), 3, 37, "no `id`"),
            (&record("{\"collection\": \"flows\", \"record\": 5}"), 3, 37, "a record is a JSON object"),
            (&record("{\"collection\": \"flows\", \"etag\": \"a\", \"record\": {\"id\": \"a\"}}"), 3, 35, "`etag`"),
            (
                &record(
                    "{\"collection\": \"flows\", \"record\": {\"id\": \"a\"}},\n{\"collection\": \"flows\", \"record\": {\"id\": \"a\"}}",
                ),
                4,
                35,
                "`flows` has a record `a` already",
            ),
            ("{\"version\": 1, \"records\": [], \"events\": [1]}", 1, 42, "an event is a JSON object"),
            (
                "{\"version\": 1, \"records\": [],\n\"inlets\": [{\"inletId\": \"a\", \"authentication\": \"basic\"}]}",
                2,
                47,
                "`none`, `token` or `hmac`",
            ),
        ] {
            let (found_line, found_column, reason) = wrong(text);
            assert_eq!((found_line, found_column), (line, column), "{text}: {reason}");
            assert!(reason.contains(says), "{text}: {reason}");
        }
    }

    #[test]
    fn an_event_of_a_dump_is_one_line() {
        let seed = Seed::parse(b"{\"version\": 1, \"records\": [], \"events\": [{\"a\":\n 1}]}").unwrap();
        assert_eq!(seed.events, ["{\"a\":  1}"]);
    }

    #[test]
    fn an_entity_tag_has_quotes_and_fits_a_header() {
        assert!(is_etag("\"0a-1b\""));
        for wrong in ["", "\"", "\"\"", "0a", "\"a b\"", "\"a\nb\"", "\"é\"", "\"a\"b\""] {
            assert!(!is_etag(wrong), "{wrong}");
        }
    }
}
