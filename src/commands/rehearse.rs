//! `sss rehearse`: the whole way, against an emulator in this process: lint, publish, and the acceptance run of each source,
//! which makes a dataflow, sends events, reads everything back and takes it down. Nothing is recorded in the repository.

use std::{collections::BTreeMap, fs, num::NonZeroUsize, time::Duration};

use serde_json::{Value, json};
use url::Url;

use super::{
    dataflow::wish,
    directory, interrupt,
    selected::{self, Selected, Telling},
    verify as acceptance,
};
use crate::{
    cli::{self, Global},
    console::Console,
    dataflow::{
        recipe::{self, Auth, Facts, Param, Recipe, Wish},
        send::Encoding,
    },
    emulator::{self, Emulator},
    error::Error,
    exit::Exit,
    platform::{Client, Exchange, FlowService, Settings, Stop},
    publish::{self, Desired, How, Options, Outcome, Records, SourceResult},
    report,
    spec::sample::{custom_schema, plain_schema, sample},
    style::{BAD, BOLD, GOOD, NOTE},
    text::visible::printable,
    verify::{self, Acceptance, Exchanges, Report, Senders, Told, Verdict},
};

/// One request after the other: nobody waits for an emulator, and a person reads them in their order.
const OPTIONS: Options = Options { adopt: false, recreate: false, jobs: NonZeroUsize::MIN };

/// A run of the emulator is over a second after the last event.
const WAIT: Duration = Duration::from_secs(30);
/// What senders to the emulator sign with.
const SECRET: &str = "a-secret-of-the-rehearsal";

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Rehearse, console: &mut Console) -> Result<Exit, Error> {
    let selected = Selected::of(global, &arguments.sources)?;
    let given = Given::of(global, arguments, &selected)?;
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
    if !arguments.keep {
        interrupt::heed(&rehearsal.stop, console.teller());
    }
    let reports = rehearsal.try_out((&desired, &outcome), &selected, &given, console)?;
    let ok = listed.iter().all(|listed| *listed) && reports.iter().all(Report::ok);

    if console.json() {
        console.print_json(&json!({
            "version": 1,
            "base_url": emulator.base_url(),
            "lint": report::json_summary(&findings),
            "results": outcome.to_json()["results"],
            "requests": rehearsal.requests(),
            "verified": reports.iter().map(|report| report.to_json(false)).collect::<Value>(),
            "ok": ok,
        }));
    } else {
        rehearsal.summarize(&desired, &outcome, (&listed, &reports), console);
    }
    if arguments.keep {
        console.progress(&format!("the emulator stays at {} until Ctrl-C", emulator.base_url()));
        emulator.wait()?;
    }
    Ok(match ok {
        _ if rehearsal.stop.is_set() => Exit::Interrupted,
        true => Exit::Done,
        false => Exit::Findings,
    })
}

/// What a person gave instead of having it made up.
#[derive(Debug, Default)]
struct Given {
    sample: Vec<Value>,
    inputs: BTreeMap<String, String>,
}

impl Given {
    fn of(global: &Global, arguments: &cli::Rehearse, selected: &Selected) -> Result<Self, Error> {
        let names = selected.names();
        let is_given = arguments.sample.is_some() || !arguments.inputs.is_empty();
        if is_given && names.len() != 1 {
            return Err(Error::usage(
                "`--sample` and `--input` are of one source, and several would be rehearsed",
                format!("name the one: `{}`", names.join("`, `")),
            ));
        }
        let mut given = Self::default();
        if let Some(path) = &arguments.sample {
            let path = directory(global)?.join(path);
            let text = fs::read_to_string(&path).map_err(|source| Error::file("read", &path, source))?;
            given.sample = recipe::read_sample(&text)?;
        }
        given.inputs = wish::inputs(&arguments.inputs)?;
        Ok(given)
    }
}

/// The dataflow of a source, with what a customer would fill in made up.
struct Made {
    recipe: Recipe,
    sample: Vec<Value>,
    secrets: BTreeMap<String, String>,
}

impl Made {
    fn of(desired: &Desired, result: &SourceResult, label: &str, given: &Given) -> Result<Self, Error> {
        let spec = desired.spec();
        let mut facts = Facts::of_source(&desired.source, label, desired.kind, &spec);
        facts.connection_spec_id.clone_from(&result.connection_spec);
        facts.flow_spec_id = Some(result.flow_spec.to_string());
        let sample = match given.sample.is_empty() {
            true => vec![sample(custom_schema(&spec).unwrap_or(&plain_schema()))],
            false => given.sample.clone(),
        };
        let (auth, secrets) = credentials(&facts);
        let wish = Wish { auth, inputs: inputs(&facts, given), sample: sample.clone(), ..Wish::default() };
        Ok(Self { recipe: recipe::recipe(&wish, &facts)?, sample, secrets })
    }
}

/// The first way to sign in, with what it asks for: texts as secrets, and the rest.
fn credentials(facts: &Facts) -> (Auth, BTreeMap<String, String>) {
    let mut auth = Auth::default();
    let mut secrets = BTreeMap::new();
    if let Some(spec) = facts.auth_specs.first() {
        auth.spec_name = Some(spec.name.clone());
        for (name, field) in spec.fields().filter(|(name, _)| spec.requires(name)) {
            match sample(field) {
                Value::String(text) => _ = secrets.insert(name.to_owned(), text),
                other => _ = auth.params.insert(name.to_owned(), Param::Plain(other)),
            }
        }
    }
    (auth, secrets)
}

