//! The icon a partner brings: read, checked, and copied as it is.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use super::Error;
use crate::text::svg::{self, FaultKind};

/// The largest icon, in bytes.
pub const LARGEST: u64 = 100_000;

/// Reads the icon, once it is known to be a well-formed SVG of a bearable size.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = bytes(path).map_err(|source| Error::file("read", path, source))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::Icon { path: path.to_owned(), why: format!("it is larger than {} kB", LARGEST / 1000) });
    }
    check(&bytes).map_err(|why| Error::Icon { path: path.to_owned(), why })?;
    Ok(bytes)
}

/// At most one byte more than allowed: enough to know.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether the bytes are a well-formed SVG document, or a fragment that says why not.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = svg::read(text).map_err(|fault| match fault.kind {
        FaultKind::Excess => fault.message,
        FaultKind::TooLong => format!("it is larger than {} kB", LARGEST / 1000),
        _ => format!("it is not well-formed: {}", fault.message),
    })?;
    let root = document.root_element().tag_name();
    match (root.namespace(), root.name()) {
        (Some("http://www.w3.org/2000/svg"), "svg") => Ok(()),
        (_, "svg") => Err("its root lacks `xmlns=\"http://www.w3.org/2000/svg\"`".to_owned()),
        (_, other) => Err(format!("its root is `{other}`, not `svg`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_drawing_and_says_what_else_is_wrong() {
        let good = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"/></svg>";
        assert_eq!(check(good.as_bytes()), Ok(()));
        assert_eq!(check(format!("\u{feff}{good}").as_bytes()), Ok(()));
        for (bytes, why) in [
            (&b"\x89PNG\r\n\xff"[..], "not UTF-8"),
            (b"", "not well-formed"),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", "not well-formed"),
            (b"<svg/>", "lacks `xmlns="),
            (b"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "root is `html`"),
            (b"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>", "DTD"),
            (
                format!("<svg xmlns=\"http://www.w3.org/2000/svg\"{}/>", " a=\"\"".repeat(1_000)).as_bytes(),
                "attributes",
            ),
        ] {
            let told = check(bytes).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn refuses_what_is_too_large_no_file_or_not_there() {
        let directory = tempfile::tempdir().unwrap();
        let large = directory.path().join("large.svg");
        fs::write(&large, vec![b' '; LARGEST as usize + 1]).unwrap();
        assert!(read(&large).unwrap_err().to_string().contains("larger than 100 kB"));
        assert!(matches!(read(directory.path()), Err(Error::File { .. })));
        assert!(matches!(read(&directory.path().join("none.svg")), Err(Error::File { .. })));
    }
}
