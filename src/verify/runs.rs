//! Waiting for the dataflow to run: asked after less and less often, until a run tells what it brought in or the time is over.

use std::time::{Duration, Instant};

use super::{acceptance::Run, check::Finding, sending::counted};
use crate::dataflow::{self, Error, FlowRun, recipe::Name};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

impl Run<'_, '_> {
    /// Waits for runs that brought in at least so many records.
    pub(super) fn wait_for_run(&self, wanted: usize) -> Result<Finding, Error> {
        let state = self.state()?;
        let flow = state.get(Name::FlowId).unwrap_or_default();
        let until = Instant::now() + self.acceptance.wait;
        let mut pause = FIRST_PAUSE;
        loop {
            let runs = dataflow::runs(&self.place(), flow)?;
            if let Some(finding) = judge(&runs, wanted) {
                return Ok(finding);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(in_vain(&runs, wanted, self.acceptance.wait));
            }
            if !self.acceptance.stop.sleep(pause.min(left)) {
                return Err(Error::Interrupted);
            }
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }
}

/// What the runs come to; `None` where there is something to wait for.
fn judge(runs: &[FlowRun], wanted: usize) -> Option<Finding> {
    if let Some(bad) = runs.iter().find(|run| is_over(run) && !is_success(run)) {
        return Some(Finding::failed(
            format!("the run {} is `{}`: {}", bad.id, bad.status, told(bad)),
            "its record in the report, or the dataflow's page in the UI, tells what it could not do",
        ));
    }
    let good = || runs.iter().filter(|run| is_success(run));
    if let Some(lossy) = good().find(|run| run.records_failed.is_some_and(|failed| failed > 0)) {
        return Some(Finding::failed(
            format!("the run {} left records out: {}", lossy.id, told(lossy)),
            "records that fit neither mapping nor schema are left out: bring them together",
        ));
    }
    let all: u64 = good().filter_map(|run| run.records_in).sum();
    let enough = all >= wanted as u64 && wanted > 0;
    enough.then(|| {
        let last = good().next();
        let id = last.map(|run| run.id.as_str()).unwrap_or_default();
        Finding::passed(format!("the run {id} succeeded, records: {}", last.map(told).unwrap_or_default()))
    })
}

/// What is said when the time is over.
fn in_vain(runs: &[FlowRun], wanted: usize, waited: Duration) -> Finding {
    let found = match runs.first() {
        None => "the dataflow has not run".to_owned(),
        Some(last) => format!("the last run, {}, is `{}`: {}", last.id, last.status, told(last)),
    };
    Finding::failed(
        format!("no run brought in {} within {} s; {found}", counted(wanted, "record"), waited.as_secs()),
        "a platform may tell of a run an hour later: wait longer with `--wait`, or have the dataflow stay with `--keep` \
         and look at its runs later. A run of no records has found none: look at the source's request, `contentPath` and the \
         inputs",
    )
}

fn is_over(run: &FlowRun) -> bool {
    ["success", "failed", "partialSuccess", "partialsuccess", "cancelled", "aborted"].contains(&run.status.as_str())
}

fn is_success(run: &FlowRun) -> bool {
    run.status == "success"
}

fn told(run: &FlowRun) -> String {
    let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    format!("{} in, {} out, {} failed", number(run.records_in), number(run.records_out), number(run.records_failed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Verdict;

    fn run(status: &str, records_in: Option<u64>, records_failed: Option<u64>) -> FlowRun {
        let records_out = records_in.map(|records| records - records_failed.unwrap_or_default());
        FlowRun { id: "r".into(), status: status.into(), created_at: None, records_in, records_out, records_failed }
    }

    fn verdict(runs: &[FlowRun], wanted: usize) -> Option<Verdict> {
        judge(runs, wanted).map(|finding| finding.verdict)
    }

    #[test]
    fn runs_that_brought_in_enough_pass_and_others_are_waited_for() {
        assert_eq!(verdict(&[], 1), None);
        assert_eq!(verdict(&[run("inProgress", Some(3), None)], 1), None);
        assert_eq!(verdict(&[run("success", Some(0), None)], 1), None, "a run before the events came");
        assert_eq!(verdict(&[run("success", None, None)], 1), None);
        assert_eq!(verdict(&[run("success", Some(2), Some(0))], 3), None);
        let two = [run("success", Some(1), Some(0)), run("success", Some(2), Some(0))];
        assert_eq!(verdict(&two, 3), Some(Verdict::Passed));
    }

    #[test]
    fn what_failed_is_not_waited_for() {
        assert_eq!(verdict(&[run("failed", Some(3), Some(3))], 3), Some(Verdict::Failed));
        assert_eq!(verdict(&[run("partialSuccess", Some(3), Some(1))], 3), Some(Verdict::Failed));
        let lossy = judge(&[run("success", Some(3), Some(1))], 3).unwrap();
        assert_eq!(
            (lossy.verdict, lossy.found.as_str()),
            (Verdict::Failed, "the run r left records out: 3 in, 2 out, 1 failed")
        );
        let late = in_vain(&[run("inProgress", None, None)], 1, Duration::from_secs(40));
        assert_eq!(
            late.found,
            "no run brought in 1 record within 40 s; the last run, r, is `inProgress`: ? in, ? out, ? failed"
        );
    }
}
