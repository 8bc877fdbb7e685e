//! The shared flow spec: read, add, write whole, read again, until our ids are in and nobody else's are lost.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::Value;
use uuid::Uuid;

use super::{
    Difference, Error, Step, Target,
    diff::between,
    journal::{Journals, Listing},
    written::Written,
};
use crate::{
    platform::{self, FlowService, Record, Verbatim},
    spec::ids::SERVER_MANAGED,
};

const IDS: &str = "sourceConnectionSpecIds";
const MOST_WRITES: u32 = 20;
/// How long others are given to finish what they began, as an attempt of [`crate::platform::Client::rest`].
const SETTLING: u32 = 2;
/// The longest rest between two attempts of our own; longer ones only help the others.
const LONGEST_REST: u32 = 2;
const MOST_TROUBLES: u32 = 4;

/// The ids a flow spec lists, in its order.
pub(super) fn listed(flow_spec: Uuid, record: &Value) -> Result<Vec<String>, Error> {
    let shape = || Error::FlowSpecShape { flow_spec };
    match record.get(IDS) {
        Some(Value::Array(ids)) => {
            ids.iter().map(|id| id.as_str().map(str::to_owned).ok_or_else(shape)).collect::<Result<_, _>>()
        }
        _ => Err(shape()),
    }
}

/// What is to become of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
}

/// Says what is wished of a list of ids.
pub(super) type Wishing<'a> = &'a mut dyn FnMut(&[String], Tell<'_>) -> Result<Wish, Error>;
/// Tells a step.
pub(super) type Tell<'a> = &'a mut dyn FnMut(Step);

/// The change of one flow spec.
pub(super) struct Edit<'a> {
    pub(super) service: &'a FlowService,
    pub(super) journals: &'a Journals,
    pub(super) target: &'a Target,
    pub(super) flow_spec: Uuid,
    /// Whether a person wants the run to end.
    pub(super) stopped: &'a (dyn Fn() -> bool + Sync),
    /// Set once a write may have reached the platform.
    pub(super) wrote: &'a AtomicBool,
}

