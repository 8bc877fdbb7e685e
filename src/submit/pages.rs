//! A source's pages as the repository of the documentation takes them, and where they stand there.
//!
//! `help/sources/tutorials/api/create/<category>/<source>.md` and the same below `ui`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::Error;
use crate::{
    documentation::{self, PageKind, outline},
    spec::category,
};

/// The folder of the documentation of sources, which tells its repository from others.
pub const SOURCES: &str = "help/sources";

/// The name of the repository of the documentation, and who it belongs to.
pub const REPOSITORY: (&str, &str) = ("AdobeDocs", "experience-platform.en");

/// The folder there of the categories of a page.
pub fn categories(page: PageKind) -> String {
    format!("{}/{}/create", outline::TUTORIALS, page.as_str())
}

/// A page that is to be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub kind: PageKind,
    pub file: PathBuf,
}

/// The pages that are named, or those of the source at the root: `docs/<source>/api.md` and `ui.md`.
pub fn pages(root: &Path, base: &Path, source: &str, named: &[String]) -> Result<Vec<Page>, Error> {
    let mut pages: Vec<Page> = named.iter().map(|named| page(base, named)).collect::<Result<_, _>>()?;
    if named.is_empty() {
        let of =
            |kind: PageKind| Page { kind, file: root.join("docs").join(source).join(format!("{}.md", kind.as_str())) };
        pages.extend(PageKind::ALL.map(of).into_iter().filter(|page| page.file.is_file()));
    }
    if pages.is_empty() {
        return Err(Error::Page {
            message: format!("there is neither `docs/{source}/api.md` nor `docs/{source}/ui.md`"),
            help: format!(
                "`sss docs {source}` writes them; others are named with `--page api=FILE` and `--page ui=FILE`"
            ),
        });
    }
    for kind in PageKind::ALL {
        if pages.iter().filter(|page| page.kind == kind).count() > 1 {
            return Err(Error::Page {
                message: format!("two pages are named for `{}`", kind.as_str()),
                help: "hand in one page of each: `--page api=FILE --page ui=FILE`".to_owned(),
            });
        }
    }
    pages.sort_by_key(|page| page.kind);
    Ok(pages)
}

/// A page as it is named: `api=FILE`, or a file whose name or folder tells which of the two it is.
fn page(base: &Path, named: &str) -> Result<Page, Error> {
    let told = PageKind::ALL.into_iter().find_map(|kind| {
        let file = named.strip_prefix(kind.as_str())?.strip_prefix('=')?;
        Some(Page { kind, file: base.join(file) })
    });
    let page = match told {
        Some(page) => page,
        None => {
            let kind = kind_of(Path::new(named)).ok_or_else(|| Error::Page {
                message: format!("the name of `{named}` does not tell which page it is"),
                help: format!("write `--page api={named}` or `--page ui={named}`"),
            })?;
            Page { kind, file: base.join(named) }
        }
    };
    if !page.file.is_file() {
        return Err(Error::Page {
            message: format!("there is no file `{}`", page.file.display()),
            help: "name the pages with `--page api=FILE` and `--page ui=FILE`".to_owned(),
        });
    }
    Ok(page)
}

fn kind_of(file: &Path) -> Option<PageKind> {
    let stem = file.file_stem()?.to_str()?.to_lowercase();
    let folder =
        file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
    let of = |name: &str| {
        let mut found =
            PageKind::ALL.into_iter().filter(|kind| name.split(['-', '_', '.']).any(|word| word == kind.as_str()));
        found.next().filter(|_| found.next().is_none())
    };
    of(&stem).or_else(|| of(&folder))
}

/// A page as the documentation takes it: without the marks of `sss docs`, and with nothing left to be written.
pub fn content(page: &Page) -> Result<Vec<u8>, Error> {
    let bytes = fs::read(&page.file).map_err(|source| Error::File { path: page.file.clone(), source })?;
    let shown = page.file.display();
    let text = String::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty()).ok_or_else(|| Error::Page {
        message: format!("`{shown}` is no page: it is empty, or not UTF-8 text"),
        help: "`sss docs <source>` writes the pages".to_owned(),
    })?;
    documentation::for_submission(&text).map(String::into_bytes).map_err(|gaps| {
        let gaps: Vec<String> =
            gaps.0.iter().map(|gap| format!("line {}: {} ({})", gap.line, gap.ask, gap.id)).collect();
        Error::Page { message: format!("`{shown}` has gaps that only you can fill"), help: gaps.join("\n") }
    })
}

