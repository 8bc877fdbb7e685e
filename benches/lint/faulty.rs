//! The same repositories, with so many faults in each connection spec.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::repository;

/// Writes `count` sources with `faults` keys in each connection spec that nothing knows, so that each is a finding.
pub(crate) fn write_faulty(root: &Path, count: usize, faults: usize) -> io::Result<()> {
    repository::write(root, count)?;
    for spec in specs(root)? {
        let text = fs::read_to_string(&spec)?;
        let keys: String = (0..faults).map(|fault| format!("\"unknownKey{fault}\": {fault},\n  ")).collect();
        fs::write(&spec, text.replacen("{\n  ", &format!("{{\n  {keys}"), 1))?;
    }
    Ok(())
}

/// The connection specs of a repository.
pub(crate) fn specs(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut specs = Vec::new();
    for source in fs::read_dir(root.join("Sources"))? {
        let source = source?;
        let name = format!("{}-connectionSpec.json", source.file_name().to_string_lossy());
        specs.push(source.path().join("Artifacts").join(name));
    }
    Ok(specs)
}
