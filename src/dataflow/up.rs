//! Carrying a recipe out: what is not there is made, what is there is brought to what is asked for, and at every instant the state
//! and the platform together tell what there is.
//!
//! Before a record is asked for, it is noted that it is about to be made; its id is written down before anything else is asked for.
//! So whoever runs `up` after a run that was killed knows what to look for, and never makes a second one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Error, Outcome, State,
    outcome::Done,
    place::{Place, Tell, Told},
    recipe::{Method, Name, Piece, Recipe, Step},
    resource::{Found, Resource},
    state::{Begun, Shape},
};
use crate::platform;

const MOST_CREATES: u32 = 3;
const MOST_CHANGES: u32 = 3;
const MOST_READS: u32 = 3;

/// Makes what a recipe says, or brings it up to date. `secret` knows what opens the source's door, by name.
pub fn up(
    place: &Place<'_>,
    recipe: &Recipe,
    secret: &dyn Fn(&str) -> Option<String>,
    tell: &mut dyn FnMut(Told),
) -> Result<Outcome, Error> {
    let shape = Shape::of(recipe.way);
    let state = match place.state()? {
        None => State::new(shape),
        Some(state) if state.shape == shape => state,
        Some(state) => {
            let (was, wanted) = (state.shape.to_string(), shape.to_string());
            return Err(Error::OtherShape { name: place.name.to_owned(), was, wanted });
        }
    };
    // Before anything is sent: half a dataflow for want of a word is no service.
    if let Some(secret) = recipe.secrets().into_iter().find(|name| secret(name).is_none()) {
        return Err(Error::NoSecret { secret: secret.to_owned() });
    }
    if let Some(result) = recipe.missing().into_iter().next() {
        let needs = recipe.steps.iter().find(|step| step.needs().any(|name| name == result));
        return Err(Error::NoResult { result, title: needs.map(|step| step.title.clone()).unwrap_or_default() });
    }
    let outcome = Outcome::new(place.name, place.target(), state.clone());
    let mut up = Up { place, recipe, secret, state, outcome };
    let ended = up.run(tell);
    let Up { state, mut outcome, .. } = up;
    for (name, value) in state.results() {
        let done = match Resource::of(name) {
            None => Done::Known,
            Some(_) if state.is_given(name) => Done::Given,
            Some(_) => Done::Unchanged,
        };
        outcome.note(name, done, value);
    }
    outcome.changed |= state.begun().is_some();
    outcome.state = state;
    match ended {
        Ok(()) => {
            outcome.complete = true;
            Ok(outcome)
        }
        Err(cause) => Err(Error::Stopped { outcome: Box::new(outcome), cause: Box::new(cause) }),
    }
}

struct Up<'a> {
    place: &'a Place<'a>,
    recipe: &'a Recipe,
    secret: &'a dyn Fn(&str) -> Option<String>,
    state: State,
    outcome: Outcome,
}

