//! The events that were received, each a line of JSON in a file that only grows, so that memory stays as it is.
//!
//! With a database the file stands beside it and outlives the emulator: a line is written before its event is answered. In
//! memory the file has no name and is gone when the emulator stops.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use super::StoreAt;

/// The log of events.
#[derive(Debug)]
pub(super) struct Events {
    file: Mutex<File>,
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
        let file = match at {
            StoreAt::Memory => tempfile::tempfile()?,
            StoreAt::File(path) => {
                let mut file = OpenOptions::new().create(true).read(true).append(true).open(beside(path))?;
                end_last_line(&mut file)?;
                file
            }
        };
        Ok(Self { file: Mutex::new(file) })
    }

    /// Writes an event down.
    pub(super) fn append(&self, event: &Value) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::End(0))?;
        file.write_all(&line)
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
            // Held for one stretch at a time: events arrive meanwhile.
            let stretch = {
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(at))?;
                let mut stretch = Vec::new();
                let mut reader = BufReader::new(&mut *file);
                reader.by_ref().take(4 << 20).read_to_end(&mut stretch)?;
                if !stretch.ends_with(b"\n") {
                    reader.read_until(b'\n', &mut stretch)?;
                }
                stretch
            };
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

    /// Forgets them all.
    pub(super) fn clear(&self) -> io::Result<()> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).set_len(0)
    }

    /// The answer to who wants to see events.
    pub(super) fn tell(&self, wanted: &Wanted) -> io::Result<Value> {
        let (items, next) = self.read(wanted)?;
        Ok(json!({"items": items, "next": next}))
    }
}

/// Ends the line that an emulator was killed over, so that the next event is not part of it.
fn end_last_line(file: &mut File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
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
