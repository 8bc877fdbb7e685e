//! Random sequences of what people do, against a model: three clones of one repository, publishers, and others who work on
//! the platform at the same time. After each step the platform and the records are exactly what the model says.

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    platform::{Platform, content, ids},
    report,
    repository::{Kind, Ran, Repository, Source, revise},
};

/// In the order of their names, which is the order they are published in.
const SOURCES: [Source; 3] =
    [("amber-events", Kind::Streaming), ("cedar-orders", Kind::Batch), ("tidal-tickets", Kind::Batch)];
const CLONES: usize = 3;

/// What a person allows.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    adopt: bool,
    recreate: bool,
}

/// What happens.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A clone edits a source.
    Edit { clone: usize, source: usize },
    /// A clone publishes one source, or all.
    Publish { clone: usize, source: Option<usize>, allowed: Allowed },
    /// The same, killed at a request, before or after its work; and then once more.
    KilledPublish { clone: usize, source: Option<usize>, allowed: Allowed, request: usize, after: bool },
    /// A clone takes one source, or all, out of the flow specs again.
    Undo { clone: usize, source: Option<usize> },
    /// A clone takes over the sources and records of another.
    Pull { to: usize, from: usize },
    /// A connection spec vanishes from the platform; which one of its name.
    Vanish { source: usize, which: usize },
    /// Somebody else changes a connection spec.
    Change { source: usize, which: usize },
    /// Somebody else creates one of the same name.
    Namesake { source: usize },
    /// Somebody else lists an id of theirs.
    ListOther { source: usize },
    /// Somebody takes the ids of a source out of its flow spec.
    Unlist { source: usize },
    /// Somebody lists an id of a source once more.
    ListTwice { source: usize },
    /// Somebody changes another member of a flow spec.
    Touch { source: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (clone, source, which) = (0..CLONES, 0..SOURCES.len(), 0..2_usize);
    let some = proptest::option::of(source.clone());
    let allowed = || (any::<bool>(), any::<bool>()).prop_map(|(adopt, recreate)| Allowed { adopt, recreate });
    let step = prop_oneof![
        3 => (clone.clone(), source.clone()).prop_map(|(clone, source)| Step::Edit { clone, source }),
        8 => (clone.clone(), some.clone(), allowed())
            .prop_map(|(clone, source, allowed)| Step::Publish { clone, source, allowed }),
        2 => (clone.clone(), some.clone()).prop_map(|(clone, source)| Step::Undo { clone, source }),
        4 => (clone.clone(), some, allowed(), 0..16_usize, any::<bool>()).prop_map(
            |(clone, source, allowed, request, after)| Step::KilledPublish { clone, source, allowed, request, after }
        ),
        4 => (clone.clone(), clone).prop_map(|(to, from)| Step::Pull { to, from }),
        2 => (source.clone(), which.clone()).prop_map(|(source, which)| Step::Vanish { source, which }),
        1 => (source.clone(), which).prop_map(|(source, which)| Step::Change { source, which }),
        1 => source.clone().prop_map(|source| Step::Namesake { source }),
        2 => source.clone().prop_map(|source| Step::ListOther { source }),
        1 => source.clone().prop_map(|source| Step::Unlist { source }),
        1 => source.clone().prop_map(|source| Step::ListTwice { source }),
        1 => source.prop_map(|source| Step::Touch { source }),
    ];
    proptest::collection::vec(step, 1..16)
}

/// What publishing one source comes to.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    Create,
    Take(String),
    Conflict,
}

/// A clone, as it must be.
#[derive(Debug, Clone, Default)]
struct CloneModel {
    specs: Vec<Value>,
    /// The ids of connection spec and flow spec.
    records: Vec<Option<(String, Option<String>)>>,
}

/// Everything, as it must be.
#[derive(Debug, Clone)]
struct Model {
    clones: Vec<CloneModel>,
    /// The connection specs of a source's name: id and content.
    specs: Vec<Vec<(String, Value)>>,
    /// The flow specs, by source; sources of one kind share theirs.
    flow_specs: std::collections::BTreeMap<&'static str, Value>,
}

