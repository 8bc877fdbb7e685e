//! Taking a dataflow down: what stands on something else goes before it, and what is gone already is as good as deleted.
//!
//! Each thing stays in the state until the platform has said that it is gone, so that a run that was killed is continued.

use super::{
    Error, Outcome, State,
    outcome::Done,
    place::{Place, Tell, Told},
    recipe::Name,
    resource::{Deletion, Resource},
};

/// What `down` would delete and what it would leave, in its order; nothing is asked of the platform.
pub fn doomed(state: &State, all: bool) -> Vec<(Name, String)> {
    let own = Resource::DOWN.into_iter().filter_map(|name| Some((name, state.own(name)?.to_owned())));
    own.filter(|(name, _)| goes(*name, all)).collect()
}

fn goes(name: Name, all: bool) -> bool {
    Resource::of(name).is_some_and(|resource| all || !resource.lasts())
}

/// Deletes the flow and its connections; with `all`, the mapping set, dataset, schema and field group that were made for it as well.
/// What was given is never touched.
pub fn down(place: &Place<'_>, all: bool, tell: &mut dyn FnMut(Told)) -> Result<Outcome, Error> {
    let Some(mut state) = place.state()? else {
        // A run that was killed before it knew anything may have left half a file.
        State::forget(place.root, place.name, &place.target())?;
        return Err(Error::NotUp {
            name: place.name.to_owned(),
            target: Box::new(place.target()),
            known: State::names(place.root)?,
        });
    };
    let mut outcome = Outcome::new(place.name, place.target(), state.clone());
    let ended = take_down(place, all, &mut state, &mut outcome, tell);
    outcome.changed |= state.begun().is_some();
    for name in Resource::DOWN {
        if let Some(id) = state.own(name) {
            outcome.note(name, Done::Kept, id);
        }
    }
    outcome.state = state;
    match ended {
        Ok(()) => {
            outcome.complete = true;
            Ok(outcome)
        }
        Err(cause) => Err(Error::Stopped { outcome: Box::new(outcome), cause: Box::new(cause) }),
    }
}

fn take_down(
    place: &Place<'_>,
    all: bool,
    state: &mut State,
    outcome: &mut Outcome,
    tell: Tell<'_>,
) -> Result<(), Error> {
    // What may have been made has to be known before it can be deleted.
    place.settle(state, tell)?;
    for (name, id) in doomed(state, all) {
        let Some(resource) = Resource::of(name) else { continue };
        place.check()?;
        let was_there = resource.read(place.client, &id)?.is_some();
        let done = match resource.delete(place.client, &id)? {
            Deletion::Gone if was_there => Done::Deleted,
            Deletion::Gone => Done::Gone,
            Deletion::Impossible => Done::Left,
        };
        outcome.note(name, done, &id);
        state.vanish(name);
        place.save(state)?;
        tell(match done {
            Done::Deleted => Told::Deleted { name, id },
            Done::Gone => Told::Gone { name, id },
            _ => Told::Left { name, id },
        });
    }
    place.save(state)
}