/// What is filled in for the request: as given, and made up where it must be there.
fn inputs(facts: &Facts, given: &Given) -> BTreeMap<String, String> {
    let form = facts.inputs.as_ref();
    let required = form.and_then(|form| form.get("required")).and_then(Value::as_array).into_iter().flatten();
    let mut inputs = given.inputs.clone();
    for name in required.filter_map(Value::as_str) {
        let Some(field) = form.and_then(|form| form.get("properties")?.get(name)) else { continue };
        inputs.entry(name.to_owned()).or_insert_with(|| match sample(field) {
            Value::String(text) => text,
            other => other.to_string(),
        });
    }
    inputs
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
    /// Makes the dataflows; its requests are told with `-v` alone, as they are many.
    client: Client,
    telling: Telling,
    records: Records,
    exchanges: Exchanges,
    stop: Stop,
}

impl Rehearsal {
    fn new(emulator: &Emulator, verbose: u8, console: &Console) -> Result<Self, Error> {
        let base_url = Url::parse(emulator.base_url())
            .map_err(|error| Error::usage(format!("the emulator's address is none: {error}"), "report this"))?;
        let (exchanges, stop) = (Exchanges::default(), Stop::default());
        let client = |telling| {
            let kept = exchanges.clone();
            let settings = Settings::emulator(base_url.clone());
            selected::client(settings, console, telling, move |exchange| kept.keep(exchange))
        };
        let (lines, telling) =
            if verbose > 0 { (Telling::Whole, Telling::Whole) } else { (Telling::Line, Telling::Nothing) };
        let service = FlowService::new(client(lines));
        let mut client = client(telling);
        client.stop_at(stop.clone());
        Ok(Self { service, client, telling, records: Records::memory(), exchanges, stop })
    }

    /// The acceptance run of each source that was published, in their order.
    fn try_out(
        &self,
        (desired, outcome): (&[Desired], &Outcome),
        selected: &Selected,
        given: &Given,
        console: &mut Console,
    ) -> Result<Vec<Report>, Error> {
        let root = tempfile::tempdir().map_err(|source| Error::file("create", &std::env::temp_dir(), source))?;
        let observer = acceptance::observer(console, self.telling, &self.exchanges);
        let mut reports = Vec::new();
        for result in &outcome.results {
            let Some(desired) = desired.iter().find(|one| one.source == result.source) else { continue };
            heading(&format!("verify {}", result.source), console);
            let Made { recipe, sample, secrets } =
                Made::of(desired, result, &wish::label(selected, &result.source), given)?;
            let spec = desired.spec();
            let senders =
                [Senders::Token { expired: None }, Senders::Hmac { secret: SECRET.into(), encoding: Encoding::Hex }];
            let acceptance = Acceptance {
                client: &self.client,
                root: root.path(),
                stop: &self.stop,
                source: &result.source,
                spec_name: spec.get("name").and_then(Value::as_str).unwrap_or_default(),
                recipe: &recipe,
                secret: &|name| Some(secrets.get(name).cloned().unwrap_or_else(|| "text".to_owned())),
                hidden: &[],
                sample: &sample,
                senders: if recipe.way.has_inlet() { &senders } else { &[] },
                wait: WAIT,
                emulated: true,
                keep: false,
                exchanges: &self.exchanges,
                observer: &observer,
            };
            let report = verify::run(&acceptance, &mut |told| {
                if let Told::Checked(check) = told {
                    console.progress(&format!("  {} {}", acceptance::word(check), check.title));
                }
            })?;
            reports.push(report);
        }
        Ok(reports)
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

    fn summarize(
        &self,
        desired: &[Desired],
        outcome: &Outcome,
        (listed, reports): (&[bool], &[Report]),
        console: &mut Console,
    ) {
        let width = desired.iter().map(|one| one.source.len()).max().unwrap_or_default();
        for (result, is_listed) in outcome.results.iter().zip(listed) {
            let kind = desired.iter().find(|one| one.source == result.source).map(|one| one.kind.to_string());
            let report = reports.iter().find(|report| report.source == result.source);
            let is_ok = *is_listed && report.is_some_and(Report::ok);
            let (style, word) = if is_ok { (GOOD, "ok") } else { (BAD, "failed") };
            let times = if *is_listed { "listed once" } else { "not as it should be" };
            console.line(&format!(
                "{style}{word}{style:#} {:width$}  {:9}  connection spec {}, {times} in the flow spec {}; verification {}",
                result.source,
                kind.unwrap_or_default(),
                result.connection_spec.as_deref().unwrap_or("-"),
                result.flow_spec,
                report.map_or_else(|| "not run".to_owned(), Report::sentence),
            ));
            for check in report.iter().flat_map(|report| &report.checks).filter(|one| one.verdict == Verdict::Failed) {
                console.line(&format!("  {} {}: {}", acceptance::word(check), check.name, printable(&check.found)));
                for line in check.advice.iter().flat_map(|advice| advice.lines()) {
                    console.line(&format!("    {NOTE}help{NOTE:#}: {line}"));
                }
            }
        }
        let many = if outcome.results.len() == 1 { "" } else { "s" };
        console.line(&format!(
            "{} source{many} rehearsed with {} requests",
            outcome.results.len(),
            self.exchanges.count()
        ));
    }

    /// The exchanges as JSON, in the order they were made.
    fn requests(&self) -> Value {
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
        self.exchanges.all().iter().map(told).collect()
    }
}
