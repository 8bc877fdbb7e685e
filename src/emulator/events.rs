//! The events that were received, each a line of JSON in a file that only grows, so that memory stays as it is.
//!
//! With a database the file stands beside it and outlives the emulator: a line is written before its event is answered. In
//! memory the file has no name and is gone when the emulator stops.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::StoreAt;

/// How much of the log is read at once, in bytes.
const STRETCH: u64 = 1 << 20;

/// The log of events.
#[derive(Debug)]
pub(super) struct Events {
    log: Mutex<Log>,
}

#[derive(Debug)]
struct Log {
    file: File,
    /// Whether the file stands at its end, where the next line goes.
    is_at_end: bool,
    /// By flow; `None` where an earlier emulator's events have not been counted yet.
    tallies: Option<HashMap<String, Tally>>,
}

/// An event as it is kept.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'a> {
    pub(super) xaction_id: &'a str,
    pub(super) received_time_ms: u64,
    pub(super) sandbox_name: &'a str,
    pub(super) inlet_id: &'a str,
    pub(super) flow_id: Option<&'a str>,
    pub(super) data_set_id: &'a str,
    /// Whether it fits its schema.
    pub(super) valid: bool,
    /// As it was sent.
    pub(super) event: &'a Value,
    /// What became of it.
    pub(super) xdm_entity: &'a Value,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    pub(super) faults: &'a [Value],
    /// What its mapping left out, because it could not be computed.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) warnings: &'a [String],
}

/// What came in through one flow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) events: u64,
    /// How many of them do not fit their schema.
    pub(super) invalid: u64,
    /// When the last one came, in milliseconds.
    pub(super) last: u64,
}

impl Tally {
    fn add(&mut self, received: u64, valid: bool) {
        self.events += 1;
        self.invalid += u64::from(!valid);
        self.last = self.last.max(received);
    }
}

/// Which events are asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Member and the text it must have.
    pub(super) equal: Vec<(String, String)>,
    /// Where to go on, as the last answer said.
    pub(super) after: u64,
    pub(super) limit: usize,
}

impl Events {
    /// Opens the log that belongs to a store.
    pub(super) fn open(at: &StoreAt) -> io::Result<Self> {
        let (file, is_new) = match at {
            StoreAt::Memory => (tempfile::tempfile()?, true),
            StoreAt::File(path) => {
                let mut file = OpenOptions::new().create(true).read(true).append(true).open(beside(path))?;
                let is_new = end_last_line(&mut file)? == 0;
                (file, is_new)
            }
        };
        let tallies = is_new.then(HashMap::new);
        Ok(Self { log: Mutex::new(Log { file, is_at_end: false, tallies }) })
    }

    /// Writes an event down.
    pub(super) fn keep(&self, event: &Event<'_>) -> io::Result<()> {
        let line = line(event)?;
        let mut log = self.log();
        log.append(&line)?;
        if let (Some(tallies), Some(flow)) = (&mut log.tallies, event.flow_id) {
            // No text is made for a flow that is known.
            match tallies.get_mut(flow) {
                Some(tally) => tally.add(event.received_time_ms, event.valid),
                None => tallies.entry(flow.to_owned()).or_default().add(event.received_time_ms, event.valid),
            }
        }
        Ok(())
    }

