//! Files are written: all or none, and never over another.
//!
//! Everything is first written into a directory of its own beside the targets, then moved into place. What was done is
//! remembered, so that any failure, also one that comes later, can take it back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::{TempDir, TempPath};

use super::{
    Error,
    render::{File, IfThere},
};
use crate::workspace::layout::SOURCES;

/// Refuses where a source of that name, in whatever spelling, or something else is in the way.
pub fn preflight(root: &Path, source: &str) -> Result<(), Error> {
    if !root.is_dir() {
        return Err(Error::NoDirectory { path: root.to_owned(), action: "a source is scaffolded into one" });
    }
    if let Some(spelled) = entry(root, SOURCES)? {
        if spelled != SOURCES {
            return Err(Error::InTheWay {
                path: spelled,
                why: "differs from `Sources` in case only, and both would be one on some systems",
                help: "rename it to `Sources`",
            });
        }
        let sources = root.join(SOURCES);
        if !sources.is_dir() {
            return Err(Error::InTheWay {
                path: SOURCES.to_owned(),
                why: "is not a directory, and sources are written into it",
                help: "move it away",
            });
        }
        if !inside(root, &sources)? {
            return Err(Error::InTheWay {
                path: SOURCES.to_owned(),
                why: "is a link that leads out of the directory",
                help: "make it a directory of its own",
            });
        }
        if let Some(spelled) = entry(&sources, source)? {
            return Err(Error::Exists { path: format!("{SOURCES}/{spelled}") });
        }
    }
    Ok(())
}

/// The entry of a directory that has a name, whatever its case; the exact one first.
fn entry(directory: &Path, name: &str) -> Result<Option<String>, Error> {
    let failed = |source| Error::file("read", directory, source);
    let mut found = None;
    for entry in fs::read_dir(directory).map_err(failed)? {
        let spelled = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if spelled == name {
            return Ok(Some(spelled));
        }
        if spelled.to_lowercase() == name.to_lowercase() {
            found = Some(found.map_or(spelled.clone(), |other: String| other.min(spelled)));
        }
    }
    Ok(found)
}

fn inside(root: &Path, path: &Path) -> Result<bool, Error> {
    let real = |path: &Path| path.canonicalize().map_err(|source| Error::file("resolve", path, source));
    Ok(real(path)?.starts_with(real(root)?))
}

/// What was written; taken back with [`Written::undo`].
#[derive(Debug)]
pub struct Written {
    root: PathBuf,
    /// Paths of the files that were created or extended, as [`File::path`], in their order.
    pub files: Vec<String>,
    /// Paths of the files that were there and stayed as they were.
    pub kept: Vec<String>,
    steps: Vec<Step>,
    /// Holds what was replaced, until the writing is known to stand.
    staging: TempDir,
}

/// One change to the repository.
#[derive(Debug)]
enum Step {
    CreatedDirectory(PathBuf),
    CreatedTree(PathBuf),
    CreatedFile(PathBuf),
    Replaced { path: PathBuf, original: PathBuf },
}

/// Writes the files of a source, or none of them.
pub fn write(root: &Path, source: &str, files: &[File]) -> Result<Written, Error> {
    preflight(root, source)?;
    let staging = tempfile::Builder::new()
        .prefix(".sss-new-")
        .tempdir_in(root)
        .map_err(|source| Error::file("write into", root, source))?;
    let mut written =
        Written { root: root.to_owned(), files: Vec::new(), kept: Vec::new(), steps: Vec::new(), staging };
    match written.place(source, files) {
        Ok(()) => Ok(written),
        Err(error) => Err(written.undo(error)),
    }
}

