//! Publishing: what the repository wants, what the platform has, the plan between them, and its execution.
//!
//! [`plan`] reads and changes nothing; its result is a value that can be printed, saved and tested. [`apply`] carries it out,
//! with a journal before and after each write, so that a run that was cut short can be repeated. [`plan_undo`] takes sources
//! out of their flow specs again.
//!
//! ```text
//! Desired ──▶ desired (checked) ──┐
//! Records (record, journal) ──────┼──▶ decide ──▶ Plan ──▶ apply ──▶ rivals, flow_spec
//! the platform (observe) ─────────┘               │  ▲
//!                                                 ▼  │
//!                                                saved (a file)
//! ```

mod apply;
mod curl;
mod decide;
mod desired;
mod diff;
mod error;
mod flow_spec;
mod journal;
mod kept;
mod lock;
mod observe;
mod outcome;
mod outline;
mod plan;
mod pool;
mod print;
pub mod pull;
mod record;
mod rivals;
mod saved;
mod status;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod written;

use std::{collections::BTreeSet, num::NonZeroUsize};

use uuid::Uuid;

use crate::{
    platform::{FlowService, Stop},
    spec::Kind,
};

pub use curl::commands;
pub use desired::Desired;
pub use diff::Difference;
pub use error::Error;
pub(crate) use kept::versioned;
pub use lock::Lock;
pub use outcome::{Done, Outcome, SourceResult, Step};
pub use plan::{Action, Addition, Change, Conflict, FlowSpecChange, Plan, Removal};
pub use record::{Entry, Records, Target};
pub use saved::{Made, SavedPlan, digest_of_file};
pub use status::{SourceStatus, State, Status, status};

/// How many requests are under way at once, unless told otherwise.
pub const JOBS: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// What a person allows beyond the ordinary.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Take over a connection spec of the same name and provider that is not recorded here.
    pub adopt: bool,
    /// Create a connection spec anew where the recorded one is gone.
    pub recreate: bool,
    /// How many requests may be under way at once.
    pub jobs: NonZeroUsize,
}

impl Default for Options {
    fn default() -> Self {
        Self { adopt: false, recreate: false, jobs: JOBS }
    }
}

/// How a plan is carried out.
#[derive(Debug, Clone)]
pub struct How {
    /// How many connection specs are written at once.
    pub jobs: NonZeroUsize,
    /// Ends the run after the writes in flight, once it is set.
    pub stop: Stop,
}

impl Default for How {
    fn default() -> Self {
        Self { jobs: JOBS, stop: Stop::default() }
    }
}

impl How {
    fn stopped(&self) -> bool {
        self.stop.is_set()
    }
}

/// What publishing would change. Reads only.
pub fn plan(service: &FlowService, desired: &[Desired], records: &Records, options: &Options) -> Result<Plan, Error> {
    let target = Target::of(service.client().settings());
    let wanted = desired::check(desired)?;
    let (known, actual) = observe::observe(service, &wanted, records, &target, options.jobs)?;
    let unfinished = unfinished(&actual, records, &target)?;
    decide::publish(target, wanted, &known, &actual, &unfinished, *options)
}

/// What taking sources out of the flow specs that list them would change: all that are recorded, where none is named. Reads
/// only. Looks into the flow specs that are recorded, those of the kinds, and `flow_spec`.
pub fn plan_undo(
    service: &FlowService,
    sources: &[String],
    flow_spec: Option<Uuid>,
    records: &Records,
    options: &Options,
) -> Result<Plan, Error> {
    let target = Target::of(service.client().settings());
    let all = if sources.is_empty() { records.sources()? } else { sources.to_vec() };
    let mut known = observe::known(&all, records, &target)?;
    let unrecorded: Vec<String> =
        known.iter().filter(|(_, known)| known.entry.is_none()).map(|(source, _)| source.clone()).collect();
    known.retain(|_, known| known.entry.is_some());
    if known.is_empty() || !(sources.is_empty() || unrecorded.is_empty()) {
        return Err(Error::NotRecorded { sources: if sources.is_empty() { Vec::new() } else { unrecorded }, target });
    }
    let entries = || known.values().filter_map(|known| known.entry.as_ref());
    let mut flow_specs: BTreeSet<Uuid> = entries().filter_map(Entry::listed_in).collect();
    flow_specs.extend([Kind::Batch, Kind::Streaming].map(Kind::flow_spec));
    flow_specs.extend(flow_spec);
    let ids: BTreeSet<String> = entries().map(|entry| entry.connection_spec.clone()).collect();
    let actual = observe::read(service, flow_specs, ids, options.jobs)?;
    let unfinished = unfinished(&actual, records, &target)?;
    decide::undo(target, &known, &actual, &unfinished)
}

fn unfinished(actual: &observe::Actual, records: &Records, target: &Target) -> Result<decide::Unfinished, Error> {
    let mut all = decide::Unfinished::new();
    for flow_spec in actual.flow_specs.keys() {
        all.extend(records.journals.unfinished(*flow_spec, target)?.map(|listing| (*flow_spec, listing)));
    }
    Ok(all)
}

/// Carries out a plan, telling each step.
pub fn apply(
    service: &FlowService,
    plan: &Plan,
    records: &mut Records,
    tell: &mut dyn FnMut(Step),
) -> Result<Outcome, Error> {
    apply_as(service, plan, records, &How::default(), tell)
}

/// Carries out a plan as told, telling each step.
pub fn apply_as(
    service: &FlowService,
    plan: &Plan,
    records: &mut Records,
    how: &How,
    tell: &mut dyn FnMut(Step),
) -> Result<Outcome, Error> {
    apply::apply(service, plan, records, how, tell)
}
