//! What came of a run: how many events were taken, why others were not, and where to go on.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    exit::Exit,
    platform::{self, Cause},
};

/// Causes are told apart up to so many; the rest is counted as one.
const MOST_CAUSES: usize = 100;

/// Why a run ended before its input did.
#[derive(Debug)]
pub enum Ending {
    /// The person wanted it to.
    Interrupted,
    /// The inlet takes nothing any more.
    Platform(platform::Error),
    /// The input cannot be followed behind a place.
    Malformed,
    /// One event was not taken, and that was to be the end.
    FailFast,
    /// The input could not be read.
    Input(std::io::Error),
    /// The file of refused events could not be written.
    Kept(std::io::Error),
}

/// How far the input was read.
#[derive(Debug)]
pub(super) struct Extent {
    /// Position of the last event.
    pub(super) last: u64,
    /// Whether nothing follows it.
    pub(super) whole: bool,
}

/// Causes with how often each was met, as far as they can be told apart in memory that does not grow.
#[derive(Debug, Default)]
pub(super) struct Causes(BTreeMap<Cause, u64>);

impl Causes {
    pub(super) fn add(&mut self, cause: &Cause, count: u64) {
        if let Some(known) = self.0.get_mut(cause) {
            *known += count;
        } else if self.0.len() < MOST_CAUSES {
            self.0.insert(cause.clone(), count);
        } else {
            let others = Cause { status: None, text: "other causes".to_owned() };
            *self.0.entry(others).or_default() += count;
        }
    }

    /// The most frequent first.
    pub(super) fn sorted(self) -> Vec<(Cause, u64)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    }
}

/// What came of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// Position of the last event that was read.
    pub read: u64,
    /// How many of them were skipped.
    pub skipped: u64,
    pub accepted: u64,
    pub refused: u64,
    /// Neither: what became of them is not known, or they were not sent.
    pub left: u64,
    /// Of the refused ones, those that are too large even for the file of refused events.
    pub unkept: u64,
    pub causes: Vec<(Cause, u64)>,
    /// Events larger than the platform recommends.
    pub large: u64,
    /// Accepted without having been validated, though that was asked for.
    pub unchecked: u64,
    pub requests: u64,
    /// Requests that were repeated.
    pub repeated: u64,
    /// Events that may be there twice, because the answer to the request before was lost.
    pub twice: u64,
    pub duration: Duration,
    /// How many events to skip to go on; `None` where everything was read and dealt with.
    pub resume: Option<u64>,
    pub ending: Option<Ending>,
}

impl Outcome {
    /// How the run ended, as an exit code.
    pub fn exit(&self) -> Exit {
        let part = if self.accepted > 0 { Exit::Partial } else { Exit::Refused };
        match &self.ending {
            Some(Ending::Interrupted) => Exit::Interrupted,
            Some(Ending::Platform(error)) if self.accepted == 0 => error.exit(),
            Some(Ending::Input(_) | Ending::Kept(_)) if self.accepted == 0 => Exit::Usage,
            Some(_) => part,
            None if self.read <= self.skipped => Exit::Nothing,
            None if self.refused == 0 => Exit::Done,
            None if self.accepted == 0 => Exit::Refused,
            None => Exit::Findings,
        }
    }

    /// Accepted events a second.
    pub fn rate(&self) -> f64 {
        self.accepted as f64 / self.duration.as_secs_f64().max(0.001)
    }

    /// As `--json` prints it.
    pub fn json(&self) -> Value {
        let ending = self.ending.as_ref().map(|ending| match ending {
            Ending::Interrupted => "interrupted",
            Ending::Platform(_) => "platform",
            Ending::Malformed => "malformed",
            Ending::FailFast => "fail-fast",
            Ending::Input(_) => "input",
            Ending::Kept(_) => "refused-file",
        });
        let causes: Vec<Value> = self
            .causes
            .iter()
            .map(|(cause, count)| json!({"status": cause.status, "message": cause.text, "events": count}))
            .collect();
        json!({
            "read": self.read,
            "skipped": self.skipped.min(self.read),
            "accepted": self.accepted,
            "refused": self.refused,
            "left": self.left,
            "unkept": self.unkept,
            "causes": causes,
            "large": self.large,
            "unchecked": self.unchecked,
            "requests": self.requests,
            "repeated": self.repeated,
            "perhaps_twice": self.twice,
            "duration_ms": u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            "events_per_second": (self.rate() * 10.0).round() / 10.0,
            "ended": ending,
            "resume_with_skip": self.resume,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_apart_up_to_a_limit() {
        let mut causes = Causes::default();
        for number in 0..MOST_CAUSES + 20 {
            causes.add(&Cause { status: Some(400), text: format!("no {number}") }, 1);
        }
        causes.add(&Cause { status: Some(400), text: "no 7".into() }, 2);
        let sorted = causes.sorted();
        assert_eq!(sorted.len(), MOST_CAUSES + 1);
        assert_eq!((sorted[0].1, sorted[0].0.text.as_str()), (20, "other causes"));
        assert_eq!((sorted[1].1, sorted[1].0.text.as_str()), (3, "no 7"));
    }

    #[test]
    fn the_exit_code_says_how_far_it_came() {
        let outcome = |read, accepted, refused, ending| Outcome {
            read,
            skipped: 0,
            accepted,
            refused,
            left: 0,
            unkept: 0,
            causes: Vec::new(),
            large: 0,
            unchecked: 0,
            requests: 0,
            repeated: 0,
            twice: 0,
            duration: Duration::ZERO,
            resume: None,
            ending,
        };
        assert_eq!(outcome(3, 3, 0, None).exit(), Exit::Done);
        assert_eq!(outcome(3, 2, 1, None).exit(), Exit::Findings);
        assert_eq!(outcome(3, 0, 3, None).exit(), Exit::Refused);
        assert_eq!(outcome(0, 0, 0, None).exit(), Exit::Nothing);
        assert_eq!(outcome(3, 2, 0, Some(Ending::Interrupted)).exit(), Exit::Interrupted);
        assert_eq!(outcome(3, 2, 1, Some(Ending::Malformed)).exit(), Exit::Partial);
        assert_eq!(outcome(3, 0, 1, Some(Ending::FailFast)).exit(), Exit::Refused);
        let lost = || platform::Error::NotTrusted { host: "x".into(), reason: "y".into() };
        assert_eq!(outcome(3, 0, 0, Some(Ending::Platform(lost()))).exit(), Exit::Refused);
        assert_eq!(outcome(3, 1, 0, Some(Ending::Platform(lost()))).exit(), Exit::Partial);
        assert_eq!(outcome(3, 0, 0, Some(Ending::Input(std::io::ErrorKind::Other.into()))).exit(), Exit::Usage);
    }
}
