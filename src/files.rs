//! Files that are written whole or not at all, so that whoever reads one meanwhile, or after a run was killed, never finds half.

use std::{
    ffi::OsString,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Writes a file, and the directories it lies in: a synced sibling, then a rename.
///
/// The sibling's name is always the same, so that what a killed run left is taken up by the next and never piles up. It is
/// made anew each time: of two runs at once one fails at the rename, and neither writes into the other's file.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, None)
}

/// Writes a file that is there in the same way, and lets it keep who may read and write it. One that may not be written to
/// is not: the rename would not mind.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    write(path, bytes, Some(permissions))
}

fn write(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let directory = directory_of(path);
    fs::create_dir_all(directory)?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    let sibling: PathBuf = directory.join(name);
    let written = remove(&sibling).and_then(|()| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&sibling)?;
        file.write_all(bytes)?;
        permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
        file.sync_all()?;
        fs::rename(&sibling, path)
    });
    if written.is_err() {
        // What is left of the attempt is of no use, and failing to remove it is not worth a second error.
        let _ = fs::remove_file(&sibling);
    } else {
        sync_directory(directory);
    }
    written
}

/// The directory a file lies in; the current one where its path names none.
fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a rename or a new file survive a loss of power, where the system can do that for directories.
pub(crate) fn sync_directory(directory: &Path) {
    // Windows cannot open a directory as a file, and needs no such call.
    if let Ok(directory) = fs::File::open(directory) {
        let _ = directory.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_and_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("deep/file");
        remove(&path).unwrap();
        write_whole(&path, b"one").unwrap();
        // What a killed run left.
        fs::write(root.path().join("deep/.file.new"), "half").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(root.path().join("deep")).unwrap().count(), 1);
        remove(&path).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_replaced_file_stays_as_open_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        assert!(replace(&path, b"x").is_err(), "there is nothing to replace");
        fs::write(&path, "one").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
            replace(&path, b"two").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o750);
        }
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert_eq!(replace(&path, b"three").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_ne!(fs::read(&path).unwrap(), b"three");
    }

    #[test]
    fn a_failed_attempt_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("taken/inside")).unwrap();
        assert!(write_whole(&root.path().join("taken"), b"x").is_err());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
        assert!(remove(&root.path().join("taken")).is_err());
    }
}
