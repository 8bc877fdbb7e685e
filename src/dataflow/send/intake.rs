//! From the input to requests: events counted, put into messages, measured, and cut into batches.

use std::{io, sync::mpsc::SyncSender};

use super::{
    FILLED, LARGEST, RECOMMENDED,
    aside::Aside,
    delivery::{Delivery, OPENING},
    destination::Message,
    events::{Event, Events, Fault, Item},
    ledger::TOO_LARGE,
    outcome::{Ending, Extent},
};
use crate::platform::Cause;

/// Takes events in and hands them on to be posted.
pub(super) struct Intake<'a, 'd> {
    delivery: &'d Delivery<'a>,
    sender: SyncSender<Vec<Message>>,
    /// What goes out next, and its length on the wire.
    at_hand: Vec<Message>,
    length: usize,
    last: u64,
}

impl<'a, 'd> Intake<'a, 'd> {
    pub(super) fn new(delivery: &'d Delivery<'a>, sender: SyncSender<Vec<Message>>) -> Self {
        Self { delivery, sender, at_hand: Vec::new(), length: 0, last: 0 }
    }

    /// Takes everything in, as long as the run goes on.
    pub(super) fn run(mut self, input: Aside) -> Extent {
        let mut events = Events::new(input);
        let whole = loop {
            if self.delivery.stop.is_set() {
                break false;
            }
            match events.read() {
                Ok(Some(Item::Event(event))) => {
                    self.last = event.number;
                    if event.number > self.delivery.options.skip && !self.event(event) {
                        break false;
                    }
                }
                Ok(Some(Item::Fault(fault))) => {
                    if !self.fault(&fault) {
                        break false;
                    }
                }
                Ok(None) => break true,
                // Nothing comes for now: nobody should wait for a batch to be full.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.hand_on(),
                Err(error) => {
                    if !self.delivery.stop.is_set() {
                        self.delivery.end(Ending::Input(error));
                    }
                    break false;
                }
            }
            self.delivery.onlooker.watch.advance(events.offset());
        };
        self.hand_on();
        Extent { last: self.last, whole }
    }

    /// Takes an event; `false` where the run ends with it.
    fn event(&mut self, event: Event) -> bool {
        let Delivery { envelope, options, .. } = self.delivery;
        let message = envelope.message(event);
        let length = envelope.length(&message);
        let around = if options.batch.is_some() { OPENING.len() + 2 } else { 0 };
        if length + around > LARGEST {
            self.delivery.refuse([message], &Cause { status: None, text: TOO_LARGE.to_owned() });
            return !options.fail_fast;
        }
        if length > RECOMMENDED {
            self.delivery.note_large();
        }
        let most = options.batch.map_or(1, std::num::NonZeroUsize::get);
        if !self.at_hand.is_empty() && self.length + length + 1 + around > FILLED {
            self.hand_on();
        }
        self.at_hand.push(message);
        self.length += length + 1;
        if self.at_hand.len() >= most {
            self.hand_on();
        }
        true
    }

    /// Takes a fault of the input; `false` where the run ends with it.
    fn fault(&mut self, fault: &Fault) -> bool {
        if fault.ends {
            // Whoever mends the text goes on with this event.
            self.delivery.fault(fault, None);
            self.delivery.conclude(Ending::Malformed);
            return false;
        }
        self.last = fault.number.unwrap_or(self.last);
        if self.last <= self.delivery.options.skip {
            return true;
        }
        self.delivery.fault(fault, fault.number);
        if self.delivery.options.fail_fast {
            self.delivery.conclude(Ending::FailFast);
        }
        !self.delivery.options.fail_fast
    }

    fn hand_on(&mut self) {
        let messages = std::mem::take(&mut self.at_hand);
        self.length = 0;
        // The workers are there until this end of the channel is gone.
        if !messages.is_empty() {
            let _ = self.sender.send(messages);
        }
    }
}
