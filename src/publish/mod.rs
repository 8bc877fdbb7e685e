//! Publishing: what the repository wants, what the platform has, the plan between them, and its execution.
//!
//! [`plan`] reads and changes nothing; its result is a value that can be printed and tested. [`apply`] carries it out, with a
//! journal before and after each write, so that a run that was cut short can be repeated.
//!
//! ```text
//! Desired ──▶ desired (checked) ──┐
//! Records (record, journal) ──────┼──▶ plan ──▶ apply ──▶ flow_spec
//! the platform (observe) ─────────┘
//! ```

mod apply;
mod desired;
mod diff;
mod error;
mod flow_spec;
mod journal;
mod lock;
mod observe;
mod outcome;
mod plan;
mod print;
pub mod pull;
mod record;
mod status;
#[cfg(test)]
mod tests;

use crate::platform::FlowService;

pub use desired::Desired;
pub use diff::Difference;
pub use error::Error;
pub use lock::Lock;
pub use outcome::{Done, Outcome, SourceResult, Step};
pub use plan::{Action, Addition, Change, Conflict, FlowSpecChange, Plan};
pub use record::{Entry, Records, Target};
pub use status::{SourceStatus, State, Status, status};

/// What a person allows beyond the ordinary.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Take over a connection spec of the same name and provider that is not recorded here.
    pub adopt: bool,
    /// Create a connection spec anew where the recorded one is gone.
    pub recreate: bool,
}

/// What publishing would change. Reads only.
pub fn plan(service: &FlowService, desired: &[Desired], records: &Records, options: &Options) -> Result<Plan, Error> {
    let target = Target::of(service.client().settings());
    let wanted = desired::check(desired)?;
    let (known, actual) = observe::observe(service, &wanted, records, &target)?;
    plan::make(target, wanted, &known, &actual, *options)
}

/// Carries out a plan, telling each step.
pub fn apply(
    service: &FlowService,
    plan: &Plan,
    records: &mut Records,
    tell: &mut dyn FnMut(Step),
) -> Result<Outcome, Error> {
    apply::apply(service, plan, records, tell)
}
