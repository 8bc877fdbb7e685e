//! One `publish` at a time in a repository: two that plan before either has recorded anything would both create.
//!
//! The lock is the system's, on the repository's directory: it ends with its process, in whatever way that ends, so none is
//! ever left over. Beside it lies a note that says whose it is, for whoever waits; a note without a lock tells that its
//! process ended before it was done.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Error, journal::ignored, kept::write_whole};
use crate::files::remove;

/// Who holds a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    process: u32,
    since: String,
}

impl Holder {
    fn read(root: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(note(root)).ok()?).ok()
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "process {}, since {}", self.process, self.since)
    }
}

/// Holds the repository until it is dropped, or its process ends in whatever way.
#[derive(Debug)]
pub struct Lock {
    root: PathBuf,
    held: Option<File>,
    left: Option<Holder>,
    noted: bool,
}

impl Lock {
    /// Takes the repository at `root`; calls `waiting` first where another process has it, with what is known of that.
    ///
    /// Where the file system knows no locks there is none, as the records there are still right for one publisher.
    pub fn take(root: &Path, waiting: impl FnOnce(Option<String>)) -> Self {
        let lock = |held, left| Self { root: root.to_owned(), held, left, noted: false };
        let Ok(file) = open(root) else { return lock(None, None) };
        let held = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => {
                waiting(Holder::read(root).map(|holder| holder.to_string()));
                file.lock().is_ok()
            }
            Err(TryLockError::Error(_)) => false,
        };
        let left = Holder::read(root).filter(|_| held);
        lock(held.then_some(file), left)
    }

    /// A process that held the repository and ended before it was done.
    pub fn left_by(&self) -> Option<String> {
        self.left.as_ref().map(ToString::to_string)
    }

    /// Notes who holds it, before anything is written.
    pub fn note(&mut self) -> Result<(), Error> {
        let holder = Holder {
            process: std::process::id(),
            since: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        };
        ignored(&self.root.join(".sss"), "journal")?;
        // Plain data always serialises.
        let text = serde_json::to_string(&holder).unwrap_or_default();
        write_whole(&note(&self.root), format!("{text}\n").as_bytes())?;
        self.noted = true;
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Before the lock goes: afterwards the note may be another's. A note that stays only tells too much.
        if self.noted || self.left.is_some() {
            let _ = remove(&note(&self.root));
        }
        drop(self.held.take());
    }
}

fn note(root: &Path) -> PathBuf {
    root.join(".sss").join("journal").join("holder.json")
}

/// The directory itself: nothing is written, and it may be read-only.
#[cfg(unix)]
fn open(root: &Path) -> io::Result<File> {
    File::open(root)
}

/// A directory cannot be locked here, so a file stands for it, where git does not see it.
#[cfg(not(unix))]
fn open(root: &Path) -> io::Result<File> {
    let directory = ignored(&root.join(".sss"), "journal").map_err(io::Error::other)?;
    std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(directory.join("lock"))
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    #[test]
    fn the_second_waits_until_the_first_is_done_and_knows_for_whom() {
        let root = tempfile::tempdir().unwrap();
        let mut first = Lock::take(root.path(), |_| panic!("nobody has it"));
        first.note().unwrap();
        let (tell, told) = mpsc::channel();
        let path = root.path().to_owned();
        let second = thread::spawn(move || {
            let waits = tell.clone();
            let lock = Lock::take(&path, move |holder| waits.send(holder.unwrap()).unwrap());
            assert_eq!(lock.left_by(), None, "the first was done");
            tell.send("has it".to_owned()).unwrap();
        });
        let waits = told.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(waits.starts_with(&format!("process {}, since 2", std::process::id())), "{waits}");
        assert!(told.try_recv().is_err());
        drop(first);
        assert_eq!(told.recv_timeout(Duration::from_secs(10)).unwrap(), "has it");
        second.join().unwrap();
    }

    #[test]
    fn a_note_without_a_lock_is_from_a_process_that_is_gone() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(".sss/journal")).unwrap();
        fs::write(note(root.path()), r#"{"process":7,"since":"then"}"#).unwrap();
        let mut lock = Lock::take(root.path(), |_| panic!("nobody has it"));
        assert_eq!(lock.left_by().as_deref(), Some("process 7, since then"));
        lock.note().unwrap();
        drop(lock);
        assert_eq!(Lock::take(root.path(), |_| panic!("nobody has it")).left_by(), None);
    }

    #[test]
    fn without_a_directory_there_is_nothing_to_hold() {
        drop(Lock::take(Path::new("/nowhere/at/all"), |_| panic!("nobody has it")));
    }
}
