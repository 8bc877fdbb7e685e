//! Making the plan: a pure function of what is wanted, what is recorded and what is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::{
    Action, Addition, Change, Conflict, Error, FlowSpecChange, Options, Plan, Removal, Target,
    desired::Wanted,
    diff,
    flow_spec::{bookkeeping, listed},
    journal::Listing,
    observe::{Actual, Known, Seen},
    rivals,
    written::{Written, digest, digest_of, digest_without},
};
use crate::{platform::Record, spec::Kind};

/// What a flow spec's unfinished journal says, by flow spec.
pub(super) type Unfinished = BTreeMap<Uuid, Listing>;

/// Makes the plan of publishing.
pub(super) fn publish(
    target: Target,
    wanted: Vec<Wanted>,
    known: &BTreeMap<String, Known>,
    actual: &Actual,
    unfinished: &Unfinished,
    options: Options,
) -> Result<Plan, Error> {
    let nothing = Known::default();
    let here = |one: &Wanted| known.get(&one.source).unwrap_or(&nothing);
    let places: Vec<Uuid> = wanted.iter().map(|one| one.place(here(one).entry.as_ref())).collect();
    let mut flow_specs = flow_specs(actual, unfinished)?;
    if let Some(missing) = places.iter().find(|place| !actual.flow_specs.contains_key(place)) {
        let sources = wanted.iter().zip(&places).filter(|(_, place)| *place == missing);
        let sources = sources.map(|(one, _)| one.source.clone()).collect();
        return Err(Error::NoFlowSpec { flow_spec: *missing, sources });
    }
    let made_from = made_from(known, actual, &wanted);
    let mut changes = Vec::with_capacity(wanted.len());
    for (one, place) in wanted.into_iter().zip(places) {
        let here = known.get(&one.source).unwrap_or(&nothing);
        let candidates = actual.by_name.get(&one.key()).map(Vec::as_slice).unwrap_or_default();
        let listed = flow_specs.get(&place).map(|change| change.listed.clone()).unwrap_or_default();
        let action = decide(&one, here, candidates, actual, &listed, options);
        let id = action.id().map(str::to_owned);
        let conflict = matches!(action, Action::Conflict(_));
        // Listed twice is as wrong as not at all, and put right the same way.
        let attached =
            !conflict && id.as_ref().is_some_and(|id| listed.iter().filter(|listed| *listed == id).count() == 1);
        if !conflict {
            let entry = here.entry.as_ref();
            let replaced = here.pending.as_ref().and_then(|pending| pending.replaces.as_ref());
            let outdated: BTreeSet<&String> =
                entry.map(|entry| &entry.connection_spec).into_iter().chain(replaced).collect();
            for (flow_spec, change) in &mut flow_specs {
                if *flow_spec == place && !attached {
                    change.add.push(Addition { source: one.source.clone(), connection_spec: id.clone() });
                }
                // Where it stood before it was listed elsewhere, or under an id that is gone.
                let moved = *flow_spec != place && entry.and_then(super::Entry::listed_in) == Some(*flow_spec);
                let stale = outdated.iter().filter(|old| moved || id.as_ref() != Some(**old));
                for old in stale.filter(|old| change.listed.contains(**old)) {
                    change.remove.push(Removal { source: one.source.clone(), connection_spec: (*old).clone() });
                }
            }
        }
        let recorded = here.entry.as_ref().is_some_and(|entry| {
            Some(&entry.connection_spec) == id.as_ref()
                && entry.digest == one.digest
                && entry.flow_spec == attached.then(|| place.to_string())
        });
        changes.push(Change {
            bookkeeping: !conflict && !action.writes() && (!recorded || here.pending.is_some()),
            source: one.source,
            kind: one.kind,
            name: one.name,
            provider_id: one.provider_id,
            flow_spec: place,
            action,
            spec: one.body,
            digest: one.digest,
            seen: match &here.pending {
                // What was there before the run that was cut short is not ours; what came since may be.
                Some(pending) if pending.created => pending.seen.clone(),
                _ => candidates.iter().map(|candidate| candidate.id.clone()).collect(),
            },
            fresh: here.pending.as_ref().is_some_and(|pending| pending.created),
        });
    }
    one_owner_each(&changes)?;
    // A flow spec that was only looked at, and nothing stands in, is no part of the plan.
    let places: BTreeSet<Uuid> = changes.iter().map(|change| change.flow_spec).collect();
    let flow_specs = flow_specs.into_values().filter(|one| places.contains(&one.flow_spec) || one.writes()).collect();
    Ok(Plan { target, undo: false, changes, flow_specs, made_from })
}