impl Edit<'_> {
    /// Has the flow spec list what is wished. `wish` is asked with the ids that are listed, first of all and again whenever
    /// somebody else added one.
    ///
    /// The write is conditional where the platform gave an ETag. Where it gave none, the record is read again after each write,
    /// and once more a while later: ids that were there before and are not any more were lost to a writer who had read an older
    /// record, and are put back. That narrows the race, as far as a platform without versions lets it be narrowed.
    ///
    /// Gives the wish that was fulfilled.
    pub(super) fn make(&self, first: Option<Record>, wish: Wishing<'_>, tell: Tell<'_>) -> Result<Wish, Error> {
        let (service, flow_spec) = (self.service, self.flow_spec);
        let id = flow_spec.to_string();
        let mut first = first;
        let mut seen: Vec<String> = Vec::new();
        let mut wished: Option<Wish> = None;
        let mut last: Option<(Record, Option<PathBuf>)> = None;
        let (mut settled, mut rested, mut doubtful) = (false, false, false);
        let mut troubles = 0;
        let mut writes = 0;
        loop {
            let read = match first.take() {
                Some(record) => Some(record),
                None => service.flow_spec(&id)?,
            };
            let Some(record) = read else {
                return Err(Error::NoFlowSpec { flow_spec, sources: Vec::new() });
            };
            let there = listed(flow_spec, &record.value)?;
            let new: Vec<String> = there.iter().filter(|id| !seen.contains(id)).cloned().collect();
            let current = match wished.take() {
                Some(wished) if new.iter().all(|id| wished.add.contains(id)) => wished,
                _ => wish(&there, tell)?,
            };
            seen.extend(new);
            let Wish { add, remove } = wished.insert(current);
            let lost: Vec<String> = if record.etag.is_none() && last.is_some() {
                seen.iter()
                    .filter(|id| !there.contains(id) && !remove.contains(id) && !add.contains(id))
                    .cloned()
                    .collect()
            } else {
                Vec::new()
            };
            let next = with(&there, &lost, add, remove);
            if next == there {
                if last.is_some() && record.etag.is_none() && !settled {
                    // Another writer's read may be older than our write, and their write still to come.
                    settled = true;
                    service.client().rest(SETTLING);
                    continue;
                }
                if let Some((before, backup)) = last {
                    let elsewhere = differences_elsewhere(&before.text, &record.text);
                    if !elsewhere.is_empty() {
                        tell(Step::FlowSpecDiffers { flow_spec, differences: elsewhere, backup });
                    }
                }
                self.journals.listed(flow_spec, self.target)?;
                return Ok(wished.unwrap_or_default());
            }
            settled = false;
            // What was begun is seen to its end: others' ids may be lost until then.
            if last.is_none() && (self.stopped)() {
                return Err(Error::Interrupted);
            }
            if last.is_some() && !rested {
                let ours = add.iter().filter(|id| !there.contains(id)).cloned().collect();
                tell(Step::FlowSpecOverwritten { flow_spec, ours, lost });
                // The rest comes before the reading: what is written must be read a moment before, not a while.
                rested = true;
                service.client().rest(writes.min(LONGEST_REST));
                continue;
            }
            rested = false;
            if writes == MOST_WRITES {
                return Err(Error::Contended { flow_spec, tries: MOST_WRITES });
            }
            writes += 1;
            let backup = self.journals.backup(flow_spec, &record.text)?;
            let listing = Listing {
                version: 1,
                at: jiff::Timestamp::now().to_string(),
                target: self.target.clone(),
                add: add.clone(),
                remove: remove.clone(),
                seen: seen.clone(),
                backup: backup.clone(),
            };
            self.journals.listing(flow_spec, listing)?;
            let body = outgoing(flow_spec, &record.text, &next)?;
            match service.replace_flow_spec(&id, body, record.etag.as_deref()) {
                Ok(()) => {
                    self.wrote.store(true, Ordering::SeqCst);
                    last = Some((record, backup));
                }
                Err(error) if error.status() == Some(412) => {
                    tell(Step::FlowSpecChanged { flow_spec });
                    service.client().rest(writes.min(LONGEST_REST));
                }
                Err(error) => {
                    let unknown = error.outcome_unknown();
                    doubtful |= unknown;
                    if unknown {
                        self.wrote.store(true, Ordering::SeqCst);
                    } else if last.is_none() && !doubtful {
                        // Nothing came of it, so there is nothing to be remembered.
                        self.journals.listed(flow_spec, self.target)?;
                    }
                    troubles += 1;
                    let passing = unknown || matches!(error.status(), Some(429 | 503)) || unreached(&error);
                    // What was repeated already will not be better for being repeated here.
                    if !passing || troubles > MOST_TROUBLES || repeated(&error) {
                        return Err(error.into());
                    }
                    service.client().pause(troubles, error)?;
                }
            }
        }
    }
}

/// The ids that are there, those that were lost, and ours, each of ours once; without those that are to go. Everything else as
/// it stands.
pub(super) fn with(there: &[String], lost: &[String], ours: &[String], gone: &[String]) -> Vec<String> {
    let mut next: Vec<String> = Vec::with_capacity(there.len() + lost.len() + ours.len());
    for id in there.iter().chain(lost).chain(ours) {
        let again = ours.contains(id) && next.contains(id);
        if !(again || gone.contains(id)) {
            next.push(id.clone());
        }
    }
    next
}

/// The whole record as it is put back: every field in its place and as it came, but those of the platform's own bookkeeping.
/// The `id` stays where it was, as it does in the documented request.
pub(super) fn outgoing(flow_spec: Uuid, record: &str, ids: &[String]) -> Result<String, Error> {
    let shape = || Error::FlowSpecShape { flow_spec };
    let mut members = Verbatim::read(record).ok_or_else(shape)?;
    members.retain(|name| !bookkeeping(name));
    members.set(IDS, &ids).and_then(|()| members.to_text()).map_err(|_| shape())
}

/// What the platform writes by itself.
pub(super) fn bookkeeping(name: &str) -> bool {
    name != "id" && SERVER_MANAGED.contains(&name)
}

