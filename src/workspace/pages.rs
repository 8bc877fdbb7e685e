//! The documentation pages of a repository: which files they are, and reading them.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{MAX_BYTES, Workspace, discover::relative, layout};
use crate::text::Document;

/// The names of the pages in the folder of a source.
const NAMES: [&str; 2] = ["api.md", "ui.md"];

/// A documentation page, as far as its name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFile {
    /// Relative to the root, with `/`; the whole path where it lies elsewhere.
    pub path: Arc<str>,
    /// Where it is.
    pub file: PathBuf,
    /// The source it is about, as its name or its folder says.
    pub source: String,
    /// Whether it lies where `sss docs` puts it.
    pub is_in_docs: bool,
}

impl PageFile {
    /// A page that was named.
    pub fn named(root: &Path, file: &Path) -> Self {
        let path = relative(root, file);
        let parts: Vec<&str> = path.split('/').collect();
        let name = parts.last().copied().unwrap_or_default();
        let folder = parts.len().checked_sub(2).map_or("", |at| parts[at]);
        let is_by_folder = NAMES.contains(&name) && !folder.is_empty();
        let source = if is_by_folder { folder } else { name.strip_suffix(".md").unwrap_or(name) }.to_owned();
        let is_in_docs = matches!(parts.as_slice(), [layout::DOCS, _, name] if NAMES.contains(name));
        let path = if file.starts_with(root) { path } else { file.to_string_lossy().into_owned() };
        Self { path: path.into(), file: file.to_owned(), source, is_in_docs }
    }

    /// Reads it; why not, where that cannot be done.
    pub fn read(&self) -> Result<Arc<Document>, String> {
        let failed = |error: std::io::Error| format!("the page cannot be read: {error}");
        let metadata = self.file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err("this is no file".to_owned());
        }
        if metadata.len() > MAX_BYTES {
            return Err(format!("the page has {} bytes; more than {MAX_BYTES} are not read", metadata.len()));
        }
        let mut bytes = Vec::new();
        File::open(&self.file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)).map_err(failed)?;
        let document = Document::new(Arc::clone(&self.path), bytes);
        match document.invalid_utf8() {
            Some(at) => Err(format!("the page is no UTF-8: byte {at} is part of no character")),
            None => Ok(Arc::new(document)),
        }
    }

    /// Whether there is a file or folder at a path that a link in the page gives.
    pub fn leads_somewhere(&self, link: &str) -> bool {
        self.file.parent().is_some_and(|folder| folder.join(link).exists())
    }
}

impl Workspace {
    /// The documentation pages that are looked at.
    pub fn pages(&self) -> &[PageFile] {
        &self.pages
    }

    /// Has the pages of its sources be looked at. Where there is no folder for pages, that is all that is asked.
    pub fn find_pages(&mut self) {
        let Ok(folders) = fs::read_dir(self.root.join(layout::DOCS)) else { return };
        let names: HashSet<&str> = self.sources.iter().map(|source| source.name.as_str()).collect();
        let mut pages = Vec::new();
        for folder in folders.flatten() {
            if !folder.file_name().to_str().is_some_and(|name| names.contains(name)) {
                continue;
            }
            let files = NAMES.into_iter().map(|name| folder.path().join(name));
            pages.extend(files.filter(|file| file.is_file()).map(|file| PageFile::named(&self.root, &file)));
        }
        pages.sort_by(|one, other| one.path.cmp(&other.path));
        self.pages = pages;
    }

    /// Has a page be looked at that was named.
    pub fn add_page(&mut self, page: PageFile) {
        if !self.pages.contains(&page) {
            self.pages.push(page);
            self.pages.sort_by(|one, other| one.path.cmp(&other.path));
        }
    }

    /// A part of a repository, or none: the source a page is about, where it is there, and the page.
    pub fn of_page(root: &Path, file: &Path) -> Result<Self, super::Error> {
        let page = PageFile::named(root, file);
        let mut workspace = Self::discover_named(root, [page.source.as_str()])?;
        workspace.strays.clear();
        workspace.pages.push(page);
        Ok(workspace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_tell_their_source_by_name_or_folder() {
        let root = Path::new("/partner");
        for (file, source, is_in_docs) in [
            ("/partner/docs/acme/api.md", "acme", true),
            ("/partner/docs/acme/other.md", "other", false),
            ("/partner/out/acme/ui.md", "acme", false),
            ("/elsewhere/help/sources/tutorials/api/create/crm/acme-crm.md", "acme-crm", false),
        ] {
            let page = PageFile::named(root, Path::new(file));
            assert_eq!((page.source.as_str(), page.is_in_docs), (source, is_in_docs), "{file}");
        }
        assert_eq!(&*PageFile::named(root, Path::new("/partner/docs/acme/api.md")).path, "docs/acme/api.md");
    }

    #[test]
    fn only_pages_of_sources_are_found() {
        let root = tempfile::tempdir().unwrap();
        for (folder, file) in [("acme", "api.md"), ("acme", "notes.md"), ("gone", "ui.md"), ("other", "ui.md")] {
            fs::create_dir_all(root.path().join("docs").join(folder)).unwrap();
            fs::write(root.path().join("docs").join(folder).join(file), "x").unwrap();
        }
        for source in ["acme", "other"] {
            fs::create_dir_all(root.path().join("Sources").join(source)).unwrap();
        }
        let mut workspace = Workspace::discover(root.path()).unwrap();
        assert!(workspace.pages().is_empty(), "who publishes asks for none");
        workspace.find_pages();
        let paths: Vec<&str> = workspace.pages().iter().map(|page| &*page.path).collect();
        assert_eq!(paths, ["docs/acme/api.md", "docs/other/ui.md"]);
    }
}