impl Model {
    /// What publishing a source comes to: the recorded id first, then what a person allows.
    fn decide(&self, clone: usize, source: usize, allowed: Allowed) -> Decision {
        let there: Vec<&str> = self.specs[source].iter().map(|(id, _)| id.as_str()).collect();
        if let Some((recorded, _)) = &self.clones[clone].records[source] {
            if there.contains(&recorded.as_str()) {
                return Decision::Take(recorded.clone());
            }
            let decided = allowed.recreate || (allowed.adopt && there.len() == 1);
            if !decided {
                return Decision::Conflict;
            }
        }
        // Of several, the one that the flow spec lists is the one in use.
        let listed = ids(&self.flow_specs[SOURCES[source].1.flow_spec()]);
        let in_use: Vec<&str> = there.iter().copied().filter(|id| listed.iter().any(|listed| listed == id)).collect();
        match (there.as_slice(), in_use.as_slice()) {
            ([], _) => Decision::Create,
            ([id], _) | (_, [id]) if allowed.adopt => Decision::Take((*id).to_owned()),
            _ => Decision::Conflict,
        }
    }

    fn listed(&mut self, source: usize) -> &mut Vec<Value> {
        let flow_spec = self.flow_specs.get_mut(SOURCES[source].1.flow_spec()).unwrap();
        flow_spec["sourceConnectionSpecIds"].as_array_mut().unwrap()
    }

    /// A source was published under an id.
    fn published(&mut self, clone: usize, source: usize, id: &str) {
        let spec = content(&self.clones[clone].specs[source]);
        match self.specs[source].iter_mut().find(|(known, _)| known == id) {
            Some((_, known)) => *known = spec,
            None => self.specs[source].push((id.to_owned(), spec)),
        }
        // In place of the id of one that is gone; and once: where it stood first, or at the end.
        let outdated = self.clones[clone].records[source].clone().map(|(outdated, _)| outdated);
        let mut seen = false;
        let listed = self.listed(source);
        listed.retain(|listed| outdated.as_ref().is_none_or(|outdated| outdated == id || listed != outdated));
        listed.retain(|listed| listed != id || !std::mem::replace(&mut seen, true));
        if !seen {
            listed.push(json!(id));
        }
        let flow_spec = SOURCES[source].1.flow_spec().to_owned();
        self.clones[clone].records[source] = Some((id.to_owned(), Some(flow_spec)));
    }
}

/// The world: the platform and the clones, and the model beside them.
struct World<'a> {
    platform: &'a Platform,
    clones: Vec<Repository>,
    model: Model,
    revision: u32,
}

impl<'a> World<'a> {
    fn new(platform: &'a Platform) -> Self {
        platform.reset();
        let clones: Vec<Repository> = (0..CLONES).map(|_| Repository::new(&SOURCES)).collect();
        let specs: Vec<Value> = SOURCES.iter().map(|(source, _)| clones[0].spec(source)).collect();
        let snapshot = platform.snapshot();
        let flow_spec = |(_, kind): &Source| (kind.flow_spec(), snapshot.flow_specs[kind.flow_spec()].clone());
        let model = Model {
            clones: vec![CloneModel { specs, records: vec![None; SOURCES.len()] }; CLONES],
            specs: vec![Vec::new(); SOURCES.len()],
            flow_specs: SOURCES.iter().map(flow_spec).collect(),
        };
        Self { platform, clones, model, revision: 0 }
    }

