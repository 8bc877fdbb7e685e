//! The shared flow spec: read, add, write whole, read again, until our ids are in and nobody else's are lost.

use serde_json::Value;
use uuid::Uuid;

use super::{
    Error, Step,
    diff::{between, without},
    journal::Journals,
};
use crate::{
    platform::{self, FlowService, Verbatim},
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

/// Has `ids` listed in the flow spec; `wrote` is set once a write may have reached the platform.
///
/// The write is conditional where the platform gave an ETag. Where it gave none, the record is read again after each write,
/// and once more a while later: ids that were there before and are not any more were lost to a writer who had read an older
/// record, and are put back. That narrows the race, as far as a platform without versions lets it be narrowed.
pub(super) fn attach(
    service: &FlowService,
    flow_spec: Uuid,
    ids: &[String],
    journals: &Journals,
    wrote: &mut bool,
    tell: &mut dyn FnMut(Step),
) -> Result<(), Error> {
    let id = flow_spec.to_string();
    let mut seen: Vec<String> = Vec::new();
    let mut last: Option<(Value, Option<std::path::PathBuf>)> = None;
    let (mut settled, mut rested) = (false, false);
    let mut troubles = 0;
    let mut writes = 0;
    loop {
        let Some(record) = service.flow_spec(&id)? else {
            return Err(Error::NoFlowSpec { flow_spec, sources: Vec::new() });
        };
        let there = listed(flow_spec, &record.value)?;
        let lost: Vec<String> = if record.etag.is_none() && last.is_some() {
            seen.iter().filter(|id| !there.contains(id)).cloned().collect()
        } else {
            Vec::new()
        };
        let new: Vec<String> = there.iter().filter(|id| !seen.contains(id)).cloned().collect();
        seen.extend(new);
        let next = with(&there, &lost, ids);
        if next == there {
            if last.is_some() && record.etag.is_none() && !settled {
                // Another writer's read may be older than our write, and their write still to come.
                settled = true;
                service.client().rest(SETTLING);
                continue;
            }
            if let Some((before, backup)) = last {
                let elsewhere = differences_elsewhere(&before, &record.value);
                if !elsewhere.is_empty() {
                    tell(Step::FlowSpecDiffers { flow_spec, pointers: elsewhere, backup });
                }
            }
            return Ok(());
        }
        settled = false;
        if last.is_some() && !rested {
            let ours = ids.iter().filter(|id| !there.contains(id)).cloned().collect();
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
        let backup = journals.backup(flow_spec, &record.text)?;
        let body = outgoing(flow_spec, &record.text, &next)?;
        match service.replace_flow_spec(&id, body, record.etag.as_deref()) {
            Ok(()) => {
                *wrote = true;
                last = Some((record.value, backup));
            }
            Err(error) if error.status() == Some(412) => {
                tell(Step::FlowSpecChanged { flow_spec });
                service.client().rest(writes.min(LONGEST_REST));
            }
            Err(error) => {
                let unknown = error.outcome_unknown();
                *wrote |= unknown;
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

/// The ids that are there, those that were lost, and ours; each of ours once, everything else as it stands.
fn with(there: &[String], lost: &[String], ours: &[String]) -> Vec<String> {
    let mut next: Vec<String> = Vec::with_capacity(there.len() + lost.len() + ours.len());
    for id in there.iter().chain(lost).chain(ours) {
        if !(ours.contains(id) && next.contains(id)) {
            next.push(id.clone());
        }
    }
    next
}

/// The whole record as it is put back: every field in its place and as it came, but those of the platform's own bookkeeping.
/// The `id` stays where it was, as it does in the documented request.
fn outgoing(flow_spec: Uuid, record: &str, ids: &[String]) -> Result<String, Error> {
    let shape = || Error::FlowSpecShape { flow_spec };
    let mut members = Verbatim::read(record).ok_or_else(shape)?;
    members.retain(|name| !bookkeeping(name));
    members.set(IDS, &ids).and_then(|()| members.to_text()).map_err(|_| shape())
}

fn bookkeeping(name: &str) -> bool {
    name != "id" && SERVER_MANAGED.contains(&name)
}

/// Where the record differs from what it was when it was sent back, the ids aside.
fn differences_elsewhere(before: &Value, record: &Value) -> Vec<String> {
    let bare = |value: &Value| {
        let members = value.as_object().map(|members| without(members, |name| name == IDS || bookkeeping(name)));
        Value::Object(members.unwrap_or_default())
    };
    between(&bare(before), &bare(record)).into_iter().map(|one| one.pointer).collect()
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
        let with = |there: &[&str], lost: &[&str], ours: &[&str]| with(&texts(there), &texts(lost), &texts(ours));
        assert_eq!(with(&["a", "b"], &[], &["c"]), ["a", "b", "c"]);
        assert_eq!(with(&["a", "c", "b", "c"], &[], &["c"]), ["a", "c", "b"]);
        assert_eq!(with(&["a", "a"], &["b"], &["c", "d"]), ["a", "a", "b", "c", "d"]);
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
        attach(&service, Uuid::nil(), &texts(&["b"]), &journals, &mut false, &mut |_| {}).unwrap();
        let put = server.asked().into_iter().find(|asked| asked.method == "PUT").unwrap();
        assert_eq!(put.body, after);
    }

    #[test]
    fn what_else_changed_is_told_without_the_ids_and_the_bookkeeping() {
        let before = json!({"id": "f", "createdAt": 1, "name": "n", IDS: ["a"], "unknown": {"z": 1, "createdAt": 2}});
        let changed =
            json!({"name": "other", IDS: ["b"], "updatedAt": 3, "unknown": {"z": 1, "createdAt": 2}, "id": "f"});
        assert_eq!(differences_elsewhere(&before, &changed), ["/name"]);
    }

    #[test]
    fn a_record_of_another_shape_is_left_alone() {
        for record in [json!({}), json!({IDS: "a"}), json!({IDS: [1]}), json!([])] {
            assert!(matches!(listed(Uuid::nil(), &record), Err(Error::FlowSpecShape { .. })));
        }
    }
}
