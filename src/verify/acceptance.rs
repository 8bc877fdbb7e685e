//! The run: step by step, a check after each, and the clean-up whatever came of them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

use super::{
    Check, Exchanges, Report, Senders, Verdict,
    check::{Finding, INTERRUPTED},
    control::Control,
};
use crate::{
    dataflow::{
        self, Error, Place, State,
        recipe::{Name, Recipe, Way},
    },
    platform::{Client, Exchange, Stop},
};

/// What is to be verified, and how.
pub struct Acceptance<'a> {
    /// Its exchanges go into `exchanges`, by the observer that its maker gave it.
    pub client: &'a Client,
    /// The repository, below whose `.sss` the ids of what is made are kept until it is taken down.
    pub root: &'a Path,
    /// Ends the run at the next check, once it is set; the clean-up follows.
    pub stop: &'a Stop,
    pub source: &'a str,
    /// What the artifact calls the connection spec.
    pub spec_name: &'a str,
    pub recipe: &'a Recipe,
    /// What opens the source's door, by its name in the recipe.
    pub secret: &'a dyn Fn(&str) -> Option<String>,
    /// What must not be shown of the events' way, beside the credentials of the platform.
    pub hidden: &'a [SecretString],
    /// The events that are sent, or that records are expected to be like.
    pub sample: &'a [Value],
    /// How senders show who they are, one set of scenarios each.
    pub senders: &'a [Senders],
    /// How long to wait for a run of the dataflow.
    pub wait: Duration,
    /// Whether the control routes of an emulator may be called; the platform has none.
    pub emulated: bool,
    /// Whether the dataflow stays afterwards.
    pub keep: bool,
    pub exchanges: &'a Exchanges,
    /// Who looks on while events are sent; it keeps the exchange as well.
    pub observer: &'a (dyn Fn() -> Box<dyn Fn(&Exchange) + Send + Sync> + 'a),
}

/// What happens, as it happens.
#[derive(Debug)]
pub enum Told<'a> {
    /// A step of making or taking down.
    Step(dataflow::Told),
    /// A check came to its end.
    Checked(&'a Check),
}

/// The name of the dataflow that a source is verified with; no source has such a name.
pub fn dataflow_name(source: &str) -> String {
    format!("{source}.verify")
}

/// Carries it out. An error is one that came before anything was made; everything later stands in the report.
pub fn run(acceptance: &Acceptance<'_>, tell: &mut dyn FnMut(Told<'_>)) -> Result<Report, Error> {
    let name = dataflow_name(acceptance.source);
    let started = Timestamp::now();
    let begun = Instant::now();
    // Broken state is told before anything is sent.
    acceptance.place(&name, acceptance.stop).state()?;
    let mut run = Run {
        acceptance,
        name: &name,
        control: acceptance.emulated.then(|| Control::of(acceptance.client)),
        checks: Vec::new(),
        blocked: None,
        made: Vec::new(),
        left: false,
        spec_version: None,
        tell,
    };
    run.published()?;
    run.clean_start();
    run.up();
    run.records();
    match acceptance.recipe.way {
        Way::Batch => run.fetched(),
        Way::Streaming | Way::HttpApi { .. } => run.sent(),
    }
    run.clean_up();
    let Run { checks, made, left, spec_version, .. } = run;
    Ok(Report {
        source: acceptance.source.to_owned(),
        way: acceptance.recipe.way,
        target: acceptance.place(&name, acceptance.stop).target(),
        dataflow: name,
        started,
        duration: begun.elapsed(),
        checks,
        made,
        spec_version,
        exchanges: acceptance.exchanges.all(),
        interrupted: acceptance.stop.is_set(),
        left,
        kept: acceptance.keep,
    })
}

impl<'a> Acceptance<'a> {
    pub(super) fn place<'p>(&'p self, name: &'p str, stop: &'p Stop) -> Place<'p> {
        Place { client: self.client, root: self.root, name, stop }
    }
}

/// A run under way.
pub(super) struct Run<'a, 't> {
    pub(super) acceptance: &'a Acceptance<'a>,
    pub(super) name: &'a str,
    /// Absent on the platform.
    pub(super) control: Option<Control<'a>>,
    checks: Vec<Check>,
    /// Why nothing more can be looked at.
    pub(super) blocked: Option<String>,
    /// All that is known of the dataflow.
    pub(super) made: Vec<(Name, String)>,
    /// Whether something of it stays that was to go.
    pub(super) left: bool,
    spec_version: Option<String>,
    tell: &'t mut dyn FnMut(Told<'_>),
}

