//! Carrying out a plan: the connection specs, several at a time; then each flow spec, once for all its sources.
//!
//! One source that fails does not stop the others, unless nobody can be reached at all.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{
    Action, Change, Difference, Done, Entry, Error, FlowSpecChange, How, Outcome, Plan, Records, SourceResult, Step,
    Target, diff,
    flow_spec::{Edit, Tell, Wish},
    journal::{Event, Intent},
    observe::{Key, Named, Seen, candidates},
    outcome::untouched,
    pool,
    rivals::{self, Fresh},
};
use crate::platform::{self, FlowService, Record};

const MOST_CREATES: u32 = 3;
const MOST_LOOKS: u32 = 3;

struct Run<'a> {
    service: &'a FlowService,
    plan: &'a Plan,
    records: &'a Records,
    how: &'a How,
    /// Whether the platform was, or may have been, changed.
    changed: AtomicBool,
    /// Whether the other sources would fail for the same reason.
    hopeless: AtomicBool,
}

pub(super) fn apply(
    service: &FlowService,
    plan: &Plan,
    records: &Records,
    how: &How,
    tell: Tell<'_>,
) -> Result<Outcome, Error> {
    if plan.conflicts().next().is_some() {
        return Err(Error::Conflicts { plan: Box::new(plan.clone()) });
    }
    let run = Run { service, plan, records, how, changed: AtomicBool::new(false), hopeless: AtomicBool::new(false) };
    run.apply(tell)
}

/// Whether the other sources would fail for the same reason.
fn hopeless(error: &Error) -> bool {
    match error {
        Error::File { .. } => true,
        Error::Platform(error) => matches!(error.status(), Some(401 | 429)) || unreachable(error),
        Error::Uncertain { cause, .. } => unreachable(cause),
        _ => false,
    }
}

fn unreachable(error: &platform::Error) -> bool {
    match error {
        platform::Error::NotReachable { .. }
        | platform::Error::NotTrusted { .. }
        | platform::Error::TimedOut { .. }
        | platform::Error::TokenRefused(_)
        | platform::Error::Redirected { .. } => true,
        platform::Error::RetriesExhausted { last, .. } | platform::Error::WaitTooLong { last, .. } => unreachable(last),
        _ => false,
    }
}