/// Makes the plan of taking sources out of the flow specs that list them. Each of them is recorded.
pub(super) fn undo(
    target: Target,
    known: &BTreeMap<String, Known>,
    actual: &Actual,
    unfinished: &Unfinished,
) -> Result<Plan, Error> {
    let mut flow_specs = flow_specs(actual, unfinished)?;
    let mut changes = Vec::with_capacity(known.len());
    for (source, here) in known {
        let Some(entry) = &here.entry else { continue };
        let id = entry.connection_spec.clone();
        let mut place = entry.listed_in();
        let mut detached = false;
        for (flow_spec, change) in &mut flow_specs {
            if change.listed.contains(&id) {
                change.remove.push(Removal { source: source.clone(), connection_spec: id.clone() });
                place = place.or(Some(*flow_spec));
                detached = true;
            }
        }
        let there = actual.by_id.get(&id);
        let kind = there.and_then(|seen| Kind::of(seen.written.root()?));
        let kind =
            kind.or_else(|| [Kind::Batch, Kind::Streaming].into_iter().find(|kind| place == Some(kind.flow_spec())));
        let kind = kind.unwrap_or(Kind::Batch);
        let text = |name: &str| there.and_then(|seen| seen.written.text_of(name)).unwrap_or_default();
        changes.push(Change {
            source: source.clone(),
            kind,
            name: text("name"),
            provider_id: text("providerId"),
            flow_spec: place.unwrap_or_else(|| kind.flow_spec()),
            action: if detached { Action::Detach { id } } else { Action::None { id } },
            digest: entry.digest.clone(),
            bookkeeping: !detached && entry.flow_spec.is_some(),
            spec: there.map_or_else(|| Written::of("null"), |seen| seen.written.clone()),
            seen: Vec::new(),
            fresh: false,
        });
    }
    let made_from = made_from(known, actual, &[]);
    let flow_specs = flow_specs.into_values().filter(FlowSpecChange::writes).collect();
    Ok(Plan { target, undo: true, changes, flow_specs, made_from })
}

/// Every flow spec that was read, with nothing to change yet but what a run that was cut short left.
fn flow_specs(actual: &Actual, unfinished: &Unfinished) -> Result<BTreeMap<Uuid, FlowSpecChange>, Error> {
    let mut all = BTreeMap::new();
    for (flow_spec, record) in &actual.flow_specs {
        let listed = listed(*flow_spec, &record.value)?;
        let name = record.value.get("name").and_then(Value::as_str).map(str::to_owned);
        let left = unfinished.get(flow_spec);
        let seen = left.map(|left| left.seen.iter().filter(|id| !left.remove.contains(id) && !listed.contains(id)));
        let change = FlowSpecChange {
            flow_spec: *flow_spec,
            name,
            add: Vec::new(),
            remove: Vec::new(),
            restore: seen.into_iter().flatten().cloned().collect(),
            unfinished: left.is_some(),
            listed,
        };
        all.insert(*flow_spec, change);
    }
    Ok(all)
}

fn one_owner_each(changes: &[Change]) -> Result<(), Error> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for change in changes {
        let Some(id) = change.action.id() else { continue };
        if let Some(other) = owners.insert(id, &change.source) {
            let sources = [other.to_owned(), change.source.clone()];
            return Err(Error::SameRecord { id: id.to_owned(), sources });
        }
    }
    Ok(())
}