impl<'a> Run<'a, '_> {
    /// Looks at one thing; tells whether it is as it should be.
    pub(super) fn check(
        &mut self,
        name: &str,
        title: impl Into<String>,
        look: impl FnOnce(&mut Self) -> Result<Finding, Error>,
    ) -> bool {
        let reason = match &self.blocked {
            _ if self.acceptance.stop.is_set() => Some(INTERRUPTED.to_owned()),
            blocked => blocked.clone(),
        };
        match reason {
            Some(reason) => self.record(name, title, |_| Ok(Finding::skipped(reason))),
            None => self.record(name, title, look),
        }
    }

    /// The same, whatever came before.
    pub(super) fn record(
        &mut self,
        name: &str,
        title: impl Into<String>,
        look: impl FnOnce(&mut Self) -> Result<Finding, Error>,
    ) -> bool {
        let (begun, first) = (Instant::now(), self.acceptance.exchanges.count());
        let Finding { verdict, found, advice } = look(self).unwrap_or_else(|error| Finding::of_error(&error));
        let check = Check {
            name: name.to_owned(),
            title: title.into(),
            verdict,
            found,
            advice,
            duration: begun.elapsed(),
            requests: first..self.acceptance.exchanges.count(),
        };
        (self.tell)(Told::Checked(&check));
        let passed = check.verdict == Verdict::Passed;
        self.checks.push(check);
        passed
    }

    pub(super) fn step(&mut self, told: dataflow::Told) {
        (self.tell)(Told::Step(told));
    }

    pub(super) fn place(&self) -> Place<'a> {
        Place {
            client: self.acceptance.client,
            root: self.acceptance.root,
            name: self.name,
            stop: self.acceptance.stop,
        }
    }

    /// What is known of the dataflow.
    pub(super) fn state(&self) -> Result<State, Error> {
        let place = self.place();
        place.state()?.ok_or_else(|| Error::NotUp {
            name: self.name.to_owned(),
            target: Box::new(place.target()),
            known: Vec::new(),
        })
    }

    /// The connection spec, and the flow spec that lists it. The first request of all: who is not let in is told so.
    fn published(&mut self) -> Result<(), Error> {
        let recipe = self.acceptance.recipe;
        let mut refused = None;
        self.check("published", "The connection spec is published and listed in its flow spec", |run| {
            let Some(id) = recipe.given.get(&Name::ConnectionSpecId).cloned() else {
                return Ok(Finding::failed("its id is not known", "publish it with `sss publish`"));
            };
            let spec = match run.flow_service("connectionSpecs", &id) {
                Ok(spec) => spec,
                Err(error) => {
                    let finding = Finding::of_error(&error);
                    refused = Some(error);
                    return Ok(finding);
                }
            };
            let Some(spec) = spec else {
                run.blocked = Some("the connection spec is not there".to_owned());
                return Ok(Finding::failed(
                    format!("the platform has no connection spec {id}"),
                    "`sss status` tells where the source stands; `sss publish --recreate` makes it again",
                ));
            };
            run.spec_version = spec.get("version").and_then(Value::as_str).map(str::to_owned);
            let is = spec.get("name").and_then(Value::as_str).unwrap_or_default();
            if is != run.acceptance.spec_name {
                return Ok(Finding::failed(
                    format!("the connection spec {id} has the name `{is}`, not `{}`", run.acceptance.spec_name),
                    "`sss status` compares what was published with what is there",
                ));
            }
            let Some(flow_spec_id) = recipe.given.get(&Name::FlowSpecId).cloned() else {
                return Ok(Finding::passed(format!(
                    "the connection spec {id}; its flow spec is looked up by its name"
                )));
            };
            let Some(flow_spec) = run.flow_service("flowSpecs", &flow_spec_id)? else {
                return Ok(Finding::failed(
                    format!("the platform has no flow spec {flow_spec_id}"),
                    "name another with `--flow-spec`, or look it up with `--look-up-flow-spec`",
                ));
            };
            let listed = flow_spec.get("sourceConnectionSpecIds").and_then(Value::as_array);
            let times = listed.into_iter().flatten().filter(|listed| listed.as_str() == Some(&id)).count();
            Ok(match times {
                1 => Finding::passed(format!("the connection spec {id}, listed once in the flow spec {flow_spec_id}")),
                times => Finding::failed(
                    format!("the flow spec {flow_spec_id} lists the connection spec {id} {times} times, not once"),
                    "`sss publish` lists it",
                ),
            })
        });
        // Whoever is not let in, or reaches nobody, has nothing to verify.
        match refused {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// A record of Flow Service.
    pub(super) fn flow_service(&self, collection: &str, id: &str) -> Result<Option<Value>, Error> {
        let path = format!("/data/foundation/flowservice/{collection}/{id}");
        let Some(reply) = self.acceptance.client.find_record(&path, &[])? else { return Ok(None) };
        let mut value = reply.value;
        let first = value.pointer_mut("/items/0").map(Value::take);
        Ok(first.or(Some(value)).filter(|value| value.get("id").is_some()))
    }

    /// What a run before this one left, killed perhaps, goes first.
    fn clean_start(&mut self) {
        self.check("clean-start", "Nothing is left of an earlier verification", |run| {
            let place = run.place();
            if place.state()?.is_none() {
                return Ok(Finding::passed("nothing was left"));
            }
            let outcome = dataflow::down(&place, true, &mut |told| run.step(told))?;
            let gone = outcome.done.values().filter(|(done, _)| *done == dataflow::Done::Deleted).count();
            Ok(Finding::passed(format!("what an earlier run had left was taken down: {gone} records")))
        });
    }

    fn up(&mut self) {
        let made = self.check("dataflow-up", "Everything from the source to the dataset is made", |run| {
            let Acceptance { recipe, secret, .. } = run.acceptance;
            let outcome = dataflow::up(&run.place(), recipe, secret, &mut |told| run.step(told));
            let results = |state: &State| state.results().map(|(name, value)| (name, value.to_owned())).collect();
            match outcome {
                Ok(outcome) => {
                    run.made = results(&outcome.state);
                    let made = outcome.done.values().filter(|(done, _)| *done == dataflow::Done::Made).count();
                    Ok(Finding::passed(format!("{made} records made")))
                }
                Err(error) => {
                    if let Error::Stopped { outcome, .. } = &error {
                        run.made = results(&outcome.state);
                    }
                    Err(error)
                }
            }
        });
        if !made && self.blocked.is_none() {
            self.blocked = Some("the dataflow was not made".to_owned());
        }
    }
}