/// Where the record differs from what it was when it was sent back, the ids aside.
fn differences_elsewhere(before: &str, record: &str) -> Vec<Difference> {
    between(&Written::of(before), &Written::of(record), |name| name == IDS || bookkeeping(name))
}

fn unreached(error: &platform::Error) -> bool {
    matches!(error, platform::Error::NotReachable { .. })
}

fn repeated(error: &platform::Error) -> bool {
    matches!(error, platform::Error::RetriesExhausted { .. } | platform::Error::WaitTooLong { .. })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::testing::{Reply, Server};

    fn texts(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn ids_are_appended_and_only_ours_are_made_single() {
        let with = |there: &[&str], lost: &[&str], ours: &[&str], gone: &[&str]| {
            with(&texts(there), &texts(lost), &texts(ours), &texts(gone))
        };
        assert_eq!(with(&["a", "b"], &[], &["c"], &[]), ["a", "b", "c"]);
        assert_eq!(with(&["a", "c", "b", "c"], &[], &["c"], &[]), ["a", "c", "b"]);
        assert_eq!(with(&["a", "a"], &["b"], &["c", "d"], &[]), ["a", "a", "b", "c", "d"]);
        assert_eq!(with(&["a", "x", "b", "x"], &[], &["c"], &["x"]), ["a", "b", "c"]);
    }

    #[test]
    fn everything_else_goes_back_in_its_place() {
        let record = r#"{"id":"f","createdAt":1,"name":"n","sourceConnectionSpecIds":["a"],"unknown":{"z": 1e3,"createdAt":123456789012345678901},"imsOrgId":"o"}"#;
        assert_eq!(
            outgoing(Uuid::nil(), record, &texts(&["a", "b"])).unwrap(),
            r#"{"id":"f","name":"n","sourceConnectionSpecIds":["a","b"],"unknown":{"z": 1e3,"createdAt":123456789012345678901}}"#
        );
    }

    #[test]
    fn what_is_put_is_what_was_read_to_the_character() {
        let before = r#"{"id":"f","name":"n","sourceConnectionSpecIds":["a"],"n":{ "big":123456789012345678901234567890, "e":1e3,"d":0.10}}"#;
        let after = before.replace(r#"["a"]"#, r#"["a","b"]"#);
        let whole = |record: &str| Reply::text(200, &format!(r#"{{"items":[{record}]}}"#)).with("ETag", "\"1\"");
        let server = Server::script([whole(before), Reply::text(200, "{}"), whole(&after)]);
        let root = tempfile::tempdir().unwrap();
        let journals = Journals::directory(root.path());
        let service = server.flow_service();
        let target = Target::of(&server.settings());
        let edit = Edit {
            service: &service,
            journals: &journals,
            target: &target,
            flow_spec: Uuid::nil(),
            stopped: &|| false,
            wrote: &AtomicBool::new(false),
        };
        let wish = Wish { add: texts(&["b"]), remove: Vec::new() };
        assert_eq!(edit.make(None, &mut |_, _| Ok(wish.clone()), &mut |_| {}).unwrap(), wish);
        let put = server.asked().into_iter().find(|asked| asked.method == "PUT").unwrap();
        assert_eq!(put.body, after);
    }

    #[test]
    fn what_else_changed_is_told_without_the_ids_and_the_bookkeeping() {
        let before = r#"{"id": "f", "createdAt": 1, "name": "n", "sourceConnectionSpecIds": ["a"], "u": {"z": 1.0, "createdAt": 2}}"#;
        let changed = r#"{"name": "other", "sourceConnectionSpecIds": ["b"], "updatedAt": 3, "u": {"z": 1, "createdAt": 2}, "id": "f"}"#;
        let told: Vec<_> = differences_elsewhere(before, changed).into_iter().map(|one| one.pointer).collect();
        assert_eq!(told, ["/name"]);
    }

    #[test]
    fn a_record_of_another_shape_is_left_alone() {
        for record in [json!({}), json!({IDS: "a"}), json!({IDS: [1]}), json!([])] {
            assert!(matches!(listed(Uuid::nil(), &record), Err(Error::FlowSpecShape { .. })));
        }
    }
}
