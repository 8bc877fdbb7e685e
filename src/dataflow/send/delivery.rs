//! Messages posted, and what an answer means for each: taken, refused, again a while later, or the end of the run.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    Onlooker, Options, Refused,
    destination::{Envelope, Message},
    events::Fault,
    ledger::Ledger,
    outcome::Ending,
    pace::Pace,
    signature,
};
use crate::platform::{Cause, Error, Inlet, Letter, Received, Stop, Trouble};

/// How the body of a batch begins; `]}` ends it.
pub(super) const OPENING: &str = "{\"messages\":[";
/// So many requests given up without a success between them, and nobody takes anything any more.
const IN_VAIN: u32 = 3;

/// Posts messages for many threads.
pub(super) struct Delivery<'a> {
    pub(super) inlet: &'a Inlet,
    pub(super) envelope: Envelope,
    pub(super) options: &'a Options,
    pub(super) pace: Pace,
    pub(super) stop: &'a Stop,
    pub(super) onlooker: &'a Onlooker<'a>,
    pub(super) ledger: Mutex<Ledger<'a>>,
}

impl<'a> Delivery<'a> {
    /// Posts messages, until the fate of each is entered.
    pub(super) fn deliver(&self, messages: Vec<Message>) {
        let mut parcels = vec![messages];
        while let Some(messages) = parcels.pop() {
            if let Some(halves) = self.post(messages) {
                parcels.extend(halves);
            }
        }
    }

    /// Posts messages in one request; their halves where they are too much for one.
    fn post(&self, mut messages: Vec<Message>) -> Option<[Vec<Message>; 2]> {
        let (mut attempt, mut is_lost) = (1, false);
        let mut letter = self.letter(&messages);
        loop {
            if !self.pace.wait(messages.len(), self.stop) {
                self.ledger().leave(messages);
                return None;
            }
            let posted = self.inlet.post(&mut letter, attempt);
            {
                let mut ledger = self.ledger();
                ledger.requests += 1;
                ledger.repeated += u64::from(attempt > 1);
            }
            let error = match posted {
                Ok(received) => {
                    let (again, cause) = self.settle(messages, received, is_lost)?;
                    let Some(wait) = self.inlet.put_off(attempt) else {
                        self.refuse(again, &cause);
                        return None;
                    };
                    letter = self.letter(&again);
                    (messages, is_lost) = (again, false);
                    attempt += 1;
                    self.stop.sleep(wait);
                    continue;
                }
                Err(error) => error,
            };
            match self.inlet.trouble(&error, attempt) {
                Trouble::OfMessage(cause) if cause.status == Some(413) && messages.len() > 1 => {
                    let rest = messages.split_off(messages.len() / 2);
                    return Some([rest, messages]);
                }
                Trouble::OfMessage(cause) => {
                    self.refuse(messages, &cause);
                    return None;
                }
                Trouble::Passing(wait) => {
                    is_lost |= error.outcome_unknown();
                    attempt += 1;
                    // Who is asked for too much wants rest from all.
                    if matches!(error.status(), Some(429 | 503)) {
                        self.pace.hold(wait);
                    } else {
                        self.stop.sleep(wait);
                    }
                }
                Trouble::Exhausted => {
                    self.give_up(messages, error, attempt);
                    return None;
                }
                Trouble::Standing => {
                    self.ledger().leave(messages);
                    self.end(Ending::Platform(self.inlet.last_word(error, attempt)));
                    return None;
                }
            }
        }
    }

    fn letter(&self, messages: &[Message]) -> Letter {
        let signed = |body: &str| {
            let signer = self.options.signer.as_ref()?;
            Some((signature::HEADER, signer.sign(body.as_bytes())))
        };
        let length: usize = messages.iter().map(|message| self.envelope.length(message) + 1).sum();
        let mut body = String::with_capacity(length + OPENING.len() + 2);
        if self.options.batch.is_none() {
            messages.iter().for_each(|message| self.envelope.write(message, &mut body));
            let signature = signed(&body);
            return self.inlet.letter(body, signature, self.options.validates);
        }
        body.push_str(OPENING);
        for (number, message) in messages.iter().enumerate() {
            if number > 0 {
                body.push(',');
            }
            self.envelope.write(message, &mut body);
        }
        body.push_str("]}");
        let signature = signed(&body);
        self.inlet.bundle(body, signature, messages.len())
    }

