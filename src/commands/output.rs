//! Reports written to files: whoever sees the file sees all of it.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::error::Error;

/// Writes a file whole or not at all, with the folders around it.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    stream(path, |out| out.write_all(text.as_bytes()))
}

/// The same of what is made while it is written.
pub(super) fn stream(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    replace(path, write).map_err(|source| Error::file("write", path, source))
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let whole = |file: &fs::File| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    };
    let target = match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // A pipe or a device is written to: a file in its place would be another thing.
        Ok(there) if !there.is_file() => return whole(&fs::File::create(path)?),
        Ok(there) if there.permissions().readonly() => return Err(io::ErrorKind::PermissionDenied.into()),
        // A link goes on leading where it led.
        Ok(_) => path.canonicalize()?,
        Err(_) => path.to_owned(),
    };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sss-report-");
    // Others may read a report, as far as the system's mask lets them.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    whole(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/report.sarif");
        write(&path, "a longer one").unwrap();
        write(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_said_and_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report");
        write(&path, "old").unwrap();
        let error = write(&path.join("below"), "new").unwrap_err();
        assert!(error.to_string().starts_with("could not write `"), "{error}");
        assert!(write(directory.path(), "new").is_err());
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(write(&path, "new").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_on_and_what_is_no_file_stays() {
        use std::os::unix::{fs::FileTypeExt, net::UnixListener};
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("report"), directory.path().join("link"));
        write(&path, "old").unwrap();
        fs::write(directory.path().join("plain"), "").unwrap();
        let mode = |name: &str| fs::metadata(directory.path().join(name)).unwrap().permissions();
        assert_eq!(mode("report"), mode("plain"), "others may read it as any file");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        let socket = directory.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        assert!(write(&socket, "new").is_err());
        assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
    }
}