impl Up<'_> {
    fn run(&mut self, tell: Tell<'_>) -> Result<(), Error> {
        let place = self.place;
        place.settle(&mut self.state, &mut |told| {
            if let Told::Found { name, id } = &told {
                self.outcome.note(*name, Done::Found, id);
            }
            tell(told);
        })?;
        self.give()?;
        let mut there = self.check(tell)?;
        for step in &self.recipe.steps {
            place.check()?;
            let Some(resource) = step.makes().and_then(Resource::of) else {
                self.ask(step, tell)?;
                continue;
            };
            match there.remove(&resource.name) {
                Some(found) => self.refresh(resource, step, found, tell)?,
                None if self.state.get(resource.name).is_some() => {}
                None => self.make(resource, step, tell)?,
            }
        }
        Ok(())
    }

    /// Takes over what is given, and forgets what was looked up for something else.
    fn give(&mut self) -> Result<(), Error> {
        let recipe = self.recipe;
        // What was given is to be made now.
        for step in &recipe.steps {
            if let Some(name) = step.makes().filter(|name| self.state.is_given(*name)) {
                self.state.drop_result(name);
            }
        }
        for (name, value) in &recipe.given {
            if self.state.get(*name) == Some(value) {
                continue;
            }
            if Resource::of(*name).is_some() && self.state.own(*name).is_some() {
                return Err(Error::Fixed { name: self.place.name.to_owned(), things: vec![*name] });
            }
            self.know(*name, value.clone());
            for step in
                recipe.steps.iter().filter(|step| step.method == Method::Get && step.needs().any(|need| need == *name))
            {
                step.takes.iter().for_each(|take| self.state.drop_result(take.name));
            }
        }
        Ok(())
    }

    /// Reads back what was made before, and refuses what cannot be had without making it anew, before anything is written.
    fn check(&mut self, tell: Tell<'_>) -> Result<BTreeMap<Name, Found>, Error> {
        let mut there = BTreeMap::new();
        let (mut gone, mut fixed) = (Vec::new(), Vec::new());
        let mut orphaned: Option<(Name, Vec<Name>)> = None;
        for step in &self.recipe.steps {
            let Some(resource) = step.makes().and_then(Resource::of) else { continue };
            let name = resource.name;
            let Some(id) = self.state.own(name).map(str::to_owned) else { continue };
            self.place.check()?;
            let Some(found) = resource.read(self.place.client, &id)? else {
                gone.push((name, id));
                continue;
            };
            let lost =
                step.needs().find(|need| self.state.get(*need).is_none() || gone.iter().any(|(name, _)| name == need));
            match lost {
                Some(lost) => orphaned.get_or_insert_with(|| (lost, Vec::new())).1.push(name),
                None if name == Name::MappingSetId => {}
                None => {
                    let wanted = resource.digests(&self.body(step, true)?).content;
                    if self.state.sent(name).is_some_and(|sent| sent.content != wanted) {
                        fixed.push(name);
                    }
                }
            }
            there.insert(name, found);
        }
        let name = || self.place.name.to_owned();
        if let Some((gone, on_it)) = orphaned {
            return Err(Error::Orphaned { name: name(), gone, on_it });
        }
        if !fixed.is_empty() {
            return Err(Error::Fixed { name: name(), things: fixed });
        }
        for (name, id) in gone {
            self.state.vanish(name);
            tell(Told::Vanished { name, id });
        }
        Ok(there)
    }

    /// Takes over what was not made here. A schema that is read from a dataset is its owner's as well.
    fn know(&mut self, name: Name, value: String) {
        match Resource::of(name) {
            Some(_) => self.state.give(name, value),
            None => self.state.set(name, value),
        }
    }

    /// What stands for a piece of a request.
    fn value(&self, piece: &Piece, masked: bool) -> Option<String> {
        match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Result(name) => self.state.get(*name).map(str::to_owned),
            Piece::Secret(name) if masked => Some(format!("{{{name}}}")),
            Piece::Secret(name) => (self.secret)(name),
        }
    }

    fn filled(&self, step: &Step, masked: bool) -> Result<super::recipe::Request, Error> {
        step.filled(|piece| self.value(piece, masked)).map_err(|piece| match piece {
            Piece::Secret(secret) => Error::NoSecret { secret },
            Piece::Result(result) => Error::NoResult { result, title: step.title.clone() },
            Piece::Text(text) => Error::BadBody { title: step.title.clone(), reason: text },
        })
    }

    /// The body of a step, with this dataflow's mark; `masked` without what is secret.
    fn body(&self, step: &Step, masked: bool) -> Result<Value, Error> {
        let text = self.filled(step, masked)?.body.unwrap_or_default();
        let bad = |error: serde_json::Error| Error::BadBody { title: step.title.clone(), reason: error.to_string() };
        let mut body: Value = serde_json::from_str(&text).map_err(bad)?;
        // The set that was made here may have got another version since.
        if let (Some(own), version @ 1..) = (self.state.own(Name::MappingSetId), self.state.mapping_version()) {
            for transformation in body.get_mut("transformations").and_then(Value::as_array_mut).into_iter().flatten() {
                if transformation.pointer("/params/mappingId").and_then(Value::as_str) == Some(own) {
                    transformation["params"]["mappingVersion"] = json!(version);
                }
            }
        }
        Ok(match step.makes().and_then(Resource::of) {
            Some(resource) => resource.mark(body, &self.state.run),
            None => body,
        })
    }

    /// Looks something up, or tests it, where that has not been done.
    fn ask(&mut self, step: &Step, tell: Tell<'_>) -> Result<(), Error> {
        let known = match step.takes.as_slice() {
            [] => self.state.get(Name::FlowId).is_some(),
            takes => takes.iter().all(|take| self.state.get(take.name).is_some()),
        };
        if known {
            return Ok(());
        }
        let request = self.filled(step, false)?;
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let unexpected =
            |otherwise: &str| Error::Unexpected { title: step.title.clone(), otherwise: otherwise.to_owned() };
        let mut read = 1;
        loop {
            let answer = self.place.client.read_record(&request.path, &headers)?.value;
            if let Some(expected) = &step.expects
                && answer.pointer(expected.pointer) != Some(&expected.value)
            {
                return Err(unexpected(&expected.otherwise));
            }
            let missing = step.takes.iter().find(|take| taken(&answer, &take.pointer, take.prefix).is_none());
            if let Some(missing) = missing {
                if read == MOST_READS {
                    return Err(unexpected(&missing.otherwise));
                }
                // What was just made may not be told whole yet.
                self.place.client.rest(read);
                self.place.check()?;
                read += 1;
                continue;
            }
            let mut found = None;
            for take in &step.takes {
                let value = taken(&answer, &take.pointer, take.prefix).unwrap_or_default();
                self.know(take.name, value.clone());
                found = Some(value);
            }
            self.place.save(&self.state)?;
            tell(Told::Asked { title: step.title.clone(), found });
            return Ok(());
        }
    }

    /// Makes what is not there.
    fn make(&mut self, resource: Resource, step: &Step, tell: Tell<'_>) -> Result<(), Error> {
        let name = resource.name;
        let request = self.filled(step, false)?;
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let sent = resource.digests(&self.body(step, true)?);
        let body = self.body(step, false)?;
        self.state.begin(Begun { name, sent });
        self.place.save(&self.state)?;
        let mut attempt = 1;
        let (done, id) = loop {
            let error = match self.place.client.make_record(&request.path, &headers, &body) {
                Ok(reply) => {
                    let id = step.takes.iter().find(|take| take.name == name);
                    match id.and_then(|take| taken(&reply.value, &take.pointer, take.prefix)) {
                        Some(id) => break (Done::Made, id),
                        None => platform::Error::WrongShape {
                            call: format!("{} {}", step.method.as_str(), request.path),
                            expected: format!("it tells no `{}`", name.key()),
                            request_id: reply.request_id,
                        },
                    }
                }
                Err(error) => error,
            };
            if !error.outcome_unknown() {
                // Unless an attempt before this one may have been carried out, nothing is there to be remembered.
                if attempt == 1 {
                    self.state.abandon();
                    self.place.save(&self.state)?;
                }
                return Err(error.into());
            }
            tell(Told::Lost { name, reason: error.to_string() });
            match self.place.look(resource, &self.state.run) {
                Ok(Some(id)) => break (Done::Found, id),
                // The platform itself said that it failed, and nothing came of it: safe to ask once more. Where the answer was
                // lost on the way, the work may still be under way, and only another run may try again.
                Ok(None)
                    if matches!(error.status(), Some(500 | 503))
                        && attempt < MOST_CREATES
                        && !self.place.stop.is_set() =>
                {
                    self.place.client.pause(attempt, error)?;
                    attempt += 1;
                }
                Ok(None) | Err(Error::Platform(_)) => {
                    return Err(Error::Uncertain { result: name, cause: Box::new(error) });
                }
                Err(other) => return Err(other),
            }
        };
        self.state.made(name, id.clone());
        self.place.save(&self.state)?;
        self.outcome.note(name, done, &id);
        tell(if done == Done::Made { Told::Made { name, id } } else { Told::Found { name, id } });
        Ok(())
    }

    /// Brings what is there to what is asked for.
    fn refresh(&mut self, resource: Resource, step: &Step, mut found: Found, tell: Tell<'_>) -> Result<(), Error> {
        let name = resource.name;
        let id = self.state.own(name).unwrap_or_default().to_owned();
        let wanted = self.body(step, true)?;
        if name == Name::MappingSetId {
            return self.remap(resource, &id, &wanted, tell);
        }
        let mut sent = Vec::new();
        for attempt in 1..=MOST_CHANGES {
            let changes = changes(resource, &found.value, &wanted);
            if changes.is_empty() {
                return self.refreshed(resource, &wanted, id, sent, tell);
            }
            sent = changes.iter().map(|(member, _)| (*member).to_owned()).collect();
            match resource.change(self.place.client, &id, &found, &changes) {
                Ok(Some(_)) => return self.refreshed(resource, &wanted, id, sent, tell),
                Ok(None) => return Err(Error::Overtaken { result: name, tries: attempt }),
                // Somebody else was first, or it was done and its answer lost, and then refused when repeated.
                Err(error) if error.status() == Some(412) => tell(Told::Overtaken { name }),
                Err(error) if error.outcome_unknown() => {
                    self.outcome.changed = true;
                    tell(Told::Lost { name, reason: error.to_string() });
                }
                Err(error) => return Err(error.into()),
            }
            self.place.check()?;
            let again = resource.read(self.place.client, &id)?;
            found = again.ok_or(Error::Overtaken { result: name, tries: attempt })?;
        }
        if changes(resource, &found.value, &wanted).is_empty() {
            return self.refreshed(resource, &wanted, id, sent, tell);
        }
        Err(Error::Overtaken { result: name, tries: MOST_CHANGES })
    }

    fn refreshed(
        &mut self,
        resource: Resource,
        wanted: &Value,
        id: String,
        members: Vec<String>,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        let name = resource.name;
        let digests = resource.digests(wanted);
        if self.state.sent(name) != Some(&digests) {
            self.state.set_sent(name, digests);
            self.place.save(&self.state)?;
        }
        self.outcome.note(name, if members.is_empty() { Done::Unchanged } else { Done::Changed }, &id);
        tell(if members.is_empty() { Told::Unchanged { name, id } } else { Told::Changed { name, id, members } });
        Ok(())
    }

    /// Gives a mapping set its next version where other mappings are asked for; the flow follows when its turn comes.
    fn remap(&mut self, resource: Resource, id: &str, wanted: &Value, tell: Tell<'_>) -> Result<(), Error> {
        let digests = resource.digests(wanted);
        let is_same = self.state.sent(resource.name).is_some_and(|sent| sent.content == digests.content);
        if is_same {
            return self.refreshed(resource, wanted, id.to_owned(), Vec::new(), tell);
        }
        let overtaken = || Error::Overtaken { result: resource.name, tries: 1 };
        let replaced = resource.replace(self.place.client, id, wanted).inspect_err(|error| {
            self.outcome.changed |= error.outcome_unknown();
        });
        let reply = replaced?.ok_or_else(overtaken)?;
        let version = match version_of(&reply.value) {
            Some(version) => version,
            None => {
                let found = resource.read(self.place.client, id)?.ok_or_else(overtaken)?;
                version_of(&found.value).unwrap_or_default()
            }
        };
        self.state.set_mapping_version(version);
        self.refreshed(resource, wanted, id.to_owned(), vec!["mappings".to_owned()], tell)
    }
}