    /// What came in through a flow.
    pub(super) fn tally(&self, flow: &str) -> io::Result<Tally> {
        let mut log = self.log();
        let tallies = match log.tallies.take() {
            Some(tallies) => tallies,
            None => log.count()?,
        };
        let tally = tallies.get(flow).copied().unwrap_or_default();
        log.tallies = Some(tallies);
        Ok(tally)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events that are wanted, and where to go on for more; `None` at the end.
    pub(super) fn read(&self, wanted: &Wanted) -> io::Result<(Vec<Value>, Option<u64>)> {
        let mut found = Vec::new();
        let next = self.scan(wanted, |event| {
            found.push(event);
            found.len() < wanted.limit
        })?;
        Ok((found, next))
    }

    /// How many events are wanted, whatever the limit.
    pub(super) fn count(&self, wanted: &Wanted) -> io::Result<u64> {
        let mut count = 0;
        self.scan(wanted, |_| {
            count += 1;
            true
        })?;
        Ok(count)
    }

    /// Hands over the wanted events until `go_on` says no; where that was, or `None` at the end.
    fn scan(&self, wanted: &Wanted, mut go_on: impl FnMut(Value) -> bool) -> io::Result<Option<u64>> {
        let mut at = wanted.after;
        loop {
            let stretch = self.stretch(at)?;
            if stretch.is_empty() {
                return Ok(None);
            }
            for line in stretch.split_inclusive(|byte| *byte == b'\n') {
                at += line.len() as u64;
                // The last line of an emulator that was killed may have no end.
                let Ok(event) = serde_json::from_slice::<Value>(line) else { continue };
                let fits = |(name, value): &(String, String)| match event.get(name) {
                    Some(Value::String(text)) => text == value,
                    Some(other) => serde_json::from_str::<Value>(value).is_ok_and(|value| value == *other),
                    None => false,
                };
                if wanted.equal.iter().all(fits) && !go_on(event) {
                    return Ok(Some(at));
                }
            }
        }
    }

    /// Some whole lines from here on; empty at the end. The log is held for one stretch at a time: events arrive meanwhile.
    pub(super) fn stretch(&self, at: u64) -> io::Result<Vec<u8>> {
        let mut log = self.log();
        log.is_at_end = false;
        log.file.seek(SeekFrom::Start(at))?;
        let mut stretch = Vec::new();
        let mut reader = BufReader::new(&mut log.file);
        reader.by_ref().take(STRETCH).read_to_end(&mut stretch)?;
        if !stretch.ends_with(b"\n") {
            reader.read_until(b'\n', &mut stretch)?;
        }
        Ok(stretch)
    }

    /// Where the last event ends.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.log().file.metadata()?.len())
    }

    /// Takes over the events of another emulator, one JSON text each.
    pub(super) fn take_over(&self, events: &[String]) -> io::Result<()> {
        let mut log = self.log();
        log.tallies = None;
        for event in events {
            log.append(event.as_bytes())?;
            log.append(b"\n")?;
        }
        Ok(())
    }

    /// Forgets them all.
    pub(super) fn clear(&self) -> io::Result<()> {
        let mut log = self.log();
        log.is_at_end = false;
        log.tallies = Some(HashMap::new());
        log.file.set_len(0)
    }

    /// The answer to who wants to see events.
    pub(super) fn tell(&self, wanted: &Wanted) -> io::Result<Value> {
        let (items, next) = self.read(wanted)?;
        Ok(json!({"items": items, "next": next}))
    }
}

impl Log {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if !self.is_at_end {
            self.file.seek(SeekFrom::End(0))?;
            self.is_at_end = true;
        }
        let written = self.file.write_all(line);
        self.is_at_end = written.is_ok();
        written
    }

    /// Counts the events of an earlier emulator.
    fn count(&mut self) -> io::Result<HashMap<String, Tally>> {
        /// What of an event is counted.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Counted {
            flow_id: Option<String>,
            received_time_ms: u64,
            valid: bool,
        }

        self.is_at_end = false;
        self.file.seek(SeekFrom::Start(0))?;
        let mut tallies: HashMap<String, Tally> = HashMap::new();
        let mut reader = BufReader::with_capacity(1 << 20, &mut self.file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            if let Ok(Counted { flow_id: Some(flow), received_time_ms, valid }) = serde_json::from_slice(&line) {
                tallies.entry(flow).or_default().add(received_time_ms, valid);
            }
            line.clear();
        }
        Ok(tallies)
    }
}

fn line(event: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
}

