//! A second connection spec of the same source, made at the same instant by another clone of the repository.
//!
//! The platform takes any number of connection specs of one name, and gives none back. So after a creation its name is looked
//! for again: where two were made, every clone chooses the same one, lists that, and never both.

use std::num::NonZeroUsize;

use super::{
    Change,
    observe::{Key, Named, Seen, candidates},
};
use crate::platform::{self, FlowService};

/// The one that everybody chooses: one that the flow spec lists already, and of those the oldest.
pub(super) fn winner<'a>(all: &[&'a Seen], listed: &[String]) -> Option<&'a Seen> {
    all.iter().copied().min_by_key(|seen| (!listed.contains(&seen.id), seen.age()))
}

/// A source whose connection spec is new, and the id it was given.
#[derive(Debug)]
pub(super) struct Fresh<'a> {
    pub(super) change: &'a Change,
    pub(super) id: String,
}

/// Which of several is to be listed in place of ours.
#[derive(Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) source: String,
    pub(super) ours: String,
    pub(super) chosen: Seen,
    /// All but the one that is chosen.
    pub(super) others: Vec<String>,
}

/// Looks for rivals of what is fresh: what bears the same name and was not there before.
pub(super) fn look(service: &FlowService, fresh: &[Fresh<'_>], jobs: NonZeroUsize) -> Result<Named, platform::Error> {
    let names: Vec<Key> = fresh.iter().map(|one| key(one.change)).collect();
    candidates(service, &names, jobs)
}

/// Chooses for each source that has rivals.
pub(super) fn choose(fresh: &[Fresh<'_>], found: &Named, listed: &[String]) -> Vec<Choice> {
    let mut choices = Vec::new();
    for Fresh { change, id } in fresh {
        let all = found.get(&key(change)).map(Vec::as_slice).unwrap_or_default();
        let rivals: Vec<&Seen> = all.iter().filter(|seen| !change.seen.contains(&seen.id)).collect();
        // A platform that does not show what was just created gives nothing to choose from.
        if rivals.len() < 2 || !rivals.iter().any(|seen| seen.id == *id) {
            continue;
        }
        let Some(chosen) = winner(&rivals, listed) else { continue };
        let others = rivals.iter().filter(|seen| seen.id != chosen.id).map(|seen| seen.id.clone()).collect();
        choices.push(Choice { source: change.source.clone(), ours: id.clone(), chosen: chosen.clone(), others });
    }
    choices
}

fn key(change: &Change) -> Key {
    (change.name.clone(), change.provider_id.clone())
}

#[cfg(test)]
mod tests {
    use super::{super::written::Written, *};

    fn seen(id: &str, created: &str) -> Seen {
        Seen { id: id.into(), written: Written::of(&format!(r#"{{"createdAt":{created}}}"#)), etag: None }
    }

    #[test]
    fn everybody_chooses_the_listed_one_then_the_oldest_then_the_first_by_id() {
        let (a, b, c) = (seen("a", "7"), seen("b", "5"), seen("c", "5"));
        let chosen = |listed: &[&str]| {
            let listed: Vec<String> = listed.iter().map(|id| (*id).to_owned()).collect();
            let forth = winner(&[&a, &b, &c], &listed).unwrap().id.clone();
            assert_eq!(winner(&[&c, &b, &a], &listed).unwrap().id, forth, "in any order");
            forth
        };
        assert_eq!(chosen(&[]), "b");
        assert_eq!(chosen(&["a"]), "a");
        assert_eq!(chosen(&["c", "a"]), "c");
        assert!(winner(&[], &[]).is_none());
    }
}
