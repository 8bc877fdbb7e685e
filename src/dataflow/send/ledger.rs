//! The account of a run: every event that was read is entered once.

use std::time::Duration;

use super::{
    Options, RefusedFile,
    destination::Message,
    outcome::{Causes, Ending, Extent, Outcome},
};
use crate::platform::Cause;

/// Causes of faults in the text are counted as one: what differs is told with each.
const MALFORMED: &str = "malformed";
/// Why an event is refused without the platform being asked.
pub(super) const TOO_LARGE: &str = "larger than 1 MB, which no inlet takes";

/// What came of the events so far.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    file: &'a mut RefusedFile,
    accepted: u64,
    refused: u64,
    causes: Causes,
    /// Position of the last event whose fate is known.
    settled: u64,
    /// Events whose fate is not known, or that were not sent.
    left: Vec<Message>,
    /// Events that were refused and are too large to be kept.
    unkept: u64,
    ending: Option<Ending>,
    pub(super) large: u64,
    pub(super) unchecked: u64,
    pub(super) requests: u64,
    pub(super) repeated: u64,
    pub(super) twice: u64,
    /// Requests that were given up since the last success.
    pub(super) in_vain: u32,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(file: &'a mut RefusedFile) -> Self {
        Self {
            file,
            accepted: 0,
            refused: 0,
            causes: Causes::default(),
            settled: 0,
            left: Vec::new(),
            unkept: 0,
            ending: None,
            large: 0,
            unchecked: 0,
            requests: 0,
            repeated: 0,
            twice: 0,
            in_vain: 0,
        }
    }

    pub(super) fn accept(&mut self, messages: &[Message]) {
        self.accepted += messages.len() as u64;
        self.in_vain = 0;
        self.settled = messages.iter().map(|message| message.event.number).fold(self.settled, u64::max);
    }

    pub(super) fn refuse(&mut self, message: &Message, cause: &Cause) {
        self.refused += 1;
        self.causes.add(cause, 1);
        self.settled = self.settled.max(message.event.number);
        self.keep(message.event.text.as_bytes());
    }

    /// Refuses what stands where an event should, and keeps its text where there is one.
    pub(super) fn refuse_fault(&mut self, number: u64, text: Option<&[u8]>) {
        self.refused += 1;
        let text_of_cause = if text.is_some() { MALFORMED } else { TOO_LARGE };
        self.causes.add(&Cause { status: None, text: text_of_cause.to_owned() }, 1);
        self.settled = self.settled.max(number);
        match text {
            Some(text) => self.keep(text),
            None => self.unkept += 1,
        }
    }

    /// Leaves messages for another run.
    pub(super) fn leave(&mut self, messages: Vec<Message>) {
        self.left.extend(messages);
    }

    /// Why the run ends; the first reason counts.
    pub(super) fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    /// Whether what is refused can no longer be kept.
    pub(super) fn is_unkept(&self) -> bool {
        matches!(self.ending, Some(Ending::Kept(_)))
    }

    fn keep(&mut self, text: &[u8]) {
        if let Err(error) = self.file.keep(text) {
            // It outweighs any other reason.
            self.ending = Some(Ending::Kept(error));
        }
    }

    /// The account, once nothing is under way any more.
    pub(super) fn close(mut self, options: &Options, extent: &Extent, stopped: bool, duration: Duration) -> Outcome {
        let mut left = std::mem::take(&mut self.left);
        left.sort_by_key(|message| message.event.number);
        if stopped && self.ending.is_none() && (!extent.whole || !left.is_empty()) {
            self.ending = Some(Ending::Interrupted);
        }
        // What lies behind everything settled is read again by who skips so far; the rest would be passed over.
        let tail = left.partition_point(|message| message.event.number <= self.settled || !options.rereadable);
        let resume = match left.get(tail) {
            Some(first) => Some(first.event.number - 1),
            None if extent.whole => None,
            None => Some(extent.last),
        };
        for message in &left[..tail] {
            self.keep(message.event.text.as_bytes());
        }
        Outcome {
            read: extent.last,
            skipped: options.skip,
            accepted: self.accepted,
            refused: self.refused,
            left: left.len() as u64,
            unkept: self.unkept,
            causes: self.causes.sorted(),
            large: self.large,
            unchecked: self.unchecked,
            requests: self.requests,
            repeated: self.repeated,
            twice: self.twice,
            duration,
            resume,
            ending: self.ending,
        }
    }
}
