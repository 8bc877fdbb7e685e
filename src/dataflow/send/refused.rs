//! The file of events that were not taken, a line each, just as they were: it is the input of another run.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What the names of these files end in.
const ENDING: &str = "-refused";

/// Where events are kept that were not taken.
#[derive(Debug)]
pub struct RefusedFile {
    path: PathBuf,
    file: File,
    /// Whether it was made for this run, and goes where it stays empty.
    is_ours: bool,
    count: u64,
}

impl RefusedFile {
    /// A file of this name. One that holds something is an error: what it holds would be mixed up with what is to come.
    pub fn named(path: &Path) -> io::Result<Self> {
        match Self::create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && fs::metadata(path)?.len() == 0 => {
                let file = OpenOptions::new().append(true).open(path)?;
                Ok(Self { path: path.to_owned(), file, is_ours: false, count: 0 })
            }
            result => result,
        }
    }

    /// A file beside `like`, such as `events-refused.jsonl` for `events.json`, or `events-refused-2.jsonl` where that is there.
    pub fn beside(like: &Path) -> io::Result<Self> {
        let stem = like.file_stem().unwrap_or_default();
        let mut number = 1;
        loop {
            let mut name: OsString = stem.to_owned();
            name.push(ENDING);
            if number > 1 {
                name.push(format!("-{number}"));
            }
            name.push(".jsonl");
            match Self::create(&like.with_file_name(name)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => number += 1,
                result => return result,
            }
        }
    }

    fn create(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create_new(true).append(true);
        // Events tell of people.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(path)?, path: path.to_owned(), is_ours: true, count: 0 })
    }

    /// Keeps an event. It is in the file when this returns, whatever happens to the process.
    pub fn keep(&mut self, event: &[u8]) -> io::Result<()> {
        // Within JSON, a line end is a blank; strings have none.
        let mut line: Vec<u8> = event.iter().map(|byte| if b"\r\n".contains(byte) { b' ' } else { *byte }).collect();
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.count += 1;
        Ok(())
    }

    /// How many it holds.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Where it is; `None` where there was nothing to keep, and no file is left.
    pub fn finish(self) -> Option<PathBuf> {
        if self.count > 0 {
            // It has been written; this is against a loss of power, which would be no reason to fail now.
            let _ = self.file.sync_all();
            return Some(self.path);
        }
        if self.is_ours {
            // An empty file that stays harms nobody.
            let _ = fs::remove_file(&self.path);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_kept_a_line_each_and_nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("events.json");
        let names = |folder: &Path| {
            let mut names: Vec<String> =
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        assert_eq!(RefusedFile::beside(&input).unwrap().finish(), None);
        assert_eq!(names(folder.path()), <[String; 0]>::default());
        for text in ["one", "two"] {
            let mut file = RefusedFile::beside(&input).unwrap();
            file.keep(format!("{{\r\n \"a\": \"{text}\"\n}}").as_bytes()).unwrap();
            file.keep(b"2").unwrap();
            assert_eq!(file.count(), 2);
            let path = file.finish().unwrap();
            assert_eq!(fs::read_to_string(path).unwrap(), format!("{{   \"a\": \"{text}\" }}\n2\n"));
        }
        assert_eq!(names(folder.path()), ["events-refused-2.jsonl", "events-refused.jsonl"]);
    }

    #[test]
    fn a_named_file_may_be_empty_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        fs::write(&path, "").unwrap();
        assert_eq!(RefusedFile::named(&path).unwrap().finish(), None);
        assert!(path.exists(), "it was there before");
        RefusedFile::named(&path).unwrap().keep(b"1").unwrap();
        assert_eq!(RefusedFile::named(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(RefusedFile::named(&folder.path().join("no/such")).is_err());
    }
}
