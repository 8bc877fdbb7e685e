//! One `publish` at a time in a repository: two that plan before either has recorded anything would both create.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

/// Holds the repository until it is dropped, or its process ends in whatever way.
#[derive(Debug)]
pub struct Lock {
    _held: Option<File>,
}

impl Lock {
    /// Takes the repository at `root`; calls `waiting` first where another process has it.
    ///
    /// Where the file system knows no locks there is none, as the records there are still right for one publisher.
    pub fn take(root: &Path, waiting: impl FnOnce()) -> Self {
        let Ok(file) = open(root) else { return Self { _held: None } };
        let held = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().is_ok()
            }
            Err(TryLockError::Error(_)) => false,
        };
        Self { _held: held.then_some(file) }
    }
}

/// The directory itself: nothing is written, and it may be read-only.
#[cfg(unix)]
fn open(root: &Path) -> io::Result<File> {
    File::open(root)
}

/// A directory cannot be locked here, so a file stands for it, where git does not see it.
#[cfg(not(unix))]
fn open(root: &Path) -> io::Result<File> {
    let directory = root.join(".sss").join("journal");
    std::fs::create_dir_all(&directory)?;
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        std::fs::write(&ignore, "*\n")?;
    }
    std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(directory.join("lock"))
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    #[test]
    fn the_second_waits_until_the_first_is_done() {
        let root = tempfile::tempdir().unwrap();
        let first = Lock::take(root.path(), || panic!("nobody has it"));
        let (tell, told) = mpsc::channel();
        let path = root.path().to_owned();
        let second = thread::spawn(move || {
            let waits = tell.clone();
            let _lock = Lock::take(&path, move || waits.send("waits").unwrap());
            tell.send("has it").unwrap();
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok("waits"));
        assert!(told.try_recv().is_err());
        drop(first);
        assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok("has it"));
        second.join().unwrap();
    }

    #[test]
    fn without_a_directory_there_is_nothing_to_hold() {
        drop(Lock::take(Path::new("/nowhere/at/all"), || panic!("nobody has it")));
    }
}