impl Run<'_> {
    fn apply(&self, tell: Tell<'_>) -> Result<Outcome, Error> {
        let plan = self.plan;
        let mut results: Vec<SourceResult> = plan.changes.iter().map(|change| untouched(change, plan)).collect();
        if plan.writes() {
            self.records.journals.prepare()?;
        }
        let mut causes = Vec::new();
        let give_up = || self.how.stopped() || self.hopeless.load(Ordering::SeqCst);
        let done = pool::each(&plan.changes, self.how.jobs, &give_up, tell, |change, tell| {
            let was_attached = self.was_attached(change);
            let done = self.connection_spec(change, was_attached, tell);
            if let Err(error) = &done {
                tell(Step::Failed { source: change.source.clone(), reason: error.to_string() });
                self.hopeless.fetch_or(hopeless(error), Ordering::SeqCst);
            }
            done
        });
        for (result, done) in results.iter_mut().zip(done) {
            match done {
                Some(Ok((action, id))) => (result.action, result.connection_spec) = (action, Some(id)),
                Some(Err(error)) => {
                    result.action = Done::Failed;
                    result.fail(&error);
                    causes.push(error);
                }
                None => {}
            }
        }
        if !give_up() {
            self.flow_specs(&mut results, &mut causes, tell);
        }
        self.close(&mut results, &mut causes);
        if causes.is_empty() && self.how.stopped() && results.iter().any(|result| !result.is_finished(plan.undo)) {
            causes.push(Error::Interrupted);
        }
        let changed = self.changed.load(Ordering::SeqCst);
        let outcome = Outcome { target: plan.target.clone(), undo: plan.undo, results, changed };
        // What a person asked for comes before what went wrong by itself.
        let interrupted = causes.iter().position(|cause| matches!(cause, Error::Interrupted));
        match interrupted.map(|at| causes.swap_remove(at)).or_else(|| causes.into_iter().next()) {
            None => Ok(outcome),
            Some(cause) => Err(Error::Stopped { outcome: Box::new(outcome), cause: Box::new(cause) }),
        }
    }

    fn target(&self) -> &Target {
        &self.plan.target
    }

    fn was_attached(&self, change: &Change) -> bool {
        untouched(change, self.plan).was_attached
    }

    fn change(&self, source: &str) -> Option<&Change> {
        self.plan.changes.iter().find(|change| change.source == source)
    }

    fn touch(&self) {
        self.changed.store(true, Ordering::SeqCst);
    }

    /// Brings one connection spec about, to its record.
    fn connection_spec(&self, change: &Change, attached: bool, tell: Tell<'_>) -> Result<(Done, String), Error> {
        let source = change.source.clone();
        let (done, id) = match &change.action {
            Action::Create => (Done::Created, self.create(change, tell)?),
            Action::Update { id, etag, differences, drifted } => {
                let etag = match etag {
                    Some(etag) => Some(etag.clone()),
                    None => self.as_planned(change, id, differences, *drifted)?,
                };
                self.update(change, id, etag.as_deref(), tell)?;
                (Done::Updated, id.clone())
            }
            Action::Adopt { id, etag, differences, ours } => {
                if !differences.is_empty() {
                    let etag = match etag {
                        None if !ours => self.as_planned(change, id, differences, false)?,
                        etag => etag.clone(),
                    };
                    self.update(change, id, etag.as_deref(), tell)?;
                }
                tell(Step::Adopted { source, id: id.clone(), ours: *ours });
                (Done::Adopted, id.clone())
            }
            Action::None { id } => {
                tell(Step::Unchanged { source, id: id.clone() });
                return Ok((Done::Unchanged, id.clone()));
            }
            // The flow spec is what changes.
            Action::Detach { id } => return Ok((Done::Unchanged, id.clone())),
            Action::Conflict(_) => return Err(Error::Conflicts { plan: Box::new(self.only(change)) }),
        };
        let flow_spec = attached.then(|| change.flow_spec.to_string());
        let entry = Entry::new(&id, flow_spec, &change.spec);
        self.records.write(&change.source, self.target(), &entry)?;
        Ok((done, id))
    }

    fn only(&self, change: &Change) -> Plan {
        Plan { changes: vec![change.clone()], flow_specs: Vec::new(), ..self.plan.clone() }
    }

    fn begin(&self, change: &Change, id: Option<&str>) -> Result<(), Error> {
        let intent = Event::Intent(Box::new(Intent {
            version: 1,
            at: jiff::Timestamp::now().to_string(),
            target: self.target().clone(),
            connection_spec: id.map(str::to_owned),
            flow_spec: change.flow_spec.to_string(),
            sent: change.spec_text().into(),
            seen: change.seen.clone(),
            replaces: self.replaced_by(change),
        }));
        self.records.journals.begin(&change.source, self.target(), &intent)
    }

    /// The id that goes out of a flow spec for a change. Once the new id is recorded, only the journal knows the old one.
    fn replaced_by(&self, change: &Change) -> Option<String> {
        let removals = self.plan.flow_specs.iter().flat_map(|flow_spec| &flow_spec.remove);
        let of_it =
            removals.filter(|gone| gone.source == change.source && change.action.id() != Some(&gone.connection_spec));
        of_it.map(|gone| gone.connection_spec.clone()).next()
    }

    fn written(&self, change: &Change, id: &str) -> Result<(), Error> {
        self.touch();
        let event = Event::Written { connection_spec: id.to_owned() };
        self.records.journals.add(&change.source, self.target(), &event)
    }

    fn create(&self, change: &Change, tell: Tell<'_>) -> Result<String, Error> {
        let source = || change.source.clone();
        self.begin(change, None)?;
        tell(Step::Creating { source: source() });
        let mut attempt = 1;
        loop {
            let error = match self.service.create_connection_spec(change.spec_text()) {
                Ok(record) => {
                    let id = record.id().unwrap_or_default().to_owned();
                    self.written(change, &id)?;
                    tell(Step::Created { source: source(), id: id.clone() });
                    return Ok(id);
                }
                Err(error) => error,
            };
            if !error.outcome_unknown() {
                // Unless an attempt before this one may have been carried out, nothing is there to be remembered.
                if attempt == 1 {
                    self.records.journals.end(&change.source, self.target())?;
                }
                return Err(error.into());
            }
            tell(Step::Lost { source: source(), reason: error.to_string() });
            match self.look(change) {
                Ok(Some(id)) => {
                    self.written(change, &id)?;
                    tell(Step::Found { source: source(), id: id.clone() });
                    return Ok(id);
                }
                // The platform itself said that it failed, and nothing came of it: safe to ask once more. Where the answer
                // was lost on the way, the work may still be under way, and only another run may try again.
                Ok(None)
                    if matches!(error.status(), Some(500 | 503)) && attempt < MOST_CREATES && !self.how.stopped() =>
                {
                    self.service.client().pause(attempt, error)?;
                    attempt += 1;
                }
                Ok(None) | Err(Error::Platform(_)) => {
                    self.touch();
                    return Err(Error::Uncertain { source_name: source(), cause: Box::new(error) });
                }
                Err(other) => {
                    self.touch();
                    return Err(other);
                }
            }
        }
    }

    /// Looks for the connection spec that a lost answer may have been about.
    fn look(&self, change: &Change) -> Result<Option<String>, Error> {
        let key: Key = (change.name.clone(), change.provider_id.clone());
        for look in 1..=MOST_LOOKS {
            let mut found = candidates(self.service, std::slice::from_ref(&key), NonZeroUsize::MIN)?;
            let found = found.remove(&key).unwrap_or_default();
            let ours: Vec<&Seen> = found
                .iter()
                .filter(|seen| diff::differences(&seen.written, &change.spec, true).is_empty())
                .filter(|seen| !change.seen.contains(&seen.id))
                .collect();
            // Of two, one is a clone's of this repository: before anything is listed, every clone chooses the same.
            if let Some(ours) = rivals::winner(&ours, &[]) {
                return Ok(Some(ours.id.clone()));
            }
            if look < MOST_LOOKS {
                self.service.client().rest(look);
            }
        }
        Ok(None)
    }

    /// Reads a connection spec again that the plan knows without its version: a person may have thought about the plan for a
    /// while. Gives its version, where there is one.
    fn as_planned(
        &self,
        change: &Change,
        id: &str,
        planned: &[Difference],
        published: bool,
    ) -> Result<Option<String>, Error> {
        let there = self.service.connection_spec(id)?;
        let now = there.as_ref().and_then(Seen::of);
        let is_same =
            now.is_some_and(|now| diff::differences(&now.written, &change.spec, published).as_slice() == planned);
        if !is_same {
            return Err(Error::Overtaken { source_name: change.source.clone(), id: id.to_owned() });
        }
        Ok(there.and_then(|record| record.etag))
    }

    fn update(&self, change: &Change, id: &str, etag: Option<&str>, tell: Tell<'_>) -> Result<(), Error> {
        let (source, told) = (change.source.clone(), id.to_owned());
        // A creation that is journaled stays one: whether there is a rival is still to be seen.
        if !change.fresh {
            self.begin(change, Some(id))?;
        }
        tell(Step::Updating { source: source.clone(), id: told.clone() });
        if let Err(error) = self.service.replace_connection_spec(id, change.spec_text(), etag) {
            // It may have been carried out before its answer was lost, and be refused as outdated when repeated.
            let doubtful = error.outcome_unknown() || error.status() == Some(412);
            let arrived = doubtful
                && self.service.connection_spec(id).is_ok_and(|record| {
                    let there = record.as_ref().and_then(Seen::of);
                    there.is_some_and(|there| diff::differences(&there.written, &change.spec, true).is_empty())
                });
            if !arrived {
                if error.outcome_unknown() {
                    self.touch();
                } else if !change.fresh {
                    self.records.journals.end(&change.source, self.target())?;
                }
                return Err(match error.status() {
                    Some(412) => Error::Overtaken { source_name: source, id: told },
                    _ => error.into(),
                });
            }
        }
        self.written(change, id)?;
        tell(Step::Updated { source, id: told });
        Ok(())
    }

    /// Writes the flow specs: all that are to list something at once, and then those that are not to any more, so that a source
    /// that moves is listed at every moment.
    fn flow_specs(&self, results: &mut [SourceResult], causes: &mut Vec<Error>, tell: Tell<'_>) {
        let all = &self.plan.flow_specs;
        let first: Vec<&FlowSpecChange> = all.iter().filter(|one| !one.add.is_empty()).collect();
        self.wave(&first, false, results, causes, tell);
        let second: Vec<&FlowSpecChange> = all
            .iter()
            .filter(|one| {
                one.add.is_empty() && one.writes() || one.remove.iter().any(|gone| !self.goes_with(one, gone))
            })
            .collect();
        if !self.how.stopped() {
            self.wave(&second, true, results, causes, tell);
        }
        for one in all.iter().filter(|one| one.unfinished && !one.writes()) {
            // Somebody else, or another run, saw to it.
            if let Err(error) = self.records.journals.listed(one.flow_spec, self.target()) {
                causes.push(error);
            }
        }
    }

    /// Whether a removal is done in one write with the addition of the same source: a new id in place of one that is gone.
    fn goes_with(&self, flow_spec: &FlowSpecChange, gone: &super::Removal) -> bool {
        flow_spec.add.iter().any(|added| added.source == gone.source)
    }

    fn wave(
        &self,
        flow_specs: &[&FlowSpecChange],
        removing: bool,
        results: &mut [SourceResult],
        causes: &mut Vec<Error>,
        tell: Tell<'_>,
    ) {
        let shared = Mutex::new(results);
        let failures = pool::each(flow_specs, self.how.jobs, &|| false, tell, |flow_spec, tell| {
            let before: Vec<SourceResult> = {
                let results = shared.lock().unwrap_or_else(PoisonError::into_inner);
                results.to_vec()
            };
            let edited = self.edit(flow_spec, removing, &before, tell);
            let mut results = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let concerned = |result: &SourceResult| match removing {
                true => flow_spec.remove.iter().any(|gone| gone.source == result.source),
                false => flow_spec.add.iter().any(|added| added.source == result.source),
            };
            match edited {
                Ok(edited) => {
                    for result in results.iter_mut().filter(|result| edited.sources.contains(&result.source)) {
                        if removing && self.plan.undo {
                            (result.action, result.attached) = (Done::Detached, false);
                        } else if !removing {
                            result.attached = true;
                        }
                    }
                    for (source, chosen) in edited.chosen {
                        if let Some(result) = results.iter_mut().find(|result| result.source == source) {
                            result.action = Done::Adopted;
                            result.connection_spec = Some(chosen.id.clone());
                            result.taken = Some(chosen.written);
                        }
                    }
                    None
                }
                Err(error) => {
                    for result in results.iter_mut().filter(|result| concerned(result) && result.action.reached()) {
                        result.fail(&error);
                    }
                    Some(error)
                }
            }
        });
        causes.extend(failures.into_iter().flatten().flatten());
    }

    /// Writes one flow spec.
    fn edit(
        &self,
        flow_spec: &FlowSpecChange,
        removing: bool,
        results: &[SourceResult],
        tell: Tell<'_>,
    ) -> Result<Edited, Error> {
        let result_of = |source: &str| results.iter().find(|result| result.source == source);
        let reached = |source: &str| result_of(source).filter(|result| result.action.reached());
        // Source by source, what is added and removed.
        let mut add: Vec<(String, String)> = Vec::new();
        let mut remove: Vec<(String, String)> = Vec::new();
        for addition in flow_spec.add.iter().filter(|_| !removing) {
            if let Some(id) = reached(&addition.source).and_then(|result| result.connection_spec.clone()) {
                add.push((addition.source.clone(), id));
            }
        }
        for gone in &flow_spec.remove {
            // A source that moves is only taken out where it was listed in the other place.
            let listed = self.plan.undo || reached(&gone.source).is_some_and(|result| result.attached);
            let now =
                if removing { listed && !self.goes_with(flow_spec, gone) } else { self.goes_with(flow_spec, gone) };
            let with_its_addition = removing || add.iter().any(|(source, _)| *source == gone.source);
            if now && with_its_addition {
                remove.push((gone.source.clone(), gone.connection_spec.clone()));
            }
        }
        let sources = add.iter().chain(&remove).map(|(source, _)| source.clone()).collect();
        let mut edited = Edited { sources, chosen: Vec::new() };
        let restored = if removing && !flow_spec.add.is_empty() { &[][..] } else { &flow_spec.restore[..] };
        if add.is_empty() && remove.is_empty() && restored.is_empty() {
            return Ok(edited);
        }
        let ids = |pairs: &[(String, String)]| pairs.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>();
        let id = flow_spec.flow_spec;
        tell(Step::Attaching { flow_spec: id, ids: ids(&add), removed: ids(&remove) });
        let fresh: Vec<Fresh<'_>> = add
            .iter()
            .filter_map(|(source, id)| Some(Fresh { change: self.change(source)?, id: id.clone() }))
            .filter(|fresh| fresh.change.is_fresh())
            .collect();
        let (first, mut found) = self.look_around(id, &fresh)?;
        let mut asked_before = false;
        let mut choices: BTreeMap<String, rivals::Choice> = BTreeMap::new();
        let wish = &mut |listed: &[String], tell: Tell<'_>| {
            // Somebody else came between: perhaps with a connection spec of the same source.
            if asked_before && !fresh.is_empty() {
                found = rivals::look(self.service, &fresh, self.how.jobs)?;
            }
            asked_before = true;
            for choice in rivals::choose(&fresh, &found, listed) {
                if choices.get(&choice.source) != Some(&choice) {
                    tell(Step::Rivals {
                        source: choice.source.clone(),
                        ours: choice.ours.clone(),
                        chosen: choice.chosen.id.clone(),
                        others: choice.others.clone(),
                    });
                    choices.insert(choice.source.clone(), choice);
                }
            }
            let mut wish = Wish { add: restored.to_vec(), remove: ids(&remove) };
            for (source, id) in &add {
                match choices.get(source) {
                    Some(choice) => {
                        wish.add.push(choice.chosen.id.clone());
                        // Only what is ours is taken out again.
                        wish.remove.extend((choice.chosen.id != *id).then(|| id.clone()));
                    }
                    None => wish.add.push(id.clone()),
                }
            }
            Ok(wish)
        };
        let stopped = || self.how.stopped();
        let edit = Edit {
            service: self.service,
            journals: &self.records.journals,
            target: self.target(),
            flow_spec: id,
            stopped: &stopped,
            wrote: &self.changed,
        };
        let done = edit.make(first, wish, tell)?;
        tell(Step::Attached { flow_spec: id, ids: done.add, removed: done.remove });
        for choice in choices.into_values().filter(|choice| choice.ours != choice.chosen.id) {
            if let Some(change) = self.change(&choice.source) {
                self.written(change, &choice.chosen.id)?;
            }
            edited.chosen.push((choice.source, choice.chosen));
        }
        Ok(edited)
    }

    /// The flow spec, and at the same time the rivals of what is new.
    fn look_around(&self, flow_spec: uuid::Uuid, fresh: &[Fresh<'_>]) -> Result<(Option<Record>, Named), Error> {
        let read = || self.service.flow_spec(&flow_spec.to_string());
        if fresh.is_empty() {
            return Ok((read()?, BTreeMap::new()));
        }
        if self.how.jobs == NonZeroUsize::MIN {
            let found = rivals::look(self.service, fresh, self.how.jobs)?;
            return Ok((read()?, found));
        }
        let (record, found) = thread::scope(|scope| {
            let looking = scope.spawn(|| rivals::look(self.service, fresh, self.how.jobs));
            let record = read();
            // A panic over there is one here.
            let found = looking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (record, found)
        });
        Ok((record?, found?))
    }

    /// Records what was reached, and ends the journals.
    fn close(&self, results: &mut [SourceResult], causes: &mut Vec<Error>) {
        let due: Vec<(&Change, &SourceResult)> = self.plan.changes.iter().zip(&*results).collect();
        let closed = pool::each(&due, self.how.jobs, &|| false, &mut |_| {}, |(change, result), _| {
            let anew = change.bookkeeping || result.action != Done::Unchanged || !result.was_attached;
            let settled = if self.plan.undo { result.error.is_none() } else { result.attached };
            if settled && result.action.reached() && anew { self.close_one(change, result) } else { Ok(()) }
        });
        for (result, closed) in results.iter_mut().zip(closed) {
            if let Some(Err(error)) = closed {
                result.fail(&error);
                causes.push(error);
            }
        }
    }

    /// Records that all is done, and ends the journal. The record is written before the journal ends, so that at every instant
    /// one of them knows.
    fn close_one(&self, change: &Change, result: &SourceResult) -> Result<(), Error> {
        if let Some(id) = &result.connection_spec {
            let flow_spec = result.attached.then(|| change.flow_spec.to_string());
            let recorded = self.records.find(&change.source, self.target())?;
            let entry = match &recorded {
                // What was published is not touched by taking it out of the flow spec.
                Some(recorded) if self.plan.undo => Entry { flow_spec, ..recorded.clone() },
                _ => Entry::new(id, flow_spec, result.taken.as_ref().unwrap_or(&change.spec)),
            };
            if recorded.as_ref() != Some(&entry) {
                self.records.write(&change.source, self.target(), &entry)?;
            }
        }
        // What was begun and not finished before it was taken out of the flow spec still has to be.
        if self.plan.undo { Ok(()) } else { self.records.journals.end(&change.source, self.target()) }
    }
}

/// What became of a flow spec.
struct Edited {
    sources: Vec<String>,
    /// Another connection spec in place of the one that was made.
    chosen: Vec<(String, Seen)>,
}