/// The screenshots that a page refers to where the documentation has them, by their file names.
pub fn screenshots(text: &str) -> BTreeSet<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let folder = outline::image("");
    let after = text.split(&folder).skip(1);
    let names = after.map(|rest| rest.split([')', '"', '\'', ' ', '\n', '>', '#', '?']).next().unwrap_or_default());
    // Whatever is called otherwise could lead elsewhere.
    names
        .filter(|name| name.chars().all(is_plain) && !name.starts_with('.') && !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The file of a screenshot: beside its page, or in the folder `images` there.
pub fn screenshot(page: &Page, name: &str) -> Option<PathBuf> {
    let folder = page.file.parent()?;
    [folder.join("images").join(name), folder.join(name)].into_iter().find(|file| file.is_file())
}

/// The folder for a category: the one of the same letters that is there, or else its words joined by hyphens.
pub fn folder(key: &str, there: &[String]) -> String {
    let wanted = category::fold(key);
    if let Some(folder) = there.iter().find(|folder| category::fold(folder) == wanted) {
        return folder.clone();
    }
    outline::folder(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_has_the_folder_that_is_there() {
        let there = ["marketing-automation", "databases", "crm", "ecommerce"].map(str::to_owned);
        for (key, expected) in [
            ("marketingAutomation", "marketing-automation"),
            ("Marketing Automation", "marketing-automation"),
            ("database", "databases"),
            ("crm", "crm"),
            ("customerSuccess", "customer-success"),
            ("Consent and Preferences", "consent-and-preferences"),
            ("../x", "x"),
            ("loyalty\n", "loyalty"),
        ] {
            assert_eq!(folder(key, &there), expected, "{key}");
        }
    }

    #[test]
    fn screenshots_are_those_that_the_documentation_would_have() {
        let text = format!(
            "![A]({}) ![B]({} \"b\") ![C](https://x/c.png) ![D]({}) <img src=\"{}\">",
            outline::image("a.png"),
            outline::image("b-1.png"),
            outline::image("../../d.png"),
            outline::image("a.png"),
        );
        assert_eq!(screenshots(&text).into_iter().collect::<Vec<_>>(), ["a.png", "b-1.png"]);
    }

    #[test]
    fn pages_are_found_or_named() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("docs/acme")).unwrap();
        assert!(pages(root, root, "acme", &[]).unwrap_err().to_string().contains("docs/acme/api.md"));
        fs::write(root.join("docs/acme/ui.md"), "x").unwrap();
        let found = pages(root, root, "acme", &[]).unwrap();
        assert_eq!(found, [Page { kind: PageKind::Ui, file: root.join("docs/acme/ui.md") }]);
        fs::write(root.join("a.md"), "x").unwrap();
        fs::write(root.join("acme-api.md"), "x").unwrap();
        let named = |names: &[&str]| {
            pages(root, root, "acme", &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        let found = named(&["docs/acme/ui.md", "acme-api.md"]).unwrap();
        assert_eq!(found.iter().map(|page| page.kind).collect::<Vec<_>>(), PageKind::ALL);
        assert_eq!(named(&["ui=a.md"]).unwrap()[0].kind, PageKind::Ui);
        for (names, told) in [
            (&["a.md"][..], "does not tell which page"),
            (&["api=b.md"], "there is no file"),
            (&["api=a.md", "acme-api.md"], "two pages are named for `api`"),
        ] {
            let error = named(names).unwrap_err();
            assert!(error.to_string().contains(told) && error.help().is_some(), "{error}");
        }
        assert_eq!(outline::place(PageKind::Api, "crm", "acme"), "help/sources/tutorials/api/create/crm/acme.md");
    }
}