fn version_of(value: &Value) -> Option<u64> {
    let version = value.get("version")?;
    version.as_u64().or_else(|| version.as_str()?.parse().ok())
}

/// The text at a pointer, without what stands in front of it.
fn taken(answer: &Value, pointer: &str, prefix: &str) -> Option<String> {
    let text = answer.pointer(pointer)?.as_str()?;
    let text = text.strip_prefix(prefix).unwrap_or(text);
    if text.is_empty() { None } else { Some(text.to_owned()) }
}

/// What has to be changed of a record.
fn changes(resource: Resource, found: &Value, wanted: &Value) -> Vec<(&'static str, Value)> {
    let mut changes: Vec<(&'static str, Value)> = Vec::new();
    for member in resource.texts() {
        if let Some(wanted) = wanted.get(*member).filter(|wanted| found.get(*member) != Some(wanted)) {
            changes.push((member, wanted.clone()));
        }
    }
    if let Some(wanted) = wanted.get("transformations").filter(|wanted| mapped(found) != mapped_of(wanted)) {
        changes.push(("transformations", wanted.clone()));
    }
    changes
}

/// The mapping sets that a flow uses, each with its version.
pub(super) fn mapped(flow: &Value) -> Vec<(String, String)> {
    flow.get("transformations").map(mapped_of).unwrap_or_default()
}

/// A version is told as a number or as text.
fn mapped_of(transformations: &Value) -> Vec<(String, String)> {
    let params = transformations.as_array().into_iter().flatten().filter_map(|one| one.get("params"));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let both = |params: &Value| {
        let version = params.get("mappingVersion").map(text).unwrap_or_else(|| "0".to_owned());
        Some((params.get("mappingId").map(text)?, version))
    };
    params.filter_map(both).collect()
}
