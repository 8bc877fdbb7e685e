//! Where a dataflow is worked on: the platform on one side, what is known of it on the other, and the rule between them that
//! nothing is asked for before it is noted.

use std::path::Path;

use super::{Error, State, recipe::Name, resource::Resource};
use crate::{
    platform::{Client, Stop},
    publish::Target,
};

const MOST_LOOKS: u32 = 3;

/// Where a dataflow is worked on.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub client: &'a Client,
    /// The repository, below whose `.sss` the state is.
    pub root: &'a Path,
    /// The dataflow's name: its source's, or that of a way into the HTTP API.
    pub name: &'a str,
    /// Ends the run between two requests, once it is set.
    pub stop: &'a Stop,
}

impl Place<'_> {
    /// The platform, organization and sandbox.
    pub fn target(&self) -> Target {
        Target::of(self.client.settings())
    }

    /// What is known of the dataflow.
    pub fn state(&self) -> Result<Option<State>, Error> {
        State::load(self.root, self.name, &self.target())
    }

    /// Writes what is known; nothing is left of a dataflow of which nothing is, or may be, there.
    pub(super) fn save(&self, state: &State) -> Result<(), Error> {
        let is_empty = state.begun().is_none() && !Resource::DOWN.into_iter().any(|name| state.own(name).is_some());
        if is_empty {
            State::forget(self.root, self.name, &self.target())
        } else {
            state.save(self.root, self.name, &self.target())
        }
    }

    /// Whether a person wants the run to end.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.stop.is_set() { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// Looks for what may have been made, more than once: a platform may show late what it has.
    pub(super) fn look(&self, resource: Resource, run: &str) -> Result<Option<String>, Error> {
        for look in 1..=MOST_LOOKS {
            let found = resource.marked(self.client, run)?.into_iter().next();
            if found.is_some() {
                return Ok(found);
            }
            if look < MOST_LOOKS {
                self.client.rest(look);
            }
        }
        Ok(None)
    }

    /// Finds out what became of what an earlier run was about to make.
    pub(super) fn settle(&self, state: &mut State, tell: Tell<'_>) -> Result<(), Error> {
        let Some(name) = state.begun().map(|begun| begun.name) else { return Ok(()) };
        let found = match Resource::of(name) {
            Some(resource) => self.look(resource, &state.run)?,
            None => None,
        };
        match found {
            Some(id) => {
                state.made(name, id.clone());
                self.save(state)?;
                tell(Told::Found { name, id });
            }
            None => {
                state.abandon();
                self.save(state)?;
            }
        }
        Ok(())
    }
}

/// Whom it is told to.
pub(super) type Tell<'a> = &'a mut dyn FnMut(Told);

/// What happens, as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// Something is read or tested.
    Asked {
        title: String,
        found: Option<String>,
    },
    Made {
        name: Name,
        id: String,
    },
    /// The answer was lost.
    Lost {
        name: Name,
        reason: String,
    },
    /// It had been made, though its answer was lost or its run was killed.
    Found {
        name: Name,
        id: String,
    },
    /// It was made before and is gone.
    Vanished {
        name: Name,
        id: String,
    },
    Unchanged {
        name: Name,
        id: String,
    },
    Changed {
        name: Name,
        id: String,
        members: Vec<String>,
    },
    /// Somebody else wrote it meanwhile; it is read again.
    Overtaken {
        name: Name,
    },
    Deleted {
        name: Name,
        id: String,
    },
    /// It was deleted before.
    Gone {
        name: Name,
        id: String,
    },
    /// The platform deletes no such records.
    Left {
        name: Name,
        id: String,
    },
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = |name: &Name| name.what();
        match self {
            Self::Asked { title, found: None } => write!(f, "{title}: done"),
            Self::Asked { title, found: Some(found) } => write!(f, "{title}: {found}"),
            Self::Made { name, id } => write!(f, "made the {}: {id}", what(name)),
            Self::Lost { name, reason } => {
                write!(f, "the answer about the {} was lost ({reason}); looking whether it is there", what(name))
            }
            Self::Found { name, id } => write!(f, "the {} had been made: {id}", what(name)),
            Self::Vanished { name, id } => write!(f, "the {} {id} is gone, and is made again", what(name)),
            Self::Unchanged { name, id } => write!(f, "the {} is as it should be: {id}", what(name)),
            Self::Changed { name, id, members } => {
                write!(f, "changed {} of the {}: {id}", list(members), what(name))
            }
            Self::Overtaken { name } => {
                write!(f, "somebody else changed the {} meanwhile; reading it again", what(name))
            }
            Self::Deleted { name, id } => write!(f, "deleted the {}: {id}", what(name)),
            Self::Gone { name, id } => write!(f, "the {} was gone: {id}", what(name)),
            Self::Left { name, id } => {
                write!(f, "the {} {id} stays: the platform deletes none, and nothing uses it any more", what(name))
            }
        }
    }
}

/// `name`, `description` and `transformations`, in backticks.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [all @ .., last] => format!("`{}` and `{last}`", all.join("`, `")),
    }
}
