//! `sss rehearse`: lint, then publish, against an emulator in this process. Nothing is recorded in the repository.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Value, json};
use url::Url;

use super::selected::{self, Selected, Telling};
use crate::{
    cli::{self, Global},
    console::Console,
    emulator::{self, Emulator},
    error::Error,
    exit::Exit,
    platform::{Exchange, FlowService, Settings},
    publish::{self, Desired, How, Options, Outcome, Records, SourceResult},
    report,
    style::{BAD, BOLD, GOOD},
};

/// One request after the other: nobody waits for an emulator, and a person reads them in their order.
const OPTIONS: Options = Options { adopt: false, recreate: false, jobs: NonZeroUsize::MIN };

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Rehearse, console: &mut Console) -> Result<Exit, Error> {
    let selected = Selected::of(global, &arguments.sources)?;
    heading("lint", console);
    let (findings, desired) = selected.lint(None);
    if findings.has_errors() {
        selected::refuse(&findings, console);
        return Ok(Exit::Findings);
    }
    console.progress(&format!("  {}", report::summary(&findings)));
    let desired = desired?;

    heading("emulator", console);
    let emulator = start(arguments.keep)?;
    console.progress(&format!("  {} with the platform's own specs, in memory", emulator.base_url()));

    let mut rehearsal = Rehearsal::new(&emulator, global.verbose, console)?;
    let outcome = rehearsal.publish(&desired, console)?;
    let listed = rehearsal.check(&desired, &outcome, console)?;
    let ok = listed.iter().all(|listed| *listed);

    if console.json() {
        console.print_json(&json!({
            "version": 1,
            "base_url": emulator.base_url(),
            "lint": report::json_document(&findings)["summary"],
            "results": outcome.to_json()["results"],
            "requests": rehearsal.requests(),
            "ok": ok,
        }));
    } else {
        rehearsal.summarize(&desired, &outcome, &listed, console);
    }
    if arguments.keep {
        console.progress(&format!("the emulator stays at {} until Ctrl-C", emulator.base_url()));
        emulator.wait()?;
    }
    Ok(if ok { Exit::Done } else { Exit::Findings })
}

fn heading(text: &str, console: &mut Console) {
    console.progress(&format!("{BOLD}{text}{BOLD:#}"));
}

fn start(keep: bool) -> Result<Emulator, Error> {
    Ok(Emulator::start(emulator::Options { catch_signals: keep, ..emulator::Options::default() })?)
}

/// One run against an emulator, with every exchange kept.
struct Rehearsal {
    service: FlowService,
    records: Records,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Rehearsal {
    fn new(emulator: &Emulator, verbose: u8, console: &Console) -> Result<Self, Error> {
        let base_url = Url::parse(emulator.base_url())
            .map_err(|error| Error::usage(format!("the emulator's address is none: {error}"), "report this"))?;
        let exchanges = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&exchanges);
        let telling = if verbose > 0 { Telling::Whole } else { Telling::Line };
        let client = selected::client(Settings::emulator(base_url), console, telling, move |exchange| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(exchange.clone());
        });
        Ok(Self { service: FlowService::new(client), records: Records::memory(), exchanges })
    }

    fn publish(&mut self, desired: &[Desired], console: &mut Console) -> Result<Outcome, Error> {
        heading("plan", console);
        let plan = publish::plan(&self.service, desired, &self.records, &OPTIONS)?;
        console.progress(&format!("  {}", plan.summary()));
        heading("publish", console);
        let how = How { jobs: OPTIONS.jobs, ..How::default() };
        let outcome = publish::apply_as(&self.service, &plan, &mut self.records, &how, &mut |step| {
            console.progress(&format!("  {step}"));
        })?;
        Ok(outcome)
    }

    /// Reads everything back: each connection spec is there, and its id stands in its flow spec once. Then plans again:
    /// nothing is left to change.
    fn check(&self, desired: &[Desired], outcome: &Outcome, console: &mut Console) -> Result<Vec<bool>, Error> {
        heading("read back", console);
        let mut listed = Vec::new();
        for result in &outcome.results {
            listed.push(self.is_published(result)?);
        }
        heading("plan again", console);
        let again = publish::plan(&self.service, desired, &self.records, &OPTIONS)?;
        console.progress(&format!("  {}", again.summary()));
        if again.has_changes() {
            listed.fill(false);
        }
        Ok(listed)
    }

    fn is_published(&self, result: &SourceResult) -> Result<bool, Error> {
        let Some(id) = result.connection_spec.as_deref() else { return Ok(false) };
        let spec = self.service.connection_spec(id)?;
        let flow_spec = self.service.flow_spec(&result.flow_spec.to_string())?;
        let times = flow_spec.map_or(0, |record| {
            let ids = record.value["sourceConnectionSpecIds"].as_array();
            ids.map_or(0, |ids| ids.iter().filter(|listed| listed.as_str() == Some(id)).count())
        });
        Ok(spec.is_some() && times == 1)
    }

    fn summarize(&self, desired: &[Desired], outcome: &Outcome, listed: &[bool], console: &mut Console) {
        let width = desired.iter().map(|one| one.source.len()).max().unwrap_or_default();
        for (result, is_listed) in outcome.results.iter().zip(listed) {
            let kind = desired.iter().find(|one| one.source == result.source).map(|one| one.kind.to_string());
            let (style, word) = if *is_listed { (GOOD, "ok") } else { (BAD, "failed") };
            console.line(&format!(
                "{style}{word}{style:#} {:width$}  {:9}  connection spec {}, listed once in the flow spec {}",
                result.source,
                kind.unwrap_or_default(),
                result.connection_spec.as_deref().unwrap_or("-"),
                result.flow_spec,
            ));
        }
        let requests = self.requests().as_array().map_or(0, Vec::len);
        let many = if outcome.results.len() == 1 { "" } else { "s" };
        console.line(&format!("{} source{many} rehearsed with {requests} requests", outcome.results.len()));
    }

    /// The exchanges as JSON, in the order they were made.
    fn requests(&self) -> Value {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |exchange: &Exchange| {
            json!({
                "method": exchange.method,
                "path": exchange.path,
                "status": exchange.status,
                "attempt": exchange.attempt,
                "duration_ms": exchange.duration.as_secs_f64() * 1000.0,
                "request_id": exchange.request_id,
            })
        };
        exchanges.iter().map(told).collect()
    }
}