impl Written {
    fn place(&mut self, source: &str, files: &[File]) -> Result<(), Error> {
        let staged = self.staging.path().to_owned();
        let mut at_root = Vec::new();
        for file in files {
            let target = self.root.join(&file.path);
            let there = fs::symlink_metadata(&target).is_ok();
            let bytes = match file.if_there {
                IfThere::Refuse if there => return Err(Error::Exists { path: file.path.clone() }),
                IfThere::Keep if there => {
                    self.kept.push(file.path.clone());
                    continue;
                }
                IfThere::AddLines if there => match with_lines(&self.root, file)? {
                    Some(bytes) => bytes,
                    None => {
                        self.kept.push(file.path.clone());
                        continue;
                    }
                },
                _ => file.bytes.clone(),
            };
            let place = staged.join(&file.path);
            create_file(&place, &bytes)?;
            self.files.push(file.path.clone());
            if file.if_there != IfThere::Refuse {
                at_root.push((place, target, there));
            }
        }
        let sources = self.root.join(SOURCES);
        if !sources.is_dir() {
            fs::create_dir(&sources).map_err(|source| Error::file("create", &sources, source))?;
            self.steps.push(Step::CreatedDirectory(sources.clone()));
        }
        let tree = sources.join(source);
        fs::rename(staged.join(SOURCES).join(source), &tree).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                Error::Exists { path: format!("{SOURCES}/{source}") }
            }
            _ => Error::file("create", &tree, error),
        })?;
        self.steps.push(Step::CreatedTree(tree));
        for (place, target, there) in at_root {
            self.place_at_root(place, target, there)?;
        }
        Ok(())
    }

    fn place_at_root(&mut self, place: PathBuf, target: PathBuf, there: bool) -> Result<(), Error> {
        if there {
            let mut name = target.file_name().unwrap_or_default().to_owned();
            name.push(".original");
            let original = self.staging.path().join(name);
            let failed = |source| Error::file("replace", &target, source);
            // A copy keeps the permissions, and is what comes back if anything fails.
            fs::copy(&target, &original).map_err(failed)?;
            fs::set_permissions(&place, fs::metadata(&target).map_err(failed)?.permissions()).map_err(failed)?;
            fs::rename(&place, &target).map_err(failed)?;
            self.steps.push(Step::Replaced { path: target, original });
        } else {
            TempPath::try_from_path(&place)
                .map_err(|source| Error::file("create", &target, source))?
                .persist_noclobber(&target)
                .map_err(|error| Error::file("create", &target, error.error))?;
            self.steps.push(Step::CreatedFile(target));
        }
        Ok(())
    }

    /// Takes everything back, and returns the error that made it necessary.
    pub fn undo(self, cause: Error) -> Error {
        let mut left = Vec::new();
        for step in self.steps.into_iter().rev() {
            let (path, undone) = match step {
                Step::CreatedDirectory(path) => {
                    let undone = fs::remove_dir(&path);
                    (path, undone)
                }
                Step::CreatedTree(path) => {
                    let undone = fs::remove_dir_all(&path);
                    (path, undone)
                }
                Step::CreatedFile(path) => {
                    let undone = fs::remove_file(&path);
                    (path, undone)
                }
                Step::Replaced { path, original } => {
                    let undone = fs::rename(&original, &path);
                    (path, undone)
                }
            };
            if undone.is_err() {
                left.push(path.strip_prefix(&self.root).unwrap_or(&path).display().to_string());
            }
        }
        if left.is_empty() { cause } else { Error::LeftBehind { cause: Box::new(cause), left } }
    }
}

fn create_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::file("write", path, source);
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    fs::write(path, bytes).map_err(failed)
}

/// The file that is there with the lines it lacks, or nothing where it lacks none.
fn with_lines(root: &Path, file: &File) -> Result<Option<Vec<u8>>, Error> {
    let path = root.join(&file.path);
    let metadata = fs::symlink_metadata(&path).map_err(|source| Error::file("read", &path, source))?;
    let in_the_way = |why| Error::InTheWay {
        path: file.path.clone(),
        why,
        help: "make it a file of its own, or add the lines `.sss/journal/`, `.sss/backup/`, `.sss/dataflow/` and `.sss/emulator.db` to it",
    };
    if metadata.is_dir() {
        return Err(in_the_way("is a directory, and lines are added to it"));
    }
    let bytes = fs::read(&path).map_err(|source| Error::file("read", &path, source))?;
    let extended = extended(&bytes, &file.bytes);
    if extended.is_some() && !metadata.is_file() {
        return Err(in_the_way("is a link, and lines are added to it"));
    }
    Ok(extended)
}

/// `there` with the lines of `wanted` that it lacks, in its own line ending.
fn extended(there: &[u8], wanted: &[u8]) -> Option<Vec<u8>> {
    // `/a/` at the root ignores what `a` ignores as far as these lines go.
    fn bare(line: &[u8]) -> &[u8] {
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"/").unwrap_or(line);
        line.strip_suffix(b"/").unwrap_or(line)
    }
    let lines = |text| <[u8]>::split(text, |byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let absent: Vec<_> = lines(wanted).filter(|line| !lines(there).any(|other| bare(other) == bare(line))).collect();
    if absent.is_empty() {
        return None;
    }
    let ending: &[u8] = if there.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
    let mut bytes = there.to_vec();
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        bytes.extend_from_slice(ending);
    }
    for line in absent {
        bytes.extend_from_slice(line.trim_ascii());
        bytes.extend_from_slice(ending);
    }
    Some(bytes)
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