    fn revision(&mut self) -> u32 {
        self.revision += 1;
        self.revision
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Edit { clone, source } => {
                let revision = self.revision();
                self.clones[clone].edit(SOURCES[source].0, revision);
                self.model.clones[clone].specs[source] = self.clones[clone].spec(SOURCES[source].0);
            }
            Step::Publish { clone, source, allowed } => self.publish(clone, source, allowed, None)?,
            Step::KilledPublish { clone, source, allowed, request, after } => {
                self.publish(clone, source, allowed, Some((request, after)))?;
            }
            Step::Undo { clone, source } => self.undo(clone, source)?,
            Step::Pull { to, from } if to != from => {
                self.clones[to].pull(&self.clones[from]);
                self.model.clones[to] = self.model.clones[from].clone();
            }
            Step::Pull { .. } => {}
            Step::Vanish { source, which } => {
                if which < self.model.specs[source].len() {
                    let (id, _) = self.model.specs[source].remove(which);
                    self.platform.vanish(&id);
                }
            }
            Step::Change { source, which } => {
                let page = format!("changed-{}", self.revision());
                if let Some((id, spec)) = self.model.specs[source].get_mut(which) {
                    self.platform.change("connectionSpecs", id, |record| revise(record, &page));
                    revise(spec, &page);
                }
            }
            Step::Namesake { source } => {
                let mut spec = content(&self.model.clones[0].specs[source]);
                revise(&mut spec, &format!("namesake-{}", self.revision()));
                let id = self.platform.create(&spec);
                self.model.specs[source].push((id, spec));
            }
            Step::ListOther { source } => {
                let id = format!("5f0c1d6e-8a3b-4c55-9d1e-{:012x}", self.revision());
                self.flow_spec(source, |ids| ids.insert(ids.len() / 2, json!(id)));
            }
            Step::Unlist { source } => {
                let ours: Vec<Value> = self.model.specs[source].iter().map(|(id, _)| json!(id)).collect();
                self.flow_spec(source, |ids| ids.retain(|id| !ours.contains(id)));
            }
            Step::ListTwice { source } => {
                if let Some((id, _)) = self.model.specs[source].first().cloned() {
                    self.flow_spec(source, |ids| ids.insert(0, json!(id)));
                }
            }
            Step::Touch { source } => {
                let (id, mark) = (SOURCES[source].1.flow_spec(), json!({"number": self.revision(), "of": 1.5}));
                self.platform.change("flowSpecs", id, |record| record["unheardOf"] = mark.clone());
                self.model.flow_specs.get_mut(id).unwrap()["unheardOf"] = mark;
            }
        }
        self.compare()
    }

    /// Somebody else changes what a flow spec lists.
    fn flow_spec(&mut self, source: usize, change: impl Fn(&mut Vec<Value>)) {
        let id = SOURCES[source].1.flow_spec();
        let ids = |record: &mut Value| change(record["sourceConnectionSpecIds"].as_array_mut().unwrap());
        self.platform.change("flowSpecs", id, ids);
        change(self.model.listed(source));
    }

    /// A publish, killed before that or not, and what must have come of it.
    fn publish(
        &mut self,
        clone: usize,
        source: Option<usize>,
        allowed: Allowed,
        kill: Option<(usize, bool)>,
    ) -> Result<(), TestCaseError> {
        let chosen: Vec<usize> = source.map_or_else(|| (0..SOURCES.len()).collect(), |source| vec![source]);
        let mut arguments: Vec<&str> = source.iter().map(|source| SOURCES[*source].0).collect();
        arguments.extend(allowed.adopt.then_some("--adopt"));
        arguments.extend(allowed.recreate.then_some("--recreate"));
        if let Some((request, after)) = kill {
            self.kill(clone, &arguments, request, after);
        }
        let ran = self.clones[clone].publish(self.platform, &arguments);
        let decisions: Vec<Decision> = chosen.iter().map(|source| self.model.decide(clone, *source, allowed)).collect();
        if decisions.contains(&Decision::Conflict) {
            // A person has to decide; until then nothing is touched.
            return ended(&ran, 4);
        }
        ended(&ran, 0)?;
        for (source, decision) in chosen.into_iter().zip(decisions) {
            let id = match decision {
                Decision::Take(id) => id,
                _ => {
                    let record = self.clones[clone].record(SOURCES[source].0);
                    let (id, _) = record.ok_or_else(|| TestCaseError::fail("it is not recorded"))?;
                    prop_assert!(self.model.specs[source].iter().all(|(known, _)| *known != id), "{id} was there");
                    id
                }
            };
            self.model.published(clone, source, &id);
        }
        self.clones[clone].check_files().map_err(TestCaseError::fail)
    }

    /// Takes one source, or all that are recorded, out of the flow specs.
    fn undo(&mut self, clone: usize, source: Option<usize>) -> Result<(), TestCaseError> {
        let mut arguments = vec!["--undo"];
        arguments.extend(source.map(|source| SOURCES[source].0));
        let ran = self.clones[clone].publish(self.platform, &arguments);
        let records = &self.model.clones[clone].records;
        let recorded: Vec<(usize, String)> = (0..SOURCES.len())
            .filter(|at| source.is_none_or(|source| source == *at))
            .filter_map(|at| Some((at, records[at].clone()?.0)))
            .collect();
        if recorded.is_empty() {
            return ended(&ran, 3);
        }
        ended(&ran, 0)?;
        for (source, id) in recorded {
            self.model.listed(source).retain(|listed| *listed != id);
            self.model.clones[clone].records[source] = Some((id, None));
        }
        self.clones[clone].check_files().map_err(TestCaseError::fail)
    }

    /// Begins a publish and kills it at a request, unless it ends before that.
    fn kill(&self, clone: usize, arguments: &[&str], request: usize, after: bool) {
        let action = json!({ "silence": if after { "after" } else { "before" }, "seconds": 60 });
        self.platform.lay(&json!({ "path": "/**", "skip": request, "times": 1, "action": action }));
        let acted = |log: &[Value]| log.iter().filter(|request| request.get("fault").is_some()).count();
        let earlier = acted(&self.platform.log());
        let mut child = self.clones[clone].begin(self.platform, &[], arguments);
        self.platform.wait_until(|log| child.try_wait().unwrap().is_some() || acted(log) > earlier);
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        self.platform.mend();
    }

    /// The platform and the records are what the model says.
    fn compare(&self) -> Result<(), TestCaseError> {
        let now = self.platform.snapshot();
        for (id, flow_spec) in &self.model.flow_specs {
            prop_assert_eq!(ids(&now.flow_specs[*id]), ids(flow_spec));
            prop_assert_eq!(&now.flow_specs[*id], flow_spec);
        }
        for (at, (source, _)) in SOURCES.iter().enumerate() {
            let mut specs: Vec<(&str, &Value)> =
                self.model.specs[at].iter().map(|(id, spec)| (id.as_str(), spec)).collect();
            specs.sort_by_key(|(id, _)| *id);
            prop_assert_eq!(now.named(source), specs);
            for (clone, model) in self.clones.iter().zip(&self.model.clones) {
                prop_assert_eq!(&clone.record(source), &model.records[at]);
            }
        }
        Ok(())
    }
}

fn ended(ran: &Ran, code: i32) -> Result<(), TestCaseError> {
    prop_assert_eq!(ran.code, Some(code), "{}{}", &ran.stdout, &ran.stderr);
    if code != 0 {
        prop_assert!(ran.stderr.contains("help: "), "{}", &ran.stderr);
    }
    Ok(())
}

#[test]
fn whatever_people_do_the_platform_is_what_the_model_says() {
    let (threads, sequences) = if report::whole() { (4, 60) } else { (2, 3) };
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                let config =
                    Config { cases: sequences, failure_persistence: None, max_shrink_iters: 120, ..Config::default() };
                // The same sequences each time: a test that fails now and then teaches nobody.
                let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[thread; 32]);
                let platform = Platform::new();
                let held = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
                    let mut world = World::new(&platform);
                    for step in steps {
                        world.take(step)?;
                    }
                    Ok(())
                });
                held.unwrap_or_else(|error| panic!("{error}"));
            });
        }
    });
    let count = (u32::from(threads) * sequences).to_string();
    let what = "up to 15 steps of 3 clones with 3 sources and of others on the platform".to_owned();
    report::write("model", &["sequences of", "cases", "as the model says"], &[vec![what, count.clone(), count]]);
}