    /// Enters what was answered; gives back the messages that may be taken later, and why they were not.
    fn settle(&self, messages: Vec<Message>, received: Received, is_lost: bool) -> Option<(Vec<Message>, Cause)> {
        let accept = |taken: &[Message], checked: bool| {
            let mut ledger = self.ledger();
            ledger.accept(taken);
            ledger.twice += if is_lost { taken.len() as u64 } else { 0 };
            ledger.unchecked += u64::from(self.options.validates && !checked) * taken.len() as u64;
            drop(ledger);
            self.onlooker.watch.accept(taken.len());
        };
        let each = match received {
            Received::Taken { checked } => {
                accept(&messages, checked);
                return None;
            }
            Received::Refused(cause) => {
                self.refuse(messages, &cause);
                return None;
            }
            Received::Each(each) => each,
        };
        let (mut taken, mut put_off, mut last) = (Vec::with_capacity(messages.len()), Vec::new(), None);
        for (message, fate) in messages.into_iter().zip(each) {
            match fate {
                Ok(()) => taken.push(message),
                Err(cause) if cause.passes() => {
                    put_off.push(message);
                    last = Some(cause);
                }
                Err(cause) => self.refuse([message], &cause),
            }
        }
        accept(&taken, false);
        last.map(|cause| (put_off, cause))
    }

    /// Gives up a request that was repeated in vain: its events are refused, unless nobody takes anything any more.
    fn give_up(&self, messages: Vec<Message>, error: Error, attempt: u32) {
        let mut ledger = self.ledger();
        ledger.in_vain += 1;
        // Without an answer, it is not for what is in the request.
        if error.status().is_none() || ledger.in_vain >= IN_VAIN {
            ledger.leave(messages);
            drop(ledger);
            self.end(Ending::Platform(self.inlet.last_word(error, attempt)));
        } else {
            drop(ledger);
            self.refuse(messages, &Inlet::given_up(&error));
        }
    }

    /// Refuses messages, all for the same cause.
    pub(super) fn refuse(&self, messages: impl IntoIterator<Item = Message>, cause: &Cause) {
        for message in messages {
            self.ledger().refuse(&message, cause);
            let (number, line) = (Some(message.event.number), message.event.line);
            self.onlooker.watch.refuse();
            self.tell(Refused { number, line, column: None, cause });
        }
        if self.options.fail_fast {
            self.end(Ending::FailFast);
        }
    }

    /// Tells a fault of the input; one that stands where an event should is refused.
    pub(super) fn fault(&self, fault: &Fault, number: Option<u64>) {
        if let Some(number) = number {
            self.ledger().refuse_fault(number, fault.text.as_deref());
            self.onlooker.watch.refuse();
        }
        let cause = Cause { status: None, text: fault.reason.clone() };
        self.tell(Refused { number, line: fault.at.line, column: Some(fault.at.column), cause: &cause });
    }

    fn tell(&self, refused: Refused<'_>) {
        (self.onlooker.refused)(refused);
        // What is refused from here on would be lost.
        if self.ledger().is_unkept() {
            self.stop.set();
        }
    }

    /// Notes an event that is larger than recommended.
    pub(super) fn note_large(&self) {
        self.ledger().large += 1;
    }

    /// Ends the run, after what is under way.
    pub(super) fn end(&self, ending: Ending) {
        self.conclude(ending);
        self.stop.set();
    }

    /// Notes why the run will end, once everything read so far is dealt with.
    pub(super) fn conclude(&self, ending: Ending) {
        self.ledger().end(ending);
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger<'a>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
