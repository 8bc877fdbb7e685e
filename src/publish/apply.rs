//! Carrying out a plan: each connection spec, then each flow spec once for all its sources.
//!
//! One source that fails does not stop the others, unless nobody can be reached at all.

use serde_json::Value;
use uuid::Uuid;

use super::{
    Action, Change, Done, Entry, Error, Outcome, Plan, Records, SourceResult, Step, Target, diff, flow_spec,
    journal::{Event, Intent},
    observe::candidates,
    outcome::untouched,
};
use crate::platform::{self, FlowService};

const MOST_CREATES: u32 = 3;
const MOST_LOOKS: u32 = 3;

struct Run<'a> {
    service: &'a FlowService,
    target: &'a Target,
    records: &'a mut Records,
    tell: &'a mut dyn FnMut(Step),
    changed: bool,
}

pub(super) fn apply(
    service: &FlowService,
    plan: &Plan,
    records: &mut Records,
    tell: &mut dyn FnMut(Step),
) -> Result<Outcome, Error> {
    if plan.conflicts().next().is_some() {
        return Err(Error::Conflicts { plan: Box::new(plan.clone()) });
    }
    let mut run = Run { service, target: &plan.target, records, tell, changed: false };
    let mut results: Vec<SourceResult> = plan.changes.iter().map(|change| untouched(change, plan)).collect();
    let (mut cause, mut given_up) = (None, false);
    for (change, result) in plan.changes.iter().zip(&mut results) {
        match run.connection_spec(change, result.was_attached) {
            Ok((action, id)) => {
                result.action = action;
                result.connection_spec = Some(id);
            }
            Err(error) => {
                fail(result, &error, &mut run);
                let hopeless = hopeless(&error);
                cause.get_or_insert(error);
                if hopeless {
                    given_up = true;
                    break;
                }
            }
        }
    }
    for flow_spec in plan.flow_specs.iter().filter(|_| !given_up) {
        let of_it = |result: &&mut SourceResult| {
            result.flow_spec == flow_spec.flow_spec && !result.attached && result.action.reached()
        };
        let mut waiting: Vec<&mut SourceResult> = results.iter_mut().filter(of_it).collect();
        let ids: Vec<String> = waiting.iter().filter_map(|result| result.connection_spec.clone()).collect();
        if ids.is_empty() {
            continue;
        }
        let attached = run.attach(flow_spec.flow_spec, &ids, &waiting);
        for result in &mut waiting {
            match &attached {
                Ok(()) => result.attached = true,
                Err(error) => result.error = Some(error.to_string()),
            }
        }
        if let Err(error) = attached {
            cause.get_or_insert(error);
        }
    }
    for (change, result) in plan.changes.iter().zip(&mut results) {
        // The record is written before the journal ends, so that at every instant one of them knows.
        if result.attached
            && result.action.reached()
            && (change.bookkeeping || result.action != Done::Unchanged || !result.was_attached)
            && let Err(error) = run.close(change, result)
        {
            result.error = Some(error.to_string());
            cause.get_or_insert(error);
        }
    }
    let outcome = Outcome { target: plan.target.clone(), results, changed: run.changed };
    match cause {
        None => Ok(outcome),
        Some(cause) => Err(Error::Stopped { outcome: Box::new(outcome), cause: Box::new(cause) }),
    }
}

fn fail(result: &mut SourceResult, error: &Error, run: &mut Run<'_>) {
    result.action = Done::Failed;
    result.error = Some(error.to_string());
    (run.tell)(Step::Failed { source: result.source.clone(), reason: error.to_string() });
}

