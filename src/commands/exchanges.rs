//! What `-v` shows of the calls: a line for each, with `-vv` the whole exchange.
//!
//! Calls may come from several threads and the console belongs to one: they are collected here and told between steps.

use std::sync::mpsc::{Receiver, channel};

use crate::{console::Console, platform::Client};

/// The exchanges that are still to be told.
#[derive(Debug)]
pub(super) struct Exchanges {
    waiting: Option<Receiver<String>>,
}

impl Exchanges {
    /// Collects the client's exchanges, as far as the console wants them.
    pub(super) fn watch(client: &mut Client, console: &Console) -> Self {
        let verbose = console.verbose();
        if verbose == 0 {
            return Self { waiting: None };
        }
        let (sender, receiver) = channel();
        client.observe(move |exchange| {
            let text = if verbose > 1 { exchange.full() } else { exchange.line() };
            // Nobody listens any more once the verb has ended.
            let _ = sender.send(text);
        });
        Self { waiting: Some(receiver) }
    }

    /// Tells what has been collected.
    pub(super) fn tell(&self, console: &mut Console) {
        for text in self.waiting.iter().flat_map(Receiver::try_iter) {
            console.message(text.trim_end());
        }
    }
}