/// Identity: the recorded id first, then what the journal proves, then nothing without a person's word.
fn decide(
    one: &Wanted,
    here: &Known,
    candidates: &[Seen],
    actual: &Actual,
    listed: &[String],
    options: Options,
) -> Action {
    if let Some(entry) = &here.entry
        && let Some(there) = actual.by_id.get(&entry.connection_spec)
    {
        let published = entry.digest == one.digest;
        let id = entry.connection_spec.clone();
        let differences = diff::differences(&there.written, &one.body, published);
        return if differences.is_empty() {
            Action::None { id }
        } else {
            Action::Update { id, etag: there.etag.clone(), differences, drifted: published }
        };
    }
    if let Some(pending) = &here.pending {
        let ours = match &pending.written {
            Some(id) => actual.by_id.get(id),
            None => {
                let ours = candidates.iter().filter(|candidate| {
                    !pending.seen.contains(&candidate.id)
                        && diff::differences(&candidate.written, &pending.sent, true).is_empty()
                });
                // Of two, one is ours and the other a clone's, and either will do, as long as both clones choose the same.
                rivals::winner(&ours.collect::<Vec<_>>(), listed)
            }
        };
        if let Some(there) = ours {
            let unchanged = pending.sent.root().map(digest).as_ref() == Some(&one.digest);
            let differences = diff::differences(&there.written, &one.body, unchanged);
            return Action::Adopt { id: there.id.clone(), etag: there.etag.clone(), differences, ours: true };
        }
    }
    if let Some(entry) = &here.entry
        && !options.recreate
        && !(options.adopt && candidates.len() == 1)
    {
        return Action::Conflict(Conflict::Gone { id: entry.connection_spec.clone() });
    }
    let in_use: Vec<&Seen> = candidates.iter().filter(|candidate| listed.contains(&candidate.id)).collect();
    // Of several, the one that the flow spec lists is the one in use.
    let candidate = match (candidates, in_use.as_slice()) {
        ([], _) => return Action::Create,
        ([candidate], _) => candidate,
        (_, [candidate]) => *candidate,
        (several, _) => {
            return Action::Conflict(Conflict::Several { ids: several.iter().map(|one| one.id.clone()).collect() });
        }
    };
    let (id, etag) = (candidate.id.clone(), candidate.etag.clone());
    let differences = diff::differences(&candidate.written, &one.body, false);
    if options.adopt {
        Action::Adopt { id, etag, differences, ours: false }
    } else {
        Action::Conflict(Conflict::Unrecorded { id, etag, differences })
    }
}

/// Everything the plan is made from, by a name for a person, with a digest.
fn made_from(known: &BTreeMap<String, Known>, actual: &Actual, wanted: &[Wanted]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut note = |name: String, digest: Option<String>| {
        all.insert(name, digest.unwrap_or_else(|| "none".to_owned()));
    };
    for (source, here) in known {
        let entry = here.entry.as_ref().map(|entry| digest_of(format!("{entry:?}").as_bytes()));
        note(format!("the record of `{source}`"), entry);
        let pending = here.pending.as_ref().map(|pending| digest_of(format!("{pending:?}").as_bytes()));
        note(format!("the journal of `{source}`"), pending);
        if let Some(entry) = &here.entry {
            let there = actual.by_id.get(&entry.connection_spec).map(Seen::digest);
            note(format!("the connection spec `{}` of `{source}`", entry.connection_spec), there);
        }
    }
    for one in wanted {
        note(format!("the content of `{}`", one.source), Some(one.digest.clone()));
        if let Some(candidates) = actual.by_name.get(&one.key()) {
            let told: Vec<String> = candidates.iter().map(|seen| format!("{} {}", seen.id, seen.digest())).collect();
            let told = (!told.is_empty()).then(|| digest_of(told.join("\n").as_bytes()));
            note(format!("the connection specs of the name of `{}`", one.source), told);
        }
    }
    for (id, record) in &actual.flow_specs {
        note(format!("the flow spec `{id}`"), Some(flow_spec_digest(record)));
    }
    all
}

fn flow_spec_digest(record: &Record) -> String {
    let written = Written::of(&record.text);
    written.root().map(|root| digest_without(root, bookkeeping)).unwrap_or_default()
}
