//! Events to an inlet: read as a stream, put into messages, signed, posted side by side at a pace, and accounted for to the last.
//!
//! [`events`] takes the input apart, [`destination`] says where events go and in which envelope, [`signature`] signs, `delivery`
//! posts and decides what an answer means, [`outcome`] is what came of it, and [`refused`] keeps what was not taken.
//!
//! Every event that is read ends in one of three ways: accepted; refused, and then it stands in the file of refused events; or
//! left, because the run ended before its fate was known. What is left lies behind everything that was settled, so that one
//! number says where to go on; what does not lie there is put into the file as well. An event whose answer was lost is sent
//! again: it arrives at least once, and perhaps twice.

mod aside;
mod delivery;
pub mod destination;
pub mod events;
mod intake;
mod ledger;
pub mod outcome;
mod pace;
pub mod refused;
pub mod signature;
#[cfg(test)]
mod tests;

use std::{
    io::{self, Read},
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    thread,
    time::Instant,
};

use self::{
    aside::Aside,
    delivery::Delivery,
    destination::{Envelope, Message},
    intake::Intake,
    ledger::Ledger,
    outcome::Extent,
    pace::Pace,
};
pub use self::{
    destination::{Destination, Form, Xdm},
    outcome::{Ending, Outcome},
    refused::RefusedFile,
    signature::{Encoding, Signer},
};
use crate::platform::{Cause, Inlet, Stop};

/// Largest request that the platform takes, in bytes.
pub const LARGEST: usize = 1 << 20;
/// How far a batch is filled. Whether the platform's megabyte has 1,000,000 bytes or more is not told.
const FILLED: usize = 1_000_000;
/// The platform recommends events no larger than this.
pub const RECOMMENDED: usize = 10 << 10;

/// How to send.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many events go in one request to the batch endpoint; none for single requests.
    pub batch: Option<NonZeroUsize>,
    /// Have each event held against its schema before it is answered.
    pub validates: bool,
    /// Events a second, at most.
    pub rate: Option<f64>,
    /// How many requests are under way at once.
    pub concurrency: NonZeroUsize,
    /// How many events to pass over first.
    pub skip: u64,
    /// Whether to end with the first event that is not taken.
    pub fail_fast: bool,
    pub signer: Option<Signer>,
    /// Whether the input can be read once more, so that events that were not sent need not be kept elsewhere.
    pub rereadable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            batch: None,
            validates: false,
            rate: None,
            concurrency: NonZeroUsize::MIN,
            skip: 0,
            fail_fast: false,
            signer: None,
            rereadable: true,
        }
    }
}

/// How far a run has come, for whoever looks on.
#[derive(Debug, Default)]
pub struct Watch {
    accepted: AtomicU64,
    refused: AtomicU64,
    bytes: AtomicU64,
}

impl Watch {
    /// Events that were accepted.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Events that were refused.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn accept(&self, count: usize) {
        self.accepted.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    fn advance(&self, bytes: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    /// Bytes of the input that were used up.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// An event that was not taken.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// Its position; none where the text around the events is wrong.
    pub number: Option<u64>,
    pub line: u64,
    /// Of a fault in the text.
    pub column: Option<u64>,
    pub cause: &'a Cause,
}

/// Who looks on, and what is told of each event that is not taken.
pub struct Onlooker<'a> {
    pub watch: &'a Watch,
    pub refused: &'a (dyn Fn(Refused<'_>) + Sync),
}

/// Sends the events of `input` until its end, or until `stop` is set, which the run does itself where it cannot go on.
///
/// Memory does not grow with the input: there are at most so many events at hand as fit into the requests under way and
/// those that wait for one.
pub fn send(
    input: impl Read + Send + 'static,
    (inlet, destination): (&Inlet, &Destination),
    options: &Options,
    file: &mut RefusedFile,
    onlooker: &Onlooker<'_>,
    stop: &Stop,
) -> io::Result<Outcome> {
    let begun = Instant::now();
    let delivery = Delivery {
        inlet,
        envelope: Envelope::of(destination),
        options,
        pace: Pace::new(options.rate, options.validates),
        stop,
        onlooker,
        ledger: Mutex::new(Ledger::new(file)),
    };
    let (sender, receiver) = sync_channel::<Vec<Message>>(options.concurrency.get());
    let receiver = Mutex::new(receiver);
    let reading = Aside::of(input, stop)?;
    let read = thread::scope(|scope| -> io::Result<Extent> {
        for number in 0..options.concurrency.get() {
            let (delivery, receiver) = (&delivery, &receiver);
            let worker = move || {
                while let Some(messages) = next(receiver) {
                    delivery.deliver(messages);
                }
            };
            if let Err(error) = thread::Builder::new().name(format!("sender {number}")).spawn_scoped(scope, worker) {
                // Those that could be started are enough.
                if number == 0 {
                    return Err(error);
                }
                break;
            }
        }
        Ok(Intake::new(&delivery, sender).run(reading))
    })?;
    let ledger = delivery.ledger.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(ledger.close(options, &read, stop.is_set(), begun.elapsed()))
}

/// The next messages; none when there will be no more.
fn next(receiver: &Mutex<Receiver<Vec<Message>>>) -> Option<Vec<Message>> {
    receiver.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
