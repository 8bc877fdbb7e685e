//! `--sample`: a response of the API, read for the rules that follow paths through it.

use std::{fs::File, io::Read, path::Path, sync::Arc};

use crate::{
    error::Error,
    spec::response::{MAX_BYTES, Sample},
};

/// Reads the sample.
pub(super) fn read(base: &Path, file: &Path) -> Result<Arc<Sample>, Error> {
    let path = base.join(file);
    let failed = |error| Error::file("read", file, error);
    let metadata = path.metadata().map_err(failed)?;
    // Opening a pipe would wait for a writer.
    if !metadata.is_file() {
        let help = "save a response of the API as a file, and name that";
        return Err(Error::usage(format!("the sample `{}` is no file", file.display()), help));
    }
    let mut bytes = Vec::new();
    File::open(&path).map_err(failed)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("the sample `{}` has more than {} MB", file.display(), MAX_BYTES / 1024 / 1024);
        return Err(Error::usage(message, "leave out most of its records"));
    }
    Sample::read(&file.to_string_lossy(), bytes).map(Arc::new).map_err(|fault| {
        let message = format!("the sample `{}` is not JSON: {fault}", file.display());
        Error::usage(message, "it is one response of the API, as it was received")
    })
}