/// Ends the line that an emulator was killed over, so that the next event is not part of it. The length of the file before.
fn end_last_line(file: &mut File) -> io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(0);
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut last)?;
    if last != *b"\n" {
        file.write_all(b"\n")?;
    }
    Ok(length)
}

/// `emulator.db` keeps its events in `emulator.db.events`.
fn beside(database: &Path) -> std::path::PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(".events");
    database.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Events {
        fn append(&self, event: &Value) -> io::Result<()> {
            self.log().append(&line(event)?)
        }
    }

    fn event(flow: &str, received: u64, valid: bool) -> Event<'_> {
        Event {
            xaction_id: "1:2:3",
            received_time_ms: received,
            sandbox_name: "prod",
            inlet_id: "inlet",
            flow_id: Some(flow),
            data_set_id: "set",
            valid,
            event: &Value::Null,
            xdm_entity: &Value::Null,
            faults: &[],
            warnings: &[],
        }
    }

    #[test]
    fn events_are_counted_by_flow_also_those_of_an_earlier_emulator() {
        let folder = tempfile::tempdir().unwrap();
        let at = StoreAt::File(folder.path().join("emulator.db"));
        let events = Events::open(&at).unwrap();
        assert_eq!(events.tally("a").unwrap(), Tally::default());
        events.keep(&event("a", 5, true)).unwrap();
        events.keep(&event("a", 7, false)).unwrap();
        events.keep(&event("b", 6, true)).unwrap();
        assert_eq!(events.tally("a").unwrap(), Tally { events: 2, invalid: 1, last: 7 });
        drop(events);
        let events = Events::open(&at).unwrap();
        events.keep(&event("a", 9, true)).unwrap();
        assert_eq!(events.tally("a").unwrap(), Tally { events: 3, invalid: 1, last: 9 });
        events.keep(&event("b", 10, true)).unwrap();
        assert_eq!(events.tally("b").unwrap(), Tally { events: 2, invalid: 0, last: 10 });
        assert_eq!(events.count(&wanted(1, &[])).unwrap(), 5);
        events.clear().unwrap();
        assert_eq!(events.tally("a").unwrap(), Tally::default());
    }

    fn wanted(limit: usize, equal: &[(&str, &str)]) -> Wanted {
        let equal = equal.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Wanted { equal, after: 0, limit }
    }

    #[test]
    fn events_are_read_in_pages_and_counted() {
        let events = Events::open(&StoreAt::Memory).unwrap();
        for number in 0..10 {
            events.append(&json!({"flowId": if number % 2 == 0 { "a" } else { "b" }, "number": number})).unwrap();
        }
        let mut page = wanted(2, &[("flowId", "a")]);
        let mut seen = Vec::new();
        loop {
            let (found, next) = events.read(&page).unwrap();
            seen.extend(found.iter().map(|event| event["number"].as_u64().unwrap()));
            let Some(next) = next else { break };
            page.after = next;
        }
        assert_eq!(seen, [0, 2, 4, 6, 8]);
        assert_eq!(events.count(&wanted(1, &[])).unwrap(), 10);
        assert_eq!(events.count(&wanted(1, &[("number", "3")])).unwrap(), 1);
        events.clear().unwrap();
        assert_eq!(events.count(&wanted(1, &[])).unwrap(), 0);
        events.append(&json!({"number": 11})).unwrap();
        assert_eq!(events.count(&wanted(1, &[])).unwrap(), 1);
    }

    #[test]
    fn the_log_of_a_file_goes_on_after_a_line_without_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let at = StoreAt::File(folder.path().join("emulator.db"));
        std::fs::write(folder.path().join("emulator.db.events"), "{\"number\":1}\n{\"numb").unwrap();
        let events = Events::open(&at).unwrap();
        events.append(&json!({"number": 2})).unwrap();
        events.append(&json!({"number": 3})).unwrap();
        assert_eq!(events.count(&wanted(1, &[])).unwrap(), 3);
    }
}
