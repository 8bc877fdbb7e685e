//! The documentation pages of a repository: which files they are, and reading them.

use std::{
    collections::HashSet,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{MAX_BYTES, Unreadable, Workspace, artifact::content, discover::relative, layout};
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

    /// Its bytes on disk.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Unreadable> {
        let failed = |error: std::io::Error| Unreadable::Failed { reason: error.to_string() };
        // Opening a pipe would wait for a writer.
        if !self.file.metadata().map_err(failed)?.is_file() {
            return Err(Unreadable::NotAFile);
        }
        content(File::open(&self.file).map_err(failed)?)
    }
}

impl Workspace {
    /// The documentation pages that are looked at.
    pub fn pages(&self) -> &[PageFile] {
        &self.pages
    }

    /// Has the pages of its sources be looked at. Where there is no folder for pages, that is all that is asked.
    pub fn find_pages(&mut self) {
        let names: HashSet<&str> = self.sources.iter().map(|source| source.name.as_str()).collect();
        let docs = self.root.join(layout::DOCS);
        let pages_in = |name: &str| NAMES.map(|page| PageFile::named(&self.root, &docs.join(name).join(page)));
        let mut pages: Vec<PageFile> = match (self.index(), fs::read_dir(&docs)) {
            (Some(staged), _) => names.into_iter().flat_map(pages_in).filter(|page| staged.holds(&page.path)).collect(),
            // Of ten thousand sources few may have pages.
            (None, Ok(folders)) => {
                let folders = folders.flatten().filter_map(|folder| folder.file_name().into_string().ok());
                let folders = folders.filter(|name| names.contains(name.as_str()));
                folders.flat_map(|name| pages_in(&name)).filter(|page| page.file.is_file()).collect()
            }
            (None, Err(_)) => Vec::new(),
        };
        pages.sort_by(|one, other| one.path.cmp(&other.path));
        self.pages = pages;
    }

    /// Reads a page; why not, where that cannot be done.
    pub fn read_page(&self, page: &PageFile) -> Result<Arc<Document>, String> {
        let document = self.page_bytes(page).map(|bytes| Document::new(Arc::clone(&page.path), bytes));
        let document = document.map_err(|why| match why {
            Unreadable::NotAFile => "this is no file".to_owned(),
            Unreadable::Outside => "the page is a link that leads out of the repository".to_owned(),
            Unreadable::TooLarge { bytes } => format!("the page has {bytes} bytes; more than {MAX_BYTES} are not read"),
            Unreadable::Failed { reason } => format!("the page cannot be read: {reason}"),
        })?;
        match document.invalid_utf8() {
            Some(at) => Err(format!("the page is no UTF-8: byte {at} is part of no character")),
            None => Ok(Arc::new(document)),
        }
    }

    /// Whether there is a file or folder at a path that a link in a page gives.
    pub fn is_there(&self, page: &PageFile, link: &str) -> bool {
        let staged = self.index().and_then(|staged| staged.holds_linked(&page.path, link));
        staged.unwrap_or_else(|| page.file.parent().is_some_and(|folder| folder.join(link).exists()))
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