/// Whether the other sources would fail for the same reason.
fn hopeless(error: &Error) -> bool {
    match error {
        Error::File { .. } => true,
        Error::Platform(error) => matches!(error.status(), Some(401 | 403 | 429)) || unreachable(error),
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
    /// Brings one connection spec about, to its record.
    fn connection_spec(&mut self, change: &Change, attached: bool) -> Result<(Done, String), Error> {
        let source = change.source.clone();
        let (done, id) = match &change.action {
            Action::Create => (Done::Created, self.create(change)?),
            Action::Update { id, etag, .. } => {
                self.update(change, id, etag.as_deref())?;
                (Done::Updated, id.clone())
            }
            Action::Adopt { id, etag, differences, ours } => {
                if !differences.is_empty() {
                    self.update(change, id, etag.as_deref())?;
                }
                (self.tell)(Step::Adopted { source, id: id.clone(), ours: *ours });
                (Done::Adopted, id.clone())
            }
            Action::None { id } => {
                (self.tell)(Step::Unchanged { source, id: id.clone() });
                return Ok((Done::Unchanged, id.clone()));
            }
            Action::Conflict(_) => return Err(Error::Conflicts { plan: Box::new(self.only(change)) }),
        };
        let flow_spec = attached.then(|| change.flow_spec.to_string());
        let entry = Entry::new(&id, flow_spec, &change.spec);
        self.records.write(&change.source, self.target, &entry)?;
        Ok((done, id))
    }

    fn only(&self, change: &Change) -> Plan {
        Plan { target: self.target.clone(), changes: vec![change.clone()], flow_specs: Vec::new() }
    }

    fn begin(&mut self, change: &Change, id: Option<&str>) -> Result<(), Error> {
        let intent = Event::Intent(Box::new(Intent {
            version: 1,
            at: jiff::Timestamp::now().to_string(),
            target: self.target.clone(),
            connection_spec: id.map(str::to_owned),
            flow_spec: change.flow_spec.to_string(),
            sent: change.spec.clone(),
            seen: change.seen.clone(),
        }));
        self.records.journals.begin(&change.source, self.target, &intent)
    }

    fn written(&mut self, change: &Change, id: &str) -> Result<(), Error> {
        self.changed = true;
        let event = Event::Written { connection_spec: id.to_owned() };
        self.records.journals.add(&change.source, self.target, &event)
    }

    fn create(&mut self, change: &Change) -> Result<String, Error> {
        let source = || change.source.clone();
        self.begin(change, None)?;
        (self.tell)(Step::Creating { source: source() });
        let mut attempt = 1;
        loop {
            let error = match self.service.create_connection_spec(&change.spec) {
                Ok(record) => {
                    let id = record.id().unwrap_or_default().to_owned();
                    self.written(change, &id)?;
                    (self.tell)(Step::Created { source: source(), id: id.clone() });
                    return Ok(id);
                }
                Err(error) => error,
            };
            if !error.outcome_unknown() {
                // Unless an attempt before this one may have been carried out, nothing is there to be remembered.
                if attempt == 1 {
                    self.records.journals.end(&change.source, self.target)?;
                }
                return Err(error.into());
            }
            (self.tell)(Step::Lost { source: source(), reason: error.to_string() });
            match self.look(change) {
                Ok(Some(id)) => {
                    self.written(change, &id)?;
                    (self.tell)(Step::Found { source: source(), id: id.clone() });
                    return Ok(id);
                }
                // The platform itself said that it failed, and nothing came of it: safe to ask once more. Where the answer
                // was lost on the way, the work may still be under way, and only another run may try again.
                Ok(None) if matches!(error.status(), Some(500 | 503)) && attempt < MOST_CREATES => {
                    self.service.client().pause(attempt, error)?;
                    attempt += 1;
                }
                Ok(None) => {
                    self.changed = true;
                    return Err(Error::Uncertain { source_name: source(), cause: Box::new(error) });
                }
                Err(Error::Platform(_)) => {
                    self.changed = true;
                    return Err(Error::Uncertain { source_name: source(), cause: Box::new(error) });
                }
                Err(other) => {
                    self.changed = true;
                    return Err(other);
                }
            }
        }
    }

    /// Looks for the connection spec that a lost answer may have been about.
    fn look(&self, change: &Change) -> Result<Option<String>, Error> {
        for look in 1..=MOST_LOOKS {
            let ours: Vec<String> = candidates(self.service, &change.name, &change.provider_id)?
                .iter()
                .filter(|candidate| diff::differences(candidate, &change.spec, true).is_empty())
                .filter_map(|candidate| candidate.get("id").and_then(Value::as_str).map(str::to_owned))
                .filter(|id| !change.seen.contains(id))
                .collect();
            match <[String; 1]>::try_from(ours) {
                Ok([id]) => return Ok(Some(id)),
                Err(none) if none.is_empty() => {}
                Err(ids) => return Err(Error::Several { source_name: change.source.clone(), ids }),
            }
            if look < MOST_LOOKS {
                self.service.client().rest(look);
            }
        }
        Ok(None)
    }

    fn update(&mut self, change: &Change, id: &str, etag: Option<&str>) -> Result<(), Error> {
        let (source, told) = (change.source.clone(), id.to_owned());
        self.begin(change, Some(id))?;
        (self.tell)(Step::Updating { source: source.clone(), id: told.clone() });
        if let Err(error) = self.service.replace_connection_spec(id, &change.spec, etag) {
            // It may have been carried out before its answer was lost, and be refused as outdated when repeated.
            let doubtful = error.outcome_unknown() || error.status() == Some(412);
            let arrived = doubtful
                && self.service.connection_spec(id).is_ok_and(|record| {
                    record.is_some_and(|record| diff::differences(&record.value, &change.spec, true).is_empty())
                });
            if !arrived {
                self.changed |= error.outcome_unknown();
                if !error.outcome_unknown() {
                    self.records.journals.end(&change.source, self.target)?;
                }
                return Err(match error.status() {
                    Some(412) => Error::Overtaken { source_name: source, id: told },
                    _ => error.into(),
                });
            }
        }
        self.written(change, id)?;
        (self.tell)(Step::Updated { source, id: told });
        Ok(())
    }

    fn attach(&mut self, flow_spec: Uuid, ids: &[String], sources: &[&mut SourceResult]) -> Result<(), Error> {
        for result in sources {
            self.records.journals.add(
                &result.source,
                self.target,
                &Event::Attaching { flow_spec: flow_spec.to_string() },
            )?;
        }
        (self.tell)(Step::Attaching { flow_spec, ids: ids.to_vec() });
        let mut wrote = false;
        let attached =
            flow_spec::attach(self.service, flow_spec, ids, &self.records.journals, &mut wrote, &mut *self.tell);
        self.changed |= wrote;
        attached?;
        (self.tell)(Step::Attached { flow_spec, ids: ids.to_vec() });
        for result in sources {
            self.records.journals.add(
                &result.source,
                self.target,
                &Event::Attached { flow_spec: flow_spec.to_string() },
            )?;
        }
        Ok(())
    }

    /// Records that all is done, and ends the journal.
    fn close(&mut self, change: &Change, result: &SourceResult) -> Result<(), Error> {
        if let Some(id) = &result.connection_spec {
            let entry = Entry::new(id, Some(change.flow_spec.to_string()), &change.spec);
            if self.records.find(&change.source, self.target)?.as_ref() != Some(&entry) {
                self.records.write(&change.source, self.target, &entry)?;
            }
        }
        self.records.journals.end(&change.source, self.target)
    }
}
